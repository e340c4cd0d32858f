"""The audit log: append-only, each entry chained to the previous one by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from data.tables.last_changes import EVERYTHING, DataChange, store_changes
from data.tables.schema import audit


class Action(StrEnum):
    """Logged actions."""

    LOADED = "loaded"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
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


INFORMATIONAL = (
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
"""Actions that change no figure; all others may."""


_DIGEST_RULE = 2
_OFFICE = timezone(timedelta(hours=7))


def digest(previous: str, at: datetime, actor: str, action: str, subject: str, details: Mapping[str, Any]) -> str:
    """Hash of an entry's content and the preceding hash, by the rule for new entries."""
    return _hash(_DIGEST_RULE, previous, _moment(at), actor, action, subject, details)


def is_intact(entry: RowMapping) -> bool:
    """Whether a stored entry matches its hash, by the rule under which it was written."""
    content = tuple(entry[name] for name in ("actor", "action", "subject", "details"))
    match entry["digest_rule"]:
        case 1:
            # The offset with which the instant was hashed is not stored: UTC, or office time in sample data.
            moments = (_moment(entry["at"]), _moment(entry["at"], _OFFICE))
            return entry["hash"] in {_hash(entry["previous_hash"], moment, *content) for moment in moments}
        case 2:
            return bool(entry["hash"] == digest(entry["previous_hash"], entry["at"], *content))
        case _:
            return False


def _moment(at: datetime, zone: tzinfo = UTC) -> str:
    return at.astimezone(zone).isoformat()


def _hash(*content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def append(
    connection: Connection,
    *,
    at: datetime,
    actor: str,
    action: Action,
    subject: str,
    details: Mapping[str, Any],
    changes: Collection[DataChange] = (EVERYTHING,),
) -> None:
    """Appends an entry within the transaction of the change that it records.

    Unless the action changes no figure, what it `changes` is marked for all readers: everything if nobody says less.
    """
    previous = connection.execute(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)).scalar() or ""
    entry = {"at": at, "actor": actor, "action": action.value, "subject": subject, "details": dict(details)}
    made = connection.execute(
        insert(audit).values(
            **entry,
            previous_hash=previous,
            hash=digest(previous, at, actor, action.value, subject, details),
            digest_rule=_DIGEST_RULE,
        )
    )
    if action not in INFORMATIONAL and made.inserted_primary_key is not None:
        store_changes(connection, made.inserted_primary_key[0], changes)
