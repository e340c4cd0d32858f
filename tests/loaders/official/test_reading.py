"""Official forms of both sets: written, recognised, and read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from data.forms.official.builtin import OFFICIAL, OfficialForm, official_form
from data.periods import Frequency, Period
from data.returns import cell_of
from loaders.formats import dispatch as formats
from loaders.official import (
    Filled,
    official_workbook,
    recognise_official,
    totalled,
)
from tests.loaders.office import Page, pages, put_together
from tests.loaders.official_pages import (
    MOVED,
    Y2019,
    Y2022,
    admissions,
    counted,
    form,
    members,
    movement,
    page_of,
    period_of,
    reading,
    reported,
    values,
)


@pytest.mark.parametrize("official", OFFICIAL, ids=lambda official: official.corner)
def test_each_form_of_each_set_is_read_back_as_it_was_written(official: OfficialForm) -> None:
    counts = counted(official)
    period = period_of(official)
    filled = Filled(
        official=official, unit="Huyện uỷ Thuỷ Sơn", superior="Tỉnh uỷ Bình An", period=period, values=counts
    )
    (given,), findings = reading(filled)
    assert findings == []
    assert (given.form.code, given.form.version) == (official.code, official.form_set.code)
    assert (given.unit, given.period) == ("H1", period)
    assert values(given) == dict.fromkeys(official.lines_by_measure, 0)


@pytest.mark.parametrize("official", OFFICIAL, ids=lambda official: official.corner)
def test_every_line_keeps_its_own_number(official: OfficialForm) -> None:
    sheet = formats.read(official_workbook([_numbered(official)])).sheets[0]
    found, _ = recognise_official(sheet)
    assert found is not None
    assert {code: sheet.rows[row][1] for code, row in found.rows.items()} == _numbered(official).values


def _numbered(official: OfficialForm) -> Filled:
    numbers = {place.code: number for number, place in enumerate(official.outline)}
    return Filled(official=official, unit="Tỉnh uỷ Bình An", period=period_of(official), values=numbers)


@pytest.mark.parametrize("period", [Y2019, Y2022, Period.parse("2022-H1")], ids=str)
def test_movement_gives_the_measures_of_b1_with_the_cells_that_hold_them(period: Period) -> None:
    (given,), findings = reading(movement(period))
    expected = {measure: MOVED[measure] for measure in form("1", period).lines_by_measure}
    assert findings == []
    assert given.period == period
    assert values(given) == expected
    assert cell_of(given.columns, "admitted", given.rows[0].row) == "B11"


@pytest.mark.parametrize("period", [Y2019, Y2022], ids=str)
def test_forms_that_agree_load_from_one_file(period: Period) -> None:
    returns, findings = reading(movement(period), admissions(period), members(period))
    assert findings == []
    assert [given.form.code for given in returns] == ["O1", "O2", "O3"]


def test_lines_of_one_measure_are_added() -> None:
    operations = form("7")
    counts = counted(operations) | {"IV.3.-1": 2, "IV.3.-2": 3}
    (given,), _ = reading(Filled(official=operations, unit="Huyện uỷ Thuỷ Sơn", period=Y2022, values=counts))
    assert values(given)["transfers_irregular"] == 5
    assert cell_of(given.columns, "transfers_irregular", 0) == "B52+B53"


def test_the_ratings_before_2018_give_measures_of_their_own() -> None:
    ratings = form("7B", Period.parse("2016"))
    measures = {"not_classed": 4, "qualified_excellent": 1, "qualified_good": 2, "qualified_fulfilled": 3}
    counts = counted(ratings, **measures, disqualified=0) | {"-1.3": 6, "-1": 10}
    (given,), findings = reading(Filled(official=ratings, unit="Tỉnh uỷ Bình An", period=Period(2016), values=counts))
    assert findings == []
    assert values(given) == {**measures, "disqualified": 0}
    assert official_form("7B", date(2018, 12, 31)) is None


def test_the_same_words_under_two_lines_are_two_lines() -> None:
    operations = form("7")
    counts = totalled(
        operations,
        {
            "transfers_temporary_out": 1,
            "transfers_temporary_in": 2,
            "transfers_official_out": 3,
            "transfers_official_in": 4,
        },
    )
    (given,), _ = reading(
        Filled(official=operations, unit="Huyện uỷ Thuỷ Sơn", period=Y2022, values=counted(operations) | counts)
    )
    assert list(values(given).values())[:4] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("cells", "sentences"),
    [
        (
            {"A11": "1. Kết nap"},
            ["B1!A11: dòng “1. Kết nap” không có trong Biểu số 1-BTCTW; có phải “1. Kết nạp”?"],
        ),
        (
            {"A11": "", "B11": ""},
            ["B1: thiếu dòng “1. Kết nạp”; hãy dùng đúng mẫu Biểu số 1-BTCTW, không xoá dòng và không đổi tên dòng."],
        ),
        (
            {"A16": "", "B16": ""},
            [
                "B1: thiếu 1 dòng của Biểu số 1-BTCTW: “C - Đảng viên giảm trong kỳ”; hãy bổ sung nếu có số liệu.",
            ],
        ),
        (
            {"A15": "4. Bổ sung từ nơi khác", "B15": 0},
            [
                "B1!A15: dòng “4. Bổ sung từ nơi khác” không có trong Biểu số 1-BTCTW nên không nạp.",
                (
                    "B1: thiếu dòng “3. Phục hồi đảng tịch”; hãy dùng đúng mẫu Biểu số 1-BTCTW, không xoá dòng và "
                    "không đổi tên dòng."
                ),
            ],
        ),
        (
            {"A21": "1. Từ trần", "B21": 0},
            [
                "B1!A21: dòng “1. Từ trần” lặp lại (đã có ở A17); hãy xoá một dòng.",
                (
                    "B1: thiếu dòng “4. Xin ra khỏi Đảng”; hãy dùng đúng mẫu Biểu số 1-BTCTW, không xoá dòng và "
                    "không đổi tên dòng."
                ),
            ],
        ),
    ],
)
def test_lines_that_are_unknown_missing_or_duplicate_are_reported(cells: dict[str, Any], sentences: list[str]) -> None:
    assert reported(page_of(movement(), **cells)) == sentences


def _respelled(page: Page) -> Page:
    spelled = {"3. Xóa tên": "3.  Xoá  tên", "1. Kết nạp": "1) KẾT NẠP", "A - Tổng số": "A- Tổng số", "Trong đó: ": ""}
    for row in page.rows:
        for old, new in spelled.items():
            row[0] = row[0].replace(old, new) if isinstance(row[0], str) else row[0]
    return page


def _with_markers_apart(page: Page) -> Page:
    for row in page.rows:
        marker, _dot, words = str(row[0]).partition(". ") if str(row[0])[1:3] == ". " else ("", "", row[0])
        row[:] = [int(marker) if marker.isdigit() else marker, words, *row[1:]]
    page.merges = []
    return page


def _spread_out(page: Page) -> Page:
    return page.insert_row(19).insert_row(12).insert_row(1)


def _with_lines_in_another_order(page: Page) -> Page:
    page.rows[16:19] = reversed(page.rows[16:19])
    page.rows[12:14] = reversed(page.rows[12:14])
    return page


def _with_a_column_before_and_between(page: Page) -> Page:
    page.rows = [["", row[0], "", *row[1:]] for row in page.rows]
    page.merges = []
    return page


def _on_two_pages(page: Page) -> Page:
    """The header is repeated, as at the top of a second page."""
    again = [["(Tiếp biểu số 1-BTCTW)", "", "", ""], *([*row] for row in page.rows[5:8])]
    page.rows[15:15] = again
    page.merges = []
    return page


@pytest.mark.parametrize(
    "change",
    [
        _respelled,
        _with_markers_apart,
        _spread_out,
        _with_lines_in_another_order,
        _with_a_column_before_and_between,
        _on_two_pages,
    ],
)
def test_spelling_layout_and_blank_rows_do_not_count(change: Callable[[Page], Page]) -> None:
    (given,), findings = reading(change(page_of(movement())))
    assert findings == []
    assert values(given) == MOVED


def test_a_heading_may_share_its_row_with_its_first_line() -> None:
    page = page_of(admissions(Y2019))
    row = next(r for r, cells in enumerate(page.rows) if cells[0] == "1. Tuổi đời")
    page.rows[row] = ["1. Tuổi đời: + 18 đến 30 tuổi", *page.rows[row + 1][1:]]
    del page.rows[row + 1]
    page.merges = [merge for merge in page.merges if merge[0][0] < row]
    assert reported(page) == []


@pytest.mark.parametrize(
    ("written", "sentences"),
    [
        (
            "HUYỆN ỦY THUỶ SƠM",
            ["B1!A2: “HUYỆN ỦY THUỶ SƠM” không có trong danh mục tổ chức đảng; có phải Đảng bộ huyện Thuỷ Sơn (H1)?"],
        ),
        (
            "HUYỆN ỦY MỸ ĐỨC",
            ["B1!A2: “HUYỆN ỦY MỸ ĐỨC” không có trong danh mục tổ chức đảng; hãy kiểm tra lại tên đơn vị."],
        ),
        (
            "TỈNH ỦY/HUYỆN ỦY…",
            [
                "B1: không thấy đơn vị báo cáo ở góc trái; hãy ghi, ví dụ: “Huyện uỷ …” hoặc dòng “Mã đơn vị: …”.",
            ],
        ),
        ("Mã đơn vị: H9", ["B1!A2: mã đơn vị “H9” không có trong danh mục; hãy kiểm tra lại mã."]),
        (
            "HUYỆN ỦY BẮC LÝ\nMã đơn vị: H1",
            [
                (
                    "B1!A2: mã đơn vị là H1 (Đảng bộ huyện Thuỷ Sơn), nhưng tên đơn vị là Đảng bộ huyện Bắc Lý (H2); "
                    "hãy sửa mã hoặc tên đơn vị cho khớp."
                )
            ],
        ),
    ],
)
def test_a_unit_that_is_not_in_the_registry_is_queried(written: str, sentences: list[str]) -> None:
    assert reported(page_of(movement(), A2=written)) == sentences


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("TỈNH ỦY/HUYỆN ỦY THỦY SƠN", "H1"),
        ("Tỉnh (thành uỷ) Bình An....\nHuyện (quận uỷ) Thuỷ Sơn.....\nBAN TỔ CHỨC", "H1"),
        ("Tỉnh (thành uỷ) Bình An....\nHuyện (quận uỷ)..............\nBAN TỔ CHỨC", "T"),
        ("BAN TỔ CHỨC HUYỆN ỦY BẮC LÝ", "H2"),
        ("ĐẢNG BỘ TỈNH BÌNH AN", "T"),
        ("Mã đơn vị: h2", "H2"),
        ("HUYỆN ỦY BẮC LÝ\nMã đơn vị: H2", "H2"),
        ("TỈNH ỦY BÌNH AN\nMã đơn vị: H2", "H2"),
    ],
)
def test_the_unit_is_read_from_the_filled_blank(written: str, unit: str) -> None:
    (given,), _ = reading(page_of(movement(), A2=written))
    assert given.unit == unit


@pytest.mark.parametrize(
    ("title", "sentences"),
    [
        (
            "THỐNG KÊ TĂNG, GIẢM ĐẢNG VIÊN .....NĂM .",
            ["B1: không thấy kỳ báo cáo ở tên biểu; hãy ghi, ví dụ: “6 tháng đầu năm 2022” hoặc “năm 2022”."],
        ),
        (
            "THỐNG KÊ TĂNG, GIẢM ĐẢNG VIÊN QUÝ I NĂM 2022",
            [
                (
                    "B1!A4: kỳ báo cáo là Quý I năm 2022, nhưng biểu 1-BTCTW lập cho 6 tháng đầu năm hoặc cả "
                    "năm; hãy ghi lại kỳ báo cáo."
                )
            ],
        ),
        (
            "THỐNG KÊ TĂNG, GIẢM ĐẢNG VIÊN 6 THÁNG CUỐI NĂM 2022",
            [
                (
                    "B1!A4: kỳ báo cáo là 6 tháng cuối năm 2022, nhưng biểu 1-BTCTW lập cho 6 tháng đầu năm hoặc cả "
                    "năm; hãy ghi lại kỳ báo cáo."
                )
            ],
        ),
        (
            "THỐNG KÊ TĂNG, GIẢM ĐẢNG VIÊN\nNĂM 2019",
            ["B1!A4: biểu 1-BTCTW không áp dụng cho kỳ Năm 2019; hãy dùng mẫu biểu của kỳ đó."],
        ),
    ],
)
def test_the_period_is_one_that_the_set_is_made_up_for(title: str, sentences: list[str]) -> None:
    assert reported(page_of(movement(), A4=title)) == sentences


def test_a_number_or_title_of_another_form_does_not_mislead() -> None:
    page = page_of(members(), D1="Biểu số 2-BTCTW", A4="THỐNG KÊ ĐẢNG VIÊN MỚI KẾT NẠP NĂM 2022")
    (given,), findings = reading(page)
    assert given.form.code == "O3"
    assert [finding.say() for finding in findings] == [
        (
            "B1: góc phải ghi Biểu số 2-BTCTW, nhưng các dòng là của Biểu số 3-BTCTW; "
            "số liệu được nạp theo Biểu số 3-BTCTW."
        )
    ]


def test_our_own_returns_are_no_official_forms() -> None:
    sheets = formats.read(put_together(pages("B1", "B2", "B3"))).sheets
    assert [recognise_official(sheet) for sheet in sheets] == [(None, [])] * 3


def test_a_form_twice_in_one_file_is_refused() -> None:
    assert reported(movement(), movement()) == [
        "B2: biểu 1-BTCTW có ở nhiều trang tính (B1, B2); hãy để lại một trang."
    ]


def test_a_line_that_says_x_is_not_applicable_and_no_zero() -> None:
    (given,), findings = reading(page_of(movement(restored=0), B15="x"))
    assert findings == []
    assert values(given)["restored"] is None
    assert given.rows[0].not_applicable == {"restored"}


@pytest.mark.parametrize("official", OFFICIAL, ids=lambda official: official.corner)
def test_declared_forms_fit_the_store(official: OfficialForm) -> None:
    assert set(official.lines_by_measure) == set(official.form.positions)
    assert official.frequencies <= {Frequency.HALF, Frequency.YEAR}
    assert (len(official.code) <= 8, len(official.form_set.code) <= 16) == (True, True)
