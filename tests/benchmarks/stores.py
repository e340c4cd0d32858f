"""The benchmark stores: the demonstration's, and a quarter of returns with copies as its history."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Select,
    String,
    Table,
    case,
    cast,
    column,
    create_engine,
    func,
    insert,
    literal,
    select,
    table,
    text,
)

from data.forms.builtin import BUILTIN
from data.periods import Period
from data.tables.form_tables import leaf_tables, rollup_tables
from data.tables.schema import admission_years, opened_periods, submissions, unit_spells, units
from data.writing.store import Store
from tests.benchmarks.processes import Program, time_process
from tests.benchmarks.workbooks import Size, Workbooks, make

LEAVES = leaf_tables(BUILTIN)
ROLLUPS = rollup_tables(BUILTIN)

PROVINCE = Size(workbooks=16, values=349_000)
_PROVINCES = table("provinces", column("beside", Integer))


def settings(store: Path) -> dict[str, str]:
    """The settings of a program on a store in SQLite."""
    return {"DATABASE_URL": url(store), "DATA_DIR": str(store.parent)}


def url(store: Path) -> str:
    """The address of a store in SQLite."""
    return f"sqlite:///{store.as_posix()}"


def remove(database: Path) -> None:
    """Removes a SQLite database with its journal files."""
    for left in database.parent.glob(f"{database.name}*"):
        left.unlink()


def copy(origin: Path, to: Path) -> None:
    """Copies a database to which nobody is connected."""
    remove(to)
    shutil.copyfile(origin, to)


def demonstration(folder: Path) -> Path:
    """The store that `demo` makes, made unless it is there."""
    place = folder / "demonstration"
    if not (place / "store.sqlite").exists():
        time_process(Program(arguments=("app.py", "demo", "--no-serve", "--data", str(place))))
    return place / "store.sqlite"


def with_history(size: Size, quarters: int, folder: Path) -> Path:
    """A store of so many quarters, the last of them read from workbooks; made unless it is there."""
    store = folder / f"history-{size.workbooks}-{size.values}-{quarters}.sqlite"
    if not store.exists():
        draft = store.with_suffix(".draft")
        remove(draft)
        load(url(draft), make(size, folder))
        with closing(Store.open(url(draft))) as opened:
            fill(opened.engine, quarters - 1)
        draft.rename(store)
    return store


def load(address: str, books: Workbooks) -> float:
    """Loads the registry, then the returns; seconds of the returns."""
    environment = {"DATABASE_URL": address, "DATA_DIR": str(books.folder)}
    time_process(Program(arguments=("app.py", "load", str(books.registry)), environment=environment))
    return time_process(
        Program(
            arguments=("app.py", "load", "--yes", "--open-periods", *map(str, books.returns)), environment=environment
        )
    )


def fill(engine: Engine, earlier: int, provinces: int = 1) -> None:
    """Copies the only quarter of a store to as many quarters before it, and its units so many times beside them.

    In the database itself: units, submissions, leaf rows, sums, opened periods and yearly admissions; the copies refer
    to the same workbooks, and all units stand below the same root.
    """
    with _filling(engine) as connection:
        (latest,) = connection.execute(select(opened_periods.c.period)).scalars()
        connection.execute(text("CREATE TEMPORARY TABLE provinces (beside INTEGER)"))
        connection.execute(insert(_PROVINCES), [{"beside": n} for n in range(provinces)])
        _Copying(connection, latest, provinces).run(_before(Period.parse(latest), earlier))
        connection.execute(text("DROP TABLE provinces"))
        if engine.dialect.name == "postgresql":
            for each in ("submissions", "units"):
                connection.execute(text(f"SELECT setval('{each}_id_seq', (SELECT max(id) FROM {each}))"))
    if engine.dialect.name == "postgresql":  # what autovacuum would do a minute later
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


@contextmanager
def _filling(engine: Engine) -> Iterator[Connection]:
    """A transaction that checks no references, as a copy refers to what its original does; SQLite keeps no journal."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
        return
    engine.dispose()  # leaving WAL mode needs an exclusive connection
    plain = create_engine(engine.url)
    with closing(plain.raw_connection()) as alone:
        alone.cursor().execute("PRAGMA journal_mode = DELETE")
    with plain.begin() as connection:
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
            connection.exec_driver_sql(f"PRAGMA {setting}")
        yield connection
    plain.dispose()


class _Copying:
    """Copies of the rows of a period, for each line of `provinces` but the first and for periods before."""

    def __init__(self, connection: Connection, period: str, provinces: int) -> None:
        self._connection, self._period, self._provinces = connection, period, provinces
        self._root = self._one(select(unit_spells.c.unit_id).where(unit_spells.c.parent_id.is_(None)).limit(1))
        self._units = self._one(select(func.max(units.c.id)))
        self._rows = self._one(select(func.max(unit_spells.c.row)))
        self._submissions = self._one(select(func.max(submissions.c.id)))

    def run(self, earlier: Iterable[Period]) -> None:
        """Copies everything; period by period, so that what is added stands together."""
        beside = _PROVINCES.c.beside
        code = literal("P") + cast(beside, String) + "." + units.c.code
        self._copy(units, {"id": self._moved(units.c.id), "code": code}, units.c.id)
        spells = {"unit_id": self._moved(unit_spells.c.unit_id), "parent_id": self._moved(unit_spells.c.parent_id)}
        self._copy(unit_spells, {**spells, "row": unit_spells.c.row + beside * self._rows}, unit_spells.c.unit_id)
        for sums in ROLLUPS.values():
            counts = set(sums.c.keys()) - {"period", "unit_id", "blanks"}
            of_all = {name: sums.c[name] * self._provinces for name in counts}
            self._connection.execute(sums.update().where(sums.c.unit_id == self._root).values(of_all))
        opened = self._connection.execute(select(opened_periods)).mappings().one()
        for number, period in enumerate(earlier, start=1):
            self._copy_period(period.code, number)
            self._connection.execute(insert(opened_periods).values({**opened, "period": period.code}))
        self._copy_period(self._period, 0)  # last, as the others are copied from it
        self._connection.execute(admission_years.delete())
        _count_admissions(self._connection)

    def _copy_period(self, period: str, number: int) -> None:
        """Submissions, their rows and their sums as of another period; of the period itself only those beside."""
        moved = (number * self._provinces + _PROVINCES.c.beside) * self._submissions
        given = {"id": submissions.c.id + moved, "unit_id": self._moved(submissions.c.unit_id)}
        self._copy(submissions, given, submissions.c.unit_id, period)
        for leaves in LEAVES.values():
            given = {"submission_id": leaves.c.submission_id + moved, "unit_id": self._moved(leaves.c.unit_id)}
            self._copy(leaves, given, leaves.c.unit_id, period)
        for sums in ROLLUPS.values():
            self._copy(sums, {"unit_id": self._moved(sums.c.unit_id)}, sums.c.unit_id, period)

    def _one(self, query: Select[Any]) -> int:
        return int(self._connection.execute(query).scalar_one())

    def _moved(self, unit: ColumnElement[Any]) -> ColumnElement[Any]:
        return case((unit == self._root, unit), else_=unit + _PROVINCES.c.beside * self._units)

    def _copy(
        self, rows: Table, changed: Mapping[str, ColumnElement[Any]], unit: ColumnElement[Any], period: str = ""
    ) -> None:
        """The rows of the root, which stands once, are copied to the other periods only."""
        values: dict[str, ColumnElement[Any]] = {each.name: each for each in rows.columns}
        values |= {**changed, **({"period": literal(period)} if period else {})}
        query = select(*values.values()).where((unit != self._root) | (_PROVINCES.c.beside == 0))
        if period:
            query = query.where(rows.c.period == self._period)
        if period in {"", self._period}:
            query = query.where(_PROVINCES.c.beside > 0)
        copied = query.select_from(rows.join(_PROVINCES, literal(value=True)))
        self._connection.execute(insert(rows).from_select(list(values), copied))


def _before(period: Period, number: int) -> Iterator[Period]:
    for _ in range(number):
        period = period.previous
        yield period


def _count_admissions(connection: Connection) -> None:
    """Of quarters that count by themselves, as `data.sums.admission_years` does for a return that comes."""
    leaves, year = LEAVES["B1"], func.substr(LEAVES["B1"].c.period, 1, 4)
    counted = select(year, leaves.c.unit_id, literal("quarter"), func.sum(leaves.c.admitted), func.count())
    query = counted.where(leaves.c.admitted.is_not(None)).group_by(year, leaves.c.unit_id)
    connection.execute(
        insert(admission_years).from_select(["period", "unit_id", "frequency", "admitted", "given"], query)
    )
