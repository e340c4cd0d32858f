"""Level verdicts: which plan applies to a unit and year, whether it is met, and the gap in people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, sqrt
from statistics import NormalDist
from typing import Any

from data.measures import Kind
from data.observations import Plan
from data.periods import Frequency, Period
from indicators.methods.series import number
from indicators.values.model import Direction, Indicator, PlanKind, PlanRate
from indicators.values.value import State, Status, Value

CONFIDENCE = 0.95


class Plans:
    """Plans in force by indicator and unit; the latest decision prevails."""

    def __init__(self, plans: Iterable[Plan] = ()) -> None:
        self._by_unit: dict[tuple[str, int], list[Plan]] = defaultdict(list)
        for plan in sorted(plans, key=lambda plan: (plan.decision_date, plan.accepted_at)):
            self._by_unit[plan.indicator, plan.unit].append(plan)

    def of_year(self, indicator: str, unit: int, year: int) -> Plan | None:
        """The unit's plan for just that year."""
        return self._last(indicator, unit, year, of_year=True)

    def of_term(self, indicator: str, unit: int, year: int) -> Plan | None:
        """The unit's plan for a term of several years that covers the year."""
        return self._last(indicator, unit, year, of_year=False)

    def _last(self, indicator: str, unit: int, year: int, *, of_year: bool) -> Plan | None:
        found = (
            plan
            for plan in reversed(self._by_unit.get((indicator, unit), ()))
            if plan.term.covers(year) and (plan.term.first == plan.term.last) == of_year
        )
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Target:
    """The value to compare with; `plan` is None when it is the indicator's own standard, not a decision's."""

    value: Fraction
    plan: Plan | None = None


def plan_for(
    indicator: Indicator, unit: int, period: Period, plans: Plans, ancestors: Sequence[int] = ()
) -> Target | None:
    """The target of a unit's value for a year: its own plan, or for a share that of its nearest ancestor with one.

    At each unit the year's plan takes precedence over a term's. A term's plan of a flow is a sum over its years and is
    no level for one of them. Quarters have no level. `ancestors` run from the parent up.
    """
    if period.frequency is not Frequency.YEAR or indicator.plan is PlanKind.NONE:
        return None
    formula = indicator.formula
    if isinstance(formula, PlanRate) and not own_plan(formula, unit, period, plans):
        return None
    inherited = indicator.plan is PlanKind.INHERITED
    terms = inherited or Kind.FLOW not in indicator.kinds
    for holder in (unit, *ancestors) if inherited else (unit,):
        plan = plans.of_year(indicator.code, holder, period.year)
        if plan is None and terms:
            plan = plans.of_term(indicator.code, holder, period.year)
        if plan is not None:
            return Target(plan.value, plan)
    return None if indicator.standard is None else Target(indicator.standard)


def plan_in_force(
    indicator: Indicator, unit: int, period: Period, plans: Plans, ancestors: Sequence[int] = ()
) -> Target | None:
    """As `plan_for`, and beside a share of a part of a year the target of that year, by which it is not judged."""
    if period.frequency is not Frequency.YEAR and indicator.plan is not PlanKind.INHERITED:
        return None
    return plan_for(indicator, unit, period.whole_year, plans, ancestors)


def own_plan(formula: PlanRate, unit: int, period: Period, plans: Plans) -> Plan | None:
    """The plan that a plan rate divides by: the unit's own for the year, if it is not zero."""
    plan = plans.of_year(formula.plan, unit, period.year)
    return plan if plan is not None and plan.value else None


def verdict(value: Value, plan: Fraction | None, direction: Direction) -> Status:
    """Whether the plan is met, by exact fractions; an incomplete value cannot tell."""
    if plan is None:
        return Status.NO_PLAN
    if value.value is None or value.state is not State.REPORTED:
        return Status.CANNOT_TELL
    met = {
        Direction.HIGHER: value.value >= plan,
        Direction.LOWER: value.value <= plan,
        Direction.NEUTRAL: value.value == plan,
    }[direction]
    return Status.MET if met else Status.NOT_MET


def gap(value: Value, plan: Fraction | None) -> Fraction | None:
    """Value - plan; None when either is missing."""
    return None if value.value is None or plan is None else value.value - plan


def people_needed(numerator: Fraction | int, denominator: Fraction | int, plan: Fraction) -> int:
    """The smallest increase of the numerator that reaches the plan: ceil(p*n) - x, never below 0."""
    return max(0, ceil(plan * denominator - numerator))


class ThreeWay(StrEnum):
    """The verdict of a share on a plan, allowing for chance."""

    MET = "met"
    BEHIND = "behind"
    TOO_FEW = "too_few"


def three_way(
    numerator: float,
    denominator: float,
    plan: Fraction,
    direction: Direction = Direction.HIGHER,
    confidence: float = CONFIDENCE,
) -> ThreeWay:
    """Whether the Wilson interval lies wholly on one side of the plan.

    All cases are counted, so this is no sampling error: it is what chance alone would do to so small a unit.

    Raises:
        ValueError: as `wilson`.
    """
    interval = wilson(numerator, denominator, confidence)
    if interval is None or interval[0] <= plan <= interval[1]:
        return ThreeWay.TOO_FEW
    above = interval[0] > plan
    return ThreeWay.MET if above == (direction is not Direction.LOWER) else ThreeWay.BEHIND


def wilson(numerator: Any, denominator: Any, confidence: float = CONFIDENCE) -> tuple[float, float] | None:
    """Wilson's score interval of a proportion (lower, upper), both within 0..1; None when a count is missing or NaN.

    In closed form (Wilson 1927), because importing statsmodels takes seconds; the tests compare
    it with `statsmodels.stats.proportion.proportion_confint` and against published tables.

    Raises:
        ValueError: numerator outside 0..denominator, denominator not above 0, confidence not 0.9..1 (or 90..100 %).
    """
    cases, size = number(numerator), number(denominator)
    if cases is None or size is None:
        return None
    level = confidence / 100 if confidence > 1 else confidence
    if not 0 <= cases <= size or size <= 0:
        raise ValueError(f"{numerator} of {denominator} is no proportion")
    if not 0.9 <= level <= 1:
        raise ValueError(f"confidence {confidence}: 0.9 to 1, or 90 to 100 per cent")
    if level == 1:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = cases / size
    middle = share + z * z / (2 * size)
    reach = z * sqrt(share * (1 - share) / size + (z / (2 * size)) ** 2)
    scale = 1 + z * z / size
    # exact at the ends, where rounding would be off by an ulp
    return (middle - reach) / scale if cases else 0.0, (middle + reach) / scale if cases < size else 1.0
