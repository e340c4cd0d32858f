"""Sums made anew from leaf rows, or from stored sums of another map: those that are asked for and stored nowhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection

from data.forms.model import Form
from data.forms.vocabulary import Source
from data.observations import Basis, Totals
from data.organisations.lineage import forebears
from data.organisations.units import Tree, UnitKind
from data.periods import Period
from data.sums import rollup
from data.sums.asked import Asked
from data.sums.families.model import FormCounts, FormHistory
from data.sums.official import read_counted
from data.sums.stored_reads import read_sums
from data.sums.streaks import CellRecord
from data.tables.leaf_rows import LeafRows
from data.tables.leaves import read_leaves


class RowSource(Protocol):
    """What leaf rows come from: a derived family that counts units, or a form."""

    @property
    def declared(self) -> Source:
        """The form or family."""
        ...

    @property
    def code(self) -> str:
        """The source's code."""
        ...

    def rows(self, forms: FormHistory, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """All rows, or at least those at or below some units."""
        ...

    def own_rows(self, forms: FormCounts, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """Rows of some leaf units, or of all, by what they returned themselves."""
        ...


@dataclass(frozen=True, slots=True)
class FormSource:
    """The rows of a form, with as many of its columns as are asked for."""

    declared: Form

    @property
    def code(self) -> str:
        """The form's code."""
        return self.declared.code

    def rows(self, forms: FormCounts, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """All rows, with the official forms that stand in for leaf units."""
        return forms.counted(self.declared, period)

    def own_rows(self, forms: FormCounts, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """The rows of some leaf units, or of all."""
        return forms.returned(self.declared, period, units)


@dataclass(frozen=True, slots=True)
class Recount:
    """Counts what is asked for; answers `FormHistory` for the families."""

    asked: Asked
    connection: Connection

    @property
    def as_of(self) -> datetime | None:
        """The instant as of which is counted; None: now."""
        return self.asked.as_of

    @property
    def basis(self) -> Basis:
        """The map that is asked for."""
        return self.asked.basis

    @property
    def small(self) -> int:
        """The size under which a cell counts as small."""
        return self.asked.small

    @property
    def years(self) -> int:
        """How many years a streak takes."""
        return self.asked.years

    def form(self, code: str, *measures: str) -> Form:
        """A form as it is stored, with some of its measures alone."""
        return self.asked.vocabulary.stored[code].only(*measures)

    def tree(self, period: Period) -> Tree:
        """The organisations of the period, or of today's map."""
        return self.asked.tree(period)

    def expected(self, source: str, unit: int, day: date) -> int:
        """Leaves of the source of that day at or below a unit of the map."""
        return self.asked.expected(source, unit, day)

    def went_into(self, unit: int, day: date) -> Mapping[int, date]:
        """What went into a unit by a day, and when; nothing on today's map, where its sums hold that already."""
        return {} if self.basis is Basis.TODAY else forebears(self.asked.registry, unit, day)

    def returned(self, form: Form, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """The rows of some leaf units, or of all, as they were returned."""
        return read_leaves(self.connection, form, period, as_of=self.as_of, units=units)

    def counted(self, form: Form, period: Period) -> LeafRows:
        """All rows, with the official forms that stand in for leaf units."""
        return read_counted(self.connection, self.asked.vocabulary, form, period, self.asked.registry, self.as_of)

    def records(self, period: Period, years: int, below: Collection[int] | None = None) -> tuple[CellRecord, ...]:
        """What each residential cell, or each below some units, admitted in the last complete years."""
        return self.asked.records(period, years, below)

    def totals(self, form: Form, period: Period, wanted: frozenset[int]) -> Mapping[int, Totals]:
        """As `sums_of`, remembered: a year's periods count since 1 January."""
        key = form.measures[0].code, period, wanted
        if key not in self.asked.totals:
            self.asked.totals[key] = self.sums_of(FormSource(form), period, wanted)
        return self.asked.totals[key]

    def sums_of(self, source: RowSource, period: Period, wanted: frozenset[int]) -> Mapping[int, Totals]:
        """Sums of a source for the wanted units, on the map that is asked for."""
        tree, standing = self.tree(period), self.asked.standing(source.code, period.end)
        cells = any(unit in tree.units and tree.units[unit].kind is UnitKind.CELL for unit in wanted)
        if self.asked.can_be_put_together(source.code, period):
            branches = self.asked.todays_map.branches(source.code, period.end, wanted)
            rows = source.own_rows(self, period, branches.single)
            kept = read_sums(self.connection, source.declared, rows.measures, period, branches.whole.keys())
            sums = rollup.with_branches(rollup.sum_up(rows, tree, standing, cells=cells), kept, branches.whole)
        else:
            below = wanted if standing is None else None
            sums = rollup.sum_up(source.rows(self, period, below), tree, standing, cells=cells)
        return sums.totals(lambda unit: self.expected(source.code, unit, period.end), wanted)
