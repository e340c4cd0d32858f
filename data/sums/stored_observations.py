"""Observations from the store: stored sums (roll-ups), or sums recomputed as of an instant or on today's map."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from sqlalchemy import Connection, select

from data.forms.derived import Derived
from data.forms.vocabulary import Vocabulary
from data.measures import Kind
from data.observations import Basis, Leaf, Totals
from data.organisations.units import Level, Tree, UnitKind, branches
from data.periods import Frequency, Period
from data.sums import rollup
from data.sums.context import SumContext
from data.sums.families.builtin import COUNTED_FAMILIES, OBLIGATION_FAMILIES
from data.sums.obligations import Obligations
from data.sums.recomputation import FormSource, Recomputation, RowSource
from data.tables.form_tables import rollup_table
from data.tables.leaf_rows import LeafRows

_MAX_IN_CLAUSE, _MAX_BRANCHES = (
    500,
    20,
)  # the most leaves to read as a branch, and the most branches before a whole period is read


@dataclass(frozen=True, slots=True)
class _LeafValues:
    """Leaf rows by unit, with what they substitute for and where those of former units count."""

    by_unit: Mapping[int, Mapping[str, int | None]]
    substitutes_for: Mapping[int, frozenset[int]]
    placed: Mapping[int, int]


def with_sub_periods(periods: Iterable[Period], existing: Collection[str]) -> tuple[Period, ...]:
    """The periods and all their sub-periods, limited to those in `existing`."""
    wanted = {part for period in periods for frequency in Frequency for part in period.parts(frequency)}
    return tuple(sorted(period for period in wanted if period.code in existing))


@dataclass
class StoredObservations:
    """Implements `Observations` for one viewer, fetching the requested units and periods in one go.

    `visible` decides whether the viewer may see a unit on a day; what it may not see does not exist for it.
    `suppressed` gives the units whose counts of a period are too small to disclose. `note` is told of which sources and
    units sums are read. `only` limits the measures of
    forms to those that will be needed (empty: all).
    """

    context: SumContext
    obligations: Obligations
    visible: Callable[[int, date], bool]
    suppressed: Callable[[Period], Collection[int]] = lambda _: ()
    note: Callable[[Iterable[str], Iterable[int]], None] = lambda _sources, _units: None
    only: frozenset[str] = frozenset()
    loaded: dict[tuple[str, int, Period], Totals] = field(default_factory=dict)
    _deferred: dict[tuple[str, Period], frozenset[int]] = field(default_factory=dict)
    _all_leaf_values: dict[tuple[str, Period], _LeafValues] = field(default_factory=dict)
    _branch_values: dict[tuple[str, Period], dict[int, _LeafValues]] = field(default_factory=dict)
    _split: set[tuple[str, int, Period]] = field(default_factory=set)
    _fetched: dict[tuple[str, Period], frozenset[int]] = field(default_factory=dict)
    _maps: dict[date, StoredObservations] = field(default_factory=dict)

    @property
    def vocabulary(self) -> Vocabulary:
        """What the sums are of."""
        return self.context.vocabulary

    def at(self, source: str, unit: int, period: Period) -> Totals | None:
        """Sums of a unit for exactly that period, or None."""
        if not self._may_see(unit, period):
            return None
        if source in OBLIGATION_FAMILIES:
            self.note((source,), (unit,))
            return self.obligations.totals(source, unit, period)
        if unit in self._deferred.get((source, period), ()):
            self._fetch(source, period, self._deferred.pop((source, period)))
        return self.loaded.get((source, unit, period))

    def _may_see(self, unit: int, period: Period) -> bool:
        return self.visible(unit, period.end if self.context.basis is Basis.REPORTED else self.context.today)

    def expected(self, source: str, unit: int, day: date) -> int:
        """Leaf units of the source's grain at or below the unit on that day."""
        return (self.obligations if source in OBLIGATION_FAMILIES else self.context).expected(source, unit, day)

    def expected_leaves(self, source: str, unit: int, day: date) -> Mapping[int, frozenset[int]]:
        """The leaf units of a day that count in the unit, each with the units of the map that continue it."""
        return self.context.expected_leaves(source, unit, day)

    def perimeter_changes(self, unit: int, after: date, until: date) -> Sequence[date]:
        """The days on which the unit's perimeter changed; on today's map, later ones of divisions by unknown shares."""
        perimeters = self.context.todays_map.perimeters
        if self.context.basis is Basis.REPORTED:
            return perimeters.changes(unit, after, until)
        return perimeters.divisions(unit, until, self.context.today)

    def on_map(self, period: Period, past: Period) -> StoredObservations:
        """The same sums, those of a past period on the map of a later one's last day; fetched on first use."""
        context = self.context.on_map(period, past)
        if context is self.context:
            return self
        if context.today not in self._maps:
            self._maps[context.today] = StoredObservations(
                context=context,
                obligations=self.obligations,
                visible=self.visible,
                suppressed=self.suppressed,
                note=self.note,
                only=self.only,
                _deferred=dict(self._fetched),
            )
        return self._maps[context.today]

    def additive_children(self, source: str, unit: int, periods: Collection[Period]) -> Sequence[int]:
        """The children whose sums add up to the unit's, fetched along the way; none for a small branch."""
        trees = list({id(tree): tree for tree in (self.context.registry.at(period.end) for period in periods)}.values())
        grain = self.vocabulary.sources[source].grain
        own = any(tree.units[unit].has_grain(grain) for tree in trees if unit in tree.units)
        if (
            own
            or source not in self.vocabulary.stored
            or all(len(tree.within(unit)) <= _MAX_IN_CLAUSE for tree in trees)
        ):
            return ()
        self.note((source,), (unit,))
        recomputed = any(
            self.context.has_official_forms(source, period) or self.context.is_stale(source, period)
            for period in periods
        )
        found = () if recomputed or self.context.basis is Basis.TODAY else branches(trees, unit)
        new = [period for period in periods if (source, unit, period) not in self._split]
        if found and new:
            with self.context.engine.connect() as connection:
                self._load_rollups(connection, source, found, new)
            self._split.update((source, unit, period) for period in new)
        return found if all(self._adds_up(source, unit, found, period) for period in periods) else ()

    def _adds_up(self, source: str, unit: int, children: Sequence[int], period: Period) -> bool:
        """Whether a unit's sums are those of its children: a divided unit of another shape may count between them."""
        own = self.loaded.get((source, unit, period))
        if own is None:
            return True
        parts = [found for child in children if (found := self.loaded.get((source, child, period)))]
        return all(value == sum(part.sums[measure] for part in parts) for measure, value in own.sums.items())

    def is_suppressed(self, measures: Iterable[str], unit: int, period: Period) -> bool:
        """Whether these counts of a unit are too small to be disclosed to the viewer."""
        return not self.vocabulary.sensitive.isdisjoint(measures) and unit in self.suppressed(period)

    def exists(self, source: str, leaf: int, day: date) -> bool:
        """Whether a row of the source was expected of that very leaf on that day."""
        found = self.context.registry.at(day).units.get(leaf)
        return found is not None and found.has_grain(self.vocabulary.sources[source].grain)

    def level(self, unit: int, day: date) -> Level | None:
        """The unit's level on that day, or on today's map its level today."""
        found = self.context.registry.at(day if self.context.basis is Basis.REPORTED else self.context.today).units.get(
            unit
        )
        return found.level if found else None

    def load(
        self,
        sources: Iterable[str],
        units: Collection[int],
        periods: Collection[Period],
        on_demand: Collection[int] = (),
    ) -> None:
        """Fetches what `at` will be asked for, from roll-ups or, where these are stale, recomputed.

        For `on_demand` units, and for sources that are never stored, a period is fetched on first use.
        """
        others, everyone = frozenset(on_demand).difference(units), frozenset(units).union(on_demand)
        sources = tuple(dict.fromkeys(sources))
        self.note(sources, everyone)
        self._fetched.update({(source, period): everyone for source in sources for period in periods})
        with self.context.engine.connect() as connection:
            for source in sources:
                if source in self.vocabulary.summed:
                    stale = {period for period in periods if self.context.is_stale(source, period)}
                    stored = [period for period in periods if period not in stale]
                    self._load_rollups(connection, source, units, stored)
                    self._recompute(connection, source, others.union(units), sorted(stale))
                    self._deferred.update({(source, period): others for period in stored})
                elif source not in OBLIGATION_FAMILIES:
                    # Of sources that are never stored only the last sub-period is needed, so nothing is fetched ahead.
                    self._deferred.update({(source, period): others.union(units) for period in periods})

    def _fetch(self, source: str, period: Period, units: Collection[int]) -> None:
        self.note((source,), units)
        with self.context.engine.connect() as connection:
            if source in self.vocabulary.summed and not self.context.is_stale(source, period):
                self._load_rollups(connection, source, units, [period])
            else:
                self._recompute(connection, source, units, [period])

    def _load_rollups(
        self, connection: Connection, source: str, units: Collection[int], periods: Collection[Period]
    ) -> None:
        declared = self.vocabulary.sources[source]
        table = rollup_table(declared)
        by_code = {period.code: period for period in periods}
        complete = not self.only or isinstance(declared, Derived)
        measures = [measure.code for measure in declared.counts if complete or measure.code in self.only]
        columns = (table.c.unit_id, table.c.period, table.c.reporting, table.c.blanks, *(table.c[m] for m in measures))
        query = select(*columns).where(table.c.period.in_(list(by_code)))
        if len(units) <= _MAX_IN_CLAUSE:
            query = query.where(table.c.unit_id.in_(sorted(units)))
        wanted = set(units)
        for unit, code, reporting, blanks, *values in connection.execute(query).all():
            if unit in wanted:
                period = by_code[code]
                self.loaded[source, unit, period] = Totals(
                    reporting=reporting,
                    expected=self.expected(source, unit, period.end),
                    sums=dict(zip(measures, values, strict=True)),
                    blanks=blanks or {},
                )
        recomputation = Recomputation(self.context, connection)
        for period in periods:
            tree = self.context.registry.at(period.end)
            cells = {u for u in wanted if u in tree.units and tree.units[u].kind is UnitKind.CELL}
            if cells:
                self._add_leaves(source, period, self._source(source).own_rows(recomputation, period, cells), tree)

    def _source(self, code: str) -> RowSource:
        """A row source; a form is limited to the columns needed, unless an opening balance may need others."""
        if code in COUNTED_FAMILIES:
            return COUNTED_FAMILIES[code]
        form = self.vocabulary.stored[code]
        wanted = [measure for measure in form.counts if measure.code in self.only]
        if not wanted or any(measure.kind is Kind.OPENING for measure in wanted):
            return FormSource(form)
        return FormSource(form.only(*(measure.code for measure in wanted)))

    def _add_leaves(self, source: str, period: Period, rows: LeafRows, tree: Tree) -> None:
        for unit, given in _values_by_unit(rows).items():
            if unit not in rows.placed:
                self.loaded[source, unit, period] = Totals(
                    reporting=1,
                    expected=1,
                    sums={measure: value or 0 for measure, value in given.items()},
                    blanks={measure: 1 for measure, value in given.items() if value is None},
                )
        if in_part := frozenset(rows.placed.values()):
            totals = rollup.sum_up(rows, tree, cells=True).totals(lambda _: 1, in_part)
            self.loaded.update({(source, unit, period): found for unit, found in totals.items()})

    def _recompute(
        self, connection: Connection, source: str, units: Collection[int], periods: Collection[Period]
    ) -> None:
        wanted, recomputation = frozenset(units), Recomputation(self.context, connection)
        for period in periods:
            totals = recomputation.sums_of(self._source(source), period, wanted)
            self.loaded.update({(source, unit, period): found for unit, found in totals.items()})

    def own_rows(
        self, source: str, measures: Sequence[str], period: Period, units: Collection[int] | None = None
    ) -> LeafRows:
        """Some measures of some leaf units, or of all, as they reported them themselves."""
        rows_of = (
            COUNTED_FAMILIES[source]
            if source in COUNTED_FAMILIES
            else FormSource(self.vocabulary.stored[source].only(*measures))
        )
        with self.context.engine.connect() as connection:
            return rows_of.own_rows(Recomputation(self.context, connection), period, units)

    def leaves(self, source: str, unit: int, period: Period) -> Sequence[Leaf]:
        """The leaf values behind `at`, read on demand."""
        if not self._may_see(unit, period):
            return ()
        self.note((source,), (unit,))
        if source in OBLIGATION_FAMILIES:
            return self.obligations.leaves(source, unit, period)
        leaf_shares, tree = self.context.leaf_shares(source, period.end), self.context.tree(period)
        within = {below.id for below in tree.within(unit)}
        rows = self._leaves_of(source, unit, period, within)
        if leaf_shares is None:
            own = [leaf for leaf in within if leaf in rows.by_unit and leaf not in rows.placed]
            former = [leaf for leaf, place in rows.placed.items() if place in within]
            return [
                Leaf(leaf, rows.by_unit[leaf], substitutes_for=rows.substitutes_for.get(leaf))
                for leaf in (*own, *former)
            ]
        found: list[Leaf] = []
        for leaf, values in rows.by_unit.items():
            shares = leaf_shares(rows.placed.get(leaf, leaf))
            if share := sum(part for place, part in shares.items() if place in within):
                replaced = rows.substitutes_for.get(leaf)
                if replaced is not None:
                    replaced = frozenset(each for each in replaced if leaf_shares(each).keys() & within)
                found.append(_leaf(leaf, values, Fraction(share), replaced))
        return found

    def _leaves_of(self, source: str, unit: int, period: Period, within: Collection[int]) -> _LeafValues:
        """The leaf rows of a branch if it is small and no official form substitutes for any, else of all units."""
        by_unit, small = (
            self._branch_values.setdefault((source, period), {}),
            source in self.vocabulary.stored and len(within) <= _MAX_IN_CLAUSE,
        )
        remapped = self.context.basis is Basis.TODAY
        if not small or remapped or len(by_unit) >= _MAX_BRANCHES or self.context.has_official_forms(source, period):
            return self._all_leaves(source, period)
        if unit not in by_unit:
            with self.context.engine.connect() as connection:
                rows = self._source(source).own_rows(Recomputation(self.context, connection), period, within)
            by_unit[unit] = _leaf_values(rows)
        return by_unit[unit]

    def _all_leaves(self, source: str, period: Period) -> _LeafValues:
        if (source, period) not in self._all_leaf_values:
            with self.context.engine.connect() as connection:
                rows = self._source(source).rows(Recomputation(self.context, connection), period)
            self._all_leaf_values[source, period] = _leaf_values(rows)
        return self._all_leaf_values[source, period]


def _values_by_unit(rows: LeafRows) -> dict[int, dict[str, int | None]]:
    """Values by unit and measure; NaN becomes None."""
    return {
        unit: {m: None if v != v else int(v) for m, v in zip(rows.measures, values, strict=True)}
        for unit, values in zip(rows.units, rows.values.tolist(), strict=True)
    }


def _leaf_values(rows: LeafRows) -> _LeafValues:
    return _LeafValues(_values_by_unit(rows), rows.substitutes_for, rows.placed)


def _leaf(leaf: int, values: Mapping[str, int | None], share: Fraction, substitutes_for: frozenset[int] | None) -> Leaf:
    if share == 1:
        return Leaf(leaf, values, substitutes_for=substitutes_for)
    parts = {measure: None if value is None else value * share for measure, value in values.items()}
    return Leaf(leaf, parts, estimated=True, substitutes_for=substitutes_for)
