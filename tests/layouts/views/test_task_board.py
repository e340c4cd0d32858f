"""The register of tasks: overdue first, coverage per task, rows within the reader's scope."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from data.periods import Term
from data.tasks import Recurrence, Task, TaskState
from data.writing.store import Store
from indicators.answers.task_rows import RegisterLine
from layouts.views import task_board
from layouts.views.task_board import Rail, by_owner, coverage, owed, rail
from layouts.web.request import ask
from tests.layouts.conftest import MakeApp, SignIn, asking
from tests.layouts.pages.test_pages import shown, text_of

TODAY = date(2020, 9, 30)


def line(
    owner: str, state: TaskState, due: date | None, *, task: str = "NV02", evidence: date | None = None
) -> RegisterLine:
    held = Task(
        task=task,
        clause="II.2.1",
        text="Xây dựng kế hoạch",
        unit=None,
        owner=owner,
        co_owners="",
        recurrence=Recurrence.YEARLY,
        term=Term(2020, 2020),
        due=due,
        evidence_number="",
        evidence_date=evidence,
        evidence_file="",
        state=state,
        successor="",
        meetings=None,
        firms=None,
        proposals=None,
        settled=None,
        accepted_at=datetime(2020, 1, 1, tzinfo=UTC),
    )
    return RegisterLine(held, "", TODAY)


LINES = (
    line("A", TaskState.DONE, date(2020, 7, 31), evidence=date(2020, 8, 10)),
    line("B", TaskState.UNDER_WAY, date(2020, 7, 31)),
    line("C", TaskState.NOT_STARTED, date(2020, 12, 31)),
    line("B", TaskState.DONE, None, task="NV01"),
)


def test_days_late_are_counted_for_open_and_for_done_tasks() -> None:
    assert [each.state for each in LINES] == [
        TaskState.DONE,
        TaskState.OVERDUE,
        TaskState.NOT_STARTED,
        TaskState.DONE,
    ]
    assert [each.days_late for each in LINES] == [10, 61, 0, 0]


def test_coverage_counts_done_and_the_next_due_date() -> None:
    first, second = coverage(LINES)
    assert (first.task, first.done, first.due_lines, first.due) == ("NV01", 0, 0, None)
    assert (second.task, second.done, second.overdue, second.due_lines, second.open) == ("NV02", 1, 1, 2, 2)
    assert second.due == date(2020, 7, 31)
    assert second.dues == {
        (date(2020, 7, 31), TaskState.DONE): 1,
        (date(2020, 7, 31), TaskState.OVERDUE): 1,
        (date(2020, 12, 31), TaskState.NOT_STARTED): 1,
    }


def test_owners_with_something_overdue_come_first() -> None:
    assert list(by_owner(LINES)) == ["B", "A", "C"]


def test_a_distant_date_is_clamped_to_the_end_of_the_timeline() -> None:
    far = line("D", TaskState.NOT_STARTED, date(2029, 1, 1), task="NV11")
    shown_days = rail(coverage((*LINES, far)), TODAY)
    assert shown_days == Rail(date(2020, 7, 31), date(2020, 12, 31))
    assert shown_days.place(date(2029, 1, 1)) == 1
    assert 0 < shown_days.place(TODAY) < 1


def test_the_url_filters_rows_with_overdue_first(make_app: MakeApp, tiny_store: Store) -> None:
    with asking(make_app(tiny_store), "board"):
        every = task_board.chosen(ask(""))
        assert every
        late = [each.state is TaskState.OVERDUE for each in every]
        assert late == sorted(late, reverse=True)
        task = every[0].task.task
        assert {each.task.task for each in task_board.chosen(ask(f"?task={task}"))} == {task}
        assert task_board.chosen(ask("?state=nothing")) == ()


def test_a_district_sees_its_own_lines_only(make_app: MakeApp, tiny_store: Store) -> None:
    with asking(make_app(tiny_store), "district1"):
        asked = ask("")
        assert {each.task.unit for each in owed(asked)} == {asked.unit.id}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_register_can_be_downloaded(make_app: MakeApp, sign_in: SignIn, tiny_store: Store, kind: str) -> None:
    client = sign_in(make_app(tiny_store), "viewer")
    answer = client.get(f"/download/tasks.{kind}?state=overdue")
    assert (answer.status_code, client.get("/download/tasks.exe").status_code) == (200, 404)
    assert "NV" in text_of(shown(client, "/tasks"))
