"""Mappings: which column of an office's own sheet is which of a form's, kept by the words of its header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class HeaderMapping:
    """`columns` gives a field's or measure's code by header words or column letters.

    `fingerprint` identifies the header that it is for. `header_rows` are its first and last row from 1, None where
    the sheet's column-number row tells.
    """

    fingerprint: str
    form: str
    columns: Mapping[str, str]
    header_rows: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundColumn:
    """A column of a sheet: letters, the words above it, and the code that they mean or, `is_guess`, may mean."""

    letters: str
    words: str
    code: str = ""
    is_guess: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHeader:
    """The header of a sheet that is no known form as it stands, beside the form that it is compared with.

    `place` counts the workbook's sheets from 0. Rows are from 1; `is_numbered` says that a column-number row tells
    where the header ends, so that nobody has to.
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
    """What a reader says of a sheet: its form, the rows of its header (None: as found), codes by column letters."""

    place: int
    form: str
    header_rows: tuple[int, int] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
