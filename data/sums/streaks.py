"""How many consecutive years cells admitted nobody, including the cells merged into them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import takewhile

from data.forms.b1_movement import B1
from data.forms.b2_admission import B2
from data.forms.derived import STREAKS
from data.organisations.lineage import all_predecessors
from data.organisations.units import Grain, Registry, Unit
from data.periods import Frequency, Period
from data.sums.admission_years import YearSum, read_years
from data.tables.engine import Connects
from data.tables.leaves import read_leaves

Counts = Mapping[int, int | None]

MOVEMENT, _ADMISSION = STREAKS.reads_from
# Only these columns are read, since years of all cells are many rows.
_READ = {MOVEMENT: B1.only("admitted"), _ADMISSION: B2.only("no_masses_left")}


def complete_years(period: Period, years: int) -> tuple[Period, ...]:
    """The last years that were complete at the end of a period, latest first."""
    last = period.year if period.end >= period.whole_year.end else period.year - 1
    return tuple(Period(last - back) for back in range(years))


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRecord:
    """A cell's admissions in complete years, latest first, as far back as it or a predecessor existed.

    None marks an undetermined year: no admission is known, but some returns are missing.
    """

    unit: int
    excused: bool
    years: tuple[int | None, ...]

    @property
    def streak(self) -> int:
        """The number of consecutive complete years, up to the latest, known to be without admission."""
        return len(list(takewhile(lambda admitted: admitted == 0, self.years)))

    def without_admission(self, years: int) -> bool | None:
        """Whether it admitted nobody in each of the last years; None when undetermined."""
        last = self.years[:years]
        if len(last) < years or any(last):
            return False
        return None if None in last else True


@dataclass(frozen=True, slots=True)
class _YearReturns:
    """A year's returns of one frequency: `sums` by cell if stored, and the units `present` in all its parts."""

    parts: Sequence[Period]
    sums: Mapping[int, YearSum] | None
    present: frozenset[int]

    def is_stored(self, unit: int, until: date) -> bool:
        """Whether the stored sum covers the unit's whole year: it existed, and was separate, throughout."""
        return self.sums is not None and unit in self.present and self.parts[-1].end < until


def _stored_admissions(series: Sequence[_YearReturns]) -> Counts:
    """Admissions of each unit that existed all year, from stored sums of its own returns."""
    if not series or any(one.sums is None for one in series):
        return {}
    is_stored = [(one.sums or {}, len(one.parts)) for one in series]
    found: dict[int, int | None] = {}
    for unit in frozenset.intersection(*(one.present for one in series)):
        given = [(sums.get(unit, (0, 0)), parts) for sums, parts in is_stored]
        most = max(admitted for (admitted, _), _ in given)
        found[unit] = next((admitted for (admitted, count), parts in given if count == parts), most or None)
    return found


@dataclass
class AdmissionYears:
    """Admissions of cells by year: stored sums for the years `is_stored`, else leaf rows, each read once.

    `among` limits whose are read; the records are then of these, or of cells that they were merged into.
    """

    engine: Connects
    registry: Registry
    opened: frozenset[Period]
    as_of: datetime | None
    is_stored: Callable[[Period], bool]
    among: frozenset[int] | None = None
    _years: dict[Period, Sequence[_YearReturns]] = field(default_factory=dict)
    _standalone: dict[Period, Counts] = field(default_factory=dict)
    _read: dict[tuple[str, Period], Counts] = field(default_factory=dict)

    def records(self, cells: Iterable[Unit], period: Period, years: int, map_day: date) -> tuple[CellRecord, ...]:
        """Records of the residential cells among `cells`, which exist on `map_day`, over the last complete years."""
        wanted = complete_years(period, years)
        self._prepare(wanted)
        flags, starts = self._flags(period), [self.registry.at(year.start).units for year in wanted]
        return tuple(
            self._record(cell.id, wanted, starts, map_day, flags)
            for cell in cells
            if cell.has_grain(Grain.RESIDENTIAL_CELL)
        )

    def _prepare(self, wanted: Iterable[Period]) -> None:
        new = [year for year in wanted if year not in self._years]
        with self.engine.connect() as connection:
            stored = read_years(connection, [year for year in new if self.is_stored(year)], self.among) if new else {}
        for year in new:
            series = [(f, parts) for f in Frequency if self.opened.intersection(parts := year.parts(f))]
            self._years[year] = [
                _YearReturns(
                    parts, stored.get((year, f), {}) if self.is_stored(year) else None, self._present_throughout(parts)
                )
                for f, parts in series
            ]
            self._standalone[year] = _stored_admissions(self._years[year])

    def _present_throughout(self, parts: Sequence[Period]) -> frozenset[int]:
        first, *others = (self.registry.at(part.end).units for part in parts)
        return frozenset(first if self.among is None else self.among.intersection(first)).intersection(*others)

    def _record(
        self,
        cell: int,
        wanted: Sequence[Period],
        starts: Sequence[Mapping[int, Unit]],
        map_day: date,
        flags: Mapping[int, bool],
    ) -> CellRecord:
        if cell not in self.registry.predecessors:
            own = tuple(self._standalone_years(cell, wanted, starts))
            return CellRecord(unit=cell, excused=flags.get(cell, False), years=own)
        line = {cell: date.max, **all_predecessors(self.registry, cell, map_day)}
        existing = takewhile(lambda place: any(unit in starts[place] for unit in line), range(len(wanted)))
        excuses = [flags[unit] for unit in line if unit in flags]
        return CellRecord(
            unit=cell,
            excused=bool(excuses) and all(excuses),
            years=tuple(self._admitted(line, wanted[place]) for place in existing),
        )

    def _standalone_years(
        self, cell: int, wanted: Sequence[Period], starts: Sequence[Mapping[int, Unit]]
    ) -> Iterator[int | None]:
        """The years of a cell without predecessors; these are most cells, so their stored sums are prepared in bulk."""
        for year, units in zip(wanted, starts, strict=True):
            if cell not in units:
                return
            alone = self._standalone[year]
            if cell in alone:
                yield alone[cell]
            else:
                yield self._admitted({cell: date.max}, year) if self._years[year] else None

    def _admitted(self, line: Mapping[int, date], year: Period) -> int | None:
        """Admissions of a cell and its predecessors in a year; None when none is known and returns are missing."""
        admitted, complete = 0, True
        for unit, until in line.items():
            count, is_complete = self._of_one_unit(unit, until, year)
            admitted, complete = admitted + count, complete and is_complete
        return admitted if admitted or complete else None

    def _of_one_unit(self, unit: int, until: date, year: Period) -> tuple[int, bool]:
        """Known admissions of one unit in a year and whether they are complete; the most complete frequency counts."""
        best, is_known = 0, False
        for one in self._years[year]:
            if one.is_stored(unit, until):
                admitted, given = (one.sums or {}).get(unit, (0, 0))
                complete, due = given == len(one.parts), True
            else:
                admitted, complete, due = self._recomputed(unit, until, one.parts)
            if complete:
                return admitted, True
            best, is_known = max(best, admitted), is_known or not due
        return best, is_known

    def _recomputed(self, unit: int, until: date, parts: Sequence[Period]) -> tuple[int, bool, bool]:
        """Admissions from leaf rows while the unit existed separately; whether they are complete, and any was due."""
        due = [part for part in parts if part.end < until and unit in self.registry.at(part.end).units]
        given = [self._counts(MOVEMENT, part).get(unit) for part in due]
        return sum(count or 0 for count in given), bool(due) and None not in given, bool(due)

    def _flags(self, period: Period) -> Mapping[int, bool]:
        """By unit, whether its latest B2 returns all state that no non-members are left."""
        ends = [part for frequency in Frequency for part in period.parts(frequency)[-1:] if part in self.opened]
        found: dict[int, bool] = {}
        for part in ends:
            for unit, flag in self._counts(_ADMISSION, part).items():
                found[unit] = found.get(unit, True) and flag == 1
        return found

    def _counts(self, form: str, period: Period) -> Counts:
        if (form, period) not in self._read:
            self._read[form, period] = self._read_counts(form, period) if period in self.opened else {}
        return self._read[form, period]

    def _read_counts(self, form: str, period: Period) -> Counts:
        with self.engine.connect() as connection:
            rows = read_leaves(connection, _READ[form], period, self.registry, as_of=self.as_of, units=self.among)
        values = rows.values[:, 0].tolist()
        return {unit: None if v != v else int(v) for unit, v in zip(rows.units, values, strict=True)}
