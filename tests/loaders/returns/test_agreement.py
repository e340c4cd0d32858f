"""Sheets of one workbook are of one period; a file name that contradicts the titles is asked about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.forms.builtin import FORMS
from data.periods import Period
from data.returns import IntakeMode, OutcomeStatus, Return, SourceFile
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.intake import intake
from loaders.returns.agreement import check_file_name, check_senders, check_sheets
from tests.loaders.office import REGISTRY, pages, put_together


def given(form: str, period: str, unit: str = "H1") -> Return:
    return Return(form=FORMS[form], unit=unit, period=Period.parse(period), sheet=form, columns={}, rows=())


@pytest.mark.parametrize(
    ("sheets", "refused"),
    [
        ({"B1": "2020-Q4", "B2": "2020-Q3", "B3": "2020-Q4"}, ["B2"]),
        ({"B1": "2020-Q3", "B2": "2020-Q4"}, ["B2"]),
        ({"B1": "2020-Q4", "B2": "2019-Q4"}, ["B2"]),
        # B2 is returned by quarter too: as a yearly one it would stand beside its own quarters.
        ({"B1": "2020-Q4", "B2": "2020"}, ["B2"]),
        ({"B1": "2020-Q4", "B6": "2020"}, []),
        ({"B1": "2020-Q1", "B6": "2019"}, []),
        ({"B1": "2020-Q2", "B6": "2019"}, ["B6"]),
        ({"B1": "2020-Q4", "B2": "2020-Q4"}, []),
        ({}, []),
    ],
)
def test_sheets_of_a_workbook_are_of_one_period(sheets: dict[str, str], refused: list[str]) -> None:
    found = list(check_sheets([given(form, period) for form, period in sheets.items()]))
    assert [(finding.code, finding.sheet) for finding in found] == [("sheets_differ_in_period", s) for s in refused]


def test_sheets_of_a_workbook_are_of_one_sender_official_forms_included() -> None:
    official = replace(given("B1", "2019", "H2"), sheet="Biểu 1")
    found = list(check_senders([given("B1", "2020-Q1"), given("B2", "2020-Q1"), official], REGISTRY))
    assert [(finding.code, finding.sheet) for finding in found] == [("several_senders", "Biểu 1")]
    assert "Đảng bộ huyện Bắc Lý" in found[0].message.vi


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("H1_2020-Q3.xlsx", ["file_name_period"]),
        ("H1_2020-Q4_dinh-chinh.xlsx", []),
        ("Báo cáo quý III năm 2020.xlsx", ["file_name_period"]),
        ("bao cao quy 4-2020.xlsx", []),
        ("Quý III.xlsx", ["file_name_period"]),
        ("Q4_2021.xlsx", ["file_name_period"]),
        ("BC 9 tháng đầu năm 2020.xlsx", ["file_name_period"]),
        ("BC 12 tháng năm 2020.xlsx", []),
        ("Báo cáo năm 2019.xlsx", ["file_name_period"]),
        ("Báo cáo năm 2020.xlsx", []),
        ("Quý IV, gửi đầu năm 2021.xlsx", []),
        ("2020.xlsx", []),
        ("gửi ngày 15-01-2021.xlsx", []),
        ("H2_2020-Q4.xlsx", ["file_name_sender"]),
        ("H2.1 2020-Q4.xlsx", ["file_name_sender"]),
        ("Huyện uỷ Bắc Lý.xlsx", ["file_name_sender"]),
        ("huyen uy THUY SON quy 4 nam 2020.xlsx", []),
        ("H1 H2 tổng hợp.xlsx", []),
        ("H2-2020 (nửa năm).xlsx", []),
        ("H2_2020-Q1.xlsx", ["file_name_period", "file_name_sender"]),
        ("B1-B2.xlsx", []),
    ],
)
def test_a_file_name_that_contradicts_the_titles_is_asked_about(name: str, asked: list[str]) -> None:
    found = check_file_name(name, [given("B1", "2020-Q4"), given("B6", "2020")], REGISTRY)
    assert [finding.code for finding in found] == asked


def test_a_file_named_after_another_sender_is_asked_about_with_both() -> None:
    [found] = check_file_name("H2_2020-Q4.xlsx", [given("B1", "2020-Q4")], REGISTRY)
    assert found.say() == (
        "tên tệp “H2_2020-Q4.xlsx” nêu Đảng bộ huyện Bắc Lý (H2), còn tiêu đề trang B1 là của Đảng bộ huyện Thuỷ Sơn "
        "(H1); nếu tiêu đề đúng thì xác nhận để ghi, nếu không thì sửa tiêu đề rồi gửi lại."
    )


def test_sheets_that_differ_are_named_with_their_periods_and_nothing_is_stored(province: Store) -> None:
    first, second = pages("B1", period=Period.parse("2020-Q2")), pages("B3", period=Period.parse("2020-Q1"))
    outcome = intake(province, SourceFile(name="a.xlsx", content=put_together([*first, *second])), viewer=SYSTEM)
    assert [finding.say() for finding in outcome.findings] == [
        (
            "B3: trang này ghi Quý I năm 2020, còn trang B1 ghi Quý II năm 2020; các trang tính của một tệp phải cùng "
            "một kỳ: hãy sửa kỳ ở tiêu đề, hoặc gửi mỗi kỳ một tệp."
        )
    ]
    assert outcome.status is OutcomeStatus.REFUSED


def test_a_contradicting_file_name_holds_the_file_until_it_is_confirmed(province: Store) -> None:
    source = SourceFile(name="H1_2020-Q1.xlsx", content=put_together(pages("B1", period=Period.parse("2020-Q2"))))
    held = intake(province, source, viewer=SYSTEM, mode=IntakeMode.ASK)
    assert (held.status, held.differences) == (OutcomeStatus.HELD, ())
    assert [finding.say() for finding in held.findings] == [
        (
            "tên tệp “H1_2020-Q1.xlsx” ghi Quý I năm 2020, còn tiêu đề trang B1 ghi Quý II năm 2020; nếu tiêu đề đúng "
            "thì xác nhận để ghi, nếu không thì sửa tiêu đề rồi gửi lại."
        )
    ]
    assert intake(province, source, viewer=SYSTEM).status is OutcomeStatus.ACCEPTED


def test_a_file_name_of_another_unit_names_both() -> None:
    (found,) = check_file_name("H2_2020-Q4.xlsx", [given("B1", "2020-Q4")], REGISTRY)
    assert found.say() == (
        "tên tệp “H2_2020-Q4.xlsx” nêu Đảng bộ huyện Bắc Lý (H2), còn tiêu đề trang B1 là của Đảng bộ huyện Thuỷ Sơn "
        "(H1); nếu tiêu đề đúng thì xác nhận để ghi, nếu không thì sửa tiêu đề rồi gửi lại."
    )
