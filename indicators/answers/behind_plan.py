"""Which base organisations and cells are unlikely to reach their own admission plan of the year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from data.observations import Observations, Plan
from data.organisations.units import Level, Tree
from data.periods import Period
from data.reading.queries import Reader
from indicators.answers.against_plan import first_year, pace_rule
from indicators.catalogue.lookup import catalogue_of
from indicators.methods.pace import SHORT_OF_PACE
from indicators.values.against_plan import PaceCase, pace_periods
from indicators.values.model import measures_of
from indicators.values.reading import sources
from indicators.values.target import Plans

_PLANNED = "admissions"


@dataclass(frozen=True)
class AdmissionPaces:
    """The paces of admissions for units' own plans, after a period and after others near it.

    Most of the past is the same for all and is read once. `province` is the unit whose season stands in for one past
    year. `among` limits the plans to those of some cells and of the base organisations above them.
    """

    reader: Reader
    periods: Sequence[Period]
    province: int | None
    among: frozenset[int] | None = None

    def behind(self, tree: Tree, period: Period) -> frozenset[int]:
        """Base organisations and cells of the tree that will sooner miss than reach their plan."""
        case = replace(self._with_past, period=period)
        below = {unit.id for unit in tree.units.values() if unit.level in {Level.BASE, Level.CELL}}
        found = self._candidates(period) & below
        return frozenset(unit for unit in found if case.pace(unit).verdict in SHORT_OF_PACE)

    @property
    def borrows(self) -> bool:
        """Whether the season of the province stands in for a unit's own, in any of the periods."""
        cases = [(replace(self._with_past, period=period), self._candidates(period)) for period in self.periods]
        return any(case.has_single_year(unit) for case, units in cases for unit in units)

    def has_plan(self, unit: int, period: Period) -> bool:
        """Whether the unit has a plan of its own for the period's year."""
        return replace(self._this_year, period=period).plan(unit) is not None

    def idle(self, period: Period, cells: Iterable[int]) -> frozenset[int]:
        """Those of the cells that admitted nobody from 1 January to the period's end, with every return there."""
        asked = frozenset(cells)
        read = _admissions(self.reader, asked, (period.whole_year,))
        case = replace(self._this_year, period=period).with_observations(read)
        return frozenset(cell for cell in asked if case.to_date(cell) == (Fraction(0), True))

    def _candidates(self, period: Period) -> frozenset[int]:
        """Units whose past is worth reading, told from this year's returns alone."""
        case = replace(self._this_year, period=period)
        return frozenset(unit for unit in self._planned if case.may_fall_short(unit))

    @cached_property
    def _plans(self) -> Sequence[Plan]:
        if self.among is None:
            return self.reader.plans((_PLANNED,))
        asked = set(self.among)
        for tree in (self.reader.tree(period.end) for period in self.periods):
            above = (unit for cell in self.among if cell in tree.units for unit in tree.ancestors(cell))
            asked |= {unit.id for unit in above if unit.level is Level.BASE}
        return [plan for plan in self.reader.plans((_PLANNED,), asked) if plan.unit in asked]

    @property
    def _planned(self) -> frozenset[int]:
        return frozenset(plan.unit for plan in self._plans)

    @cached_property
    def _this_year(self) -> PaceCase:
        years = {period.whole_year for period in self.periods}
        return PaceCase(
            indicator=catalogue_of(self.reader.vocabulary)[_PLANNED],
            period=self.periods[0],
            observations=_admissions(self.reader, self._planned, years),
            plans=Plans(self._plans),
            province=self.province,
            since=first_year(self.reader),
            rule=pace_rule(self.reader),
            predecessors=self.reader.registry.predecessors,
        )

    @cached_property
    def _with_past(self) -> PaceCase:
        units = {unit for period in self.periods for unit in self._candidates(period)}
        years = {year for period in self.periods for year in pace_periods(period)}
        province = set() if self.province is None else {self.province}
        return self._this_year.with_observations(_admissions(self.reader, units | province, years))


def _admissions(reader: Reader, units: Iterable[int], years: Iterable[Period]) -> Observations:
    """The admissions of units in some years."""
    measures = measures_of(catalogue_of(reader.vocabulary)[_PLANNED].formula)
    return reader.observations(sources(reader.vocabulary, measures), units, years, only=measures)
