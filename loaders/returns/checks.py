"""Checks a return by the rules declared in its form, by its own totals and by the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from data.forms.model import AtMost, Balance, Ceiling, NeedsSuccession, Rule, SameAs, SumMatches
from data.language import Language, Text
from data.organisations.units import Unit
from data.returns import Finding
from loaders.findings import error, grouped, measure_text, period_text, sum_formula, unit_text, warning
from loaders.messages import sentence
from loaders.returns.return_table import ReturnTable, places
from loaders.sheets.counts import Flags
from loaders.sheets.sum_rows import TOTAL, hidden_in_sums, sum_finding
from loaders.vietnamese.numbers import show
from loaders.workbook import Place, address, column_name, ranges

_NAMES_SHOWN = 5


def check_return(table: ReturnTable) -> list[Finding]:
    """All checks of a single sheet."""
    if not table.filled.any():
        return [error("nothing_reported", table.found.name)]
    findings = list(_collapse_stale(table))
    for rule in table.found.form.checks:
        found = _check(rule, table)
        findings.extend(grouped(found) if isinstance(rule, Ceiling | NeedsSuccession) else found)
    findings.extend(_check_sums(table))
    findings.extend(_check_expected(table))
    return findings


def _collapse_stale(table: ReturnTable) -> Iterator[Finding]:
    """Reports wrong, uncomputed formulas as one finding and skips the checks that depend on them."""
    stale, columns, counts = table.found.sheet.stale, table.found.columns, table.counts
    if not stale:
        return
    wrong = list(_drop_uncomputed(table))
    for rule in table.found.form.checks:
        if isinstance(rule, Balance):
            for line in places(table.excess(rule) != 0):
                cell = counts.rows[line], columns[rule.total]
                if cell in stale:
                    wrong.append(cell)
                    place = table.found.form.positions[rule.total]
                    counts.given[line, place], counts.unreadable[line, place] = False, True
    wrong.extend((one.row, columns[one.measure]) for one in table.sums[0])
    uncomputed = sorted(stale.intersection(wrong))
    if uncomputed:
        about = {"number": show(len(uncomputed)), "cells": ranges(uncomputed)}
        yield error("formula_stale", table.found.name, address(*uncomputed[0]), **about)


def _drop_uncomputed(table: ReturnTable) -> Iterator[Place]:
    """Drops input cells whose formulas nobody computed: no rule would notice the 0 or blank that stands in them."""
    checked = {rule.total for rule in table.found.form.checks if isinstance(rule, Balance)}
    counts = table.counts
    for place, measure in enumerate(table.found.form.measures):
        column = table.found.columns[measure.code]
        for line, row in enumerate(counts.rows if measure.code not in checked else ()):
            if (row, column) in table.found.sheet.uncomputed:
                counts.given[line, place], counts.unreadable[line, place] = False, True
                yield row, column


def _check(rule: Rule, table: ReturnTable) -> Iterator[Finding]:
    check: Callable[[Any, ReturnTable], Iterator[Finding]] | None = _CHECKS.get(type(rule))
    return check(rule, table) if check else iter(())


def _at_most(rule: AtMost, table: ReturnTable) -> Iterator[Finding]:
    values, given = table.counts.values, table.counts.given
    part, whole = table.column(values, rule.part), table.column(values, rule.whole)
    both = table.column(given, rule.part) & table.column(given, rule.whole)
    measures = table.found.form.by_code
    for line in places(both & (part > whole) & (whole >= 0)):
        yield error(
            rule.code,
            table.found.name,
            table.cell(line, rule.part),
            part=measure_text(measures[rule.part]),
            whole=measure_text(measures[rule.whole]),
            part_value=show(int(part[line])),
            whole_value=show(int(whole[line])),
            whole_cell=table.cell(line, rule.whole),
        )


def _ceiling(rule: Ceiling, table: ReturnTable) -> Iterator[Finding]:
    """A factor of 0 was hardly counted: what it limits is then not known."""
    values, given = table.counts.values, table.counts.given
    limit = np.prod([table.column(values, factor) for factor in rule.factors], axis=0)
    known = np.logical_and.reduce([table.column(given, code) for code in rule.named]) & (limit > 0)
    part, measures = table.column(values, rule.part), table.found.form.by_code
    for line in places(known & (part > limit)):
        yield warning(
            rule.code,
            table.found.name,
            table.cell(line, rule.part),
            part=measure_text(measures[rule.part]),
            part_value=show(int(part[line])),
            limit=show(int(limit[line])),
            formula=" × ".join(table.cell(line, factor) for factor in rule.factors),
            factors=_product([measures[factor].title for factor in rule.factors]),
        )


def _product(titles: Sequence[Text]) -> Text:
    return Text(*(" × ".join(f"“{title[language]}”" for title in titles) for language in (Language.VI, Language.EN)))


def _balance(rule: Balance, table: ReturnTable) -> Iterator[Finding]:
    positions, counts = table.found.form.positions, table.counts
    excess = table.excess(rule)
    parts = [positions[code] for code in (*rule.plus, *rule.minus)]
    yield from _blank_parts(table, parts, table.filled)
    yield from _blank_parts(table, [positions[rule.total]], table.filled & (excess == 0))
    total = table.column(counts.values, rule.total)
    for line in places(excess != 0):
        crossing = table.crossings.get(line)
        formula = "+".join(table.cell(line, code) for code in rule.plus)
        formula += "".join(f"-{table.cell(line, code)}" for code in rule.minus)
        about: dict[str, object] = {
            "measure": measure_text(table.found.form.by_code[rule.total]),
            "shown": show(int(total[line])),
            "computed": show(int(total[line] - excess[line])),
            "formula": formula,
            "advice": _thousandfold(rule, table, line) or _advice(table.cell(line, crossing) if crossing else ""),
        }
        is_blank = not counts.given[line, positions[rule.total]]
        yield error("balance_blank" if is_blank else rule.code, table.found.name, table.cell(line, rule.total), **about)


def _advice(crossing: str) -> Text:
    return sentence("check_crossing_of_line", cell=crossing) if crossing else sentence("check_cells")


def _thousandfold(rule: Balance, table: ReturnTable, line: int) -> Text | None:
    """Advice where a balance holds once one count is multiplied by 1000: "2.000" that Excel stored as 2."""
    excess = int(table.excess(rule)[line])
    signs = {rule.total: 1, **dict.fromkeys(rule.plus, -1), **dict.fromkeys(rule.minus, 1)}
    values = table.counts.values[line]
    for code, sign in signs.items():
        value = int(values[table.found.form.positions[code]])
        if value and sign * 999 * value == -excess:
            return sentence("check_thousands", cell=table.cell(line, code), meant=show(1000 * value))
    return None


def _blank_parts(table: ReturnTable, parts: Sequence[int], among: Flags) -> Iterator[Finding]:
    """One warning per column: a blank part of a balance counts as 0 in it."""
    blank = table.counts.blank & among[:, None]
    for place in parts:
        lines = places(blank[:, place])
        if lines:
            measure = table.found.form.measures[place]
            cell = table.cell(lines[0], measure.code)
            yield warning(
                "blank_in_balance", table.found.name, cell, measure=measure_text(measure), number=show(len(lines))
            )


def _needs_succession(rule: NeedsSuccession, table: ReturnTable) -> Iterator[Finding]:
    period, tree = table.head.period, table.head.tree
    start = period.whole_year.start if table.head.cumulative else period.start
    touched = {
        unit
        for succession in table.registry.successions
        if start <= succession.date <= period.end
        for unit in (succession.predecessor, succession.successor)
    }
    values = table.column(table.counts.values, rule.measure)
    for line in places(values != 0):
        unit = table.body.leaves[line].unit
        if unit is None or touched & {unit.id, *(above.id for above in tree.ancestors(unit.id))}:
            continue
        yield warning(
            rule.code,
            table.found.name,
            table.cell(line, rule.measure),
            name=unit_text(unit),
            shown=show(int(values[line])),
            period=period_text(period),
        )


_CHECKS: Mapping[type[Rule], Callable[[Any, ReturnTable], Iterator[Finding]]] = {
    AtMost: _at_most,
    Balance: _balance,
    Ceiling: _ceiling,
    NeedsSuccession: _needs_succession,
}


def _check_sums(table: ReturnTable) -> Iterator[Finding]:
    wrong, findings = table.sums
    yield from findings
    crossings = {measure: table.cell(line, measure) for line, measure in table.crossings.items()}
    hidden = hidden_in_sums(table.found, table.body.hidden, wrong)
    yield from hidden.values()
    for one in wrong:
        if one.row not in hidden and (one.row, table.found.columns[one.measure]) not in table.found.sheet.stale:
            crossing = crossings.get(one.measure, "") if one.code == TOTAL else ""
            yield sum_finding(table.found, one, crossing)


def _check_expected(table: ReturnTable) -> Iterator[Finding]:
    """Units of the sender that the return omits or leaves blank."""
    if table.body.ambiguous:
        return
    grain = table.found.form.grain
    filled = table.filled
    reported = {
        line.unit.id for line, is_filled in zip(table.body.leaves, filled, strict=True) if line.unit and is_filled
    }
    tree, sender = table.head.tree, table.head.sender
    missing = [u for u in tree.within(sender.id) if u.has_grain(grain) and u.id not in reported]
    if missing:
        yield warning(
            "units_missing",
            table.found.name,
            missing=show(len(missing)),
            expected=show(len(missing) + len(reported)),
            names=_listed(missing),
        )


def _listed(units: Sequence[Unit]) -> str:
    names = ", ".join(unit_text(unit) for unit in units[:_NAMES_SHOWN])
    return names + (", …" if len(units) > _NAMES_SHOWN else "")


def check_across(tables: Sequence[ReturnTable]) -> list[Finding]:
    """Compares measures that two sheets of the workbook both give."""
    findings: list[Finding] = []
    for table in tables:
        beside = {t.found.form.code: t for t in tables if t.head.sender.code == table.head.sender.code}
        for rule in table.found.form.checks:
            if isinstance(rule, SameAs):
                other = beside.get(rule.form)
                same = other is not None and other.head.period == table.head.period
                findings.extend(_same_as(rule, table, other) if other and same else ())
            elif isinstance(rule, SumMatches):
                other = beside.get(rule.form)
                same = other is not None and other.head.period.end == table.head.period.end
                findings.extend(grouped(_sum_matches(rule, table, other)) if other and same else ())
    return findings


def _given_elsewhere(other: ReturnTable, measure: str) -> dict[int, tuple[int, int]]:
    """A measure's value and line by unit id, where given."""
    given = other.column(other.counts.given, measure)
    values = other.column(other.counts.values, measure)
    return {
        line.unit.id: (int(values[place]), place)
        for place, line in enumerate(other.body.leaves)
        if line.unit and given[place]
    }


def _sum_matches(rule: SumMatches, table: ReturnTable, other: ReturnTable) -> Iterator[Finding]:
    values = _given_elsewhere(other, rule.other)
    places = [table.found.form.positions[code] for code in rule.parts]
    given: Flags = np.asarray(table.counts.given[:, places].all(axis=1))
    sums = table.counts.values[:, places].sum(axis=1)
    for place, line in enumerate(table.body.leaves):
        if line.unit is None or not given[place] or line.unit.id not in values:
            continue
        value, where = values[line.unit.id]
        if value != sums[place]:
            yield warning(
                rule.code,
                table.found.name,
                table.cell(place, rule.parts[0]),
                parts=sum_formula(column_name(table.found.columns[code]) for code in rule.parts),
                shown=show(int(sums[place])),
                measure=measure_text(other.found.form.by_code[rule.other]),
                other=show(value),
                place=f"{other.found.name}!{other.cell(where, rule.other)}",
            )


def _same_as(rule: SameAs, table: ReturnTable, other: ReturnTable) -> Iterator[Finding]:
    values = _given_elsewhere(other, rule.other)
    given = table.column(table.counts.given, rule.measure)
    own = table.column(table.counts.values, rule.measure)
    measure = table.found.form.by_code[rule.measure]
    for place, line in enumerate(table.body.leaves):
        if line.unit is None or not given[place] or line.unit.id not in values:
            continue
        value, where = values[line.unit.id]
        if value != own[place]:
            yield error(
                rule.code,
                table.found.name,
                table.cell(place, rule.measure),
                measure=measure_text(measure),
                shown=show(int(own[place])),
                other=show(value),
                place=f"{other.found.name}!{other.cell(where, rule.other)}",
            )
