"""The register of tasks that implement the conclusion: initially, and some months later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

import numpy as np

from data.forms.nv_tasks import TASKS
from data.office_time import OFFICE_TIME_ZONE
from data.periods import Term
from data.tasks import Recurrence, TaskLine, TaskState
from loaders.sample.cells import SampleCells

_SET_UP, _BROUGHT_UP = date(2020, 6, 15), date(2020, 10, 9)
_DONE_BY_THEN = 0.85
_DIALOGUES = {"NV09": (2, 118, 46, 31)}  # meetings, enterprises, proposals, proposals settled


@dataclass(frozen=True, kw_only=True)
class TaskBook:
    """A workbook with lines of the register."""

    lines: tuple[TaskLine, ...]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class _Task:
    """A task that each committee is responsible for, or (`owner` given) a single body of the province."""

    code: str
    recurrence: Recurrence
    term: Term | None
    due: date | None
    owner: str = ""
    co_owners: str = ""


_YEAR = Term(2020, 2020)
_TASKS = (
    _Task(
        "NV01",
        Recurrence.ONCE,
        None,
        date(2020, 8, 31),
    ),
    _Task(
        "NV02",
        Recurrence.YEARLY,
        _YEAR,
        date(2020, 7, 31),
    ),
    _Task(
        "NV03",
        Recurrence.YEARLY,
        _YEAR,
        date(2020, 11, 30),
    ),
    _Task(
        "NV04",
        Recurrence.YEARLY,
        _YEAR,
        date(2020, 9, 30),
    ),
    _Task(
        "NV05",
        Recurrence.ONCE,
        None,
        date(2020, 9, 30),
        "Đảng uỷ Khối doanh nghiệp tỉnh",
        "Các huyện uỷ, thành uỷ",
    ),
    _Task(
        "NV06",
        Recurrence.PERIODIC,
        _YEAR,
        date(2020, 12, 31),
        "Đảng uỷ Khối doanh nghiệp tỉnh",
        "Các huyện uỷ, thành uỷ",
    ),
    _Task(
        "NV07",
        Recurrence.CONTINUOUS,
        None,
        None,
        "Liên đoàn Lao động tỉnh",
        "Tỉnh đoàn",
    ),
    _Task(
        "NV08",
        Recurrence.ONCE,
        None,
        date(2020, 12, 31),
        "Ban Tuyên giáo Tỉnh uỷ",
        "Trường Chính trị tỉnh",
    ),
    _Task(
        "NV09",
        Recurrence.YEARLY,
        _YEAR,
        date(2020, 12, 31),
        "Ban cán sự đảng Uỷ ban nhân dân tỉnh",
        "Ban Dân vận Tỉnh uỷ",
    ),
    _Task(
        "NV10",
        Recurrence.PERIODIC,
        _YEAR,
        date(2020, 12, 31),
        "Ban Tổ chức Tỉnh uỷ",
        "Văn phòng Tỉnh uỷ",
    ),
    _Task("NV11", Recurrence.TERM, Term(2020, 2025), date(2023, 6, 30)),
)


def tasks(cells: SampleCells, rng: np.random.Generator) -> tuple[TaskBook, ...]:
    """The register when it was set up, then the tasks that had changed some months later."""
    lines = tuple(_lines(cells))
    later = tuple(_brought_up(line, rng) for line in lines if line.due is not None and line.due.year == _YEAR.first)
    return tuple(
        TaskBook(lines=given, received_at=datetime.combine(day, time(10, 5), OFFICE_TIME_ZONE))
        for day, given in ((_SET_UP, lines), (_BROUGHT_UP, later))
    )


def _lines(cells: SampleCells) -> Iterator[TaskLine]:
    tree = cells.registry.at(_SET_UP)
    committees = [(code, tree.by_code[code].name) for code in cells.districts]
    by_name = {name: code for code, name in committees}
    for task in _TASKS:
        owners = [(by_name.get(task.owner, ""), task.owner)] if task.owner else committees
        for code, name in owners:
            yield TaskLine(
                row=0,
                task=task.code,
                clause=TASKS[task.code].clause,
                text=TASKS[task.code].text.vi,
                owner_code=code,
                owner=name,
                co_owners=task.co_owners,
                recurrence=task.recurrence,
                term=task.term,
                due=task.due,
                evidence_number="",
                evidence_date=None,
                evidence_file="",
                state=TaskState.NOT_STARTED if task.due else TaskState.UNDER_WAY,
                successor="",
            )


def _brought_up(line: TaskLine, rng: np.random.Generator) -> TaskLine:
    """Tasks due by then are mostly done, with a document as evidence; the rest are in progress."""
    updated = replace(line, state=TaskState.UNDER_WAY)
    if line.task in _DIALOGUES:
        meetings, firms, proposals, settled = _DIALOGUES[line.task]
        updated = replace(updated, meetings=meetings, firms=firms, proposals=proposals, settled=settled)
    if line.due is None or line.due >= _BROUGHT_UP or rng.random() > _DONE_BY_THEN:
        return updated
    return replace(
        updated,
        state=TaskState.DONE,
        evidence_number=f"{int(rng.integers(12, 96))}-KH/{'HU' if line.owner_code else 'BTCTU'}",
        evidence_date=date(2020, int(rng.integers(7, 10)), int(rng.integers(1, 28))),
        evidence_file=f"{line.task}_{line.owner_code or 'T'}.pdf",
    )
