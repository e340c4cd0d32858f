"""The log of who did what: append-only, each entry chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from data.tables.schema import audit


class Action(StrEnum):
    """What is logged."""

    LOADED = "loaded"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    THRESHOLD = "threshold"
    ACCOUNT = "account"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SETTING = "setting"
    MAPPING = "mapping"
    FOLLOW_UP = "follow_up"
    EXPORTED = "exported"
    DENIED = "denied"
    TOKEN = "token"  # noqa: S105 - an action's name
    SAVED_VIEW = "saved_view"


ONLY_TELLS = (
    Action.ACCOUNT,
    Action.SIGNED_IN,
    Action.SIGN_IN_FAILED,
    Action.SIGNED_OUT,
    Action.FOLLOW_UP,
    Action.EXPORTED,
    Action.DENIED,
    Action.TOKEN,
    Action.SAVED_VIEW,
)
"""What changes no figure; every other action may."""


_DIGEST_RULE = 2
_OFFICE = timezone(timedelta(hours=7))


def digest(previous: str, at: datetime, actor: str, action: str, subject: str, details: Mapping[str, Any]) -> str:
    """Hash of an entry over its own content and the hash before it, by the rule for new entries."""
    return _hash(_DIGEST_RULE, previous, _moment(at), actor, action, subject, details)


def is_intact(entry: RowMapping) -> bool:
    """Whether the content of a stored entry fits its hash, by the rule under which it was written."""
    said = tuple(entry[name] for name in ("actor", "action", "subject", "details"))
    match entry["digest_rule"]:
        case 1:
            # The instant with the offset that it was given, which is not stored: UTC, or office time in sample data.
            moments = (_moment(entry["at"]), _moment(entry["at"], _OFFICE))
            return entry["hash"] in {_hash(entry["previous_hash"], moment, *said) for moment in moments}
        case 2:
            return bool(entry["hash"] == digest(entry["previous_hash"], entry["at"], *said))
        case _:
            return False


def _moment(at: datetime, zone: tzinfo = UTC) -> str:
    return at.astimezone(zone).isoformat()


def _hash(*content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def append(
    connection: Connection, *, at: datetime, actor: str, action: Action, subject: str, details: Mapping[str, Any]
) -> None:
    """Adds an entry in the transaction of what it tells of."""
    previous = connection.execute(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)).scalar() or ""
    entry = {"at": at, "actor": actor, "action": action.value, "subject": subject, "details": dict(details)}
    connection.execute(
        insert(audit).values(
            **entry,
            previous_hash=previous,
            hash=digest(previous, at, actor, action.value, subject, details),
            digest_rule=_DIGEST_RULE,
        )
    )
