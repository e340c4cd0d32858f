"""Sums a store anew when the rule has changed by which its sums were stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from data.forms.vocabulary import Vocabulary
from data.reading.registries import read_registry
from data.sums import stored_writes
from data.sums.stored_reads import stored_counts
from data.tables import audit
from data.tables.audit import Action
from data.tables.engine import writing
from data.tables.schema import settings, submissions
from data.viewers import SYSTEM

_KEY = "sums_rule"


def rebuild_stale(engine: Engine, vocabulary: Vocabulary, clock: Callable[[], datetime]) -> None:
    """Sums anew unless the rule in force was followed; other processes wait for the one that does it."""
    with engine.connect() as connection:
        if _rule(connection) == stored_writes.RULE:
            return
    with writing(engine) as connection:
        if _rule(connection) == stored_writes.RULE:
            return
        if connection.execute(select(submissions.c.id).limit(1)).first() is not None:
            _rebuild(connection, vocabulary, clock())
        connection.execute(delete(settings).where(settings.c.code == _KEY))
        connection.execute(insert(settings).values(code=_KEY, value=stored_writes.RULE))


def _rule(connection: Connection) -> str | None:
    return connection.execute(select(settings.c.value).where(settings.c.code == _KEY)).scalar()


def _rebuild(connection: Connection, vocabulary: Vocabulary, at: datetime) -> None:
    stored_writes.rebuild(stored_counts(connection, vocabulary, read_registry(connection, None)))
    # Logged, because figures may change, and caches of other processes live until the log says so.
    audit.append(
        connection,
        at=at,
        actor=SYSTEM.name,
        action=Action.SETTING,
        subject="sums",
        details={"rule": stored_writes.RULE},
    )
