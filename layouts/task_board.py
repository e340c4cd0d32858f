"""The register of tasks as a reader sees it: whose lines are open, how far each task has come, who owes what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Final

from data.tasks import RECURRENCE_TITLES, STATE_TITLES, Task, TaskState
from layouts.site import Ask
from layouts.text import language

COLUMNS: Final = (
    "task",
    "clause",
    "text",
    "owner",
    "co_owners",
    "recurrence",
    "term",
    "due",
    "state",
    "evidence_number",
    "evidence_date",
    "evidence_file",
    "successor",
    "meetings",
    "firms",
    "proposals",
    "settled",
)

MARKS: Final = {
    TaskState.DONE: "✓",
    TaskState.OVERDUE: "▼",
    TaskState.UNDER_WAY: "◐",
    TaskState.NOT_STARTED: "○",
}
_BACK, _AHEAD = 183, 365
URGENCY: Final = (TaskState.OVERDUE, TaskState.NOT_STARTED, TaskState.UNDER_WAY, TaskState.DONE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the register with its state on the day that is looked from."""

    task: Task
    state: TaskState
    today: date

    @property
    def days_late(self) -> int:
        """Days since it was due, or between due date and evidence; 0 when it is or was in time."""
        due, until = self.task.due, self.task.evidence_date if self.state is TaskState.DONE else self.today
        return 0 if due is None or until is None else max(0, (until - due).days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of the lines of one task are done, and how many are due when: `dues` by day and state.

    `due` is the first date of what is not done, else the last date.
    """

    task: str
    clause: str
    text: str
    done: int
    overdue: int
    owed: int
    due: date | None
    dues: Mapping[tuple[date, TaskState], int]


def lines(asked: Ask) -> tuple[Line, ...]:
    """The lines of the unit and year that the frame asks about, overdue ones first, then by due date.

    Of the province they are all; of another unit those that it or a unit below it owns.
    """
    return asked.remembered(("tasks", asked.unit.id, asked.period.year), lambda: _lines(asked))


def _lines(asked: Ask) -> tuple[Line, ...]:
    today, year = asked.reader.today(), asked.period.year
    whole = asked.unit.parent is None
    within = {unit.id for unit in asked.tree.within(asked.unit.id)}
    mine = (task for task in asked.reader.tasks() if whole or task.unit in within)
    found = [Line(task, task.state_on(today), today) for task in mine if task.term is None or task.term.covers(year)]
    return tuple(sorted(found, key=_urgency))


def _urgency(line: Line) -> tuple[int, date, str, str]:
    return URGENCY.index(line.state), line.task.due or date.max, line.task.task, line.task.owner


def coverage(found: Sequence[Line]) -> tuple[Coverage, ...]:
    """How far each task has come, in the order of their codes."""
    by_task: dict[str, list[Line]] = {}
    for line in sorted(found, key=lambda line: line.task.task):
        by_task.setdefault(line.task.task, []).append(line)
    return tuple(_coverage(held) for held in by_task.values())


def _coverage(held: Sequence[Line]) -> Coverage:
    first = held[0].task
    open_dates = [line.task.due for line in held if line.state is not TaskState.DONE and line.task.due]
    dates = open_dates or [line.task.due for line in held if line.task.due]
    return Coverage(
        task=first.task,
        clause=first.clause,
        text=first.text,
        done=sum(line.state is TaskState.DONE for line in held),
        overdue=sum(line.state is TaskState.OVERDUE for line in held),
        owed=len(held),
        due=min(open_dates, default=max(dates, default=None)),
        dues=Counter((line.task.due, line.state) for line in held if line.task.due),
    )


@dataclass(frozen=True, slots=True)
class Rail:
    """The days that a timeline shows: those around today; what is due later stands at its end."""

    first: date
    last: date

    def place(self, day: date) -> float:
        """Where a day stands, 0 to 1."""
        span = (self.last - self.first).days or 1
        return min(1.0, max(0.0, (day - self.first).days / span))


def rail(tasks: Sequence[Coverage], today: date) -> Rail:
    """The timeline of some tasks: from the first due date of the last half year to the last of the next year."""
    days = [day for task in tasks for day, _ in task.dues]
    first, last = today - timedelta(days=_BACK), today + timedelta(days=_AHEAD)
    return Rail(
        min((day for day in days if day >= first), default=first),
        max((day for day in days if day <= last), default=last),
    )


def by_owner(found: Sequence[Line]) -> Mapping[str, Sequence[Line]]:
    """Lines by owner: those with most that is overdue first, then by name in the register."""
    owners: dict[str, list[Line]] = {}
    for line in sorted(found, key=lambda line: line.task.task):
        owners.setdefault(line.task.owner, []).append(line)
    return dict(sorted(owners.items(), key=lambda item: -sum(line.state is TaskState.OVERDUE for line in item[1])))


def export_rows(found: Sequence[Line]) -> list[dict[str, Any]]:
    """The lines as rows (keys: COLUMNS) to take away."""
    known = {field.name for field in fields(Task)}
    same = [name for name in COLUMNS if name in known]
    return [{name: getattr(line.task, name) for name in same} | _told(line) for line in found]


def _told(line: Line) -> dict[str, Any]:
    speech, task = language(), line.task
    return {
        "recurrence": RECURRENCE_TITLES[task.recurrence][speech],
        "state": STATE_TITLES[line.state][speech],
        "term": task.term.code if task.term else None,
        "due": task.due.isoformat() if task.due else None,
        "evidence_date": task.evidence_date.isoformat() if task.evidence_date else None,
    }
