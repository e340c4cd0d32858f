"""Selection of sheets: copies are queried, hidden rows reported, headers work without column numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest

from data.forms.builtin import BUILTIN, RETURNS
from data.returns import SourceFile
from loaders.formats import dispatch as formats
from loaders.marks.annotate import annotate
from loaders.reading import read
from loaders.sheet_choice import likeness
from loaders.sheets.header import find_header
from loaders.sheets.recognise import recognise
from tests.loaders.office import REFERENCES, Page, codes, pages, put_together, reading, reported, workbook
from tests.loaders.sheets.test_recognise import facts

HIDE = "trang tính đang ẩn"


def copy(change: Callable[[Page], Page] = lambda page: page, *, hidden: bool = False) -> Page:
    page = change(pages("B1")[0])
    page.name, page.hidden = "B1 (2)", hidden
    return page


def test_two_sheets_of_one_form_that_differ_are_queried_with_the_first_difference() -> None:
    assert reported([pages("B1")[0], copy(lambda page: page.put(E14=3, S14=22, E21=11, S21=106))]) == [
        (
            "B1 (2)!E14: biểu B1 có ở nhiều trang tính (B1, B1 (2)); trang này khác trang “B1” ở 4 ô, ô khác đầu tiên "
            "là ô này: ở đây ghi “3”, ở trang kia ghi “2”; hãy để lại một trang."
        )
    ]


def test_a_hidden_sheet_like_a_visible_one_is_reported_as_such() -> None:
    assert reported([pages("B1")[0], copy(lambda page: page.put(E14=3, S14=22), hidden=True)]) == [
        (
            f"B1 (2): {HIDE} (gần giống trang “B1”, khác 2 ô; ô khác đầu tiên ở đây ghi “3”, ở trang kia ghi “2”) "
            "nên không nạp; nếu cần nạp, hãy cho hiện trang tính."
        )
    ]


def test_a_hidden_sheet_of_something_else_is_only_listed() -> None:
    assert reported([pages("B1")[0], Page("Cũ", [["a", 1, 2, 3]], hidden=True)]) == [
        f"Cũ: {HIDE} nên không nạp; nếu cần nạp, hãy cho hiện trang tính."
    ]


def test_sheets_with_little_in_common_are_not_alike() -> None:
    one, other = (formats.read(put_together(pages(form))).sheets[0] for form in ("B1", "B3"))
    assert likeness(one, other) is None


@pytest.mark.parametrize("form", [form.code for form in RETURNS])
def test_a_header_without_column_numbers_is_found_by_its_words(form: str) -> None:
    page = pages(form)[0]
    expected = facts(pages(form)[0])
    page.rows = [row for row in page.rows if row[:2] != ["A", "B"]]
    assert facts(page) == expected


def test_what_is_missing_from_a_header_without_column_numbers_is_named() -> None:
    page = pages("B1")[0].reorder([column for column in range(26) if column != 4])
    page.rows = [row for row in page.rows if row[:2] != ["A", "B"]]
    assert codes(page) == ["missing_column"]


def test_a_list_of_units_is_no_form() -> None:
    rows: list[list[object]] = [["STT", "Tên đơn vị", "Mã đơn vị", "Ghi chú"], [1, "Đảng bộ xã Tân An", "H1.1", ""]]
    assert reported([pages("B1")[0], Page("Đơn vị", rows)]) == [
        "Đơn vị: trang tính không có bảng nào theo mẫu biểu nên không nạp."
    ]


@pytest.mark.parametrize("labels", ["[{}]", "({})", "{}"])
def test_column_numbers_may_stand_in_brackets(labels: str) -> None:
    page = pages("B3")[0]
    row = next(row for row in page.rows if row[:2] == ["A", "B"])
    row[:] = [labels.format(label) if label else "" for label in row]
    header = find_header(formats.read(put_together([page])).sheets[0], BUILTIN)
    assert header is not None
    assert header.numbered


def test_a_marked_copy_that_is_sent_back_says_nothing_of_its_list_of_findings() -> None:
    refused = workbook("B1", D14=-1)
    marked = annotate(refused, reading(refused)[1])
    assert len(formats.read(marked.content).sheets) == 2
    again = [finding.say() for finding in read(marked, REFERENCES)[1]]
    assert again == reported(refused)


def hiding(page: Page, *rows: int) -> SourceFile:
    """The sheet with rows hidden, as a filter leaves them; rows from 1."""
    content = put_together([page], hidden_rows=[row - 1 for row in rows])
    return SourceFile(name="lọc.xlsx", content=content)


def test_hidden_lines_are_reported_and_not_loaded() -> None:
    page = pages("B1")[0]
    page.rows[20][3:] = [""] * 23
    book, findings = reading(hiding(page, 14, 15, 20))
    assert book is not None
    assert [row.unit for row in book.returns[0].rows] == ["H1.1.3", "H1.2.1"]
    assert [finding.say() for finding in findings if finding.code == "hidden_rows_skipped"] == [
        "B1!B14: 3 dòng đang ẩn (dòng 14–15, 20) nên không nạp; nếu cần nạp, hãy bỏ lọc hoặc cho hiện các dòng này."
    ]


def test_a_total_that_counts_hidden_lines_is_one_finding() -> None:
    errors = [f.say() for f in reading(hiding(pages("B1")[0], 14, 15))[1] if f.severity == "error"]
    assert errors == [
        "B1!B21: dòng này cộng cả 2 dòng đang ẩn (dòng 14–15); hãy bỏ lọc hoặc cho hiện các dòng đó, hoặc cộng lại."
    ]


def test_a_hidden_group_still_holds_the_lines_below_it() -> None:
    page = pages("B1")[0]
    expected = facts(pages("B1")[0])
    for row in page.rows[12:20]:
        row[2] = ""
    book, findings = reading(hiding(page, 13, 18))
    assert not findings
    assert book is not None
    assert {row.unit: row.values for row in book.returns[0].rows} == expected


def test_hidden_columns_of_the_form_are_read_and_reported() -> None:
    sheet = formats.read(put_together(pages("B3"))).sheets[0]
    _, findings = recognise(dataclasses.replace(sheet, hidden_columns=frozenset({5, 6})), BUILTIN)
    assert [finding.say() for finding in findings] == [
        "B3!F12: cột F, G đang ẩn nhưng vẫn được nạp vì thuộc mẫu biểu; hãy cho hiện để kiểm tra."
    ]


def test_formulas_that_nobody_computed_are_one_finding() -> None:
    page = pages("B1")[0]
    content = put_together([page], formulas={"S14": 0, "S15": 0, "S21": 0}, uncalculated=True)
    assert reported(SourceFile(name="x.xlsx", content=content)) == [
        (
            "B1!S14: 2 ô có công thức chưa được tính lại từ khi ghi tệp: S14:S15; hãy mở tệp bằng Excel, lưu lại rồi "
            "gửi lại."
        )
    ]


def test_formulas_that_a_library_wrote_with_their_right_values_are_no_trouble() -> None:
    content = put_together(pages("B1"), formulas={"S14": 21, "S21": 105}, uncalculated=True)
    assert not reported(SourceFile(name="x.xlsx", content=content))


def test_a_wrong_formula_of_a_saved_workbook_is_an_ordinary_fault() -> None:
    content = put_together(pages("B1"), formulas={"S14": 20, "S21": 105}, uncalculated=False)
    assert codes(SourceFile(name="x.xlsx", content=content)) == ["balance", "total_differs"]


def test_a_period_that_excel_turned_into_a_day_is_queried() -> None:
    page = pages("B1")[0].put(A5="Kỳ báo cáo:", B5=date(2019, 12, 1))
    assert reported(page) == [
        (
            "B1!B5: kỳ báo cáo ở đây là ngày 01/12/2019, có thể do Excel đổi từ cách ghi như “12/2019”; hãy ghi lại "
            "bằng chữ, ví dụ: “Quý II năm 2020” hoặc “Năm 2019”."
        )
    ]


def test_nine_months_are_read_as_figures_since_january() -> None:
    book, findings = reading(pages("B1", period=None)[0].put(A5="9 tháng đầu năm 2020"))
    assert not [finding for finding in findings if finding.severity == "error"]
    assert book is not None
    assert [(given.period.code if given.period else "", given.cumulative) for given in book.returns] == [
        ("2020-Q3", True)
    ]
