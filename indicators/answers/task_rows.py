"""The tasks of the conclusion as rows: coverage of each task and of each owner, and every line of the register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TypedDict

from data.periods import Period, Term
from data.reading.queries import Reader
from data.tasks import Recurrence, Task, TaskState, first_year
from indicators.answers.rows import RowKind, TableRow
from indicators.answers.statements import TaskView


class _Counts(TypedDict):
    """Counts by state of the register lines of a task or an owner, and of those that are due."""

    owed: int
    done: int
    under_way: int
    not_started: int
    overdue: int
    coverage: Fraction | None
    as_of: datetime | None
    tasks_due: int
    tasks_due_done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCoverageRow(TableRow):
    """The coverage of a task: of its lines that are due, the share that are done; None while none is due."""

    task: str
    clause: str
    text: str
    period: Period
    owed: int
    done: int
    under_way: int
    not_started: int
    overdue: int
    coverage: Fraction | None
    as_of: datetime | None
    tasks_due: int
    tasks_due_done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerCoverageRow(TableRow):
    """The coverage of an owner; `unit` is its code where it is in the registry."""

    unit: str | None
    owner: str
    successor: str | None
    period: Period
    owed: int
    done: int
    under_way: int
    not_started: int
    overdue: int
    coverage: Fraction | None
    as_of: datetime | None
    tasks_due: int
    tasks_due_done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLineRow(TableRow):
    """A line of the register with its state; `days_left` until due, for lines not done."""

    task: str
    clause: str
    text: str
    unit: str | None
    owner: str
    co_owners: str
    successor: str
    recurrence: Recurrence
    term: Term | None
    due: date | None
    state: TaskState
    days_left: int | None
    evidence_number: str
    evidence_date: date | None
    evidence_file: str
    meetings: int | None
    firms: int | None
    proposals: int | None
    settled: int | None
    as_of: datetime | None


KINDS: Mapping[TaskView, RowKind] = {
    TaskView.TASK: TaskCoverageRow,
    TaskView.OWNER: OwnerCoverageRow,
    TaskView.LINE: TaskLineRow,
}
"""Row type by view."""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A line of the register as of a day; `unit` is the owner's code, "" for a body outside the registry."""

    task: Task
    unit: str
    day: date

    @property
    def state(self) -> TaskState:
        """The state of the line on that day."""
        return self.task.state_on(self.day)

    @property
    def is_due(self) -> bool:
        """Whether the line was due by that day."""
        return self.task.is_due_by(self.day)

    @property
    def days_late(self) -> int:
        """Days from the due date to the evidence, or to `day` without one; 0 when in time."""
        due, until = self.task.due, self.task.evidence_date if self.state is TaskState.DONE else self.day
        return 0 if due is None or until is None else max(0, (until - due).days)


def rows(reader: Reader, period: Period, view: TaskView = TaskView.TASK, unit: str | None = None) -> Sequence[TableRow]:
    """Tasks owed in the period's year, as of the earlier of the period's last day and today.

    `view` selects the row type (KINDS); `unit` restricts the lines to those owed by it and the units below it.
    Lines come overdue first, then by due date.

    Raises:
        UnknownUnit, OutOfScope: of the unit, as the reader says.
    """
    found = lines(reader, period, unit)
    if view is TaskView.LINE:
        return [register_row(reader, line) for line in found]
    key, row = (_by_task, _task) if view is TaskView.TASK else (_by_owner, _owner)
    groups: dict[tuple[str, ...], list[RegisterLine]] = {}
    for line in found:
        groups.setdefault(key(line), []).append(line)
    return [row(group[-1], period, _counts(group, reader)) for _, group in sorted(groups.items())]


def lines(reader: Reader, period: Period, unit: str | None = None) -> tuple[RegisterLine, ...]:
    """The lines behind `rows`, overdue ones first, then by due date."""
    return tuple(sorted(_lines(reader, period, unit), key=_most_urgent))


def _lines(reader: Reader, period: Period, unit: str | None) -> Iterator[RegisterLine]:
    register, day = reader.tasks(), min(period.end, reader.today())
    first, tree = first_year(register), reader.registry.at(period.end)
    asked = None if unit is None else reader.unit(unit)
    whole = asked is None or asked.parent is None
    within = {below.id for below in tree.within(asked.id)} | {asked.id} if asked is not None else set()
    for task in register:
        if task.is_owed_in(period.year, first) and (whole or task.unit in within):
            owner = reader.registry.latest(task.unit) if task.unit is not None else None
            yield RegisterLine(task, owner.code if owner else "", day)


def _by_task(line: RegisterLine) -> tuple[str, ...]:
    return (line.task.task,)


def _by_owner(line: RegisterLine) -> tuple[str, ...]:
    return line.unit or "~", line.task.owner  # bodies outside the registry sort last


def _task(line: RegisterLine, period: Period, counts: _Counts) -> TableRow:
    task = line.task
    return TaskCoverageRow(task=task.task, clause=task.clause, text=task.text, period=period, **counts)


def _owner(line: RegisterLine, period: Period, counts: _Counts) -> TableRow:
    owner, successor = line.task.owner, line.task.successor or None
    return OwnerCoverageRow(unit=line.unit or None, owner=owner, successor=successor, period=period, **counts)


def _counts(group: Sequence[RegisterLine], reader: Reader) -> _Counts:
    found = Counter(line.state for line in group)
    due = [line.state for line in group if line.is_due]
    done = due.count(TaskState.DONE)
    return _Counts(
        owed=len(group),
        done=found[TaskState.DONE],
        under_way=found[TaskState.UNDER_WAY],
        not_started=found[TaskState.NOT_STARTED],
        overdue=found[TaskState.OVERDUE],
        coverage=Fraction(done, len(due)) if due else None,
        as_of=reader.as_of,
        tasks_due=len(due),
        tasks_due_done=done,
    )


def register_row(reader: Reader, line: RegisterLine) -> TaskLineRow:
    """A line as a row."""
    task = line.task
    return TaskLineRow(
        task=task.task,
        clause=task.clause,
        text=task.text,
        unit=line.unit or None,
        owner=task.owner,
        co_owners=task.co_owners,
        successor=task.successor,
        recurrence=task.recurrence,
        term=task.term,
        due=task.due,
        state=line.state,
        days_left=(task.due - line.day).days if task.due and line.state is not TaskState.DONE else None,
        evidence_number=task.evidence_number,
        evidence_date=task.evidence_date,
        evidence_file=task.evidence_file,
        meetings=task.meetings,
        firms=task.firms,
        proposals=task.proposals,
        settled=task.settled,
        as_of=reader.as_of,
    )


def _most_urgent(line: RegisterLine) -> tuple[bool, bool, date, str, str]:
    task = line.task
    return line.state is not TaskState.OVERDUE, line.state is TaskState.DONE, task.due or date.max, task.task, line.unit
