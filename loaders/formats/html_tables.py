"""Extracts the tables and lines of text from a web page, in document order; nothing is executed or fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from data.vietnamese.encodings import encoding_of
from loaders.workbook import Unreadable

_UNREAD = frozenset({"script", "style", "title", "select", "object", "noscript", "template", "comment"})
_BREAKS = frozenset({"br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "center", "hr"})
_MOST_COLUMNS = 16_384
_LARGEST_SPAN = 1_000
_DEEPEST = 50
_SPACES = re.compile(r"[ \t\r\n\f]+")
_FONT = re.compile(r"font-family\s*:\s*[\"']?([^;,\"'}]+)", re.IGNORECASE)
_CLASS_FONT = re.compile(r"\.([\w-]+)\s*\{[^{}]*?font-family\s*:\s*[\"']?([^;,\"'}]+)", re.IGNORECASE)
_FONT_TAGS = frozenset({"font", "span", "b", "i", "u", "p", "div"})
# Python's HTML parser takes quadratic time on such runs, so both are removed beforehand.
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_UNCLOSED = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_UNSEEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)

_Given = list[tuple[str, str | None]]


@dataclass(slots=True)
class TableCell:
    """A cell at a zero-based position, spanning `down` rows and `across` columns; `number` is Excel's exact value."""

    row: int
    column: int
    down: int = 1
    across: int = 1
    number: float | None = None
    font: str = ""
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its text, one line per break, with whitespace collapsed."""
        return _lines(self.parts)


@dataclass(slots=True)
class HtmlTable:
    """A table; a line of text outside all tables is a table of one cell."""

    cells: list[TableCell] = field(default_factory=list)
    height: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    column: int = 0
    open_cell: TableCell | None = None
    covered: dict[int, int] = field(default_factory=dict)

    def texts(self) -> list[list[str]]:
        """The text of each row's own cells, from left to right."""
        rows: list[list[str]] = [[] for _ in range(self.height)]
        for cell in self.cells:
            rows[cell.row].append(cell.text if cell.number is None else str(cell.number))
        return rows

    def start_row(self, *, hidden: bool) -> None:
        """Starts the next row."""
        self.open_cell = None
        self.height += 1
        self.column = 0
        if hidden:
            self.hidden_rows.add(self.height - 1)

    def start_cell(self, down: int, across: int, number: float | None, font: str) -> None:
        """Starts a cell at the first position not covered by a row span from above."""
        if not self.height:
            self.start_row(hidden=False)
        row = self.height - 1
        while self.covered.get(self.column, 0) > row:
            self.column += 1
        if self.column + across > _MOST_COLUMNS:
            raise Unreadable("too_many_cells")
        self.open_cell = TableCell(row, self.column, down, across, number, font)
        self.cells.append(self.open_cell)
        if down > 1:
            self.covered.update(dict.fromkeys(range(self.column, self.column + across), row + down))
        self.column += across


def tables(page: str) -> list[HtmlTable]:
    """Tables in order of their start tags, with the lines of text between them as one-cell tables."""
    reader = _Reader()
    reader.feed(_UNCLOSED.sub("&lt;", _COMMENT.sub("", page)))
    reader.close()
    reader.end_line()
    return [table for table in reader.found if any(cell.text or cell.number is not None for cell in table.cells)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[HtmlTable] = []
        self.open: list[HtmlTable] = []
        self.line: list[str] = []
        self.unread = 0
        self.in_style = False
        self.class_fonts: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: _Given) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag in _UNREAD:
            self.unread += 1
            self.in_style = tag == "style"
        elif tag == "table":
            self.end_line()
            self._open_table()
        elif tag == "tr" and self.open:
            self.open[-1].start_row(hidden=bool(_UNSEEN.search(given.get("style", ""))))
        elif tag in {"td", "th"} and self.open:
            down, across = _span(given.get("rowspan", "")), _span(given.get("colspan", ""))
            self.open[-1].start_cell(down, across, _number(given.get("x:num")), self._font(given))
        elif tag in _BREAKS:
            self._break()
        if tag in _FONT_TAGS and self.open and (cell := self.open[-1].open_cell):
            cell.font = cell.font if encoding_of(cell.font) else self._font(given) or cell.font

    def handle_startendtag(self, tag: str, attrs: _Given) -> None:
        if tag in _BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self.unread = max(0, self.unread - 1)
        elif tag == "table" and self.open:
            self.open.pop()
        elif tag in {"td", "th", "tr"} and self.open:
            self.open[-1].open_cell = None
        elif tag in _BREAKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if self.in_style and self.unread:
            self.class_fonts.update(_CLASS_FONT.findall(data))
        if self.unread:
            return
        if not self.open:
            self.line.append(_SPACES.sub(" ", data))
        elif cell := self.open[-1].open_cell:
            cell.parts.append(_SPACES.sub(" ", data))

    def end_line(self) -> None:
        """Turns the text since the last break outside tables into a line."""
        if text := _lines(self.line):
            self.found.append(HtmlTable(cells=[TableCell(0, 0, parts=[text])], height=1))
        self.line = []

    def _font(self, given: dict[str, str]) -> str:
        """The font set by a tag, directly or through its class."""
        named = _FONT.search(given.get("style", ""))
        return given.get("face", "") or (named[1] if named else self.class_fonts.get(given.get("class", ""), ""))

    def _open_table(self) -> None:
        if len(self.open) >= _DEEPEST:
            raise Unreadable("broken")
        table = HtmlTable()
        self.found.append(table)
        self.open.append(table)

    def _break(self) -> None:
        if not self.open:
            self.end_line()
        elif cell := self.open[-1].open_cell:
            cell.parts.append("\n")


def _lines(parts: list[str]) -> str:
    lines = (line.strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line.strip("\u00a0 "))


def _span(text: str) -> int:
    """A span; "0" and anything that is not a number mean 1, as in pages that offices send."""
    return min(max(int(text), 1), _LARGEST_SPAN) if text.isdecimal() and len(text) < 8 else 1


def _number(text: str | None) -> float | None:
    """The exact value that Excel stores beside the displayed text; None when both are the same."""
    try:
        return float(text) if text else None
    except ValueError:
        return None
