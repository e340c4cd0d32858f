"""Scans a sheet's XML for what calamine hides: error cells, formulas without a result, cells far from the table.

Each scan starts with a search that finds nothing in a sound sheet; only on a hit are cells walked one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from loaders.formats.grids import BLANK_COLUMNS, BLANK_ROWS, before_gap
from loaders.workbook import Fault, Place, Unreadable, address


class Extent(NamedTuple):
    """Rows and columns from A1 to the last cell with content."""

    rows: int
    columns: int


# Starts with a literal that can be searched for directly: three times as fast as with the space before it.
_FAR = re.compile(rb"""r=["'](?:[A-Z]{3,}\d+|[A-Z]*\d{5,})["']""")
_BEYOND = re.compile(rb"""\sr=["'](?:[A-Z]{4,}\d+|[A-Z]*\d{8,})["']""")
_NO_RESULT = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TOKEN = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*?)(/?)>", re.DOTALL)
_FILLED = re.compile(rb"<(?:\w+:)?c\b([^>]*)(?<!/)>(?!</)")
_END_OF_CELL = re.compile(rb"</(?:\w+:)?c>")
_ROW_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d{1,7})["']""")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_TYPE = re.compile(rb"""\bt=["'](\w+)["']""")
_RESULT = re.compile(rb"<(?:\w+:)?v[^>/]*>([^<]*)</")
# Excel numbers the other workbook ([1]B1!C5), others write its name or address ([Quý III.xlsx]B1!C5, 'file:///...'#B1.C5).
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>/]*>([^<]*)<")
_ZEROS = frozenset({b"", b"0", b"0.0"})
_LINKED = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b[^>]*>[^<]*(?:\[[^\[\]<]+\.(?:xl\w{1,2}|ods|csv)\]|\[[1-9]\d*\]|file:/)[^<]*<"
)
_TAG = re.compile(rb"<[^>]*>")
_CONTENT_ENDS = (b"/v>", b"/f>", b"/is>")
_UNNUMBERED = re.compile(rb"<(?:\w+:)?(?:row|c)(?=[\s/>])(?![^>]*\sr\s*=)")
_INLINE = re.compile(rb"""(<(?:\w+:)?c\b[^>]*\bt=["'])inlineStr(["'][^>]*>)(.*?)(</(?:\w+:)?c>)""", re.DOTALL)
_INLINE_TEXT = re.compile(rb"<(?:\w+:)?is\b.*</(?:\w+:)?is>", re.DOTALL)
_TEXT_RESULT = b"str"
_FORMULA_TAG = re.compile(rb"<(?:\w+:)?f(?=[\s>/])")
_CELL_TAGS = (b"<c ", b":c ")
_LONGEST_TAG = 200


class _Cell(NamedTuple):
    row: int
    column: int
    type: bytes
    inside: bytes
    span: tuple[int, int]


def faults(xml: bytes) -> dict[Place, Fault]:
    """Error cells and formulas without a stored result, by zero-based row and column."""
    if not (b't="e"' in xml or b"t='e'" in xml or _lacks_results(xml)):
        return {}
    found: dict[Place, Fault] = {}
    for cell in _cells(xml):
        result = _RESULT.search(cell.inside)
        if cell.type == b"e":
            text = result[1].decode("utf-8", "replace") if result else "#N/A"
            found[cell.row, cell.column] = Fault(text, "error_cell")
        elif _is_formula(cell.inside) and _is_without_result(cell, result):
            found[cell.row, cell.column] = Fault("", "formula_without_value")
    return found


def _is_without_result(cell: _Cell, result: re.Match[bytes] | None) -> bool:
    """An empty text is a result where it is stored as one."""
    if cell.type == _TEXT_RESULT:
        return b"<v" not in cell.inside and b":v" not in cell.inside
    return not (result and result[1].strip())


def _lacks_results(xml: bytes) -> bool:
    """Whether a formula may lack a result; counting tags settles it for most files much faster than the pattern."""
    if b":c " not in xml and b"<v></v>" not in xml:
        formulas = xml.count(b"<f>") + xml.count(b"<f ")
        if formulas == xml.count(b"</f><v>") + xml.count(b"/><v>"):
            return False
    return _NO_RESULT.search(xml) is not None


def extent(xml: bytes) -> Extent | None:
    """How far cells with content reach; None when nothing is far away, as almost always.

    Raises:
        Unreadable: a cell address lies outside any possible sheet.
    """
    if not _FAR.search(xml):
        return None
    if _BEYOND.search(xml):
        raise Unreadable("broken")
    rows = columns = 0
    for attributes in _FILLED.findall(xml):
        if place := place_of(attributes):
            rows, columns = max(rows, place[0] + 1), max(columns, place[1] + 1)
    return Extent(rows, columns)


class Stray(NamedTuple):
    """A cell far from the table: its position, and its text or shared string index."""

    place: Place
    is_shared: bool
    text: bytes


def without_strays(xml: bytes) -> tuple[bytes, list[Stray]]:
    """The sheet without the cells behind a gap of 500 blank rows or 200 blank columns, and those cells."""
    filled = list(_filled(xml))
    height = before_gap({cell.row for cell in filled}, BLANK_ROWS)
    width = before_gap({cell.column for cell in filled if cell.row < height}, BLANK_COLUMNS)
    strays = [cell for cell in filled if cell.row >= height or cell.column >= width]
    pieces, kept = [], 0
    for cell in strays:
        start, end = cell.span
        pieces.append(xml[kept:start])
        kept = end
    found = [Stray((cell.row, cell.column), cell.type == b"s", _TAG.sub(b" ", cell.inside).strip()) for cell in strays]
    return b"".join([*pieces, xml[kept:]]), found


def zero_formulas(xml: bytes) -> Iterator[tuple[Place, str]]:
    """Formulas whose stored result is 0 or blank, with their text; a shared formula has it in its first cell only."""
    for place, inside in _formula_cells(xml):
        result, formula = _RESULT.search(inside), _FORMULA.search(inside)
        if result is None or result[1].strip() in _ZEROS:
            yield place, unescape(formula[1].decode("utf-8", "replace") if formula else "")


def formulas(xml: bytes) -> Iterator[Place]:
    """Positions of cells with formulas."""
    return (place for place, _ in _formula_cells(xml))


def _formula_cells(xml: bytes) -> Iterator[tuple[Place, bytes]]:
    """Position and content of each cell with a formula; cells without are not looked at."""
    for formula in _FORMULA_TAG.finditer(xml):
        at = formula.start()
        start = max(xml.rfind(tag, max(0, at - _LONGEST_TAG), at) for tag in _CELL_TAGS)
        place = place_of(xml[start:at]) if start >= 0 else None
        end = _END_OF_CELL.search(xml, at)
        if place and end:
            yield place, xml[at : end.start()]


def plain(xml: bytes) -> bytes:
    """The sheet as calamine reads it rightly: rows and cells numbered, inline texts in one place, no blank end."""
    xml = _without_blank_end(xml)
    if b"inlineStr" in xml:
        xml = _INLINE.sub(_one_text, xml)
    return _numbered(xml) if _is_unnumbered(xml) else xml


def _without_blank_end(xml: bytes) -> bytes:
    """Drops formatted blank rows below the last content: some programs write them to the end of the sheet."""
    end = xml.rfind(b"</sheetData>")
    last = max(xml.rfind(content, 0, end) for content in _CONTENT_ENDS)
    if b":c " in xml:
        return xml
    end_of_row = xml.find(b"</row>", last)
    return xml[: end_of_row + len(b"</row>")] + xml[end:] if 0 <= last < end_of_row < end else xml


def _one_text(cell: re.Match[bytes]) -> bytes:
    """An inline string without a value beside it; one that is only a value becomes a text result."""
    start, rest, inside, end = cell.groups()
    text = _INLINE_TEXT.search(inside)
    if text:
        return start + b"inlineStr" + rest + text[0] + end
    return start + _TEXT_RESULT + rest + inside + end if b"<v" in inside or b":v" in inside else cell[0]


def _is_unnumbered(xml: bytes) -> bool:
    """Whether a row or cell may lack its number; counting settles it for most files much faster than the pattern."""
    cells, rows = xml.count(b"<c>") + xml.count(b"<c ") + xml.count(b"<c/>"), xml.count(b"<row")
    if cells and cells == xml.count(b"<c r=") and rows == xml.count(b"<row r="):
        return False
    return _UNNUMBERED.search(xml) is not None


def _numbered(xml: bytes) -> bytes:
    row = column = -1
    pieces: list[bytes] = []
    kept = 0
    for token in _TOKEN.finditer(xml):
        name, attributes, _ = token.groups()
        if name == b"row":
            number = _ROW_NUMBER.search(attributes)
            row, column = int(number[1]) - 1 if number else row + 1, -1
            reference = b"" if number else b"%d" % (row + 1)
        else:
            place = place_of(attributes)
            row, column = place or (row, column + 1)
            reference = b"" if place else address(row, column).encode()
        if reference:
            pieces.extend((xml[kept : token.start(2)], b' r="', reference, b'"'))
            kept = token.start(2)
    return b"".join([*pieces, xml[kept:]])


def linked(xml: bytes) -> Iterator[bytes]:
    """The attributes of cells whose formulas refer to another workbook."""
    return iter(_LINKED.findall(xml) if b"[" in xml or b"file:/" in xml else ())


def place_of(attributes: bytes) -> Place | None:
    """The position given by a cell's attributes."""
    found = _REFERENCE.search(attributes)
    return (int(found[2]) - 1, _column(found[1])) if found else None


def _is_formula(inside: bytes) -> bool:
    return b"<f" in inside or b":f" in inside


def _cells(xml: bytes) -> Iterator[_Cell]:
    """Every cell in file order; cells and rows without a reference follow their predecessor."""
    row, column = -1, -1
    place = 0
    while token := _TOKEN.search(xml, place):
        place = token.end()
        name, attributes, closed = token.groups()
        if name == b"row":
            number = _ROW_NUMBER.search(attributes)
            row, column = int(number[1]) - 1 if number else row + 1, -1
            continue
        row, column = place_of(attributes) or (row, column + 1)
        inside = b""
        if not closed:
            end = _END_OF_CELL.search(xml, place)
            if end is None:
                return
            inside, place = xml[place : end.start()], end.end()
        kind = _TYPE.search(attributes)
        yield _Cell(row, column, kind[1] if kind else b"", inside, (token.start(), place))


def _filled(xml: bytes) -> Iterator[_Cell]:
    """The cells with content: in a sheet of many formatted blank ones these are few."""
    for start in _FILLED.finditer(xml):
        end = _END_OF_CELL.search(xml, start.end())
        place, kind = place_of(start[1]), _TYPE.search(start[1])
        if end and place:
            inside = xml[start.end() : end.start()]
            yield _Cell(*place, kind[1] if kind else b"", inside, (start.start(), end.end()))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
