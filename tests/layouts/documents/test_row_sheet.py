"""A sheet that takes whole rows holds what the library writes cell by cell."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from layouts.documents.row_sheet import LONGEST, RowSheet, style

CONTENTS = (
    *('Đảng bộ <A> & "B"', " cách hai đầu ", "hai\ndòng", "_x0041_", "\x01", "", "a" * (LONGEST + 1)),
    *(0, -7, 12_345_678_901, 1 / 3, 1e-9, True, False, date(2020, 9, 30), datetime(2020, 9, 30, 17, 5)),  # noqa: DTZ001
)


def written(sheet_class: Any) -> list[list[tuple[Any, str]]]:
    """Cells and their number formats, in three rows of which the first is written by the library."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        look = book.add_format({"num_format": "0.000"})
        sheet = book.add_worksheet(worksheet_class=sheet_class)
        sheet.write_string(0, 0, "đầu")
        if sheet_class is RowSheet:
            sheet.write_cells(1, [(at, content, style(look), "") for at, content in enumerate(CONTENTS)])
            sheet.write_cells(3, [(2, 0.5, style(look), "A1/B1")])
        else:
            for at, content in enumerate(CONTENTS):
                write = {bool: sheet.write_boolean, str: sheet.write_string, date: sheet.write_datetime}
                write |= {datetime: sheet.write_datetime}
                write.get(type(content), sheet.write_number)(1, at, content, look)
            sheet.write_formula(3, 2, "=A1/B1", look, 0.5)
    cells = []
    for only_values in (False, True):
        (sheet,) = openpyxl.load_workbook(stream, data_only=only_values).worksheets
        cells += [[(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
    return cells


def test_rows_hold_what_the_library_writes_cell_by_cell() -> None:
    assert written(RowSheet) == written(None)


def test_a_number_that_is_none_is_refused() -> None:
    with xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True}) as book:
        sheet = book.add_worksheet(worksheet_class=RowSheet)
        with pytest.raises(ValueError, match="nan"):
            sheet.write_cells(0, [(0, float("nan"), "", "")])
