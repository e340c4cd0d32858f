"""The stores that are measured upon: the demonstration's, and a quarter of real returns with copies of it before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    String,
    Table,
    column,
    func,
    insert,
    literal,
    select,
    table,
    text,
)

from data.periods import Period
from data.schema import LEAVES, ROLLUPS, admission_years, opened_periods, submissions
from data.store import Store
from tests.benchmarks.processes import Program, timed
from tests.benchmarks.workbooks import Made, Size, made

PROVINCE = Size(workbooks=16, values=349_000)
_COPIES = table("copies", column("number", Integer), column("period", String))


def settings(store: Path) -> dict[str, str]:
    """The settings of a program on a store in SQLite."""
    return {"DATABASE_URL": url(store), "DATA_DIR": str(store.parent)}


def url(store: Path) -> str:
    """The address of a store in SQLite."""
    return f"sqlite:///{store.as_posix()}"


def remove(database: Path) -> None:
    """Removes a database in SQLite and what stands beside it."""
    for left in database.parent.glob(f"{database.name}*"):
        left.unlink()


def copy(origin: Path, to: Path) -> None:
    """A database of one's own; nobody is connected to the origin."""
    remove(to)
    shutil.copyfile(origin, to)


def demonstration(folder: Path) -> Path:
    """The store that `demo` makes, made unless it is there."""
    place = folder / "demonstration"
    if not (place / "store.sqlite").exists():
        timed(Program(arguments=("app.py", "demo", "--no-serve", "--data", str(place))))
    return place / "store.sqlite"


def with_history(size: Size, quarters: int, folder: Path) -> Path:
    """A store of so many quarters, the last of them read from workbooks; made unless it is there."""
    store = folder / f"history-{size.workbooks}-{size.values}-{quarters}.sqlite"
    if not store.exists():
        draft = store.with_suffix(".draft")
        remove(draft)
        load(url(draft), made(size, folder))
        with closing(Store.open(url(draft))) as opened:
            fill(opened.engine, quarters - 1)
        draft.rename(store)
    return store


def load(address: str, books: Made) -> float:
    """Loads the registry, then the returns; seconds of the returns."""
    environment = {"DATABASE_URL": address, "DATA_DIR": str(books.folder)}
    timed(Program(arguments=("app.py", "load", str(books.registry)), environment=environment))
    return timed(Program(arguments=("app.py", "load", *map(str, books.returns)), environment=environment))


def fill(engine: Engine, earlier: int) -> None:
    """Copies the rows and sums of the only quarter of a store to as many quarters before it, in the database itself.

    Submissions, leaf rows, sums, opened periods and yearly admissions; the copies refer to the same workbooks.
    """
    with engine.begin() as connection:
        (latest,) = connection.execute(select(opened_periods.c.period)).scalars()
        step = connection.execute(select(func.max(submissions.c.id))).scalar_one()
        if engine.dialect.name == "postgresql":  # each row of a copy refers to what the row that is copied refers to
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("CREATE TEMPORARY TABLE copies (number INTEGER, period VARCHAR(16))"))
        periods = list(_before(Period.parse(latest), earlier))
        connection.execute(
            insert(_COPIES), [{"number": n, "period": period.code} for n, period in enumerate(periods, start=1)]
        )
        own = {"id": submissions.c.id + _COPIES.c.number * step, "period": _COPIES.c.period}
        _copy_rows(connection, submissions, own, latest)
        for leaves in LEAVES.values():
            moved = leaves.c.submission_id + _COPIES.c.number * step
            _copy_rows(connection, leaves, {"submission_id": moved, "period": _COPIES.c.period}, latest)
        for each in (*ROLLUPS.values(), opened_periods):
            _copy_rows(connection, each, {"period": _COPIES.c.period}, latest)
        _count_admissions(connection)
        connection.execute(text("DROP TABLE copies"))
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('submissions_id_seq', (SELECT max(id) FROM submissions))"))
    if engine.dialect.name == "postgresql":  # what autovacuum does by itself a minute later
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _before(period: Period, number: int) -> Iterator[Period]:
    for _ in range(number):
        period = period.previous
        yield period


def _copy_rows(connection: Connection, rows: Table, changed: Mapping[str, ColumnElement[Any]], period: str) -> None:
    """Copies the rows of a period once for each line of `copies`."""
    values = [changed.get(each.name, each) for each in rows.columns]
    query = select(*values).select_from(rows.join(_COPIES, literal(value=True))).where(rows.c.period == period)
    connection.execute(insert(rows).from_select([each.name for each in rows.columns], query))


def _count_admissions(connection: Connection) -> None:
    """Of quarters that count by themselves, as `data.admission_years` does for a return that comes."""
    leaves, year = LEAVES["B1"], func.substr(LEAVES["B1"].c.period, 1, 4)
    counted = select(year, leaves.c.unit_id, literal("quarter"), func.sum(leaves.c.admitted), func.count())
    connection.execute(admission_years.delete())
    query = counted.where(leaves.c.admitted.is_not(None)).group_by(year, leaves.c.unit_id)
    connection.execute(
        insert(admission_years).from_select(["period", "unit_id", "frequency", "admitted", "given"], query)
    )
