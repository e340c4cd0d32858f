"""A killed load leaves the store as of some whole workbook; loading again completes it."""

from __future__ import annotations

import multiprocessing
import random
import signal
import time
from collections.abc import Sequence
from contextlib import closing

import pytest
from sqlalchemy import create_engine, select

from data.forms.builtin import BUILTIN
from data.returns import SourceFile
from data.tables.form_tables import metadata_of
from data.tables.schema import Instant
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.intake import intake
from tests.loaders.office import registry
from tests.loaders.test_intake import sent
from tests.stores import NewDatabase

pytestmark = pytest.mark.slow


KILLS = 2  # of each file
# Chained by hashes of instants, or named by the id of such an entry.
IN_AUDIT_LOG = {"audit", "last_changes"}

State = dict[str, list[str]]


def send(url: str, files: Sequence[SourceFile]) -> None:
    with closing(Store.open(url).of_past_series()) as store:
        for file in files:
            intake(store, file, viewer=SYSTEM)


def state(url: str) -> State:
    """All rows of all tables, except instants and generated ids, which differ between runs."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {}
        for table in metadata_of(BUILTIN).sorted_tables:
            if table.name in IN_AUDIT_LOG:
                continue
            columns = [column for column in table.columns if not column.name.endswith("id")]
            rows = connection.execute(select(*columns)).all() if columns else []
            times = [isinstance(column.type, Instant) for column in columns]
            found[table.name] = sorted(
                repr([cell is None if is_time else cell for cell, is_time in zip(row, times, strict=True)])
                for row in rows
            )
    engine.dispose()
    return found


def files() -> list[SourceFile]:
    return [
        registry(),
        sent("B1", "B2", "B3"),
        sent("B1", "B2", change=lambda page: page.put(V14=3, V21=3)),
    ]


def kill(url: str, source: SourceFile, seconds: float) -> bool:
    """Loads a file in a process that is killed after some time; returns whether it was still running."""
    loading = multiprocessing.get_context("fork").Process(target=send, args=(url, [source]))
    loading.start()
    loading.join(seconds)
    loading.kill()
    loading.join()
    return loading.exitcode == -signal.SIGKILL


@pytest.mark.every_backend
def test_killed_at_any_moment_the_store_is_as_before_or_complete(backend: str, new_database: NewDatabase) -> None:
    chance, killed = random.Random(backend), 0
    with new_database(backend, None) as undisturbed, new_database(backend, None) as url:
        for database in (undisturbed, url):
            send(database, [])
        before = state(undisturbed)
        for source in files():
            started = time.monotonic()
            send(undisturbed, [source])
            seconds, after = time.monotonic() - started, state(undisturbed)
            assert after != before
            for _ in range(KILLS):
                killed += kill(url, source, chance.uniform(0, seconds))
                assert state(url) in (before, after)
            send(url, [source])
            assert state(url) == after
            before = after
    assert killed >= KILLS
