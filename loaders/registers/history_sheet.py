"""Reads the historical series (LS): yearly totals of units from before their cells sent returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from data.organisations.units import Registry, Unit
from data.periods import Period, PeriodError
from data.returns import Finding, Return, ReturnedRow
from loaders.findings import error, grouped, measure_text, unit_text, warning
from loaders.registers.published_sheet import read_published
from loaders.registers.register import RegisterRow, register_rows
from loaders.registers.register_names import RegisterNames
from loaders.sheets.counts import SheetCounts, read_counts
from loaders.sheets.recognise import Recognised
from loaders.sheets.senders import find_sender, unknown_unit
from loaders.vietnamese.numbers import show
from loaders.workbook import column_name

_LEAP, _FEWEST_OF_A_LEAP = 5, 100
_APART, _FEWEST_YEARS = (-2, -1, 1, 2), 2

_Line = tuple[RegisterRow, Unit, Period]


def read_history(
    found: Recognised, published: Recognised | None, registry: Registry | None
) -> tuple[Return | None, list[Finding]]:
    """The series as a return without a period, with what was `published` of it; valid only without errors."""
    findings: list[Finding] = []
    if registry is None or not registry.spells:
        return None, [error("no_registry", found.name)]
    lines = _lines(found, registry, findings)
    counts, problems = read_counts(found, [row.row for row, _, _ in lines])
    findings.extend(problems)
    if not lines:
        return None, findings or [error("nothing_reported", found.name)]
    tree = registry.at(max(period.end for _, _, period in lines))
    sender = find_sender(found, tree, findings)
    if sender is None:
        return None, findings
    compared = {unit.id for _, unit, _ in lines if not unit.has_grain(found.form.grain)}
    findings.extend(_compare_whole(found, lines, counts, compared))
    findings.extend(_check_admitted(found, lines, counts))
    findings.extend(grouped(_check_leaps(found, lines, counts)))
    columns = {measure.code: column_name(found.columns[measure.code]) for measure in found.form.measures}
    return (
        Return(
            form=found.form,
            unit=sender.code,
            period=None,
            sheet=found.name,
            columns=columns,
            rows=tuple(_rows(found, lines, counts, compared)),
            published=read_published(published, registry, findings) if published else (),
        ),
        findings,
    )


def _lines(found: Recognised, registry: Registry, findings: list[Finding]) -> list[_Line]:
    lines: list[_Line] = []
    seen: dict[tuple[int, Period], str] = {}
    names = RegisterNames(registry)
    for row in register_rows(found, findings):
        period = _year(row)
        code = row.text("unit_code")
        if period is None or not code:
            continue
        tree = registry.at(period.end)
        unit = tree.by_code.get(code)
        if unit is None:
            named = tuple(tree.units.values()) or tuple(registry.spells)
            among = tuple(known for known in named if known.code != code)
            findings.append(unknown_unit("unknown_history_unit", found.name, row.cell("unit_code"), code, among))
            continue
        if (unit.id, period) in seen:
            row.reject("year_twice", "year", name=unit_text(unit), year=str(period.year), first=seen[unit.id, period])
            continue
        names.compare(row, "unit_code", "unit_name")
        seen[unit.id, period] = row.cell("year")
        lines.append((row, unit, period))
    return lines


def _year(row: RegisterRow) -> Period | None:
    written = row.text("year")
    if not written:
        return None
    try:
        period = Period.parse(written)
    except PeriodError:
        period = None
    if period is None or period.code != written or not 1930 <= period.year <= date.max.year:
        row.reject("not_a_year", "year", shown=written)
        return None
    return period


def _compare_whole(found: Recognised, lines: Sequence[_Line], counts: SheetCounts, compared: set[int]) -> list[Finding]:
    """Compares the line of a superior unit with the sum of the lines below it, never adding to it."""
    findings = []
    for place, (row, unit, period) in enumerate(lines):
        parts = [i for i, (_, u, p) in enumerate(lines) if p == period and u.id not in compared]
        if unit.id not in compared or not parts:
            continue
        for column, measure in enumerate(found.form.measures):
            total = int(counts.values[parts, column].sum())
            whole = int(counts.values[place, column])
            if counts.given[place, column] and counts.given[parts, column].all() and whole != total:
                findings.append(
                    warning(
                        "history_sum_differs",
                        found.name,
                        row.cell(measure.code),
                        measure=measure_text(measure),
                        name=unit_text(unit),
                        shown=show(whole),
                        computed=show(total),
                        year=str(period.year),
                    )
                )
    return findings


def _check_admitted(found: Recognised, lines: Sequence[_Line], counts: SheetCounts) -> Iterator[Finding]:
    """Those admitted in a year are among the members at its end."""
    members, admitted = (found.form.measures.index(found.form.by_code[code]) for code in ("members_end", "admitted"))
    for place, (row, unit, period) in enumerate(lines):
        whole, part = int(counts.values[place, members]), int(counts.values[place, admitted])
        if counts.given[place, members] and 0 <= whole < part:
            about = {"name": unit_text(unit), "year": str(period.year), "shown": show(part), "members": show(whole)}
            yield error(
                "history_admitted_exceeds", found.name, row.cell("admitted"), cell=row.cell("members_end"), **about
            )


def _check_leaps(found: Recognised, lines: Sequence[_Line], counts: SheetCounts) -> Iterator[Finding]:
    """A count many times those of the unit's years around it, or a small part of them, is queried."""
    places = {(unit.id, period.year): place for place, (_, unit, period) in enumerate(lines)}
    for place, (row, unit, period) in enumerate(lines):
        years = (period.year + apart for apart in _APART)
        around = [places[unit.id, year] for year in years if (unit.id, year) in places]
        for column, measure in enumerate(found.form.measures):
            near = [int(counts.values[each, column]) for each in around if counts.given[each, column]]
            count = int(counts.values[place, column])
            if len(near) < _FEWEST_YEARS or not counts.given[place, column] or max(count, *near) < _FEWEST_OF_A_LEAP:
                continue
            if count > _LEAP * max(near) or _LEAP * count < min(near):
                yield warning(
                    "history_leap",
                    found.name,
                    row.cell(measure.code),
                    measure=measure_text(measure),
                    name=unit_text(unit),
                    year=str(period.year),
                    shown=show(count),
                    near=", ".join(map(show, near)),
                )


def _rows(found: Recognised, lines: Sequence[_Line], counts: SheetCounts, compared: set[int]) -> list[ReturnedRow]:
    detailed = {period for _, unit, period in lines if unit.id not in compared}
    rows = []
    for place, (row, unit, period) in enumerate(lines):
        if unit.id in compared and period in detailed:
            continue
        given = counts.given[place]
        if not np.any(given):
            continue
        values = tuple(int(v) if g else None for v, g in zip(counts.values[place], given, strict=True))
        absent = frozenset(
            measure.code
            for measure, is_absent in zip(found.form.measures, counts.not_applicable[place], strict=True)
            if is_absent
        )
        rows.append(ReturnedRow(unit.code, row.number, values, absent, period))
    return rows
