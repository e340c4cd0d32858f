"""Inspection of tables that match no form: lines, groups, sums that hold or differ, spellings, copies."""

from __future__ import annotations

import unicodedata

import pytest

from data.forms.builtin import BUILTIN
from data.returns import SourceFile
from loaders.inspecting.cells import copies, decodings
from loaders.inspecting.file import inspect, lines
from loaders.inspecting.table import InspectedTable, inspect_table
from loaders.references import References
from loaders.sheets.header import find_header
from loaders.workbook import Fault, Sheet, Value
from tests.loaders.office import Page, put_together

BUDGET: list[list[Value]] = [
    ["SỞ TÀI CHÍNH", "", "", "", ""],
    ["", "", "", "", "Đơn vị: Triệu đồng"],
    ["STT", "Huyện, thị xã", "Thu", "Tỷ lệ (%)", "Chi"],
    ["", "", "", "", ""],
    ["A", "B", 1.0, 2.0, 3.0],
    ["", "TỔNG SỐ", 2000.056, "", 90.0],
    ["I", "VÙNG NÚI", 700.056, 50.0, 50.0],
    [1.0, "Thuỷ Sơn", 300.056, 40.0, 20.0],
    [2.0, "Bắc Lý", 400.0, 60.0, 30.0],
    ["", "", "", "", ""],
    ["II", "VÙNG BIỂN", 1300.0, 80.0, 30.0],
    [3.0, "Tân An", 600.0, 100.0, 10.0],
    [4.0, "Tân Ân", 700.0, 60.0, 20.0],
    ["Ghi chú:", "", "", "", ""],
    ["", "(1) Số ước", 5.0, "", ""],
]


def table(rows: list[list[Value]]) -> InspectedTable:
    """The inspection of a sheet with these rows."""
    sheet = Sheet(name="Sheet1", rows=rows)
    seen = inspect_table(sheet, find_header(sheet, BUILTIN), BUILTIN)
    assert seen is not None
    return seen


def test_lines_groups_and_the_total_between_them_are_distinguished() -> None:
    seen = table(BUDGET)
    assert (seen.header_row, seen.first_row, seen.last_row, seen.label_column) == (3, 6, 13, "B")
    assert (seen.lines, seen.groups, [total.row for total in seen.totals]) == (4, 2, [6])
    assert seen.measured_in == "Triệu đồng"


def test_a_total_is_held_against_its_groups_and_its_lines() -> None:
    (groups, whole, first, second) = table(BUDGET).sums
    assert (groups.of, groups.number, groups.columns) == ("groups", 2, ("C",))
    assert (whole.of, whole.number, whole.columns) == ("lines", 4, ("C",))
    assert [(one.cell, one.stated, one.computed) for one in whole.differing] == [("E6", 90.0, 80.0)]
    assert (first.label, first.columns, first.differing) == ("VÙNG NÚI", ("C", "E"), ())  # the rate in D is no sum
    assert (second.label, second.first_row, second.last_row) == ("VÙNG BIỂN", 12, 13)


def test_a_total_of_error_cells_is_not_available() -> None:
    rows = [list(row) for row in BUDGET]
    rows[5][2] = rows[5][4] = Fault("#REF!", "error_cell")
    (total,) = table(rows).totals
    assert (total.values, total.errors) == ({}, ("C6", "E6"))


def test_headings_without_numbers_divide_one_total_several_ways() -> None:
    seen = table(
        [
            ["", "Mã số", "Tổng số"],
            ["A", "B", "1"],
            ["TỔNG SỐ", "01", "18"],
            ["Trong đó: nữ", "02", "8"],
            ["1. Chia theo dân tộc", "", ""],
            ["1.1. Kinh", "03", "17"],
            ["- ở đồng bằng", "04", "9"],
            ["1.2. Khác", "05", "1"],
            ["2. Chia theo lĩnh vực", "", ""],
            ["2.1. Xã hội", "10", "11"],
            ["2.2. Nhân văn", "11", "7"],
        ]
    )
    assert [(one.row, one.first_row, one.last_row, one.columns) for one in seen.sums] == [
        (3, 6, 8, ("C",)),
        (3, 10, 11, ("C",)),
    ]
    assert [(part.label, part.values) for part in seen.parts] == [
        ("Trong đó: nữ", {"C": 8.0}),
        ("- ở đồng bằng", {"C": 9.0}),
    ]
    assert (seen.lines, seen.groups) == (4, 2)


def test_a_total_below_its_lines_sums_up_what_stands_above() -> None:
    seen = table(
        [["STT", "Xã", "Số hộ", "Số thôn"], [1.0, "A Mú", 5.0, 2.0], [2.0, "Tà Xùa", 6.0, 3.0], ["", "Cộng", 11.0, 5.0]]
    )
    assert [(one.row, one.number, one.columns) for one in seen.sums] == [(4, 2, ("C", "D"))]


def test_a_list_is_described_by_how_many_different_values_its_columns_hold() -> None:
    communes: list[list[Value]] = [
        [f"Huyện {n // 4}", f"02{n // 4}", f"Xã {chr(65 + n)}i", f"07{n:03}"] for n in range(12)
    ]
    seen = table([["Quận Huyện", "Mã QH", "Phường Xã", "Mã PX"], *communes])
    assert [(column.header, column.different) for column in seen.columns] == [
        ("Quận Huyện", 3),
        ("Mã QH", 3),
        ("Phường Xã", 12),
        ("Mã PX", 12),
    ]
    assert (seen.lines, seen.label_column) == (12, "C")


@pytest.mark.parametrize("rows", [[], [["một mình"]], [["", ""], ["", ""]], [["Ghi chú:", "a", "b"]]])
def test_where_there_is_no_table_none_is_reported(rows: list[list[Value]]) -> None:
    sheet = Sheet(name="x", rows=rows)
    assert inspect_table(sheet, find_header(sheet, BUILTIN), BUILTIN) is None


def test_unusual_spellings_are_counted_with_the_first_of_each() -> None:
    pieces, half = unicodedata.normalize("NFD", "Tiếng Việt"), "Vi\u00ea\u0323t"
    sheet = Sheet(name="x", rows=[[pieces, half, "Thị trấn  Bích Động", "07201"], ["Việt", "", "một dấu cách", "7201"]])
    assert [(seen.kind, seen.cells, seen.first_cell, seen.first_text) for seen in decodings(sheet)] == [
        ("decomposed", 1, "A1", "Tiếng Việt"),
        ("half_composed", 1, "B1", "Việt"),
        ("double_spaces", 1, "C1", "Thị trấn Bích Động"),
        ("leading_zeros", 1, "D1", "07201"),
    ]


def test_a_sheet_with_the_numbers_of_another_is_reported_whatever_its_words() -> None:
    translated = [[cell.upper() if isinstance(cell, str) else cell for cell in row] for row in BUDGET]
    translated[7][2] = 299.0
    other: list[list[Value]] = [[float(row * column) for column in range(5)] for row in range(15)]
    sheets = [Sheet(name=name, rows=rows) for name, rows in (("a", BUDGET), ("b", other), ("c", translated))]
    (found,) = copies(sheets).items()
    assert (found[0], found[1].sheet, found[1].numbers - found[1].same) == (2, "a", 1)


def test_the_report_reads_line_by_line() -> None:
    source = SourceFile(name="x.xlsx", content=put_together([Page("Sheet1", [list(row) for row in BUDGET])]))
    report = list(lines(inspect(source, References(vocabulary=BUILTIN)), BUILTIN))
    assert report[3:5] == [
        "  Đơn vị tính: Triệu đồng",
        "  Bảng số liệu: dòng 6–13, tên dòng ở cột B; 4 dòng chi tiết, 2 nhóm, 1 dòng tổng",
    ]
    assert "    C: Thu: 7 ô số, 0 ô chữ, 7 giá trị khác nhau" in report
    assert "  Dòng 6 “TỔNG SỐ”: C = 2.000,056; E = 90" in report
    assert "  Dòng 6 “TỔNG SỐ” bằng tổng 2 nhóm (dòng 7–11) ở cột C" in report
    assert "  Dòng 6 “TỔNG SỐ” khác tổng 4 dòng chi tiết: E6: 90 ≠ 80" in report
