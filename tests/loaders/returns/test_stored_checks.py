"""Checks of a return against the province: cumulative figures, ratings against members."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from data.forms.builtin import FORMS
from data.observations import Totals
from data.periods import Period
from data.returns import OutcomeStatus, SourceFile
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.intake import intake
from loaders.templates import template
from loaders.templates.template import RegisterSheet
from tests.loaders.office import PROVINCE, pages, put_together

ONE_MORE = {"E14": 3, "S14": 22, "E21": 11, "S21": 106}


def sent(form: str, period: str, *, cumulative: bool = True, **cells: Any) -> SourceFile:
    (page,) = pages(form, period=Period.parse(period), cumulative=cumulative)
    return SourceFile(name=f"{form} {period}.xlsx", content=put_together([page.put(**cells)]))


def reported(province: Store, source: SourceFile, status: OutcomeStatus) -> list[str]:
    outcome = intake(province, source, viewer=SYSTEM)
    assert outcome.status is status
    return [finding.say() for finding in outcome.findings]


def province_in(province: Store, period: str, form: str = "B2") -> Totals:
    reader = province.reader(SYSTEM)
    root, of = reader.root().id, Period.parse(period)
    found = reader.observations([form], [root], [of]).at(form, root, of)
    assert found is not None
    return found


def test_figures_since_january_are_differenced_against_the_period_before(province: Store) -> None:
    assert not reported(province, sent("B2", "2020-Q1"), OutcomeStatus.ACCEPTED)
    assert not reported(province, sent("B2", "2020-Q2", D15=5, D22=13), OutcomeStatus.ACCEPTED)
    assert province_in(province, "2020-Q1").sums["admitted"] == 10
    assert province_in(province, "2020-Q2").sums["admitted"] == 3


def test_figures_since_january_without_the_period_before_are_accepted_with_a_question(province: Store) -> None:
    assert reported(province, sent("B2", "2020-Q3"), OutcomeStatus.ACCEPTED) == [
        (
            "B2: số liệu luỹ kế từ đầu năm, nhưng chưa có báo cáo luỹ kế của Quý II năm 2020 để tính số trong kỳ; "
            "hãy nộp báo cáo kỳ trước."
        )
    ]
    assert province_in(province, "2020-Q3").blanks["admitted"] == 5


def test_the_period_before_must_count_since_january_too(province: Store) -> None:
    reported(province, sent("B2", "2020-Q2", cumulative=False), OutcomeStatus.ACCEPTED)
    assert reported(province, sent("B2", "2020-Q3"), OutcomeStatus.ACCEPTED) == [
        (
            "B2: số liệu luỹ kế từ đầu năm, nhưng chưa có báo cáo luỹ kế của Quý II năm 2020 để tính số trong kỳ; "
            "hãy nộp báo cáo kỳ trước."
        )
    ]


def test_the_first_quarter_counts_since_january_whatever_it_says(province: Store) -> None:
    reported(province, sent("B2", "2020-Q1", cumulative=False), OutcomeStatus.ACCEPTED)
    assert not reported(province, sent("B2", "2020-Q2"), OutcomeStatus.ACCEPTED)


def test_figures_since_january_cannot_become_less(province: Store) -> None:
    reported(province, sent("B2", "2020-Q1"), OutcomeStatus.ACCEPTED)
    assert reported(province, sent("B2", "2020-Q2", D15=1, D22=9), OutcomeStatus.REFUSED) == [
        "B2!D15: số kết nạp luỹ kế từ đầu năm là 1, ít hơn 2 của Quý I năm 2020; hãy kiểm tra lại số liệu của hai kỳ."
    ]


@pytest.mark.parametrize("movement", ["2020", "2020-Q4"])
def test_ratings_are_compared_with_the_members_stored_for_the_end_of_the_year(province: Store, movement: str) -> None:
    reported(province, sent("B1", movement, cumulative=False), OutcomeStatus.ACCEPTED)
    assert reported(province, sent("B6", "2020", cumulative=False, F13=2, F20=14), OutcomeStatus.ACCEPTED) == [
        (
            "B6!F13: tổng các cột F + G + H + I + J là 20, nhưng số đảng viên trong danh sách cuối kỳ ở biểu B1 đã nạp "
            "là 21; hãy kiểm tra lại."
        )
    ]


def test_the_classes_of_before_2018_are_compared_too(province: Store) -> None:
    reported(province, sent("B1", "2017", cumulative=False), OutcomeStatus.ACCEPTED)
    found = reported(province, sent("B6", "2017", cumulative=False), OutcomeStatus.ACCEPTED)
    assert len(found) == 5
    assert found[0] == (
        "B6!F13: tổng các cột F + G + H + I + J là 0, nhưng số đảng viên trong danh sách cuối kỳ ở biểu B1 đã nạp "
        "là 21; hãy kiểm tra lại."
    )


def test_each_version_of_the_ratings_is_summed_under_its_own_measures(province: Store) -> None:
    reported(province, sent("B6", "2017", cumulative=False, F13=4, F20=4), OutcomeStatus.ACCEPTED)
    reported(province, sent("B6", "2018", cumulative=False), OutcomeStatus.ACCEPTED)
    before, after = province_in(province, "2017", "B6"), province_in(province, "2018", "B6")
    assert (before.sums["qualified_excellent"], before.blanks["rated_excellent"]) == (4, 5)
    assert (after.sums["rated_excellent"], after.blanks["qualified_excellent"]) == (15, 5)
    assert "rated_excellent" not in after.blanks


def test_a_corrected_movement_is_compared_with_the_stored_ratings(province: Store) -> None:
    reported(province, sent("B1", "2020", cumulative=False), OutcomeStatus.ACCEPTED)
    reported(province, sent("B6", "2020", cumulative=False), OutcomeStatus.ACCEPTED)
    assert reported(province, sent("B1", "2020", cumulative=False, **ONE_MORE), OutcomeStatus.SUPERSEDED) == [
        (
            "B1!S14: số đảng viên trong danh sách cuối kỳ là 22, nhưng cộng 5 cột của biểu B6 đã nạp "
            "(từ “Hoàn thành xuất sắc nhiệm vụ” đến “Chưa xếp loại”) được 21; hãy kiểm tra lại."
        )
    ]


def test_ratings_are_not_queried_when_the_movement_of_another_quarter_comes(province: Store) -> None:
    reported(province, sent("B6", "2020", cumulative=False), OutcomeStatus.ACCEPTED)
    assert not reported(province, sent("B1", "2020-Q3", cumulative=False, **ONE_MORE), OutcomeStatus.ACCEPTED)


def test_a_count_unlike_those_of_the_periods_before_is_queried(province: Store) -> None:
    for quarter in ("2019-Q1", "2019-Q2", "2019-Q3"):
        assert not reported(province, sent("B3", quarter, cumulative=False), OutcomeStatus.ACCEPTED)
    assert reported(province, sent("B3", "2019-Q4", cumulative=False, D14=21, D19=23), OutcomeStatus.ACCEPTED) == [
        "B3!D14: số thôn, bản, tổ dân phố là 21, khác hẳn 3 kỳ trước (từ 1 đến 1); hãy kiểm tra lại."
    ]


@pytest.mark.parametrize("changed", [{}, {"D14": 3, "D19": 5}])
def test_what_is_as_usual_or_only_a_little_more_is_not_queried(province: Store, changed: dict[str, int]) -> None:
    for quarter in ("2019-Q1", "2019-Q2", "2019-Q3"):
        reported(province, sent("B3", quarter, cumulative=False), OutcomeStatus.ACCEPTED)
    assert not reported(province, sent("B3", "2019-Q4", cumulative=False, **changed), OutcomeStatus.ACCEPTED)


def test_two_periods_are_too_few_to_call_a_count_unusual(province: Store) -> None:
    for quarter in ("2019-Q2", "2019-Q3"):
        reported(province, sent("B3", quarter, cumulative=False), OutcomeStatus.ACCEPTED)
    assert not reported(province, sent("B3", "2019-Q4", cumulative=False, D14=21, D19=23), OutcomeStatus.ACCEPTED)


def test_a_year_is_compared_with_its_four_quarters(province: Store) -> None:
    for quarter in ("2019-Q1", "2019-Q2", "2019-Q3"):
        reported(province, sent("B2", quarter, cumulative=False), OutcomeStatus.ACCEPTED)
    quarters = {f"{column}{row}": 8 for column in "DS" for row in (15, 16, 18, 20, 21)} | {"D22": 40, "S22": 40}
    assert not reported(province, sent("B2", "2019", cumulative=False), OutcomeStatus.ACCEPTED)
    reported(province, sent("B2", "2019-Q4", cumulative=False), OutcomeStatus.ACCEPTED)
    found = reported(province, sent("B2", "2019", cumulative=False, **quarters), OutcomeStatus.SUPERSEDED)
    assert found == [
        (
            "B2!E15: số kết nạp nữ cả năm là 1, nhưng theo bốn báo cáo quý đã nạp là 4 (có 5 ô như vậy, ô đầu tiên là "
            "ô này); hãy kiểm tra lại."
        ),
        (
            "B2!S15: số quần chúng dự lớp bồi dưỡng nhận thức cả năm là 8, nhưng theo bốn báo cáo quý đã nạp là 12 "
            "(có 5 ô như vậy, ô đầu tiên là ô này); hãy kiểm tra lại."
        ),
        (
            "B2!T15: số quần chúng dự kiểm tra cuối khoá cả năm là 2, nhưng theo bốn báo cáo quý đã nạp là 8 "
            "(có 5 ô như vậy, ô đầu tiên là ô này); hãy kiểm tra lại."
        ),
        (
            "B2!U15: số quần chúng đạt yêu cầu kiểm tra cuối khoá cả năm là 2, nhưng theo bốn báo cáo quý đã nạp là 8 "
            "(có 5 ô như vậy, ô đầu tiên là ô này); hãy kiểm tra lại."
        ),
    ]


def plans(*lines: tuple[str, int, date]) -> SourceFile:
    rows = [(unit, None, "2020", "admissions", value, "12-KH/TU", day) for unit, value, day in lines]
    content = template.workbook([RegisterSheet(form=FORMS["KH"], sender=PROVINCE, rows=rows)])
    return SourceFile(name=f"KH {len(lines)} {lines[0][0]}.xlsx", content=content)


def test_plans_of_bases_are_added_up_to_the_stored_plan_of_their_district(province: Store) -> None:
    january, march = date(2020, 1, 5), date(2020, 3, 5)
    reported(province, plans(("T", 200, january), ("H1", 120, january), ("H2", 80, january)), OutcomeStatus.ACCEPTED)
    assert not reported(
        province, plans(("H1.1", 60, march), ("H1.2", 30, march), ("H1.3", 30, march)), OutcomeStatus.ACCEPTED
    )
    assert reported(province, plans(("H1.3", 40, march)), OutcomeStatus.SUPERSEDED) == [
        (
            "KH!E11: cùng với các kế hoạch đã nạp, cộng 3 đơn vị cấp dưới của Đảng bộ huyện Thuỷ Sơn (H1) được 130, "
            "nhưng kế hoạch admissions giao cho Đảng bộ huyện Thuỷ Sơn (H1) là 120; hãy kiểm tra lại."
        )
    ]


def test_a_district_s_new_plan_is_compared_with_the_stored_ones_above_and_below_it(province: Store) -> None:
    january, march = date(2020, 1, 5), date(2020, 3, 5)
    reported(province, plans(("T", 200, january), ("H1", 120, january), ("H2", 80, january)), OutcomeStatus.ACCEPTED)
    reported(province, plans(("H1.1", 60, march), ("H1.2", 30, march), ("H1.3", 30, march)), OutcomeStatus.ACCEPTED)
    found = reported(province, plans(("H1", 150, march)), OutcomeStatus.SUPERSEDED)
    assert [sentence.split(", nhưng")[0] for sentence in found] == [
        "KH!E11: cùng với các kế hoạch đã nạp, cộng 3 đơn vị cấp dưới của Đảng bộ huyện Thuỷ Sơn (H1) được 120",
        "KH!E11: cùng với các kế hoạch đã nạp, cộng 2 đơn vị cấp dưới của Đảng bộ tỉnh Bình An (T) được 230",
    ]


@pytest.mark.parametrize(("year", "status"), [(2013, OutcomeStatus.ACCEPTED), (2021, OutcomeStatus.REFUSED)])
def test_the_series_of_past_years_ends_before_returns_begin(province: Store, year: int, status: OutcomeStatus) -> None:
    reported(province, sent("B2", "2020-Q1"), OutcomeStatus.ACCEPTED)
    content = template.workbook(
        [RegisterSheet(form=FORMS["LS"], sender=PROVINCE, rows=[(1, "H1", None, year, 100, 5)])]
    )
    said = reported(province, SourceFile(name="LS.xlsx", content=content), status)
    refusal = (
        "LS!E11: chuỗi lịch sử chỉ nhận các năm trước kỳ báo cáo đầu tiên (Quý I năm 2020); số liệu năm 2021 lấy từ "
        "báo cáo của đơn vị. Hãy bỏ các dòng đó hoặc sửa năm."
    )
    assert said == [refusal] * (status is OutcomeStatus.REFUSED)
