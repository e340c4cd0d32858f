"""Opening balances: closing balances of the period before, inherited by successors from their predecessors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from data.forms.model import CarriedOver, Form
from data.organisations.units import Event, Registry
from data.periods import Frequency, Period
from data.reading.queries import Reader


def brought_forward(
    rule: CarriedOver, form: Form, unit: str, reader: Reader, span: tuple[date, date], first: Frequency | None
) -> Mapping[str, Fraction | int | None]:
    """The opening balance of each leaf unit of a sender at the start of `span`, by code; None where unknown.

    It is the closing balance of the period that ended the day before, at any frequency (`first` preferred); for a
    successor the sum of its own and its predecessors'. Empty where no return gives it.
    """
    start, end = span
    closings = closings_on(start - timedelta(days=1), rule.closing, unit, form, reader, first)
    return {**closings, **_inherited(closings, reader.registry, start, end)} if closings else {}


def opening_values(form: Form, unit: str, period: Period, reader: Reader) -> Mapping[str, Sequence[int | None]]:
    """Values for the lines of a return that contain only the opening balances known for certain."""
    values: dict[str, list[int | None]] = {}
    for rule in form.checks:
        if isinstance(rule, CarriedOver):
            span = period.start, period.end
            for code, count in brought_forward(rule, form, unit, reader, span, period.frequency).items():
                if count is not None and count.denominator == 1:
                    line = values.setdefault(code, [None] * len(form.measures))
                    line[form.positions[rule.opening]] = int(count)
    return values


def closings_on(
    day: date, measure: str, unit: str, form: Form, reader: Reader, first: Frequency | None
) -> Mapping[str, int]:
    """A measure in the returns of the period that ends on a day; of several frequencies, `first` is preferred."""
    for frequency in sorted(form.frequencies, key=lambda frequency: frequency is not first):
        period = Period.covering(day, frequency)
        if period.end == day:
            closings = reader.closings(unit, form.code, measure, period)
            if closings:
                return closings
    return {}


def _inherited(
    closings: Mapping[str, int], registry: Registry, start: date, end: date
) -> Mapping[str, Fraction | None]:
    """Balances of the successors of the period: own and predecessors' closings; None where unknown."""
    codes = {unit: code for code, unit in registry.ids.items()}
    arrivals: dict[str, list[tuple[str, Fraction | None]]] = defaultdict(list)
    for line in registry.successions:
        if start <= line.date <= end and line.successor is not None and line.predecessor not in (None, line.successor):
            share = line.share if line.share is not None or line.event is Event.SPLIT else Fraction(1)
            arrivals[codes[line.successor]].append((codes.get(line.predecessor or 0, ""), share))
    return {successor: _sum_of(successor, sources, closings) for successor, sources in arrivals.items()}


def _sum_of(
    successor: str, sources: Sequence[tuple[str, Fraction | None]], closings: Mapping[str, int]
) -> Fraction | None:
    total = Fraction(closings.get(successor, 0))
    for code, share in sources:
        if code not in closings or share is None:
            return None
        total += closings[code] * share
    return total
