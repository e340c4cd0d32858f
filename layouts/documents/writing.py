"""Writes tables as files, row by row: csv, json, xlsx, parquet and data packages hold the same exact values."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import BinaryIO

from layouts.documents.flat_files import write_csv, write_excel_csv, write_json, write_parquet
from layouts.documents.tables import FileFormat, Table


def write(table: Table, file_format: FileFormat, stream: BinaryIO) -> None:
    """Writes a table to a stream; memory use does not grow with its rows.

    Raises:
        TooLong: more rows than a workbook can hold.
    """
    _WRITERS[file_format](table, stream)


def content(table: Table, file_format: FileFormat) -> bytes:
    """A small table as the content of a file."""
    stream = io.BytesIO()
    write(table, file_format, stream)
    return stream.getvalue()


def excel_csv(table: Table) -> bytes:
    """A small table as csv that Excel with Vietnamese settings opens."""
    stream = io.BytesIO()
    write_excel_csv(table, stream)
    return stream.getvalue()


def _write_xlsx(table: Table, stream: BinaryIO) -> None:
    from layouts.documents.workbook import write_workbook

    write_workbook(table, stream)


def _write_package(table: Table, stream: BinaryIO) -> None:
    from layouts.documents.package import write_package

    write_package(table, stream)


_WRITERS: Mapping[FileFormat, Callable[[Table, BinaryIO], None]] = {
    FileFormat.CSV: write_csv,
    FileFormat.JSON: write_json,
    FileFormat.XLSX: _write_xlsx,
    FileFormat.PARQUET: write_parquet,
    FileFormat.DATAPACKAGE: _write_package,
}
