"""Changes a threshold within the store's transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from data.forms.vocabulary import Vocabulary
from data.reading.registries import read_registry
from data.sums import rollup_writes
from data.sums.rollup_reads import stored_counts
from data.tables.standings import forget_standings
from data.tables.thresholds import THRESHOLD_BY_SOURCE, NewThreshold, store_threshold


def change_threshold(connection: Connection, vocabulary: Vocabulary, changed: NewThreshold) -> None:
    """Changes it, and rebuilds the counts that depend on it; standings are forgotten."""
    store_threshold(connection, changed.code, changed.value)
    forget_standings(connection)
    if changed.code in THRESHOLD_BY_SOURCE.values():
        rollup_writes.roll_up_all(stored_counts(connection, vocabulary, read_registry(connection, None)))
