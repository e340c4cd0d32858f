"""The exact message of each rule."""

from __future__ import annotations

import string
from datetime import date
from typing import Any

import pytest

from data.forms.builtin import RETURNS
from data.language import Language
from data.periods import Period
from data.returns import Severity
from loaders.messages import MESSAGES
from tests.loaders.office import PERIOD, Shown, codes, pages, reading, reported, workbook

BALANCE = "D14+E14+F14+G14+H14+I14+R14-J14-K14-L14-N14-O14-P14-Q14"


@pytest.mark.parametrize(
    ("form", "cells", "sentences"),
    [
        (
            "B1",
            {"K14": -1, "S14": 22, "S21": 106, "K21": -1},
            ["B1!K14: số khai trừ là -1; hãy nhập số nguyên từ 0 trở lên."],
        ),
        (
            "B1",
            {"E14": "hai"},
            ["B1!E14: số kết nạp ghi “hai”, không phải là số; hãy nhập số nguyên từ 0 trở lên."],
        ),
        (
            "B1",
            {"E14": 2.5},
            ["B1!E14: số kết nạp là 2,5, không phải số nguyên; nếu là 2.500, hãy nhập lại không có dấu phân cách."],
        ),
        ("B1", {"E14": 0.5}, ["B1!E14: số kết nạp là 0,5, là số lẻ; hãy ghi số nguyên."]),
        ("B1", {"E14": 177.5}, ["B1!E14: số kết nạp là 177,5, là số lẻ; hãy ghi số nguyên."]),
        ("B2", {"O15": "có"}, ["B2!O15: cột “Không còn quần chúng” ghi “có”; hãy ghi 1 hoặc để trống."]),
        (
            "B1",
            {"A5": "Quý II năm 2202"},
            ["B1!A5: năm 2202 không thể có trong báo cáo; có phải 2002 hoặc 2022?"],
        ),
        ("B1", {"A5": "Quý II năm 2777"}, ["B1!A5: năm 2777 không thể có trong báo cáo; hãy sửa lại năm."]),
        (
            "B1",
            {"E14": "70,4%"},
            ["B1!E14: số kết nạp ghi theo tỷ lệ phần trăm (70,4%); hãy nhập số lượng, là số nguyên từ 0 trở lên."],
        ),
        (
            "B1",
            {"E14": 3},
            [
                (
                    "B1!S14: số đảng viên trong danh sách cuối kỳ là 21, nhưng tính từ các cột tăng, giảm được 22 "
                    f"({BALANCE}); dòng tổng của một cột cũng lệch đúng như vậy, hãy kiểm tra ô E14 trước."
                ),
                (
                    "B1!E21: số kết nạp ở dòng tổng là 10, nhưng cộng các chi bộ (E14:E20) được 11; dòng của ô E14 "
                    "cũng lệch đúng như vậy, hãy kiểm tra ô đó trước."
                ),
            ],
        ),
        (
            "B1",
            {"D14": 1.234},
            [
                (
                    "B1!D14: số đảng viên cuối kỳ trước chuyển sang là 1,234, không phải số nguyên; nếu là 1.234, "
                    "hãy nhập lại không có dấu phân cách."
                )
            ],
        ),
        (
            "B1",
            {"E14": 20_000_000},
            ["B1!E14: số kết nạp là 20.000.000, lớn quá mức có thể; hãy kiểm tra và nhập lại."],
        ),
        (
            "B1",
            {"E14": date(2020, 5, 1)},
            ["B1!E14: số kết nạp là ngày tháng (01/05/2020), không phải là số; hãy định dạng lại ô và nhập số nguyên."],
        ),
        ("B1", {"E14": "(1)"}, ["B1!E14: số kết nạp chỉ có dấu chú thích (1), chưa có số; hãy nhập số."]),
        ("B1", {"E14": Shown("#REF!")}, ["B1!E14: số kết nạp báo lỗi #REF!; hãy sửa công thức hoặc nhập số."]),
        (
            "B1",
            {"S14": Shown(), "S15": Shown()},
            ["B1!S14: 2 ô có công thức chưa có giá trị: S14:S15; hãy mở tệp bằng Excel, lưu lại rồi gửi lại."],
        ),
        (
            "B1",
            {"S21": Shown("#VALUE!")},
            [
                (
                    "B1!S21: số đảng viên trong danh sách cuối kỳ ở dòng tổng hoặc dòng nhóm ghi “#VALUE!” nên "
                    "không đối chiếu được."
                )
            ],
        ),
        (
            "B1",
            {"S14": 20_001, "S21": 20_085},
            [
                (
                    "B1!S14: số đảng viên trong danh sách cuối kỳ là 20.001, nhưng tính từ các cột tăng, giảm được 21 "
                    f"({BALANCE}); ô D14 có thể thiếu ba chữ số: nếu là 20.000, hãy nhập lại, không dùng dấu chấm hay "
                    "dấu phẩy."
                )
            ],
        ),
        (
            "B1",
            {"S14": 22, "S21": 106},
            [
                (
                    "B1!S14: số đảng viên trong danh sách cuối kỳ là 22, nhưng tính từ các cột tăng, giảm được 21 "
                    f"({BALANCE}); hãy kiểm tra các ô này."
                )
            ],
        ),
        (
            "B1",
            {"S14": "", "S21": 84},
            [
                (
                    "B1!S14: số đảng viên trong danh sách cuối kỳ để trống, nhưng tính từ các cột tăng, giảm được 21 "
                    f"({BALANCE}); hãy điền số."
                ),
            ],
        ),
        (
            "B1",
            {"F14": "", "F17": ""},
            [
                (
                    "B1!F14: số chuyển đến từ tỉnh khác để trống ở 2 ô, ô đầu tiên là ô này; "
                    "khi cân đối được tính là 0. "
                    "Nếu không phát sinh, hãy ghi 0."
                )
            ],
        ),
        (
            "B1",
            {"U14": 22, "U21": 42},
            [
                (
                    "B1!U14: số đảng viên nữ là 22, lớn hơn số đảng viên trong danh sách cuối kỳ là 21 (ô S14); "
                    "hãy kiểm tra hai ô này."
                )
            ],
        ),
        (
            "B1",
            {"E21": 11},
            [
                (
                    "B1!E21: số kết nạp ở dòng tổng là 11, nhưng cộng các chi bộ (E14:E20) được 10; "
                    "hãy kiểm tra dòng tổng và các dòng của cột này."
                )
            ],
        ),
        (
            "B1",
            {"E13": 5},
            [
                (
                    "B1!E13: số kết nạp ở dòng nhóm là 5, nhưng cộng các chi bộ trong nhóm (E14:E17) được 6; "
                    "hãy kiểm tra lại hoặc để trống dòng nhóm."
                )
            ],
        ),
        (
            "B1",
            {"R17": 3, "S17": 24, "R21": 3, "S21": 108},
            [
                (
                    "B1!R17: Chi bộ thôn Đồi (H1.1.3) tăng, giảm 3 do sắp xếp tổ chức, nhưng danh mục "
                    "không có quyết định sắp xếp "
                    "nào trong Quý II năm 2020; hãy kiểm tra lại."
                )
            ],
        ),
        ("B2", {"O15": 2}, ["B2!O15: cột “Không còn quần chúng” ghi “2”; hãy ghi 1 hoặc để trống."]),
        ("B2", {"O15": "x"}, ["B2!O15: cột “Không còn quần chúng” ghi “x”; hãy ghi 1 hoặc để trống."]),
        (
            "B2",
            {"J15": 2, "J22": 2},
            [
                (
                    "B2!J15: số kết nạp công nhân, lao động ở đơn vị kinh tế tư nhân là 2, lớn hơn "
                    "số kết nạp công nhân, "
                    "lao động trực tiếp là 0 (ô I15); hãy kiểm tra hai ô này."
                )
            ],
        ),
        (
            "B3",
            {"H14": 2, "H19": 4},
            [
                (
                    "B3!H14: số trưởng thôn, bản, tổ dân phố là đảng viên là 2, lớn hơn "
                    "số trưởng thôn, bản, tổ dân phố "
                    "đương nhiệm là 1 (ô F14); hãy kiểm tra hai ô này."
                )
            ],
        ),
        (
            "B1",
            {"C14": "H1.1.9"},
            [
                "B1: thiếu số liệu của 1/5 tổ chức: Chi bộ thôn Hoà Bình (H1.1.1); hãy bổ sung nếu có.",
                (
                    "B1!C14: “H1.1.9” không có trong danh mục tổ chức của đơn vị gửi; "
                    "có phải Chi bộ thôn Hoà Bình (H1.1.1)?"
                ),
            ],
        ),
        (
            "B1",
            {"C17": "", "B17": "Chi bộ thôn Đổi"},
            [
                "B1: thiếu số liệu của 1/5 tổ chức: Chi bộ thôn Đồi (H1.1.3); hãy bổ sung nếu có.",
                (
                    "B1!B17: “Chi bộ thôn Đổi” không có trong danh mục tổ chức của đơn vị gửi; "
                    "có phải Chi bộ thôn Đồi (H1.1.3)?"
                ),
            ],
        ),
        (
            "B1",
            {"C15": "", "B15": "Hợp tác xã"},
            [
                "B1: thiếu số liệu của 1/5 tổ chức: Chi bộ Trường tiểu học (H1.1.2); hãy bổ sung nếu có.",
                (
                    "B1!B15: “Hợp tác xã” không có trong danh mục tổ chức của đơn vị gửi; "
                    "hãy kiểm tra lại tên, mã tổ chức."
                ),
            ],
        ),
        (
            "B1",
            {"C19": "H2.1.1"},
            [
                "B1: thiếu số liệu của 1/5 tổ chức: Chi bộ thôn Hoà Bình (H1.2.1); hãy bổ sung nếu có.",
                (
                    "B1!C19: Chi bộ thôn Trung (H2.1.1) không trực thuộc Đảng bộ huyện Thuỷ Sơn trong kỳ này; "
                    "hãy bỏ dòng này hoặc sửa mã tổ chức."
                ),
            ],
        ),
        (
            "B1",
            {"C15": "H1.1.1"},
            [
                "B1: thiếu số liệu của 1/5 tổ chức: Chi bộ Trường tiểu học (H1.1.2); hãy bổ sung nếu có.",
                "B1!C15: Chi bộ thôn Hoà Bình (H1.1.1) đã có ở ô C14; hãy để lại một dòng.",
            ],
        ),
        (
            "B3",
            {"C16": "H1.3"},
            [
                "B3: thiếu số liệu của 1/3 tổ chức: Chi bộ thôn Đồi (H1.1.3); hãy bổ sung nếu có.",
                "B3!C16: Chi bộ cơ sở Bệnh viện (H1.3) không thuộc diện lập biểu B3; hãy bỏ số liệu ở dòng này.",
            ],
        ),
        (
            "B1",
            {"B15": "", "C15": ""},
            [
                "B1: thiếu số liệu của 1/5 tổ chức: Chi bộ Trường tiểu học (H1.1.2); hãy bổ sung nếu có.",
                "B1!B15: dòng có số liệu nhưng không ghi tên hoặc mã tổ chức; hãy ghi mã tổ chức.",
            ],
        ),
        (
            "B1",
            {"A5": ""},
            [
                "B1: không thấy kỳ báo cáo ở phần đầu biểu; hãy ghi, ví dụ: “Quý II năm 2020” hoặc “Năm 2019”.",
            ],
        ),
        (
            "B1",
            {"A6": "Số liệu Quý III năm 2020"},
            ["B1!A5: phần đầu biểu ghi nhiều kỳ báo cáo (Quý II năm 2020, Quý III năm 2020); hãy để lại một kỳ."],
        ),
        (
            "B1",
            {"A5": "Tháng 6 năm 2020"},
            [
                (
                    "B1!A5: kỳ báo cáo là Tháng 6 năm 2020, nhưng biểu B1 lập theo quý hoặc theo năm; "
                    "hãy ghi lại kỳ báo cáo."
                )
            ],
        ),
        (
            "B1",
            {"A3": "Mã đơn vị: H01"},
            ["B1!A3: mã đơn vị “H01” không có trong danh mục; có phải H1 (Đảng bộ huyện Thuỷ Sơn)?"],
        ),
        ("B1", {"A3": "Mã đơn vị: K99"}, ["B1!A3: mã đơn vị “K99” không có trong danh mục; hãy kiểm tra lại mã."]),
        (
            "B1",
            {"A1": "", "A2": "Sở Nội vụ", "A3": ""},
            [
                (
                    "B1: phần đầu biểu không ghi mã đơn vị; các dòng đều thuộc Đảng bộ huyện Thuỷ Sơn (H1) nên nhận là "
                    "báo cáo của đơn vị này. Hãy ghi dòng “Mã đơn vị: H1”."
                )
            ],
        ),
    ],
)
def test_a_rule_says_what_is_there_and_what_to_do(form: str, cells: dict[str, Any], sentences: list[str]) -> None:
    assert reported(workbook(form, **cells)) == sentences


def test_forms_of_one_workbook_must_agree() -> None:
    b1, b2 = pages("B1", "B2")
    b2.put(D16=3, D22=11)
    assert reported([b1, b2]) == ["B2!D16: số kết nạp là 3, nhưng ở B1!E15 là 2; hãy sửa cho khớp."]


def test_every_finding_comes_at_once_in_the_order_of_the_sheets() -> None:
    b1, b2 = pages("B1", "B2")
    b2.put(O15=2, D16="?")
    b1.put(E14="?", D19=-1, C20="H1.4")
    b2.name = "A2"
    findings = reading([b1, b2])[1]
    assert [(f.sheet, f.cell, f.code) for f in findings if f.severity is Severity.ERROR] == [
        ("B1", "E14", "not_a_number"),
        ("B1", "D19", "negative"),
        ("B1", "S19", "balance"),
        ("B1", "C20", "unknown_unit_suggested"),
        ("B1", "D21", "total_differs"),
        ("A2", "O15", "flag_not_one"),
        ("A2", "D16", "not_a_number"),
    ]


def test_a_total_over_an_unreadable_cell_is_not_a_second_finding() -> None:
    assert codes(workbook("B1", J14="?", J21=99)) == ["not_a_number"]


def test_no_data_row_is_left_out_silently() -> None:
    page = pages("B1")[0]
    for column in range(3, 26):
        page.rows[13][column] = ""
    page.put(D21=80, E21=8, J21=4, S21=84, U21=20)
    workbook, findings = reading(page)
    assert workbook is not None
    assert "H1.1.1" not in {row.unit for row in workbook.returns[0].rows}
    assert [finding.code for finding in findings] == ["units_missing"]


def test_a_blank_template_is_not_a_return_of_zeros() -> None:
    page = pages("B1")[0]
    for row in page.rows[12:20]:
        row[3:] = [""] * 23
    assert reported(page) == ["B1: biểu chưa có số liệu; hãy điền số liệu rồi gửi lại."]


def test_a_reorganisation_that_the_registry_knows_needs_no_question() -> None:
    assert not reported(workbook("B1", R15=3, S15=24, R21=3, S21=108))


def test_figures_since_january_are_those_of_the_first_quarter() -> None:
    sheets = pages("B1", period=Period.parse("2020-Q1"), cumulative=True)
    workbook, findings = reading(sheets)
    assert not findings
    assert workbook is not None
    assert workbook.returns[0].cumulative


def test_the_sender_is_the_unit_of_the_title_block() -> None:
    workbook, findings = reading(pages("B1", unit="H2"))
    assert not findings
    assert workbook is not None
    assert [(r.unit, r.period, [row.unit for row in r.rows]) for r in workbook.returns] == [("H2", PERIOD, ["H2.1.1"])]


@pytest.mark.parametrize("form", RETURNS, ids=lambda form: form.code)
def test_every_rule_of_a_form_has_its_sentence_in_both_languages(form: Any) -> None:
    for rule in form.checks:
        for language in Language:
            assert rule.code in MESSAGES.messages[language]


@pytest.mark.parametrize("language", Language)
def test_no_sentence_is_declared_twice(language: Language) -> None:
    lines = (MESSAGES.folder / f"{language}.po").read_text(encoding="utf-8").splitlines()
    keys = [line for line in lines if line.startswith("msgid ")]
    assert len(keys) == len(set(keys))


def test_both_languages_have_the_same_sentences_with_the_same_places() -> None:
    def places(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    vi, en = MESSAGES.messages[Language.VI], MESSAGES.messages[Language.EN]
    assert set(vi) == set(en)
    assert {key: places(vi[key]) for key in vi} == {key: places(en[key]) for key in en}
