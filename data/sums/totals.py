"""Sums as the store holds them (roll-ups), or made anew from leaf rows for an earlier instant or today's map."""

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
from data.organisations.units import Level, UnitKind, branches
from data.periods import Frequency, Period
from data.sums.asked import Asked
from data.sums.duties import Duties
from data.sums.families.builtin import COUNTED, OWED
from data.sums.recount import FormSource, Recount, RowSource
from data.tables.form_tables import rollup_table
from data.tables.leaf_rows import LeafRows

_FEW, _OFTEN = 500, 20  # leaves of a branch that are read alone, and how often before all of a period are

_Remembered = tuple[Mapping[int, Mapping[str, int | None]], Mapping[int, frozenset[int]]]


def expand(periods: Iterable[Period], known: Collection[str]) -> tuple[Period, ...]:
    """The periods and all their sub-periods, as far as anything was returned for them."""
    wanted = {part for period in periods for frequency in Frequency for part in period.parts(frequency)}
    return tuple(sorted(period for period in wanted if period.code in known))


@dataclass
class StoredObservations:
    """Answers `Observations` for one viewer; loaded in one go for the units and periods that were asked for.

    `visible` says whether the viewer may see a unit on a day; what it may not see was not returned, for it. `hidden`
    gives the units whose counts of a period are too small to be told. `only` are the measures of forms that will be
    asked for (none: all).
    """

    asked: Asked
    duties: Duties
    visible: Callable[[int, date], bool]
    hidden: Callable[[Period], Collection[int]] = lambda _: ()
    only: frozenset[str] = frozenset()
    found: dict[tuple[str, int, Period], Totals] = field(default_factory=dict)
    _later: dict[tuple[str, Period], frozenset[int]] = field(default_factory=dict)
    _remembered: dict[tuple[str, Period], _Remembered] = field(default_factory=dict)
    _branches: dict[tuple[str, Period], dict[int, _Remembered]] = field(default_factory=dict)
    _spread: set[tuple[str, int, Period]] = field(default_factory=set)

    @property
    def vocabulary(self) -> Vocabulary:
        """What the sums are of."""
        return self.asked.vocabulary

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
        return self.visible(unit, period.end if self.asked.basis is Basis.REPORTED else self.asked.today)

    def expected(self, source: str, unit: int, day: date) -> int:
        """Leaf units of the source's grain at or below the unit on that day."""
        return (self.duties if source in OWED else self.asked).expected(source, unit, day)

    def below(self, source: str, unit: int, periods: Collection[Period]) -> Sequence[int]:
        """The units directly below that the unit's sums are made up of, fetched with this; none of a small branch."""
        trees = list({id(tree): tree for tree in (self.asked.registry.at(period.end) for period in periods)}.values())
        grain = self.vocabulary.sources[source].grain
        own = any(tree.units[unit].holds(grain) for tree in trees if unit in tree.units)
        if own or source not in self.vocabulary.stored or all(len(tree.within(unit)) <= _FEW for tree in trees):
            return ()
        anew = any(
            self.asked.has_officials(source, period) or self.asked.is_stale(source, period) for period in periods
        )
        found = () if anew or self.asked.basis is Basis.TODAY else branches(trees, unit)
        new = [period for period in periods if (source, unit, period) not in self._spread]
        if found and new:
            with self.asked.engine.connect() as connection:
                self._load_rollups(connection, source, found, new)
            self._spread.update((source, unit, period) for period in new)
        return found

    def hides(self, measures: Iterable[str], unit: int, period: Period) -> bool:
        """Whether too few people are behind these counts of a unit for them to be told to who asks."""
        return not self.vocabulary.sensitive.isdisjoint(measures) and unit in self.hidden(period)

    def exists(self, source: str, leaf: int, day: date) -> bool:
        """Whether a row of the source was expected of just that leaf on that day."""
        there = self.asked.registry.at(day).units.get(leaf)
        return there is not None and there.holds(self.vocabulary.sources[source].grain)

    def level(self, unit: int, day: date) -> Level | None:
        """The unit's level on that day, or today's on today's map."""
        there = self.asked.registry.at(day if self.asked.basis is Basis.REPORTED else self.asked.today).units.get(unit)
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
        with self.asked.engine.connect() as connection:
            for source in dict.fromkeys(sources):
                if source in self.vocabulary.summed:
                    anew = {period for period in periods if self.asked.is_stale(source, period)}
                    stored = [period for period in periods if period not in anew]
                    self._load_rollups(connection, source, units, stored)
                    self._recompute(connection, source, others.union(units), sorted(anew))
                    self._later.update({(source, period): others for period in stored})
                elif source not in OWED:
                    # Of what is never kept only the last part of a period is asked for.
                    self._later.update({(source, period): others.union(units) for period in periods})

    def _fetch(self, source: str, period: Period, units: Collection[int]) -> None:
        with self.asked.engine.connect() as connection:
            if source in self.vocabulary.summed:
                self._load_rollups(connection, source, units, [period])
            else:
                self._recompute(connection, source, units, [period])

    def _load_rollups(
        self, connection: Connection, source: str, units: Collection[int], periods: Collection[Period]
    ) -> None:
        declared = self.vocabulary.sources[source]
        table = rollup_table(declared)
        by_code = {period.code: period for period in periods}
        whole = not self.only or isinstance(declared, Derived)
        measures = [measure.code for measure in declared.counts if whole or measure.code in self.only]
        columns = (table.c.unit_id, table.c.period, table.c.reporting, table.c.blanks, *(table.c[m] for m in measures))
        query = select(*columns).where(table.c.period.in_(list(by_code)))
        if len(units) <= _FEW:
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
        recount = Recount(self.asked, connection)
        for period in periods:
            tree = self.asked.registry.at(period.end)
            cells = {u for u in wanted if u in tree.units and tree.units[u].kind is UnitKind.CELL}
            if cells:
                self._keep_leaves(source, period, self._source(source).own_rows(recount, period, cells))

    def _source(self, code: str) -> RowSource:
        """A source; a form with the columns that will be asked for, but an opening balance may need others."""
        if code in COUNTED:
            return COUNTED[code]
        form = self.vocabulary.stored[code]
        wanted = [measure for measure in form.counts if measure.code in self.only]
        if not wanted or any(measure.kind is Kind.OPENING for measure in wanted):
            return FormSource(form)
        return FormSource(form.only(*(measure.code for measure in wanted)))

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
        wanted, recount = frozenset(units), Recount(self.asked, connection)
        for period in periods:
            totals = recount.sums_of(self._source(source), period, wanted)
            self.found.update({(source, unit, period): found for unit, found in totals.items()})

    def own_rows(self, source: str, measures: Sequence[str], period: Period) -> LeafRows:
        """Some measures of every leaf unit, by what it returned itself."""
        rows_of = COUNTED[source] if source in COUNTED else FormSource(self.vocabulary.stored[source].only(*measures))
        with self.asked.engine.connect() as connection:
            return rows_of.own_rows(Recount(self.asked, connection), period)

    def leaves(self, source: str, unit: int, period: Period) -> Sequence[Leaf]:
        """The leaf rows behind `at`, read when they are asked for."""
        if not self._may_see(unit, period):
            return ()
        if source in OWED:
            return self.duties.leaves(source, unit, period)
        standing, tree = self.asked.standing(source, period.end), self.asked.tree(period)
        within = {below.id for below in tree.within(unit)}
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
        known, alone = (
            self._branches.setdefault((source, period), {}),
            source in self.vocabulary.stored and len(within) <= _FEW,
        )
        moved = self.asked.basis is Basis.TODAY
        if not alone or moved or len(known) >= _OFTEN or self.asked.has_officials(source, period):
            return self._all_leaves(source, period)
        if unit not in known:
            with self.asked.engine.connect() as connection:
                rows = self._source(source).own_rows(Recount(self.asked, connection), period, within)
            known[unit] = _given(rows), {}
        return known[unit]

    def _all_leaves(self, source: str, period: Period) -> _Remembered:
        if (source, period) not in self._remembered:
            with self.asked.engine.connect() as connection:
                rows = self._source(source).rows(Recount(self.asked, connection), period)
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
