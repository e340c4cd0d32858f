"""Sums as the store holds them (roll-ups), or made anew from leaf rows for an earlier instant or today's map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import numpy as np
from sqlalchemy import Connection, Engine, select

from data import rollup
from data.forms import BASES, FORMS, MEASURES, RETURNS, SIZES, SOURCES, TIMELINESS
from data.forms.model import Form
from data.leaves import read_leaves
from data.measures import Kind
from data.observations import Basis, Leaf, Totals
from data.periods import Frequency, Period
from data.schema import ROLLUPS, submissions
from data.units import Grain, Level, Registry, Tree, UnitKind

_FLAGS = frozenset(code for code, measure in MEASURES.items() if measure.kind is Kind.FLAG)


def expand(periods: Iterable[Period], known: Collection[str]) -> tuple[Period, ...]:
    """The periods and all their sub-periods, as far as anything was returned for them."""
    wanted = {part for period in periods for frequency in Frequency for part in period.parts(frequency)}
    return tuple(sorted(period for period in wanted if period.code in known))


def standing_for(registry: Registry, tree: Tree) -> Callable[[int], int]:
    """Where a unit of any time stands in `tree`: itself, its one successor, or what is left above it.

    A split without one whole successor stays at the nearest ancestor that still exists (methods: reorganisation).
    """

    def place(unit: int) -> int:
        seen: set[int] = set()
        while unit not in tree.units and unit not in seen:
            seen.add(unit)
            heirs = {s.successor for s in registry.successors.get(unit, ()) if s.successor is not None}
            last = registry.latest(unit)
            if len(heirs) == 1:
                unit = heirs.pop()
            elif last is not None and last.parent is not None:
                unit = last.parent
        return unit

    cache: dict[int, int] = {}
    return lambda unit: cache[unit] if unit in cache else cache.setdefault(unit, place(unit))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCount:
    """What became of one due return, as a row of the derived source `returns`."""

    unit: int
    form: str
    on_time: bool
    complete: bool
    received: bool


@dataclass
class StoredObservations:
    """Answers `Observations` for one viewer; loaded in one go for the units and periods that were asked for.

    `visible` says whether the viewer may see a unit on a day; what it may not see was not returned, for it.
    """

    engine: Engine
    registry: Registry
    current: Registry
    as_of: datetime | None
    basis: Basis
    today: date
    small: int
    visible: Callable[[int, date], bool]
    returns: Callable[[Period], Sequence[ReturnCount]]
    found: dict[tuple[str, int, Period], Totals] = field(default_factory=dict)
    _base_sums: dict[tuple[str, Period], Mapping[int, Totals]] = field(default_factory=dict)
    _expected: dict[tuple[date, Grain], Mapping[int, int]] = field(default_factory=dict)
    _remembered: dict[tuple[str, Period], Mapping[int, Mapping[str, int | None]]] = field(default_factory=dict)

    def _is_stale(self, source: str, period: Period) -> bool:
        """Whether the stored sums are not the ones asked for: another map, or something has changed since."""
        if self.basis is Basis.TODAY and any(self._moved_since(part) for part in period.to_date):
            return True
        if self.as_of is None:
            return False
        read_from = {SIZES.code: ("B1",), BASES.code: ("B1", "B2")}.get(source, (source,))
        return any(
            (form, part.code) in self._changed_since or (form, "") in self._changed_since or self._map_changed(part)
            for form in read_from
            for part in period.to_date
        )

    def _moved_since(self, period: Period) -> bool:
        return self.registry.at(period.end).shape != self.registry.at(self.today).shape

    def _map_changed(self, period: Period) -> bool:
        return self.registry.at(period.end).shape != self.current.at(period.end).shape

    @cached_property
    def _changed_since(self) -> frozenset[tuple[str, str]]:
        query = select(submissions.c.form, submissions.c.period).where(
            (submissions.c.accepted_at > self.as_of) | (submissions.c.superseded_at > self.as_of)
        )
        with self.engine.connect() as connection:
            return frozenset((row.form, row.period) for row in connection.execute(query.distinct()))

    def _tree(self, period: Period) -> Tree:
        return self.registry.at(self.today if self.basis is Basis.TODAY else period.end)

    @cached_property
    def _place(self) -> Callable[[int], int]:
        if self.basis is Basis.REPORTED:
            return lambda unit: unit
        return standing_for(self.registry, self.registry.at(self.today))

    def at(self, source: str, unit: int, period: Period) -> Totals | None:
        """Sums of a unit for exactly that period, or None."""
        return self.found.get((source, unit, period)) if self.visible(unit, period.end) else None

    def expected(self, source: str, unit: int, day: date) -> int:
        """Leaf units of the source's grain at or below the unit on that day."""
        grain = SOURCES[source].grain
        if grain is None:
            return 0
        if self.basis is Basis.REPORTED:
            return self.registry.at(day).expected(unit, grain)
        return self._expected_today(day, grain).get(unit, 0)

    def _expected_today(self, day: date, grain: Grain) -> Mapping[int, int]:
        if (day, grain) not in self._expected:
            self._expected[day, grain] = self._count_on_todays_map(day, grain)
        return self._expected[day, grain]

    def _count_on_todays_map(self, day: date, grain: Grain) -> Mapping[int, int]:
        leaves = [unit.id for unit in self.registry.at(day).units.values() if unit.holds(grain)]
        rows = rollup.LeafRows((), leaves, np.zeros((len(leaves), 0)))
        sums = rollup.sum_up(rows, self.registry.at(self.today), self._place)
        counts = dict(zip(sums.units, (int(n) for n in sums.reporting), strict=True))
        for leaf in leaves:
            place = self._place(leaf)
            if place not in counts:
                counts[place] = 1
        return counts

    def load(self, sources: Iterable[str], units: Collection[int], periods: Collection[Period]) -> None:
        """Fetches what `at` will be asked for: from the roll-ups, or from leaf rows when made anew."""
        with self.engine.connect() as connection:
            for source in dict.fromkeys(sources):
                if source == TIMELINESS.code:
                    self._load_returns(units, periods)
                else:
                    anew = {period for period in periods if self._is_stale(source, period)}
                    self._load_rollups(connection, source, units, [p for p in periods if p not in anew])
                    self._recompute(connection, source, units, sorted(anew))

    def _load_rollups(
        self, connection: Connection, source: str, units: Collection[int], periods: Collection[Period]
    ) -> None:
        table = ROLLUPS[source]
        by_code = {period.code: period for period in periods}
        query = select(table).where(table.c.period.in_(list(by_code)))
        if len(units) <= 500:
            query = query.where(table.c.unit_id.in_(sorted(units)))
        wanted, measures = set(units), [measure.code for measure in SOURCES[source].measures]
        for row in connection.execute(query).mappings():
            if row["unit_id"] in wanted:
                period = by_code[row["period"]]
                self.found[source, row["unit_id"], period] = Totals(
                    reporting=row["reporting"],
                    expected=self.expected(source, row["unit_id"], period.end),
                    sums={measure: row[measure] for measure in measures},
                    blanks=row["blanks"] or {},
                )
        for period in periods:
            tree = self.registry.at(period.end)
            cells = {u for u in wanted if u in tree.units and tree.units[u].kind is UnitKind.CELL}
            if cells and source != BASES.code:
                self._keep_leaves(source, period, self._leaf_rows(connection, source, period, cells))

    def _leaf_rows(
        self, connection: Connection, source: str, period: Period, units: Collection[int] | None
    ) -> rollup.LeafRows:
        form = FORMS["B1"] if source == SIZES.code else FORMS[source]
        rows = read_leaves(connection, form, period, as_of=self.as_of, units=units)
        return rollup.sizes(rows, self.small) if source == SIZES.code else rows

    def _keep_leaves(self, source: str, period: Period, rows: rollup.LeafRows) -> None:
        for unit, given in _given(rows).items():
            self.found[source, unit, period] = Totals(
                reporting=1,
                expected=1,
                sums={measure: value or 0 for measure, value in given.items()},
                blanks={measure: 1 for measure, value in given.items() if value is None},
            )

    def _recompute(
        self, connection: Connection, source: str, units: Collection[int], periods: Collection[Period]
    ) -> None:
        wanted = set(units)
        for period in periods:
            if source == BASES.code:
                rows = self._count_bases(connection, period, periods)
            else:
                rows = self._leaf_rows(connection, source, period, None)
            tree = self._tree(period)
            sums = rollup.sum_up(rows, tree, self._place)
            totals = sums.totals(lambda unit, day=period.end: self.expected(source, unit, day), wanted)  # type: ignore[misc]
            self.found.update({(source, unit, period): found for unit, found in totals.items()})
            plain = [i for i, unit in enumerate(rows.units) if unit in wanted and _is_cell(tree, unit)]
            self._keep_leaves(
                source, period, rollup.LeafRows(rows.measures, [rows.units[i] for i in plain], rows.values[plain])
            )

    def _count_bases(self, connection: Connection, period: Period, periods: Collection[Period]) -> rollup.LeafRows:
        movement: dict[Period, Mapping[int, Totals]] = {}
        trees: dict[Period, Tree] = {}
        admission: Mapping[int, Totals] = {}
        for part in period.to_date:
            trees[part] = self._tree(part)
            movement[part] = self._sums(connection, FORMS["B1"], part)
        admission = self._sums(connection, FORMS["B2"], period)
        return rollup.bases(self._tree(period), trees, movement, admission)

    def _sums(self, connection: Connection, form: Form, period: Period) -> Mapping[int, Totals]:
        if (form.code, period) not in self._base_sums:
            rows = read_leaves(connection, form, period, as_of=self.as_of)
            sums = rollup.sum_up(rows, self._tree(period), self._place)
            bases = {base.id for base in self._tree(period).at_level(Level.BASE)}
            self._base_sums[form.code, period] = sums.totals(
                lambda unit: self.expected(form.code, unit, period.end), bases
            )
        return self._base_sums[form.code, period]

    def leaves(self, source: str, unit: int, period: Period) -> Sequence[Leaf]:
        """The leaf rows behind `at`, read when they are asked for."""
        if not self.visible(unit, period.end):
            return ()
        tree = self._tree(period)
        within = {below.id for below in tree.within(unit)}
        if source == TIMELINESS.code:
            return [Leaf(count.unit, _timeliness(count)) for count in self.returns(period) if count.unit in within]
        rows = self._all_leaves(source, period)
        return [Leaf(leaf, values) for leaf, values in rows.items() if self._place(leaf) in within]

    def _all_leaves(self, source: str, period: Period) -> Mapping[int, Mapping[str, int | None]]:
        if (source, period) not in self._remembered:
            with self.engine.connect() as connection:
                if source == BASES.code:
                    rows = self._count_bases(connection, period, (period,))
                else:
                    rows = self._leaf_rows(connection, source, period, None)
            self._remembered[source, period] = _given(rows)
        return self._remembered[source, period]

    def _load_returns(self, units: Collection[int], periods: Collection[Period]) -> None:
        for period in periods:
            tree = self._tree(period)
            sums: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_TIMELINESS, 0))
            senders: dict[int, set[int]] = defaultdict(set)
            for count in self.returns(period):
                for above in (count.unit, *(unit.id for unit in tree.ancestors(count.unit))):
                    for measure, value in _timeliness(count).items():
                        sums[above][measure] += value
                    if count.received:
                        senders[above].add(count.unit)
            for unit in units:
                if unit in sums:
                    self.found[TIMELINESS.code, unit, period] = Totals(
                        reporting=tree.expected(unit, Grain.DISTRICT),
                        expected=tree.expected(unit, Grain.DISTRICT),
                        sums=sums[unit],
                        blanks={},
                    )


_TIMELINESS = tuple(measure.code for measure in TIMELINESS.measures)


def _is_cell(tree: Tree, unit: int) -> bool:
    return unit in tree.units and tree.units[unit].kind is UnitKind.CELL


def _given(rows: rollup.LeafRows) -> dict[int, dict[str, int | None]]:
    """Values by unit and measure; a NaN is the blank that it stands for."""
    return {
        unit: {m: None if v != v else int(v) for m, v in zip(rows.measures, values, strict=True)}
        for unit, values in zip(rows.units, rows.values.tolist(), strict=True)
    }


def _timeliness(count: ReturnCount) -> dict[str, int]:
    return dict(zip(_TIMELINESS, (1, int(count.on_time), int(count.complete)), strict=True))


def due_forms(tree: Tree, sender: int, period: Period) -> tuple[Form, ...]:
    """The forms that a sender owes for a period: those of its frequency for which it has units."""
    return tuple(
        form
        for form in RETURNS
        if period.frequency in form.frequencies and form.valid_on(period.end) and tree.expected(sender, form.grain)
    )


def senders(tree: Tree) -> tuple[int, ...]:
    """The units that send returns: the district-level committees."""
    return tuple(unit.id for unit in tree.at_level(Level.DISTRICT))
