"""Official forms end to end: loaded from a workbook, counted in the answers, traced back to their cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from data.forms.official.builtin import OFFICIAL, OfficialForm, printed_code
from data.periods import Period
from data.reading.queries import Reader
from data.returns import IntakeMode, Outcome, OutcomeStatus, SourceFile
from data.viewers import SYSTEM, Role, Viewer
from data.writing.store import Store
from indicators.answers.enquiry import Enquiry, answer, trace
from indicators.answers.rows import ValueRow
from indicators.values.value import State
from loaders.intake import intake
from loaders.official import Filled, official_workbook
from tests.loaders.office import Page, put_together, registry
from tests.loaders.office import pages as returns
from tests.loaders.official_pages import MOVED, counted, form, page_of, period_of
from tests.small_province import movement as sent_by_cells
from tests.small_province import official as one_form

YEAR = Period(2020)
UNIT = "Huyện uỷ Thuỷ Sơn"

# Non-zero values of each form, and the expected answers.
GIVEN: Mapping[str, tuple[Mapping[str, int], Mapping[str, str]]] = {
    "1-TCTW": (MOVED, {"members": "100", "admissions": "5", "removals": "3", "admission_rate": "5/100"}),
    "2-TCTW": (
        {"admitted": 5, "female_admitted": 2, "readmitted": 1},
        {"female_admission_share": "2/5", "readmissions": "1"},
    ),
    "3-TCTW": ({"members_end": 100, "exempt_end": 7}, {"exempt_share": "7/100"}),
    "7A-TCTW": ({}, {}),
    "7B-TCTW": ({"qualified_good": 6}, {}),
    "10-TCTW": (
        {"made_official": 4, "dossiers_missing": 3, "transfers_irregular": 2},
        {"made_official": "4", "dossiers_missing": "3", "transfers_irregular": "2"},
    ),
    "1-BTCTW": (MOVED, {"members": "100", "admissions": "5", "removals": "3", "admission_rate": "5/100"}),
    "2-BTCTW": (
        {"admitted": 5, "youth_union_admitted": 4, "private_owners_admitted": 1},
        {"youth_union_admission_share": "4/5", "private_owner_admissions": "1"},
    ),
    "3-BTCTW": ({"members_end": 100, "exempt_end": 9}, {"exempt_share": "9/100"}),
    "7-BTCTW": ({"transfers_irregular": 5}, {"transfers_irregular": "5"}),
}

# Values that satisfy the identities: all members of one age group and schooling, the exempt among the retired.
BESIDE: Mapping[str, Mapping[str, int]] = {
    "2-TCTW": {"II.1.-1": 5, "II.2.-4": 5},
    "3-TCTW": {"-2.1.-1": 100, "-2.4.-5": 100},
    "2-BTCTW": {"II.2.-1": 5, "II.3.-4": 5},
    "3-BTCTW": {"II.2.-1": 100, "II.4.-4": 100, "II.1.b": 9},
    "7B-TCTW": {"-1.3": 6, "-1": 6},
}


def filled(official: OfficialForm, unit: str = UNIT, period: Period | None = None, **more: int) -> Filled:
    measures = {**GIVEN[official.corner][0], **more}
    values = {**counted(official, **measures), **BESIDE.get(official.corner, {})}
    return Filled(
        official=official, unit=unit, superior="Tỉnh uỷ Bình An", period=period or period_of(official), values=values
    )


def workbook(*forms: Filled, name: str = "bieu.xlsx") -> SourceFile:
    return SourceFile(name=name, content=official_workbook(forms))


def movement(period: Period = YEAR, unit: str = UNIT, **counts: int) -> Filled:
    return filled(form("1", period), unit, period, **counts)


def cells(period: str, **options: Any) -> SourceFile:
    return SourceFile(
        name=f"B1 {period}.xlsx", content=put_together(returns("B1", period=Period.parse(period), **options))
    )


def load(store: Store, source: SourceFile, **how: Any) -> Outcome:
    return intake(store, source, viewer=how.pop("viewer", SYSTEM), **how)


def accepted(store: Store, *sources: SourceFile) -> None:
    for source in sources:
        outcome = load(store, source)
        assert not outcome.refused, [finding.say() for finding in outcome.findings]


def finding_texts(outcome: Outcome) -> list[str]:
    return [finding.say() for finding in outcome.findings]


def value(reader: Reader, indicator: str, unit: str = "H1", period: Period = YEAR) -> tuple[Fraction | None, str]:
    (row,) = answer(reader, Enquiry(indicators=(indicator,), periods=(period,), unit=unit))
    return row.value, row.state


@pytest.fixture
def local(store: Store) -> Store:
    """A store with the units that the workbooks name."""
    assert intake(store, registry(), viewer=SYSTEM).status is OutcomeStatus.ACCEPTED
    return store


def test_each_form_loads_and_its_counts_appear_in_the_answers(store: Store) -> None:
    accepted(store, registry())
    for official in OFFICIAL:
        period = period_of(official)
        outcome = load(store, workbook(filled(official), name=f"{official.corner}.xlsx"))
        assert (outcome.status, finding_texts(outcome)) == (OutcomeStatus.ACCEPTED, []), official.corner
        assert outcome.returns == ((official.code, "H1", period.code),)
        reader = store.reader(SYSTEM)
        for indicator, expected in GIVEN[official.corner][1].items():
            assert value(reader, indicator, period=period) == (Fraction(expected), "reported"), official.corner
    assert {found.form for found in store.reader(SYSTEM).submissions(unit="H1")} == {one.code for one in OFFICIAL}
    ratings = store.reader(SYSTEM).official_counts("H1", Period(2016))
    assert ratings["O7B", "qualified_good"] == 6


def test_a_value_is_traced_to_its_sheet_and_cell(local: Store) -> None:
    operations = form("7")
    page = page_of(filled(operations, transfers_irregular=0)).put(B52=2, B53=3)
    page.name = "Biểu 7"
    accepted(local, workbook(movement()), SourceFile(name="7.xlsx", content=put_together([page])))
    reader = local.reader(SYSTEM)
    (row,) = trace(reader, "admissions", "T", YEAR)
    assert (row.file, row.sheet, row.cell, row.unit, row.value) == (
        "bieu.xlsx",
        "Biểu 1 (1)",
        "B11",
        "H1",
        5,
    )
    (row,) = trace(reader, "transfers_irregular", "H1", Period(2022))
    assert (row.cell, row.value) == ("B52+B53", 5)


def test_a_duplicate_changes_nothing_and_a_correction_shows_its_difference_first(local: Store) -> None:
    accepted(local, workbook(movement()))
    assert load(local, workbook(movement(), name="lần 2.xlsx")).status is OutcomeStatus.ALREADY_STORED
    corrected = workbook(movement(admitted=6, members_end=101), name="sửa.xlsx")
    checked = load(local, corrected, mode=IntakeMode.CHECK)
    assert checked.status is OutcomeStatus.CHECKED
    assert [
        (c.form, c.unit, c.unit_name, c.measure, c.old, c.new, c.old_cell, c.new_cell) for c in checked.changes
    ] == [
        ("O1", "H1", "Đảng bộ huyện Thuỷ Sơn", "admitted", 5, 6, "B11", "B11"),
        ("O1", "H1", "Đảng bộ huyện Thuỷ Sơn", "members_end", 100, 101, "B24", "B24"),
    ]
    assert load(local, corrected).status is OutcomeStatus.SUPERSEDED
    assert value(local.reader(SYSTEM), "admissions", "T")[0] == 6


def test_a_form_that_violates_an_identity_is_refused_entirely(local: Store) -> None:
    broken = put_together([page_of(movement()).put(B24=99)])
    outcome = load(local, SourceFile(name="sai.xlsx", content=broken))
    assert outcome.status is OutcomeStatus.REFUSED
    assert finding_texts(outcome) == [
        (
            "Biểu 1 (1)!B24: dòng “D - Đảng viên trong danh sách có đến cuối kỳ báo cáo” là 99, nhưng tính từ các dòng "
            "thành phần được 100 (B9+B10-B16); hãy kiểm tra các ô này."
        )
    ]
    assert local.reader(SYSTEM).submissions(unit="H1") == ()


def test_a_form_is_compared_with_the_returns_of_the_cells_and_not_added_to_them(local: Store) -> None:
    accepted(local, *(cells(f"2020-Q{quarter}") for quarter in (1, 2, 3, 4)))
    reader = local.reader(SYSTEM)
    before = value(reader, "admissions", "T")
    outcome = load(local, workbook(movement()))
    assert outcome.status is OutcomeStatus.ACCEPTED
    assert (
        "Biểu 1 (1)!B11: số kết nạp trên biểu thống kê là 5, nhưng cộng số liệu của các tổ chức trực thuộc được 40; "
        "số cộng này được sử dụng."
    ) in finding_texts(outcome)
    assert value(local.reader(SYSTEM), "admissions", "T") == before


def test_later_returns_replace_a_form_with_a_warning(local: Store) -> None:
    accepted(local, workbook(movement()))
    assert value(local.reader(SYSTEM), "admissions") == (Fraction(5), "reported")
    assert finding_texts(load(local, cells("2020-Q1"))) == [
        (
            "B1: từ nay số liệu kỳ Năm 2020 được cộng từ báo cáo của các tổ chức trực thuộc; Biểu số 1 đã nạp chỉ còn "
            "dùng để đối chiếu. Hãy gửi đủ báo cáo của các tổ chức trong kỳ."
        )
    ]
    assert value(local.reader(SYSTEM), "admissions")[1] == "incomplete"
    for quarter in (2, 3):
        load(local, cells(f"2020-Q{quarter}"))
    sentences = finding_texts(load(local, cells("2020-Q4")))
    assert (
        "B1: số kết nạp kỳ Năm 2020 cộng từ các báo cáo được 40, nhưng biểu thống kê đã nạp (tệp bieu.xlsx, "
        "Biểu 1 (1)!B11) ghi 5; số cộng từ các báo cáo được sử dụng."
    ) in sentences
    assert value(local.reader(SYSTEM), "admissions") == (Fraction(40), "reported")


def test_a_form_beside_some_of_the_returns_is_stored_but_not_counted(local: Store) -> None:
    accepted(local, cells("2020-Q1"))
    assert finding_texts(load(local, workbook(movement()))) == [
        (
            "Biểu 1 (1): các tổ chức trực thuộc đã gửi số liệu kỳ Năm 2020 nhưng chưa đủ, nên số liệu của biểu này "
            "được lưu để đối chiếu, không cộng vào tổng; hãy đôn đốc các tổ chức còn thiếu."
        )
    ]


def test_forms_in_two_files_are_checked_against_each_other_and_the_year_before(local: Store) -> None:
    accepted(local, workbook(movement(Period(2019), members_start=89, admitted=6, members_end=90)))
    assert finding_texts(load(local, workbook(movement(), name="2020.xlsx"))) == [
        (
            "Biểu 1 (1)!B9: số đảng viên cuối kỳ trước chuyển sang là 100, khác số cuối kỳ trước đã nạp là 90; "
            "hãy kiểm tra lại."
        )
    ]
    outcome = load(local, workbook(filled(form("2", Period(2019)), period=Period(2019))))
    assert outcome.status is OutcomeStatus.REFUSED
    assert finding_texts(outcome) == [
        (
            "Biểu 2 (1)!B9: số kết nạp là 5, nhưng ở Biểu số 1 đã nạp là 6; hãy sửa cho khớp hoặc gửi kèm "
            "Biểu số 1 đã sửa."
        )
    ]


def test_a_district_may_send_forms_of_its_own_branch_only(local: Store) -> None:
    sender = Viewer("h2", Role.DISTRICT, "H2")
    assert [finding.code for finding in load(local, workbook(movement()), viewer=sender).findings] == ["out_of_scope"]
    local.open_period(YEAR, viewer=SYSTEM)
    own = load(local, workbook(movement(unit="Huyện uỷ Bắc Lý")), viewer=sender)
    assert own.status is OutcomeStatus.ACCEPTED
    assert [(found.form, found.unit_code) for found in local.reader(sender).submissions()] == [("O1", "H2")]


def test_forms_and_returns_of_one_file_load_together(local: Store) -> None:
    page = page_of(movement(Period(2019)))
    page.name = "Biểu 1"
    both: list[Page] = [page, *returns("B1", period=Period.parse("2020-Q1"))]
    outcome = load(local, SourceFile(name="cả hai.xlsx", content=put_together(both)))
    assert outcome.status is OutcomeStatus.ACCEPTED
    assert outcome.returns == (("B1", "H1", "2020-Q1"), ("O1", "H1", "2019"))
    assert [printed_code(form, period) for form, _, period in outcome.returns] == ["B1", "1-TCTW"]


def test_growth_pairs_a_form_with_the_cells_that_it_stands_for(province: Store) -> None:
    """H1 submitted cell returns for 2018 and a form for 2019, H2 a form for 2018 only."""
    cells = {cell: {"members_end": 10} for cell in ("H1.1.1", "H1.1.2", "H1.2")}
    province.accept(sent_by_cells("H1", "2018", cells), viewer=SYSTEM)
    province.accept(one_form("H2", "2018", members_end=50), viewer=SYSTEM)
    province.accept(one_form("H1", "2019", members_end=33), viewer=SYSTEM)
    (row,) = growth_rows(province)
    assert (row.numerator, row.denominator, row.state) == (Fraction(33), Fraction(30), State.INCOMPLETE)
    assert (row.reporting, row.expected) == (3, 5)
    cells_behind = trace(province.reader(SYSTEM), "members_growth_yoy", "T", Period(2019))
    assert [(cell.role, cell.unit) for cell in cells_behind] == [
        ("numerator", "H1"),
        *(("denominator", cell) for cell in cells),
    ]


def test_growth_leaves_a_form_out_when_a_cell_that_it_stands_for_is_missing(province: Store) -> None:
    province.accept(one_form("H1", "2018", members_end=30), viewer=SYSTEM)
    province.accept(one_form("H2", "2018", members_end=20), viewer=SYSTEM)
    province.accept(sent_by_cells("H1", "2019", {"H1.1.1": {"members_end": 11}}), viewer=SYSTEM)
    province.accept(one_form("H2", "2019", members_end=22), viewer=SYSTEM)
    (row,) = growth_rows(province)
    assert (row.numerator, row.denominator, row.state) == (Fraction(22), Fraction(20), State.INCOMPLETE)


def test_a_complete_series_is_not_hidden_by_forms_of_some_units(province: Store) -> None:
    history = sent_by_cells("T", "2018", {"H1": {"members_end": 31}, "H2": {"members_end": 21}}, form="LS")
    (given,) = history.returns
    rows = tuple(replace(row, period=Period(2018)) for row in given.rows)
    province.accept(replace(history, returns=(replace(given, period=None, rows=rows),)), viewer=SYSTEM)
    province.accept(one_form("H1", "2018", members_end=30), viewer=SYSTEM)
    reader = province.reader(SYSTEM)
    assert value(reader, "members", "T", Period(2018)) == (Fraction(52), "reported")
    assert value(reader, "members", "H1", Period(2018)) == (Fraction(30), "reported")


def growth_rows(store: Store) -> list[ValueRow]:
    enquiry = Enquiry(indicators=("members_growth_yoy",), periods=(Period(2019),), unit="T")
    return answer(store.reader(SYSTEM), enquiry)
