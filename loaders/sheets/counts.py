"""The counts of a return's lines as arrays, read by column, with findings about unreadable cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from data.measures import Kind, Measure
from data.returns import Finding
from loaders.findings import error, measure_text, warning
from loaders.sheets.recognise import Recognised
from loaders.vietnamese.numbers import Count, NumberState, read_choice, read_count, show
from loaders.workbook import Fault, Place, Sheet, Value, address, ranges

Flags = NDArray[np.bool_]
_AREAS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCounts:
    """Lines by measures. `values` is 0 wherever `given` is false: blank, not applicable, or unreadable.

    A category's value is the one-based index of its choice.
    """

    rows: tuple[int, ...]
    values: NDArray[np.int64]
    given: Flags
    not_applicable: Flags
    unreadable: Flags

    @property
    def blank(self) -> Flags:
        """Neither a value, nor "x", nor unreadable."""
        return ~(self.given | self.not_applicable | self.unreadable)


def read_counts(found: Recognised, rows: Sequence[int], *, strict: bool = True) -> tuple[SheetCounts, list[Finding]]:
    """The counts of the given zero-based rows.

    In lines that are only compared (`strict` false: groups, totals) unreadable cells are warnings, not errors.
    """
    shape = len(rows), len(found.form.measures)
    values = np.zeros(shape, dtype=np.int64)
    given, absent, unreadable = (np.zeros(shape, dtype=np.bool_) for _ in range(3))
    findings: list[Finding] = []
    cells = [found.sheet.rows[row] for row in rows]
    uncomputed: list[Place] = []
    read: Callable[[Value], Count]
    for place, measure in enumerate(found.form.measures):
        column = found.columns[measure.code]
        stack = [row[column] for row in cells]
        if measure.kind is Kind.CATEGORY:
            if not strict:
                continue
            read = partial(read_choice, choices=measure.choices)
        elif _read_plain(stack, values[:, place], given[:, place]):
            continue
        else:
            read = read_count
        for line, value in enumerate(stack):
            count = read(value)
            if count.state is NumberState.ERROR:
                unreadable[line, place] = True
                if isinstance(value, Fault) and value.problem == "formula_without_value":
                    uncomputed.append((rows[line], column))
                else:
                    findings.append(_unreadable(found, rows[line], measure, count, strict))
            elif count.value is not None:
                values[line, place], given[line, place] = count.value, True
            absent[line, place] = count.state is NumberState.NOT_APPLICABLE
    if uncomputed:
        say = error if strict else warning
        about = {"number": show(len(uncomputed)), "cells": ranges(uncomputed)}
        findings.append(say("formula_without_value", found.name, address(*min(uncomputed)), **about))
    counts = SheetCounts(rows=tuple(rows), values=values, given=given, not_applicable=absent, unreadable=unreadable)
    if strict:
        _take_flags(found, counts)
        findings.extend(_out_of_range(found, counts))
    return counts, findings


def merged_counts(sheet: Sheet, rows: Iterable[int], columns: Iterable[int]) -> list[Finding]:
    """One error about merged cells whose count stands for several lines or columns: whose it is, is lost."""
    lines, counted = frozenset(rows), frozenset(columns)
    merged = []
    for (top, left), (bottom, right) in sheet.merges:
        within = lines.intersection(range(top, bottom + 1)), counted.intersection(range(left, right + 1))
        is_many = bottom > top or len(within[1]) > 1
        if all(within) and is_many and sheet.rows[top][left] != "":
            merged.append((top, left, f"{address(top, left)}:{address(bottom, right)}"))
    if not merged:
        return []
    first, cells = min(merged), ", ".join(area for _, _, area in sorted(merged)[:_AREAS_SHOWN])
    return [error("merged_counts", sheet.name, address(*first[:2]), number=show(len(merged)), cells=cells)]


def _read_plain(stack: Sequence[Value], values: NDArray[np.int64], given: Flags) -> bool:
    """Fills a column at once if it holds only whole numbers and blanks; False when cells must be parsed singly."""
    types = set(map(type, stack))
    if not types <= {int, float, str} or (str in types and any(isinstance(v, str) and v for v in stack)):
        return False
    if str in types:
        present = np.array([not isinstance(value, str) for value in stack], dtype=np.bool_)
        numbers = np.array([0 if isinstance(value, str) else value for value in stack], dtype=np.float64)
    else:
        present = np.ones(len(stack), dtype=np.bool_)
        numbers = np.array(stack, dtype=np.float64)
    if not (np.abs(numbers) <= 10_000_000).all() or (numbers != np.floor(numbers)).any():
        return False
    values[:] = numbers
    given[:] = present
    return True


def _unreadable(found: Recognised, row: int, measure: Measure, count: Count, strict: bool) -> Finding:
    place = found.cell(row, measure.code)
    if strict:
        about = {"measure": measure_text(measure), "shown": count.shown, "meant": count.meant}
        is_fault = isinstance(found.sheet.rows[row][found.columns[measure.code]], Fault)
        code = "flag_not_one" if measure.kind is Kind.FLAG and not is_fault else count.problem
        return error(code, found.name, place, **about)
    return warning("total_unreadable", found.name, place, measure=measure_text(measure), shown=count.shown)


def _take_flags(found: Recognised, counts: SheetCounts) -> None:
    """In a column of flags (1 or blank) a nil mark is a blank."""
    for place, measure in enumerate(found.form.measures):
        if measure.kind is not Kind.FLAG:
            continue
        column = found.columns[measure.code]
        for line, row in enumerate(counts.rows):
            if counts.given[line, place] and isinstance(found.sheet.rows[row][column], str):
                counts.given[line, place] = counts.values[line, place] != 0


def _out_of_range(found: Recognised, counts: SheetCounts) -> list[Finding]:
    findings = []
    for place, measure in enumerate(found.form.measures):
        values, given = counts.values[:, place], counts.given[:, place]
        if measure.kind is Kind.FLAG:
            wrong, code = given & (values != 1) | counts.not_applicable[:, place], "flag_not_one"
        elif measure.signed:
            continue
        else:
            wrong, code = given & (values < 0), "negative"
        if measure.kind is Kind.FLAG:
            counts.given[wrong, place], counts.unreadable[wrong, place] = False, True
        for line in np.flatnonzero(wrong):
            row = counts.rows[line]
            shown = show(found.sheet.rows[row][found.columns[measure.code]])
            findings.append(
                error(code, found.name, found.cell(row, measure.code), measure=measure_text(measure), shown=shown)
            )
    return findings
