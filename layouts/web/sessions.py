"""Sessions: started at sign-in, expired by inactivity, by age, or when the account revokes them."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from data.people.accounts import Account

STATIC = ("/assets/", "/_dash-component-suites/")
"""Scripts, styles and fonts: the same for everybody, kept by browsers for a year."""

NEWS = "/_news"
"""Polled by open pages. Below "/_": without a session the answer is 401, not a redirect that a script would follow."""

IDLE_TIMEOUT = timedelta(hours=2)
MAX_AGE = timedelta(hours=12)
# The cookie is rewritten at most this often; also the tolerated clock skew between servers.
_TOLERANCE = timedelta(minutes=1)

Session = MutableMapping[str, Any]


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, with the Secure flag on requests over TLS and none beside static files and polls."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie gets the Secure flag."""
        return request.is_secure

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Saves the session, except beside static files and polls, by which a page left open would never expire.

        Beside static files `Vary: Cookie` would make a browser fetch and compile every script anew after each sign-in,
        and a cache on the way could keep a renewed cookie.
        """
        if not request.path.startswith((*STATIC, NEWS)):
            super().save_session(app, session, response)


def begin(session: Session, account: Account, now: datetime) -> None:
    """Starts a session with its start time and the account's epoch; discards anything set before sign-in."""
    session.clear()
    session.update(epoch=account.epoch, since=now.timestamp(), seen=now.timestamp())


def keep_alive(session: Session, account: Account, now: datetime) -> bool:
    """Whether a session is still valid for its account; if so, its last-seen time is updated."""
    try:
        since, seen = (datetime.fromtimestamp(session[name], UTC) for name in ("since", "seen"))
        epoch = int(session["epoch"])
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return False
    # A start in the future means that the clock was set back: the age of the session is unknown.
    if epoch != account.epoch or account.disabled or max(since, seen) > now + _TOLERANCE:
        return False
    if now - seen > IDLE_TIMEOUT or now - since > MAX_AGE:
        return False
    if now - seen > _TOLERANCE:
        session["seen"] = now.timestamp()
    return True
