"""For how many years running cells admitted nobody, what went into a cell counted with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import takewhile

import numpy as np
from sqlalchemy import Connection

from data.forms import STORED, STREAKS
from data.leaves import read_leaves
from data.lineage import forebears
from data.periods import Frequency, Period
from data.rollup import LeafRows
from data.units import Grain, Registry, Unit

Counts = Mapping[int, int | None]

# Of B1 and B2 only these columns are read: years of all cells are many rows.
_ADMITTED = replace(STORED["B1"], measures=(STORED["B1"].by_code["admitted"],), rules=())
_EXCUSED = replace(STORED["B2"], measures=(STORED["B2"].by_code["no_masses_left"],), rules=())


def complete_years(period: Period, years: int) -> tuple[Period, ...]:
    """The last years that were over at the end of a period, the latest first."""
    last = period.year if period.end >= period.whole_year.end else period.year - 1
    return tuple(Period(last - back) for back in range(years))


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRecord:
    """What a cell admitted in complete years, the latest first, as far back as it or what went into it was there.

    None: a year that cannot be told, because nobody was admitted as far as is known and something is missing.
    """

    unit: int
    excused: bool
    years: tuple[int | None, ...]

    @property
    def streak(self) -> int:
        """Complete years running, up to the latest, in which it is known to have admitted nobody."""
        return len(list(takewhile(lambda admitted: admitted == 0, self.years)))

    def without_admission(self, years: int) -> bool | None:
        """Whether it admitted nobody in each of the last years; None when that cannot be told."""
        last = self.years[:years]
        if len(last) < years or any(last):
            return False
        return None if None in last else True


@dataclass
class AdmissionYears:
    """Admissions of all cells by period, each period read once."""

    connection: Connection
    registry: Registry
    known: frozenset[Period]
    as_of: datetime | None
    _read: dict[tuple[str, Period], Counts] = field(default_factory=dict)
    _parts: dict[Period, Sequence[Sequence[Period]]] = field(default_factory=dict)

    def records(self, cells: Iterable[Unit], period: Period, years: int, map_day: date) -> tuple[CellRecord, ...]:
        """The residential cells among `cells`, which are those of `map_day`, over the last complete years."""
        asked = complete_years(period, years)
        return tuple(
            self._record(cell.id, period, asked, map_day) for cell in cells if cell.holds(Grain.RESIDENTIAL_CELL)
        )

    def _record(self, cell: int, period: Period, asked: Sequence[Period], map_day: date) -> CellRecord:
        line = {cell: date.max, **forebears(self.registry, cell, map_day)}
        there = takewhile(lambda year: any(self._was_there(unit, year.start) for unit in line), asked)
        years = tuple(self._admitted(line, year) for year in there)
        return CellRecord(unit=cell, excused=self._excused(line, period), years=years)

    def _was_there(self, unit: int, day: date) -> bool:
        return unit in self.registry.at(day).units

    def _admitted(self, line: Mapping[int, date], year: Period) -> int | None:
        """What a cell and its forebears admitted in a year; None when nobody is known of and something is missing."""
        found = [self._of_unit(unit, until, year) for unit, until in line.items()]
        admitted = sum(count for count, _ in found)
        return admitted if admitted or all(complete for _, complete in found) else None

    def _of_unit(self, unit: int, until: date, year: Period) -> tuple[int, bool]:
        """Admissions of one unit in a year as far as known, and whether that is all; the fullest returns count."""
        best, complete = 0, False
        for known in self._known_parts(year):
            parts = [part for part in known if part.end < until]
            owed = [part for part in parts if self._was_there(unit, part.end)]
            given = [self._counts("B1", part).get(unit) for part in owed]
            whole = None not in given and self._returned(owed, unit)
            if whole:
                return sum(count or 0 for count in given), True
            best = max(best, sum(count or 0 for count in given))
            complete = complete or not owed
        return best, complete

    def _known_parts(self, year: Period) -> Sequence[Sequence[Period]]:
        """The ways to make up a year of periods for which anything was returned."""
        if year not in self._parts:
            ways = (year.parts(frequency) for frequency in Frequency)
            self._parts[year] = [parts for parts in ways if self.known.intersection(parts)]
        return self._parts[year]

    def _returned(self, owed: Sequence[Period], unit: int) -> bool:
        return bool(owed) and all(unit in self._counts("B1", part) for part in owed)

    def _excused(self, line: Mapping[int, date], period: Period) -> bool:
        """Whether the latest B2 says of the cell, or of all that went into it since, that no non-members are left."""
        ends = [part for frequency in Frequency for part in period.parts(frequency)[-1:] if part in self.known]
        flags = [
            self._counts("B2", part).get(unit) for part in ends for unit in line if unit in self._counts("B2", part)
        ]
        return bool(flags) and all(flag == 1 for flag in flags)

    def _counts(self, form: str, period: Period) -> Counts:
        if (form, period) not in self._read:
            self._read[form, period] = self._read_counts(form, period) if period in self.known else {}
        return self._read[form, period]

    def _read_counts(self, form: str, period: Period) -> Counts:
        declared = _ADMITTED if form == "B1" else _EXCUSED
        rows = read_leaves(self.connection, declared, period, as_of=self.as_of)
        values = rows.values[:, 0].tolist()
        return {unit: None if v != v else int(v) for unit, v in zip(rows.units, values, strict=True)}


def streaks(records: Iterable[CellRecord], years: int) -> LeafRows:
    """The cells of which one can tell, as rows of the derived source; an excused one counts as told, and as neither."""
    told: list[int] = []
    values: list[tuple[float, float]] = []
    for record in records:
        without = record.without_admission(years)
        if without is not None or record.excused:
            told.append(record.unit)
            values.append((0.0, 0.0) if record.excused else (1.0, float(bool(without))))
    return LeafRows(tuple(m.code for m in STREAKS.measures), told, np.array(values).reshape(len(told), 2))
