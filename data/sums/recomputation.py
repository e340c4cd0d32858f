"""Sums that are not stored: recomputed from leaf rows, or combined from stored sums of another map."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection

from data.forms.derived import Derived
from data.forms.model import Form
from data.forms.vocabulary import Source
from data.observations import Basis, Totals
from data.organisations.lineage import all_predecessors
from data.organisations.units import Registry, Tree, UnitKind
from data.periods import Period
from data.sums import rollup
from data.sums.context import SumContext
from data.sums.families.model import FormCounts, FormHistory
from data.sums.rollup_reads import read_sums
from data.sums.streaks import CellRecord
from data.sums.substitutes import read_counted
from data.tables.leaf_rows import LeafRows
from data.tables.leaves import read_leaves


class RowSource(Protocol):
    """A source of leaf rows: a derived family that counts units, or a form."""

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
        """The rows that some leaf units, or all, reported themselves."""
        ...


@dataclass(frozen=True, slots=True)
class FormSource:
    """A form as a row source, limited to the requested columns."""

    declared: Form

    @property
    def code(self) -> str:
        """The form's code."""
        return self.declared.code

    def rows(self, forms: FormCounts, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """All rows, with the official forms that substitute for leaf units."""
        return forms.counted(self.declared, period)

    def own_rows(self, forms: FormCounts, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """The rows of some leaf units, or of all."""
        return forms.returned(self.declared, period, units)


@dataclass(frozen=True, slots=True)
class Recomputation:
    """Recomputes sums in a context; implements `FormHistory` for the families."""

    context: SumContext
    connection: Connection

    @property
    def as_of(self) -> datetime | None:
        """The as-of instant; None: now."""
        return self.context.as_of

    @property
    def registry(self) -> Registry:
        """The registry in force, now or as of an instant."""
        return self.context.registry

    @property
    def basis(self) -> Basis:
        """The requested basis."""
        return self.context.basis

    @property
    def small_cell_size(self) -> int:
        """The size below which a cell counts as small."""
        return self.context.small_cell_size

    @property
    def streak_years(self) -> int:
        """The number of years that make a streak."""
        return self.context.streak_years

    def form(self, code: str, *measures: str) -> Form:
        """A form as stored, limited to some of its measures."""
        return self.context.vocabulary.stored[code].only(*measures)

    def tree(self, period: Period) -> Tree:
        """The tree of the period, or today's."""
        return self.context.tree(period)

    def expected(self, source: str, unit: int, day: date) -> int:
        """The number of the source's leaves of that day at or below a unit of the map."""
        return self.context.expected(source, unit, day)

    def all_predecessors(self, unit: int, day: date) -> Mapping[int, date]:
        """The units merged into one by a day, and when; none on today's map, whose sums include them already."""
        return {} if self.basis is Basis.TODAY else all_predecessors(self.context.registry, unit, day)

    def returned(self, form: Form, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """The rows of some leaf units, or of all, as reported."""
        return read_leaves(self.connection, form, period, self.context.registry, as_of=self.as_of, units=units)

    def counted(self, form: Form, period: Period) -> LeafRows:
        """All rows, with the official forms that substitute for leaf units."""
        return read_counted(self.connection, self.context.vocabulary, form, period, self.context.registry, self.as_of)

    def records(self, period: Period, years: int, below: Collection[int] | None = None) -> tuple[CellRecord, ...]:
        """The admissions of residential cells, or of those below some units, in the last complete years."""
        return self.context.records(period, years, below)

    def totals(self, form: Form, period: Period, wanted: frozenset[int]) -> Mapping[int, Totals]:
        """As `sums_of`, cached, because each period of a year counts since 1 January."""
        key = form.measures[0].code, period, wanted
        if key not in self.context.totals:
            self.context.totals[key] = self.sums_of(FormSource(form), period, wanted)
        return self.context.totals[key]

    def sums_of(self, source: RowSource, period: Period, wanted: frozenset[int]) -> Mapping[int, Totals]:
        """Sums of a source for the wanted units, on the requested map."""
        changed = self.context.changed_branches(source.code, period)
        if changed is not None:
            return self._with_changed(source, period, wanted, changed)
        tree, leaf_shares = self.tree(period), self.context.leaf_shares(source.code, period.end)
        cells = any(unit in tree.units and tree.units[unit].kind is UnitKind.CELL for unit in wanted)
        if self.context.can_combine_stored(source.code, period):
            branches = self.context.todays_map.branches(source.code, period.end, wanted)
            rows = source.own_rows(self, period, (*branches.single, *branches.above))
            stored = read_sums(self.connection, source.declared, rows.measures, period, branches.whole.keys())
            sums = rollup.with_branches(rollup.sum_up(rows, tree, leaf_shares, cells=cells), stored, branches.whole)
        else:
            below = wanted if leaf_shares is None else None
            sums = rollup.sum_up(source.rows(self, period, below), tree, leaf_shares, cells=cells)
        return sums.totals(lambda unit: self.expected(source.code, unit, period.end), wanted)

    def _with_changed(
        self, source: RowSource, period: Period, wanted: frozenset[int], changed: Collection[int]
    ) -> Mapping[int, Totals]:
        """Sums of wanted units: stored ones, with the changed branches of some senders made anew and exchanged."""
        tree = self.tree(period)
        within = {below.id for sender in changed for below in tree.within(sender)}
        cells = {unit for unit in wanted if unit in tree.units and tree.units[unit].kind is UnitKind.CELL}
        key = source.code, tuple(measure.code for measure in source.declared.measures), period
        anew = self.context.since.sums.get(key)
        if anew is None:
            anew = rollup.sum_up(self._rows_below(source, period, changed, within), tree, cells=True)
            self.context.since.sums[key] = anew
        stored = read_sums(self.connection, source.declared, anew.measures, period, (wanted - within).union(changed))
        sums = rollup.exchanged(stored, anew, {sender: [u.id for u in tree.ancestors(sender)] for sender in changed})
        found = sums.totals(lambda unit: self.expected(source.code, unit, period.end), wanted)
        if others := cells - within:
            own = rollup.sum_up(source.own_rows(self, period, others), tree, cells=True)
            found |= own.totals(lambda unit: self.expected(source.code, unit, period.end), others)
        return found

    def _rows_below(
        self, source: RowSource, period: Period, senders: Collection[int], within: Collection[int]
    ) -> LeafRows:
        """The rows of all units in the branches of some senders; `within` are the units of these."""
        if isinstance(source.declared, Derived) and source.declared.since_january:
            return source.rows(self, period, senders)
        return source.own_rows(self, period, within)
