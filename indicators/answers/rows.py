"""Typed rows: the one shape of an answer, from its computation to page, file and API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, TypedDict, TypeVar

from data.observations import Basis
from data.organisations.units import Level, UnitKind
from data.periods import Period, Term
from indicators.values.model import Indicator
from indicators.values.value import State, Status, Value

NOT_IN_FILES: Final[Mapping[str, bool]] = {"in_files": False}
"""Field metadata: used by pages, not written to files."""

LAST: Final[Mapping[str, bool]] = {"last": True}
"""Field metadata: stands after all other columns, those of wider kinds included."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table; the fields of its kind, in their order, are the columns of files."""


RowKind = type[TableRow]
Wider = TypeVar("Wider", bound=TableRow)


_columns: dict[RowKind, Mapping[str, str]] = {}


def columns(kind: RowKind) -> tuple[str, ...]:
    """The stable columns of files that hold rows of a kind."""
    return tuple(_attributes(kind))


def value_of(row: TableRow, column: str) -> Any:
    """A row's value in one of its columns."""
    return getattr(row, _attributes(type(row))[column])


def _attributes(kind: RowKind) -> Mapping[str, str]:
    """The field behind each column; the name of one that Python reserves ends in an underscore."""
    if kind not in _columns:  # called for each row written
        written = (each for each in fields(kind) if each.metadata.get("in_files", True))
        ordered = sorted(written, key=lambda each: bool(each.metadata.get("last")))
        _columns[kind] = {each.name.rstrip("_"): each.name for each in ordered}
    return _columns[kind]


def widened(kind: type[Wider], row: TableRow, **more: Any) -> Wider:
    """The row as a wider kind, with the added fields."""
    return kind(**{each.name: getattr(row, each.name) for each in fields(row)}, **more)


class RowHead(TypedDict):
    """The leading fields of every row about an indicator."""

    indicator: Indicator
    unit: str
    unit_name: str
    level: Level | UnitKind
    period: Period | Term


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRow(TableRow):
    """A row about an indicator of a unit; the period of a mean over several years is their term."""

    indicator: Indicator
    unit: str
    unit_name: str
    level: Level | UnitKind
    period: Period | Term

    @property
    def place(self) -> RowHead:
        """The leading fields, for another row about the same unit and period."""
        return RowHead(
            indicator=self.indicator, unit=self.unit, unit_name=self.unit_name, level=self.level, period=self.period
        )

    @property
    def until(self) -> Period:
        """The period itself, or the last year of a term."""
        return Period(self.period.last) if isinstance(self.period, Term) else self.period


class BreakKind(StrEnum):
    """Why what stands before a break is not comparable with what stands after it."""

    PERIMETER = "perimeter"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True, order=True)
class SeriesBreak:
    """A break in a series: since `day` the unit has another perimeter, or the indicator another definition."""

    day: date
    kind: BreakKind

    def __str__(self) -> str:
        return f"{self.kind}:{self.day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRow(PlacedRow):
    """An `indicators.values.value.Value` with the plan it is judged by; exact fractions.

    `break_` are the breaks between the period and the one before it, or the one that its growth is over.
    """

    value: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None
    plan: Fraction | None
    gap: Fraction | None
    status: Status
    state: State
    reporting: int
    expected: int
    as_of: datetime | None
    basis: Basis
    estimated: bool = field(default=False, metadata=NOT_IN_FILES)
    break_: tuple[SeriesBreak, ...] = field(default=(), metadata=LAST)

    @property
    def is_complete(self) -> bool:
        """Whether every expected unit reported everything that the value needs."""
        return self.state is State.REPORTED

    @property
    def computed(self) -> Value:
        """The value as it was computed."""
        return Value(
            state=self.state,
            value=self.value,
            numerator=self.numerator,
            denominator=self.denominator,
            reporting=self.reporting,
            expected=self.expected,
            estimated=self.estimated,
        )
