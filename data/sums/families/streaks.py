"""Residential cells by whether they admitted nobody in each of the last complete years."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from data.forms.derived import STREAKS
from data.organisations.units import Registry
from data.periods import Period
from data.sums.admission_years import store_admissions, store_all_admissions
from data.sums.families.model import CountedFamily, FormHistory, SourceColumns, rows_of
from data.sums.streaks import MOVEMENT, complete_years
from data.tables.leaf_rows import LeafRows


class StreakFamily(CountedFamily):
    """A row for each cell for which it is known; an excused cell has a row, but counts neither way."""

    declared = STREAKS

    def rows(self, forms: FormHistory, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """Cells by their records; given `below`, only those below these units are examined."""
        units: list[int] = []
        values: list[tuple[float, float]] = []
        for record in forms.records(period, forms.streak_years, below):
            without = record.without_admission(forms.streak_years)
            if without is not None or record.excused:
                units.append(record.unit)
                values.append((0.0, 0.0) if record.excused else (1.0, float(bool(without))))
        return rows_of(STREAKS, units, values)

    def columns(self, period: Period, opened: Sequence[Period], years: int) -> Sequence[SourceColumns]:
        """Admissions of all opened periods within the years."""
        complete = complete_years(period, years)
        inside = (part for part in opened if any(year.contains(part) for year in complete))
        return tuple(SourceColumns(form=MOVEMENT, measures=("admitted",), period=part) for part in inside)

    def store_inputs(
        self, connection: Connection, registry: Registry, form: str, year: Period, units: Collection[int] | None
    ) -> None:
        """Stores the year's admissions, so that queries need not read the returns of all years."""
        if form == MOVEMENT:
            store_admissions(connection, registry, year, units)

    def store_all_inputs(self, connection: Connection, registry: Registry) -> None:
        """Stores the admissions of every year."""
        store_all_admissions(connection, registry)
