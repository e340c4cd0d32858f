"""Reads XML Spreadsheet 2003 files, whatever their name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, time

from loaders.formats.archives import Attributes, Handlers, local, parse
from loaders.formats.decoding import Run, old_fonts
from loaders.formats.grids import CellBudget, Grid
from loaders.workbook import Container, Fault, Percent, Remark, Sheet, Unreadable, Value, Workbook

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_LARGEST_NUMBER = 2**31
_LINK = re.compile(r"\[[^\]]+\.xl\w+\]|'?file:", re.IGNORECASE)
_INSIDE_CELLS = frozenset(
    {"B", "I", "U", "S", "Sub", "Sup", "Font", "Span", "Data", "Comment", "NamedCell", "PhoneticText"}
)
_DAY_ZERO = ("1899-12-30", "1899-12-31", "1900-01-00", "1904-01-01")


def read(content: bytes) -> Workbook:
    """All sheets, with cells positioned by ss:Index, spans and merges.

    Raises:
        Unreadable: it is broken, declares entities, or is some other XML.
    """
    reading = _Reading()
    parse(content.lstrip(b"\r\n\t "), Handlers(start=reading.start, end=reading.end, text=reading.text))
    if not reading.sheets:
        raise Unreadable("not_excel")
    return Workbook(
        sheets=tuple(reading.sheets),
        container=Container.SPREADSHEETML,
        remarks=(Remark(message="links_in_file"),) if reading.has_links else (),
        outside_texts=("".join(reading.outside_texts),),
    )


@dataclass(slots=True)
class _Cell:
    row: int
    column: int
    style: str
    kind: str = ""
    formula: bool = False
    data: bool = False


@dataclass(slots=True)
class _Reading:
    sheets: list[Sheet] = field(default_factory=list)
    grid: Grid | None = None
    budget: CellBudget = field(default_factory=CellBudget)
    fonts: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    style: str = ""
    row: int = -1
    next_row: int = 0
    column: int = 0
    cell: _Cell | None = None
    inside: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    outside_texts: list[str] = field(default_factory=list)
    percents: set[str] = field(default_factory=set)
    next_column: int = 0
    has_links: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        tag = local(name)
        given = {local(key): value for key, value in attributes.items()}
        if tag == "Worksheet":
            self.grid = Grid(name=given.get("Name", ""), budget=self.budget)
            self.next_row = self.next_column = 0
        elif tag == "Style":
            self.style = given.get("ID", "")
            self.parents[self.style] = given.get("Parent", "")
        elif tag == "Font" and "FontName" in given:
            self.fonts[self.style] = given["FontName"]
        elif tag == "NumberFormat" and ("%" in given.get("Format", "") or given.get("Format") == "Percent"):
            self.percents.add(self.style)
        elif tag == "Column" and self.grid:
            self._take_column(self.grid, given)
        elif tag == "Row" and self.grid:
            self._start_row(self.grid, given)
        elif tag == "Cell" and self.grid:
            self._start_cell(self.grid, given)
        elif tag == "Data" and self.cell and "Comment" not in self.inside:
            self.cell.kind, self.cell.data = given.get("Type", "String"), True
        self.inside.append(tag)

    def end(self, name: str) -> None:
        tag = self.inside.pop()
        if tag == "Worksheet" and self.grid:
            self.sheets.append(self.grid.sheet())
            self.grid = None
        elif tag == "Visible" and self.grid:
            self.grid.hidden = "".join(self.written).strip() in {"SheetHidden", "SheetVeryHidden"}
        elif tag == "Cell" and self.cell and self.grid:
            self._end_cell(self.grid, self.cell)
        elif tag == "Comment":
            self.outside_texts.append("\n")
        if tag not in _INSIDE_CELLS:
            self.written.clear()

    def text(self, text: str) -> None:
        if "Comment" in self.inside:
            self.outside_texts.append(text)
        elif "Data" in self.inside or self.inside[-1:] == ["Visible"]:
            self.written.append(text)

    def _take_column(self, grid: Grid, given: dict[str, str]) -> None:
        column = _place(given.get("Index"), self.next_column, _MOST_COLUMNS)
        self.next_column = min(column + 1 + _number(given.get("Span")), _MOST_COLUMNS)
        if given.get("Hidden") == "1":
            grid.hidden_columns.update(range(column, self.next_column))

    def _start_row(self, grid: Grid, given: dict[str, str]) -> None:
        self.row = _place(given.get("Index"), self.next_row, _MOST_ROWS)
        span = _number(given.get("Span"))
        self.next_row = self.row + 1 + span
        if given.get("Hidden") == "1":
            grid.hidden_rows.update(range(self.row, min(self.next_row, self.row + _MOST_COLUMNS)))
        self.column = 0

    def _start_cell(self, grid: Grid, given: dict[str, str]) -> None:
        column = _place(given.get("Index"), self.column, _MOST_COLUMNS)
        across, down = _number(given.get("MergeAcross")), _number(given.get("MergeDown"))
        grid.merge(self.row, column, self.row + down, column + across)
        self.column = column + across + 1
        formula = given.get("Formula", "")
        self.has_links = self.has_links or bool(_LINK.search(formula))
        self.cell = _Cell(self.row, column, given.get("StyleID", "Default"), formula=bool(formula))
        self.written.clear()

    def _end_cell(self, grid: Grid, cell: _Cell) -> None:
        text = "".join(self.written)
        fonts = old_fonts(Run(0, self._font(cell.style))) if cell.kind == "String" else ()
        value = _value(cell, text)
        if isinstance(value, float) and cell.style in self.percents:
            value = Percent(value)
        grid.put(cell.row, cell.column, value, fonts)
        self.cell = None

    def _font(self, style: str) -> str:
        for _ in range(10):  # styles inherit from parents; a cycle must end
            if style in self.fonts:
                return self.fonts[style]
            style = self.parents.get(style, "") or "Default"
        return ""


def _value(cell: _Cell, text: str) -> Value:
    if cell.kind == "Error":
        return Fault(text.strip() or "#N/A", "error_cell")
    if cell.kind == "Boolean":
        return text.strip() == "1"
    if cell.kind == "Number":
        return _float(text)
    if cell.kind == "DateTime":
        return _moment(text.strip())
    if cell.formula and not cell.data:
        return Fault("", "formula_without_value")
    return text


def _float(text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return text


def _moment(text: str) -> Value:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if text.startswith(_DAY_ZERO):
        return moment.time()
    return moment.date() if moment.time() == time() else moment


def _number(text: str | None) -> int:
    try:
        return min(max(int(text or 0), 0), _LARGEST_NUMBER)
    except ValueError:
        return 0


def _place(index: str | None, following: int, most: int) -> int:
    """A zero-based position: the index counts from 1 and may be absent."""
    place = _number(index) - 1 if index else following
    if not 0 <= place < most:
        raise Unreadable("broken")
    return place
