"""Findings about official forms that disagree: internally, with other forms, with the returns of cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from data.forms.model import AtMost, Balance
from data.forms.official.builtin import OFFICIAL, LineKind, OfficialForm, OfficialRule
from data.periods import Period
from data.returns import Severity
from loaders.formats import dispatch as formats
from loaders.official import (
    Filled,
    OfficialSheet,
    check_official_stored,
    compare_with_cells,
    official_workbook,
    read_officials,
    recognise_official,
)
from tests.loaders.office import REGISTRY, Shown
from tests.loaders.official_pages import (
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
)

PARTS = "hãy kiểm tra các ô này."


@pytest.mark.parametrize(
    ("filled", "cells", "sentences"),
    [
        (
            movement,
            {"B10": 9, "B25": 101},
            [
                (
                    "B1!B10: dòng “B - Đảng viên tăng trong kỳ” là 9, nhưng tính từ các dòng thành phần được 8 "
                    f"(B11+B12+B15); {PARTS}"
                )
            ],
        ),
        (
            movement,
            {"B12": 4, "B10": 9, "B25": 101},
            [
                f"B1!B12: dòng “2. Chuyển đến” là 4, nhưng tính từ các dòng thành phần được 3 (B13+B14); {PARTS}",
            ],
        ),
        (
            movement,
            {"B16": 9, "B25": 99},
            [
                (
                    "B1!B16: dòng “C - Đảng viên giảm trong kỳ” là 9, nhưng tính từ các dòng thành phần được 8 "
                    f"(B17+B18+B19+B21+B22); {PARTS}"
                )
            ],
        ),
        (
            movement,
            {"B22": 3, "B16": 9, "B25": 99},
            [f"B1!B22: dòng “5. Chuyển đi” là 3, nhưng tính từ các dòng thành phần được 2 (B23+B24); {PARTS}"],
        ),
        (
            movement,
            {"B20": 3},
            [
                (
                    "B1!B20: dòng “Trong đó: Đảng viên dự bị” là 3, lớn hơn dòng “3. Xóa tên” là 2 (ô B19); "
                    "hãy kiểm tra hai ô này."
                )
            ],
        ),
        (
            movement,
            {"B25": 101},
            [
                (
                    "B1!B25: dòng “D - Đảng viên trong danh sách cuối kỳ báo cáo” là 101, nhưng tính từ các dòng "
                    f"thành phần được 100 (B9+B10-B16); {PARTS}"
                )
            ],
        ),
        (
            movement,
            {"B25": ""},
            [
                (
                    "B1!B25: có 1 dòng để trống ở cột kỳ này, dòng đầu tiên là ô này; khi cân đối được tính là 0. "
                    "Nếu không phát sinh, hãy ghi 0."
                ),
                (
                    "B1!B25: dòng “D - Đảng viên trong danh sách cuối kỳ báo cáo” để trống, nhưng tính từ các dòng "
                    "thành phần được 100 (B9+B10-B16); hãy điền số."
                ),
            ],
        ),
        (
            movement,
            {"B11": "năm"},
            ["B1!B11: dòng “1. Kết nạp” ghi “năm”, không phải là số; hãy nhập số nguyên từ 0 trở lên."],
        ),
        (
            movement,
            {"B11": 1.234},
            [
                (
                    "B1!B11: dòng “1. Kết nạp” là 1,234, không phải số nguyên; nếu là 1.234, "
                    "hãy nhập lại không có dấu phân cách."
                )
            ],
        ),
        (
            movement,
            {"B11": -5, "B10": -2, "B25": 90},
            [
                "B1!B10: dòng “B - Đảng viên tăng trong kỳ” là -2; hãy nhập số nguyên từ 0 trở lên.",
                "B1!B11: dòng “1. Kết nạp” là -5; hãy nhập số nguyên từ 0 trở lên.",
            ],
        ),
        (
            movement,
            {"B25": Shown()},
            ["B1!B25: 1 ô có công thức chưa có giá trị: B25; hãy mở tệp bằng Excel, lưu lại rồi gửi lại."],
        ),
        (
            admissions,
            {"B10": 6},
            [
                (
                    "B1!B10: dòng “- Dân tộc thiểu số” là 6, lớn hơn dòng “I. Tổng số đảng viên mới kết nạp” là 5 "
                    "(ô B9); hãy kiểm tra hai ô này."
                )
            ],
        ),
        (
            admissions,
            {"B34": 4},
            [
                (
                    "B1!B9: dòng “I. Tổng số đảng viên mới kết nạp” là 5, nhưng tính từ các dòng thành phần được 4 "
                    f"(B34+B35+B36+B37+B38+B39+B40+B41); {PARTS}"
                )
            ],
        ),
        (
            admissions,
            {"B47": 6},
            [
                (
                    "B1!B9: dòng “I. Tổng số đảng viên mới kết nạp” là 5, nhưng tính từ các dòng thành phần được 6 "
                    f"(B44+B45+B46+B47); {PARTS}"
                )
            ],
        ),
        (
            admissions,
            {"B24": 1},
            [
                (
                    "B1!B24: dòng “- Lãnh đạo, quản lý và lao động trong các doanh nghiệp, chia ra:” là 1, nhưng "
                    f"tính từ các dòng thành phần được 0 (B25+B26+B27); {PARTS}"
                )
            ],
        ),
        (
            admissions,
            {"B52": 6},
            [
                (
                    "B1!B49: cộng các dòng này được 6 (B49+B50+B51+B52+B53+B54), lớn hơn dòng “I. Tổng số đảng "
                    "viên mới kết nạp” là 5 (ô B9); hãy kiểm tra lại."
                )
            ],
        ),
        (
            members,
            {"B10": 101},
            [
                (
                    "B1!B10: dòng “Trong đó: - Nữ” là 101, lớn hơn dòng “I. Đảng viên trong danh sách có đến cuối kỳ "
                    "báo cáo” là 100 (ô B9); hãy kiểm tra hai ô này."
                )
            ],
        ),
    ],
)
def test_what_breaks_an_identity_is_named_with_its_cells(
    filled: Callable[[], Filled], cells: dict[str, Any], sentences: list[str]
) -> None:
    assert reported(page_of(filled(), **cells)) == sentences


MOVEMENT_LINES = [
    (period, place.code)
    for period in (Y2019, Y2022)
    for place in form("1", period).outline
    if place.code not in {"G", "C.3.-1"}  # present, and "trong đó": nothing adds up to them
]


@pytest.mark.parametrize(("period", "code"), MOVEMENT_LINES, ids=str)
def test_any_single_count_of_movement_that_is_altered_is_refused_with_its_cell(period: Period, code: str) -> None:
    filled = movement(period)
    row = 9 + list(filled.official.places).index(code)
    altered = replace(filled, values={**filled.values, code: filled.values[code] + 1})
    findings = reading(altered)[1]
    assert findings
    assert {finding.severity for finding in findings} == {Severity.ERROR}
    assert all(f"B{row}" in finding.say() for finding in findings)


def test_the_set_of_2012_also_declares_the_difference_of_transfers() -> None:
    assert reported(page_of(movement(Y2019), B25=3)) == [
        (
            "B1!B25: dòng “E - Chênh lệch (chuyển đi - chuyển đến)” là 3, nhưng tính từ các dòng thành phần được -1 "
            f"(B21-B12); {PARTS}"
        )
    ]


def test_a_heading_with_a_number_is_compared_with_its_lines_and_refuses_nothing() -> None:
    operations = form("7")
    filled = Filled(official=operations, unit="Huyện uỷ Thuỷ Sơn", period=Y2022, values=counted(operations) | {"II": 4})
    (finding,) = reading(filled)[1]
    assert finding.severity is Severity.WARNING
    assert finding.say().startswith("B1!B27: dòng “II. Tặng huy hiệu đảng trong năm” là 4, nhưng tính từ các dòng")


def test_forms_of_one_file_agree_on_the_count_that_both_give() -> None:
    page = page_of(movement(admitted=6, members_end=101))
    assert reported(page, admissions(), members()) == [
        "B2!B9: số kết nạp là 5, nhưng ở B1!B11 là 6; hãy sửa cho khớp.",
        "B3!B9: số đảng viên trong danh sách cuối kỳ là 100, nhưng ở B1!B25 là 101; hãy sửa cho khớp.",
    ]


def test_stored_forms_are_compared_in_both_directions() -> None:
    (moved,), _ = reading(movement())
    stored = {("O2", "admitted"): 7, ("O3", "members_end"): 100}
    findings = check_official_stored(moved, same_period=stored, year_before={"members_end": 99})
    assert [finding.say() for finding in findings] == [
        "B1!B11: số kết nạp là 5, nhưng ở Biểu số 2 đã nạp là 7; hãy sửa cho khớp hoặc gửi kèm Biểu số 2 đã sửa.",
        "B1!B9: số đảng viên cuối kỳ trước chuyển sang là 100, khác số cuối kỳ trước đã nạp là 99; hãy kiểm tra lại.",
    ]
    (admitted,), _ = reading(admissions())
    assert [
        finding.cell for finding in check_official_stored(admitted, same_period={("O1", "admitted"): 6}, year_before={})
    ] == ["B9"]


def test_the_cells_of_a_unit_are_compared_measure_by_measure() -> None:
    (given,), _ = reading(movement())
    findings = compare_with_cells(given, {"admitted": 4, "members_end": 100})
    assert [(finding.severity, finding.say()) for finding in findings] == [
        (
            Severity.WARNING,
            (
                "B1!B11: số kết nạp trên biểu thống kê là 5, nhưng cộng số liệu của các tổ chức trực thuộc được 4; "
                "số cộng này được sử dụng."
            ),
        )
    ]


@pytest.mark.parametrize("shown", [125, 125.0, "125,00", "125%", 1.25, "125,00 %", ""])
def test_an_index_that_is_right_is_not_remarked(shown: float | str) -> None:
    assert reported(page_of(movement(), C11=4, D11=shown)) == []


@pytest.mark.parametrize(
    ("shown", "sentences"),
    [
        (
            120,
            [
                (
                    "B1!D11: (%) của dòng “1. Kết nạp” ghi 120, nhưng tính lại được 125 (B11*100/C11; "
                    "100 là không thay đổi); hãy kiểm tra lại."
                )
            ],
        ),
        (
            "25%",
            [
                (
                    "B1!D11: (%) của dòng “1. Kết nạp” ghi 25 là mức tăng, giảm; cột này ghi chỉ số, tính lại được 125 "
                    "(B11*100/C11; 100 là không thay đổi)."
                )
            ],
        ),
    ],
)
def test_the_index_is_recomputed(shown: float | str, sentences: list[str]) -> None:
    assert reported(page_of(movement(), C11=4, D11=shown)) == sentences


RULES = [(official, rule) for official in OFFICIAL for rule in official.checks]


@cache
def zeros(official: OfficialForm) -> OfficialSheet:
    """Every line and heading 0."""
    counts = {place.code: 0 for place in official.outline if place.line.kind is not LineKind.MEAN}
    filled = Filled(official=official, unit="Huyện uỷ Thuỷ Sơn", period=period_of(official), values=counts)
    found, _ = recognise_official(formats.read(official_workbook([filled])).sheets[0])
    assert found is not None
    return found


@pytest.mark.parametrize(("official", "rule"), RULES, ids=lambda given: getattr(given, "corner", type(given).__name__))
def test_each_identity_of_each_form_is_checked_and_named(official: OfficialForm, rule: OfficialRule) -> None:
    plain = zeros(official)
    altered = rule.total if isinstance(rule, Balance) else rule.part if isinstance(rule, AtMost) else rule.parts[0]
    rows = [list(row) for row in plain.sheet.rows]
    rows[plain.rows[altered]][plain.columns.value] = 1
    _, findings = read_officials([replace(plain, sheet=replace(plain.sheet, rows=rows))], REGISTRY)
    assert worded(plain, rule) in [finding.say() for finding in findings]


def worded(found: OfficialSheet, rule: OfficialRule) -> str:
    """The sentence for a rule whose total, or first part, is 1 where all else is 0."""
    lines = {code: f"dòng “{place.line.label}”" for code, place in found.official.places.items()}
    if isinstance(rule, Balance):
        cells = "+".join(map(found.cell, rule.plus)) + "".join(f"-{found.cell(code)}" for code in rule.minus)
        text = f"{lines[rule.total]} là 1, nhưng tính từ các dòng thành phần được 0 ({cells}); {PARTS}"
        return f"{found.name}!{found.cell(rule.total)}: {text}"
    whole = f"{lines[rule.whole]} là 0 (ô {found.cell(rule.whole)})"
    if isinstance(rule, AtMost):
        text = f"{lines[rule.part]} là 1, lớn hơn {whole}; hãy kiểm tra hai ô này."
        return f"{found.name}!{found.cell(rule.part)}: {text}"
    text = f"cộng các dòng này được 1 ({'+'.join(map(found.cell, rule.parts))}), lớn hơn {whole}; hãy kiểm tra lại."
    return f"{found.name}!{found.cell(rule.parts[0])}: {text}"


def test_a_second_official_form_on_a_sheet_is_not_lost() -> None:
    below, other, beside = (page_of(filled) for filled in (movement(), admissions(), movement()))
    width = len(below.rows[0])
    rows = len(below.rows)
    below.rows.extend([[""] * width, *([*row, *[""] * width][:width] for row in other.rows)])
    (said,) = reported(below)
    assert said == (
        f"B1!A{rows + 8}: từ dòng {rows + 8} trang tính có bảng khác, dưới biểu 1-BTCTW; hãy để mỗi biểu ở một trang "
        "tính riêng, không chép tiếp và không lặp lại đầu bảng."
    )
    beside.rows.extend([[""] * width] * (len(other.rows) - rows))
    beside.rows = [[*left, "", *right] for left, right in zip(beside.rows, other.rows, strict=False)]
    assert reported(beside) == [
        "B1!F7: từ cột F trang tính có bảng khác, bên cạnh biểu 1-BTCTW; hãy để mỗi biểu ở một trang tính riêng."
    ]


def test_the_title_of_another_official_form_is_said() -> None:
    assert reported(page_of(movement(), A4=str(page_of(admissions()).rows[3][0]))) == [
        (
            "B1: tiêu đề ghi “Đảng viên mới kết nạp” là tên của Biểu số 2-BTCTW, nhưng các dòng là của Biểu số "
            "1-BTCTW; số liệu được nạp theo Biểu số 1-BTCTW."
        )
    ]
