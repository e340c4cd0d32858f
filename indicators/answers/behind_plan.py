"""Which base organisations and cells are unlikely to reach their own admission plan of the year."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from data.observations import Observations
from data.organisations.units import Level, Tree
from data.periods import Period
from data.reading.queries import Reader
from indicators.answers.against_plan import pace_rule
from indicators.catalogue.lookup import catalogue_of
from indicators.methods.pace import SHORT_OF_PACE
from indicators.values.against_plan import PaceCase, pace_periods
from indicators.values.model import measures_of
from indicators.values.reading import sources
from indicators.values.target import Plans

_PLANNED = "admissions"


def pace_case(reader: Reader, period: Period, province: int | None) -> PaceCase:
    """The pace of admissions after a period; a case of the period before reuses the values that it has read."""
    plans = reader.plans((_PLANNED,))
    years = {period.whole_year, period.previous.whole_year}
    return PaceCase(
        indicator=catalogue_of(reader.vocabulary)[_PLANNED],
        period=period,
        observations=admissions(reader, {plan.unit for plan in plans}, years),
        plans=Plans(plans),
        province=province,
        rule=pace_rule(reader),
        predecessors=reader.registry.predecessors,
    )


def behind_plan(reader: Reader, tree: Tree, case: PaceCase) -> frozenset[int]:
    """Base organisations and cells that will sooner miss than reach their own plan of the year.

    Past years are read only for candidates.
    """
    below = [unit.id for unit in tree.units.values() if unit.level in {Level.BASE, Level.CELL}]
    few = [unit for unit in below if case.plan(unit) is not None and case.may_fall_short(unit)]
    province = set() if case.province is None else {case.province}
    with_past = case.with_past(admissions(reader, province.union(few), pace_periods(case.period)))
    return frozenset(unit for unit in few if with_past.pace(unit).verdict in SHORT_OF_PACE)


def admissions(reader: Reader, units: Iterable[int], years: Iterable[Period]) -> Observations:
    """The admissions of units in some years."""
    measures = measures_of(catalogue_of(reader.vocabulary)[_PLANNED].formula)
    return reader.observations(sources(reader.vocabulary, measures), units, years, only=measures)


def idle(reader: Reader, case: PaceCase, cells: Iterable[int]) -> frozenset[int]:
    """Those of the cells that admitted nobody from 1 January to the end of the period, with every return there."""
    asked = frozenset(cells)
    known = case.with_past(admissions(reader, asked, (case.period.whole_year,)))
    return frozenset(cell for cell in asked if known.to_date(cell) == (Fraction(0), True))
