"""Residential cells by whether they admitted nobody in each of the last complete years."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from data.forms.derived import STREAKS
from data.periods import Period
from data.sums.admission_years import keep_admissions, keep_all_admissions
from data.sums.families.model import CountedFamily, FormHistory, SourceColumns, rows_of
from data.sums.streaks import MOVEMENT, complete_years
from data.tables.leaf_rows import LeafRows


class StreakFamily(CountedFamily):
    """A row for each cell of which one can tell; an excused one counts as told, and as neither."""

    declared = STREAKS

    def rows(self, forms: FormHistory, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """Cells by their records; only those below some units are looked through, where they are named."""
        told: list[int] = []
        values: list[tuple[float, float]] = []
        for record in forms.records(period, forms.years, below):
            without = record.without_admission(forms.years)
            if without is not None or record.excused:
                told.append(record.unit)
                values.append((0.0, 0.0) if record.excused else (1.0, float(bool(without))))
        return rows_of(STREAKS, told, values)

    def columns(self, period: Period, opened: Sequence[Period], years: int) -> Sequence[SourceColumns]:
        """Admissions of all periods inside the years."""
        whole = complete_years(period, years)
        inside = (part for part in opened if any(year.contains(part) for year in whole))
        return tuple(SourceColumns(form=MOVEMENT, measures=("admitted",), period=part) for part in inside)

    def keep(self, connection: Connection, form: str, year: Period, units: Collection[int]) -> None:
        """Admissions of the year: otherwise the returns of all years would be read for each answer."""
        if form == MOVEMENT:
            keep_admissions(connection, year, units)

    def keep_all(self, connection: Connection) -> None:
        """Admissions of every year."""
        keep_all_admissions(connection)
