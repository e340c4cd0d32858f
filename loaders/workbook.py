"""Opens a spreadsheet safely: sheets of cells with addresses, error cells and hidden sheets known as such."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from html import unescape
from itertools import pairwise

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum
from xlsxwriter.utility import xl_col_to_name

from data.returns import SourceFile
from loaders.sheet_xml import Extent, Fault, extent, faults

__all__ = ["Fault", "Merge", "Sheet", "Unreadable", "Value", "Workbook", "address", "open_workbook"]

Value = str | int | float | bool | date | datetime | time | timedelta | Fault
Merge = tuple[tuple[int, int], tuple[int, int]]

_LARGEST_UNPACKED = 300_000_000
_MOST_PARTS = 2_000
_HIGHEST_RATIO = 250
_SMALL_PART = 5_000_000
_MOST_CELLS = 3_000_000

_MARKUP = re.compile(rb"<!DOCTYPE|<!ENTITY")


class Unreadable(ValueError):
    """A file that cannot be read; `message` is the key of the sentence that says why and what to do."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet's cells: `rows[r][c]` from A1, "" for a blank; merges as ((top, left), (bottom, right)), zero-based."""

    name: str
    rows: list[list[Value]]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False

    @property
    def width(self) -> int:
        """Columns."""
        return len(self.rows[0]) if self.rows else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """All worksheets in their order, hidden ones too."""

    sheets: tuple[Sheet, ...]


@lru_cache(maxsize=1024)
def column_name(column: int) -> str:
    """Letters of a zero-based column."""
    return str(xl_col_to_name(column))


def address(row: int, column: int) -> str:
    """The address of a zero-based place, such as F17."""
    return f"{column_name(column)}{row + 1}"


def open_workbook(source: SourceFile) -> Workbook:
    """Reads the sheets of an .xlsx or .xlsm; `loaders.formats` tells other containers apart before it comes here.

    Raises:
        Unreadable: it is no workbook, encrypted, broken, or larger than any return.
    """
    content = source.content
    parts = _unpack(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return Workbook(sheets=tuple(_sheets(book, parts)))
    except PasswordError:
        raise Unreadable("encrypted") from None
    except CalamineError:
        raise Unreadable("broken") from None
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # how the reader's own faults arrive; it exports no such class
            raise
        raise Unreadable("broken") from None


def _unpack(content: bytes) -> Mapping[str, bytes]:
    """The XML parts that are looked into, by name; nothing is unpacked before the sizes are known to be sane."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            _check_sizes(members)
            if not any(name.startswith("xl/") for name in names):
                raise Unreadable("not_excel")
            texts = (m for m in members if m.filename.lower().endswith((".xml", ".rels")))
            return {m.filename.lower(): _read_part(archive, m) for m in texts}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as fault:
        if isinstance(fault, Unreadable):
            raise
        raise Unreadable("broken") from None


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    swollen = any(
        member.file_size > _SMALL_PART and member.file_size > _HIGHEST_RATIO * max(1, member.compress_size)
        for member in members
    )
    if len(members) > _MOST_PARTS or unpacked > _LARGEST_UNPACKED or swollen:
        raise Unreadable("suspicious_size")
    if len({member.filename for member in members}) < len(members) or _overlap(members):
        raise Unreadable("broken")


def _overlap(members: list[zipfile.ZipInfo]) -> bool:
    """Whether parts share compressed bytes, as only bombs do."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    return any(a.header_offset + a.compress_size > b.header_offset for a, b in pairwise(ordered))


def _read_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    part = archive.read(member)
    if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        part = part.decode("utf-16").encode()
    elif part[1:2] == b"\x00" or part[:1] == b"\x00":
        raise Unreadable("forbidden_markup")
    if _MARKUP.search(part):
        raise Unreadable("forbidden_markup")
    return part


def _sheets(book: CalamineWorkbook, parts: Mapping[str, bytes]) -> list[Sheet]:
    paths = _sheet_paths(parts)
    described = [meta for meta in book.sheets_metadata if meta.typ is SheetTypeEnum.WorkSheet]
    try:
        xmls = [parts[paths[meta.name]] for meta in described]
    except KeyError:
        raise Unreadable("broken") from None  # unseen XML could hide error cells
    if sum(rows * columns for rows, columns in (extent(xml) or Extent(0, 0) for xml in xmls)) > _MOST_CELLS:
        raise Unreadable("too_many_cells")
    sheets = []
    for meta, xml in zip(described, xmls, strict=True):
        cells = book.get_sheet_by_name(meta.name)
        rows: list[list[Value]] = [list(row) for row in cells.to_python(skip_empty_area=False)]
        _mark(rows, faults(xml))
        merges = tuple(cells.merged_cell_ranges or ())
        hidden = meta.visible is not SheetVisibleEnum.Visible
        sheets.append(Sheet(name=meta.name, rows=rows, merges=merges, hidden=hidden))
    return sheets


def _mark(rows: list[list[Value]], found: Mapping[tuple[int, int], Fault]) -> None:
    """Puts faults in their cells; where only the fault made the sheet that large, the sheet is enlarged."""
    if not found:
        return
    width = max(len(rows[0]) if rows else 0, max(column for _, column in found) + 1)
    height = max(len(rows), max(row for row, _ in found) + 1)
    if width * height > _MOST_CELLS:
        raise Unreadable("too_many_cells")
    for cells in rows:
        cells.extend([""] * (width - len(cells)))
    rows.extend([""] * width for _ in range(height - len(rows)))
    for (row, column), fault in found.items():
        rows[row][column] = fault


_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*?)/?>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*?)/?>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def _sheet_paths(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The part of each sheet by the sheet's name, as the workbook's relations say."""

    def attributes(text: str) -> dict[str, str]:
        return {name.split(":")[-1]: unescape(a or b) for name, a, b in _ATTRIBUTE.findall(text)}

    book = parts.get("xl/workbook.xml", b"").decode("utf-8", "replace")
    relations = parts.get("xl/_rels/workbook.xml.rels", b"").decode("utf-8", "replace")
    targets = {found["Id"]: found["Target"] for found in map(attributes, _RELATION.findall(relations)) if "Id" in found}
    paths = {}
    for found in map(attributes, _SHEET.findall(book)):
        target = targets.get(found.get("id", ""), "")
        path = posixpath.normpath(posixpath.join("/xl", target))
        paths[found.get("name", "")] = path.lstrip("/").lower()
    return paths
