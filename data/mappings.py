"""Mappings: which column of an office's own sheet is which of a form's, kept by the words of its header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
