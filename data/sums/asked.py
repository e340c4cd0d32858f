"""What sums are asked for: as of which instant, on which map, by which thresholds; whether stored ones answer that."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Engine, select

from data.forms.vocabulary import Vocabulary
from data.observations import Basis, Totals
from data.organisations.units import Level, Registry, Tree, Unit
from data.periods import Frequency, Period
from data.sums import rollup
from data.sums.official import official_periods, officials_for, periods_within
from data.sums.streaks import MOVEMENT, AdmissionYears, CellRecord
from data.sums.todays_map import TodaysMap
from data.tables.schema import submissions


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The question that all sums of some observations answer; what is worked out for it is remembered with it.

    `current` is the registry of now, `registry` that of the instant `as_of`. `recounted` are the derived sources that
    are stored by other thresholds than those asked for. `opened` are the periods of returns; `small` and `years` are
    thresholds: under which size a cell counts as small, how many years a streak takes.
    """

    engine: Engine
    vocabulary: Vocabulary
    registry: Registry
    current: Registry
    as_of: datetime | None
    basis: Basis
    today: date
    todays_map: TodaysMap
    small: int
    years: int = 3
    opened: Sequence[Period] = ()
    recounted: frozenset[str] = frozenset()
    totals: dict[tuple[str, Period, frozenset[int]], Mapping[int, Totals]] = field(default_factory=dict, repr=False)

    def tree(self, period: Period) -> Tree:
        """The organisations at the end of a period, or today's."""
        return self.registry.at(self.today if self.basis is Basis.TODAY else period.end)

    def standing(self, source: str, day: date) -> rollup.Standing | None:
        """What stands for a leaf of a day on the map that is asked for; None: each for itself."""
        if self.basis is Basis.REPORTED or source in self.vocabulary.unit_counts:
            return None
        return lambda leaf: self.todays_map.stands(source, leaf, day).shares

    def expected(self, source: str, unit: int, day: date) -> int:
        """Leaf units of the source's grain at or below the unit on that day."""
        grain = self.vocabulary.sources[source].grain
        if grain is None:
            return 0
        if self.basis is Basis.REPORTED:
            return self.registry.at(day).expected(unit, grain)
        return self.todays_map.expected(source, unit, day)

    def is_stale(self, source: str, period: Period) -> bool:
        """Whether the stored sums are not the ones asked for: another map, or something has changed since."""
        moved = self.basis is Basis.TODAY and not all(
            self.todays_map.is_shaped_alike(part.end) for part in period.to_date
        )
        return moved or self._is_outdated(source, period)

    def can_be_put_together(self, source: str, period: Period) -> bool:
        """Whether sums on today's map are made of stored ones of then; official forms stand for whole branches."""
        moved = (
            self.basis is Basis.TODAY and source not in self.vocabulary.unit_counts and source in self.vocabulary.summed
        )
        return moved and not (self._is_outdated(source, period) or self.has_officials(source, period))

    def has_officials(self, source: str, period: Period) -> bool:
        """Whether official forms ever gave counts of a source for a period."""
        return period in self._official_periods.get(source, ())

    def _is_outdated(self, source: str, period: Period) -> bool:
        """Whether something has changed since."""
        if self.as_of is None:
            return False
        if source in self.recounted:
            return True
        derived = self.vocabulary.derived
        read_from = derived[source].reads_from if source in derived else (source,)
        return any(self._has_changed(form, part) for form in read_from for part in period.to_date)

    def _has_changed(self, form: str, period: Period) -> bool:
        """Whether the counts of a form are no longer those of then; official forms yield to returns of parts too."""
        parts = periods_within(self.vocabulary.stored[form], period) if self.has_officials(form, period) else (period,)
        changed = {(form, part.code) for part in parts} | {(form, "")}
        changed |= {(code, period.code) for code in officials_for(self.vocabulary, form)}
        return not changed.isdisjoint(self._changed_since) or any(map(self._map_changed, parts))

    @cached_property
    def _official_periods(self) -> Mapping[str, frozenset[Period]]:
        with self.engine.connect() as connection:
            return official_periods(connection, self.vocabulary)

    def _map_changed(self, period: Period) -> bool:
        return self.registry.at(period.end).shape != self.current.at(period.end).shape

    @cached_property
    def _changed_since(self) -> frozenset[tuple[str, str]]:
        query = select(submissions.c.form, submissions.c.period).where(
            (submissions.c.accepted_at > self.as_of) | (submissions.c.superseded_at > self.as_of)
        )
        with self.engine.connect() as connection:
            return frozenset((row.form, row.period) for row in connection.execute(query.distinct()))

    def records(self, period: Period, years: int, below: Collection[int] | None = None) -> tuple[CellRecord, ...]:
        """What each residential cell, or each below some units, admitted in the last complete years."""
        map_day = period.end if self.basis is Basis.REPORTED else self.today
        tree = self.tree(period)
        cells: Sequence[Unit] = tree.at_level(Level.CELL)
        if below is not None:
            within = {unit.id for each in below for unit in tree.within(each)}
            cells = [cell for cell in cells if cell.id in within]
        there = [cell for cell in cells if self.basis is Basis.REPORTED or self.expected(MOVEMENT, cell.id, period.end)]
        return self._history.records(there, period, years, map_day)

    @cached_property
    def _history(self) -> AdmissionYears:
        return AdmissionYears(self.engine, self.registry, frozenset(self.opened), self.as_of, self._admissions_kept)

    def _admissions_kept(self, year: Period) -> bool:
        """Whether what is kept of a year's admissions is what is asked for: no return of it has come since."""
        parts = (part for frequency in Frequency for part in year.parts(frequency))
        return self.as_of is None or not any((MOVEMENT, part.code) in self._changed_since for part in parts)
