"""The log of who did what: append-only, each entry chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select

from data.schema import audit


class Action(StrEnum):
    """What is logged."""

    LOADED = "loaded"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    THRESHOLD = "threshold"
    ACCOUNT = "account"
    SIGNED_IN = "signed_in"
    SETTING = "setting"
    MAPPING = "mapping"


def digest(previous: str, at: datetime, actor: str, action: str, subject: str, details: Mapping[str, Any]) -> str:
    """Hash of an entry over its own content and the hash before it."""
    entry = json.dumps([previous, at.isoformat(), actor, action, subject, details], ensure_ascii=False, sort_keys=True)
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
