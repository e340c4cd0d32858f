"""BIFF records of an .xls that the readers do not expose: extent, doubtful formulas, links, comments and shapes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from loaders.workbook import Place

# Blank, number, text, boolean, error and formula cells and their multi-cell variants: all begin with row and column.
_CELLS = frozenset({0x06, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x207, 0x27E})
_FORMULAS = frozenset({0x06, 0x206, 0x406})
_UNCALCULATED, _SHEET, _BOOK, _CONTINUE, _SHAPE_TEXT, _NOTE = 0x5E, 0x85, 0x1AE, 0x3C, 0x1B6, 0x1C
_START, _END, _BLANK, _BLANKS = 0x809, 0x0A, 0x201, 0xBE
_MARGINS, _PROMPTS = frozenset({0x14, 0x15}), 0x1BE
_MANY_BLANKS = 10_000
_WORKSHEET = 0
_MACRO_SHEETS = frozenset({1, 6})
_ZERO = bytes(8)
_OWN_BOOK, _ADD_INS = 0x0401, 0x3A01


class Record(NamedTuple):
    """The type of a record, its offset and its content."""

    kind: int
    start: int
    content: bytes


def records(stream: bytes) -> Iterator[Record]:
    """Iterates over the records to the end of the stream."""
    place = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        yield Record(kind, place, stream[place + 4 : place + 4 + size])
        place += 4 + size


def without_blanks(stream: bytes) -> bytes:
    """The stream without formatted blank cells where it has very many: some programs write them to the last row."""
    if stream.count(_BLANKS.to_bytes(2, "little")) + stream.count(_BLANK.to_bytes(2, "little")) < _MANY_BLANKS:
        return stream
    kept, place, removed = bytearray(), 0, 0
    moved, sheets = {}, []
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        if kind in (_BLANKS, _BLANK):
            removed += 4 + size
        else:
            if kind == _START:
                moved[place] = place - removed
            elif kind == _SHEET and size >= 4:
                sheets.append(len(kept) + 4)
            kept += stream[place : place + 4 + size]
        place += 4 + size
    for at in sheets:
        (start,) = struct.unpack_from("<I", kept, at)
        struct.pack_into("<I", kept, at, moved.get(start, start))
    return bytes(kept)


def extent(stream: bytes) -> tuple[int, int]:
    """Rows and columns from A1 to the last cell of any sheet."""
    rows = columns = 0
    for record in records(stream):
        if record.kind in _CELLS and len(record.content) >= 6:
            row, column = struct.unpack_from("<2H", record.content)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
    return rows, columns


class Formulas(NamedTuple):
    """Formulas of a worksheet: not computed when the file was saved; and with the result 0."""

    stale: frozenset[Place]
    zeros: frozenset[Place]


def formulas(stream: bytes) -> list[Formulas]:
    """The formulas of each worksheet that need a second look, in sheet order."""
    starts = [struct.unpack_from("<I", sheet.content)[0] for sheet in _listed(stream, frozenset({_WORKSHEET}))]
    ends = {start: min((other for other in starts if other > start), default=len(stream)) for start in starts}
    return [_formulas(stream[start : ends[start]]) for start in starts]


def _formulas(sheet: bytes) -> Formulas:
    uncalculated, places, zeros = False, [], []
    for record in records(sheet):
        if record.kind == _UNCALCULATED:
            uncalculated = True
        elif record.kind in _FORMULAS and len(record.content) >= 4:
            row, column = struct.unpack_from("<2H", record.content)
            places.append((row, column))
            if record.content[6:14] == _ZERO:
                zeros.append((row, column))
    return Formulas(stale=frozenset(places if uncalculated else ()), zeros=frozenset(zeros))


def macro_sheets(stream: bytes) -> list[str]:
    """Names of sheets of macros and of Visual Basic modules."""
    return [_sheet_name(sheet.content) for sheet in _listed(stream, _MACRO_SHEETS) if len(sheet.content) > 7]


def _sheet_name(entry: bytes) -> str:
    if entry[6] == len(entry) - 7:  # before Excel 97: no flags before the letters
        return entry[7:].decode("cp1252", "replace")
    return entry[8:].decode("utf-16-le" if entry[7] & 1 else "cp1252", "replace")


def _listed(stream: bytes, kinds: frozenset[int]) -> Iterator[Record]:
    """The entries of sheets of some kinds; all stand before the first sheet ends the workbook's own records."""
    for record in records(stream):
        if record.kind == _SHEET and len(record.content) >= 6 and record.content[5] in kinds:
            yield record
        elif record.kind == _END:
            return


def has_links(stream: bytes) -> bool:
    """Whether formulas may refer to other workbooks."""
    if _BOOK.to_bytes(2, "little") not in stream:
        return False
    books = (record.content for record in records(stream) if record.kind == _BOOK and len(record.content) >= 4)
    return any(struct.unpack_from("<2H", book)[1] not in (_OWN_BOOK, _ADD_INS, 0) for book in books)


def outside_texts(stream: bytes) -> Iterator[str]:
    """Texts of page headers and footers, comments, text boxes and shapes (Excel 97 and later); comments before that."""
    follows = False
    for record in records(stream):
        if record.kind == _PROMPTS:
            yield from _prompts(record.content)
        if record.kind in _MARGINS and len(record.content) > 3:
            wide = record.content[2] & 1
            yield record.content[3:].decode("utf-16-le" if wide else "cp1252", "replace")
        if record.kind == _NOTE and len(record.content) > 6 and record.content[6:7].isalpha():
            yield record.content[6:].decode("cp1252", "replace")
        if follows and record.kind == _CONTINUE and record.content:
            wide = record.content[0] & 1
            yield record.content[1:].decode("utf-16-le" if wide else "cp1252", "replace")
        follows = record.kind == _SHAPE_TEXT


def _prompts(content: bytes) -> Iterator[str]:
    """What is said when a cell is selected or refuses an input: two titles and two texts, each after its length."""
    place = 4
    for _ in range(4):
        if place + 3 > len(content):
            return
        length, wide = int.from_bytes(content[place : place + 2], "little"), content[place + 2] & 1
        end = place + 3 + length * (1 + wide)
        yield content[place + 3 : end].decode("utf-16-le" if wide else "cp1252", "replace")
        place = end
