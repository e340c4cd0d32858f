"""How the reader interprets a table that matches no form: unit of measure, rows, sums that hold or differ, columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.forms.vocabulary import Vocabulary
from data.vietnamese.person_names import masked
from data.vietnamese.text import clean
from loaders.inspecting.plain_table import PlainTable, Sum, find_table, number
from loaders.sheets.header import Header
from loaders.vietnamese.numbers import show
from loaders.vietnamese.unit_names import parse_name
from loaders.workbook import Sheet, address, column_name

_MEASURED = re.compile(r"(?:đơn vị(?: tính)?|đvt)\s*:\s*(.+)", re.IGNORECASE)
_SUMS_SHOWN = 20
_CELLS_SHOWN = 5
_LONGEST_HEADER = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SumDifference:
    """A cell that states a number other than the sum of its rows."""

    cell: str
    stated: float
    computed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedSum:
    """A one-based row and its `number` groups or lines: columns in which it is their sum, cells that differ."""

    row: int
    label: str
    of: str
    number: int
    first_row: int
    last_row: int
    columns: tuple[str, ...]
    differing: tuple[SumDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTotal:
    """A total, or a part such as "Trong đó: nữ", with its numbers by column; `errors` are its error cells."""

    row: int
    label: str
    values: dict[str, float]
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnValues:
    """A column of the body: how many numbers and texts it holds, and how many distinct values in all."""

    letters: str
    header: str
    numbers: int
    texts: int
    different: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedTable:
    """One-based rows; `lines` are those that no other row breaks down, `label_column` is the column of their labels."""

    header_row: int
    first_row: int
    last_row: int
    label_column: str
    measured_in: str
    lines: int
    groups: int
    totals: tuple[StatedTotal, ...]
    parts: tuple[StatedTotal, ...]
    sums: tuple[InspectedSum, ...]
    columns: tuple[ColumnValues, ...]


def inspect_table(sheet: Sheet, header: Header | None, vocabulary: Vocabulary) -> InspectedTable | None:
    """Inspects a table below the header of a sheet that is no form; None where there is no table."""
    table = find_table(sheet, vocabulary, header.numbers if header else None)
    if table is None:
        return None
    return InspectedTable(
        header_row=(header.top if header else table.top) + 1,
        first_row=table.first + 1,
        last_row=table.last + 1,
        label_column=column_name(table.label),
        measured_in=_measured_in(sheet, table.first),
        lines=len(table.leaves),
        groups=len(table.groups),
        totals=tuple(_stated(table, totals=True)),
        parts=tuple(_stated(table, totals=False)),
        sums=tuple(map(_sum, table.sums())),
        columns=tuple(_columns(sheet, table, header)),
    )


def _measured_in(sheet: Sheet, body: int) -> str:
    """The unit of measure, such as "Triệu đồng"; an organisation named after the same words does not count."""
    for row in sheet.rows[:body]:
        for cell in row:
            found = _MEASURED.fullmatch(clean(cell)) if isinstance(cell, str) and cell else None
            if found and not parse_name(found[1]).body:
                return masked(found[1].rstrip(" ."))
    return ""


def _stated(table: PlainTable, *, totals: bool) -> Iterator[StatedTotal]:
    for row in table.rows:
        if (row.is_total if totals else row.is_part) and (row.values or row.faults):
            yield StatedTotal(
                row=row.row + 1,
                label=show(row.label),
                values={column_name(column): value for column, value in row.values.items()},
                errors=tuple(address(row.row, column) for column in row.faults),
            )


def _sum(found: Sum) -> InspectedSum:
    rows = [part.row for part in found.parts] or [found.row.row]
    return InspectedSum(
        row=found.row.row + 1,
        label=show(found.row.label),
        of="groups" if found.of_groups else "lines",
        number=len(found.parts),
        first_row=min(rows) + 1,
        last_row=max(rows) + 1,
        columns=tuple(map(column_name, found.agreeing)),
        differing=tuple(
            SumDifference(cell=address(found.row.row, column), stated=found.row.values[column], computed=computed)
            for column, computed in found.differing.items()
        ),
    )


def _columns(sheet: Sheet, table: PlainTable, header: Header | None) -> Iterator[ColumnValues]:
    body = sheet.rows[table.first : table.last + 1]
    above = sheet.rows[table.top : table.first]
    for column in range(sheet.width):
        filled = [row[column] for row in body if row[column] != ""]
        if filled:
            texts = (clean(cell) for row in above if isinstance(cell := row[column], str) and cell)
            words = header.words(column) if header else " / ".join(texts)
            yield ColumnValues(
                letters=column_name(column),
                header=masked(words),
                numbers=sum(number(cell) is not None for cell in filled),
                texts=sum(isinstance(cell, str) and number(cell) is None for cell in filled),
                different=len({clean(cell) if isinstance(cell, str) else cell for cell in filled}),
            )


def table_messages(seen: InspectedTable, *, with_columns: bool) -> Iterator[tuple[str, dict[str, object]]]:
    """Message keys (after "inspect_") and their values, line by line."""
    if seen.measured_in:
        yield "measured_in", {"unit": seen.measured_in}
    about = {"first": seen.first_row, "last": seen.last_row, "column": seen.label_column}
    yield "table", {**about, "lines": seen.lines, "groups": seen.groups, "totals": len(seen.totals)}
    if with_columns:
        for column in seen.columns:
            words = column.header if len(column.header) <= _LONGEST_HEADER else f"…{column.header[-_LONGEST_HEADER:]}"
            counted = {"numbers": column.numbers, "texts": column.texts, "different": column.different}
            yield "values", {"letters": column.letters, "header": words or "…", **counted}
    for stated in (*seen.totals, *seen.parts)[:_SUMS_SHOWN]:
        yield from _stated_messages(stated)
    for one in seen.sums[:_SUMS_SHOWN]:
        yield from _sum_messages(one)


def _stated_messages(stated: StatedTotal) -> Iterator[tuple[str, dict[str, object]]]:
    row = {"row": stated.row, "label": stated.label}
    if stated.values:
        shown = [f"{letters} = {_figure(value)}" for letters, value in stated.values.items()]
        yield "stated", {**row, "values": _listed(shown)}
    if stated.errors:
        yield "stated_errors", {**row, "cells": _listed(stated.errors)}


def _sum_messages(one: InspectedSum) -> Iterator[tuple[str, dict[str, object]]]:
    about = {"row": one.row, "label": one.label, "number": one.number, "first": one.first_row, "last": one.last_row}
    if one.columns:
        yield f"sum_of_{one.of}", {**about, "columns": ", ".join(one.columns)}
    if one.differing:
        shown = [f"{other.cell}: {_figure(other.stated)} ≠ {_figure(other.computed)}" for other in one.differing]
        yield f"not_sum_of_{one.of}", {**about, "cells": _listed(shown)}


def _listed(shown: Sequence[str]) -> str:
    return "; ".join(shown[:_CELLS_SHOWN]) + ("; …" if len(shown) > _CELLS_SHOWN else "")


def _figure(number: float) -> str:
    """A number with up to three decimals, as amounts in millions need."""
    whole, _, decimals = f"{number:,.3f}".rstrip("0").partition(".")
    return whole.replace(",", ".") + (f",{decimals}" if decimals else "")
