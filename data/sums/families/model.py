"""Interfaces of derived families: the rows or obligations that they count, and the columns behind them."""

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
    """Columns of one form in one period; official forms of unit kinds `officials` may substitute for them."""

    form: str
    measures: Sequence[str]
    period: Period
    officials: frozenset[UnitKind] = frozenset()


class FormCounts(Protocol):
    """The counts of forms on the requested map, as the input of stored families."""

    @property
    def connection(self) -> Connection:
        """The connection to read rows with."""
        ...

    @property
    def registry(self) -> Registry:
        """The registry in force, now or as of an instant."""
        ...

    @property
    def as_of(self) -> datetime | None:
        """The as-of instant; None: now."""
        ...

    @property
    def basis(self) -> Basis:
        """The requested basis."""
        ...

    @property
    def small_cell_size(self) -> int:
        """The size below which a cell counts as small."""
        ...

    def form(self, code: str, *measures: str) -> Form:
        """A form as stored, limited to some of its measures."""
        ...

    def tree(self, period: Period) -> Tree:
        """The tree of the period, or today's."""
        ...

    def expected(self, source: str, unit: int, day: date) -> int:
        """The number of the source's leaves of that day at or below a unit of the map."""
        ...

    def all_predecessors(self, unit: int, day: date) -> Mapping[int, date]:
        """The units merged into one by a day, and when; none on today's map, whose sums include them already."""
        ...

    def returned(self, form: Form, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """The rows of some leaf units, or of all, as reported."""
        ...

    def counted(self, form: Form, period: Period) -> LeafRows:
        """All rows, with the official forms that substitute for leaf units."""
        ...

    def totals(self, form: Form, period: Period, wanted: frozenset[int]) -> Mapping[int, Totals]:
        """The sums of some units."""
        ...


class FormHistory(FormCounts, Protocol):
    """The counts of forms together with cells' admissions in earlier years."""

    @property
    def streak_years(self) -> int:
        """The number of years that make a streak."""
        ...

    def records(self, period: Period, years: int, below: Collection[int] | None = None) -> Sequence[CellRecord]:
        """The admissions of residential cells, or of those below some units, in the last complete years."""
        ...


class Family(ABC):
    """A derived family, implementing its declaration `declared`."""

    declared: Derived

    @property
    def code(self) -> str:
        """The family's code."""
        return self.declared.code

    def columns(self, period: Period, opened: Sequence[Period], years: int) -> Sequence[SourceColumns]:
        """The workbook columns behind it; `opened` are the opened periods, `years` the length of a streak."""
        return ()


class CountedFamily(Family):
    """A family that counts units by the rows that they reported."""

    @abstractmethod
    def rows(self, forms: FormHistory, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """A row for each counted unit, or at least for those at or below some units."""

    def own_rows(self, forms: FormCounts, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """Rows of some leaf units, or of all, from what they reported themselves; none for families of sums."""
        return rows_of(self.declared, [], [])

    def store_inputs(
        self, connection: Connection, registry: Registry, form: str, year: Period, units: Collection[int] | None
    ) -> None:
        """Updates what the family caches in the database after a form was accepted for some units; often nothing."""

    def store_all_inputs(self, connection: Connection, registry: Registry) -> None:
        """Rebuilds what the family caches in the database."""


class StoredFamily(CountedFamily):
    """A family with stored sums, computed from the forms of its period or of the year to date."""

    @abstractmethod
    def rows(self, forms: FormCounts, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """A row for each counted unit, or at least for those at or below some units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCount:
    """The status of one due return, as counted by the timeliness family."""

    unit: int
    form: str
    on_time: bool
    complete: bool
    received: bool


@dataclass(frozen=True, slots=True)
class Obligation:
    """Counts of what a unit owes for a period; `above` are the units whose counts include it."""

    owner: int
    above: frozenset[int]
    counts: Counts


class ObligationContext(Protocol):
    """Returns and tasks on the requested map, as the input of obligation families."""

    @property
    def registry(self) -> Registry:
        """The registry in force, now or as of an instant."""
        ...

    @property
    def basis(self) -> Basis:
        """The requested basis."""
        ...

    @property
    def todays_map(self) -> TodaysMap:
        """Today's map."""
        ...

    @property
    def opened(self) -> Sequence[Period]:
        """The opened periods."""
        ...

    def returns(self, period: Period) -> Sequence[ReturnCount]:
        """The status of the returns due for a period."""
        ...

    def tasks(self) -> Sequence[Task]:
        """The lines of the task register."""
        ...

    def above(self, owner: int, day: date) -> frozenset[int]:
        """The units whose counts include an owner of that day."""
        ...

    def sums(self, source: str, period: Period) -> Mapping[int, Counts]:
        """The counts of an obligation family by unit."""
        ...


class ObligationFamily(Family):
    """A family that counts obligations; its counts are never incomplete."""

    @abstractmethod
    def obligations(self, context: ObligationContext, period: Period) -> Iterator[Obligation]:
        """What each unit owes for exactly that period."""

    @abstractmethod
    def expected(self, context: ObligationContext, unit: int, day: date) -> int:
        """The number of units with obligations, or of obligations, at or below the unit on that day."""


def rows_of(declared: Derived, units: Sequence[int], values: Sequence[Sequence[float]]) -> LeafRows:
    """Leaf rows of a family, with a value for each of its measures."""
    measures = tuple(measure.code for measure in declared.measures)
    return LeafRows(measures, units, np.array(values, dtype=np.float64).reshape(len(units), len(measures)))


def units_below(tree: Tree, level: Level, below: Collection[int] | None) -> Sequence[Unit]:
    """The units of a level, limited to those at or below some units if given."""
    if below is None:
        return tree.at_level(level)
    return tuple({unit.id: unit for each in below for unit in tree.at_level(level, each)}.values())
