"""What a reader of one container found: sheets as everywhere else, and what is worth telling about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from loaders.formats.containers import Container
from loaders.workbook import Sheet, Workbook


class NoteKind(StrEnum):
    """Why a cell's value is not simply what stands in the file."""

    TCVN3 = "tcvn3"
    VNI = "vni"
    LINKED = "linked"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellNote:
    """A cell decoded from an old font, with its `raw` text, or one whose formula refers to another file."""

    row: int
    column: int
    kind: NoteKind
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something about a sheet or a file that its sender should know; `message` is the key of the sentence."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSheet(Sheet):
    """A sheet with its notes, zero-based hidden rows and columns, and remarks."""

    notes: tuple[CellNote, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWorkbook(Workbook):
    """All sheets of a file with the kind of the file and remarks about the whole."""

    sheets: tuple[FoundSheet, ...]
    container: Container
    remarks: tuple[Remark, ...] = ()
