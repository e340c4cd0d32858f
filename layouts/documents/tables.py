"""A table to be exported: columns, lazily read rows and metadata, independent of file format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from data.language import Language, UserError
from indicators.answers.rows import RowKind, TableRow, columns, value_of
from indicators.values.model import Indicator

Cell = str | int | float | bool | None
Json = dict[str, Any]
"""An object of a document that is written as JSON."""


class FileFormat(StrEnum):
    """File formats of a table."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    PARQUET = "parquet"
    DATAPACKAGE = "datapackage"

    @property
    def is_text(self) -> bool:
        """Whether it can be printed."""
        return self in {FileFormat.CSV, FileFormat.JSON}

    @property
    def suffix(self) -> str:
        """The file name extension."""
        return ".zip" if self is FileFormat.DATAPACKAGE else f".{self}"

    @classmethod
    def of_suffix(cls, suffix: str) -> FileFormat | None:
        """The format whose files have this extension, in either case; None for any other."""
        return next((each for each in cls if each.suffix == suffix.lower()), None)


class TooLong(UserError, ValueError):
    """A table has more rows than a sheet can hold; the message says how many, and what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMetadata:
    """Metadata of a table: a title, facts (name and text), and its indicators."""

    title: str
    facts: tuple[tuple[str, str], ...]
    indicators: tuple[Indicator, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of one kind; iterated once, so that they can be computed while being written."""

    kind: RowKind
    rows: Iterable[TableRow]
    language: Language = Language.VI
    metadata: TableMetadata | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, by their stable codes."""
        return columns(self.kind)


def cells(row: TableRow) -> dict[str, Cell]:
    """A row as files hold it: each of its columns with a plain cell."""
    return {name: plain(value_of(row, name)) for name in columns(type(row))}


def plain(value: object) -> Cell:
    """A value as files hold it: a whole number as an integer, a fraction at full precision, an instant as ISO 8601.

    Declared objects are written as their codes, separated by spaces.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):  # the common case: texts, and enumeration members, written by value
        return str(value)
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else value.numerator / value.denominator
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return str(value)
