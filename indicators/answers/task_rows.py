"""The tasks of the conclusion as rows: coverage of each task and of each owner, and every line of the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from data.periods import Period
from data.reading.queries import Reader
from data.tasks import Task, TaskState, first_year
from indicators.answers.statements import TaskView

_COUNTS = ("owed", "done", "under_way", "not_started", "overdue", "coverage", "as_of")
TASK_COLUMNS = ("task", "clause", "text", "period", *_COUNTS)
OWNER_COLUMNS = ("unit", "owner", "successor", "period", *_COUNTS)
LINE_COLUMNS = (
    "task",
    "clause",
    "text",
    "unit",
    "owner",
    "co_owners",
    "successor",
    "recurrence",
    "term",
    "due",
    "state",
    "days_left",
    "evidence_number",
    "evidence_date",
    "evidence_file",
    "meetings",
    "firms",
    "proposals",
    "settled",
    "as_of",
)


COLUMNS: Mapping[TaskView, Sequence[str]] = {
    TaskView.TASK: TASK_COLUMNS,
    TaskView.OWNER: OWNER_COLUMNS,
    TaskView.LINE: LINE_COLUMNS,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the register as it stands on a day; `unit` is the owner's code, "" for a body outside the registry."""

    task: Task
    unit: str
    day: date

    @property
    def state(self) -> TaskState:
        """How it stands."""
        return self.task.state_on(self.day)

    @property
    def days_late(self) -> int:
        """Days since it was due, or from then to its evidence; 0 when it is or was in time."""
        due, until = self.task.due, self.task.evidence_date if self.state is TaskState.DONE else self.day
        return 0 if due is None or until is None else max(0, (until - due).days)


def rows(
    reader: Reader, period: Period, view: TaskView = TaskView.TASK, unit: str | None = None
) -> list[dict[str, Any]]:
    """What is owed in the period's year, as it stands on the period's last day (or today, whichever is first).

    `view` says of what the rows are, and so their keys (COLUMNS); `unit` leaves only what it and those below it owe.
    Lines come overdue first, then by due date.

    Raises:
        UnknownUnit, OutOfScope: of the unit, as the reader says.
    """
    found = lines(reader, period, unit)
    if view is TaskView.LINE:
        return [line_row(reader, line) for line in found]
    key, head = (_by_task, _task) if view is TaskView.TASK else (_by_owner, _owner)
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in found:
        groups.setdefault(key(line), []).append(line)
    return [{**head(group[-1]), "period": period.code, **_counts(group, reader)} for _, group in sorted(groups.items())]


def lines(reader: Reader, period: Period, unit: str | None = None) -> tuple[Line, ...]:
    """The lines behind `rows`, overdue ones first, then by due date."""
    return tuple(sorted(_lines(reader, period, unit), key=_most_urgent))


def _lines(reader: Reader, period: Period, unit: str | None) -> Iterator[Line]:
    register, day = reader.tasks(), min(period.end, reader.today())
    first, tree = first_year(register), reader.registry.at(period.end)
    asked = None if unit is None else reader.unit(unit)
    whole = asked is None or asked.parent is None
    within = {below.id for below in tree.within(asked.id)} | {asked.id} if asked is not None else set()
    for task in register:
        if task.is_owed_in(period.year, first) and (whole or task.unit in within):
            owner = reader.registry.latest(task.unit) if task.unit is not None else None
            yield Line(task, owner.code if owner else "", day)


def _by_task(line: Line) -> tuple[str, ...]:
    return (line.task.task,)


def _by_owner(line: Line) -> tuple[str, ...]:
    return line.unit or "~", line.task.owner  # bodies outside the registry last


def _task(line: Line) -> dict[str, Any]:
    return {"task": line.task.task, "clause": line.task.clause, "text": line.task.text}


def _owner(line: Line) -> dict[str, Any]:
    return {"unit": line.unit or None, "owner": line.task.owner, "successor": line.task.successor or None}


def _counts(group: Sequence[Line], reader: Reader) -> dict[str, Any]:
    found = {state.value: sum(line.state is state for line in group) for state in TaskState}
    coverage = Fraction(found["done"], len(group))
    told = found | {"owed": len(group), "coverage": coverage, "as_of": reader.as_of}
    return {name: told[name] for name in _COUNTS}


def line_row(reader: Reader, line: Line) -> dict[str, Any]:
    """A line as a row (keys: LINE_COLUMNS)."""
    task = line.task
    left = (task.due - line.day).days if task.due and line.state is not TaskState.DONE else None
    return {name: getattr(task, name, None) for name in LINE_COLUMNS} | {
        "unit": line.unit or None,
        "term": task.term.code if task.term else None,
        "state": line.state,
        "days_left": left,
        "as_of": reader.as_of,
    }


def _most_urgent(line: Line) -> tuple[bool, bool, date, str, str]:
    task = line.task
    return line.state is not TaskState.OVERDUE, line.state is TaskState.DONE, task.due or date.max, task.task, line.unit
