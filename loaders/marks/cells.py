"""Edits the style of single cells in a sheet's XML; every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from loaders.marks.parts import RELATIONS, CannotMark
from loaders.workbook import address

Place = tuple[int, int]
Restyle = Mapping[Place, Callable[[int], int]]

_TOKEN = re.compile(rb"<(/?)((?:\w+:)?)(sheetData|row|c)\b([^>]*?)(/?)>", re.DOTALL)
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})?(\d{1,7})["']""")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d*)["']""")
_SPANS = re.compile(rb"""\sspans\s*=\s*["'][^"']*["']""")
_SELECTED = re.compile(rb"""(<(?:\w+:)?sheetView\b[^>]*?)\stabSelected\s*=\s*["'](?:1|true)["']""")
_NO_STYLE = re.compile(rb"""(<(?:\w+:)?(?:c|row)\b[^>]*?)\ss\s*=\s*(?:""|'')""")
_AFTER_NOTES = frozenset(
    {
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "AlternateContent",
        "webPublishItems",
        "tableParts",
        "extLst",
    }
)


def deselect(xml: bytes) -> bytes:
    """Deselects the sheet as the active tab, and drops the empty style attributes that some programs write."""
    return _NO_STYLE.sub(rb"\1", _SELECTED.sub(rb"\1", xml))


def restyle(xml: bytes, wanted: Restyle) -> bytes:
    """The sheet with the styles of some zero-based cells mapped by the given functions.

    Raises:
        CannotMark: the sheet is not UTF-8 or has no cells.
    """
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in xml[:4]:
        raise CannotMark("encoding")
    return _Walk(xml, wanted).run()


class _Walk:
    """Copies rows and cells in file order, restyling the wanted ones and creating those that are missing."""

    def __init__(self, xml: bytes, wanted: Restyle) -> None:
        self._xml, self._wanted = xml, dict(wanted)
        self._out: list[bytes] = []
        self._copied = 0
        self._row, self._column = -1, -1
        self._prefix = b""

    def run(self) -> bytes:
        for token in _TOKEN.finditer(self._xml):
            closing, self._prefix, name, attributes, alone = token.groups()
            if name == b"row":
                self._take_row(token, bool(closing), attributes, bool(alone))
            elif name == b"c" and not closing:
                self._take_cell(token, attributes, alone)
            elif name == b"sheetData" and (closing or alone):
                self._end(token, bool(alone))
                break
        if self._wanted:
            raise CannotMark("sheetData")
        return b"".join((*self._out, self._xml[self._copied :]))

    def _take_row(self, token: re.Match[bytes], closing: bool, attributes: bytes, alone: bool) -> None:
        if closing:
            self._copy(token.start())
            self._out.append(self._cells(before=None))
            return
        reference = _REFERENCE.search(attributes)
        self._row, self._column = (int(reference[2]) - 1 if reference else self._row + 1), -1
        missing = self._missing_rows(before=self._row)
        here = any(row == self._row for row, _ in self._wanted)
        if not missing and not here:
            return
        self._copy(token.start())
        self._out.append(missing)
        if here:
            kept = _SPANS.sub(b"", attributes)
            inside = self._cells(before=None) + b"</" + self._prefix + b"row>" if alone else b""
            self._out.append(b"<" + self._prefix + b"row" + kept + b">" + inside)
            self._copied = token.end()

    def _take_cell(self, token: re.Match[bytes], attributes: bytes, alone: bytes) -> None:
        reference = _REFERENCE.search(attributes)
        if reference and reference[1]:
            self._column = column_number(reference[1])
        else:
            self._column += 1
        missing = self._cells(before=self._column)
        change = self._wanted.pop((self._row, self._column), None)
        if not missing and change is None:
            return
        self._copy(token.start())
        self._out.append(missing)
        if change is not None:
            found = _STYLE.search(attributes)
            style = change(int(found[1] or 0) if found else 0)
            kept = _STYLE.sub(b"", attributes).rstrip()
            self._out.append(b'<%sc%s s="%d"%s>' % (self._prefix, kept, style, alone))
            self._copied = token.end()

    def _end(self, token: re.Match[bytes], alone: bool) -> None:
        self._copy(token.start())
        rows = self._missing_rows(before=None)
        if alone:
            name = self._prefix + b"sheetData"
            self._out.append(b"<" + name + b">" + rows + b"</" + name + b">")
            self._copied = token.end()
        else:
            self._out.append(rows)

    def _copy(self, end: int) -> None:
        self._out.append(self._xml[self._copied : end])
        self._copied = end

    def _missing_rows(self, before: int | None) -> bytes:
        rows = sorted({row for row, _ in self._wanted if before is None or row < before})
        made = []
        for row in rows:
            cells = self._cells(before=None, row=row)
            made.append(b'<%srow r="%d">%s</%srow>' % (self._prefix, row + 1, cells, self._prefix))
        return b"".join(made)

    def _cells(self, before: int | None, row: int | None = None) -> bytes:
        """New cells of a row that belong before a column."""
        at = self._row if row is None else row
        if not self._wanted:
            return b""
        columns = sorted(c for r, c in self._wanted if r == at and (before is None or c < before))
        made = []
        for column in columns:
            style = self._wanted.pop((at, column))(0)
            made.append(b'<%sc r="%s" s="%d"/>' % (self._prefix, address(at, column).encode(), style))
        return b"".join(made)


def column_number(letters: bytes) -> int:
    """The zero-based column of its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def notes_relation(xml: bytes) -> str:
    """The relationship id of a sheet's comments drawing; "" when it has none."""
    found = re.search(rb"""<(?:\w+:)?legacyDrawing\s[^>]*\bid\s*=\s*["']([^"']+)["']""", xml)
    return found[1].decode() if found else ""


def refer_to_notes(xml: bytes, relation: str) -> bytes:
    """The sheet with a reference to its comments drawing, at the place that the schema's element order requires."""
    place, prefix = _place_of_notes(xml)
    made = f'<{prefix}legacyDrawing xmlns:r="{RELATIONS}" r:id="{relation}"/>'.encode()
    return xml[:place] + made + xml[place:]


def _place_of_notes(xml: bytes) -> tuple[int, str]:
    depth, place, prefix = 0, -1, ""
    parser = expat.ParserCreate()

    def start(name: str, _attributes: object) -> None:
        nonlocal depth, place, prefix
        if depth == 0:
            prefix = f"{name.rpartition(':')[0]}:" if ":" in name else ""
        if depth == 1 and place < 0 and name.rpartition(":")[2] in _AFTER_NOTES:
            place = parser.CurrentByteIndex
        depth += 1

    def end(_name: str) -> None:
        nonlocal depth, place
        depth -= 1
        if depth == 0 and place < 0:
            place = parser.CurrentByteIndex

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(xml, True)
    except expat.ExpatError:
        raise CannotMark("sheet") from None
    return place, prefix
