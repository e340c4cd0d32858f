"""The log of who did what: append-only, each entry chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select

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


def digest(previous: str, at: datetime, actor: str, action: str, subject: str, details: Mapping[str, Any]) -> str:
    """Hash of an entry over its own content and the hash before it."""
    moment = at.astimezone(UTC).isoformat()
    entry = json.dumps([previous, moment, actor, action, subject, details], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(entry.encode()).hexdigest()


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
        )
    )
