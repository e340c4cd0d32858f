"""The tables of the API: parameters, columns and sources of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data.language import Text
from data.organisations.units import Level, UnitKind
from data.periods import Frequency, Period, Term
from data.reading.queries import Reader
from data.tables.opened import PeriodState
from data.tasks import Recurrence, Task, TaskState
from indicators.answers.enquiry import Enquiry
from indicators.answers.lagging_cells import Lagging, LaggingRow
from indicators.answers.lagging_cells import rows as lagging_rows
from indicators.answers.rows import RowKind, TableRow
from indicators.answers.statements import rows_of
from indicators.catalogue.lookup import catalogue_of
from layouts.api.parameters import (
    BASIS,
    COURSE,
    FREQUENCY,
    INDICATOR,
    LEVEL,
    PERIOD,
    REASON,
    SHOW,
    SPAN,
    UNIT,
    Parameter,
    ParameterValues,
    periods_of,
)
from layouts.views.catalogue_rows import CatalogueRow, ReturnRow, catalogue_row, due_row


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow(TableRow):
    """An organisation, and the one above it."""

    unit: str
    unit_name: str
    kind: UnitKind
    level: Level | None
    parent: str | None
    residential: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow(TableRow):
    """A period with data or opened for returns; `forms` is empty where it is open for all of its frequency."""

    period: Period
    frequency: Frequency
    start: date
    end: date
    state: PeriodState | None
    due: date | None
    forms: tuple[str, ...]
    opened_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow(TableRow):
    """A line of the register of tasks, as of today."""

    task: str
    clause: str
    text: str
    owner: str
    unit: str | None
    recurrence: Recurrence
    term: Term | None
    due: date | None
    state: TaskState
    evidence_number: str
    evidence_date: date | None
    successor: str
    meetings: int | None
    firms: int | None
    proposals: int | None
    settled: int | None


@dataclass(frozen=True, kw_only=True)
class ApiTable:
    """One table; its row type may depend on the parameters."""

    name: str
    title: Text
    parameters: tuple[Parameter, ...]
    kind: Callable[[ParameterValues], RowKind]
    rows: Callable[[Reader, ParameterValues], Sequence[TableRow]]


def _indicators(reader: Reader, _given: ParameterValues) -> Sequence[TableRow]:
    catalogue = catalogue_of(reader.vocabulary)
    return [catalogue_row(indicator, reader.vocabulary) for indicator in catalogue.values()]


def _units(reader: Reader, given: ParameterValues) -> Sequence[TableRow]:
    day = given[PERIOD].end if given[PERIOD] else None
    tree = reader.tree(day)
    if tree.root is None:
        return []
    asked = reader.unit(given[UNIT]) if given[UNIT] else tree.root
    wanted = tree.within(asked.id) if given[LEVEL] is None else tree.at_level(given[LEVEL], asked.id)
    return [
        UnitRow(
            unit=unit.code,
            unit_name=unit.name,
            kind=unit.kind,
            level=unit.level,
            parent=next((above.code for above in tree.ancestors(unit.id)), None),
            residential=unit.residential,
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
        )
        for unit in wanted
    ]


def _periods(reader: Reader, _given: ParameterValues) -> Sequence[TableRow]:
    known = {*reader.opened_periods, *reader.history(), *(period.whole_year for period in reader.opened())}
    return [_period(reader, period) for period in sorted(known)]


def _period(reader: Reader, period: Period) -> PeriodRow:
    opened = reader.opened_periods.get(period)
    return PeriodRow(
        period=period,
        frequency=period.frequency,
        start=period.start,
        end=period.end,
        state=opened.state if opened else None,
        due=reader.due_day(period, reader.viewer.unit) if opened else None,
        forms=tuple(sorted(opened.forms)) if opened else (),
        opened_at=opened.opened_at if opened else None,
        closed_at=opened.closed_at if opened else None,
    )


def _values(reader: Reader, given: ParameterValues) -> Sequence[TableRow]:
    enquiry = Enquiry(
        indicators=given[INDICATOR],
        unit=given[UNIT],
        level=given[LEVEL],
        periods=periods_of(given[SPAN] or _latest(reader).code, given[FREQUENCY]),
        basis=given[BASIS],
    )
    return list(rows_of(given[SHOW]).rows(reader, enquiry))


def _lagging(reader: Reader, given: ParameterValues) -> Sequence[TableRow]:
    unit = reader.unit(given[UNIT]).id if given[UNIT] else None
    return lagging_rows(Lagging(reader, given[PERIOD] or _latest(reader), unit), given[REASON], given[COURSE])


def _returns(reader: Reader, given: ParameterValues) -> Sequence[TableRow]:
    return [due_row(due) for due in reader.returns(given[PERIOD] or _latest(reader))]


def _tasks(reader: Reader, _given: ParameterValues) -> Sequence[TableRow]:
    return [_task(reader, task) for task in reader.tasks()]


def _task(reader: Reader, task: Task) -> TaskRow:
    unit = reader.registry.latest(task.unit) if task.unit is not None else None
    return TaskRow(
        task=task.task,
        clause=task.clause,
        text=task.text,
        owner=task.owner,
        unit=unit.code if unit else None,
        recurrence=task.recurrence,
        term=task.term,
        due=task.due,
        state=task.state_on(reader.today()),
        evidence_number=task.evidence_number,
        evidence_date=task.evidence_date,
        successor=task.successor,
        meetings=task.meetings,
        firms=task.firms,
        proposals=task.proposals,
        settled=task.settled,
    )


def _latest(reader: Reader) -> Period:
    return reader.current_period or Period(reader.today().year)


def _always(kind: RowKind) -> Callable[[ParameterValues], RowKind]:
    return lambda _given: kind


TABLES = (
    ApiTable(
        name="indicators",
        title=Text("Danh mục chỉ tiêu", "Catalogue of indicators"),
        parameters=(),
        kind=_always(CatalogueRow),
        rows=_indicators,
    ),
    ApiTable(
        name="units",
        title=Text("Tổ chức đảng", "Organisations"),
        parameters=(UNIT, LEVEL, PERIOD),
        kind=_always(UnitRow),
        rows=_units,
    ),
    ApiTable(
        name="periods",
        title=Text("Kỳ báo cáo", "Periods"),
        parameters=(),
        kind=_always(PeriodRow),
        rows=_periods,
    ),
    ApiTable(
        name="values",
        title=Text("Giá trị chỉ tiêu", "Values of indicators"),
        parameters=(INDICATOR, UNIT, LEVEL, SPAN, FREQUENCY, BASIS, SHOW),
        kind=lambda given: rows_of(given[SHOW]).kind,
        rows=_values,
    ),
    ApiTable(
        name="lagging",
        title=Text("Chi bộ cần quan tâm", "Cells that need attention"),
        parameters=(UNIT, PERIOD, REASON, COURSE),
        kind=_always(LaggingRow),
        rows=_lagging,
    ),
    ApiTable(
        name="returns",
        title=Text("Tình hình nộp báo cáo", "Returns that are due"),
        parameters=(PERIOD,),
        kind=_always(ReturnRow),
        rows=_returns,
    ),
    ApiTable(
        name="tasks",
        title=Text("Nhiệm vụ theo Kết luận", "Tasks of the conclusion"),
        parameters=(),
        kind=_always(TaskRow),
        rows=_tasks,
    ),
)
