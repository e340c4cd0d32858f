"""BIFF records of an .xls that the readers do not expose: extent, stale formulas, links, comments and shapes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from loaders.workbook import Place

# Blank, number, text, boolean, error and formula cells and their multi-cell variants: all begin with row and column.
_CELLS = frozenset({0x06, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x207, 0x27E})
_FORMULAS = frozenset({0x06, 0x206, 0x406})
_UNCALCULATED, _SHEET, _BOOK, _CONTINUE, _SHAPE_TEXT, _NOTE = 0x5E, 0x85, 0x1AE, 0x3C, 0x1B6, 0x1C
_WORKSHEET = 0
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


def extent(stream: bytes) -> tuple[int, int]:
    """Rows and columns from A1 to the last cell of any sheet."""
    rows = columns = 0
    for record in records(stream):
        if record.kind in _CELLS and len(record.content) >= 6:
            row, column = struct.unpack_from("<2H", record.content)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
    return rows, columns


def stale_formulas(stream: bytes) -> list[frozenset[Place]]:
    """The formulas of each worksheet whose values were not computed when the file was saved, in sheet order."""
    if _UNCALCULATED.to_bytes(2, "little") not in stream:
        return []
    starts = [
        struct.unpack_from("<I", record.content)[0]
        for record in records(stream)
        if record.kind == _SHEET and len(record.content) >= 6 and record.content[5] == _WORKSHEET
    ]
    ends = {start: min((other for other in starts if other > start), default=len(stream)) for start in starts}
    return [_stale(stream[start : ends[start]]) for start in starts]


def _stale(sheet: bytes) -> frozenset[Place]:
    uncalculated, places = False, []
    for record in records(sheet):
        if record.kind == _UNCALCULATED:
            uncalculated = True
        elif record.kind in _FORMULAS and len(record.content) >= 4:
            row, column = struct.unpack_from("<2H", record.content)
            places.append((row, column))
    return frozenset(places if uncalculated else ())


def has_links(stream: bytes) -> bool:
    """Whether formulas may refer to other workbooks."""
    if _BOOK.to_bytes(2, "little") not in stream:
        return False
    books = (record.content for record in records(stream) if record.kind == _BOOK and len(record.content) >= 4)
    return any(struct.unpack_from("<2H", book)[1] not in (_OWN_BOOK, _ADD_INS, 0) for book in books)


def outside_texts(stream: bytes) -> Iterator[str]:
    """Texts of comments, text boxes and shapes (Excel 97 and later); comments only before that."""
    follows = False
    for record in records(stream):
        if record.kind == _NOTE and len(record.content) > 6 and record.content[6:7].isalpha():
            yield record.content[6:].decode("cp1252", "replace")
        if follows and record.kind == _CONTINUE and record.content:
            wide = record.content[0] & 1
            yield record.content[1:].decode("utf-16-le" if wide else "cp1252", "replace")
        follows = record.kind == _SHAPE_TEXT
