"""Sessions: begun at sign-in, over after hours without a request, after a day at most, or when the account says so."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface

from data.people.accounts import Account

IDLE_TIMEOUT = timedelta(hours=2)
MAX_AGE = timedelta(hours=12)
# The cookie is written again at most this often, and clocks of two servers may differ by as much.
_TOLERANCE = timedelta(minutes=1)

Session = MutableMapping[str, Any]


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, which leave this site only over TLS when they came over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie is for TLS only."""
        return request.is_secure


def begin(session: Session, account: Account, now: datetime) -> None:
    """Notes when a session began and under which of the account's epochs; forgets what a stranger left in it."""
    session.clear()
    session.update(epoch=account.epoch, since=now.timestamp(), seen=now.timestamp())


def keep_alive(session: Session, account: Account, now: datetime) -> bool:
    """Whether a session is still good for its account; if so, it is noted as seen."""
    try:
        since, seen = (datetime.fromtimestamp(session[name], UTC) for name in ("since", "seen"))
        epoch = int(session["epoch"])
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return False
    # A session from the future is one from before the clock was put back: its age is not known.
    if epoch != account.epoch or account.disabled or max(since, seen) > now + _TOLERANCE:
        return False
    if now - seen > IDLE_TIMEOUT or now - since > MAX_AGE:
        return False
    if now - seen > _TOLERANCE:
        session["seen"] = now.timestamp()
    return True
