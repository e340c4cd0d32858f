"""Checks a return by the rules that its form declares, against its own totals and against the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.forms.model import AtMost, Balance, NeedsSuccession, Rule, SameAs, SumMatches
from data.measures import Kind
from data.returns import Finding
from data.units import Registry, Unit
from loaders.body import Body, Line
from loaders.counts import Counts, Flags, read_counts
from loaders.findings import error, named, summed, titled, warning
from loaders.numbers import show
from loaders.recognise import Recognised
from loaders.title_block import TitleBlock
from loaders.workbook import column_name

_NAMES_SHOWN = 5


def _places(flags: Flags) -> list[int]:
    found: list[int] = np.flatnonzero(flags).tolist()
    return found


@dataclass(frozen=True, kw_only=True)
class ReturnTable:
    """A return as read: `counts` has one line for each of `body.leaves`, in their order."""

    found: Recognised
    head: TitleBlock
    body: Body
    counts: Counts
    registry: Registry

    def cell(self, line: int, measure: str) -> str:
        """Address of a measure in a leaf line."""
        return self.found.cell(self.counts.rows[line], measure)

    def column(self, flags: NDArray[Any], measure: str) -> NDArray[Any]:
        """One measure of one of the arrays of `counts`."""
        return flags[:, self.found.form.positions[measure]]

    @property
    def filled(self) -> Flags:
        """Lines with at least one cell filled in, beside what was brought forward from the period before."""
        reported = [place for place, m in enumerate(self.found.form.measures) if m.kind is not Kind.OPENING]
        return np.asarray(~self.counts.blank[:, reported].all(axis=1))


def check_return(table: ReturnTable) -> list[Finding]:
    """Everything that one sheet can be asked by itself."""
    if not table.filled.any():
        return [error("nothing_reported", table.found.name)]
    findings = [finding for rule in table.found.form.checks for finding in _check(rule, table)]
    findings.extend(_check_totals(table))
    findings.extend(_check_groups(table))
    findings.extend(_check_expected(table))
    return findings


def _check(rule: Rule, table: ReturnTable) -> Iterator[Finding]:
    check: Callable[[Any, ReturnTable], Iterator[Finding]] | None = _CHECKS.get(type(rule))
    return check(rule, table) if check else iter(())


def _at_most(rule: AtMost, table: ReturnTable) -> Iterator[Finding]:
    values, given = table.counts.values, table.counts.given
    part, whole = table.column(values, rule.part), table.column(values, rule.whole)
    both = table.column(given, rule.part) & table.column(given, rule.whole)
    measures = table.found.form.by_code
    for line in _places(both & (part > whole) & (whole >= 0)):
        yield error(
            rule.code,
            table.found.name,
            table.cell(line, rule.part),
            part=named(measures[rule.part]),
            whole=named(measures[rule.whole]),
            part_value=show(int(part[line])),
            whole_value=show(int(whole[line])),
            whole_cell=table.cell(line, rule.whole),
        )


def _balance(rule: Balance, table: ReturnTable) -> Iterator[Finding]:
    positions = table.found.form.positions
    plus, minus = [positions[code] for code in rule.plus], [positions[code] for code in rule.minus]
    parts = [*plus, *minus, positions[rule.total]]
    counts = table.counts
    computed = counts.values[:, plus].sum(axis=1) - counts.values[:, minus].sum(axis=1)
    total = table.column(counts.values, rule.total)
    readable = table.filled & ~counts.unreadable[:, parts].any(axis=1)
    broken = readable & (computed != total)
    yield from _blank_parts(table, parts[:-1], table.filled)
    yield from _blank_parts(table, parts[-1:], table.filled & ~broken)
    measure = table.found.form.by_code[rule.total]
    for line in _places(broken):
        formula = "+".join(table.cell(line, code) for code in rule.plus)
        formula += "".join(f"-{table.cell(line, code)}" for code in rule.minus)
        is_blank = not counts.given[line, positions[rule.total]]
        yield error(
            "balance_blank" if is_blank else rule.code,
            table.found.name,
            table.cell(line, rule.total),
            measure=named(measure),
            shown=show(int(total[line])),
            computed=show(int(computed[line])),
            formula=formula,
        )


def _blank_parts(table: ReturnTable, parts: Sequence[int], among: Flags) -> Iterator[Finding]:
    """One warning a column: a blank part of a balance counts as 0 in it."""
    blank = table.counts.blank & among[:, None]
    for place in parts:
        lines = _places(blank[:, place])
        if lines:
            measure = table.found.form.measures[place]
            cell = table.cell(lines[0], measure.code)
            yield warning("blank_in_balance", table.found.name, cell, measure=named(measure), number=show(len(lines)))


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
    for line in _places(values != 0):
        unit = table.body.leaves[line].unit
        if unit is None or touched & {unit.id, *(above.id for above in tree.ancestors(unit.id))}:
            continue
        yield warning(
            rule.code,
            table.found.name,
            table.cell(line, rule.measure),
            name=unit.name,
            shown=show(int(values[line])),
            period=titled(period),
        )


_CHECKS: Mapping[type[Rule], Callable[[Any, ReturnTable], Iterator[Finding]]] = {
    AtMost: _at_most,
    Balance: _balance,
    NeedsSuccession: _needs_succession,
}


def _check_totals(table: ReturnTable) -> Iterator[Finding]:
    everything = np.ones(len(table.body.leaves), dtype=np.bool_)
    yield from _compare(table, [(row, everything) for row in table.body.totals], "total_differs")


def _check_groups(table: ReturnTable) -> Iterator[Finding]:
    """A group row that gives numbers gives the sums of the leaves below it in the tree."""
    if any(line.unit is None for line in table.body.leaves):
        return
    above = [_ancestors(table, line) for line in table.body.leaves]
    groups = []
    for group in table.body.groups:
        if group.unit is not None:
            below = np.array([group.unit.id in ids for ids in above], dtype=np.bool_)
            groups.append((group.row, below))
    yield from _compare(table, groups, "group_differs")


def _ancestors(table: ReturnTable, line: Line) -> set[int]:
    return {unit.id for unit in table.head.tree.ancestors(line.unit.id)} if line.unit else set()


def _compare(table: ReturnTable, compared: Sequence[tuple[int, Flags]], code: str) -> Iterator[Finding]:
    """Sums against the rows that state them; a column with an unreadable leaf has no sum to compare."""
    if not compared:
        return
    stated, findings = read_counts(table.found, [row for row, _ in compared], strict=False)
    yield from findings
    for place, (row, below) in enumerate(compared):
        sums = table.counts.values[below].sum(axis=0)
        sound = ~table.counts.unreadable[below].any(axis=0)
        for column in _places(stated.given[place] & sound & (stated.values[place] != sums)):
            measure = table.found.form.measures[column]
            yield error(
                code,
                table.found.name,
                table.found.cell(row, measure.code),
                measure=named(measure),
                shown=show(int(stated.values[place, column])),
                computed=show(int(sums[column])),
            )


def _check_expected(table: ReturnTable) -> Iterator[Finding]:
    """Units of the sender that the return leaves out, or leaves wholly blank."""
    grain = table.found.form.grain
    filled = table.filled
    reported = {
        line.unit.id for line, is_filled in zip(table.body.leaves, filled, strict=True) if line.unit and is_filled
    }
    tree, sender = table.head.tree, table.head.sender
    missing = [u for u in tree.within(sender.id) if u.holds(grain) and u.id not in reported]
    if missing:
        yield warning(
            "units_missing",
            table.found.name,
            missing=show(len(missing)),
            expected=show(len(missing) + len(reported)),
            names=_listed(missing),
        )


def _listed(units: Sequence[Unit]) -> str:
    names = ", ".join(f"{unit.name} ({unit.code})" for unit in units[:_NAMES_SHOWN])
    return names + (", …" if len(units) > _NAMES_SHOWN else "")


def check_across(tables: Sequence[ReturnTable]) -> list[Finding]:
    """Measures that two sheets of the workbook both give."""
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
                findings.extend(_sum_matches(rule, table, other) if other and same else ())
    return findings


def _given_elsewhere(other: ReturnTable, measure: str) -> dict[int, tuple[int, int]]:
    """A measure's value and line by unit id, where it was given."""
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
                parts=summed(column_name(table.found.columns[code]) for code in rule.parts),
                shown=show(int(sums[place])),
                measure=named(other.found.form.by_code[rule.other]),
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
                measure=named(measure),
                shown=show(int(own[place])),
                other=show(value),
                place=f"{other.found.name}!{other.cell(where, rule.other)}",
            )
