"""A spreadsheet as read from any container: sheets of cells with addresses, and remarks about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from xlsxwriter.utility import xl_col_to_name


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell without a readable value: `text` is what Excel displays, `problem` the key of the message about it."""

    text: str
    problem: str


class Percent(float):
    """A number displayed as a percentage: 0.704 as 70.4 %."""


Value = str | int | float | bool | date | datetime | time | timedelta | Fault
Place = tuple[int, int]
Merge = tuple[Place, Place]


class Unreadable(ValueError):
    """A file that cannot be read; `message` is the key of the message that says why and what to do."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


class Container(StrEnum):
    """The containers that are distinguished."""

    OOXML = "ooxml"
    XLSB = "xlsb"
    ODS = "ods"
    XLS = "xls"
    BIFF_EARLY = "biff_early"
    HTML = "html"
    SPREADSHEETML = "spreadsheetml"
    TEXT = "text"
    ENCRYPTED = "encrypted"
    WPS = "wps"
    WORD = "word"
    PDF = "pdf"
    PICTURE = "picture"
    ARCHIVE = "archive"
    WEB_ARCHIVE = "web_archive"
    EMPTY = "empty"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class NoteKind(StrEnum):
    """Why a cell's value differs from what the file stores."""

    TCVN3 = "tcvn3"
    VNI = "vni"
    VIQR = "viqr"
    UTF8 = "utf8"
    LINKED = "linked"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellNote:
    """A cell decoded from a legacy font or misencoding, with its `raw` text, or one that refers to another workbook."""

    row: int
    column: int
    kind: NoteKind
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that the sender of a file should know about it; `message` is the key of the message."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet's cells: `rows[r][c]` from A1, "" for a blank; merges as ((top, left), (bottom, right)), zero-based.

    `stale` are formulas whose values, as the file itself declares, were not computed when it was saved; `uncomputed`
    those of them whose result is 0 or blank although their inputs give another; `zero_results` formulas with the result
    0, which is how some programs store an empty text; `strays` the
    texts of cells dropped because they are far from the table.
    """

    name: str
    rows: list[list[Value]]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    stale: frozenset[Place] = frozenset()
    uncomputed: frozenset[Place] = frozenset()
    zero_results: frozenset[Place] = frozenset()
    strays: tuple[str, ...] = ()
    notes: tuple[CellNote, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """All worksheets of a file in order, hidden ones included; `outside_texts` are those outside cells: comments."""

    sheets: tuple[Sheet, ...]
    container: Container
    remarks: tuple[Remark, ...] = ()
    outside_texts: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def column_name(column: int) -> str:
    """The letters of a zero-based column."""
    return str(xl_col_to_name(column))


def ranges(places: Iterable[Place]) -> str:
    """The addresses of cells, neighbours as ranges: "E7, U13:Z30"."""
    found: list[list[int]] = []
    above: dict[tuple[int, int], list[int]] = {}
    for row, columns in groupby(sorted(places), key=itemgetter(0)):
        runs: list[list[int]] = []
        for _, column in columns:
            if runs and runs[-1][1] == column - 1:
                runs[-1][1] = column
            else:
                runs.append([column, column])
        here = {}
        for left, right in runs:
            area = above.get((left, right), [row, left, row, right])
            if area[2] == row - 1:
                area[2] = row
            else:
                found.append(area := [row, left, row, right])
            here[left, right] = area
        above = here
    areas = ((address(top, left), address(bottom, right)) for top, left, bottom, right in found)
    return ", ".join(first if first == last else f"{first}:{last}" for first, last in areas)


def address(row: int, column: int) -> str:
    """The address of a zero-based cell, such as F17."""
    return f"{column_name(column)}{row + 1}"
