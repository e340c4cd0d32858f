"""Sums as the store holds them (roll-ups), or made anew from leaf rows for an earlier instant or today's map."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property

import numpy as np
from sqlalchemy import Connection, Engine, select

from data.forms.builtin import BASES, DERIVED, RATINGS, SENSITIVE, SIZES, SOURCES, STORED, STREAKS, Derived
from data.forms.model import Form
from data.measures import Kind
from data.observations import Basis, Leaf, Totals
from data.organisations.lineage import forebears
from data.organisations.units import Level, Registry, Tree, Unit, UnitKind, branches
from data.periods import Frequency, Period
from data.sums import rollup
from data.sums.duties import OWED, Duties
from data.sums.official import official_periods, officials_for, periods_within, read_counted
from data.sums.stored_reads import read_sums
from data.sums.streaks import AdmissionYears, CellRecord, streaks
from data.sums.todays_map import OF_THE_MAP, TodaysMap
from data.tables.leaf_rows import LeafRows
from data.tables.leaves import read_leaves, read_ratings
from data.tables.schema import ROLLUPS, submissions

_FEW, _OFTEN = 500, 20  # leaves of a branch that are read alone, and how often before all of a period are

_Remembered = tuple[Mapping[int, Mapping[str, int | None]], Mapping[int, frozenset[int]]]

_ADMITTED, _ENDS = STORED["B1"].only("admitted"), STORED["B1"].only("members_end")
_EXCUSED = STORED["B2"].only("no_masses_left")


def expand(periods: Iterable[Period], known: Collection[str]) -> tuple[Period, ...]:
    """The periods and all their sub-periods, as far as anything was returned for them."""
    wanted = {part for period in periods for frequency in Frequency for part in period.parts(frequency)}
    return tuple(sorted(period for period in wanted if period.code in known))


@dataclass
class StoredObservations:
    """Answers `Observations` for one viewer; loaded in one go for the units and periods that were asked for.

    `visible` says whether the viewer may see a unit on a day; what it may not see was not returned, for it. `recounted`
    are the derived sources that are stored by other thresholds than those asked for. `hidden` gives the units whose
    counts of a period are too small to be told. `only` are the measures of forms that will be asked for (none: all).
    """

    engine: Engine
    registry: Registry
    current: Registry
    as_of: datetime | None
    basis: Basis
    today: date
    todays_map: TodaysMap
    small: int
    visible: Callable[[int, date], bool]
    duties: Duties
    opened: Sequence[Period] = ()
    years: int = 3
    only: frozenset[str] = frozenset()
    recounted: frozenset[str] = frozenset()
    hidden: Callable[[Period], Collection[int]] = lambda _: ()
    found: dict[tuple[str, int, Period], Totals] = field(default_factory=dict)
    _later: dict[tuple[str, Period], frozenset[int]] = field(default_factory=dict)
    _needed: dict[tuple[str, Period, frozenset[int]], Mapping[int, Totals]] = field(default_factory=dict)
    _remembered: dict[tuple[str, Period], _Remembered] = field(default_factory=dict)
    _branches: dict[tuple[str, Period], dict[int, _Remembered]] = field(default_factory=dict)
    _spread: set[tuple[str, int, Period]] = field(default_factory=set)

    def _is_stale(self, source: str, period: Period) -> bool:
        """Whether the stored sums are not the ones asked for: another map, or something has changed since."""
        moved = self.basis is Basis.TODAY and not all(
            self.todays_map.is_shaped_alike(part.end) for part in period.to_date
        )
        return moved or self._is_outdated(source, period)

    def _is_outdated(self, source: str, period: Period) -> bool:
        """Whether something has changed since."""
        if self.as_of is None:
            return False
        if source in self.recounted:
            return True
        read_from = {SIZES.code: ("B1",), RATINGS.code: ("B6",), BASES.code: ("B1", "B2")}.get(source, (source,))
        return any(self._has_changed(form, part) for form in read_from for part in period.to_date)

    def _has_changed(self, form: str, period: Period) -> bool:
        """Whether the counts of a form are no longer those of then; official forms yield to returns of parts too."""
        official = period in self._official_periods.get(form, ())
        parts = periods_within(STORED[form], period) if official else (period,)
        changed = {(form, part.code) for part in parts} | {(form, "")}
        changed |= {(code, period.code) for code in officials_for(form)}
        return not changed.isdisjoint(self._changed_since) or any(map(self._map_changed, parts))

    @cached_property
    def _official_periods(self) -> Mapping[str, frozenset[Period]]:
        with self.engine.connect() as connection:
            return official_periods(connection)

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

    def _standing(self, source: str, day: date) -> rollup.Standing | None:
        """What stands for a leaf of a day on the map that is asked for; None: each for itself."""
        if self.basis is Basis.REPORTED or source in OF_THE_MAP:
            return None
        return lambda leaf: self.todays_map.stands(source, leaf, day).shares

    def at(self, source: str, unit: int, period: Period) -> Totals | None:
        """Sums of a unit for exactly that period, or None."""
        if not self._may_see(unit, period):
            return None
        if source in OWED:
            return self.duties.totals(source, unit, period)
        if unit in self._later.get((source, period), ()):
            self._fetch(source, period, self._later.pop((source, period)))
        return self.found.get((source, unit, period))

    def _may_see(self, unit: int, period: Period) -> bool:
        return self.visible(unit, period.end if self.basis is Basis.REPORTED else self.today)

    def expected(self, source: str, unit: int, day: date) -> int:
        """Leaf units of the source's grain at or below the unit on that day."""
        grain = SOURCES[source].grain
        if grain is None:
            return 0
        if source in OWED:
            return self.duties.expected(source, unit, day)
        if self.basis is Basis.REPORTED:
            return self.registry.at(day).expected(unit, grain)
        return self.todays_map.expected(source, unit, day)

    def below(self, source: str, unit: int, periods: Collection[Period]) -> Sequence[int]:
        """The units directly below that the unit's sums are made up of, fetched with this; none of a small branch."""
        trees = list({id(tree): tree for tree in (self.registry.at(period.end) for period in periods)}.values())
        grain = SOURCES[source].grain
        own = any(tree.units[unit].holds(grain) for tree in trees if unit in tree.units)
        if own or source not in STORED or all(len(tree.within(unit)) <= _FEW for tree in trees):
            return ()
        anew = any(self._has_officials(source, period) or self._is_stale(source, period) for period in periods)
        found = () if anew or self.basis is Basis.TODAY else branches(trees, unit)
        new = [period for period in periods if (source, unit, period) not in self._spread]
        if found and new:
            with self.engine.connect() as connection:
                self._load_rollups(connection, source, found, new)
            self._spread.update((source, unit, period) for period in new)
        return found

    def _has_officials(self, source: str, period: Period) -> bool:
        return period in self._official_periods.get(source, ())

    def hides(self, measures: Iterable[str], unit: int, period: Period) -> bool:
        """Whether too few people are behind these counts of a unit for them to be told to who asks."""
        return not SENSITIVE.isdisjoint(measures) and unit in self.hidden(period)

    def exists(self, source: str, leaf: int, day: date) -> bool:
        """Whether a row of the source was expected of just that leaf on that day."""
        there = self.registry.at(day).units.get(leaf)
        return there is not None and there.holds(SOURCES[source].grain)

    def level(self, unit: int, day: date) -> Level | None:
        """The unit's level on that day, or today's on today's map."""
        there = self.registry.at(day if self.basis is Basis.REPORTED else self.today).units.get(unit)
        return there.level if there else None

    def load(
        self,
        sources: Iterable[str],
        units: Collection[int],
        periods: Collection[Period],
        spare: Collection[int] = (),
    ) -> None:
        """Fetches what `at` will be asked for: from the roll-ups, or from leaf rows when made anew.

        Of `spare` units, and of sources that are never kept, a period is fetched when it is asked for.
        """
        others = frozenset(spare).difference(units)
        with self.engine.connect() as connection:
            for source in dict.fromkeys(sources):
                if source in ROLLUPS:
                    anew = {period for period in periods if self._is_stale(source, period)}
                    stored = [period for period in periods if period not in anew]
                    self._load_rollups(connection, source, units, stored)
                    self._recompute(connection, source, others.union(units), sorted(anew))
                    self._later.update({(source, period): others for period in stored})
                elif source not in OWED:
                    # Of what is never kept only the last part of a period is asked for.
                    self._later.update({(source, period): others.union(units) for period in periods})

    def _fetch(self, source: str, period: Period, units: Collection[int]) -> None:
        with self.engine.connect() as connection:
            if source in ROLLUPS:
                self._load_rollups(connection, source, units, [period])
            else:
                self._recompute(connection, source, units, [period])

    def _load_rollups(
        self, connection: Connection, source: str, units: Collection[int], periods: Collection[Period]
    ) -> None:
        table = ROLLUPS[source]
        by_code = {period.code: period for period in periods}
        measures = [m.code for m in SOURCES[source].counts if not self.only or m.code in self.only or source in DERIVED]
        columns = (table.c.unit_id, table.c.period, table.c.reporting, table.c.blanks, *(table.c[m] for m in measures))
        query = select(*columns).where(table.c.period.in_(list(by_code)))
        if len(units) <= 500:
            query = query.where(table.c.unit_id.in_(sorted(units)))
        wanted = set(units)
        for unit, code, reporting, blanks, *values in connection.execute(query).all():
            if unit in wanted:
                period = by_code[code]
                self.found[source, unit, period] = Totals(
                    reporting=reporting,
                    expected=self.expected(source, unit, period.end),
                    sums=dict(zip(measures, values, strict=True)),
                    blanks=blanks or {},
                )
        for period in periods:
            tree = self.registry.at(period.end)
            cells = {u for u in wanted if u in tree.units and tree.units[u].kind is UnitKind.CELL}
            if cells and source != BASES.code:
                self._keep_leaves(source, period, self._rows_of(connection, self._source(source), period, cells))

    def _rows_of(
        self, connection: Connection, source: Form | Derived, period: Period, units: Collection[int] | None = None
    ) -> LeafRows:
        """Those of some cells, or all with the official forms that stand in for cells."""
        if isinstance(source, Form):
            if units is not None:
                return read_leaves(connection, source, period, as_of=self.as_of, units=units)
            return read_counted(connection, source, period, self.registry, self.as_of)
        if source is RATINGS:
            return read_ratings(connection, period, as_of=self.as_of, units=units)
        return rollup.sizes(self._rows_of(connection, _ENDS, period, units), self.small)

    def _source(self, code: str) -> Form | Derived:
        """A source; a form with the columns that will be asked for, but an opening balance may need others."""
        if code not in STORED:
            return DERIVED[code]
        form = STORED[code]
        wanted = [measure for measure in form.counts if measure.code in self.only]
        if not wanted or any(measure.kind is Kind.OPENING for measure in wanted):
            return form
        return form.only(*(measure.code for measure in wanted))

    def _keep_leaves(self, source: str, period: Period, rows: LeafRows) -> None:
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
        wanted = frozenset(units)
        for period in periods:
            totals = self._totals(connection, self._source(source), period, wanted)
            self.found.update({(source, unit, period): found for unit, found in totals.items()})

    def _totals(
        self, connection: Connection, source: Form | Derived, period: Period, wanted: frozenset[int]
    ) -> Mapping[int, Totals]:
        """Sums of a source for the wanted units, on the map that is asked for."""
        tree, standing = self._tree(period), self._standing(source.code, period.end)
        cells = any(unit in tree.units and tree.units[unit].kind is UnitKind.CELL for unit in wanted)
        if self._are_kept(source.code, period):
            branches = self.todays_map.branches(source.code, period.end, wanted)
            rows = self._rows_of(connection, source, period, branches.single)
            kept = read_sums(connection, source.code, rows.measures, period, branches.whole.keys())
            sums = rollup.with_branches(rollup.sum_up(rows, tree, standing, cells=cells), kept, branches.whole)
        else:
            below = wanted if standing is None else None
            sums = rollup.sum_up(self._rows_anew(connection, source, period, below), tree, standing, cells=cells)
        return sums.totals(lambda unit: self.expected(source.code, unit, period.end), wanted)

    def _are_kept(self, source: str, period: Period) -> bool:
        """Whether sums on today's map can be put together from kept ones; official forms stand for whole branches."""
        moved = self.basis is Basis.TODAY and source not in OF_THE_MAP and source in ROLLUPS
        return moved and not (self._is_outdated(source, period) or self._has_officials(source, period))

    def _rows_anew(
        self, connection: Connection, source: Form | Derived, period: Period, below: Collection[int] | None = None
    ) -> LeafRows:
        """Leaf rows; of cells whose years would have to be looked through only those below some units."""
        if source is BASES:
            return self._count_bases(connection, period)
        if source is STREAKS:
            return streaks(self.records(period, self.years, below), self.years)
        if source is SIZES and self.basis is Basis.TODAY:
            return self._count_sizes(connection, period)
        return self._rows_of(connection, source, period)

    def _count_bases(self, connection: Connection, period: Period) -> LeafRows:
        candidates = self._tree(period).at_level(Level.BASE)
        if self.basis is Basis.TODAY:
            candidates = tuple(base for base in candidates if self.expected("B1", base.id, period.end))
        into = {base.id: self._into(base.id, period.end) for base in candidates}
        wanted = frozenset(into).union(*into.values())
        year = rollup.BaseYear(
            movement={part: self._sums(connection, _ADMITTED, part, wanted) for part in period.to_date},
            admission=self._sums(connection, _EXCUSED, period, wanted),
            expected=lambda base, part: self.expected("B1", base, part.end),
            forebears=into.__getitem__,
        )
        return rollup.bases(candidates, year)

    def _into(self, unit: int, day: date) -> Mapping[int, date]:
        """What went into a unit by a day; on today's map its sums hold that already."""
        return {} if self.basis is Basis.TODAY else forebears(self.registry, unit, day)

    def _count_sizes(self, connection: Connection, period: Period) -> LeafRows:
        """Today's cells by the members of all that went into them."""
        cells = frozenset(cell.id for cell in self._tree(period).at_level(Level.CELL))
        members = self._sums(connection, _ENDS, period, cells)
        known = {
            cell: float(found.sums["members_end"])
            for cell, found in members.items()
            if found.reporting >= found.expected and "members_end" not in found.blanks
        }
        ends = np.array(list(known.values()), dtype=np.float64).reshape(len(known), 1)
        rows = LeafRows(("members_end",), list(known), ends)
        return rollup.sizes(rows, self.small)

    @cached_property
    def _history(self) -> AdmissionYears:
        opened = frozenset(self.opened)
        return AdmissionYears(self.engine, self.registry, opened, self.as_of, self._admissions_kept)

    def records(self, period: Period, years: int, below: Collection[int] | None = None) -> tuple[CellRecord, ...]:
        """What each residential cell, or each below some units, admitted in the last complete years."""
        map_day = period.end if self.basis is Basis.REPORTED else self.today
        tree = self._tree(period)
        cells: Sequence[Unit] = tree.at_level(Level.CELL)
        if below is not None:
            within = {unit.id for each in below for unit in tree.within(each)}
            cells = [cell for cell in cells if cell.id in within]
        there = [cell for cell in cells if self.basis is Basis.REPORTED or self.expected("B1", cell.id, period.end)]
        return self._history.records(there, period, years, map_day)

    def _admissions_kept(self, year: Period) -> bool:
        """Whether what is kept of a year's admissions is what is asked for: no return of it has come since."""
        parts = (part for frequency in Frequency for part in year.parts(frequency))
        return self.as_of is None or not any(("B1", part.code) in self._changed_since for part in parts)

    def _sums(self, connection: Connection, form: Form, period: Period, wanted: frozenset[int]) -> Mapping[int, Totals]:
        """As `_totals`, remembered: a year's periods count since 1 January."""
        key = form.measures[0].code, period, wanted
        if key not in self._needed:
            self._needed[key] = self._totals(connection, form, period, wanted)
        return self._needed[key]

    def leaves(self, source: str, unit: int, period: Period) -> Sequence[Leaf]:
        """The leaf rows behind `at`, read when they are asked for."""
        if not self._may_see(unit, period):
            return ()
        if source in OWED:
            return self.duties.leaves(source, unit, period)
        standing, within = self._standing(source, period.end), {u.id for u in self._tree(period).within(unit)}
        rows, stands_for = self._leaves_of(source, unit, period, within)
        nobody: frozenset[int] = frozenset()
        if standing is None:
            there = [leaf for leaf in within if leaf in rows]
            return [Leaf(leaf, rows[leaf], stands_for=stands_for.get(leaf, nobody)) for leaf in there]
        found: list[Leaf] = []
        for leaf, values in rows.items():
            if share := sum(part for place, part in standing(leaf).items() if place in within):
                instead = frozenset(p for p in stands_for.get(leaf, nobody) if standing(p).keys() & within)
                found.append(_leaf(leaf, values, Fraction(share), instead))
        return found

    def _leaves_of(self, source: str, unit: int, period: Period, within: Collection[int]) -> _Remembered:
        """The leaf rows of a branch, where they are few and no official form stands for some; else all of them."""
        known, alone = self._branches.setdefault((source, period), {}), source in STORED and len(within) <= _FEW
        if not alone or self.basis is Basis.TODAY or len(known) >= _OFTEN or self._has_officials(source, period):
            return self._all_leaves(source, period)
        if unit not in known:
            with self.engine.connect() as connection:
                rows = self._rows_of(connection, self._source(source), period, within)
            known[unit] = _given(rows), {}
        return known[unit]

    def _all_leaves(self, source: str, period: Period) -> _Remembered:
        if (source, period) not in self._remembered:
            with self.engine.connect() as connection:
                rows = self._rows_anew(connection, self._source(source), period)
            self._remembered[source, period] = _given(rows), rows.stands_for
        return self._remembered[source, period]


def _given(rows: LeafRows) -> dict[int, dict[str, int | None]]:
    """Values by unit and measure; a NaN is the blank that it stands for."""
    return {
        unit: {m: None if v != v else int(v) for m, v in zip(rows.measures, values, strict=True)}
        for unit, values in zip(rows.units, rows.values.tolist(), strict=True)
    }


def _leaf(leaf: int, values: Mapping[str, int | None], share: Fraction, stands_for: frozenset[int]) -> Leaf:
    if share == 1:
        return Leaf(leaf, values, stands_for=stands_for)
    parts = {measure: None if value is None else value * share for measure, value in values.items()}
    return Leaf(leaf, parts, estimated=True, stands_for=stands_for)
