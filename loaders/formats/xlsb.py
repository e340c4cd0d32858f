"""Reads binary workbooks (.xlsb): values by calamine; errors, merges and hidden rows from the records."""

from __future__ import annotations

import io
import posixpath
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from loaders.formats.archives import opened
from loaders.formats.calamine import refusing_faults
from loaders.formats.grids import CellBudget, Grid
from loaders.workbook import Container, Fault, Remark, Sheet, Unreadable, Workbook

# Record types of [MS-XLSB] 2.3.
_ROW, _FIRST_CELL, _LAST_CELL, _MERGE, _SHEET = 0, 1, 11, 176, 156
_COLUMNS, _COMMENT_TEXT = 60, 637
_LOOKED = re.compile(r"xl/.*\.(?:bin|rels|xml)")
_MOST_COLUMNS = 16_384
_ERROR, _FORMULA_ERROR = 3, 11
_ROW_HIDDEN = 0x10
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_MOST_DENSE = 3_000_000
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"""\b(Id|Target)\s*=\s*["']([^"']*)["']""")


def read(content: bytes) -> Workbook:
    """All worksheets of an .xlsb.

    Raises:
        Unreadable: it is encrypted, broken, or has cells too far from its table.
    """
    with opened(content) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        parts = {
            low: archive.read(name) for low, name in names.items() if low.startswith("xl/") and _LOOKED.search(low)
        }
    try:
        traits = {name: _traits(parts[path]) for name, path in _sheet_parts(parts).items()}
    except (LookupError, UnicodeDecodeError, struct.error):
        raise Unreadable("broken") from None
    with refusing_faults(), CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        sheets = tuple(_sheets(book, traits))
    flags = {
        "macros_ignored": "xl/vbaproject.bin" in names,
        "links_in_file": any(name.startswith("xl/externallinks/") for name in names),
    }
    return Workbook(
        sheets=sheets,
        container=Container.XLSB,
        remarks=tuple(Remark(message=message) for message, holds in flags.items() if holds),
        outside_texts=tuple(_comments(parts)),
    )


def _comments(parts: dict[str, bytes]) -> Iterator[str]:
    """Texts of comments."""
    for name, part in parts.items():
        if name.startswith("xl/comments"):
            for kind, start, _ in _records(part):
                if kind == _COMMENT_TEXT:
                    yield _wide_string(part, start + 1)[0]


@dataclass(slots=True)
class _SheetTraits:
    """What calamine does not expose of a sheet."""

    errors: dict[tuple[int, int], Fault] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    rows: int = 0
    columns: int = 0


def _sheets(book: CalamineWorkbook, traits: dict[str, _SheetTraits]) -> Iterator[Sheet]:
    budget = CellBudget()
    for meta in book.sheets_metadata:
        if meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        look = traits[meta.name]
        if look.rows * look.columns > _MOST_DENSE:
            raise Unreadable("too_many_cells")
        grid = Grid(
            name=meta.name, budget=budget, hidden=meta.visible is not SheetVisibleEnum.Visible, fonts_known=False
        )
        for row, values in enumerate(book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)):
            for column, value in enumerate(values):
                grid.put(row, column, value)
        for (row, column), fault in look.errors.items():
            grid.put(row, column, fault)
        for merge in look.merges:
            grid.merge(*merge)
        grid.hidden_rows, grid.hidden_columns = look.hidden_rows, look.hidden_columns
        yield grid.sheet()


def _traits(part: bytes) -> _SheetTraits:
    look = _SheetTraits()
    row = 0
    for kind, start, size in _records(part):
        if kind == _ROW and size >= 12:
            row = int.from_bytes(part[start : start + 4], "little")
            if part[start + 11] & _ROW_HIDDEN:
                look.hidden_rows.add(row)
        elif _FIRST_CELL < kind <= _LAST_CELL and size >= 8:
            column = int.from_bytes(part[start : start + 4], "little")
            look.rows, look.columns = max(look.rows, row + 1), max(look.columns, column + 1)
            if kind in (_ERROR, _FORMULA_ERROR):
                look.errors[row, column] = Fault(_ERRORS.get(part[start + 8], "#N/A"), "error_cell")
        elif kind == _COLUMNS and size >= 18 and part[start + 16] & 1:
            first, last = struct.unpack_from("<2I", part, start)
            look.hidden_columns.update(range(first, min(last + 1, _MOST_COLUMNS)))
        elif kind == _MERGE and size >= 16:
            top, bottom, left, right = struct.unpack_from("<4I", part, start)
            look.merges.append((top, left, bottom, right))
    return look


def _records(part: bytes) -> Iterator[tuple[int, int, int]]:
    """The type of each record, the offset of its content, and its size; stops at the end of the bytes."""
    place, end = 0, len(part)
    while place < end:
        kind = part[place]
        place += 1
        if kind & 0x80 and place < end:
            kind = (kind & 0x7F) | (part[place] & 0x7F) << 7
            place += 1
        size = shift = 0
        while place < end and shift < 28:
            byte = part[place]
            place += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if place + size > end:
            return
        yield kind, place, size
        place += size


def _sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """The part of each sheet by sheet name, from the workbook's relationships."""
    targets = {}
    for relation in _RELATION.findall(parts.get("xl/_rels/workbook.bin.rels", b"")):
        given = {key.decode(): unescape(value.decode("utf-8")) for key, value in _ATTRIBUTE.findall(relation)}
        path = posixpath.normpath(posixpath.join("/xl", given.get("Target", ""))).lstrip("/")
        targets[given.get("Id", "")] = path.lower()
    book = parts.get("xl/workbook.bin", b"")
    found = {}
    for kind, start, _ in _records(book):
        if kind == _SHEET:
            relation_id, after = _wide_string(book, start + 8)
            name, _ = _wide_string(book, after)
            found[name] = targets[relation_id]
    return found


def _wide_string(part: bytes, start: int) -> tuple[str, int]:
    """A UTF-16 string with a length prefix, and the offset after it."""
    (length,) = struct.unpack_from("<I", part, start)
    end = start + 4 + 2 * length
    return part[start + 4 : end].decode("utf-16-le"), end
