"""What a derived family is asked for: the rows that it counts, or the duties, and the columns that they come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import numpy as np
from sqlalchemy import Connection

from data.forms.derived import Derived
from data.forms.model import Form
from data.observations import Basis, Totals
from data.organisations.units import Level, Registry, Tree, Unit, UnitKind
from data.periods import Period
from data.sums.streaks import CellRecord
from data.sums.todays_map import TodaysMap
from data.tables.leaf_rows import LeafRows
from data.tasks import Task

EVERY_KIND = frozenset(UnitKind)
Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceColumns:
    """Columns of one form in one period; official forms of units of the kinds `officials` count in their place."""

    form: str
    measures: Sequence[str]
    period: Period
    officials: frozenset[UnitKind] = frozenset()


class FormCounts(Protocol):
    """What the forms hold, on the map that is asked for: what a stored family is counted from."""

    @property
    def connection(self) -> Connection:
        """Where rows are read."""
        ...

    @property
    def as_of(self) -> datetime | None:
        """The instant as of which is counted; None: now."""
        ...

    @property
    def basis(self) -> Basis:
        """The map that is asked for."""
        ...

    @property
    def small(self) -> int:
        """The size under which a cell counts as small."""
        ...

    def form(self, code: str, *measures: str) -> Form:
        """A form as it is stored, with some of its measures alone."""
        ...

    def tree(self, period: Period) -> Tree:
        """The organisations of the period, or of today's map."""
        ...

    def expected(self, source: str, unit: int, day: date) -> int:
        """Leaves of the source of that day at or below a unit of the map."""
        ...

    def went_into(self, unit: int, day: date) -> Mapping[int, date]:
        """What went into a unit by a day, and when; nothing on today's map, where its sums hold that already."""
        ...

    def returned(self, form: Form, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """The rows of some leaf units, or of all, as they were returned."""
        ...

    def counted(self, form: Form, period: Period) -> LeafRows:
        """All rows, with the official forms that stand in for leaf units."""
        ...

    def totals(self, form: Form, period: Period, wanted: frozenset[int]) -> Mapping[int, Totals]:
        """The sums of some units."""
        ...


class FormHistory(FormCounts, Protocol):
    """The same, with what cells did in earlier years."""

    @property
    def years(self) -> int:
        """How many years a streak takes."""
        ...

    def records(self, period: Period, years: int, below: Collection[int] | None = None) -> Sequence[CellRecord]:
        """What each residential cell, or each below some units, admitted in the last complete years."""
        ...


class Family(ABC):
    """A derived family, as it was `declared`."""

    declared: Derived

    @property
    def code(self) -> str:
        """The family's code."""
        return self.declared.code

    def columns(self, period: Period, opened: Sequence[Period], years: int) -> Sequence[SourceColumns]:
        """The columns of workbooks that are counted; `opened` are the periods of returns, `years` those of a streak."""
        return ()


class CountedFamily(Family):
    """One that counts units by the rows that they returned."""

    @abstractmethod
    def rows(self, forms: FormHistory, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """A row for each unit that is counted, or at least for those at or below some units."""

    def own_rows(self, forms: FormCounts, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """Rows of some leaf units, or of all, by what they returned themselves; none where only sums are counted."""
        return rows_of(self.declared, [], [])

    def keep(self, connection: Connection, form: str, year: Period, units: Collection[int]) -> None:
        """Keeps what is counted from, when a form has come for some units and a part of the year; most keep nothing."""

    def keep_all(self, connection: Connection) -> None:
        """Keeps it anew of every year."""


class StoredFamily(CountedFamily):
    """One whose sums are stored as returns come: it is counted from the forms of its period, or of the year so far."""

    @abstractmethod
    def rows(self, forms: FormCounts, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """A row for each unit that is counted, or at least for those at or below some units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCount:
    """What became of one due return, as a row of the derived source `returns`."""

    unit: int
    form: str
    on_time: bool
    complete: bool
    received: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """What a unit owes for a period, counted; `above` are the units whose counts it is in."""

    owner: int
    above: frozenset[int]
    counts: Counts


class Owed(Protocol):
    """What is known of returns and tasks, on the map that is asked for."""

    @property
    def registry(self) -> Registry:
        """The registry as of the instant that is asked for."""
        ...

    @property
    def basis(self) -> Basis:
        """The map that is asked for."""
        ...

    @property
    def todays_map(self) -> TodaysMap:
        """Today's map."""
        ...

    @property
    def opened(self) -> Sequence[Period]:
        """The periods of returns."""
        ...

    def returns(self, period: Period) -> Sequence[ReturnCount]:
        """What became of the returns that are due for a period."""
        ...

    def tasks(self) -> Sequence[Task]:
        """The lines of the register."""
        ...

    def above(self, owner: int, day: date) -> frozenset[int]:
        """Whose counts an owner's of that day are in."""
        ...

    def sums(self, source: str, period: Period) -> Mapping[int, Counts]:
        """The counts of an owed family by unit."""
        ...


class OwedFamily(Family):
    """One that counts what is owed: of it nothing is unknown."""

    @abstractmethod
    def duties(self, owed: Owed, period: Period) -> Iterator[Duty]:
        """What each unit owes for exactly that period."""

    @abstractmethod
    def expected(self, owed: Owed, unit: int, day: date) -> int:
        """How many at or below the unit owe something on that day, or how much is owed."""


def rows_of(declared: Derived, units: Sequence[int], values: Sequence[Sequence[float]]) -> LeafRows:
    """Rows of a family: a value for each of its measures."""
    measures = tuple(measure.code for measure in declared.measures)
    return LeafRows(measures, units, np.array(values, dtype=np.float64).reshape(len(units), len(measures)))


def units_below(tree: Tree, level: Level, below: Collection[int] | None) -> Sequence[Unit]:
    """The units of a level, or those at or below some units."""
    if below is None:
        return tree.at_level(level)
    return tuple({unit.id: unit for each in below for unit in tree.at_level(level, each)}.values())
