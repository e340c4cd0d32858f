"""Ingest into a real store: accepted whole, refused whole, stored once, corrected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.periods import Period
from data.returns import IntakeMode, Outcome, OutcomeStatus, SourceFile
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from loaders.intake import Asking, intake, load, workbooks
from loaders.receipt_times import ReceivedError, read_received
from tests.loaders.office import Page, pages, put_together, registry

H1 = Viewer("h1", Role.DISTRICT, "H1")
H2 = Viewer("h2", Role.DISTRICT, "H2")
READER = Viewer("xem", Role.VIEWER)


def sent(
    *forms: str, period: str = "2020-Q1", change: Callable[[Page], object] = lambda page: page, **options: Any
) -> SourceFile:
    """A unit's workbook, with its first sheet changed."""
    sheets = pages(*forms, period=Period.parse(period), **options)
    change(sheets[0])
    return SourceFile(name=f"{'-'.join(forms)} {period}.xlsx", content=put_together(sheets))


def fewer(page: Page) -> None:
    """Drops H1.3 and adjusts the totals."""
    leaf = next(row for row in page.rows if row[2] == "H1.3")
    total = next(row for row in page.rows if row[1] == "Tổng cộng")
    for column in range(3, len(leaf)):
        if total[column] != "" and leaf[column] != "":
            total[column] -= leaf[column]
    page.rows.remove(leaf)


def codes(outcome: Outcome) -> list[str]:
    return [finding.code for finding in outcome.findings]


def ends(store: Store, period: str = "2020-Q1") -> dict[str, int]:
    return store.reader(SYSTEM).closings("H1", "B1", "members_end", Period.parse(period))


def test_a_sound_workbook_is_stored(store: Store) -> None:
    intake(store, registry(), viewer=SYSTEM)
    outcome = intake(store, sent("B1", "B2", "B3"), viewer=SYSTEM)
    assert outcome.status is OutcomeStatus.ACCEPTED
    assert [form for form, _, _ in outcome.returns] == ["B1", "B2", "B3"]
    assert ends(store) == dict.fromkeys(["H1.1.1", "H1.1.2", "H1.1.3", "H1.2.1", "H1.3"], 21)


def test_one_wrong_cell_refuses_the_whole_workbook(province: Store) -> None:
    outcome = intake(province, sent("B1", "B2", "B3", change=lambda page: page.put(D14=-1)), viewer=SYSTEM)
    assert outcome.status is OutcomeStatus.REFUSED
    assert outcome.findings[0].say() == (
        "B1!D14: số đảng viên cuối kỳ trước chuyển sang là -1; hãy nhập số nguyên từ 0 trở lên."
    )
    assert not ends(province)
    assert province.reader(SYSTEM).submissions(period=Period.parse("2020-Q1")) == ()


def test_forms_of_the_set_that_the_workbook_lacks_are_said(province: Store) -> None:
    first = intake(province, sent("B5"), viewer=SYSTEM)
    outcome = intake(province, sent("B1", "B2"), viewer=SYSTEM)
    assert (first.findings, outcome.status) == ((), OutcomeStatus.ACCEPTED)
    assert [finding.say() for finding in outcome.findings] == [
        (
            "tệp thiếu 1 biểu đến hạn của Đảng bộ huyện Thuỷ Sơn (H1) trong Quý I năm 2020 mà hệ thống chưa nhận: B3; "
            "hãy gửi bổ sung."
        )
    ]
    assert intake(province, sent("B1", "B3"), viewer=SYSTEM).findings == ()


def test_a_return_of_a_period_that_is_not_open_is_refused_in_one_sentence(province: Store) -> None:
    store = Store(province.engine)
    store.open_period(Period.parse("2020-Q2"), viewer=SYSTEM)
    outcome = intake(store, sent("B1", "B2"), viewer=SYSTEM)
    assert outcome.status is OutcomeStatus.REFUSED
    assert [finding.say() for finding in outcome.findings] == [
        (
            "B1: Quý I năm 2020 chưa được mở kỳ báo cáo; các kỳ đang mở: Quý II năm 2020. Ban Tổ chức mở kỳ: hãy xem "
            "lại kỳ ghi ở tiêu đề, nếu đúng thì đề nghị Ban Tổ chức mở kỳ này."
        )
    ]
    store.open_period(Period.parse("2020-Q1"), viewer=SYSTEM)
    assert intake(store, sent("B1", "B2"), viewer=H1).status is OutcomeStatus.ACCEPTED
    store.close_period(Period.parse("2020-Q1"), viewer=SYSTEM)
    assert codes(intake(store, sent("B3"), viewer=H1)) == ["period_closed"]


def test_the_same_bytes_are_stored_once(province: Store) -> None:
    intake(province, sent("B1"), viewer=SYSTEM)
    assert intake(province, sent("B1"), viewer=SYSTEM).status is OutcomeStatus.ALREADY_STORED


def test_bytes_that_were_in_force_earlier_are_a_new_version(province: Store) -> None:
    first, second = sent("B1"), sent("B1", change=lambda page: page.put(E14=3, S14=22, E21=11, S21=106))
    became = [intake(province, source, viewer=SYSTEM).status.value for source in (first, second, first, first)]
    assert became == ["accepted", "superseded", "superseded", "already_stored"]
    assert ends(province)["H1.1.1"] == 21
    assert intake(province, second, viewer=SYSTEM, mode=IntakeMode.ASK).status is OutcomeStatus.HELD


def test_files_that_superseded_one_another_are_not_loaded_again(province: Store, tmp_path: Path) -> None:
    (tmp_path / "1.xlsx").write_bytes(sent("B1").content)
    (tmp_path / "2.xlsx").write_bytes(sent("B1", change=lambda page: page.put(E14=3, S14=22, E21=11, S21=106)).content)
    became = [[outcome.status.value for outcome in load(province, [tmp_path], viewer=SYSTEM)] for _ in range(2)]
    assert became == [["accepted", "superseded"], ["already_stored"] * 2]


def test_a_correction_is_held_unless_somebody_confirms_it(province: Store, tmp_path: Path) -> None:
    intake(province, sent("B1"), viewer=SYSTEM)
    path = tmp_path / "đính chính.xlsx"
    path.write_bytes(sent("B1", change=lambda page: page.put(E14=3, S14=22, E21=11, S21=106)).content)
    seen: list[Outcome] = []

    def decide(outcome: Outcome) -> bool:
        seen.append(outcome)
        return len(seen) > 1

    became = [
        [outcome.status for outcome in load(province, [path], viewer=SYSTEM, ask=Asking(confirm=confirm))]
        for confirm in (None, decide, decide)
    ]
    assert became == [[OutcomeStatus.HELD], [OutcomeStatus.HELD], [OutcomeStatus.SUPERSEDED]]
    assert [change.new_cell for change in seen[0].changes] == ["E14", "S14"]


def test_a_correction_that_is_overtaken_is_asked_about_again(province: Store, tmp_path: Path) -> None:
    intake(province, sent("B1"), viewer=SYSTEM)
    mine = sent("B1", change=lambda page: page.put(E14=3, S14=22, E21=11, S21=106))
    other = sent("B1", change=lambda page: page.put(E14=4, S14=23, E21=12, S21=107))
    path, old = tmp_path / "đính chính.xlsx", list[list[object]]()
    path.write_bytes(mine.content)

    def decide(outcome: Outcome) -> bool:
        old.append([change.old for change in outcome.changes])
        if len(old) == 1:
            intake(province, other, viewer=SYSTEM)
        return True

    (outcome,) = load(province, [path], viewer=SYSTEM, ask=Asking(confirm=decide))
    assert (outcome.status, old) == (OutcomeStatus.SUPERSEDED, [[2, 21], [4, 23]])


def test_checking_stores_nothing(province: Store) -> None:
    outcome = intake(province, sent("B1"), viewer=SYSTEM, mode=IntakeMode.CHECK)
    assert (outcome.status, outcome.returns) == (OutcomeStatus.CHECKED, (("B1", "H1", "2020-Q1"),))
    refused = intake(province, sent("B1", change=lambda page: page.put(D14=-1)), viewer=SYSTEM, mode=IntakeMode.CHECK)
    assert refused.status is OutcomeStatus.REFUSED
    assert not ends(province)
    assert len(province.reader(SYSTEM).receipts()) == 1


def test_a_corrected_return_supersedes(province: Store) -> None:
    intake(province, sent("B1"), viewer=SYSTEM)
    corrected = sent("B1", change=lambda page: page.put(E14=3, S14=22, E21=11, S21=106))
    assert intake(province, corrected, viewer=SYSTEM).status is OutcomeStatus.SUPERSEDED
    assert ends(province)["H1.1.1"] == 22


def test_a_correction_that_loses_units_is_refused(province: Store) -> None:
    intake(province, sent("B1"), viewer=SYSTEM)
    outcome = intake(province, sent("B1", change=fewer), viewer=SYSTEM)
    assert outcome.status is OutcomeStatus.REFUSED
    assert [finding.say() for finding in outcome.findings if finding.code == "units_dropped"] == [
        (
            "B1: bản trước của kỳ này có số liệu của 1 tổ chức không còn trong bản mới: Chi bộ cơ sở Bệnh viện "
            "(H1.3); hãy bổ sung đủ rồi gửi lại."
        )
    ]


def test_a_form_must_agree_with_what_is_stored_of_another(province: Store) -> None:
    intake(province, sent("B1"), viewer=SYSTEM)
    outcome = intake(province, sent("B2", change=lambda page: page.put(D15=1, D22=9)), viewer=SYSTEM)
    assert [finding.say() for finding in outcome.findings] == [
        "B2!D15: số kết nạp là 1, nhưng ở biểu B1 đã nạp là 2; hãy sửa cho khớp hoặc gửi kèm biểu B1 đã sửa."
    ]


def test_a_correction_of_one_form_may_not_leave_the_other_behind(province: Store) -> None:
    intake(province, sent("B1", "B2"), viewer=SYSTEM)
    outcome = intake(province, sent("B1", change=lambda page: page.put(E14=3, S14=22, E21=11, S21=106)), viewer=SYSTEM)
    assert [finding.say() for finding in outcome.findings] == [
        "B1!E14: số kết nạp là 3, nhưng ở biểu B2 đã nạp là 2; hãy sửa cho khớp hoặc gửi kèm biểu B2 đã sửa."
    ]


def test_an_opening_that_differs_from_the_last_closing_is_queried(province: Store) -> None:
    intake(province, sent("B1", period="2019"), viewer=SYSTEM)
    outcome = intake(province, sent("B1"), viewer=SYSTEM)
    assert outcome.status is OutcomeStatus.ACCEPTED
    assert outcome.findings[0].say() == (
        "B1!D14: số đảng viên cuối kỳ trước chuyển sang là 20, khác số cuối kỳ trước đã nạp là 21; hãy kiểm tra lại."
    )
    assert codes(outcome) == ["opening_differs"] * 5


def test_a_successor_opens_with_what_its_predecessors_closed_with(province: Store) -> None:
    intake(province, sent("B1"), viewer=SYSTEM)
    opening = {f"D{row}": 21 for row in (14, 15, 17, 19, 20)}
    closing = {f"S{row}": 22 for row in (14, 15, 17, 19, 20)}
    outcome = intake(
        province,
        sent("B1", period="2020-Q2", change=lambda page: page.put(**opening, **closing, D21=105, S21=110)),
        viewer=SYSTEM,
    )
    # On 1 April H1.2.1 was absorbed by H1.1.2: 21 + 21 are carried over there.
    assert [finding.say() for finding in outcome.findings] == [
        "B1!D15: số đảng viên cuối kỳ trước chuyển sang là 21, khác số cuối kỳ trước đã nạp là 42; hãy kiểm tra lại."
    ]


def test_a_district_may_send_its_own_returns_only(province: Store) -> None:
    intake(province, sent("B1"), viewer=SYSTEM)
    guess = sent("B2", change=lambda page: page.put(D15=1, D22=9))
    assert [finding.say() for finding in intake(province, guess, viewer=H2).findings] == [
        (
            "tài khoản đang dùng không được nạp số liệu của đơn vị này; hãy gửi bằng tài khoản của đơn vị hoặc của "
            "Ban Tổ chức."
        )
    ]
    assert intake(province, sent("B3"), viewer=H1).status is OutcomeStatus.ACCEPTED


def test_a_viewer_who_may_not_load_is_refused(province: Store) -> None:
    for sends in (lambda: intake(province, sent("B1"), viewer=READER), lambda: list(load(province, [], viewer=READER))):
        with pytest.raises(OutOfScope) as turned_away:
            sends()
        assert str(turned_away.value) == "tài khoản xem không có quyền nạp số liệu."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a registry and returns in arbitrary order, and unreadable files."""
    inside = tmp_path / "năm 2020"
    inside.mkdir()
    (inside / "b.xlsx").write_bytes(sent("B1", period="2020-Q1").content)
    (inside / "a.xlsx").write_bytes(sent("B1", period="2020-Q2").content)
    (inside / "bản sao.xlsx").write_bytes(sent("B1", period="2020-Q1").content)
    (inside / "~$a.xlsx").write_bytes(b"lock")
    (inside / "đọc.txt").write_text("không nạp", encoding="utf-8")
    (tmp_path / "hỏng.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "z.xlsx").write_bytes(registry().content)
    return tmp_path


def test_a_folder_loads_registry_first_then_periods_in_order(store: Store, folder: Path) -> None:
    outcomes = list(load(store, [folder], viewer=SYSTEM, workers=1))
    assert [(outcome.file, outcome.status.value) for outcome in outcomes] == [
        ("z.xlsx", "accepted"),
        ("b.xlsx", "accepted"),
        ("bản sao.xlsx", "already_stored"),
        ("a.xlsx", "accepted"),
        ("hỏng.xlsx", "refused"),
    ]
    assert len(ends(store)) == len(ends(store, "2020-Q2")) == 5


def test_worker_processes_read_what_one_process_reads(store: Store, folder: Path) -> None:
    alone = [(o.file, codes(o)) for o in load(store, [folder], viewer=SYSTEM, workers=1, check=True)]
    assert [(o.file, codes(o)) for o in load(store, [folder], viewer=SYSTEM, workers=2, check=True)] == alone


def test_loading_a_folder_again_changes_nothing(store: Store, folder: Path) -> None:
    list(load(store, [folder], viewer=SYSTEM, workers=1))
    before = store.reader(SYSTEM).submissions()
    again = list(load(store, [folder], viewer=SYSTEM, workers=1))
    assert {outcome.status for outcome in again} == {OutcomeStatus.ALREADY_STORED, OutcomeStatus.REFUSED}
    assert store.reader(SYSTEM).submissions() == before


def test_a_folder_with_its_registry_can_be_checked_before_anything_is_stored(store: Store, folder: Path) -> None:
    outcomes = list(load(store, [folder], viewer=SYSTEM, workers=1, check=True))
    assert [outcome.status.value for outcome in outcomes] == ["checked"] * 4 + ["refused"]
    assert store.is_empty


def test_history_is_accepted_at_the_instants_of_its_receipt(store: Store, folder: Path) -> None:
    received = {
        "z.xlsx": datetime(2019, 1, 1, tzinfo=UTC),
        "a.xlsx": datetime(2020, 7, 10, tzinfo=UTC),
        "b.xlsx": datetime(2020, 8, 1, tzinfo=UTC),
    }
    paths = [folder / "năm 2020", folder / "z.xlsx"]
    at = timedelta(minutes=1)
    outcomes = list(load(store, paths, viewer=SYSTEM, received=received, workers=1, at=lambda instant: instant + at))
    assert [outcome.file for outcome in outcomes if outcome.file in received] == ["z.xlsx", "a.xlsx", "b.xlsx"]
    stored = {s.file_name: s.accepted_at for s in store.reader(SYSTEM).submissions()}
    assert stored["a.xlsx"].replace(tzinfo=UTC) == received["a.xlsx"] + at


def test_a_file_that_is_not_there_is_one_sentence(province: Store, tmp_path: Path) -> None:
    outcomes = list(load(province, [tmp_path / "không có.xlsx"], viewer=SYSTEM))
    assert [(outcome.file, codes(outcome)) for outcome in outcomes] == [("không có.xlsx", ["file_missing"])]


def test_files_named_one_by_one_are_taken_whatever_their_name(tmp_path: Path) -> None:
    (tmp_path / "B1").write_bytes(b"")
    assert workbooks([tmp_path / "B1", tmp_path / "B1", tmp_path]) == [tmp_path / "B1"]


def test_receipt_times_come_from_a_table(tmp_path: Path) -> None:
    table = tmp_path / "nhận.csv"
    table.write_text("file,instant\na.xlsx,2020-07-18T09:30\nb.xlsx,2020-07-18T02:30:00+00:00\n", encoding="utf-8")
    received = read_received(table)
    assert received["a.xlsx"] == received["b.xlsx"]
    assert received["a.xlsx"].date() == date(2020, 7, 18)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a.xlsx,hôm qua\n",
            "nhận.csv, dòng 1: “hôm qua” không phải là thời điểm; hãy ghi theo dạng 2020-07-18T09:30.",
        ),
        (
            "a.xlsx\n",
            "nhận.csv: tệp ngày nhận phải là CSV hai cột: tệp, thời điểm (ví dụ B1-H03.xlsx,2020-07-18T09:30).",
        ),
    ],
)
def test_a_wrong_table_of_receipt_times_says_where(tmp_path: Path, text: str, message: str) -> None:
    table = tmp_path / "nhận.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(ReceivedError) as trouble:
        read_received(table)
    assert trouble.value.text.vi == message
