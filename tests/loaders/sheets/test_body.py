"""Row labels as offices write them: short unit names, totals, lines that only break down another."""

from __future__ import annotations

import pytest

from loaders.vietnamese.unit_names import UnitNames, parse_name
from tests.loaders.office import TREE, Page, codes, pages, reading, reported
from tests.loaders.sheets.test_recognise import facts

SENDER = TREE.by_code["H1"]
TAN_AN = TREE.by_code["H1.1"]


def without_codes(**names: str) -> Page:
    """B1 by names only, some written otherwise."""
    page = pages("B1")[0]
    for row in page.rows[12:20]:
        row[2] = ""
    return page.put(**names)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("CHI BỘ TRƯỜNG TIỂU HỌC", "H1.1.2"),
        ("Trường tiểu học", "H1.1.2"),
        ("CB Trường tiểu học", "H1.1.2"),
        ("Thôn Hòa Bình", "H1.1.1"),
        ("Đồi", "H1.1.3"),
        ("CB thôn Đồi", "H1.1.3"),
        ("Đảng uỷ xã Tân Ân", "H1.2"),
        ("ĐB xã Tân Ân", "H1.2"),
        ("X. Tân Ân", "H1.2"),
        ("Bệnh viện", "H1.3"),
    ],
)
def test_a_unit_is_found_by_a_shorter_name(written: str, code: str) -> None:
    unit = UnitNames(TREE).find(written, [TAN_AN, SENDER])
    assert unit is not None
    assert unit.code == code


@pytest.mark.parametrize(
    "written",
    [
        "Phường Tân Ân",  # it is a commune
        "Chi bộ Tân Ân",  # it is a committee
        "Chi bộ bản Đồi",  # it is a hamlet
        "Tân",
        "Chi bộ",
    ],
)
def test_a_name_that_says_otherwise_is_no_match(written: str) -> None:
    assert UnitNames(TREE).find(written, [TAN_AN, SENDER]) is None


def test_a_short_name_that_two_units_share_is_no_match() -> None:
    assert UnitNames(TREE).find("Hoà Bình", [SENDER]) is None


@pytest.mark.parametrize("line", ["HUYỆN UỶ THUỶ SƠN", "BAN TỔ CHỨC HUYỆN ỦY THỦY SƠN", "Đảng bộ huyện Thuỷ Sơn"])
def test_the_sender_is_found_by_the_ways_to_name_its_committee(line: str) -> None:
    book, findings = reading(pages("B1")[0].put(A1="TỈNH UỶ BÌNH AN", A2=line, A3=""))
    assert not findings
    assert book is not None
    assert book.returns[0].unit == "H1"


def test_the_parts_of_a_name_are_parsed() -> None:
    parts = parse_name("Đảng uỷ TT. Thanh Ba")
    assert (parts.body, parts.territory, parts.own) == ("committee", "thị trấn", "thanh ba")


@pytest.mark.parametrize(
    "label", ["Tổng cộng", "CỘNG", "Cộng (1+2+3)", "Cộng I+II", "Tổng số đảng viên toàn huyện", "Toàn đảng bộ huyện"]
)
def test_totals_go_by_many_names(label: str) -> None:
    assert codes(pages("B1")[0].put(B21=label, E21=11)) == ["total_differs"]


@pytest.mark.parametrize("name", ["Cộng Hoà", "Tổng công ty Lương thực", "Toàn Thắng"])
def test_a_name_that_begins_like_a_total_is_none(name: str) -> None:
    assert "unknown_unit" in codes(without_codes(B15=name))


def test_lines_that_tell_more_of_the_line_above_are_not_loaded() -> None:
    expected = facts(pages("B1")[0])
    page = pages("B1")[0].insert_row(15).insert_row(16)
    page.put(B15="Trong đó: đảng viên nữ", E15=1, B16="- Dân tộc thiểu số", E16=1)
    book, findings = reading(page)
    assert [finding.say() for finding in findings] == [
        "B1!B15: 2 dòng “trong đó” (dòng 15–16) chỉ nói rõ thêm dòng trên nên không nạp."
    ]
    assert book is not None
    assert {row.unit: row.values for row in book.returns[0].rows} == expected


def test_a_misspelt_unit_behind_a_dash_is_not_passed_over() -> None:
    assert reported(without_codes(B17="- Chi bộ thôn Đổi"))[-1] == (
        "B1!B17: “- Chi bộ thôn Đổi” không có trong danh mục tổ chức của đơn vị gửi; có phải Chi bộ thôn Đồi (H1.1.3)?"
    )
