"""However a writer is interrupted, acknowledged returns are stored, and none is stored partially."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from data.forms.builtin import BUILTIN
from data.returns import OutcomeStatus
from data.tables.engine import writing
from data.tables.form_tables import leaf_tables
from data.tables.schema import files, receipts, submissions
from data.upkeep.verify import verify
from data.viewers import SYSTEM
from data.writing.store import Store
from tests.data.people.test_sign_in import Clock
from tests.small_province import movement, registry
from tests.stores import ROOT

pytestmark = pytest.mark.slow


LEAVES = leaf_tables(BUILTIN)


@pytest.fixture
def province_url(database_url: str) -> str:
    """The URL of a store with the small province, without open connections."""
    with closing(Store.open(database_url).of_past_series()) as store:
        store.accept(registry(), viewer=SYSTEM)
    return database_url


@contextmanager
def writer(url: str, first: int, room: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A process that stores returns until it is stopped."""
    command = [sys.executable, "-m", "tests.data.writing.writer", url, str(first), str(room)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


def assert_whole(store: Store, accepted: list[str]) -> None:
    """Asserts that all acknowledged returns are stored with rows, receipt and log, and nothing else."""
    found = verify(store)
    assert found.faults == ()
    with store.engine.connect() as connection:
        stored = set(connection.execute(select(files.c.sha256)).scalars())
        counted = connection.execute(select(func.count()).select_from(submissions)).scalar_one()
        told = connection.execute(select(func.count()).select_from(receipts)).scalar_one()
        rows = connection.execute(select(func.count()).select_from(LEAVES["B1"])).scalar_one()
        in_force = select(func.count()).where(submissions.c.form == "B1", submissions.c.superseded_at.is_(None))
        assert connection.execute(in_force).scalar_one() == 1
    assert set(accepted) <= stored
    # The writer may have been killed after storing the last one and before acknowledging it.
    assert len(stored) - 1 - len(accepted) in {0, 1}
    assert (counted, told, rows) == (len(stored), len(stored), 3 * (len(stored) - 1))


def test_a_loader_killed_while_writing_leaves_complete_returns_only(province_url: str) -> None:
    accepted: list[str] = []
    for first in (1, 1000):
        with writer(province_url, first) as running:
            assert running.stdout is not None
            accepted += [running.stdout.readline().strip() for _ in range(5)]
            running.kill()
            accepted += [line.strip() for line in running.stdout if len(line) == 65]
        with closing(Store.open(province_url).of_past_series()) as store:
            found = verify(store)
            assert found.faults == ()
    with closing(Store.open(province_url).of_past_series()) as store:
        lost = [sha256 for sha256 in accepted if not store.kept(sha256)]
        assert lost == []
        assert 0 <= verify(store).files - 1 - len(accepted) <= 2


def test_a_full_disk_stores_nothing_partially_and_recovers_once_there_is_space(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with closing(Store.open(url).of_past_series()) as store:
        store.accept(registry(), viewer=SYSTEM)
    room = (tmp_path / "store.sqlite").stat().st_size + 60_000
    with writer(url, 1, room) as running:
        assert running.stdout is not None
        said = [line.strip() for line in running.stdout]
    assert said[-1].startswith("OperationalError")
    with closing(Store.open(url).of_past_series()) as store:
        assert_whole(store, said[:-1])
        again = store.accept(movement("H1", "2020-Q1", {"H1.1.1": {}, "H1.1.2": {}, "H1.2": {}}), viewer=SYSTEM)
        assert not again.refused
        assert verify(store).faults == ()


FULL = {
    "sqlite": ["CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END"],
    "postgresql": [
        (
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = 'disk_full'; END $$"
        ),
        "CREATE TRIGGER full_disk BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION no_room()",
    ],
}


def test_a_write_that_fails_at_its_very_end_is_rolled_back_completely(province: Store) -> None:
    """The log is written last: everything else has been written when this fails."""
    before = verify(province)
    with writing(province.engine) as connection:
        for statement in FULL[connection.dialect.name]:
            connection.execute(text(statement))
    given = movement("H1", "2020-Q1", {"H1.1.1": {"admitted": 1}, "H1.1.2": {}, "H1.2": {}})
    with pytest.raises(DBAPIError, match="disk full"):
        province.accept(given, viewer=SYSTEM)
    assert verify(province) == before
    assert not province.stored(given.source.sha256)


def test_concurrent_writers_are_serialised_and_none_is_lost(province_url: str) -> None:
    sent: list[str] = []

    def write(number: int) -> OutcomeStatus:
        cells = {"H1.1.1": {"admitted": number}, "H1.1.2": {}, "H1.2": {}}
        given = movement("H1", "2020-Q1", cells, name=f"{number}.xlsx")
        sent.append(given.source.sha256)
        with closing(Store.open(province_url).of_past_series()) as store:
            return store.accept(given, viewer=SYSTEM).status

    with ThreadPoolExecutor(4) as pool:
        became = list(pool.map(write, range(1, 13)))
    assert sorted(became) == [OutcomeStatus.ACCEPTED, *[OutcomeStatus.SUPERSEDED] * 11]
    with closing(Store.open(province_url).of_past_series()) as store:
        assert_whole(store, sent)


def test_one_file_loaded_several_times_at_once_is_one_version(province_url: str) -> None:
    given = movement("H1", "2020-Q1", {"H1.1.1": {"admitted": 1}, "H1.1.2": {}, "H1.2": {}})
    start = Barrier(4)

    def write(_: int) -> OutcomeStatus:
        with closing(Store.open(province_url).of_past_series()) as store:
            start.wait()
            return store.accept(given, viewer=SYSTEM).status

    with ThreadPoolExecutor(4) as pool:
        became = list(pool.map(write, range(4)))
    assert sorted(became) == [OutcomeStatus.ACCEPTED, *[OutcomeStatus.ALREADY_STORED] * 3]
    with closing(Store.open(province_url).of_past_series()) as store:
        assert len(store.reader(SYSTEM).submissions(unit="H1")) == 1
        assert_whole(store, [given.source.sha256])


def test_a_clock_set_back_changes_no_order_and_loses_nothing(database_url: str) -> None:
    clock = Clock()
    with closing(Store.open(database_url, clock).of_past_series()) as store:
        store.accept(registry(), viewer=SYSTEM)
        instants = []
        for number in range(4):
            cells = {"H1.1.1": {"admitted": number}, "H1.1.2": {}, "H1.2": {}}
            outcome = store.accept(movement("H1", "2020-Q1", cells, name=f"{number}.xlsx"), viewer=SYSTEM)
            assert outcome.received_at is not None
            instants.append(outcome.received_at)
            clock.forward(days=-30)
        assert instants == sorted(instants)
        assert instants[-1] - datetime(2026, 1, 5, 8, tzinfo=UTC) < timedelta(seconds=1)
        assert verify(store).faults == ()
        current = store.reader(SYSTEM).submissions(unit="H1")[0]
        assert (current.file_name, current.superseded_at) == ("3.xlsx", None)
