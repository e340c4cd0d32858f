"""The context of sums: as-of instant, basis and thresholds; decides whether stored sums are valid in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from data.forms.vocabulary import Vocabulary
from data.observations import Basis, Totals
from data.organisations.lineage import all_predecessors
from data.organisations.units import Level, Registry, Tree, Unit
from data.periods import Frequency, Period
from data.sums import rollup
from data.sums.changes_since import ChangesSince
from data.sums.streaks import MOVEMENT, AdmissionYears, CellRecord
from data.sums.todays_map import TodaysMap
from data.tables.engine import Connects


@dataclass(frozen=True, kw_only=True)
class SumContext:
    """The context in which sums are computed, with a cache of what is derived in it.

    `registry` is that in force at `as_of`, `since` are the changes since then. `stale_sources` are the derived sources
    that are stored by thresholds other than this context's. `opened` are the opened periods. `small_cell_size` and
    `streak_years` are thresholds: the size below which a cell counts as small, and the years that make a streak.
    """

    engine: Connects
    vocabulary: Vocabulary
    registry: Registry
    as_of: datetime | None
    basis: Basis
    today: date
    todays_map: TodaysMap
    since: ChangesSince
    small_cell_size: int
    streak_years: int = 3
    opened: Sequence[Period] = ()
    stale_sources: frozenset[str] = frozenset()
    totals: dict[tuple[str, Period, frozenset[int]], Mapping[int, Totals]] = field(default_factory=dict, repr=False)

    def tree(self, period: Period) -> Tree:
        """The tree at the end of a period, or today's."""
        return self.registry.at(self.today if self.basis is Basis.TODAY else period.end)

    def leaf_shares(self, source: str, day: date) -> rollup.LeafShares | None:
        """Maps a leaf of a day to its shares by unit on today's map; None where each leaf maps to itself."""
        if self.basis is Basis.REPORTED or source in self.vocabulary.unit_counts:
            return None
        return lambda leaf: self.todays_map.placement(source, leaf, day).shares

    def expected(self, source: str, unit: int, day: date) -> int:
        """Leaf units of the source's grain at or below the unit on that day."""
        grain = self.vocabulary.sources[source].grain
        if grain is None:
            return 0
        if self.basis is Basis.REPORTED:
            return self.registry.at(day).expected(unit, grain)
        return self.todays_map.expected(source, unit, day)

    def expected_leaves(self, source: str, unit: int, day: date) -> Mapping[int, frozenset[int]]:
        """The leaf units of a day that count in the unit, each with the units of the map that continue it."""
        if self.leaf_shares(source, day) is not None:
            return self.todays_map.leaves(source, unit, day)
        tree = self.registry.at(day if self.basis is Basis.REPORTED else self.today)
        grain = self.vocabulary.sources[source].grain
        return {leaf.id: frozenset((leaf.id,)) for leaf in tree.within(unit) if leaf.has_grain(grain)}

    def on_map(self, period: Period, past: Period) -> SumContext:
        """The context in which a past period's counts are on the map of a later one's last day; itself if they are."""
        if self.basis is Basis.TODAY or past.end >= period.end:
            return self
        later = self.todays_map.of_day(period.end)
        if all(later.is_shaped_alike(part.end) for part in past.parts(Frequency.MONTH)):
            return self
        return replace(self, basis=Basis.TODAY, today=later.today, todays_map=later, totals={})

    def is_stale(self, source: str, period: Period) -> bool:
        """Whether the stored sums are not valid here: they are on another map or have changed since `as_of`."""
        remapped = self.basis is Basis.TODAY and not all(
            self.todays_map.is_shaped_alike(part.end) for part in period.to_date
        )
        return remapped or self._is_outdated(source, period)

    def can_combine_stored(self, source: str, period: Period) -> bool:
        """Whether sums on today's map combine from stored ones; not where official forms replace branches."""
        remapped = (
            self.basis is Basis.TODAY and source not in self.vocabulary.unit_counts and source in self.vocabulary.summed
        )
        return remapped and not (self._is_outdated(source, period) or self.has_official_forms(source, period))

    def has_official_forms(self, source: str, period: Period) -> bool:
        """Whether official forms ever gave counts of a source for a period."""
        return self.since.has_official_forms(source, period)

    def changed_branches(self, source: str, period: Period) -> frozenset[int] | None:
        """The senders in whose branches, and above them, sums differ from those stored; None if they may anywhere."""
        is_other = source in self.stale_sources or source not in self.vocabulary.summed
        if self.basis is Basis.TODAY or is_other:
            return None
        return self.since.branches(self._read_from(source), period)

    def _read_from(self, source: str) -> tuple[str, ...]:
        derived = self.vocabulary.derived
        return tuple(derived[source].reads_from) if source in derived else (source,)

    def _is_outdated(self, source: str, period: Period) -> bool:
        """Whether anything that a source is computed from has changed since `as_of`."""
        if self.as_of is None:
            return False
        if source in self.stale_sources:
            return True
        return any(self.since.reach(form, part) for form in self._read_from(source) for part in period.to_date)

    def records(self, period: Period, years: int, below: Collection[int] | None = None) -> tuple[CellRecord, ...]:
        """The admissions of residential cells, or of those below some units, in the last complete years."""
        map_day = period.end if self.basis is Basis.REPORTED else self.today
        tree = self.tree(period)
        cells: Sequence[Unit] = tree.at_level(Level.CELL)
        if below is not None:
            within = {unit.id for each in below for unit in tree.within(each)}
            cells = [cell for cell in cells if cell.id in within]
        present = [
            cell for cell in cells if self.basis is Basis.REPORTED or self.expected(MOVEMENT, cell.id, period.end)
        ]
        return self._history.records(present, period, years, map_day)

    def records_of(self, period: Period, years: int, cells: Collection[int]) -> tuple[CellRecord, ...]:
        """The same of a few cells, read for themselves and their predecessors only; as reported."""
        units = self.tree(period).units
        present = [units[cell] for cell in cells if cell in units]
        lines = (all_predecessors(self.registry, cell.id, period.end) for cell in present)
        among = frozenset(cell.id for cell in present).union(*lines)
        return self._admission_years(among).records(present, period, years, period.end)

    @cached_property
    def _history(self) -> AdmissionYears:
        return self._admission_years(None)

    def _admission_years(self, among: frozenset[int] | None) -> AdmissionYears:
        return AdmissionYears(
            self.engine, self.registry, frozenset(self.opened), self.as_of, self._admissions_are_current, among
        )

    def _admissions_are_current(self, year: Period) -> bool:
        """Whether a year's stored admissions are valid here: no return of it was accepted since `as_of`."""
        parts = (part for frequency in Frequency for part in year.parts(frequency))
        return self.as_of is None or not any((MOVEMENT, part.code) in self.since.senders for part in parts)
