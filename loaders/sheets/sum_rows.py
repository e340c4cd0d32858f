"""Checks rows that state sums, totals and groups, against the lines that they sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from data.organisations.units import Tree
from data.returns import Finding
from loaders.findings import error, measure_text, row_ranges
from loaders.messages import sentence
from loaders.sheets.body import BodyLine, SheetBody
from loaders.sheets.counts import Flags, SheetCounts, read_counts
from loaders.sheets.recognise import Recognised
from loaders.vietnamese.numbers import show
from loaders.workbook import address

TOTAL, GROUP = "total_differs", "group_differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongSum:
    """A measure in a zero-based row that states a sum, and the actual sum of its lines from `first` to `last`."""

    code: str
    row: int
    measure: str
    stated: int
    computed: int
    first: int
    last: int

    @property
    def excess(self) -> int:
        """The stated sum minus the sum of the lines."""
        return self.stated - self.computed


def wrong_sums(
    found: Recognised, body: SheetBody, counts: SheetCounts, tree: Tree
) -> tuple[list[WrongSum], list[Finding]]:
    """The wrong sums, and findings about unreadable cells in their rows."""
    everything = np.ones(len(body.leaves), dtype=np.bool_)
    compared = [(TOTAL, row, everything) for row in body.totals]
    compared.extend(_groups(body, tree))
    if not compared:
        return [], []
    stated, findings = read_counts(found, [row for _, row, _ in compared], strict=False)
    wrong = [
        one
        for place, (code, row, below) in enumerate(compared)
        for one in _wrong(found, counts, stated, place, _Row(code, row, below))
    ]
    return wrong, findings


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    row: int
    below: Flags


def _groups(body: SheetBody, tree: Tree) -> Iterator[tuple[str, int, Flags]]:
    """Group rows with the lines below them in the tree; none where the unit of some line is unknown."""
    if any(line.unit is None for line in body.leaves):
        return
    above = [_ancestors(tree, line) for line in body.leaves]
    for group in body.groups:
        if group.unit is not None:
            yield GROUP, group.row, np.array([group.unit.id in ids for ids in above], dtype=np.bool_)


def _ancestors(tree: Tree, line: BodyLine) -> set[int]:
    return {unit.id for unit in tree.ancestors(line.unit.id)} if line.unit else set()


def _wrong(found: Recognised, counts: SheetCounts, stated: SheetCounts, place: int, row: _Row) -> Iterator[WrongSum]:
    """A column with an unreadable line has no sum to compare."""
    sums = counts.values[row.below].sum(axis=0)
    sound = ~counts.unreadable[row.below].any(axis=0)
    lines = [counts.rows[line] for line in np.flatnonzero(row.below)] or [row.row]
    for column in np.flatnonzero(stated.given[place] & sound & (stated.values[place] != sums)).tolist():
        yield WrongSum(
            code=row.code,
            row=row.row,
            measure=found.form.measures[column].code,
            stated=int(stated.values[place, column]),
            computed=int(sums[column]),
            first=min(lines),
            last=max(lines),
        )


def sum_finding(found: Recognised, wrong: WrongSum, crossing: str = "") -> Finding:
    """The finding about a wrong sum; `crossing` is the cell that explains both it and a broken balance."""
    measure = found.form.by_code[wrong.measure]
    first, last = (found.cell(row, wrong.measure) for row in (wrong.first, wrong.last))
    about = {
        "measure": measure_text(measure),
        "shown": show(wrong.stated),
        "computed": show(wrong.computed),
        "leaves": sentence(f"leaves_{found.form.grain}"),
        "cells": first if first == last else f"{first}:{last}",
        "advice": sentence("check_crossing_of_total", cell=crossing) if crossing else sentence("check_column"),
    }
    return error(wrong.code, found.name, found.cell(wrong.row, wrong.measure), **about)


def hidden_in_sums(found: Recognised, hidden: Sequence[int], wrong: Sequence[WrongSum]) -> dict[int, Finding]:
    """By row: totals that are right once hidden rows are included, one finding each instead of one per column."""
    if not hidden:
        return {}
    counts, _ = read_counts(found, hidden, strict=False)
    added = dict(
        zip((measure.code for measure in found.form.measures), counts.values.sum(axis=0).tolist(), strict=True)
    )
    explained = {}
    for row in {one.row for one in wrong if one.code == TOTAL}:
        if all(one.excess == added[one.measure] for one in wrong if one.row == row):
            cell = address(row, found.columns["unit_name"])
            about = {"number": show(len(hidden)), "rows": row_ranges(hidden)}
            explained[row] = error("hidden_rows_in_total", found.name, cell, **about)
    return explained
