"""A new .xlsx with the cells of a file that cannot be annotated in place: values, merges, hidden sheets, no formats."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data.returns import Severity
from loaders.marks.cells import Place
from loaders.marks.styles import COLOURS
from loaders.marks.summary import LINKED, WIDTHS, Summary, printable, row_height, sheet_title
from loaders.workbook import Fault, Sheet, Value

Marks = Mapping[Place, tuple[Severity, str]]

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
_NARROWEST, _WIDEST = 9, 34
_FONT: dict[str, Any] = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def copied_names(names: Sequence[str]) -> dict[str, str]:
    """Sheet names in the copy: .xlsx does not allow every name that other containers do."""
    taken: dict[str, str] = {}
    for name in names:
        plain = _FORBIDDEN.sub("_", printable(name)).strip("'")[:_LONGEST_NAME] or "_"
        free, number = plain, 1
        while free.lower() in {other.lower() for other in taken.values()}:
            number += 1
            end = f" ({number})"
            free = plain[: _LONGEST_NAME - len(end)] + end
        taken[name] = free
    return taken


def copy_workbook(overview: Summary, sheets: Sequence[Sheet], marks: Mapping[str, Marks]) -> bytes:
    """The summary sheet, then the sheets with their marks by sheet name."""
    file = io.BytesIO()
    names = copied_names([sheet.name for sheet in sheets])
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        formats = _CopyFormats(book)
        _write_summary(book.add_worksheet(sheet_title(names.values(), overview.language)), overview, formats)
        for sheet in sheets:
            page = book.add_worksheet(names[sheet.name])
            if sheet.hidden:
                page.hide()
            _write_sheet(page, sheet, marks.get(sheet.name, {}), formats)
    return file.getvalue()


class _CopyFormats:
    """The cell formats of the copy."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head = book.add_format({**_FONT, "bold": True})
        self.plain = book.add_format(_FONT)
        self.text = book.add_format({**_FONT, "text_wrap": True, "num_format": "@"})
        self.link = book.add_format({**_FONT, "underline": 1, "font_color": "#0563C1"})
        self._book = book
        self._made: dict[tuple[str, Severity | None, bool], Format] = {}

    def cell(self, number_format: str, severity: Severity | None, *, wrap: bool = False) -> Format:
        if (number_format, severity, wrap) not in self._made:
            look = {**_FONT, "text_wrap": wrap, **({"num_format": number_format} if number_format else {})}
            if severity is not None:
                look["bg_color"] = f"#{COLOURS[severity][2:]}"
            self._made[number_format, severity, wrap] = self._book.add_format(look)
        return self._made[number_format, severity, wrap]


def _write_summary(page: Worksheet, overview: Summary, formats: _CopyFormats) -> None:
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)
    for row, words in enumerate(overview.heads):
        page.merge_range(row, 0, row, len(WIDTHS) - 1, words, formats.head if row == 0 else formats.text)
        page.set_row(row, row_height([(words, sum(WIDTHS))]))
    first = len(overview.heads) + 1
    for column, title in enumerate(overview.titles):
        page.write_string(first, column, title, formats.head)
    for row, line in enumerate(overview.lines, start=first + 1):
        page.set_row(row, row_height(zip(line.cells, WIDTHS, strict=True)))
        for column, words in enumerate(line.cells):
            if column == LINKED and line.link:
                page.write_url(row, column, f"internal:{line.link}", formats.link, words or line.link)
            else:
                page.write_string(row, column, words, formats.cell("@", line.severity) if column == 1 else formats.text)
    if overview.lines:
        page.autofilter(first, 0, first + len(overview.lines), len(overview.titles) - 1)
    page.freeze_panes(first + 1, 0)
    _set_up_page(page)


def _set_up_page(page: Worksheet) -> None:
    """Sets the page up to print one page wide."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _widths(sheet: Sheet) -> list[int]:
    """Column widths: narrow for numbers whatever stands above them, otherwise as wide as the words, up to a limit."""
    widths = []
    for column in range(sheet.width):
        cells = [row[column] for row in sheet.rows if sum(value != "" for value in row) > 1]
        words = [] if any(isinstance(cell, int | float) for cell in cells) else [c for c in cells if isinstance(c, str)]
        widths.append(min(max([_NARROWEST, *(len(text) + 1 for text in words)]), _WIDEST))
    return widths


def _heights(sheet: Sheet, widths: Sequence[int]) -> dict[int, float]:
    """The heights of rows with wrapped texts; a merged cell is as wide and as high as all of its cells."""
    merged = {corner: end for corner, end in sheet.merges if corner != end}
    found: dict[int, float] = {}
    for row, cells in enumerate(sheet.rows):
        if sum(value != "" for value in cells) < 2:
            continue
        for column, value in enumerate(cells):
            if isinstance(value, str) and value:
                bottom, right = merged.get((row, column), (row, column))
                height = row_height([(value, sum(widths[column : right + 1]))]) / (bottom - row + 1)
                for covered in range(row, bottom + 1):
                    found[covered] = max(found.get(covered, 0), height)
    return found


def _write_sheet(page: Worksheet, sheet: Sheet, marks: Marks, formats: _CopyFormats) -> None:
    _set_up_page(page)
    widths = _widths(sheet)
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    for row, height in _heights(sheet, widths).items():
        page.set_row(row, height)
    for (top, left), (bottom, right) in sheet.merges:
        if (top, left) != (bottom, right):
            page.merge_range(top, left, bottom, right, "")
    for row, cells in enumerate(sheet.rows):
        # A cell alone in its row, such as a title or note, overflows into its blank neighbours.
        wrap = sum(value != "" for value in cells) > 1
        for column, value in enumerate(cells):
            if value != "":
                severity = marks[row, column][0] if (row, column) in marks else None
                _write_value(page, row, column, value, formats.cell(_number_format(value), severity, wrap=wrap))
    for (row, column), (severity, text) in marks.items():
        if not (row < len(sheet.rows) and column < sheet.width and sheet.rows[row][column] != ""):
            page.write_blank(row, column, None, formats.cell("", severity))
        page.write_comment(row, column, text, {"x_scale": 2, "y_scale": 1 + len(text) // 120})


def _number_format(value: Value) -> str:
    if isinstance(value, datetime) and value.time() != time():
        return "dd/mm/yyyy hh:mm"
    if isinstance(value, date):
        return "dd/mm/yyyy"
    return "[h]:mm:ss" if isinstance(value, time | timedelta) else ""


def _write_value(page: Worksheet, row: int, column: int, value: Value, look: Format | None) -> None:
    if isinstance(value, Fault):
        page.write_string(row, column, printable(value.text), look)
    elif isinstance(value, str):
        page.write_string(row, column, printable(value), look)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, look)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, look)
    elif isinstance(value, date) and value.year < 1900:
        page.write_string(row, column, f"{value:%d/%m/%Y}", look)
    else:
        page.write_datetime(row, column, value, look)
