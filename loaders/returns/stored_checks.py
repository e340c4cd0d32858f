"""Checks a workbook against the store."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from data.forms.model import CarriedOver, Form, SameAs, SumMatches
from data.measures import Kind
from data.periods import Frequency
from data.reading.queries import Reader
from data.returns import Finding, ParsedWorkbook, Return, Severity
from data.tables.opened import why_not_open
from loaders.findings import error, grouped, measure_text, period_text, sum_formula, unit_text, warning
from loaders.official.stored import check_officials
from loaders.registers.plan_sums import check_stored_sums
from loaders.returns.former_shape import dropped_units, in_current_shape
from loaders.returns.missing_forms import check_missing_forms
from loaders.returns.opening_balances import brought_forward, closings_on
from loaders.returns.plausibility import check_plausibility
from loaders.returns.repeated_returns import check_repeated
from loaders.vietnamese.numbers import show

_NAMES_SHOWN = 5

_Brought = Collection[tuple[str, date | None]]
"""The forms of a workbook, each with the last day of its period: yearly forms may stand beside those of a quarter."""


def check_stored(workbook: ParsedWorkbook, reader: Reader, *, opens_periods: bool = False) -> list[Finding]:
    """Compares openings with previous closings, corrections with what they supersede, forms with each other.

    The periods of returns must be open; with `opens_periods` they only must not be closed.
    """
    findings = list(_check_open(workbook, reader, opens_periods=opens_periods))
    for sent in workbook.returns:
        findings.extend(_check_years(sent, reader))
    brought = {(sent.form.code, sent.period.end if sent.period else None) for sent in workbook.returns}
    if workbook.plans is not None:
        indicators = {plan.indicator for plan in workbook.plans.plans}
        findings.extend(check_stored_sums(workbook.plans, reader.plans(indicators), reader.registry))
    questions, repeating = check_repeated(workbook.returns, reader)
    findings.extend(questions)
    for sent in workbook.returns:
        findings.extend(_check_dropped(sent, reader))
        findings.extend(_check_absorbed(sent, reader))
        if sent.form.code not in repeating:
            findings.extend(check_plausibility(sent, reader))
        given = in_current_shape(sent, reader.registry)
        end = given.period.end if given.period else None
        findings.extend(_check_cumulative(given, reader))
        for rule in given.form.checks:
            if isinstance(rule, CarriedOver) and given.form.code not in repeating:
                findings.extend(_check_carried_over(rule, given, reader))
            elif isinstance(rule, SameAs) and (rule.form, end) not in brought:
                findings.extend(
                    _check_same_as(rule.measure, reader.vocabulary.forms[rule.form], rule.other, given, reader)
                )
            elif isinstance(rule, SumMatches) and (rule.form, end) not in brought:
                findings.extend(grouped(_check_sum(rule, given, reader)))
        findings.extend(_check_other_forms(given, brought, reader))
    findings.extend(check_officials(workbook, reader))
    findings.extend(check_missing_forms(workbook, reader))
    return findings


def _check_open(workbook: ParsedWorkbook, reader: Reader, *, opens_periods: bool) -> Iterator[Finding]:
    """One error for each period that is not open, at the first sheet of it."""
    named = set()
    for given in (*workbook.returns, *workbook.official):
        refusal = why_not_open(reader.opened_periods, given.form.code, given.period) if given.period else None
        if refusal and refusal.text not in named and not (opens_periods and refusal.may_be_opened):
            named.add(refusal.text)
            yield Finding(code=refusal.code, severity=Severity.ERROR, message=refusal.text, sheet=given.sheet)


def _check_years(given: Return, reader: Reader) -> Iterator[Finding]:
    """A series of past years ends before the first opened period: what follows is returned, and would count twice."""
    late = [row for row in given.rows if row.period and any(row.period.end >= p.start for p in reader.opened_periods)]
    if late:
        years = ", ".join(sorted({str(row.period.year) for row in late if row.period}))
        first = min(reader.opened_periods, key=lambda period: period.start)
        place = f"{next(iter(given.columns.values()))}{late[0].row}"
        yield error("history_of_opened", given.sheet, place, years=years, first=period_text(first))


def _check_dropped(given: Return, reader: Reader) -> Iterator[Finding]:
    """A correction may not silently drop units."""
    period = given.period.code if given.period else ""
    stored = reader.reported_units(given.unit, given.form.code, period)
    dropped = sorted(dropped_units(given, stored, reader.registry))
    if dropped:
        units = (reader.registry.latest(reader.registry.ids[code]) for code in dropped[:_NAMES_SHOWN])
        names = ", ".join(unit_text(unit) for unit in units if unit) + (", …" if len(dropped) > _NAMES_SHOWN else "")
        yield error("units_dropped", given.sheet, number=show(len(dropped)), names=names)


def _check_absorbed(given: Return, reader: Reader) -> Iterator[Finding]:
    """Asks whether a unit's counts include those of a unit that it absorbed, which another sender returned."""
    registry, rows = reader.registry, {row.unit: row for row in given.rows}
    if given.period is None or registry.predecessors.keys().isdisjoint(registry.ids.get(unit, -1) for unit in rows):
        return
    names = {unit.code: f"{unit.name} ({unit.code})" for unit in registry.spells}
    for former, (successor, sender) in reader.absorbed(given.form.code, given.period).items():
        if successor in rows and former not in rows and sender != given.unit:
            yield warning(
                "absorbed_returned_elsewhere",
                given.sheet,
                f"{next(iter(given.columns.values()))}{rows[successor].row}",
                name=names[successor],
                former=names[former],
                sender=names.get(sender, sender),
            )


def _check_cumulative(given: Return, reader: Reader) -> Iterator[Finding]:
    """A cumulative figure cannot decrease; without the period before, only the year to date is known."""
    if not given.cumulative or given.period is None or given.period.index == 1:
        return
    before = given.period.previous
    if before.index > 1 and not reader.is_cumulative(given.unit, given.form.code, before):
        yield warning("cumulative_alone", given.sheet, before=period_text(before))
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
                    measure=measure_text(measure),
                    shown=show(value),
                    known=show(known),
                    before=period_text(before),
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
                measure=measure_text(given.form.by_code[measure]),
                shown=show(value),
                other=show(known),
                form=form.code,
            )


def _check_sum(rule: SumMatches, given: Return, reader: Reader) -> Iterator[Finding]:
    """Compares the sum of parts with another form's count at the end of the period, at any frequency."""
    if given.period is None:
        return
    form = reader.vocabulary.forms[rule.form]
    stored = closings_on(given.period.end, rule.other, given.unit, form, reader, given.period.frequency)
    places = [given.form.positions[code] for code in rule.parts]
    for row in given.rows:
        parts = [value for value in (row.values[place] for place in places) if isinstance(value, int)]
        known = stored.get(row.unit)
        if len(parts) == len(places) and known is not None and sum(parts) != known:
            yield warning(
                "sum_differs_from_stored",
                given.sheet,
                f"{given.columns[rule.parts[0]]}{row.row}",
                parts=sum_formula(given.columns[code] for code in rule.parts),
                shown=show(sum(parts)),
                measure=measure_text(form.by_code[rule.other]),
                form=form.code,
                other=show(known),
            )


def _check_other_forms(given: Return, brought: _Brought, reader: Reader) -> Iterator[Finding]:
    """Compares a form with stored forms that must agree with it, unless the workbook corrects those too."""
    end = given.period.end if given.period else None
    for form in reader.vocabulary.forms.values():
        for rule in form.checks:
            if isinstance(rule, SameAs) and rule.form == given.form.code and (form.code, end) not in brought:
                yield from _check_same_as(rule.other, form, rule.measure, given, reader)
    for form in reader.vocabulary.returns_on(end) if end else ():
        for rule in form.checks:
            if (
                end
                and isinstance(rule, SumMatches)
                and rule.form == given.form.code
                and (form.code, end) not in brought
            ):
                yield from grouped(_check_whole(rule, form, given, end, reader))


def _check_whole(rule: SumMatches, form: Form, given: Return, end: date, reader: Reader) -> Iterator[Finding]:
    """Compares a whole with the sum of its parts in a stored return of another form for the same end of period."""
    parts = [closings_on(end, part, given.unit, form, reader, None) for part in rule.parts]
    place = given.form.positions[rule.other]
    for row in given.rows:
        value, known = row.values[place], [counts[row.unit] for counts in parts if row.unit in counts]
        if isinstance(value, int) and len(known) == len(parts) and sum(known) != value:
            yield warning(
                "whole_differs_from_stored_sum",
                given.sheet,
                f"{given.columns[rule.other]}{row.row}",
                measure=measure_text(given.form.by_code[rule.other]),
                shown=show(value),
                number=show(len(parts)),
                form=form.code,
                first=form.by_code[rule.parts[0]].header[-1],
                last=form.by_code[rule.parts[-1]].header[-1],
                other=show(sum(known)),
            )


def _check_carried_over(rule: CarriedOver, given: Return, reader: Reader) -> Iterator[Finding]:
    if given.period is None:
        return
    start = given.period.whole_year.start if given.cumulative else given.period.start
    span = start, given.period.end
    known = brought_forward(rule, given.form, given.unit, reader, span, _frequency(given))
    place = given.form.positions[rule.opening]
    yield from grouped(
        [
            warning(
                rule.code,
                given.sheet,
                f"{given.columns[rule.opening]}{row.row}",
                measure=measure_text(given.form.by_code[rule.opening]),
                shown=show(opening),
                closing=show(closing),
            )
            for row in given.rows
            if (opening := row.values[place]) is not None
            and (closing := known.get(row.unit)) is not None
            and opening != closing
        ]
    )


def _frequency(given: Return) -> Frequency | None:
    return given.period.frequency if given.period else None
