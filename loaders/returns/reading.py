"""Reads a sheet of counts by unit: title block, body, counts, checks, and the resulting return."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from data.forms.model import Balance
from data.measures import Kind
from data.organisations.units import Registry
from data.returns import Finding, Return, ReturnedRow
from loaders.findings import error
from loaders.returns.checks import check_return
from loaders.returns.former_shape import Read, in_former_shape
from loaders.returns.return_table import ReturnTable
from loaders.sheets.body import read_body
from loaders.sheets.counts import Flags, SheetCounts, merged_counts, read_counts
from loaders.sheets.recognise import Recognised
from loaders.sheets.title_block import read_title_block
from loaders.workbook import column_name


def read_return(found: Recognised, registry: Registry | None) -> tuple[ReturnTable | None, list[Finding]]:
    """The table of a sheet, and all findings about the sheet by itself.

    A sheet in the shape of before a reorganisation of its year is read with the units of then.
    """
    if registry is None or not registry.spells:
        return None, [error("no_registry", found.name)]
    return in_former_shape(found, registry, _read(found, registry), _read)


def _read(found: Recognised, registry: Registry) -> Read:
    head, findings = read_title_block(found, registry)
    if head is None:
        return None, findings
    body = read_body(found, head)
    counts, problems = read_counts(found, [line.row for line in body.leaves])
    problems.extend(merged_counts(found.sheet, counts.rows, [found.columns[m.code] for m in found.form.measures]))
    _blank_results(found, counts)
    table = ReturnTable(found=found, head=head, body=body, counts=counts, registry=registry)
    return table, [*findings, *body.findings, *problems, *check_return(table)]


def _blank_results(found: Recognised, counts: SheetCounts) -> None:
    """Takes the 0 of a balance's formula for a blank where every part of it but the opening balance is blank.

    Such a formula gives an empty text, which LibreOffice stores as 0 in an .xls.
    """
    form = found.form
    for rule in form.checks:
        if not isinstance(rule, Balance):
            continue
        place, column = form.positions[rule.total], found.columns[rule.total]
        parts = [
            form.positions[code] for code in (*rule.plus, *rule.minus) if form.by_code[code].kind is not Kind.OPENING
        ]
        blank = counts.blank[:, parts].all(axis=1) & counts.given[:, place] & (counts.values[:, place] == 0)
        for line in np.flatnonzero(blank).tolist():
            if (counts.rows[line], column) in found.sheet.zero_results:
                counts.given[line, place] = False


def to_return(table: ReturnTable) -> Return:
    """The stored form of a table without errors; lines left wholly blank are dropped."""
    found, head = table.found, table.head
    columns = {measure.code: column_name(found.columns[measure.code]) for measure in found.form.measures}
    return Return(
        form=found.form,
        unit=head.sender.code,
        period=head.period,
        sheet=found.name,
        columns=columns,
        rows=_rows(table, table.counts),
        cumulative=head.cumulative,
    )


def _rows(table: ReturnTable, counts: SheetCounts) -> tuple[ReturnedRow, ...]:
    rows = []
    values, given = counts.values.tolist(), counts.given.tolist()
    marked, nothing = _marked(table, counts.not_applicable), frozenset[str]()
    chosen = [(p, measure.choices) for p, measure in enumerate(table.found.form.measures) if measure.choices]
    for place, (line, is_filled) in enumerate(zip(table.body.leaves, table.filled, strict=True)):
        if line.unit is None or not is_filled:
            continue
        known = values[place]
        if not all(given[place]):
            known = [value if is_given else None for value, is_given in zip(known, given[place], strict=True)]
        for category, choices in chosen:
            if known[category] is not None:
                known[category] = choices[known[category] - 1]
        rows.append(ReturnedRow(line.unit.code, line.row + 1, tuple(known), marked.get(place, nothing)))
    return tuple(rows)


def _marked(table: ReturnTable, absent: Flags) -> Mapping[int, frozenset[str]]:
    """For each line that has any, the measures marked as not applicable."""
    measures = table.found.form.measures
    lines = np.flatnonzero(absent.any(axis=1)).tolist()
    return {line: frozenset(measures[place].code for place in np.flatnonzero(absent[line])) for line in lines}
