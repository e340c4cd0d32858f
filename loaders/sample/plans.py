"""Plans for the province, its districts and base organisations, some of them revised in mid-year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

import numpy as np

from data.periods import Term
from loaders.sample.apportion import Counts, apportion
from loaders.sample.calendar import SampleCalendar
from loaders.sample.cells import Flags, Habits, SampleCells
from loaders.sample.membership import Membership
from loaders.sample.scale import SampleScale
from loaders.sample.trajectory import Trajectory

_SHARES = (
    ("village_heads_member_share", Fraction(3, 4)),
    ("admissions_plan_rate", Fraction(1)),
    ("returns_on_time_share", Fraction(1)),
    ("returns_complete_share", Fraction(1)),
)
_REVISIONS = {2018: 1.06, 2020: 0.9}
_REVISED_ON = {2018: date(2018, 7, 9), 2020: date(2020, 6, 22)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A plan: unit code, term, indicator code, value and the decision that sets it.

    A count is a whole number, a share a fraction.
    """

    unit: str
    term: Term
    indicator: str
    value: int | Fraction
    decision: str
    decision_date: date


@dataclass(frozen=True, kw_only=True)
class PlanBook:
    """A workbook of plans for one year; a revision holds only what changed."""

    year: int
    lines: tuple[PlanLine, ...]
    received_at: datetime
    revision: bool = False


@dataclass(frozen=True)
class _Targets:
    """Target admissions of a year by base organisation.

    `district` is the district of each base, `given` whether the base gets a target of its own for the year.
    """

    year: int
    bases: Counts
    district: Counts
    given: Flags

    def revised(self, districts: Iterable[int], factor: float) -> _Targets:
        """A copy with the targets of some districts scaled."""
        bases = self.bases.copy()
        for number in districts:
            here = self.district == number
            total = int(bases[here].sum())
            bases[here] = apportion(round(total * factor), bases[here].astype(float))
        return _Targets(self.year, bases, self.district, self.given)


def plans(
    scale: SampleScale,
    cells: SampleCells,
    habits: Habits,
    course: Trajectory,
    members: Membership,
    calendar: SampleCalendar,
    rng: np.random.Generator,
) -> tuple[PlanBook, ...]:
    """One workbook a year, received in January, and another where the year's plan was revised.

    The targets of base organisations add up to their district's, those of districts to the province's.
    """
    found = []
    for year in range(scale.yearly[0], scale.latest.year + 1):
        targets = _targets(scale, cells, habits, course, members, year, rng)
        decided = date(year - 1, 12, 18) + timedelta(days=int(rng.integers(0, 10)))
        number = int(rng.integers(900, 1200))
        lines = (*_shares(year, f"Số {number}-QĐ/TU", decided), *_lines(cells, targets, number, decided))
        found.append(
            PlanBook(year=year, lines=lines, received_at=calendar.working(date(year, 1, int(rng.integers(8, 15)))))
        )
        if year in _REVISIONS:
            found.append(_revision(cells, targets, scale, calendar, rng))
    return tuple(found)


def _revision(
    cells: SampleCells, targets: _Targets, scale: SampleScale, calendar: SampleCalendar, rng: np.random.Generator
) -> PlanBook:
    """A later decision for the first bloc and one territorial district; the province's plan follows."""
    year = targets.year
    changed = {scale.territorial, int(rng.integers(0, scale.territorial))}
    revised = targets.revised(sorted(changed), _REVISIONS[year])
    decided = _REVISED_ON[year]
    lines = tuple(_lines(cells, revised, int(rng.integers(400, 700)), decided, changed))
    return PlanBook(year=year, lines=lines, received_at=calendar.working(decided + timedelta(days=2)), revision=True)


def _targets(
    scale: SampleScale,
    cells: SampleCells,
    habits: Habits,
    course: Trajectory,
    members: Membership,
    year: int,
    rng: np.random.Generator,
) -> _Targets:
    """Targets somewhat above what the province then achieves; those of less active districts are out of reach."""
    first = next(place for place, quarter in enumerate(scale.quarters) if quarter.year == year)
    size = members.quarters[first]["members_start"]
    day = date(year, 1, 1)
    base, district = cells.base(day), cells.district(day)
    weight = np.where(habits.exhausted, 0.0, size**0.7 * np.sqrt(habits.drive))
    weight = weight * rng.uniform(0.9, 1.12, len(cells.districts))[district]
    by_base = np.bincount(base, weights=weight, minlength=len(cells.bases))
    total = round(int(course.admitted[course.place(year)]) * float(rng.uniform(1.0, 1.05)))
    lies_in = np.full(len(cells.bases), -1, dtype=np.int64)
    lies_in[base] = district
    bases = apportion(total, by_base)
    return _Targets(year, bases, lies_in, bases > 0)


def _shares(year: int, decision: str, decided: date) -> Iterator[PlanLine]:
    for indicator, value in _SHARES:
        yield PlanLine(
            unit="T", term=Term(year, year), indicator=indicator, value=value, decision=decision, decision_date=decided
        )


def _lines(
    cells: SampleCells, targets: _Targets, number: int, decided: date, only: Iterable[int] | None = None
) -> Iterator[PlanLine]:
    """The province's line, then each district's (of `only` some), followed by those of its base organisations."""
    term = Term(targets.year, targets.year)
    by_province = f"Số {number}-QĐ/TU"

    def line(unit: str, value: int, decision: str, day: date) -> PlanLine:
        return PlanLine(unit=unit, term=term, indicator="admissions", value=value, decision=decision, decision_date=day)

    yield line("T", int(targets.bases.sum()), by_province, decided)
    for place in range(len(cells.districts)) if only is None else sorted(only):
        here = np.flatnonzero(targets.district == place)
        yield line(cells.districts[place], int(targets.bases[here].sum()), by_province, decided)
        for base in here:
            if targets.given[base]:
                by_district = f"Số {10 + (number + 7 * place) % 90}-QĐ/{'HU' if cells.territorial[place] else 'ĐU'}"
                yield line(cells.bases[base], int(targets.bases[base]), by_district, decided + timedelta(days=1))
