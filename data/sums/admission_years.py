"""Stores each cell's admissions by year, so that counting years without admission need not read every return."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, select

from data.forms.b1_movement import B1
from data.organisations.units import Registry
from data.periods import Frequency, Period
from data.tables.engine import delete_rows, insert_rows
from data.tables.form_tables import leaf_table
from data.tables.leaves import read_leaves
from data.tables.opened import read_collecting
from data.tables.schema import admission_years

_MOVEMENT = B1.only("admitted")
_MAX_IN_CLAUSE = 500  # cells that a query lists one by one

YearSum = tuple[int, int]
"""A cell's admissions in a year from its returns of one frequency, and how many of these reported a number."""


def store_admissions(
    connection: Connection, registry: Registry, year: Period, units: Collection[int] | None = None
) -> None:
    """Recomputes a year for some cells, or for all; what predecessors returned for a period counts for its cells."""
    if units is None:
        connection.execute(admission_years.delete().where(admission_years.c.period == year.code))
    else:
        delete_rows(connection, admission_years, year.code, sorted(units))
    # Returns are accepted for opened periods only, so that others have no rows.
    opened = read_collecting(connection)
    sums: dict[tuple[int, Frequency], tuple[int, int]] = {}
    for part in (part for frequency in Frequency for part in year.parts(frequency) if part in opened):
        rows = read_leaves(connection, _MOVEMENT, part, registry, units=units)
        for unit, (admitted,) in zip(rows.units, rows.values.tolist(), strict=True):
            if admitted == admitted and unit not in rows.placed:
                total, given = sums.get((unit, part.frequency), (0, 0))
                sums[unit, part.frequency] = total + int(admitted), given + 1
    rows_of_year = [(year.code, unit, frequency.value, *counted) for (unit, frequency), counted in sums.items()]
    insert_rows(connection, admission_years, ("period", "unit_id", "frequency", "admitted", "given"), rows_of_year)


def store_all_admissions(connection: Connection, registry: Registry) -> None:
    """Recomputes every year of every cell."""
    connection.execute(admission_years.delete())
    codes = connection.execute(select(leaf_table(_MOVEMENT).c.period).distinct()).scalars()
    for year in sorted({Period.parse(code).whole_year for code in codes}):
        store_admissions(connection, registry, year)


def read_years(
    connection: Connection, years: Iterable[Period], cells: Collection[int] | None = None
) -> dict[tuple[Period, Frequency], dict[int, YearSum]]:
    """The stored admissions of some years, by year and frequency of the returns, then by cell; of few cells or all."""
    table, by_code = admission_years, {year.code: year for year in years}
    query = select(table.c.unit_id, table.c.period, table.c.frequency, table.c.admitted, table.c.given)
    if cells is not None and len(cells) <= _MAX_IN_CLAUSE:
        query = query.where(table.c.unit_id.in_(sorted(cells)))
    found: dict[tuple[str, str], dict[int, YearSum]] = {}
    for unit, period, frequency, admitted, given in connection.execute(
        query.where(table.c.period.in_(list(by_code)))
    ).all():
        found.setdefault((period, frequency), {})[unit] = admitted, given
    return {(by_code[period], Frequency(frequency)): cells for (period, frequency), cells in found.items()}
