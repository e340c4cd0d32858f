"""Checks an official form by its published identities, its index column, the other forms, and the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from data.forms.model import AtMost, Balance, CarriedOver
from data.forms.official.builtin import OFFICIAL, LineKind, OfficialRule, SumAtMost
from data.returns import Finding, Return
from loaders.findings import error, measure_text, warning
from loaders.official.reading import OfficialTable, place_of
from loaders.vietnamese.numbers import NumberState, read_exact, show
from loaders.workbook import Value


def check_official(table: OfficialTable) -> list[Finding]:
    """All checks of a single form."""
    findings = [finding for rule in table.found.official.checks for finding in _check(rule, table)]
    findings.extend(_check_index(table))
    return findings


def _check(rule: OfficialRule, table: OfficialTable) -> Iterator[Finding]:
    codes = rule.named if isinstance(rule, Balance | AtMost) else (rule.whole, *rule.parts)
    if any(code not in table.counts or table.counts[code].state is NumberState.ERROR for code in codes):
        return iter(())
    if isinstance(rule, Balance):
        return _balance(rule, table)
    return _at_most(rule, table) if isinstance(rule, AtMost) else _sum_at_most(rule, table)


def _balance(rule: Balance, table: OfficialTable) -> Iterator[Finding]:
    counts, places = table.counts, table.found.official.places
    parts = [counts[code] for code in (*rule.plus, *rule.minus)]
    headings = [code for code in (*rule.plus, *rule.minus) if places[code].line.kind is LineKind.HEADING]
    if all(part.value is None for part in parts) or any(counts[code].value is None for code in headings):
        return
    total = counts[rule.total].value
    computed = sum(counts[code].value or 0 for code in rule.plus)
    computed -= sum(counts[code].value or 0 for code in rule.minus)
    is_heading = places[rule.total].line.kind is LineKind.HEADING
    if total == computed or (total is None and (is_heading or computed == 0)):
        return
    cells = "+".join(map(table.found.cell, rule.plus)) + "".join(f"-{table.found.cell(c)}" for c in rule.minus)
    say = warning if is_heading else error
    yield say(
        "official_sum_blank" if total is None else "official_sum",
        table.name,
        table.found.cell(rule.total),
        line=table.line(rule.total),
        shown=show(total or 0),
        computed=show(computed),
        formula=cells,
    )


def _at_most(rule: AtMost, table: OfficialTable) -> Iterator[Finding]:
    part, whole = table.counts[rule.part].value, table.counts[rule.whole].value
    if part is not None and whole is not None and part > whole:
        yield error(
            rule.code,
            table.name,
            table.found.cell(rule.part),
            part=table.line(rule.part),
            whole=table.line(rule.whole),
            part_value=show(part),
            whole_value=show(whole),
            whole_cell=table.found.cell(rule.whole),
        )


def _sum_at_most(rule: SumAtMost, table: OfficialTable) -> Iterator[Finding]:
    whole = table.counts[rule.whole].value
    computed = sum(table.counts[code].value or 0 for code in rule.parts)
    if whole is not None and computed > whole:
        yield warning(
            rule.code,
            table.name,
            table.found.cell(rule.parts[0]),
            line=table.line(rule.whole),
            shown=show(whole),
            whole_cell=table.found.cell(rule.whole),
            computed=show(computed),
            formula="+".join(map(table.found.cell, rule.parts)),
        )


_FEWEST_RATIO_DECIMALS, _MOST_DECIMALS = 2, 6


def _check_index(table: OfficialTable) -> Iterator[Finding]:
    """Recomputes the index: 100 means unchanged. The displayed value is compared to as many decimals as it shows."""
    column, previous = table.found.columns.percent, table.found.columns.previous
    if column is None or previous is None:
        return
    for code, count in table.counts.items():
        value, before = count.value, table.before[code].value
        shown = _shown(table.found.sheet.rows[table.found.rows[code]][column])
        if value is None or not before or shown is None:
            continue
        index = Fraction(value * 100, before)
        if not _agrees(shown, index):
            is_growth = _agrees(shown + 100, index)
            yield warning(
                "official_index_growth" if is_growth else "official_index",
                table.name,
                place_of(table, code, column),
                line=table.line(code),
                shown=show(shown),
                computed=show(round(index, 2)),
                formula=f"{table.found.cell(code)}*100/{place_of(table, code, previous)}",
            )


def _shown(value: Value) -> Fraction | None:
    number = read_exact(value)
    is_percent = isinstance(value, str) and value.strip().endswith("%")
    return number * 100 if number is not None and is_percent else number


def _agrees(shown: Fraction, index: Fraction) -> bool:
    """Whether a number equals the index, or the ratio that a percent format displays as one, to the decimals shown."""
    decimals = _decimals(shown)
    if abs(shown - index) <= Fraction(1, 2 * 10**decimals):
        return True
    coarse = max(decimals, _FEWEST_RATIO_DECIMALS) - _FEWEST_RATIO_DECIMALS
    return abs(shown * 100 - index) <= Fraction(1, 2 * 10**coarse)


def _decimals(number: Fraction) -> int:
    decimals = 0
    while decimals < _MOST_DECIMALS and (number * int(10**decimals)).denominator != 1:
        decimals += 1
    return decimals


def check_official_across(given: Sequence[Return]) -> list[Finding]:
    """Compares counts that two official forms of one file both give for a unit and a period."""
    by_key = {(one.form.code, one.unit, one.period): one for one in given}
    findings = []
    for one in given:
        for rule in _agreements(one.form.code):
            other = by_key.get((rule[1], one.unit, one.period))
            value, known = _value(one, rule[0]), _value(other, rule[2]) if other else None
            if other is not None and value is not None and known is not None and value != known:
                findings.append(
                    error(
                        "differs_between_forms",
                        one.sheet,
                        one.columns[rule[0]],
                        measure=measure_text(one.form.by_code[rule[0]]),
                        shown=show(value),
                        other=show(known),
                        place=f"{other.sheet}!{other.columns[rule[2]]}",
                    )
                )
    return findings


def _agreements(form: str) -> set[tuple[str, str, str]]:
    """Measure, other form and its measure, as declared by the form's versions."""
    return {(rule.measure, rule.form, rule.other) for one in OFFICIAL if one.code == form for rule in one.agrees}


def _value(given: Return, measure: str) -> int | None:
    place = given.form.positions.get(measure)
    value = None if place is None else given.rows[0].values[place]
    return value if isinstance(value, int) else None


Stored = Mapping[tuple[str, str], int]
"""What the store holds of one unit, by form and measure."""


def check_official_stored(given: Return, *, same_period: Stored, year_before: Mapping[str, int]) -> list[Finding]:
    """Compares an official form with the stored official forms of its unit.

    `same_period` holds forms of the same period that did not come in the same file (errors on disagreement);
    `year_before` the form's measures at the end of the year before, with which it opens (warnings).
    """
    findings = []
    for measure, form, other in _agreements_of(given.form.code):
        value, known = _value(given, measure), same_period.get((form, other))
        if value is not None and known is not None and value != known:
            about = {"shown": show(value), "other": show(known), "form": form.removeprefix("O")}
            about_measure = measure_text(given.form.by_code[measure])
            where = given.columns[measure]
            findings.append(error("official_differs_from_stored", given.sheet, where, measure=about_measure, **about))
    for rule in given.form.rules:
        if isinstance(rule, CarriedOver):
            value, closing = _value(given, rule.opening), year_before.get(rule.closing)
            if value is not None and closing is not None and value != closing:
                about = {"shown": show(value), "closing": show(closing)}
                about_measure = measure_text(given.form.by_code[rule.opening])
                where = given.columns[rule.opening]
                findings.append(warning(rule.code, given.sheet, where, measure=about_measure, **about))
    return findings


def _agreements_of(form: str) -> set[tuple[str, str, str]]:
    """The agreements of a form, in both directions."""
    back = {(o, m, other.code) for other in OFFICIAL for m, f, o in _agreements(other.code) if f == form}
    return _agreements(form) | {(mine, other, theirs) for mine, theirs, other in back}


def compare_with_cells(given: Return, sums: Mapping[str, int]) -> list[Finding]:
    """Compares the official form of a unit with the sum of its cells' returns for the period, never adding to it.

    `sums` holds the measures that the cells give in full; other measures are not compared (warnings).
    """
    findings = []
    for measure in given.form.measures:
        value, computed = _value(given, measure.code), sums.get(measure.code)
        if value is not None and computed is not None and value != computed:
            about = {"shown": show(value), "computed": show(computed)}
            where = given.columns[measure.code]
            findings.append(
                warning("official_differs_from_cells", given.sheet, where, measure=measure_text(measure), **about)
            )
    return findings
