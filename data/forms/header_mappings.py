"""Header mappings: which column of an office's own sheet is which column of a form, keyed by its header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class HeaderMapping:
    """A saved mapping: `columns` gives a field's or measure's code by header words or column letters.

    `fingerprint` identifies the header. `header_rows` are its first and last row from 1; None where the sheet's
    column-number row determines them.
    """

    fingerprint: str
    form: str
    columns: Mapping[str, str]
    header_rows: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundColumn:
    """A column of a sheet: its letters, its header words, and the code matched or, with `is_guess`, suggested."""

    letters: str
    words: str
    code: str = ""
    is_guess: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHeader:
    """The header of an unrecognised sheet, with the form that it is compared with.

    `place` is the sheet's index from 0. Rows are from 1; `is_numbered`: a column-number row determines where the header
    ends, so that the user need not.
    """

    place: int
    sheet: str
    form: str
    version: str
    first_row: int
    last_row: int
    is_numbered: bool
    columns: tuple[FoundColumn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderChoice:
    """A user's mapping of a sheet: its form, its header rows (None: as detected), and codes by column letters."""

    place: int
    form: str
    header_rows: tuple[int, int] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
