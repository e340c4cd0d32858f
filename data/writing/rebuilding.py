"""Rebuilds a store's sums when the rule by which they were computed has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from data.forms.vocabulary import Vocabulary
from data.reading.registries import read_registry
from data.sums import rollup_writes
from data.sums.rollup_reads import stored_counts
from data.tables import audit
from data.tables.audit import Action
from data.tables.engine import writing
from data.tables.schema import settings, submissions
from data.viewers import SYSTEM

_KEY = "sums_rule"


def rebuild_stale(engine: Engine, vocabulary: Vocabulary, clock: Callable[[], datetime]) -> None:
    """Rebuilds the stored sums unless they follow the current rule; concurrent processes wait for the one that does."""
    with engine.connect() as connection:
        if _rule(connection) == rollup_writes.RULE:
            return
    with writing(engine) as connection:
        if _rule(connection) == rollup_writes.RULE:
            return
        if connection.execute(select(submissions.c.id).limit(1)).first() is not None:
            _rebuild(connection, vocabulary, clock())
        connection.execute(delete(settings).where(settings.c.code == _KEY))
        connection.execute(insert(settings).values(code=_KEY, value=rollup_writes.RULE))


def _rule(connection: Connection) -> str | None:
    return connection.execute(select(settings.c.value).where(settings.c.code == _KEY)).scalar()


def _rebuild(connection: Connection, vocabulary: Vocabulary, at: datetime) -> None:
    rollup_writes.rebuild(stored_counts(connection, vocabulary, read_registry(connection, None)))
    # Logged, because figures may change, and other processes invalidate their caches by the log.
    audit.append(
        connection,
        at=at,
        actor=SYSTEM.name,
        action=Action.SETTING,
        subject="sums",
        details={"rule": rollup_writes.RULE},
    )
