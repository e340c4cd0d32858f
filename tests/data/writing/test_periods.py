"""Periods are opened, extended, closed, reopened and cancelled by the Board, and every change reads as of its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from data.forms.builtin import BUILTIN
from data.forms.official.builtin import CODES
from data.periods import Period
from data.tables.opened import OpenedPeriod, PeriodNotOpen, PeriodState, why_not_open
from data.tables.records import ReturnStatus
from data.upkeep.audit_log import LogFilter, read_log
from data.upkeep.verify import verify
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.periods import DueDay, PeriodChangeError
from data.writing.store import Store
from tests.small_province import NewProvince, movement, official

QUARTER, NEXT, YEAR = Period.parse("2019-Q4"), Period.parse("2020-Q1"), Period.parse("2019")
BOARD, DISTRICT = Viewer("ban", Role.BOARD), Viewer("huyen", Role.DISTRICT, "H2")
CELLS: dict[str, dict[str, int | None]] = {"H2.1.1": {"members_end": 5}, "H2.1.2": {"members_end": 5}}
SENT = movement("H2", "2019-Q4", CELLS)
LATER = DueDay(day=date(2020, 5, 2))
OPENED_AT = datetime(2020, 1, 2, tzinfo=UTC)


@pytest.fixture
def strict(new_province: NewProvince) -> Iterator[Store]:
    """The small province in a store where only the Board opens periods."""
    with new_province() as opening:
        yield Store(opening.engine)


def opened(store: Store, period: Period = QUARTER, viewer: Viewer = SYSTEM, as_of: datetime | None = None) -> Any:
    return store.reader(viewer, as_of).opened_periods.get(period)


def test_accepting_opens_nothing_and_a_return_of_a_period_not_opened_changes_nothing(strict: Store) -> None:
    strict.open_period(NEXT, viewer=BOARD)
    for given in (SENT, official("H2", "2019")):
        with pytest.raises(PeriodNotOpen, match=r"chưa được mở kỳ.*; các kỳ đang mở: Quý I năm 2020\. Ban Tổ chức"):
            strict.accept(given, viewer=SYSTEM)
    reader = strict.reader(SYSTEM)
    assert (reader.opened(), reader.submissions(unit="H2")) == ((NEXT,), ())
    strict.open_period(QUARTER, viewer=BOARD)
    strict.accept(SENT, viewer=DISTRICT)
    assert strict.reader(SYSTEM).opened() == (QUARTER, NEXT)


def test_a_closed_period_accepts_nothing_until_it_is_reopened(strict: Store) -> None:
    strict.open_period(QUARTER, viewer=BOARD)
    strict.close_period(QUARTER, viewer=BOARD, reason="đã tổng hợp")
    with pytest.raises(PeriodNotOpen, match=r"Quý IV năm 2019 đã đóng ngày .*; hiện không có kỳ nào đang mở\."):
        strict.accept(SENT, viewer=SYSTEM)
    assert (opened(strict).state, opened(strict).reason) == (PeriodState.CLOSED, "đã tổng hợp")
    assert strict.reader(SYSTEM).opened() == (QUARTER,)
    strict.reopen_period(QUARTER, viewer=BOARD, due=DueDay(day=date(2020, 2, 10)))
    strict.accept(SENT, viewer=SYSTEM)
    assert opened(strict).closed_at is None
    assert strict.reader(SYSTEM).due_day(QUARTER) == date(2020, 2, 10)
    assert verify(strict).faults == ()


def test_a_period_opened_in_advance_is_not_spoken_of_before_returns_come(strict: Store) -> None:
    assert strict.reader(SYSTEM).current_period is None
    strict.open_period(QUARTER, viewer=BOARD)
    assert strict.reader(SYSTEM).current_period == QUARTER
    strict.accept(SENT, viewer=DISTRICT)
    before = strict.now()
    strict.open_period(NEXT, viewer=BOARD)
    assert strict.reader(SYSTEM).current_period == QUARTER
    strict.accept(movement("H2", NEXT.code, CELLS), viewer=DISTRICT)
    assert strict.reader(SYSTEM).current_period == NEXT
    assert strict.reader(SYSTEM, before).current_period == QUARTER


def test_due_days_are_set_for_all_or_for_one_sender_and_shown_to_whom_they_concern(strict: Store) -> None:
    strict.open_period(QUARTER, viewer=BOARD, due=DueDay(day=date(2020, 1, 20)))
    strict.extend_period(QUARTER, DueDay(day=date(2020, 1, 25), unit="H2"), viewer=BOARD)
    assert [(item.unit.code, item.due.day) for item in strict.reader(SYSTEM).returns(QUARTER) if item.form == "B1"] == [
        ("H1", 20),
        ("H2", 25),
    ]
    assert opened(strict, viewer=DISTRICT).unit_dues == {"H2": date(2020, 1, 25)}
    assert opened(strict, viewer=Viewer("h1", Role.DISTRICT, "H1")).unit_dues == {}
    strict.extend_period(QUARTER, DueDay(day=date(2020, 1, 23)), viewer=BOARD)
    assert {item.unit.code: item.due.day for item in strict.reader(SYSTEM).returns(QUARTER)} == {"H1": 23, "H2": 25}


def test_every_change_reads_as_of_its_time_and_is_logged(strict: Store) -> None:
    changes: list[Callable[[], None]] = [
        lambda: strict.open_period(QUARTER, viewer=BOARD, forms=["b1"], reason="theo kế hoạch"),
        lambda: strict.extend_period(QUARTER, DueDay(day=date(2020, 3, 1)), viewer=BOARD, reason="bão"),
        lambda: strict.close_period(QUARTER, viewer=BOARD),
        lambda: strict.reopen_period(QUARTER, viewer=BOARD),
    ]
    before, instants = strict.now(), []
    for change in changes:
        change()
        instants.append(strict.now())
    seen = [opened(strict, as_of=at) for at in (before, *instants)]
    assert seen[0] is None
    assert [(each.version, each.state.value, each.due, each.reason, each.actor) for each in seen[1:]] == [
        (1, "open", None, "theo kế hoạch", "ban"),
        (2, "open", date(2020, 3, 1), "bão", "ban"),
        (3, "closed", date(2020, 3, 1), "", "ban"),
        (4, "open", date(2020, 3, 1), "", "ban"),
    ]
    entries = read_log(strict.engine, SYSTEM, LogFilter(subject="period 2019-Q4")).entries
    assert [(entry.actor, entry.details["change"]) for entry in reversed(entries)] == [
        ("ban", how) for how in ("opened", "extended", "closed", "reopened")
    ]


def test_a_period_can_be_opened_for_some_forms(strict: Store) -> None:
    strict.open_period(QUARTER, viewer=BOARD, forms=["B2"])
    assert {item.form for item in strict.reader(SYSTEM).returns(QUARTER)} == {"B2"}
    with pytest.raises(PeriodNotOpen, match="không mở cho biểu B1, chỉ mở cho: B2"):
        strict.accept(SENT, viewer=SYSTEM)
    strict.open_period(QUARTER, viewer=BOARD, forms=["B1"])
    strict.accept(SENT, viewer=SYSTEM)
    strict.open_period(QUARTER, viewer=BOARD)
    owed = {form.code for form in BUILTIN.returns_on(QUARTER.end) if QUARTER.frequency in form.frequencies}
    assert {item.form for item in strict.reader(SYSTEM).returns(QUARTER)} == owed


def test_a_period_opened_for_official_forms_only_makes_nothing_due(strict: Store) -> None:
    strict.open_period(YEAR, viewer=BOARD, forms=sorted(CODES))
    strict.accept(official("H2", "2019"), viewer=SYSTEM)
    reader = strict.reader(SYSTEM)
    assert (reader.opened(), reader.returns(YEAR), reader.today()) == ((), (), YEAR.end)
    assert verify(strict).faults == ()


def test_an_opening_in_error_is_taken_back_unless_returns_came(strict: Store) -> None:
    strict.open_period(QUARTER, viewer=BOARD)
    strict.accept(SENT, viewer=SYSTEM)
    strict.open_period(NEXT, viewer=BOARD)
    assert strict.reader(SYSTEM).today() == NEXT.end
    strict.cancel_period(NEXT, viewer=BOARD)
    reader = strict.reader(SYSTEM)
    assert (reader.today(), reader.opened(), opened(strict, NEXT)) == (QUARTER.end, (QUARTER,), None)
    with pytest.raises(PeriodChangeError, match="đang có 1 báo cáo"):
        strict.cancel_period(QUARTER, viewer=BOARD)
    strict.open_period(NEXT, viewer=BOARD)
    assert (opened(strict, NEXT).version, opened(strict, NEXT).is_open) == (3, True)
    assert verify(strict).faults == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.open_period(QUARTER, viewer=BOARD), "đang mở rồi"),
        (lambda s: s.open_period(YEAR, viewer=BOARD, forms=["B1", "X9"]), "không có biểu X9; các biểu của kỳ này: B1"),
        (lambda s: s.open_period(YEAR, viewer=BOARD, due=DueDay(day=date(2019, 12, 30))), "trước ngày cuối"),
        (lambda s: s.close_period(NEXT, viewer=BOARD), "chưa được mở"),
        (lambda s: s.cancel_period(NEXT, viewer=BOARD), "chưa được mở"),
        (lambda s: s.reopen_period(QUARTER, viewer=BOARD), "không ở trạng thái đã đóng"),
        (lambda s: s.extend_period(QUARTER, DueDay(day=date(2020, 1, 2)), viewer=BOARD), "không muộn hơn hạn hiện nay"),
        (
            lambda s: s.extend_period(QUARTER, replace(LATER, unit="H1.1"), viewer=BOARD),
            "không phải đơn vị",
        ),
        (lambda s: s.open_period(NEXT, viewer=BOARD, due=replace(LATER, unit="X")), "không phải đơn vị"),
    ],
)
def test_changes_that_cannot_be_are_refused(strict: Store, change: Callable[[Store], None], message: str) -> None:
    strict.open_period(QUARTER, viewer=BOARD)
    with pytest.raises(PeriodChangeError, match=message):
        change(strict)


def test_only_the_board_and_administrators_change_periods(strict: Store) -> None:
    for viewer in (DISTRICT, Viewer("xem", Role.VIEWER), Viewer("pt", Role.ANALYST)):
        with pytest.raises(OutOfScope):
            strict.open_period(QUARTER, viewer=viewer)
    with pytest.raises(PeriodNotOpen):  # a store of a past series opens nothing for a district either
        strict.of_past_series().accept(SENT, viewer=DISTRICT)


@pytest.mark.parametrize(
    ("received", "status"),
    [
        (datetime(2020, 1, 20, 16, 59, 59, tzinfo=UTC), ReturnStatus.ON_TIME),  # 23:59:59 on the 20th in Vietnam
        (datetime(2020, 1, 20, 17, tzinfo=UTC), ReturnStatus.LATE),  # midnight
        (datetime(2020, 1, 20, 23, 59, tzinfo=UTC), ReturnStatus.LATE),  # 06:59 on the 21st
    ],
)
def test_due_days_end_at_midnight_in_vietnam(province: Store, received: datetime, status: ReturnStatus) -> None:
    province.open_period(QUARTER, viewer=BOARD, due=DueDay(day=date(2020, 1, 20)))
    province.accept(SENT, viewer=SYSTEM, received_at=received)
    found = {(item.unit.code, item.form): item.status for item in province.reader(SYSTEM).returns(QUARTER)}
    assert found["H2", "B1"] is status


def test_the_latest_open_periods_are_named() -> None:
    def version(period: Period, state: PeriodState) -> OpenedPeriod:
        return OpenedPeriod(period=period, state=state, opened_at=OPENED_AT, actor="ban", at=OPENED_AT)

    quarters = [Period.parse(f"{year}-Q{quarter}") for year in (2018, 2019) for quarter in (1, 2, 3, 4)]
    known = {period: version(period, PeriodState.OPEN) for period in quarters}
    known[quarters[-1]] = version(quarters[-1], PeriodState.CLOSED)
    refusal = why_not_open(known, "B1", quarters[-1])
    assert refusal is not None
    assert refusal.text.en == (
        "Quarter 4 of 2019 was closed on 02/01/2020; open periods: Quarter 3 of 2019; Quarter 2 of 2019; "
        "Quarter 1 of 2019; Quarter 4 of 2018. To send or correct a return, ask the Organisation Board to "
        "reopen it."
    )
    assert why_not_open(known, "B1", quarters[-2]) is None


def test_a_past_series_opens_its_periods_without_calling_every_form(strict: Store) -> None:
    past = strict.of_past_series()
    past.accept(SENT, viewer=SYSTEM)
    (sent,) = past.reader(SYSTEM).submissions(unit="H2")
    given = opened(past)
    assert (given.opened_at, given.announced_at, given.actor) == (sent.accepted_at, None, SYSTEM.name)
    past.accept(official("H2", "2019"), viewer=SYSTEM)
    assert opened(past, YEAR).forms == CODES
    past.accept(movement("H2", "2019", {unit: {} for unit in CELLS}, form="B6"), viewer=SYSTEM)
    assert opened(past, YEAR).forms == frozenset()
    past.close_period(QUARTER, viewer=BOARD)
    with pytest.raises(PeriodNotOpen):
        past.accept(movement("H2", "2019-Q4", CELLS, form="B2"), viewer=SYSTEM)
