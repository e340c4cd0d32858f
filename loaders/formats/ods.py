"""Reads OpenDocument sheets (.ods, .fods): bounded repeats, errors, spans, hidden rows and fonts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from html import unescape

from loaders.formats.archives import Attributes, Handlers, local, opened, parse
from loaders.formats.decoding import Run, old_fonts
from loaders.formats.grids import CellBudget, Grid, error_or_text
from loaders.workbook import Container, Fault, Percent, Remark, Sheet, Unreadable, Value, Workbook

_ENCRYPTED = re.compile(rb"<(?:\w+:)?encryption-data\b")
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_NO_HEIGHT = re.compile(r"0(?:\.0*)?[a-z]*")
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_NUMBERS = frozenset({"float", "percentage", "currency"})
_UNREAD = frozenset(
    {
        "annotation",
        "tracked-changes",
        "frame",
        "shapes",
        "custom-shape",
        "forms",
        "ruby-text",
        "dde-links",
        "help-message",
        "error-message",
    }
)
_MARGIN = re.compile(rb"<style:((?:header|footer)(?:-left|-first)?)(?:\s[^>]*)?>(.*?)</style:\1>", re.DOTALL)
_PROPERTY = re.compile(
    rb"<((?:dc|meta):(?:title|subject|description|keyword|user-defined))(?:\s[^>]*)?>(.*?)</\1>", re.DOTALL
)
_TAG = re.compile(rb"<[^>]*>")
_CELLS = frozenset({"table-cell", "covered-table-cell"})


def read(content: bytes) -> Workbook:
    """All sheets of an .ods, or of the flat single-file XML form.

    Raises:
        Unreadable: it is encrypted, broken, or repeats more cells than any return has.
    """
    reading, names = _Reading(), []
    handlers = Handlers(start=reading.start, end=reading.end, text=reading.text)
    styles = about = content
    if not content.startswith(b"PK"):
        parse(content.lstrip(b"\r\n\t "), handlers)
    else:
        with opened(content) as archive:
            names = archive.namelist()
            if "encrypted-package" in names or _ENCRYPTED.search(_part(archive, "META-INF/manifest.xml")):
                raise Unreadable("encrypted")
            styles, about = _part(archive, "styles.xml"), _part(archive, "meta.xml")
            if styles:
                parse(styles, handlers)
            parse(_part(archive, "content.xml"), handlers)
    if not reading.sheets:
        raise Unreadable("broken")
    flags = {
        "macros_ignored": any(name.startswith(("Basic/", "Scripts/")) for name in names),
        "links_in_file": reading.has_links,
    }
    return Workbook(
        sheets=tuple(reading.sheets),
        container=Container.ODS,
        remarks=tuple(Remark(message=message) for message, holds in flags.items() if holds),
        outside_texts=("".join(reading.outside_texts), *_aside(styles, about)),
    )


def _aside(styles: bytes, about: bytes) -> Iterator[str]:
    """Texts of page headers and footers, and the file's title, subject, keywords, comments and properties."""
    for found in (*_MARGIN.findall(styles), *_PROPERTY.findall(about)):
        yield unescape(_TAG.sub(b" ", found[1]).decode("utf-8", "replace"))


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    return archive.read(name) if name in archive.namelist() else b""


@dataclass(slots=True)
class _Styles:
    """The parts of styles that are needed: fonts, parent styles, hidden tables, rows without height."""

    faces: dict[str, str] = field(default_factory=dict)
    fonts: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    unseen: set[str] = field(default_factory=set)
    flat: set[str] = field(default_factory=set)
    current: str = ""

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "font-face":
            self.faces[given.get("name", "")] = given.get("font-family", "").strip("'\" ")
        elif tag in {"style", "default-style"}:
            self.current = given.get("name", "")
            self.parents[self.current] = given.get("parent-style-name", "")
        elif tag == "text-properties":
            named = given.get("font-name", "")
            self.fonts.setdefault(self.current, self.faces.get(named, named) or given.get("font-family", ""))
        elif tag == "table-row-properties" and _NO_HEIGHT.fullmatch(given.get("row-height", "")):
            self.flat.add(self.current)
        elif tag == "table-properties" and given.get("display") == "false":
            self.unseen.add(self.current)

    def font(self, style: str) -> str:
        for _ in range(10):  # styles inherit from parents; a cycle must end
            if font := self.fonts.get(style):
                return font
            style = self.parents.get(style, "")
        return ""


@dataclass(slots=True)
class _Cell:
    given: dict[str, str]
    paragraphs: list[str] = field(default_factory=list)
    spans: list[str] = field(default_factory=list)
    styles: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(slots=True)
class _Reading:
    styles: _Styles = field(default_factory=_Styles)
    sheets: list[Sheet] = field(default_factory=list)
    grid: Grid | None = None
    budget: CellBudget = field(default_factory=CellBudget)
    row: int = 0
    row_given: dict[str, str] = field(default_factory=dict)
    filled: list[tuple[int, int, Value, tuple[Run, ...]]] = field(default_factory=list)
    column: int = 0
    column_styles: list[tuple[int, str]] = field(default_factory=list)
    columns: int = 0
    cell: _Cell | None = None
    unread: int = 0
    outside_texts: list[str] = field(default_factory=list)
    has_links: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        tag = local(name)
        if self.unread or tag in _UNREAD:
            self.unread += 1
            return
        given = {local(key): value for key, value in attributes.items() if "calcext" not in key}
        if any("calcext" in key and value == "error" for key, value in attributes.items()):
            given["error"] = "true"
        if tag == "table" and self.grid is None:
            self._start_table(given)
        elif self.grid is None:
            self.styles.start(tag, given)
        elif tag == "table-column":
            self._start_columns(self.grid, given)
        elif tag == "table-row":
            self.row_given, self.filled, self.column = given, [], 0
        elif tag in _CELLS and self.cell is None:
            self.cell = _Cell(given)
        elif self.cell:
            self._start_text(self.cell, tag, given)

    def end(self, name: str) -> None:
        tag = local(name)
        if self.unread:
            self.unread -= 1
            self.outside_texts.extend(["\n"] if tag == "p" else ())
        elif tag in _CELLS and self.cell and self.grid:
            self._end_cell(self.grid, self.cell, covered=tag == "covered-table-cell")
        elif tag == "table-row" and self.grid:
            self._end_row(self.grid)
        elif tag == "table" and self.grid and self.cell is None:
            self.sheets.append(self.grid.sheet())
            self.grid = None
        elif tag == "span" and self.cell and self.cell.spans:
            self.cell.spans.pop()
            self.cell.styles.append((len(self.cell.text), self.cell.spans[-1] if self.cell.spans else ""))

    def text(self, text: str) -> None:
        if self.unread:
            self.outside_texts.append(text)
        elif self.cell and self.cell.paragraphs:
            self.cell.paragraphs[-1] += text

    def _start_table(self, given: dict[str, str]) -> None:
        self.grid = Grid(
            name=given.get("name", ""), budget=self.budget, hidden=given.get("style-name") in self.styles.unseen
        )
        self.row, self.columns, self.column_styles = 0, 0, []

    def _start_columns(self, grid: Grid, given: dict[str, str]) -> None:
        end = min(self.columns + _repeat(given, "number-columns-repeated"), _MOST_COLUMNS)
        if given.get("visibility", "visible") != "visible":
            grid.hidden_columns.update(range(self.columns, end))
        self.columns = end
        self.column_styles.append((end, given.get("default-cell-style-name", "")))

    def _start_text(self, cell: _Cell, tag: str, given: dict[str, str]) -> None:
        if tag == "p":
            cell.paragraphs.append("")
        elif tag == "span":
            cell.spans.append(given.get("style-name", ""))
            cell.styles.append((len(cell.text), cell.spans[-1]))
        elif cell.paragraphs:
            spaces = " " * min(_repeat(given, "c"), 1000) if tag == "s" else ""
            cell.paragraphs[-1] += {"s": spaces, "tab": "\t", "line-break": "\n"}.get(tag, "")

    def _end_cell(self, grid: Grid, cell: _Cell, *, covered: bool) -> None:
        repeats = _repeat(cell.given, "number-columns-repeated")
        self.has_links = self.has_links or "'file:" in cell.given.get("formula", "")
        value = "" if covered else _value(cell)
        if value != "":
            fonts = self._fonts(cell) if isinstance(value, str) else ()
            self.filled.append((self.column, repeats, value, fonts))
        down, across = _repeat(cell.given, "number-rows-spanned"), _repeat(cell.given, "number-columns-spanned")
        grid.merge(self.row, self.column, self.row + down - 1, self.column + across - 1)
        self.column += repeats
        self.cell = None

    def _end_row(self, grid: Grid) -> None:
        end = min(self.row + _repeat(self.row_given, "number-rows-repeated"), _MOST_ROWS)
        is_flat = self.row_given.get("style-name") in self.styles.flat
        if is_flat or self.row_given.get("visibility", "visible") != "visible":
            grid.hidden_rows.update(range(self.row, end))
        if self.filled:
            for row in range(self.row, end):
                for column, repeats, value, fonts in self.filled:
                    for place in range(column, min(column + repeats, _MOST_COLUMNS)):
                        grid.put(row, place, value, fonts)
        self.row = end

    def _fonts(self, cell: _Cell) -> tuple[Run, ...]:
        own = self._font(cell.given)
        return old_fonts(Run(0, own), *(Run(start, self.styles.font(style) or own) for start, style in cell.styles))

    def _font(self, given: dict[str, str]) -> str:
        inherited = next((style for end, style in self.column_styles if self.column < end), "")
        style = given.get("style-name") or self.row_given.get("default-cell-style-name") or inherited
        return self.styles.font(style) or self.styles.font("Default")


def _value(cell: _Cell) -> Value:
    given, text = cell.given, cell.text
    kind = given.get("value-type", "")
    if "error" in given or ("formula" in given and (isinstance(error_or_text(text), Fault) or text.startswith("Err:"))):
        return Fault(text or "#N/A", "error_cell")
    if kind in _NUMBERS:
        number = _float(given.get("value", ""), text)
        return Percent(number) if kind == "percentage" and isinstance(number, float) else number
    if kind == "boolean":
        return given.get("boolean-value") == "true"
    if kind == "date":
        return _moment(given.get("date-value", ""), text)
    if kind == "time" and (found := _DURATION.fullmatch(given.get("time-value", ""))) and int(found[1]) < 24:
        return time(int(found[1]), int(found[2]) % 60, int(found[3]) % 60)
    # LibreOffice stores the empty result of a formula as an empty paragraph.
    if "formula" in given and not kind and not cell.paragraphs:
        return Fault("", "formula_without_value")
    return text or given.get("string-value", "")


def _float(value: str, text: str) -> Value:
    try:
        return float(value)
    except ValueError:
        return text


def _moment(value: str, text: str) -> Value:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return text
    return moment.date() if "T" not in value else moment


def _repeat(given: dict[str, str], key: str) -> int:
    try:
        return min(max(int(given.get(key, "1")), 1), _MOST_ROWS)
    except ValueError:
        return 1
