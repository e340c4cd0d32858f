"""Tables as workbooks for people: title block, live formulas, charts against plans, definitions, missing values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, BinaryIO, Final

import xlsxwriter

from data.language import Language
from data.observations import Basis
from data.office_time import OFFICE_TIME_ZONE
from data.organisations.units import Level
from indicators.answers.rows import PlacedRow, SeriesBreak, TableRow, ValueRow, value_of
from indicators.values.model import Format, Formula, Growth, Indicator, MeanPerYear, PlanRate, Ratio
from indicators.values.value import STATE_TITLES, STATUS_TITLES, State, Status
from layouts.documents import workbook_sheets
from layouts.documents.columns import INDICATOR_FORMATTED, WORDS, Column, ColumnKind, described
from layouts.documents.row_sheet import RowSheet, column_name, style
from layouts.documents.tables import Table, TooLong, plain
from layouts.documents.workbook_charts import DRAWN, Charts
from layouts.documents.workbook_sheets import PATTERNS

MOST_ROWS: Final = 1_048_576
_SHARES = frozenset({"share", "chance", "p_behind", "probability", "coverage", "linear"})
_WIDTHS: Mapping[ColumnKind, int] = {
    ColumnKind.TEXT: 16,
    ColumnKind.DAY: 12,
    ColumnKind.INSTANT: 17,
    ColumnKind.FLAG: 10,
}
_WIDE: Mapping[str, int] = {
    **dict.fromkeys(("text", "message_vi", "message_en"), 60),
    **dict.fromkeys(("title", "unit_name", "reasons", "owner", "base_name", "district_name"), 36),
    **dict.fromkeys(("indicator", "status", "state", "basis"), 26),
    **dict.fromkeys(("level", "unit_of_measure"), 20),
    **dict.fromkeys(("unit", "period"), 12),
}
_FONT = {"font_name": "Times New Roman", "font_size": 11}


def write_workbook(table: Table, stream: BinaryIO, most: int = MOST_ROWS) -> None:
    """Writes a table as a workbook, streaming its rows to disk.

    Raises:
        TooLong: there are more rows than a sheet holds.
    """
    options = {"constant_memory": True, "default_format_properties": _FONT}
    with xlsxwriter.Workbook(stream, options) as book:
        _WorkbookWriter(table, book).run(most)


class _WorkbookWriter:
    """The writer of one workbook."""

    def __init__(self, table: Table, book: Any) -> None:
        self.table, self.book, self.language = table, book, table.language
        self.columns = described(_with_titles(table))
        self.places = {column.code: place for place, column in enumerate(self.columns)}
        self.looks = workbook_sheets.Looks(book)
        self.operands = {code: column_name(at) for code, at in self.places.items() if code in _OPERANDS}
        self.styles: dict[tuple[str, type, str | None], str] = {}
        self.sheet = book.add_worksheet(WORDS.say("sheet.data", self.language), worksheet_class=RowSheet)
        metadata = table.metadata
        drawn = metadata is not None and issubclass(table.kind, DRAWN)
        self.charts = Charts(book, self.sheet.name, self.language, self.places) if drawn else None
        if metadata:
            workbook_sheets.definitions(book, self.looks, table, self.columns)
        lacks = metadata is not None and issubclass(table.kind, ValueRow)
        self.missing = workbook_sheets.Missing(book, self.looks, self.language) if lacks else None

    def run(self, most: int) -> None:
        """Writes title block, header and rows, then the sheets derived from the rows."""
        first = self._head()
        place = first - 1
        for place, row in enumerate(self.table.rows, start=first):
            if place >= most:
                raise TooLong(WORDS.both("too_long", most=most - first))
            self._row(place, row)
        self.sheet.autofilter(first - 1, 0, max(place, first - 1), len(self.columns) - 1)
        if self.charts:
            self.charts.draw(self.looks)
        if self.missing:
            self.missing.end()

    def _head(self) -> int:
        """Writes the block above the rows; returns the first row below it."""
        at = workbook_sheets.title_block(self.sheet, self.looks, self.table.metadata)
        for place, column in enumerate(self.columns):
            if column.kind in _WIDTHS or column.code in _WIDE:
                width = _WIDE.get(column.code, _WIDTHS.get(column.kind, 0))
            else:
                width = 13
            self.sheet.set_column(place, place, width)
            self.sheet.write_string(at, place, column.code, self.looks["code"])
        self.sheet.set_row(at + 1, 48)
        for place, column in enumerate(self.columns):
            self.sheet.write_string(at + 1, place, column.title(self.language), self.looks["header"])
        self.sheet.freeze_panes(at + 2, 0)
        workbook_sheets.for_paper(self.sheet, at, at + 1)
        return at + 2

    def _row(self, place: int, row: TableRow) -> None:
        indicator = row.indicator if isinstance(row, PlacedRow) else None
        self.sheet.write_cells(place, self._cells(place, row, indicator))
        if self.charts and isinstance(row, DRAWN):
            self.charts.note(place, row)
        if self.missing and isinstance(row, ValueRow) and not row.is_complete:
            self.missing.note(row)

    def _cells(self, place: int, row: TableRow, indicator: Indicator | None) -> Iterator[tuple[int, Any, str, str]]:
        formulas = self._formulas(place, row, indicator)
        for at, column in enumerate(self.columns):
            value = _cell_value(column, row, indicator, self.language)
            if value is not None:
                formula = formulas.get(column.code, "") if formulas else ""
                yield at, value, self._style(column, value, indicator), formula

    def _style(self, column: Column, value: Any, indicator: Indicator | None) -> str:
        """The reference to a cell's format; found once for each column, indicator and type of value."""
        key = (column.code, type(value), indicator.code if indicator else None)
        found = self.styles.get(key)
        if found is None:
            found = self.styles[key] = style(self.looks[_pattern(column, value, indicator)])
        return found

    def _formulas(self, place: int, row: TableRow, indicator: Indicator | None) -> dict[str, str]:
        """The row's ratio and gap as formulas over its other cells."""
        given = {code: value for code in self.operands if (value := getattr(row, code)) is not None}
        found = {}
        quotient = _quotient(indicator.formula) if indicator and given.keys() >= _RATIO else ""
        if quotient and given["denominator"]:
            found["value"] = quotient.format(**self._addresses(place))
        if given.keys() >= _GAP:
            found["gap"] = "{value}-{plan}".format(**self._addresses(place))
        return found

    def _addresses(self, place: int) -> dict[str, str]:
        return {code: f"{column}{place + 1}" for code, column in self.operands.items()}


_RATIO = frozenset({"value", "numerator", "denominator"})
_GAP = frozenset({"value", "plan", "gap"})
_OPERANDS = _RATIO | _GAP
_AS_THEY_ARE = frozenset({type(None), str, int, float, bool})


def _quotient(formula: Formula) -> str:
    """The spreadsheet formula of a value over its numerator and denominator; "" if there is none."""
    match formula:
        case Ratio(per=per):
            return "{numerator}/{denominator}" + (f"*{per}" if per != 1 else "")
        case PlanRate() | MeanPerYear():
            return "{numerator}/{denominator}"
        case Growth():
            return "{numerator}/{denominator}-1"
    return ""


def _with_titles(table: Table) -> list[str]:
    """Adds the indicator's title and unit beside its code."""
    codes = list(table.columns)
    if issubclass(table.kind, PlacedRow):
        place = codes.index("indicator") + 1
        codes[place:place] = ["title", "unit_of_measure"]
    return codes


def _cell_value(column: Column, row: TableRow, indicator: Indicator | None, language: Any) -> Any:
    """The value of a cell: words for codes, days and instants in the office's time zone."""
    if indicator and column.code in {"title", "unit_of_measure"}:
        return (indicator.title if column.code == "title" else indicator.unit)[language]
    value = value_of(row, column.code)
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, Fraction):  # the common case of what is left
        return plain(value)
    if isinstance(value, StrEnum):
        return _word(type(value), value, language)
    match value:
        case datetime():
            return value.astimezone(OFFICE_TIME_ZONE).replace(tzinfo=None)
        case date():
            return value
        case tuple():
            return " ".join(_item(each, language) for each in value)
    return plain(value)


@cache
def _word(_: type[StrEnum], value: StrEnum, language: Language) -> str:
    """The words for a code that has some; by its type too, as codes of several types are the same text."""
    match value:
        case Status():
            return STATUS_TITLES[value][language]
        case State():
            return STATE_TITLES[value][language]
        case Level():
            return WORDS.say(f"name.{value}", language)
        case Basis():
            return WORDS.say(f"basis.{value}", language)
    return str(value)


def _item(value: object, language: Any) -> str:
    if isinstance(value, SeriesBreak):
        return WORDS.say(f"break.{value.kind}", language, day=f"{value.day:%d/%m/%Y}")
    return str(value)


def _pattern(column: Column, value: Any, indicator: Indicator | None) -> str:
    """The number format of a cell, or its text style."""
    if isinstance(value, datetime):
        return "dd/mm/yyyy hh:mm"
    if isinstance(value, date):
        return "dd/mm/yyyy"
    if isinstance(value, bool | str):
        return "text"
    if indicator and column.code == "gap":
        return PATTERNS[Format.SIGNED_PERCENT if indicator.format.is_share else Format.SIGNED_COUNT]
    if indicator and column.code in INDICATOR_FORMATTED:
        return PATTERNS[indicator.format]
    if column.code in _SHARES:
        return "0.0%"
    return "0" if column.code.endswith("year") else "#,##0" if isinstance(value, int) else "#,##0.00"
