"""Rows as files: csv, json, xlsx and parquet with the same columns and the same exact values."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction

Cell = str | int | float | bool | None
Rows = Sequence[Mapping[str, object]]


class FileFormat(StrEnum):
    """What a table can be written as."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    PARQUET = "parquet"


def write(rows: Rows, columns: Sequence[str], file_format: FileFormat) -> bytes:
    """The rows as the content of a file, `columns` in that order; text is UTF-8 without a byte order mark."""
    return _WRITERS[file_format](rows, columns)


def plain(value: object) -> Cell:
    """A value as files hold it: a whole number as an integer, a fraction at full precision, an instant as ISO 8601."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Fraction | Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value.value if isinstance(value, Enum) else value)


def _csv(rows: Rows, columns: Sequence[str]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(plain(row.get(column))) for column in columns] for row in rows)
    return stream.getvalue().encode()


def _harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula is kept a text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _json(rows: Rows, columns: Sequence[str]) -> bytes:
    plain_rows = [{column: plain(row.get(column)) for column in columns} for row in rows]
    return (json.dumps(plain_rows, ensure_ascii=False, indent=1) + "\n").encode()


def _xlsx(rows: Rows, columns: Sequence[str]) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, columns, workbook.add_format({"bold": True, "bottom": 1}))
        for place, row in enumerate(rows, start=1):
            sheet.write_row(place, 0, [plain(row.get(column)) for column in columns])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        sheet.autofit()
    return stream.getvalue()


def _parquet(rows: Rows, columns: Sequence[str]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    stream = pa.BufferOutputStream()
    parquet.write_table(
        pa.table({column: _typed([plain(row.get(column)) for row in rows]) for column in columns}), stream
    )
    return bytes(stream.getvalue())


def _typed(cells: Sequence[Cell]) -> Sequence[Cell]:
    """A column of one type: counts beside fractions are fractions, numbers beside words are words."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if len(kinds) < 2:
        return cells
    return [None if cell is None else float(cell) if kinds == {int, float} else str(cell) for cell in cells]


_WRITERS = {
    FileFormat.CSV: _csv,
    FileFormat.JSON: _json,
    FileFormat.XLSX: _xlsx,
    FileFormat.PARQUET: _parquet,
}
