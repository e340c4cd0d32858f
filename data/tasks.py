"""The task register (NV): its lines, as loaded and as stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.language import Text
from data.periods import Term


class Recurrence(StrEnum):
    """How often a task is owed."""

    ONCE = "once"
    TERM = "term"
    YEARLY = "yearly"
    PERIODIC = "periodic"
    CONTINUOUS = "continuous"


RECURRENCE_TITLES: Mapping[Recurrence, Text] = {
    Recurrence.ONCE: Text("Một lần", "Once"),
    Recurrence.TERM: Text("Nhiệm kỳ", "Each term"),
    Recurrence.YEARLY: Text("Hằng năm", "Yearly"),
    Recurrence.PERIODIC: Text("Định kỳ", "Periodic"),
    Recurrence.CONTINUOUS: Text("Thường xuyên", "Continuous"),
}


class TaskState(StrEnum):
    """The state of a task; registers state the first three, OVERDUE follows from the due date."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"
    OVERDUE = "overdue"


STATE_TITLES: Mapping[TaskState, Text] = {
    TaskState.NOT_STARTED: Text("Chưa thực hiện", "Not started"),
    TaskState.UNDER_WAY: Text("Đang thực hiện", "Under way"),
    TaskState.DONE: Text("Đã hoàn thành", "Done"),
    TaskState.OVERDUE: Text("Quá hạn", "Overdue"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A line of a task workbook: `owner`'s obligation under `task`, for a year, a term or without one.

    `owner_code` is the owner's code if it is in the registry, else "". Quantities that do not apply are None.
    """

    row: int
    task: str
    clause: str
    text: str
    owner_code: str
    owner: str
    co_owners: str
    recurrence: Recurrence
    term: Term | None
    due: date | None
    evidence_number: str
    evidence_date: date | None
    evidence_file: str
    state: TaskState
    successor: str
    meetings: int | None = None
    firms: int | None = None
    proposals: int | None = None
    settled: int | None = None


@dataclass(frozen=True, kw_only=True)
class TaskReturn:
    """A task workbook's lines; each supersedes the one in force of the same task, owner and term."""

    sheet: str
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A line of the register in force; `unit` is the owner's id if it is in the registry."""

    task: str
    clause: str
    text: str
    unit: int | None
    owner: str
    co_owners: str
    recurrence: Recurrence
    term: Term | None
    due: date | None
    evidence_number: str
    evidence_date: date | None
    evidence_file: str
    state: TaskState
    successor: str
    meetings: int | None
    firms: int | None
    proposals: int | None
    settled: int | None
    accepted_at: datetime
    superseded_at: datetime | None = None

    def state_on(self, day: date) -> TaskState:
        """Its state on a day: overdue when not done by the due date, under way when it was only done later."""
        if self.is_overdue_on(day):
            return TaskState.OVERDUE
        return TaskState.UNDER_WAY if self.state is TaskState.DONE and not self.is_done_by(day) else self.state

    def is_done_by(self, day: date) -> bool:
        """Whether it was done by that day, judging by the date of its document."""
        return self.state is TaskState.DONE and (self.evidence_date is None or self.evidence_date <= day)

    def is_overdue_on(self, day: date) -> bool:
        """Whether it was due before that day and is not done."""
        return self.due is not None and self.due < day and not self.is_done_by(day)

    def is_due_by(self, day: date) -> bool:
        """Whether it was due by that day; a line without a due date never is."""
        return self.due is not None and self.due <= day

    def is_owed_in(self, year: int, first: int) -> bool:
        """Whether it is owed in a year: within its term, else from its due date's year on (without one, `first`)."""
        if self.term is not None:
            return self.term.covers(year)
        return year >= (self.due.year if self.due is not None else first)


def first_year(tasks: Iterable[Task]) -> int:
    """The first year mentioned in a register: undated lines are owed from then on."""
    years = (task.term.first if task.term is not None else task.due.year if task.due else None for task in tasks)
    return min((year for year in years if year is not None), default=date.min.year)
