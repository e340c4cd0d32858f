"""A unit against its plan: level and pace apart, the gap in people, progress of a plan of several years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

from data.measures import Kind
from data.observations import Observations, Plan
from data.organisations.units import Succession
from data.periods import Period
from indicators.methods.pace import DEFAULT_RULE, Pace, PaceRule, PaceVerdict, pace
from indicators.methods.progress import Progress, progress
from indicators.values.compute import compute
from indicators.values.model import Counted, Direction, Indicator, PlanKind, PlanRate, Ratio, Total
from indicators.values.target import CONFIDENCE, Plans, Target, ThreeWay, people_needed, three_way, verdict
from indicators.values.value import State, Status, Value

YEARS_BACK = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelVerdict:
    """Whether a year's plan is met, by exact fractions; for a share, the three-way verdict; and the gap in people.

    `people` are the fewest more that reach the plan, 0 when it is reached; None for what is not counted in people.
    """

    status: Status
    reading: ThreeWay | None = None
    people: int | None = None


def level(indicator: Indicator, value: Value, target: Target | None, confidence: float = CONFIDENCE) -> LevelVerdict:
    """The level verdict of a value; `target` as `indicators.values.target.plan_for` gives it."""
    plan = target.value if target else None
    status = verdict(value, plan, indicator.direction)
    if plan is None or value.value is None:
        return LevelVerdict(status=status)
    reading = _reading(indicator, value, plan, confidence)
    return LevelVerdict(status=status, reading=reading, people=gap_in_people(indicator, value, plan))


def _reading(indicator: Indicator, value: Value, plan: Fraction, confidence: float) -> ThreeWay | None:
    """For shares whose numerator is part of the denominator; others have no interval."""
    numerator, denominator = value.numerator, value.denominator
    if not isinstance(indicator.formula, Ratio) or numerator is None or not denominator:
        return None
    if value.state is not State.REPORTED or not 0 <= numerator <= denominator or not 0 <= plan <= 1:
        return None
    return three_way(float(numerator), float(denominator), plan, indicator.direction, confidence)


def gap_in_people(indicator: Indicator, value: Value, plan: Fraction) -> int | None:
    """The fewest more people that reach a plan; None where fewer are better or the numerator does not count people."""
    return gap_in_counts(indicator, value, plan) if indicator.counts is Counted.PEOPLE else None


def gap_in_counts(indicator: Indicator, value: Value, plan: Fraction) -> int | None:
    """The fewest more of what the numerator counts that reach a plan; None where fewer are better."""
    if indicator.direction is not Direction.HIGHER or value.numerator is None:
        return None
    if isinstance(indicator.formula, Total):
        return max(0, ceil(plan - value.numerator))
    formula = indicator.formula
    of_one = isinstance(formula, PlanRate) or (isinstance(formula, Ratio) and formula.per == 1)
    if of_one and value.denominator:
        return people_needed(value.numerator, value.denominator, plan)
    return None


def has_pace(indicator: Indicator) -> bool:
    """Whether a pace is meaningful: a sum of flows with a plan of the unit's own, where higher is better."""
    flows = indicator.kinds == {Kind.FLOW}
    asks_for_more = indicator.plan is PlanKind.OWN and indicator.direction is Direction.HIGHER
    return isinstance(indicator.formula, Total) and flows and asks_for_more


def pace_periods(period: Period, years: int = YEARS_BACK) -> Iterator[Period]:
    """The years whose sub-periods a pace is computed from: the current one and past ones."""
    return (Period(period.year - back) for back in range(years + 1))


@dataclass(frozen=True, kw_only=True)
class PaceCase:
    """An indicator after a sub-period of its year; `province` is the unit whose season stands in for one past year.

    `predecessors` are the mergers into units: a merged unit has the past years of its predecessors. Years before
    `since` have returns of whole years at most, which tell no season, and are not read.
    """

    indicator: Indicator
    period: Period
    observations: Observations
    plans: Plans
    province: int | None = None
    years: int = YEARS_BACK
    since: int = 0
    rule: PaceRule = DEFAULT_RULE
    predecessors: Mapping[int, Sequence[Succession]] = field(default_factory=dict, repr=False)
    _known: dict[tuple[int, Period, Period], Value] = field(default_factory=dict, repr=False, compare=False)

    def flows(self, unit: int, year: int) -> list[Fraction | None]:
        """A year's flows by sub-period of the same length; None where a unit has not reported one in full."""
        values = self._values(unit, Period(year).parts(self.period.frequency))
        return [value.value if value.state is State.REPORTED else None for value in values]

    def _values(self, unit: int, parts: Iterable[Period]) -> Iterator[Value]:
        """The values of some sub-periods; cached, and shared with cases derived from this one."""
        for part in parts:
            merged = part.year < self.period.year and self._merged_since(unit, part)
            key = unit, part, self.period if merged else part
            if key not in self._known:
                observations = self.observations.on_map(self.period, part) if merged else self.observations
                self._known[key] = compute(self.indicator, unit, part, observations, self.plans)
            yield self._known[key]

    def _merged_since(self, unit: int, part: Period) -> bool:
        """Whether other units were merged into the unit between a sub-period and now."""
        return any(part.end < line.date <= self.period.end for line in self.predecessors.get(unit, ()))

    def history(self, unit: int) -> list[list[Fraction | None]]:
        """The past years' flows, the latest first."""
        first = max(self.since, self.period.year - self.years)
        return [self.flows(unit, year) for year in range(self.period.year - 1, first - 1, -1)]

    def has_single_year(self, unit: int) -> bool:
        """Whether a unit has the season of one past year only, so that the province's stands in for it."""
        return sum(_is_whole(year) for year in self.history(unit)) == 1

    def plan(self, unit: int) -> Fraction | None:
        """The unit's own plan of the year."""
        plan = self.plans.of_year(self.indicator.code, unit, self.period.year)
        return plan.value if plan else None

    def to_date(self, unit: int) -> tuple[Fraction | None, bool]:
        """The known total since 1 January (None: nothing reported), and whether it is complete."""
        so_far = self.period.whole_year.parts(self.period.frequency)[: self.period.index]
        values = [value for value in self._values(unit, so_far) if value.value is not None]
        if not values:
            return None, False
        complete = len(values) == self.period.index and all(value.state is State.REPORTED for value in values)
        return sum((value.value for value in values if value.value is not None), start=Fraction(0)), complete

    def may_fall_short(self, unit: int) -> bool:
        """A cheap necessary condition for being at risk, from this year's data alone: not reached, nothing missing."""
        plan = self.plan(unit)
        done, complete = self.to_date(unit)
        return bool(plan) and complete and done is not None and plan is not None and done < plan

    def with_observations(self, observations: Observations) -> PaceCase:
        """The same case with values read from other observations."""
        return replace(self, observations=observations, _known={})

    def pace(self, unit: int) -> Pace:
        """The pace of a unit for its own plan of the year; what is known may reach it although returns are missing."""
        done, complete = self.to_date(unit)
        plan, own = self.plan(unit), self.history(unit)
        single = sum(_is_whole(year) for year in own) == 1
        pooled = self.history(self.province) if single and self.province is not None else None
        found = pace(
            done if complete else None,
            plan,
            own,
            self.period.index,
            pooled=pooled,
            periods=len(self.period.whole_year.parts(self.period.frequency)),
            rule=self.rule,
        )
        reached = done is not None and plan and done >= plan
        return replace(found, verdict=PaceVerdict.REACHED, chance=1.0) if reached else found


def _is_whole(year: Iterable[Fraction | None]) -> bool:
    flows = list(year)
    return None not in flows and any(flows)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermProgress:
    """Progress of a plan of several years: the value before it began, the value now, and the progress made."""

    plan: Plan
    base: Fraction | None
    value: Fraction | None
    progress: Progress


def term_progress(
    indicator: Indicator, unit: int, period: Period, observations: Observations, plans: Plans
) -> TermProgress | None:
    """Progress from the year before a term towards its plan; None without such a plan.

    For stocks and shares only: a term's plan of a flow is a sum over its years.
    """
    plan = plans.of_term(indicator.code, unit, period.year)
    flows = Kind.FLOW in indicator.kinds
    if plan is None or (flows and isinstance(indicator.formula, Total)) or indicator.direction is Direction.NEUTRAL:
        return None
    first = plan.term.first - 1
    base, now = (compute(indicator, unit, Period(year), observations, plans).value for year in (first, period.year))
    result = progress(base, first, now, period.year, plan.value, plan.term.last, indicator.direction)
    return TermProgress(plan=plan, base=base, value=now, progress=result)
