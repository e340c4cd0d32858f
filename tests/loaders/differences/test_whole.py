"""What a registry, plans and tasks would replace, in the sentences that ask about it; and what may not be replaced."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest

from data.forms.builtin import FORMS
from data.organisations.units import EVENT_TITLES, KIND_TITLES, Event
from data.returns import IntakeMode, Outcome, OutcomeStatus, SourceFile
from data.viewers import SYSTEM
from data.writing.store import Store
from layouts.console import report
from loaders.intake import intake
from loaders.templates import template
from loaders.templates.template import RegisterSheet
from tests.loaders.office import PROVINCE, REGISTRY, pages, put_together, registry, workbook
from tests.loaders.registers.test_tasks import ROWS
from tests.loaders.registers.test_tasks import sheet as task_page
from tests.stores import Database, NewDatabase, SharedDatabase

Line = list[Any]
"""A line of the sheet DM: code, name, kind, parent, first and last day, type, residential."""
END = date(2020, 6, 30)


def units(change: Callable[[dict[str, Line]], object], *events: tuple[Any, ...]) -> SourceFile:
    """The small province's registry with changed lines and more reorganisations."""
    code = {unit.id: unit.code for unit in REGISTRY.spells}
    lines: dict[str, Line] = {
        unit.code: [
            unit.code,
            unit.name,
            KIND_TITLES[unit.kind].vi,
            code.get(unit.parent or 0),
            unit.valid_from,
            unit.valid_to,
            None,
            1 if unit.residential else None,
        ]
        for unit in REGISTRY.spells
    }
    change(lines)
    known = [
        (e.date, e.decision, EVENT_TITLES[e.event].vi, code.get(e.predecessor or 0), code.get(e.successor or 0), None)
        for e in REGISTRY.successions
        if {code.get(e.predecessor or 0), code.get(e.successor or 0)} <= lines.keys()
    ]
    sheets = [
        RegisterSheet(form=FORMS["DM"], sender=PROVINCE, rows=list(lines.values())),
        RegisterSheet(form=FORMS["SX"], sender=PROVINCE, rows=[*known, *events]),
    ]
    return SourceFile(name="dm mới.xlsx", content=template.workbook(sheets))


def plan(value: int, decision: str = "1-QĐ", day: date = date(2020, 1, 5), unit: str = "H1") -> SourceFile:
    rows = [(unit, None, "2020", "admissions", value, decision, day)]
    return SourceFile(
        name=f"KH {value}.xlsx",
        content=template.workbook([RegisterSheet(form=FORMS["KH"], sender=PROVINCE, rows=rows)]),
    )


def tasks(*rows: tuple[Any, ...]) -> SourceFile:
    return SourceFile(name="NV.xlsx", content=put_together([task_page(rows)]))


@pytest.fixture(scope="module")
def holding(shared_database: SharedDatabase, empty_database: Database, new_database: NewDatabase) -> Iterator[Store]:
    """A store with the registry, a return of H1, a plan and the tasks; tests only ask it."""

    def fill(store: Store) -> None:
        for source in (registry(), workbook("B1"), plan(25), tasks(*ROWS)):
            assert intake(store, source, viewer=SYSTEM).status is OutcomeStatus.ACCEPTED

    url = shared_database("sqlite", "holding", empty_database, fill)
    with new_database("sqlite", url) as own, closing(Store.open(own)) as store:
        yield store


def ask(store: Store, source: SourceFile) -> Outcome:
    return intake(store, source, viewer=SYSTEM, mode=IntakeMode.ASK)


def asked(store: Store, source: SourceFile) -> list[tuple[str, list[str]]]:
    """The held file's differences, each with its first lines."""
    before = store.reader(SYSTEM).submissions()
    outcome = ask(store, source)
    assert outcome.status is OutcomeStatus.HELD, outcome
    assert store.reader(SYSTEM).submissions() == before
    return [(each.message.vi, [line.vi for line in each.lines]) for each in outcome.differences]


def end(code: str) -> Callable[[dict[str, Line]], None]:
    def change(lines: dict[str, Line]) -> None:
        lines[code][5] = END

    return change


def test_units_that_hold_returns_may_not_vanish(holding: Store) -> None:
    outcome = ask(holding, units(lambda lines: [lines.pop(code) for code in list(lines) if code != "T"]))
    assert outcome.status is OutcomeStatus.REFUSED
    (finding,) = (found for found in outcome.findings if found.code == "units_with_returns_lost")
    assert finding.say().startswith(
        "DM: 6 tổ chức đã có báo cáo trong kho nhưng không còn trong danh mục này: Đảng bộ huyện Thuỷ Sơn (H1), "
    )


def test_a_registry_that_loses_other_units_is_asked_about(holding: Store) -> None:
    assert asked(holding, units(lambda lines: [lines.pop(code) for code in ("H2", "H2.1", "H2.1.1")])) == [
        (
            "3 tổ chức không còn trong danh mục mới:",
            ["Đảng bộ huyện Bắc Lý (H2)", "Đảng bộ xã Phúc Sơn (H2.1)", "Chi bộ thôn Trung (H2.1.1)"],
        )
    ]


def test_units_that_end_without_a_successor_are_asked_about(holding: Store) -> None:
    alone = asked(holding, units(end("H1.3")))
    assert alone[0] == (
        "1 tổ chức kết thúc mà không ghi đơn vị kế tục; nếu là sáp nhập, hợp nhất hay chia tách, hãy ghi vào trang SX:",
        ["Chi bộ cơ sở Bệnh viện (H1.3)"],
    )
    merged = (date(2020, 7, 1), "5-QĐ", EVENT_TITLES[Event.ABSORBED].vi, "H1.3", "H1.1.1", None)
    assert [said for said, _ in asked(holding, units(end("H1.3"), merged))] == [
        "1 tổ chức kết thúc hoạt động:",
        "1 dòng sắp xếp tổ chức thêm vào hoặc bỏ đi:",
    ]
    # A dissolution has no successor, but members have to go somewhere.
    dissolved = (date(2020, 7, 1), "6-QĐ", EVENT_TITLES[Event.DISSOLVED].vi, "H1.3", None, None)
    assert asked(holding, units(end("H1.3"), dissolved))[0] == alone[0]
    empty = (date(2020, 7, 1), "6-QĐ", EVENT_TITLES[Event.DISSOLVED].vi, "H2.1.1", None, None)
    assert "không ghi đơn vị kế tục" not in asked(holding, units(end("H2.1.1"), empty))[0][0]


def test_names_places_and_dates_are_compared(holding: Store) -> None:
    def change(lines: dict[str, Line]) -> None:
        lines["H1.1"][1] = "Đảng bộ thị trấn Tân An"
        lines["H1.2"][3], lines["H1.2.1"][7] = "H2", None
        lines["H9"] = ["H9", "Đảng bộ huyện Mới", KIND_TITLES[REGISTRY.spells[1].kind].vi, "T", date(2020, 7, 1)] + [
            None
        ] * 3

    assert asked(holding, units(change)) == [
        ("1 tổ chức mới:", ["Đảng bộ huyện Mới (H9)"]),
        ("1 tổ chức đổi tên:", ["Đảng bộ thị trấn Tân An (H1.1): Đảng bộ xã Tân An → Đảng bộ thị trấn Tân An"]),
        ("1 tổ chức đổi đơn vị cấp trên:", ["Đảng bộ xã Tân Ân (H1.2): H1 → H2"]),
        ("1 tổ chức đổi ngày hiệu lực hoặc đặc điểm khác:", ["Chi bộ thôn Hoà Bình (H1.2.1)"]),
    ]


def test_the_same_registry_in_other_bytes_replaces_nothing(holding: Store) -> None:
    reordered = units(lambda lines: lines.update({"H1.3": lines.pop("H1.3")}))
    checked = intake(holding, reordered, viewer=SYSTEM, mode=IntakeMode.CHECK)
    assert (checked.status, checked.differences) == (OutcomeStatus.CHECKED, ())


def test_a_plan_in_force_is_replaced_only_when_asked(holding: Store) -> None:
    assert asked(holding, plan(30)) == [
        (
            "1 chỉ tiêu kế hoạch đang có hiệu lực sẽ thay đổi:",
            ["Đảng bộ huyện Thuỷ Sơn (H1), admissions, 2020: 25 → 30"],
        )
    ]
    assert asked(holding, plan(25, "2-QĐ")) == [
        (
            "1 chỉ tiêu kế hoạch giữ nguyên mức, thay quyết định:",
            ["Đảng bộ huyện Thuỷ Sơn (H1), admissions, 2020: 1-QĐ → 2-QĐ"],
        )
    ]
    for replacing_nothing in (plan(30, "0-QĐ", date(2019, 1, 5)), plan(7, unit="H2")):
        checked = intake(holding, replacing_nothing, viewer=SYSTEM, mode=IntakeMode.CHECK)
        assert (checked.status, checked.differences) == (OutcomeStatus.CHECKED, ())


def test_tasks_in_force_are_replaced_only_when_asked(holding: Store) -> None:
    done = (*ROWS[1][:9], *ROWS[0][9:12], "Đã hoàn thành", *ROWS[1][13:])
    assert asked(holding, tasks(ROWS[0], done)) == [
        ("1 nhiệm vụ sẽ thay đổi:", ["NV02, Đảng bộ huyện Bắc Lý (H2): Chưa thực hiện → Đã hoàn thành"]),
        ("1 nhiệm vụ không có trong tệp này, vẫn giữ nguyên:", ["NV09, Ban cán sự đảng UBND tỉnh"]),
    ]


def test_counting_since_january_instead_of_in_the_period_is_a_change_of_every_flow(holding: Store) -> None:
    told = SourceFile(name="B1 luỹ kế.xlsx", content=put_together(pages("B1", cumulative=True)))
    assert asked(holding, told) == [
        (
            "1 biểu đổi cách tính số phát sinh so với bản đang lưu:",
            ["B1: nay là luỹ kế từ đầu năm, bản đang lưu là số trong kỳ"],
        )
    ]


@pytest.mark.parametrize(("answer", "agreed"), [("y\n", True), ("Có\n", True), ("\n", False), ("", False)])
def test_the_terminal_shows_the_difference_and_asks(
    holding: Store, answer: str, agreed: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert report.confirmed(ask(holding, plan(30)), holding.vocabulary) is agreed
    assert "Đảng bộ huyện Thuỷ Sơn (H1), admissions, 2020: 25 → 30" in capsys.readouterr().out
