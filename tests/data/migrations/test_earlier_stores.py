"""A store of the first version opens from any revision and equals one freshly loaded from its files."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from data.forms.builtin import BUILTIN
from data.observations import Basis
from data.organisations.units import Level
from data.periods import Period
from data.sums import rollup_writes
from data.tables.engine import revisions, writing
from data.tables.form_tables import metadata_of, rollup_tables
from data.tables.schema import audit, files, receipts, settings
from data.upkeep.audit_log import LogFilter, read_log
from data.upkeep.verify import verify
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.enquiry import Enquiry, answer
from indicators.answers.rows import ValueRow
from indicators.catalogue.builtin import CATALOGUE
from loaders import sample
from tests.data.migrations.earlier_store import restore_dump, upgrade
from tests.stores import ROOT, NewDatabase

pytestmark = pytest.mark.slow


FirstStore = Callable[[str], str]

PERIODS = tuple(map(Period.parse, ("2018-Q4", "2020-Q3")))
BEFORE_CORRECTION = datetime(2020, 10, 15, tzinfo=UTC)
# Tables that describe the loading rather than what was loaded.
TOLD = {"audit", "last_changes", "receipts", "settings"}
OPEN = "import sys; from data.writing.store import Store; Store.open(sys.argv[1]).close()"


@pytest.fixture(scope="module")
def first_store(new_database: NewDatabase) -> Iterator[FirstStore]:
    """Creates databases of a given kind as the first version left them, to be copied; returns their URL."""
    with ExitStack() as made:

        @cache
        def restored(kind: str) -> str:
            url = made.enter_context(new_database(kind, None))
            restore_dump(url)
            return url

        yield restored


@pytest.fixture
def earlier(backend: str, first_store: FirstStore, new_database: NewDatabase) -> Iterator[str]:
    """A store of the first version, private to the test."""
    with new_database(backend, first_store(backend)) as url:
        yield url


@pytest.fixture(scope="module")
def fresh(
    first_store: FirstStore, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A store freshly loaded from the workbooks in the old store."""
    folder = tmp_path_factory.mktemp("workbooks")
    with new_database("sqlite", first_store("sqlite")) as old, closing(Store.open(old)) as store:
        write_files(store, folder)
    with new_database("sqlite", None) as url, closing(Store.open(url)) as store:
        store.set_threshold("small_cell_size", "6", viewer=SYSTEM, reason="Cỡ của chi bộ nhỏ theo hướng dẫn mới")
        for outcome in sample.load_sample(store, folder, workers=1):
            assert not outcome.refused, outcome
        yield store


def write_files(store: Store, folder: Path) -> None:
    """Writes a store's accepted workbooks and when they were received as a folder that can be loaded."""
    accepted = select(files.c.name, files.c.content, receipts.c.received_at).join(
        receipts, receipts.c.sha256 == files.c.sha256
    )
    with store.engine.connect() as connection:
        rows = connection.execute(accepted).all()
    for name, content, _ in rows:
        (folder / name).write_bytes(content)
    lines = [f"{name},{received.isoformat()}" for name, _, received in rows]
    (folder / sample.RECEIVED).write_text("\n".join(["file,instant", *lines]), encoding="utf-8")


def stored(store: Store) -> dict[str, Counter[str]]:
    """The rows of every table that describes what was loaded."""
    with store.engine.connect() as connection:
        return {
            name: Counter(repr(dict(row)) for row in connection.execute(select(table)).mappings())
            for name, table in metadata_of(BUILTIN).tables.items()
            if name not in TOLD
        }


def values(store: Store, basis: Basis, as_of: datetime | None) -> list[ValueRow]:
    """Every indicator of districts and bases."""
    reader = store.reader(SYSTEM, as_of)
    asked = [
        Enquiry(indicators=tuple(CATALOGUE), periods=PERIODS, level=level, basis=basis)
        for level in (Level.DISTRICT, Level.BASE)
    ]
    return [row for enquiry in asked for row in answer(reader, enquiry)]


@pytest.mark.parametrize(
    ("kind", "revision"), [("postgresql", revisions()[0]), *(("sqlite", revision) for revision in revisions())]
)
def test_a_store_of_any_revision_equals_a_fresh_one_and_verifies(
    first_store: FirstStore, new_database: NewDatabase, fresh: Store, kind: str, revision: str
) -> None:
    with new_database(kind, first_store(kind)) as url:
        upgrade(url, revision)
        with closing(Store.open(url)) as store:
            assert stored(store) == stored(fresh)
            assert verify(store).faults == ()


def test_every_value_of_an_old_store_equals_that_of_a_fresh_one(earlier: str, fresh: Store) -> None:
    with closing(Store.open(earlier)) as store:
        for basis, as_of in ((Basis.REPORTED, BEFORE_CORRECTION), (Basis.TODAY, None)):
            assert values(store, basis, as_of) == values(fresh, basis, as_of)


def test_an_old_store_can_be_written_to_and_still_verifies(earlier: str) -> None:
    with closing(Store.open(earlier)) as store:
        store.open_period(Period.parse("2020-Q4"), viewer=SYSTEM)
        assert verify(store).faults == ()


def test_the_log_of_an_old_store_can_be_read_and_is_append_only(earlier: str) -> None:
    with closing(Store.open(earlier)) as store:
        page = read_log(store.engine, SYSTEM, LogFilter())
        assert page.fitting == len(page.entries) == 14
        with pytest.raises(DBAPIError, match="append-only"), writing(store.engine) as connection:
            connection.execute(update(audit).values(digest_rule=2))


def test_a_forged_entry_of_an_earlier_rule_is_found(earlier: str) -> None:
    upgrade(earlier, "0003")  # the log is append-only from the next revision on
    with closing(Store.open(earlier)) as store:
        engine = store.engine
        triggers = {"sqlite": "DROP TRIGGER audit_no_update", "postgresql": "ALTER TABLE audit DISABLE TRIGGER ALL"}
        with writing(engine) as connection:
            connection.execute(text(triggers[engine.dialect.name]))
            connection.execute(update(audit).where(audit.c.id == 5).values(actor="nobody"))
            connection.execute(update(audit).where(audit.c.id == 14).values(digest_rule=1))
        told = [fault.en for fault in verify(store).faults]
    of_log, others = told[:2], told[2:]
    assert of_log == [f"Log, entry {number}: its content does not fit its hash." for number in (5, 14)]
    assert others[0].startswith("Table receipts: the receipt of the file 'KH_2018.xlsx' is not as in the log's entry 5")
    assert all("is not protected any more" in fault for fault in others[1:])


def test_sums_of_an_earlier_rule_are_rebuilt_once_and_logged(earlier: str) -> None:
    with closing(Store.open(earlier)) as store:
        latest = read_log(store.engine, SYSTEM, LogFilter()).entries[0]
        assert (latest.subject, latest.details) == ("sums", {"rule": rollup_writes.RULE})
        with writing(store.engine) as connection:
            connection.execute(rollup_tables(BUILTIN)["B1"].delete())
    with closing(Store.open(earlier)) as store:  # the rule is recorded, so nothing is rebuilt
        assert stored(store)["b1_rollup"] == Counter()
        with writing(store.engine) as connection:
            connection.execute(update(settings).where(settings.c.code == "sums_rule").values(value="0001"))
    with closing(Store.open(earlier)) as store:
        assert verify(store).faults == ()
        assert len(read_log(store.engine, SYSTEM, LogFilter(subject="sums")).entries) == 2


def test_processes_that_open_an_old_store_at_once_migrate_and_sum_it_once(earlier: str) -> None:
    opening = [subprocess.Popen([sys.executable, "-c", OPEN, earlier], cwd=ROOT) for _ in range(2)]
    assert [process.wait() for process in opening] == [0, 0]
    with closing(Store.open(earlier)) as store:
        assert verify(store).faults == ()
        assert len(read_log(store.engine, SYSTEM, LogFilter(subject="sums")).entries) == 1


def test_the_rule_of_the_sums_is_the_revision_of_a_migration() -> None:
    assert rollup_writes.RULE in revisions()
