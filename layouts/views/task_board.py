"""The register of tasks in a reader's scope: open lines, coverage by task, lines by owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from data.forms.nv_tasks import text_of
from data.tasks import TaskState
from indicators.answers.task_rows import RegisterLine, lines
from layouts.text import language
from layouts.views.ask import Ask

_BACK, _AHEAD = 183, 365
ALL: Final = "all"
URGENCY: Final = (TaskState.OVERDUE, TaskState.NOT_STARTED, TaskState.UNDER_WAY, TaskState.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of a task's lines that were due are done, and how many are due when: `dues` by day and state.

    `due` is the earliest date of an open line, else the last date.
    """

    task: str
    clause: str
    text: str
    done: int
    overdue: int
    due_lines: int
    open: int
    due: date | None
    dues: Mapping[tuple[date, TaskState], int]


def owed(asked: Ask) -> tuple[RegisterLine, ...]:
    """The lines of the requested unit and period, overdue ones first."""
    return asked.answered(lines, asked.period, asked.unit.code)


def coverage(found: Sequence[RegisterLine]) -> tuple[Coverage, ...]:
    """The coverage of each task, by code."""
    by_task: dict[str, list[RegisterLine]] = {}
    for line in sorted(found, key=lambda line: line.task.task):
        by_task.setdefault(line.task.task, []).append(line)
    return tuple(_coverage(held) for held in by_task.values())


def _coverage(held: Sequence[RegisterLine]) -> Coverage:
    first = held[0].task
    open_dates = [line.task.due for line in held if line.state is not TaskState.DONE and line.task.due]
    dates = open_dates or [line.task.due for line in held if line.task.due]
    return Coverage(
        task=first.task,
        clause=first.clause,
        text=text_of(first, language()),
        done=sum(line.is_due and line.state is TaskState.DONE for line in held),
        overdue=sum(line.state is TaskState.OVERDUE for line in held),
        due_lines=sum(line.is_due for line in held),
        open=sum(line.state is not TaskState.DONE for line in held),
        due=min(open_dates, default=max(dates, default=None)),
        dues=Counter((line.task.due, line.state) for line in held if line.task.due),
    )


@dataclass(frozen=True, slots=True)
class Rail:
    """The range of a timeline around today; later due dates are placed at its end."""

    first: date
    last: date

    def place(self, day: date) -> float:
        """The position of a day, 0 to 1."""
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


def by_owner(found: Sequence[RegisterLine]) -> Mapping[str, Sequence[RegisterLine]]:
    """Lines by owner: most overdue first, then by name."""
    owners: dict[str, list[RegisterLine]] = {}
    for line in sorted(found, key=lambda line: line.task.task):
        owners.setdefault(line.task.owner, []).append(line)
    return dict(sorted(owners.items(), key=lambda item: -sum(line.state is TaskState.OVERDUE for line in item[1])))


def chosen(asked: Ask) -> tuple[RegisterLine, ...]:
    """The lines that pass the URL's filters."""
    wanted = {name: asked.query.get(name, ALL) for name in ("task", "state", "owner")}
    held = (
        (line, {"task": line.task.task, "state": str(line.state), "owner": line.task.owner}) for line in owed(asked)
    )
    return tuple(line for line, has in held if all(wanted[name] in {ALL, has[name]} for name in wanted))
