"""For how many years running cells admitted nobody, what went into a cell counted with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import takewhile

from sqlalchemy import Engine

from data.forms.b1_movement import B1
from data.forms.b2_admission import B2
from data.forms.derived import STREAKS
from data.organisations.lineage import forebears
from data.organisations.units import Grain, Registry, Unit
from data.periods import Frequency, Period
from data.sums.admission_years import YearSum, read_years
from data.tables.leaves import read_leaves

Counts = Mapping[int, int | None]

MOVEMENT, _ADMISSION = STREAKS.reads_from
# Only these columns are read: years of all cells are many rows.
_READ = {MOVEMENT: B1.only("admitted"), _ADMISSION: B2.only("no_masses_left")}


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


@dataclass(frozen=True, slots=True)
class _Way:
    """A year made up of returns of one length: `sums` if they are kept, and who was `always` there."""

    parts: Sequence[Period]
    sums: Mapping[int, YearSum] | None
    always: frozenset[int]

    def kept(self, unit: int, until: date) -> bool:
        """Whether what is kept of the unit's year is all of it: it was there, and apart, all the time."""
        return self.sums is not None and unit in self.always and self.parts[-1].end < until


def _of_their_own(ways: Sequence[_Way]) -> Counts:
    """What each unit that was there all the year admitted by its own returns, as `AdmissionYears` counts a line."""
    if not ways or any(way.sums is None for way in ways):
        return {}
    kept = [(way.sums or {}, len(way.parts)) for way in ways]
    found: dict[int, int | None] = {}
    for unit in frozenset.intersection(*(way.always for way in ways)):
        given = [(sums.get(unit, (0, 0)), parts) for sums, parts in kept]
        most = max(admitted for (admitted, _), _ in given)
        found[unit] = next((admitted for (admitted, count), parts in given if count == parts), most or None)
    return found


@dataclass
class AdmissionYears:
    """Admissions of all cells by year: as they are kept, for the years `kept`, else from leaf rows, each read once."""

    engine: Engine
    registry: Registry
    known: frozenset[Period]
    as_of: datetime | None
    kept: Callable[[Period], bool]
    _years: dict[Period, Sequence[_Way]] = field(default_factory=dict)
    _alone: dict[Period, Counts] = field(default_factory=dict)
    _read: dict[tuple[str, Period], Counts] = field(default_factory=dict)

    def records(self, cells: Iterable[Unit], period: Period, years: int, map_day: date) -> tuple[CellRecord, ...]:
        """The residential cells among `cells`, which are those of `map_day`, over the last complete years."""
        asked = complete_years(period, years)
        self._prepare(asked)
        flags, starts = self._flags(period), [self.registry.at(year.start).units for year in asked]
        return tuple(
            self._record(cell.id, asked, starts, map_day, flags) for cell in cells if cell.holds(Grain.RESIDENTIAL_CELL)
        )

    def _prepare(self, asked: Iterable[Period]) -> None:
        new = [year for year in asked if year not in self._years]
        with self.engine.connect() as connection:
            stored = read_years(connection, [year for year in new if self.kept(year)]) if new else {}
        for year in new:
            ways = [(f, parts) for f in Frequency if self.known.intersection(parts := year.parts(f))]
            self._years[year] = [
                _Way(parts, stored.get((year, f), {}) if self.kept(year) else None, self._always_there(parts))
                for f, parts in ways
            ]
            self._alone[year] = _of_their_own(self._years[year])

    def _always_there(self, parts: Sequence[Period]) -> frozenset[int]:
        first, *others = (self.registry.at(part.end).units for part in parts)
        return frozenset(first).intersection(*others)

    def _record(
        self,
        cell: int,
        asked: Sequence[Period],
        starts: Sequence[Mapping[int, Unit]],
        map_day: date,
        flags: Mapping[int, bool],
    ) -> CellRecord:
        if cell not in self.registry.predecessors:
            own = tuple(self._of_its_own(cell, asked, starts))
            return CellRecord(unit=cell, excused=flags.get(cell, False), years=own)
        line = {cell: date.max, **forebears(self.registry, cell, map_day)}
        there = takewhile(lambda place: any(unit in starts[place] for unit in line), range(len(asked)))
        excuses = [flags[unit] for unit in line if unit in flags]
        return CellRecord(
            unit=cell,
            excused=bool(excuses) and all(excuses),
            years=tuple(self._admitted(line, asked[place]) for place in there),
        )

    def _of_its_own(
        self, cell: int, asked: Sequence[Period], starts: Sequence[Mapping[int, Unit]]
    ) -> Iterator[int | None]:
        """The years of a cell that nothing went into: most cells, so what is kept of these is worked out at once."""
        for year, there in zip(asked, starts, strict=True):
            if cell not in there:
                return
            alone = self._alone[year]
            if cell in alone:
                yield alone[cell]
            else:
                yield self._admitted({cell: date.max}, year) if self._years[year] else None

    def _admitted(self, line: Mapping[int, date], year: Period) -> int | None:
        """What a cell and its forebears admitted in a year; None when nobody is known of and something is missing."""
        admitted, whole = 0, True
        for unit, until in line.items():
            count, complete = self._of_unit(unit, until, year)
            admitted, whole = admitted + count, whole and complete
        return admitted if admitted or whole else None

    def _of_unit(self, unit: int, until: date, year: Period) -> tuple[int, bool]:
        """Admissions of one unit in a year as far as known, and whether that is all; the fullest returns count."""
        best, complete = 0, False
        for way in self._years[year]:
            if way.kept(unit, until):
                admitted, given = (way.sums or {}).get(unit, (0, 0))
                whole, owed = given == len(way.parts), True
            else:
                admitted, whole, owed = self._anew(unit, until, way.parts)
            if whole:
                return admitted, True
            best, complete = max(best, admitted), complete or not owed
        return best, complete

    def _anew(self, unit: int, until: date, known: Sequence[Period]) -> tuple[int, bool, bool]:
        """From leaf rows of the parts in which the unit was there, and apart; whether that is all, and any is owed."""
        owed = [part for part in known if part.end < until and unit in self.registry.at(part.end).units]
        given = [self._counts(MOVEMENT, part).get(unit) for part in owed]
        return sum(count or 0 for count in given), bool(owed) and None not in given, bool(owed)

    def _flags(self, period: Period) -> Mapping[int, bool]:
        """By unit, whether the latest B2 says in all its parts that no non-members are left."""
        ends = [part for frequency in Frequency for part in period.parts(frequency)[-1:] if part in self.known]
        found: dict[int, bool] = {}
        for part in ends:
            for unit, flag in self._counts(_ADMISSION, part).items():
                found[unit] = found.get(unit, True) and flag == 1
        return found

    def _counts(self, form: str, period: Period) -> Counts:
        if (form, period) not in self._read:
            self._read[form, period] = self._read_counts(form, period) if period in self.known else {}
        return self._read[form, period]

    def _read_counts(self, form: str, period: Period) -> Counts:
        with self.engine.connect() as connection:
            rows = read_leaves(connection, _READ[form], period, as_of=self.as_of)
        values = rows.values[:, 0].tolist()
        return {unit: None if v != v else int(v) for unit, v in zip(rows.units, values, strict=True)}
