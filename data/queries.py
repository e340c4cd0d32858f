"""Reads for everybody else: what a viewer may see, now or as it was known at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain

from sqlalchemy import Engine, select

from data.audit import ONLY_TELLS
from data.contributions import cells_of, read_contributions
from data.current import (
    CountRange,
    ReturnKey,
    StoredReturn,
    read_count_ranges,
    read_current,
    read_is_cumulative,
    read_measure,
    read_reported_units,
)
from data.due import Calendar, due_returns, read_calendar, read_versions, senders
from data.mappings import HeaderMapping
from data.observations import Basis, Plan
from data.observed import ReturnCount, StoredObservations, expand
from data.periods import Frequency, Period
from data.records import (
    Contribution,
    DueReturn,
    Receipt,
    ReturnStatus,
    Submission,
    mapping_of,
    plan_of,
    receipt_of,
    submission_of,
)
from data.registries import RegistryCache
from data.returns import SourceFile
from data.schema import (
    LEAVES,
    audit,
    files,
    mappings,
    opened_periods,
    plans,
    receipts,
    settings,
    submissions,
    units,
)
from data.streaks import CellRecord
from data.task_register import read_tasks
from data.tasks import Task
from data.thresholds import COUNTED_BY, ThresholdChange, Thresholds, read_changes, read_thresholds
from data.units import Registry, Tree, Unit
from data.viewers import OutOfScope, Viewer


class UnknownUnit(LookupError):
    """No organisation has that code."""


class UnknownFile(LookupError):
    """No stored file has that digest."""


class Reader:
    """Reads for one viewer, now or as known at `as_of`. What lies outside the viewer's branch is not there for it."""

    def __init__(
        self, engine: Engine, viewer: Viewer, as_of: datetime | None = None, registries: RegistryCache | None = None
    ) -> None:
        self.viewer = viewer
        self.as_of = as_of
        self._engine = engine
        self._registries = registries or RegistryCache()

    @cached_property
    def version(self) -> int:
        """Grows with every change of the store: part of every cache key."""
        query = select(audit.c.id).where(audit.c.action.not_in(ONLY_TELLS)).order_by(audit.c.id.desc()).limit(1)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    @cached_property
    def is_sample(self) -> bool:
        """Whether the store holds the made-up province."""
        return self._setting("sample") == "1"

    @cached_property
    def registry(self) -> Registry:
        """The whole registry in force; pages use `tree`, which is the viewer's branch of it."""
        with self._engine.connect() as connection:
            return self._registries.get(connection, self.as_of)

    @cached_property
    def _current_registry(self) -> Registry:
        if self.as_of is None:
            return self.registry
        with self._engine.connect() as connection:
            return self._registries.get(connection, None)

    def tree(self, day: date | None = None) -> Tree:
        """The viewer's branch on a day (default: today)."""
        whole = self.registry.at(day or self.today())
        if self.viewer.unit is None:
            return whole
        root = whole.by_code.get(self.viewer.unit)
        return whole.branch(root.id) if root else Tree({}, None)

    def root(self) -> Unit:
        """The root of the viewer's tree.

        Raises:
            UnknownUnit: there is no registry yet, or the viewer's unit is not in it.
        """
        found = self.tree().root
        if found is None:
            raise UnknownUnit("Chưa có danh mục tổ chức đảng trong kho; hãy nạp biểu DM trước.")
        return found

    def unit(self, code: str) -> Unit:
        """The latest spell of the unit with that code.

        Raises:
            UnknownUnit: no unit has or had it.
            OutOfScope: it never belonged to the viewer's branch.
        """
        unit = self.registry.latest(self.registry.ids.get(code, -1))
        if unit is None:
            raise UnknownUnit(f"Không có tổ chức đảng nào mang mã {code!r} trong danh mục.")
        if not self.may_see(unit.id):
            raise OutOfScope(f"Tài khoản {self.viewer.name} không được xem số liệu của tổ chức mang mã {code!r}.")
        return unit

    def may_see(self, unit: int) -> bool:
        """Whether the unit of that id ever belonged to the viewer's branch."""
        if self.viewer.unit is None:
            return True
        days = {spell.valid_from for spell in self.registry.spells_of.get(unit, ())}
        return any(self._visible(unit, day) for day in (*days, self._today))

    def _visible(self, unit: int, day: date) -> bool:
        if self.viewer.unit is None:
            return True
        tree = self.registry.at(day)
        branch = tree.by_code.get(self.viewer.unit)
        return branch is not None and (unit == branch.id or branch.id in {u.id for u in tree.ancestors(unit)})

    def opened(self, frequency: Frequency | None = None) -> tuple[Period, ...]:
        """Periods that returns are kept for, oldest first."""
        return tuple(p for p in self._opened if frequency is None or p.frequency is frequency)

    @cached_property
    def _opened(self) -> tuple[Period, ...]:
        query = select(opened_periods.c.period)
        if self.as_of is not None:
            query = query.where(opened_periods.c.opened_at <= self.as_of)
        with self._engine.connect() as connection:
            return tuple(sorted(Period.parse(code) for code in connection.execute(query).scalars()))

    @cached_property
    def _calendar(self) -> Calendar:
        with self._engine.connect() as connection:
            return read_calendar(connection, self._opened, self.as_of)

    @cached_property
    def _historical(self) -> tuple[str, ...]:
        with self._engine.connect() as connection:
            return tuple(connection.execute(select(LEAVES["LS"].c.period).distinct()).scalars())

    def history(self) -> tuple[Period, ...]:
        """Years that have only the historical series, oldest first."""
        return tuple(sorted(Period.parse(code) for code in self._historical))

    def today(self) -> date:
        """The last day of the latest opened period, so that a store of past years does not call everything late."""
        return self._today

    @cached_property
    def _today(self) -> date:
        periods = (*self._opened, *self.history())
        return max((period.end for period in periods), default=date(1997, 1, 1))

    @cached_property
    def thresholds(self) -> Thresholds:
        """The thresholds in force, or those that were at `as_of`."""
        with self._engine.connect() as connection:
            return read_thresholds(connection, self.as_of)

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

    def _setting(self, code: str) -> str | None:
        with self._engine.connect() as connection:
            return connection.execute(select(settings.c.value).where(settings.c.code == code)).scalar()

    def observations(
        self,
        sources: Iterable[str],
        units: Iterable[int],
        periods: Iterable[Period],
        basis: Basis = Basis.REPORTED,
    ) -> StoredObservations:
        """Sums of some sources for units and periods (and all sub-periods of these), fetched in one go."""
        known = {period.code for period in self._opened} | set(self._historical)
        observed = StoredObservations(
            engine=self._engine,
            registry=self.registry,
            current=self._current_registry,
            as_of=self.as_of,
            basis=basis,
            today=self.today(),
            small=self.thresholds.whole("small_cell_size"),
            years=self.thresholds.whole("cells_years"),
            visible=self._visible,
            returns=self._return_counts,
            opened=self._opened,
            recounted=self._recounted,
        )
        observed.load(sources, set(units), expand(periods, known))
        return observed

    def cell_records(self, period: Period, years: int) -> tuple[CellRecord, ...]:
        """What the viewer's residential cells admitted in each of the last complete years, as reported."""
        observed = self.observations((), (), ())
        with self._engine.connect() as connection:
            records = observed.records(connection, period, years)
        return tuple(record for record in records if self._visible(record.unit, period.end))

    def plans(self, indicators: Iterable[str] | None = None) -> tuple[Plan, ...]:
        """Plans in force, oldest decision first: the viewer's branch, and above it what ratios inherit."""
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
            versions = read_versions(connection, period, self.as_of)
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
            .order_by(submissions.c.accepted_at.desc(), submissions.c.id.desc())
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
        self, source: str, measures: Sequence[str], unit: int, period: Period
    ) -> tuple[Contribution, ...]:
        """The workbook cells behind a sum, in the order of the workbooks; of derived counts, those counted."""
        if not self._visible(unit, period.end):
            return ()
        within = {below.id for below in self.registry.at(period.end).within(unit)}
        behind = cells_of(source, measures, period, self._opened, self.thresholds.whole("cells_years"))
        with self._engine.connect() as connection:
            found = [
                read_contributions(connection, cells, self.registry.at(cells.period.end), within, self.as_of)
                for cells in behind
            ]
            return tuple(chain.from_iterable(found))

    def file(self, sha256: str) -> SourceFile:
        """A workbook as it came.

        Raises:
            UnknownFile: none is stored under that digest.
            OutOfScope: it holds returns of others than the viewer's branch.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(files).where(files.c.sha256 == sha256)).mappings().one_or_none()
            owners = (
                connection.execute(select(submissions.c.unit_id).where(submissions.c.sha256 == sha256)).scalars().all()
            )
        if row is None:
            raise UnknownFile("Không có tệp nào trong kho mang mã này.")
        if not all(self.may_see(owner) for owner in owners):
            raise OutOfScope(f"Tài khoản {self.viewer.name} không được tải tệp này.")
        return SourceFile(name=row["name"], content=row["content"])

    def closings(self, unit: str, form: str, measure: str, period: Period) -> dict[str, int]:
        """A measure of each leaf unit of the unit's return for exactly that period, by code."""
        within: set[int] | None = None
        if unit in self.registry.ids:
            days = (period.next.start, period.end)
            within = {u.id for day in days for u in self.registry.at(day).within(self.registry.ids[unit])}
        with self._engine.connect() as connection:
            return read_measure(connection, form, measure, period, within, self.as_of)

    def is_cumulative(self, unit: str, form: str, period: Period) -> bool:
        """Whether the unit's current return of that key counts flows since 1 January."""
        with self._engine.connect() as connection:
            key = ReturnKey(form, self.registry.ids.get(unit, -1), period.code)
            return read_is_cumulative(connection, key, self.as_of)

    def mappings(self) -> tuple[HeaderMapping, ...]:
        """The mappings that are kept, the newest first."""
        query = select(mappings).order_by(mappings.c.at.desc(), mappings.c.fingerprint)
        with self._engine.connect() as connection:
            return tuple(mapping_of(row) for row in connection.execute(query).mappings())

    def current_return(self, unit: str, form: str, period_code: str) -> StoredReturn | None:
        """The return of that key in force, row by row as it came; None when there is none.

        Raises:
            OutOfScope: the unit never belonged to the viewer's branch.
        """
        if unit not in self.registry.ids:
            return None
        with self._engine.connect() as connection:
            return read_current(connection, ReturnKey(form, self.unit(unit).id, period_code), self.as_of)

    def count_ranges(
        self, unit: str, form: str, measures: Sequence[str], periods: Iterable[Period], *, cumulative: bool
    ) -> dict[tuple[str, str], CountRange]:
        """How far measures of the leaf units in a unit's returns of some periods went, by unit code and measure."""
        keys = [ReturnKey(form, self.registry.ids.get(unit, -1), period.code) for period in periods]
        with self._engine.connect() as connection:
            return read_count_ranges(connection, keys, measures, cumulative=cumulative, as_of=self.as_of)

    def reported_units(self, unit: str, form: str, period_code: str) -> frozenset[str]:
        """Codes of the leaf units in the unit's current return of that key."""
        with self._engine.connect() as connection:
            key = ReturnKey(form, self.registry.ids.get(unit, -1), period_code)
            return read_reported_units(connection, key, self.as_of)
