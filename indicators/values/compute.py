"""Computes an indicator for a unit and period: exactly, over the units that reported its inputs, with its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from data.observations import Observations, Plan
from data.periods import Frequency, Period
from indicators.values.model import (
    ByLevel,
    Difference,
    Growth,
    GrowthGap,
    Indicator,
    MeanPerYear,
    Measures,
    PlanRate,
    Ratio,
    Total,
    measures_of,
)
from indicators.values.pairing import coarser_source, read_pair
from indicators.values.reading import Reading, covers, read, sources
from indicators.values.target import Plans, own_plan
from indicators.values.value import State, Value


class SumRole(StrEnum):
    """The role of a sum in a formula."""

    NUMERATOR = "numerator"
    SUBTRACTED = "subtracted"
    DENOMINATOR = "denominator"
    COMPARED = "compared"
    COMPARED_BASE = "compared_base"


_AGAINST = {SumRole.NUMERATOR: SumRole.COMPARED, SumRole.DENOMINATOR: SumRole.COMPARED_BASE}


@dataclass(frozen=True, slots=True)
class SumPart:
    """One sum of a formula and the reading behind it."""

    role: SumRole
    measures: Measures
    reading: Reading


@dataclass(frozen=True, slots=True)
class Working:
    """A value with the sums behind it; `plan` is the denominator of a plan rate."""

    value: Value
    parts: tuple[SumPart, ...] = ()
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    unit: int
    period: Period
    observations: Observations
    plans: Plans

    def read(self, measures: Measures, period: Period | None = None) -> Reading:
        return read(self.observations, measures, self.unit, period or self.period)


def compute(indicator: Indicator, unit: int, period: Period, observations: Observations, plans: Plans) -> Value:
    """The indicator's value for one unit and one period; a mean per year of one year has the divisor 1."""
    return work(indicator, unit, period, observations, plans).value


def compute_span(indicator: Indicator, unit: int, periods: Sequence[Period], observations: Observations) -> Value:
    """The value of a `MeanPerYear` over the years that the periods lie in."""
    return work_span(indicator, unit, periods, observations).value


def work(indicator: Indicator, unit: int, period: Period, observations: Observations, plans: Plans) -> Working:
    """As `compute`, with the sums behind the value."""
    working = _labelled(_work(indicator, _Case(unit, period, observations, plans)))
    if observations.is_suppressed(measures_of(indicator.formula), unit, period):
        return _suppressed(working.value)
    return working


def _suppressed(value: Value) -> Working:
    return Working(Value(state=State.SUPPRESSED, reporting=value.reporting, expected=value.expected))


def _labelled(working: Working) -> Working:
    if not any(part.reading.estimated for part in working.parts):
        return working
    return replace(working, value=replace(working.value, estimated=True))


def _work(indicator: Indicator, case: _Case) -> Working:
    match indicator.formula:
        case Total() as formula:
            return _difference(case, formula.of, ())
        case Difference() as formula:
            return _difference(case, formula.plus, formula.minus)
        case Ratio() as formula:
            return _ratio(case, formula)
        case Growth() as formula:
            return _growth(case, formula)
        case GrowthGap() as formula:
            return _growth_gap(case, formula)
        case ByLevel() as formula:
            return _by_level(case, formula)
        case PlanRate() as formula:
            return _plan_rate(case, formula)
        case MeanPerYear():
            return work_span(indicator, case.unit, (case.period,), case.observations)


def work_span(indicator: Indicator, unit: int, periods: Sequence[Period], observations: Observations) -> Working:
    """As `compute_span`, with the sums behind the value.

    Raises:
        TypeError: the indicator is no mean per year.
    """
    formula = indicator.formula
    if not isinstance(formula, MeanPerYear):
        raise TypeError(f"{indicator.code} is no mean per year")
    years = sorted({period.whole_year for period in periods})
    readings = [read(observations, formula.of, unit, year) for year in years]
    parts = _numerators(formula.of, readings)
    value = _over(readings, _sum(parts), Fraction(len(parts)))
    if any(observations.is_suppressed(formula.of, unit, year) for year in years):
        return _suppressed(value)
    return _labelled(Working(value, parts))


def _numerators(measures: Measures, readings: Sequence[Reading]) -> tuple[SumPart, ...]:
    return tuple(SumPart(SumRole.NUMERATOR, measures, reading) for reading in readings if reading.sums)


def _sum(parts: Sequence[SumPart]) -> Fraction:
    return sum((part.reading.total(part.measures) or Fraction(0) for part in parts), start=Fraction(0))


def _over(readings: Sequence[Reading], numerator: Fraction, denominator: Fraction) -> Value:
    """A sum over consecutive readings divided by a number; complete if all of them are.

    It counts the units at the end of the last one that gave the last returns that there are.
    """
    last = next((reading for reading in reversed(readings) if reading.sums), readings[-1])
    if not any(reading.sums for reading in readings):
        return _without_value(last)
    return Value(
        state=State.REPORTED if all(reading.complete for reading in readings) else State.INCOMPLETE,
        value=numerator / denominator,
        numerator=numerator,
        denominator=denominator,
        reporting=min(last.reporting, readings[-1].expected),
        expected=readings[-1].expected,
    )


def _without_value(reading: Reading, state: State | None = None) -> Value:
    """No value. Sums that lack a measure mean that the measure did not exist for the unit."""
    why = state or (State.NOT_APPLICABLE if reading.sums else reading.state)
    return Value(state=why, reporting=reading.reporting, expected=reading.expected)


def _difference(case: _Case, plus: Measures, minus: Measures) -> Working:
    reading = case.read((*plus, *minus))
    added, subtracted = reading.total(plus), reading.total(minus)
    if added is None or subtracted is None:
        return Working(_without_value(reading))
    value = added - subtracted
    parts = (SumPart(SumRole.NUMERATOR, plus, reading), SumPart(SumRole.SUBTRACTED, minus, reading))
    return Working(
        Value(
            state=reading.state,
            value=value,
            numerator=value,
            reporting=reading.reporting,
            expected=reading.expected,
        ),
        parts if minus else parts[:1],
    )


def _ratio(case: _Case, formula: Ratio) -> Working:
    together = measures_of(formula)
    if not sources(case.observations.vocabulary, together):
        over, under = (formula.numerator, case.period), (formula.denominator, case.period)
        return _quotient(formula, *read_pair(case.observations, case.unit, over, under))
    reading = case.read(together)
    blank = reading.source and reading.state is State.NOT_REPORTED
    if blank and not case.read(formula.denominator).sums:
        return Working(_without_value(reading, State.NOT_APPLICABLE))
    return _quotient(formula, reading, reading)


def _quotient(formula: Ratio, over: Reading, under: Reading) -> Working:
    """One sum over the other; reporting counts are those of the coarser form."""
    numerator, denominator = over.total(formula.numerator), under.total(formula.denominator)
    counted = min(over, under, key=lambda reading: reading.expected)
    if numerator is None:
        return Working(_without_value(over))
    if denominator is None:
        in_part = under.state is State.INCOMPLETE
        return Working(_without_value(under, State.INCOMPLETE if in_part else State.NOT_APPLICABLE))
    complete = over.complete and under.complete
    state = State.REPORTED if complete else State.INCOMPLETE
    return Working(
        Value(
            state=state if denominator else State.NOT_APPLICABLE,
            value=formula.per * numerator / denominator if denominator else None,
            numerator=numerator,
            denominator=denominator,
            reporting=counted.reporting,
            expected=counted.expected,
        ),
        (SumPart(SumRole.NUMERATOR, formula.numerator, over), SumPart(SumRole.DENOMINATOR, formula.denominator, under)),
    )


def _growth(case: _Case, formula: Growth) -> Working:
    base_period = formula.base(case.period)
    if base_period > case.period:
        return Working(_without_value(case.read(formula.of), State.NOT_APPLICABLE))
    now, base = read_pair(case.observations, case.unit, (formula.of, case.period), (formula.of, base_period))
    numerator, denominator = now.total(formula.of), base.total(formula.of)
    if numerator is None:
        return Working(_without_value(now))
    if not denominator:
        in_part = base.state is State.INCOMPLETE and denominator is None
        return Working(_without_value(now, State.INCOMPLETE if in_part else State.NOT_APPLICABLE))
    return Working(
        Value(
            state=State.REPORTED if now.complete and base.complete else State.INCOMPLETE,
            value=numerator / denominator - 1,
            numerator=numerator,
            denominator=denominator,
            reporting=now.reporting,
            expected=now.expected,
        ),
        (SumPart(SumRole.NUMERATOR, formula.of, now), SumPart(SumRole.DENOMINATOR, formula.of, base)),
    )


# Of operands without a value: what never can have one, then what has come in part, then what has not come.
_LACKING = (State.NOT_APPLICABLE, State.INCOMPLETE, State.NOT_REPORTED)


def _growth_gap(case: _Case, formula: GrowthGap) -> Working:
    """One growth minus the other, each over the units for which it is known."""
    one, other = (_growth(case, growth) for growth in formula.growths)
    values = one.value, other.value
    reporting, expected = _gap_counts(case, formula, values)
    if one.value.value is None or other.value.value is None:
        lacking = min((value.state for value in values if value.value is None), key=_LACKING.index)
        return Working(Value(state=lacking, reporting=reporting, expected=expected))
    complete = all(value.state is State.REPORTED for value in values)
    return Working(
        Value(
            state=State.REPORTED if complete else State.INCOMPLETE,
            value=one.value.value - other.value.value,
            reporting=reporting,
            expected=expected,
        ),
        (*one.parts, *(replace(part, role=_AGAINST[part.role]) for part in other.parts)),
    )


def _gap_counts(case: _Case, formula: GrowthGap, values: tuple[Value, Value]) -> tuple[int, int]:
    """How many units of the coarser grain gave all that both growths need, of how many."""
    source = coarser_source(case.observations, case.unit, case.period, formula.of, formula.against)
    if source is None:
        return min(value.reporting for value in values), values[0].expected
    units = case.observations.expected_leaves(source, case.unit, case.period.end)
    whole = _compared(case, formula)
    if not all(reading.sums for reading in whole):
        return 0, len(units)
    if all(reading.complete for reading in whole):
        return len(units), len(units)
    below = (_compared(replace(case, unit=unit), formula) for unit in units)
    return sum(all(reading.sums and reading.complete for reading in given) for given in below), len(units)


def _compared(case: _Case, formula: GrowthGap) -> Sequence[Reading]:
    """What both growths are made from."""
    pairs = (
        read_pair(case.observations, case.unit, (growth.of, case.period), (growth.of, growth.base(case.period)))
        for growth in formula.growths
    )
    return [reading for pair in pairs for reading in pair]


def _by_level(case: _Case, formula: ByLevel) -> Working:
    level = case.observations.level(case.unit, case.period.end)
    for named, difference in formula.at:
        if named is level:
            return _difference(case, difference.plus, difference.minus)
    return Working(_without_value(case.read(measures_of(formula)), State.NOT_APPLICABLE))


def _plan_rate(case: _Case, formula: PlanRate) -> Working:
    """Year to date over the year's plan; an unfinished year uses what is reported and is incomplete."""
    readings = _to_date(case, formula.of)
    parts = _numerators(formula.of, readings)
    plan = own_plan(formula, case.unit, case.period, case.plans)
    if plan is None or not parts:
        no_plan = State.NOT_APPLICABLE if plan is None else None
        return Working(_without_value(readings[-1], no_plan))
    return Working(_over(readings, _sum(parts), plan.value), parts, plan)


def _to_date(case: _Case, measures: Measures) -> Sequence[Reading]:
    """The readings from 1 January to the end of the period, over the shortest periods with returns."""
    asked = case.read(measures)
    if case.period.frequency is Frequency.YEAR and (asked.complete or case.period in asked.returned):
        return [asked]
    for cover in reversed(covers(case.period.whole_year)):
        readings = [case.read(measures, period) for period in cover if period.end <= case.period.end]
        if any(reading.sums for reading in readings):
            return readings
    return [asked]
