"""Forms B4, B5 and B6, the versions of forms, and other words for a header."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from data.forms.builtin import VERSIONS, form_on
from data.forms.model import Form
from data.measures import Measure
from data.periods import Period
from data.returns import OutcomeStatus, Return, SourceFile
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.intake import intake
from loaders.templates import template
from loaders.templates.template import RegisterSheet, ReturnSheet
from tests.loaders.office import (
    PROVINCE,
    Page,
    counts,
    pages,
    put_together,
    reading,
    reported,
    sheet,
    take_apart,
    workbook,
)

EVERY_VERSION = [form for versions in VERSIONS.values() for form in versions if form.is_return]
LAST_YEAR = Period.parse("2020")


def written(form: Form, period: str, unit: str = "H1") -> Page:
    """A sheet in that version for that period, valid or not."""
    usual = sheet(form.code, unit=unit, period=Period.parse(period))
    leaves = [line.code for line in usual.lines if line.leaf]
    given = ReturnSheet(
        form=form,
        sender=usual.sender,
        period=Period.parse(period),
        lines=usual.lines,
        values=counts(form, leaves),
    )
    return take_apart(template.workbook([given]))[0]


def only(page: Page) -> Return:
    """The only return of a sheet without findings."""
    accepted, findings = reading(page)
    assert not findings
    assert accepted is not None
    (given,) = accepted.returns
    return given


@pytest.mark.parametrize(
    ("form", "cells", "sentences"),
    [
        (
            "B4",
            {"E14": 20, "E21": 92},
            [
                (
                    "B4!E14: số đảng viên đã được phân công công tác là 20, lớn hơn số đảng viên phải được phân công "
                    "công tác là 19 (ô D14); hãy kiểm tra hai ô này."
                )
            ],
        ),
        (
            "B4",
            {"G14": 10, "G21": 42},
            [
                (
                    "B4!G14: số đảng viên đã được giới thiệu về nơi cư trú là 10, lớn hơn số đảng viên phải giữ mối "
                    "liên hệ nơi cư trú là 9 (ô F14); hãy kiểm tra hai ô này."
                )
            ],
        ),
        (
            "B4",
            {"H17": 9, "H21": 37},
            [
                (
                    "B4!H17: số đảng viên có nhận xét của nơi cư trú là 9, lớn hơn số đảng viên đã được giới thiệu về "
                    "nơi cư trú là 8 (ô G17); hãy kiểm tra hai ô này."
                )
            ],
        ),
        (
            "B5",
            {"E13": 5, "E16": 9},
            [
                (
                    "B5!E13: số đơn vị kinh tế tư nhân có tổ chức đảng là 5, lớn hơn số đơn vị kinh tế tư nhân là 4 "
                    "(ô D13); hãy kiểm tra hai ô này."
                )
            ],
        ),
        (
            "B6",
            {"E13": 21, "E20": 101},
            [
                (
                    "B6!E13: số đảng viên đã kiểm điểm là 21, lớn hơn số đảng viên phải kiểm điểm là 20 (ô D13); "
                    "hãy kiểm tra hai ô này."
                )
            ],
        ),
        (
            "B6",
            {"K13": "Tốt"},
            ["B6!K13: cột “Xếp loại chi bộ” ghi “Tốt”; hãy ghi một trong các mức: HTXSNV, HTTNV, HTNV, KHTNV."],
        ),
        (
            "B6",
            {"K13": 3},
            ["B6!K13: cột “Xếp loại chi bộ” ghi “3”; hãy ghi một trong các mức: HTXSNV, HTTNV, HTNV, KHTNV."],
        ),
        (
            "B6",
            {"L13": 2},
            ["B6!L13: cột “Có kế hoạch khắc phục hạn chế” ghi “2”; hãy ghi 1 hoặc để trống."],
        ),
        (
            "B6",
            {"A5": "Quý II năm 2020"},
            ["B6!A5: kỳ báo cáo là Quý II năm 2020, nhưng biểu B6 lập theo năm; hãy ghi lại kỳ báo cáo."],
        ),
    ],
)
def test_a_rule_says_what_is_there_and_what_to_do(form: str, cells: dict[str, Any], sentences: list[str]) -> None:
    assert reported(workbook(form, **cells)) == sentences


def test_a_rating_may_be_written_in_words_or_left_out() -> None:
    page = pages("B6")[0].put(K13="Hoàn thành xuất sắc nhiệm vụ", K14="khtnv", K16="", K18="-", K19="x")
    rating = form_on("B6", LAST_YEAR.end).positions["cell_rating"]
    rows = only(page).rows
    assert [row.values[rating] for row in rows] == ["HTXSNV", "KHTNV", None, None, None]
    assert [row.not_applicable for row in rows[-2:]] == [frozenset(), frozenset({"cell_rating"})]


def test_a_base_cell_reports_enterprises_beside_the_base_committees() -> None:
    assert [row.unit for row in only(pages("B5")[0]).rows] == ["H1.1", "H1.2", "H1.3"]


def test_a_cell_below_a_base_reports_no_enterprises() -> None:
    assert reported(workbook("B5", C13="H1.1.1"))[-1] == (
        "B5!C13: Chi bộ thôn Hoà Bình (H1.1.1) không thuộc diện lập biểu B5; hãy bỏ số liệu ở dòng này."
    )


@pytest.mark.parametrize("period", ["2020", "2020-Q4"])
def test_ratings_that_do_not_add_up_to_the_members_are_queried(period: str) -> None:
    b1 = pages("B1", period=Period.parse(period))[0]
    b6 = pages("B6")[0].put(F13=2, F20=14)
    accepted, findings = reading([b1, b6])
    assert accepted is not None
    assert [finding.say() for finding in findings] == [
        (
            "B6!F13: tổng các cột F + G + H + I + J là 20, nhưng số đảng viên trong danh sách cuối kỳ ở B1!S14 là 21; "
            "hãy kiểm tra lại."
        )
    ]


def test_ratings_are_not_compared_with_another_time_of_the_year() -> None:
    assert not reported([pages("B1", period=Period.parse("2020-Q3"))[0], pages("B6")[0].put(F13=2, F20=14)])


@pytest.mark.parametrize(
    ("form", "period", "sentence"),
    [
        (
            form_on("B1", date(2020, 1, 1)),
            "2025-Q3",
            "B1!A5: biểu B1 lập theo mẫu năm 2015, không áp dụng cho kỳ Quý III năm 2025; hãy dùng mẫu năm 2025.",
        ),
        (
            form_on("B1", date(2025, 7, 1)),
            "2020-Q2",
            "B1!A5: biểu B1 lập theo mẫu năm 2025, không áp dụng cho kỳ Quý II năm 2020; hãy dùng mẫu năm 2015.",
        ),
        (
            form_on("B6", date(2017, 1, 1)),
            "2018",
            "B6!A5: biểu B6 lập theo mẫu năm 2012, không áp dụng cho kỳ Năm 2018; hãy dùng mẫu năm 2018.",
        ),
        (
            form_on("B6", date(2018, 1, 1)),
            "2017",
            "B6!A5: biểu B6 lập theo mẫu năm 2018, không áp dụng cho kỳ Năm 2017; hãy dùng mẫu năm 2012.",
        ),
    ],
)
def test_a_sheet_of_another_version_is_refused_by_its_name(form: Form, period: str, sentence: str) -> None:
    assert reported(written(form, period)) == [sentence]


ALIASES = [(form, measure) for form in EVERY_VERSION for measure in form.measures if measure.aliases]


@pytest.mark.parametrize(("form", "measure"), ALIASES, ids=lambda given: f"{given.code}")
def test_other_words_for_a_header_mean_the_same_column(form: Form, measure: Measure) -> None:
    frequency = min(form.frequencies, key=lambda frequency: frequency.months)
    period = Period.covering(form.valid_to or date(2026, 12, 31), frequency)
    for alias in measure.aliases:
        page = written(form, period.code).spell_out()
        expected = only(page).rows
        column = len(form.fields) + form.positions[measure.code]
        above = next(row for row, cells in enumerate(page.rows) if cells[1] == "Tên tổ chức đảng")
        below = next(row for row, cells in enumerate(page.rows) if cells[0] == "A")
        path = (*measure.header[:-1], *alias) if len(alias) == 1 else alias
        words = [*path, *[""] * (below - above - len(path))]
        for row, word in zip(range(above, below), words, strict=True):
            page.rows[row][column] = word
        assert only(page).rows == expected, alias


def test_a_workbook_of_each_form_and_version_is_stored(province: Store) -> None:
    decided = date(2020, 1, 5)
    registers: dict[str, Sequence[Any]] = {
        "KH": ("H1", None, "2020", "admissions", 120, "12-KH/TU", decided),
        "LS": (1, "H1", None, 2013, 100, 5),
        "NV": ("NV01", None, "Chương trình", "H1", "H1", None, "Một lần", *[None] * 5, "Chưa thực hiện", *[None] * 5),
    }
    for code, row in registers.items():
        register = RegisterSheet(form=VERSIONS[code][0], sender=PROVINCE, rows=[row])
        source = SourceFile(name=f"{code}.xlsx", content=template.workbook([register]))
        assert intake(province, source, viewer=SYSTEM).status is OutcomeStatus.ACCEPTED, code
    for form in EVERY_VERSION:
        period = Period.covering(
            form.valid_to or date(2026, 12, 31), min(form.frequencies, key=lambda each: each.months)
        )
        source = SourceFile(name="x.xlsx", content=put_together([written(form, period.code)]))
        outcome = intake(province, source, viewer=SYSTEM)
        assert outcome.status is OutcomeStatus.ACCEPTED, outcome.findings
        stored = province.reader(SYSTEM).current_return("H1", form.code, period.code)
        assert stored is not None, form.code
