"""Reads .xls (BIFF 2 to 8): with xlrd, including fonts and merges; where that fails with calamine, values only."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time

import xlrd
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum
from xlrd.biffh import (
    XL_CELL_BOOLEAN,
    XL_CELL_DATE,
    XL_CELL_ERROR,
    XL_CELL_NUMBER,
    XL_CELL_TEXT,
    error_text_from_code,
)

from loaders.formats import biff
from loaders.formats.calamine import refusing_faults
from loaders.formats.compound import SIGNATURE, BrokenChain, properties, stream, wrapped
from loaders.formats.decoding import Run, old_fonts
from loaders.formats.grids import Grid, ignored_sheets
from loaders.workbook import Container, Fault, Percent, Remark, Sheet, Unreadable, Value, Workbook

# Exceptions that xlrd lets through on damaged input: it trusts every length and index in a file.
_XLRD_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    xlrd.XLRDError,
)
_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
_BEFORE_EXCEL_5 = (b"\x09\x00", b"\x09\x02", b"\x09\x04")
_MOST_DENSE = 3_000_000


def read(content: bytes) -> Workbook:
    """All worksheets of an .xls, with error cells and dates recognised.

    Raises:
        Unreadable: it is encrypted, or neither reader can read it.
    """
    try:
        # Both readers follow sector chains into endless cycles, so they get the extracted records only.
        found = stream(content, "Workbook", "Book") if content.startswith(SIGNATURE) else content
    except BrokenChain:
        raise Unreadable("broken") from None
    found = biff.without_blanks(found)
    try:
        sheets = tuple(_by_xlrd(found))
    except Unreadable:
        raise
    except _XLRD_FAULTS as fault:
        if "encrypted" in str(fault).lower():
            raise Unreadable("encrypted") from None
        if found[:2] in _BEFORE_EXCEL_5:  # calamine does not support these
            raise Unreadable("old_excel") from None
        rows, columns = biff.extent(found)
        if rows * columns > _MOST_DENSE:  # calamine would allocate all cells in between
            raise Unreadable("too_many_cells") from None
        sheets = tuple(_by_calamine(wrapped(found)))
    if not sheets:
        raise Unreadable("broken")
    flags = {"macros_ignored": _MACROS in content, "links_in_file": biff.has_links(found)}
    return Workbook(
        sheets=sheets,
        container=Container.XLS,
        remarks=(
            *(Remark(message=message) for message, holds in flags.items() if holds),
            *ignored_sheets(biff.macro_sheets(found)),
        ),
        outside_texts=(*biff.outside_texts(found), *(properties(content) if content.startswith(SIGNATURE) else ())),
    )


def _by_xlrd(records: bytes) -> Iterator[Sheet]:
    with xlrd.open_workbook(
        file_contents=records, formatting_info=True, ragged_rows=True, on_demand=True, logfile=io.StringIO()
    ) as book:
        formulas = biff.formulas(records)
        for number in range(book.nsheets):
            sheet = _sheet(book, book.sheet_by_index(number))
            if len(formulas) == book.nsheets:
                sheet = replace(sheet, stale=formulas[number].stale, zero_results=formulas[number].zeros)
            yield sheet
            book.unload_sheet(number)


def _sheet(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Sheet:
    grid = Grid(name=sheet.name, hidden=sheet.visibility != 0)
    percents = _percents(book)
    for row in range(sheet.nrows):
        types, values = sheet.row_types(row), sheet.row_values(row)
        for column, kind in enumerate(types):
            value = _value(book, kind, values[column])
            if isinstance(value, float) and percents and sheet.cell_xf_index(row, column) in percents:
                value = Percent(value)
            fonts = _fonts(book, sheet, row, column) if kind == XL_CELL_TEXT else ()
            grid.put(row, column, value, fonts)
    for top, bottom, left, right in sheet.merged_cells:
        grid.merge(top, left, bottom - 1, right - 1)
    grid.hidden_rows.update(row for row, info in sheet.rowinfo_map.items() if _is_unseen(info))
    grid.hidden_columns.update(column for column, info in sheet.colinfo_map.items() if info.hidden)
    return grid.sheet()


def _is_unseen(row: xlrd.sheet.Rowinfo) -> bool:
    return bool(row.hidden or (row.height == 0 and not row.has_default_height))


def _value(book: xlrd.Book, kind: int, value: object) -> Value:
    if kind == XL_CELL_TEXT:
        return str(value)
    if kind == XL_CELL_NUMBER and isinstance(value, float):
        return value
    if kind == XL_CELL_DATE and isinstance(value, float):
        return _date(value, book.datemode)
    if kind == XL_CELL_BOOLEAN:
        return bool(value)
    if kind == XL_CELL_ERROR and isinstance(value, int):
        return Fault(error_text_from_code.get(value, "#N/A"), "error_cell")
    return ""


def _percents(book: xlrd.Book) -> frozenset[int]:
    """The cell styles that display percentages."""
    formats = ((place, book.format_map.get(style.format_key)) for place, style in enumerate(book.xf_list))
    return frozenset(place for place, found in formats if found is not None and "%" in found.format_str)


def _date(serial: float, datemode: int) -> Value:
    """A day or an instant; the serial number itself where it is not a valid date."""
    if serial < 0:
        return serial
    try:
        moment: datetime = xlrd.xldate.xldate_as_datetime(serial, datemode)
    except (xlrd.xldate.XLDateError, OverflowError, ValueError):
        return serial
    if 0 <= serial < 1:
        return moment.time()
    return moment.date() if moment.time() == time() else moment


def _fonts(book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int) -> tuple[Run, ...]:
    index = sheet.cell_xf_index(row, column)
    font = book.xf_list[index].font_index if 0 <= index < len(book.xf_list) else 0
    starts = [(0, font), *sheet.rich_text_runlist_map.get((row, column), ())]
    return old_fonts(*(Run(start, book.font_list[at].name) for start, at in starts if at < len(book.font_list)))


def _by_calamine(content: bytes) -> Iterator[Sheet]:
    with refusing_faults(), CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        for meta in book.sheets_metadata:
            if meta.typ is SheetTypeEnum.WorkSheet:
                yield _plain_sheet(book, meta.name, hidden=meta.visible is not SheetVisibleEnum.Visible)


def _plain_sheet(book: CalamineWorkbook, name: str, *, hidden: bool) -> Sheet:
    cells = book.get_sheet_by_name(name)
    grid = Grid(name=name, hidden=hidden, fonts_known=False)
    if cells.total_height * cells.total_width > _MOST_DENSE:
        raise Unreadable("too_many_cells")
    for row, values in enumerate(cells.to_python(skip_empty_area=False)):
        for column, value in enumerate(values):
            grid.put(row, column, value)
    for (top, left), (bottom, right) in cells.merged_cell_ranges or ():
        grid.merge(top, left, bottom, right)
    # calamine returns error cells as blanks: any blank inside the table could be one.
    grid.remarks.append(Remark(message="errors_unchecked"))
    return grid.sheet()
