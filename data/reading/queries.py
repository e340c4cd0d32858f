"""Reads for everybody else: what a viewer may see, now or as it was known at an instant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from fractions import Fraction
from functools import cache, cached_property
from itertools import chain

import numpy as np
from sqlalchemy import select

from data.language import UsersFault
from data.messages import sentence
from data.observations import Basis, Plan
from data.periods import Period
from data.reading.contributions import Among, columns_of, read_contributions
from data.reading.returns import ReturnReader
from data.reading.scope import UnknownUnit
from data.returns import SourceFile
from data.sums.asked import Asked
from data.sums.due import DueCalendar, due_returns, read_calendar, read_versions, senders
from data.sums.duties import Duties
from data.sums.families.model import ReturnCount, SourceColumns
from data.sums.streaks import CellRecord
from data.sums.todays_map import TodaysMap
from data.sums.totals import StoredObservations, expand
from data.tables.records import (
    Contribution,
    DueReturn,
    Receipt,
    ReturnStatus,
    Submission,
    plan_of,
    receipt_of,
    submission_of,
)
from data.tables.schema import files, plans, receipts, submissions, units
from data.tables.task_register import read_tasks
from data.tables.thresholds import COUNTED_BY, ThresholdChange, Thresholds, read_changes, read_thresholds
from data.tasks import Task
from data.viewers import OutOfScope

_FEW_UNITS = 500  # that a query names one by one

__all__ = ["Reader", "UnknownFile", "UnknownUnit"]


class UnknownFile(UsersFault, LookupError):
    """No stored file has that digest."""


class Reader(ReturnReader):
    """Answers the questions that pages, commands and loaders ask."""

    @cached_property
    def _calendar(self) -> DueCalendar:
        with self._engine.connect() as connection:
            return read_calendar(connection, self.vocabulary, self._opened, self.as_of)

    @cached_property
    def thresholds(self) -> Thresholds:
        """The thresholds in force, or those that were at `as_of`."""
        with self._engine.connect() as connection:
            return read_thresholds(connection, self.as_of)

    @cached_property
    def _todays_map(self) -> TodaysMap:
        return self._registries.map_of(self.vocabulary, self.registry, self.today())

    @cached_property
    def _recounted(self) -> frozenset[str]:
        if self.as_of is None:
            return frozenset()
        with self._engine.connect() as connection:
            now = read_thresholds(connection)
        return frozenset(
            source for source, code in COUNTED_BY.items() if now.value(code) != self.thresholds.value(code)
        )

    def threshold_changes(self) -> tuple[ThresholdChange, ...]:
        """Every change of a threshold until now, oldest first."""
        with self._engine.connect() as connection:
            return read_changes(connection)

    def observations(
        self,
        sources: Iterable[str],
        units: Iterable[int],
        periods: Iterable[Period],
        basis: Basis = Basis.REPORTED,
        only: Iterable[str] = (),
        spare: Iterable[int] = (),
    ) -> StoredObservations:
        """Sums of some sources for units and periods (and all sub-periods of these), fetched in one go.

        `only` names the measures of forms that will be asked for, where these are few of many; `spare` are units that
        are seldom asked for, and fetched when they are.
        """
        known = {period.code for period in (*self._opened, *self._unowed)}
        asked = Asked(
            engine=self._engine,
            vocabulary=self.vocabulary,
            registry=self.registry,
            current=self._current_registry,
            as_of=self.as_of,
            basis=basis,
            today=self.today(),
            todays_map=self._todays_map,
            small=self.thresholds.whole("small_cell_size"),
            years=self.thresholds.whole("cells_years"),
            opened=self._opened,
            recounted=self._recounted,
        )
        observed = StoredObservations(
            asked=asked,
            visible=self._visible,
            duties=Duties(
                self.registry,
                basis,
                self._todays_map,
                self._opened,
                returns=self._return_counts,
                tasks=cache(self.tasks),
            ),
            hidden=self.hidden,
            only=frozenset(only),
        )
        observed.load(sources, set(units), expand(periods, known), set(spare))
        return observed

    def hidden(self, period: Period) -> frozenset[int]:
        """Units whose counts of sex, ethnicity and discipline in a period are not told to this viewer."""
        year, minimum = period.whole_year, self.thresholds.whole("disclosure_size")
        if self.viewer.sees_small_numbers:
            return frozenset()
        if year not in self._hidden:
            with self._engine.connect() as connection:
                self._hidden[year] = self._disclosure.hidden(
                    connection,
                    self.registry,
                    tuple(part for part in self._opened if year.contains(part)),
                    self.today(),
                    minimum=minimum,
                    version=self.version,
                    as_of=self.as_of,
                )
        return self._hidden[year]

    def cell_counts(self, source: str, measures: Sequence[str], period: Period) -> dict[int, tuple[int, ...]]:
        """Some counts of the viewer's cells in returns of exactly that period; cells that left one blank are left out.

        `source` is a form or a derived family that counts cells.
        """
        rows = self._unloaded.own_rows(source, measures, period)
        values = rows.values[:, [rows.measures.index(measure) for measure in measures]]
        given = np.flatnonzero(~np.isnan(values).any(axis=1)).tolist()
        counts: list[list[int]] = values[given].astype(np.int64).tolist()
        found = {rows.units[place]: tuple(each) for place, each in zip(given, counts, strict=True)}
        if self.viewer.unit is None:
            return found
        return {unit: each for unit, each in found.items() if self._visible(unit, period.end)}

    def cell_records(self, period: Period, years: int) -> tuple[CellRecord, ...]:
        """What the viewer's residential cells admitted in each of the last complete years, as reported."""
        records = self._unloaded.asked.records(period, years)
        return tuple(record for record in records if self._visible(record.unit, period.end))

    @cached_property
    def _unloaded(self) -> StoredObservations:
        return self.observations((), (), ())

    def plans(self, indicators: Iterable[str] | None = None, units: Collection[int] | None = None) -> tuple[Plan, ...]:
        """Plans in force, oldest decision first: the viewer's branch, and above it what ratios inherit.

        `units` may say whose plans are needed; where it names many, those of others are there too.
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
        if units is not None and len(units) <= _FEW_UNITS:
            query = query.where(plans.c.unit_id.in_(sorted(units)))
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(plan_of(row) for row in rows if self._may_see_plan(row["unit_id"]))

    def _may_see_plan(self, unit: int) -> bool:
        if self.viewer.unit is None or self.may_see(unit):
            return True
        root = self.tree().root
        return root is not None and unit in {above.id for above in self.registry.at(self.today()).ancestors(root.id)}

    def tasks(self) -> tuple[Task, ...]:
        """The lines of the task register in force: all, or those that the viewer's branch and those above it owe."""
        with self._engine.connect() as connection:
            found = read_tasks(connection, self.as_of)
        return tuple(task for task in found if task.unit is None or self._may_see_plan(task.unit))

    def returns(self, period: Period) -> tuple[DueReturn, ...]:
        """Every return due for a period, by sender and form."""
        with self._engine.connect() as connection:
            versions = read_versions(connection, self.vocabulary, period, self.as_of)
        within = self.registry.at(period.end)
        mine = [sender for sender in senders(within) if self._visible(sender, period.end)]
        last_day = period.end + timedelta(days=self.thresholds.whole("deadline_days"))
        return tuple(due_returns(self._calendar, period, within, mine, versions, last_day))

    def _return_counts(self, period: Period) -> Sequence[ReturnCount]:
        return [
            ReturnCount(
                unit=due.unit.id,
                form=due.form,
                on_time=due.status is ReturnStatus.ON_TIME,
                complete=due.versions > 0 and due.reporting >= due.expected and due.blanks == 0,
                received=due.versions > 0,
            )
            for due in self.returns(period)
        ]

    def submissions(
        self, *, unit: str | None = None, period: Period | None = None, limit: int = 200
    ) -> tuple[Submission, ...]:
        """Accepted versions, newest first, of the viewer's branch (or of one unit of it)."""
        query = (
            select(submissions, files.c.name.label("file_name"), units.c.code.label("unit_code"))
            .join(files, files.c.sha256 == submissions.c.sha256)
            .join(units, units.c.id == submissions.c.unit_id)
            .order_by(submissions.c.id.desc())  # instants of acceptance never run backwards
            .limit(limit)
        )
        if unit is not None:
            query = query.where(submissions.c.unit_id == self.unit(unit).id)
        if period is not None:
            query = query.where(submissions.c.period == period.code)
        if self.as_of is not None:
            query = query.where(submissions.c.accepted_at <= self.as_of)
        if self.viewer.unit is not None:
            query = query.where(submissions.c.unit_id.in_([u.id for u in self.tree().units.values()]))
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(submission_of(row, self._name(row["unit_id"], row["unit_code"])) for row in rows)

    def _name(self, unit: int, code: str) -> str:
        latest = self.registry.latest(unit)
        return latest.name if latest else code

    def receipts(self, limit: int = 50) -> tuple[Receipt, ...]:
        """Attempts to load, newest first: all of them, or a district account's own."""
        query = select(receipts).order_by(receipts.c.id.desc()).limit(limit)
        if self.viewer.unit is not None:
            root = self.tree().root
            mine = receipts.c.sender == self.viewer.name
            query = query.where(mine | (receipts.c.sender_unit_id == root.id) if root else mine)
        with self._engine.connect() as connection:
            return tuple(receipt_of(row) for row in connection.execute(query).mappings())

    def contributions(
        self,
        source: str,
        measures: Sequence[str],
        unit: int,
        period: Period,
        basis: Basis = Basis.REPORTED,
    ) -> tuple[Contribution, ...]:
        """The workbook cells behind a sum, in the order of the workbooks; of derived counts, those counted."""
        if not self._visible(unit, period.end if basis is Basis.REPORTED else self.today()):
            return ()
        behind = columns_of(source, measures, period, self._opened, self.thresholds.whole("cells_years"))
        sensitive = self.vocabulary.sensitive
        hidden = self.hidden(period) if not sensitive.isdisjoint(measures) else frozenset()
        with self._engine.connect() as connection:
            found = [read_contributions(connection, cells, self._among(cells, unit, period, basis)) for cells in behind]
            told = chain.from_iterable(found)
            return tuple(cell for cell in told if cell.unit not in hidden or cell.measure not in sensitive)

    def _among(self, cells: SourceColumns, unit: int, period: Period, basis: Basis) -> Among:
        """Whose cells are a unit's: those below it at the end of the asked period, or what stands there today."""
        within = {below.id for below in self.registry.at(period.end).within(unit)}

        def share(leaf: int) -> int | Fraction:
            if basis is Basis.REPORTED:
                return int(leaf in within)
            return self._todays_map.share(cells.form, leaf, cells.period.end, unit)

        few = within if basis is Basis.REPORTED and len(within) <= _FEW_UNITS else None
        return Among(vocabulary=self.vocabulary, registry=self.registry, share=share, few=few, as_of=self.as_of)

    def file(self, sha256: str) -> SourceFile:
        """A workbook as it came.

        Raises:
            UnknownFile: none is stored under that digest.
            OutOfScope: it holds returns of others than the viewer's branch, or counts too small for the viewer.
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
