"""Writes tables as csv, json and parquet, row by row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO

from indicators.answers.rows import TableRow, value_of
from layouts.documents.columns import Column, ColumnKind, described
from layouts.documents.tables import Cell, Table, cells, plain

_BATCH = 5_000
_MARK = "\ufeff"


def write_csv(table: Table, stream: BinaryIO, *, marked: bool = True) -> None:
    """Writes comma-separated values in UTF-8; `marked` adds the byte order mark by which spreadsheets detect it."""
    with _text(stream) as text:
        text.write(_MARK if marked else "")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(map(_harmless, cells(row).values()) for row in table.rows)


def write_excel_csv(table: Table, stream: BinaryIO) -> None:
    """Writes csv as Excel with Vietnamese settings opens it: semicolons, decimal commas, a byte order mark.

    Given points, such an Excel takes 0.125 for a text, 12.5 for a day and 1.234 for a thousandfold number.
    """
    with _text(stream) as text:
        text.write(_MARK)
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(table.columns)
        writer.writerows(map(_with_comma, map(_harmless, cells(row).values())) for row in table.rows)


def _with_comma(cell: Cell) -> Cell:
    return repr(cell).replace(".", ",") if isinstance(cell, float) else cell


def _harmless(cell: Cell) -> Cell:
    """Escapes text that a spreadsheet would take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def write_json(table: Table, stream: BinaryIO) -> None:
    """Writes an array of objects, one a line."""
    with _text(stream) as text:
        text.write("[")
        for place, row in enumerate(table.rows):
            text.write((",\n" if place else "\n") + json.dumps(cells(row), ensure_ascii=False))
        text.write("\n]\n")


@contextmanager
def _text(stream: BinaryIO) -> Iterator[io.TextIOWrapper]:
    """A text stream over the binary one, which stays open."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    try:
        yield text
    finally:
        text.detach()


def write_parquet(table: Table, stream: BinaryIO) -> None:
    """Writes typed columns with their titles, a group of rows at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    types = {
        ColumnKind.TEXT: pa.string(),
        ColumnKind.WHOLE: pa.int64(),
        ColumnKind.NUMBER: pa.float64(),
        ColumnKind.FLAG: pa.bool_(),
        ColumnKind.DAY: pa.date32(),
        ColumnKind.INSTANT: pa.timestamp("us", tz="UTC"),
    }
    columns = described(table.columns)
    fields = [pa.field(c.code, types[c.kind], metadata={"title": c.title(table.language)}) for c in columns]
    metadata = {"title": table.metadata.title, **dict(table.metadata.facts)} if table.metadata else None
    schema = pa.schema(fields, metadata=metadata)
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        rows = iter(table.rows)
        while batch := list(islice(rows, _BATCH)):
            writer.write_batch(pa.record_batch([_typed(column, batch) for column in columns], schema=schema))


def _typed(column: Column, rows: Sequence[TableRow]) -> list[object]:
    return [typed(column.kind, value_of(row, column.code)) for row in rows]


def typed(kind: ColumnKind, value: object) -> object:
    """A value converted to its column's kind; None stays None."""
    match kind:
        case ColumnKind.DAY | ColumnKind.INSTANT if isinstance(value, str):
            return (date if kind is ColumnKind.DAY else datetime).fromisoformat(value)
        case ColumnKind.NUMBER if value is not None:
            return float(value)  # type: ignore[arg-type]  # the column's declaration says so
        case ColumnKind.TEXT if value is not None:
            return str(plain(value))
        case ColumnKind.WHOLE:
            return plain(value)
    return value
