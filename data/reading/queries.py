"""Queries of the store: everything that a viewer may see, now or as of an instant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache, cached_property
from itertools import chain

import numpy as np
from sqlalchemy import select

from data.forms.b1_movement import B1
from data.forms.derived import STREAKS
from data.forms.kh_plans import KH
from data.forms.ls_history import PublishedTotal
from data.forms.nv_tasks import NV
from data.language import UserError
from data.messages import sentence
from data.observations import Basis, Plan
from data.organisations.units import Unit
from data.periods import Period
from data.reading.contributions import LeafScope, columns_of, read_contributions
from data.reading.reads import note
from data.reading.scope import UnknownUnit
from data.reading.standings import StandingReader
from data.returns import SourceFile
from data.sums.changes_since import ChangesSince
from data.sums.context import SumContext
from data.sums.due_returns import DueCalendar, due_returns, read_calendar, read_versions, senders
from data.sums.families.model import ReturnCount, SourceColumns
from data.sums.obligations import Obligations
from data.sums.predecessors import may_be_reshaped, read_reported, with_predecessors
from data.sums.stored_observations import StoredObservations, with_sub_periods
from data.sums.streaks import CellRecord
from data.sums.todays_map import TodaysMap
from data.tables.published import read_published
from data.tables.records import (
    Contribution,
    DueReturn,
    ReturnStatus,
    Submission,
    plan_of,
    submission_of,
)
from data.tables.schema import files, plans, submissions, units
from data.tables.task_register import read_tasks
from data.tables.thresholds import THRESHOLD_BY_SOURCE, ThresholdChange, Thresholds, read_changes, read_thresholds
from data.tables.withdrawn import withdrawal_of
from data.tasks import Task
from data.viewers import SYSTEM, OutOfScope

_MAX_IN_CLAUSE = 500  # units that a query lists one by one

__all__ = ["Reader", "UnknownFile", "UnknownUnit"]


class UnknownFile(UserError, LookupError):
    """No stored file has that digest."""


class Reader(StandingReader):
    """Answers the queries of pages, commands and loaders."""

    @cached_property
    def _calendar(self) -> DueCalendar:
        with self._frame.connect() as connection:
            return read_calendar(connection, self.vocabulary, self.opened_periods, self.as_of)

    @cached_property
    def thresholds(self) -> Thresholds:
        """The thresholds in force, now or at `as_of`."""
        with self._frame.connect() as connection:
            return read_thresholds(connection, self.as_of)

    @cached_property
    def _todays_map(self) -> TodaysMap:
        return self._registries.todays_map(self.vocabulary, self.registry, self.today())

    @cached_property
    def _changes_since(self) -> ChangesSince:
        return ChangesSince(self._frame, self.vocabulary, self.registry, self._current_registry, self.as_of)

    @cached_property
    def _stale_sources(self) -> frozenset[str]:
        if self.as_of is None:
            return frozenset()
        with self._frame.connect() as connection:
            now = read_thresholds(connection)
        return frozenset(
            source for source, code in THRESHOLD_BY_SOURCE.items() if now.value(code) != self.thresholds.value(code)
        )

    def threshold_changes(self) -> tuple[ThresholdChange, ...]:
        """Every change of a threshold, oldest first."""
        with self._frame.connect() as connection:
            return read_changes(connection)

    def observations(
        self,
        sources: Iterable[str],
        units: Iterable[int],
        periods: Iterable[Period],
        basis: Basis = Basis.REPORTED,
        only: Iterable[str] = (),
        on_demand: Iterable[int] = (),
    ) -> StoredObservations:
        """Sums of some sources for units and periods (with all their sub-periods), fetched in one go.

        `only` limits the measures of forms to those needed; `on_demand` are units that are rarely needed and are
        fetched on first use.
        """
        existing = {period.code for period in (*self._opened, *self._history_periods)}
        context = SumContext(
            engine=self._frame,
            vocabulary=self.vocabulary,
            registry=self.registry,
            as_of=self.as_of,
            basis=basis,
            today=self.today(),
            todays_map=self._todays_map,
            since=self._changes_since,
            small_cell_size=self.thresholds.whole("small_cell_size"),
            streak_years=self.thresholds.whole("cells_years"),
            opened=self._opened,
            stale_sources=self._stale_sources,
        )
        observations = StoredObservations(
            context=context,
            visible=self._visible,
            obligations=Obligations(
                self.registry,
                basis,
                self._todays_map,
                self._opened,
                returns=self._return_counts,
                tasks=cache(self.tasks),
            ),
            suppressed=self.suppressed,
            note=self._note_sums,
            only=frozenset(only),
        )
        observations.load(sources, set(units), with_sub_periods(periods, existing), set(on_demand))
        return observations

    def suppressed(self, period: Period) -> frozenset[int]:
        """Units whose counts of sex, ethnicity and discipline in a period are suppressed for this viewer."""
        year, minimum = period.whole_year, self.thresholds.whole("disclosure_size")
        if self.viewer.sees_small_numbers:
            return frozenset()
        note((B1.code,), None)
        if year not in self._suppressed:
            with self._frame.connect() as connection:
                self._suppressed[year] = self._disclosure.suppressed(
                    connection,
                    self.registry,
                    tuple(part for part in self._opened if year.contains(part)),
                    self.today(),
                    minimum=minimum,
                    version=self.seen.newest_of(B1.code, None),
                    as_of=self.as_of,
                )
        return self._suppressed[year]

    def cell_counts(
        self, source: str, measures: Sequence[str], period: Period, cells: Collection[int] | None = None
    ) -> dict[int, tuple[int, ...]]:
        """Some counts of the viewer's cells from returns of exactly that period, without cells that left one blank.

        `source` is a form or a derived family that counts cells; `cells` limits which cells are read.
        """
        self._note_own((source,) if source in self.vocabulary.stored else self.vocabulary.derived[source].reads_from)
        rows = self._on_demand.own_rows(source, measures, period, cells)
        values = rows.values[:, [rows.measures.index(measure) for measure in measures]]
        given = [
            place
            for place in np.flatnonzero(~np.isnan(values).any(axis=1)).tolist()
            if rows.units[place] not in rows.placed
        ]
        counts: list[list[int]] = values[given].astype(np.int64).tolist()
        found = {rows.units[place]: tuple(each) for place, each in zip(given, counts, strict=True)}
        if self.viewer.unit is None:
            return found
        return {unit: each for unit, each in found.items() if self._visible(unit, period.end)}

    def cell_records(self, period: Period, years: int, cells: Collection[int] | None = None) -> tuple[CellRecord, ...]:
        """The admissions of the viewer's residential cells, or of some of them, in the last complete years."""
        self._note_own(STREAKS.reads_from)
        context = self._on_demand.context
        records = context.records(period, years) if cells is None else context.records_of(period, years, cells)
        return tuple(record for record in records if self._visible(record.unit, period.end))

    def unlimited(self) -> Reader:
        """A reader of everything, for what is judged against the whole province; nothing of others may be shown."""
        if self.viewer.unit is None:
            return self
        shared = self._registries, self._disclosure, self._changes
        return Reader(self._frame, self.vocabulary, SYSTEM, self.as_of, *shared)

    @cached_property
    def _on_demand(self) -> StoredObservations:
        return self.observations((), (), ())

    def plans(self, indicators: Iterable[str] | None = None, units: Collection[int] | None = None) -> tuple[Plan, ...]:
        """Plans in force, oldest decision first: the viewer's branch's, and those above it, which ratios inherit.

        `units` limits whose plans are read; if it lists many, those of others are included too.
        """
        query = select(plans).order_by(plans.c.decision_date, plans.c.submission_id, plans.c.row)
        if self.as_of is None:
            query = query.where(plans.c.superseded_at.is_(None))
        else:
            query = query.where(
                plans.c.accepted_at <= self.as_of,
                (plans.c.superseded_at.is_(None)) | (plans.c.superseded_at > self.as_of),
            )
        if indicators is not None:
            query = query.where(plans.c.indicator.in_(list(indicators)))
        if units is not None and len(units) <= _MAX_IN_CLAUSE:
            query = query.where(plans.c.unit_id.in_(sorted(units)))
        note((KH.code,), None)
        with self._frame.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(plan_of(row) for row in rows if self._may_see_plan(row["unit_id"]))

    def published(self, unit: Unit) -> tuple[PublishedTotal, ...]:
        """What documents published of a unit's admissions over many years, as the historical series in force says."""
        with self._frame.connect() as connection:
            return read_published(connection, unit.id, self.as_of) if self.may_see(unit.id) else ()

    def _may_see_plan(self, unit: int) -> bool:
        if self.viewer.unit is None or self.may_see(unit):
            return True
        root = self.tree().root
        return root is not None and unit in {above.id for above in self.registry.at(self.today()).ancestors(root.id)}

    def tasks(self) -> tuple[Task, ...]:
        """The lines of the task register in force: all, or those owed by the viewer's branch and the units above it."""
        note((NV.code,), None)
        with self._frame.connect() as connection:
            found = read_tasks(connection, self.as_of)
        return tuple(task for task in found if task.unit is None or self._may_see_plan(task.unit))

    def returns(self, period: Period, sender: str | None = None) -> tuple[DueReturn, ...]:
        """Every return due for a period (of one sender), by sender and form."""
        only = None if sender is None else self.registry.ids.get(sender, -1)
        note(None, self._own_senders if only is None else self._senders_behind((only,)))
        return self._due(period, only)

    def _due(self, period: Period, only: int | None = None) -> tuple[DueReturn, ...]:
        with self._frame.connect() as connection:
            versions = read_versions(connection, self.vocabulary, period, self.as_of)
        within = self.registry.at(period.end)
        owing = (sender for sender in senders(within) if only in (None, sender))
        own = [sender for sender in owing if self._visible(sender, period.end)]
        due = due_returns(self._calendar, period, within, own, versions, lambda unit: self.due_day(period, unit))
        if not may_be_reshaped(self.registry, period, versions):
            return tuple(due)
        with self._frame.connect() as connection:
            about = period, self.registry, self.as_of
            reported = cache(lambda form: read_reported(connection, self.vocabulary, form, *about))
            return tuple(with_predecessors(due, within, versions, reported))

    def due_forms(self, unit: str, period: Period) -> frozenset[str]:
        """Codes of the forms that a sender owes for a period, returned or not; empty for who is no sender then."""
        tree = self.registry.at(period.end)
        sender = tree.by_code.get(unit)
        if sender is None or not self._visible(sender.id, period.end):
            return frozenset()
        return frozenset(form.code for form in self._calendar.due(period) if tree.expected(sender.id, form.grain))

    def due_day(self, period: Period, unit: str | None = None) -> date:
        """The last day on which returns for a period (of one sender) are on time."""
        days, opened = self.thresholds.whole("deadline_days"), self.opened_periods.get(period)
        return opened.due_day(days, unit) if opened else period.end + timedelta(days=days)

    def _return_counts(self, period: Period) -> Sequence[ReturnCount]:
        return [
            ReturnCount(
                unit=due.unit.id,
                form=due.form,
                on_time=due.status is ReturnStatus.ON_TIME,
                complete=due.versions > 0 and due.reporting >= due.expected and due.blanks == 0,
                received=due.versions > 0,
            )
            for due in self._due(period)
        ]

    def submissions(
        self,
        *,
        unit: str | None = None,
        period: Period | None = None,
        since: datetime | None = None,
        limit: int | None = 200,
    ) -> tuple[Submission, ...]:
        """Accepted versions, newest first, of the viewer's branch (or of one unit of it).

        With `since`, those that were accepted or superseded after an instant.
        """
        query = (
            select(
                *(column for column in submissions.c if column is not submissions.c.columns),
                files.c.name.label("file_name"),
                units.c.code.label("unit_code"),
                withdrawal_of().label("withdrawal"),
            )
            .join(files, files.c.sha256 == submissions.c.sha256)
            .join(units, units.c.id == submissions.c.unit_id)
            .order_by(submissions.c.id.desc())  # the order of ids is that of acceptance
            .limit(limit)
        )
        if unit is not None:
            query = query.where(submissions.c.unit_id == self.unit(unit).id)
        if period is not None:
            query = query.where(submissions.c.period == period.code)
        if since is not None:
            query = query.where((submissions.c.accepted_at > since) | (submissions.c.superseded_at > since))
        if self.as_of is not None:
            query = query.where(submissions.c.accepted_at <= self.as_of)
        if self.viewer.unit is not None:
            query = query.where(submissions.c.unit_id.in_([u.id for u in self.tree().units.values()]))
        note(None, self._own_senders if unit is None else self._senders_behind((self.unit(unit).id,)))
        with self._frame.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(submission_of(row, self._name(row["unit_id"], row["unit_code"])) for row in rows)

    def contributions(
        self,
        source: str,
        measures: Sequence[str],
        unit: int,
        period: Period,
        basis: Basis = Basis.REPORTED,
        map_day: date | None = None,
    ) -> tuple[Contribution, ...]:
        """The workbook cells behind a sum, in workbook order; for derived counts, the cells that were counted.

        The sum is on the map of the basis, or of `map_day`.
        """
        day = map_day or (None if basis is Basis.REPORTED else self.today())
        if not self._visible(unit, day or period.end):
            return ()
        columns = columns_of(source, measures, period, self._opened, self.thresholds.whole("cells_years"))
        note({cells.form for cells in columns}, self._senders_behind((unit,)))
        sensitive = self.vocabulary.sensitive
        suppressed = self.suppressed(period) if not sensitive.isdisjoint(measures) else frozenset()
        with self._frame.connect() as connection:
            found = [
                read_contributions(connection, cells, self._leaf_scope(cells, unit, period, day)) for cells in columns
            ]
            cells = chain.from_iterable(found)
            return tuple(cell for cell in cells if cell.unit not in suppressed or cell.measure not in sensitive)

    def _leaf_scope(self, cells: SourceColumns, unit: int, period: Period, map_day: date | None) -> LeafScope:
        """The leaves that make up a unit: those below it at the end of the period, or those that map to it on a day."""
        within = {below.id for below in self.registry.at(period.end).within(unit)}
        mapped = None if map_day is None else self._todays_map.of_day(map_day)

        def share(leaf: int) -> int | Fraction:
            if mapped is None:
                return int(leaf in within)
            return mapped.share(cells.form, leaf, cells.period.end, unit)

        unit_ids = within if mapped is None and len(within) <= _MAX_IN_CLAUSE else None
        return LeafScope(
            vocabulary=self.vocabulary, registry=self.registry, share=share, unit_ids=unit_ids, as_of=self.as_of
        )

    def file(self, sha256: str) -> SourceFile:
        """A workbook as received.

        Raises:
            UnknownFile: no file with that digest is stored.
            OutOfScope: it contains returns from outside the viewer's branch, or the viewer may not see small numbers.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(files).where(files.c.sha256 == sha256)).mappings().one_or_none()
            owners = (
                connection.execute(select(submissions.c.unit_id).where(submissions.c.sha256 == sha256)).scalars().all()
            )
        if row is None:
            raise UnknownFile(sentence("file.unknown"))
        if not self.viewer.sees_small_numbers:
            raise OutOfScope(sentence("file.small_numbers"))
        if not all(self.may_see(owner) for owner in owners):
            raise OutOfScope(sentence("may_not.download", name=self.viewer.name))
        return SourceFile(name=row["name"], content=row["content"])
