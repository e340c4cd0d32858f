"""Stores each cell's admissions by year, so that counting years without admission need not read every return."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, select

from data.forms.b1_movement import B1
from data.periods import Frequency, Period
from data.tables.engine import delete_rows, insert_rows
from data.tables.form_tables import leaf_table
from data.tables.leaves import read_flow
from data.tables.schema import admission_years, opened_periods

_MOVEMENT = B1.only("admitted")

YearSum = tuple[int, int]
"""A cell's admissions in a year from its returns of one frequency, and how many of these reported a number."""


def store_admissions(connection: Connection, year: Period, units: Collection[int] | None = None) -> None:
    """Recomputes a year for some cells, or for all."""
    if units is None:
        connection.execute(admission_years.delete().where(admission_years.c.period == year.code))
    else:
        delete_rows(connection, admission_years, year.code, sorted(units))
    # Accepting a return opens its period, so only opened periods can have rows.
    opened = set(connection.execute(select(opened_periods.c.period)).scalars())
    parts = [part for frequency in Frequency for part in year.parts(frequency) if part.code in opened]
    sums: dict[tuple[int, Frequency], tuple[int, int]] = {}
    for unit, part, admitted in read_flow(connection, _MOVEMENT, "admitted", parts, units=units):
        if admitted is not None:
            total, given = sums.get((unit, part.frequency), (0, 0))
            sums[unit, part.frequency] = total + admitted, given + 1
    rows = [(year.code, unit, frequency.value, *counted) for (unit, frequency), counted in sums.items()]
    insert_rows(connection, admission_years, ("period", "unit_id", "frequency", "admitted", "given"), rows)


def store_all_admissions(connection: Connection) -> None:
    """Recomputes every year of every cell."""
    connection.execute(admission_years.delete())
    codes = connection.execute(select(leaf_table(_MOVEMENT).c.period).distinct()).scalars()
    for year in sorted({Period.parse(code).whole_year for code in codes}):
        store_admissions(connection, year)


def read_years(connection: Connection, years: Iterable[Period]) -> dict[tuple[Period, Frequency], dict[int, YearSum]]:
    """The stored admissions of some years, by year and frequency of the returns, then by cell."""
    table, by_code = admission_years, {year.code: year for year in years}
    query = select(table.c.unit_id, table.c.period, table.c.frequency, table.c.admitted, table.c.given)
    found: dict[tuple[str, str], dict[int, YearSum]] = {}
    for unit, period, frequency, admitted, given in connection.execute(
        query.where(table.c.period.in_(list(by_code)))
    ).all():
        found.setdefault((period, frequency), {})[unit] = admitted, given
    return {(by_code[period], Frequency(frequency)): cells for (period, frequency), cells in found.items()}
