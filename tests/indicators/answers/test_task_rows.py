"""How the tasks of the conclusion stand: what is owed in a year, done by a day, overdue, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from data.observations import Basis
from data.organisations.units import Level
from data.periods import Period, Term
from data.returns import ParsedWorkbook, SourceFile
from data.tasks import Recurrence, TaskLine, TaskReturn, TaskState
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from indicators.answers import task_rows
from indicators.answers.enquiry import Enquiry, answer
from indicators.answers.rows import TableRow
from indicators.answers.statements import TaskView
from tests.small_province import movement, registry
from tests.stores import NewDatabase

AT = datetime(2020, 1, 2, tzinfo=UTC)
DISTRICT = Viewer("h1", Role.DISTRICT, "H1")


def line(task: str, owner: str, state: TaskState = TaskState.UNDER_WAY, **more: Any) -> TaskLine:
    """A yearly line of 2019; an owner whose name is no code of the registry is a body outside it."""
    usual = TaskLine(
        row=8,
        task=task,
        clause="II.2.1",
        text=f"Nội dung {task}",
        owner_code=owner if owner in {"H1", "H2"} else "",
        owner=owner,
        co_owners="",
        recurrence=Recurrence.YEARLY,
        term=Term(2019, 2019),
        due=date(2019, 6, 30),
        evidence_number="",
        evidence_date=None,
        evidence_file="",
        state=state,
        successor="",
    )
    return replace(usual, **more)


LINES = (
    line("NV02", "H1", TaskState.DONE, evidence_date=date(2019, 3, 1)),
    line("NV02", "H2", TaskState.DONE, evidence_date=date(2019, 8, 1)),
    line("NV01", "H1", TaskState.NOT_STARTED, recurrence=Recurrence.ONCE, term=None, due=date(2019, 12, 31)),
    line("NV05", "Ban khác", recurrence=Recurrence.CONTINUOUS, term=None, due=None),
    line("NV02", "H1", TaskState.NOT_STARTED, term=Term(2018, 2018), due=None),
)


@pytest.fixture(scope="module")
def small(new_database: NewDatabase) -> Iterator[Store]:
    with new_database("sqlite", None) as url, closing(Store.open(url).of_past_series()) as store:
        store.accept(registry(), viewer=SYSTEM, at=AT)
        for quarter in ("2018-Q4", "2019-Q1", "2019-Q2", "2019-Q3"):
            store.accept(movement("H1", quarter, {"H1.2": {}}), viewer=SYSTEM, at=AT)
        given = TaskReturn(sheet="NV", tasks=tuple(replace(each, row=row) for row, each in enumerate(LINES, start=8)))
        store.accept(
            ParsedWorkbook(source=SourceFile(name="nv.xlsx", content=b"nv"), tasks=given), viewer=SYSTEM, at=AT
        )
        yield store


def coverage(store: Store, period: str, viewer: Viewer = SYSTEM, **how: Any) -> list[tuple[Any, ...]]:
    asked = Enquiry(indicators=("task_coverage",), periods=(Period.parse(period),), **how)
    return [(row.unit, row.numerator, row.denominator) for row in answer(store.reader(viewer), asked)]


def columns_of(rows: Sequence[TableRow], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(row, name) for name in names) for row in rows]


def test_the_province_has_every_task_of_the_year_and_a_district_its_own(small: Store) -> None:
    assert coverage(small, "2019-Q3") == [("T", 2, 2)]
    assert coverage(small, "2019-Q3", level=Level.DISTRICT) == [("H1", 1, 1), ("H2", 1, 1)]
    assert coverage(small, "2018-Q4") == [("T", 0, 0)]
    assert coverage(small, "2019-Q3", basis=Basis.TODAY) == [("T", 2, 2)]


def test_what_was_done_later_was_not_done_by_then(small: Store) -> None:
    assert coverage(small, "2019-Q2", level=Level.DISTRICT) == [("H1", 1, 1), ("H2", 0, 1)]


def test_what_is_not_due_yet_or_has_no_due_date_is_not_covered(small: Store) -> None:
    assert coverage(small, "2019-Q1") == [("T", 0, 0)]
    assert coverage(small, "2019-Q2") == [("T", 1, 2)]


def test_a_unit_that_owes_nothing_has_no_coverage(small: Store) -> None:
    asked = Enquiry(indicators=("task_coverage",), periods=(Period.parse("2019-Q3"),), level=Level.BASE)
    assert {row.state for row in answer(small.reader(SYSTEM), asked)} == {"not_applicable"}


def test_before_the_register_was_kept_nothing_was_owed(small: Store) -> None:
    reader = small.reader(SYSTEM, AT - timedelta(days=1))
    assert task_rows.rows(reader, Period(2019)) == []


def test_coverage_is_told_by_task_and_by_owner(small: Store) -> None:
    reader = small.reader(SYSTEM)
    tasks = task_rows.rows(reader, Period.parse("2019-Q3"))
    owners = task_rows.rows(reader, Period.parse("2019-Q3"), TaskView.OWNER)

    assert columns_of(tasks, "task", "owed", "done", "coverage") == [
        ("NV01", 1, 0, None),
        ("NV02", 2, 2, 1),
        ("NV05", 1, 0, None),
    ]
    assert columns_of(owners, "unit", "owner", "coverage") == [
        ("H1", "H1", 1),
        ("H2", "H2", 1),
        (None, "Ban khác", None),
    ]
    for view, found in ((TaskView.TASK, tasks), (TaskView.OWNER, owners)):
        assert {type(row) for row in found} == {task_rows.KINDS[view]}


def test_lines_come_overdue_first_with_the_days_that_are_left(small: Store) -> None:
    lines = task_rows.rows(small.reader(SYSTEM), Period.parse("2019-Q3"), TaskView.LINE)
    june = task_rows.rows(small.reader(SYSTEM), Period.parse("2019-Q2"), TaskView.LINE, "H2")

    assert columns_of(lines, "task", "unit", "state") == [
        ("NV01", "H1", "not_started"),
        ("NV05", None, "under_way"),
        ("NV02", "H1", "done"),
        ("NV02", "H2", "done"),
    ]
    assert columns_of(lines, "days_left") == [(92,), (None,), (None,), (None,)]
    assert columns_of(june, "state", "days_left") == [("under_way", 0)]


def test_a_district_sees_its_own_tasks_and_none_of_others(small: Store) -> None:
    reader = small.reader(DISTRICT)

    assert coverage(small, "2019-Q3", DISTRICT) == [("H1", 1, 1)]
    assert set(columns_of(task_rows.rows(reader, Period(2019), TaskView.LINE, "H1"), "unit")) == {("H1",)}
    with pytest.raises(OutOfScope):
        task_rows.rows(reader, Period(2019), TaskView.LINE, "H2")
