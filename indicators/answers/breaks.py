"""Breaks in series: between a value and what it is compared with, the unit's perimeter or the definition changed."""

from __future__ import annotations

from datetime import date

from data.measures import Kind
from data.observations import Observations
from data.periods import Period, Term
from indicators.answers.rows import BreakKind, SeriesBreak
from indicators.values.model import Growth, GrowthGap, Indicator


def breaks_of(
    indicator: Indicator, unit: int, period: Period | Term, observations: Observations
) -> tuple[SeriesBreak, ...]:
    """The breaks since the period before, or since the one that a growth is over; within its years for a mean."""
    return breaks_between(indicator, unit, *_span(indicator, period), observations)


def breaks_between(
    indicator: Indicator, unit: int, after: date, until: date, observations: Observations
) -> tuple[SeriesBreak, ...]:
    """The breaks after one day, up to another."""
    perimeter = observations.perimeter_changes(unit, after, until)
    redefined = (change.date for change in indicator.redefined if after < change.date <= until)
    found = [
        *(SeriesBreak(day, BreakKind.PERIMETER) for day in perimeter),
        *(SeriesBreak(day, BreakKind.DEFINITION) for day in redefined),
    ]
    return tuple(sorted(found))


def _span(indicator: Indicator, period: Period | Term) -> tuple[date, date]:
    """The day after which, and the day up to which, a change breaks the comparison."""
    if isinstance(period, Term):
        return Period(period.first).end, Period(period.last).end
    base = period.previous
    if isinstance(indicator.formula, Growth | GrowthGap):
        growth = indicator.formula if isinstance(indicator.formula, Growth) else indicator.formula.growths[0]
        base = growth.base(period)
    # A flow is of the base's days too, a stock of its last day alone.
    flows = isinstance(indicator.formula, Growth | GrowthGap) and Kind.FLOW in indicator.kinds
    return (base.eve if flows else base.end), period.end
