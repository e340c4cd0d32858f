"""Checks of a read workbook against what the store already holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from data.forms import FORMS
from data.forms.model import CarriedOver, Form, SameAs, SumMatches
from data.measures import Kind
from data.periods import Frequency, Period
from data.queries import Reader
from data.returns import Finding, ReadWorkbook, Return
from data.units import Event, Registry
from loaders.findings import error, named, summed, warning
from loaders.numbers import show

_NAMES_SHOWN = 5


def check_stored(workbook: ReadWorkbook, reader: Reader) -> list[Finding]:
    """Openings against the previous closings, corrections against what they replace, forms against each other."""
    findings: list[Finding] = []
    brought = {given.form.code for given in workbook.returns}
    for given in workbook.returns:
        findings.extend(_check_dropped(given, reader))
        findings.extend(_check_cumulative(given, reader))
        for rule in given.form.checks:
            if isinstance(rule, CarriedOver):
                findings.extend(_check_carried_over(rule, given, reader))
            elif isinstance(rule, SameAs) and rule.form not in brought:
                findings.extend(_check_same_as(rule.measure, FORMS[rule.form], rule.other, given, reader))
            elif isinstance(rule, SumMatches) and rule.form not in brought:
                findings.extend(_check_sum(rule, given, reader))
        findings.extend(_check_other_forms(given, brought, reader))
    return findings


def _check_dropped(given: Return, reader: Reader) -> Iterator[Finding]:
    """A correction may not silently lose units."""
    period = given.period.code if given.period else ""
    dropped = sorted(reader.reported_units(given.unit, given.form.code, period) - {row.unit for row in given.rows})
    if dropped:
        names = ", ".join(dropped[:_NAMES_SHOWN]) + (", …" if len(dropped) > _NAMES_SHOWN else "")
        yield error("units_dropped", given.sheet, number=show(len(dropped)), names=names)


def _check_cumulative(given: Return, reader: Reader) -> Iterator[Finding]:
    """What is counted since 1 January cannot become less; without the period before, only the year to date is known."""
    if not given.cumulative or given.period is None or given.period.index == 1:
        return
    before = given.period.previous
    if before.index > 1 and not reader.is_cumulative(given.unit, given.form.code, before):
        yield warning("cumulative_alone", given.sheet, before=before.title())
        return
    for place, measure in enumerate(given.form.measures):
        if measure.kind is not Kind.FLOW or measure.signed:
            continue
        earlier = reader.closings(given.unit, given.form.code, measure.code, before)
        for row in given.rows:
            value, known = row.values[place], earlier.get(row.unit)
            if isinstance(value, int) and known is not None and value < known:
                yield error(
                    "cumulative_falls",
                    given.sheet,
                    f"{given.columns[measure.code]}{row.row}",
                    measure=named(measure),
                    shown=show(value),
                    known=show(known),
                    before=before.title(),
                )


def _check_same_as(measure: str, form: Form, other: str, given: Return, reader: Reader) -> Iterator[Finding]:
    if given.period is None or given.cumulative != reader.is_cumulative(given.unit, form.code, given.period):
        return
    stored = reader.closings(given.unit, form.code, other, given.period)
    place = given.form.positions[measure]
    for row in given.rows:
        value, known = row.values[place], stored.get(row.unit)
        if value is not None and known is not None and value != known:
            yield error(
                "differs_from_stored",
                given.sheet,
                f"{given.columns[measure]}{row.row}",
                measure=named(given.form.by_code[measure]),
                shown=show(value),
                other=show(known),
                form=form.code,
            )


def _check_sum(rule: SumMatches, given: Return, reader: Reader) -> Iterator[Finding]:
    """The sum of parts against what another form said at the end of the period, at whatever frequency it came."""
    if given.period is None:
        return
    form = FORMS[rule.form]
    stored = _closings_on(given.period.end, rule.other, given.unit, form, reader, given.period.frequency)
    places = [given.form.positions[code] for code in rule.parts]
    for row in given.rows:
        parts = [value for value in (row.values[place] for place in places) if isinstance(value, int)]
        known = stored.get(row.unit)
        if len(parts) == len(places) and known is not None and sum(parts) != known:
            yield warning(
                "sum_differs_from_stored",
                given.sheet,
                f"{given.columns[rule.parts[0]]}{row.row}",
                parts=summed(given.columns[code] for code in rule.parts),
                shown=show(sum(parts)),
                measure=named(form.by_code[rule.other]),
                form=form.code,
                other=show(known),
            )


def _check_other_forms(given: Return, brought: set[str], reader: Reader) -> Iterator[Finding]:
    """A corrected form alone may part from a stored form that must agree with it."""
    for form in FORMS.values():
        for rule in form.checks:
            if isinstance(rule, SameAs) and rule.form == given.form.code and form.code not in brought:
                yield from _check_same_as(rule.other, form, rule.measure, given, reader)


def _check_carried_over(rule: CarriedOver, given: Return, reader: Reader) -> Iterator[Finding]:
    if given.period is None:
        return
    start = given.period.whole_year.start if given.cumulative else given.period.start
    closings = _previous_closings(rule.closing, given, start, reader)
    if not closings:
        return
    inherited = _inherited(closings, reader.registry, start, given.period.end)
    place = given.form.positions[rule.opening]
    for row in given.rows:
        opening = row.values[place]
        closing = inherited.get(row.unit, closings.get(row.unit))
        if opening is not None and closing is not None and opening != closing:
            yield warning(
                rule.code,
                given.sheet,
                f"{given.columns[rule.opening]}{row.row}",
                measure=named(given.form.by_code[rule.opening]),
                shown=show(opening),
                closing=show(closing),
            )


def _previous_closings(measure: str, given: Return, start: date, reader: Reader) -> Mapping[str, int]:
    """Closings of the period that ended the day before, at whatever frequency one was returned."""
    return _closings_on(start - timedelta(days=1), measure, given.unit, given.form, reader, _frequency(given))


def _closings_on(
    day: date, measure: str, unit: str, form: Form, reader: Reader, first: Frequency | None
) -> Mapping[str, int]:
    """A measure in the returns of the period that ends on a day; of several, those of the frequency `first`."""
    for frequency in sorted(form.frequencies, key=lambda frequency: frequency is not first):
        period = Period.covering(day, frequency)
        if period.end == day:
            closings = reader.closings(unit, form.code, measure, period)
            if closings:
                return closings
    return {}


def _frequency(given: Return) -> Frequency | None:
    return given.period.frequency if given.period else None


def _inherited(
    closings: Mapping[str, int], registry: Registry, start: date, end: date
) -> Mapping[str, Fraction | None]:
    """What successors of the period take over: own and predecessors' closings; None where that is not known."""
    codes = {unit: code for code, unit in registry.ids.items()}
    sums: dict[str, Fraction | None] = {}
    arrivals: dict[str, list[tuple[str, Fraction | None]]] = defaultdict(list)
    for line in registry.successions:
        if start <= line.date <= end and line.successor is not None and line.predecessor not in (None, line.successor):
            share = line.share if line.share is not None or line.event is Event.SPLIT else Fraction(1)
            arrivals[codes[line.successor]].append((codes.get(line.predecessor or 0, ""), share))
    for successor, sources in arrivals.items():
        sums[successor] = _sum_of(successor, sources, closings)
    return sums


def _sum_of(
    successor: str, sources: Sequence[tuple[str, Fraction | None]], closings: Mapping[str, int]
) -> Fraction | None:
    total = Fraction(closings.get(successor, 0))
    for code, share in sources:
        if code not in closings or share is None:
            return None
        total += closings[code] * share
    return total
