"""How each cell stands in a period, stored: what is known of it, for which reasons it is listed, now and before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    delete,
    insert,
    literal,
    select,
    update,
)

from data.periods import Period
from data.tables.engine import delete_rows, insert_rows
from data.tables.schema import metadata

_MAX_IN_CLAUSE = 500  # units that a query lists one by one

_tables = MetaData(naming_convention=metadata.naming_convention)

# A period that is not here has no standings that may be read. `borrows`: a verdict used the province's season.
standing_periods = Table(
    "standing_periods",
    _tables,
    Column("period", String(16), primary_key=True),
    Column("rule", String(16), nullable=False),
    Column("borrows", Boolean, nullable=False),
)

# Keys are bytes, because databases differ in how they sort text. Reasons are bits, in the order of the rules.
cell_standings = Table(
    "cell_standings",
    _tables,
    Column("period", String(16), primary_key=True),
    Column("unit_id", Integer, ForeignKey("units.id"), primary_key=True),
    Column("base_id", Integer),
    Column("district_id", Integer),
    Column("kind", String(16), nullable=False),
    Column("code_key", LargeBinary, nullable=False),
    Column("name_key", LargeBinary, nullable=False),
    Column("base_key", LargeBinary),
    Column("district_key", LargeBinary),
    Column("sought", Text, nullable=False),
    Column("reasons", Integer, nullable=False),
    Column("before", Integer),
    Column("streak", Integer),
    Column("years", Text),
    Column("excused", Boolean),
    Column("admitted", Integer),
    Column("members", Integer),
    Column("heads", Integer),
    Column("heads_members", Integer),
    Column("dossiers_due", Integer),
    Column("dossiers_complete", Integer),
    Column("failed", Boolean, nullable=False),
    Column("behind", Boolean, nullable=False),
)

COUNTED = (
    "cells",
    "reported",
    "compared",
    "new",
    "still",
    "uncompared",
    "recovered",
    "missing",
    "no_admission",
    "few_members",
    "behind_plan",
    "head_not_member",
    "rated_failed",
    "dossiers_incomplete",
    "return_missing",
)
"""What is counted of a unit's cells: how they stand, and for which reasons they are listed."""

# Summed up the tree: a row for each unit above a cell.
standing_counts = Table(
    "standing_counts",
    _tables,
    Column("period", String(16), primary_key=True),
    Column("unit_id", Integer, ForeignKey("units.id"), primary_key=True),
    *(Column(name, Integer, nullable=False) for name in COUNTED),
)

TABLES: Mapping[str, Table] = _tables.tables


class CellStanding(NamedTuple):
    """What is known of a cell in a period, as stored.

    `reasons` and `before` are bits; `before` is None where nothing was returned a period before. `years`: admissions in
    complete years, latest first, blanks for undetermined ones; None, like `excused`, of a cell that is not residential.
    `admitted`: the sum over the years of the rule; None where one is undetermined.
    """

    unit: int
    base: int | None
    district: int | None
    kind: str
    code_key: bytes
    name_key: bytes
    base_key: bytes | None
    district_key: bytes | None
    sought: str
    reasons: int
    before: int | None
    streak: int | None
    years: str | None
    excused: bool | None
    admitted: int | None
    members: int | None
    heads: int | None
    heads_members: int | None
    dossiers_due: int | None
    dossiers_complete: int | None
    failed: bool
    behind: bool


_COLUMNS = tuple(column for column in cell_standings.columns if column.name != "period")


class ListedStanding(NamedTuple):
    """What a cell's place in a list follows from; the columns as in `CellStanding`."""

    unit: int
    base: int | None
    district: int | None
    kind: str
    reasons: int
    before: int | None
    streak: int | None
    excused: bool | None
    admitted: int | None
    members: int | None
    heads: int | None
    heads_members: int | None


_LISTED = tuple(
    cell_standings.c[{"unit": "unit_id", "base": "base_id", "district": "district_id"}.get(name, name)]
    for name in ListedStanding._fields
)
NAME_KEYS = ("name_key", "base_key", "district_key")
"""The columns by which lists are sorted as Vietnamese sorts names."""


def read_fresh(connection: Connection, rule: str) -> dict[Period, bool]:
    """The periods whose standings are stored by a rule and right, oldest first, and whether a verdict is borrowed."""
    query = select(standing_periods.c.period, standing_periods.c.borrows).where(standing_periods.c.rule == rule)
    found = {Period.parse(period): borrows for period, borrows in connection.execute(query)}
    return {period: found[period] for period in sorted(found)}


def is_fresh(connection: Connection, rule: str, period: Period) -> bool:
    """Whether the standings of a period are stored by a rule and right."""
    return read_borrowing(connection, rule, period) is not None


def read_borrowing(connection: Connection, rule: str, period: Period) -> bool | None:
    """Whether a verdict of a period used the province's season; None where its standings may not be read."""
    found = select(standing_periods.c.borrows).where(
        standing_periods.c.period == period.code, standing_periods.c.rule == rule
    )
    return connection.execute(found).scalar()


def read_standings(
    connection: Connection, period: Period, cells: Collection[int] | None = None
) -> dict[int, CellStanding]:
    """The stored rows of a period, of some cells or of all, by cell."""
    rows = (CellStanding(*row) for row in connection.execute(_among(select(*_COLUMNS), period, cells)))
    return {row.unit: row for row in rows if cells is None or row.unit in cells}


def read_listed(connection: Connection, period: Period, cells: Collection[int] | None = None) -> list[ListedStanding]:
    """What the places of some cells, or of all, in a list follow from."""
    rows = (ListedStanding(*row) for row in connection.execute(_among(select(*_LISTED), period, cells)))
    return [row for row in rows if cells is None or row.unit in cells]


def read_name_keys(
    connection: Connection, period: Period, column: str, cells: Collection[int] | None = None
) -> dict[int, bytes | None]:
    """One of `NAME_KEYS` of some cells, or of all."""
    query = _among(select(cell_standings.c.unit_id, cell_standings.c[column]), period, cells)
    return {unit: key for unit, key in connection.execute(query) if cells is None or unit in cells}


def read_sought(connection: Connection, period: Period, words: Iterable[str]) -> frozenset[int]:
    """The cells in whose search text each of some normalised words begins a word."""
    text = literal(" ") + cell_standings.c.sought
    found = (text.contains(f" {word}", autoescape=True) for word in words)
    query = select(cell_standings.c.unit_id).where(cell_standings.c.period == period.code, *found)
    return frozenset(connection.execute(query).scalars())


def _among(query: Select[Any], period: Period, cells: Collection[int] | None) -> Select[Any]:
    """A query on some cells of a period, or on all; more than a query can list are all."""
    query = query.where(cell_standings.c.period == period.code)
    if cells is None or len(cells) > _MAX_IN_CLAUSE:
        return query
    return query.where(cell_standings.c.unit_id.in_(sorted(cells)))


def store_standings(
    connection: Connection, period: Period, rows: Sequence[CellStanding], cells: Collection[int] | None = None
) -> None:
    """Replaces the rows of some cells, or of all."""
    if cells is None:
        connection.execute(delete(cell_standings).where(cell_standings.c.period == period.code))
    else:
        delete_rows(connection, cell_standings, period.code, sorted(cells))
    names = ("period", *(column.name for column in _COLUMNS))
    insert_rows(connection, cell_standings, names, [(period.code, *row) for row in rows])


def read_counts(
    connection: Connection, period: Period, units: Collection[int] | None = None
) -> dict[int, tuple[int, ...]]:
    """What is counted of the cells of some units, or of all, in the order of `COUNTED`."""
    columns = (standing_counts.c[name] for name in COUNTED)
    query: Select[Any] = select(standing_counts.c.unit_id, *columns).where(standing_counts.c.period == period.code)
    if units is not None and len(units) <= _MAX_IN_CLAUSE:
        query = query.where(standing_counts.c.unit_id.in_(sorted(units)))
    rows = connection.execute(query)
    return {unit: tuple(counts) for unit, *counts in rows if units is None or unit in units}


def store_counts(
    connection: Connection, period: Period, counts: Mapping[int, Sequence[int]], units: Collection[int] | None = None
) -> None:
    """Replaces the counts of some units, or of all."""
    if units is None:
        connection.execute(delete(standing_counts).where(standing_counts.c.period == period.code))
    else:
        delete_rows(connection, standing_counts, period.code, sorted(units))
    rows = [(period.code, unit, *given) for unit, given in counts.items()]
    insert_rows(connection, standing_counts, ("period", "unit_id", *COUNTED), rows)


def mark_fresh(connection: Connection, period: Period, rule: str, *, borrows: bool) -> None:
    """States that a period's standings are stored by a rule and right."""
    forget_standings(connection, [period])
    connection.execute(insert(standing_periods).values(period=period.code, rule=rule, borrows=borrows))


def mark_borrowing(connection: Connection, period: Period) -> None:
    """States that a verdict of the period used the province's season."""
    connection.execute(update(standing_periods).where(standing_periods.c.period == period.code).values(borrows=True))


def forget_standings(connection: Connection, periods: Iterable[Period] | None = None) -> None:
    """Lets nobody read the standings of some periods, or of all, until they are made anew."""
    query = delete(standing_periods)
    if periods is not None:
        query = query.where(standing_periods.c.period.in_([period.code for period in periods]))
    connection.execute(query)
