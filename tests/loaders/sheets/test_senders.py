"""The sender is known from code, name and rows, which must not contradict each other; so must the names of the rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.loaders.office import Page, codes, pages, reading, reported


def without_codes(page: Page) -> Page:
    for row in page.rows[12:]:
        row[2] = ""
    return page


def sender(page: Page) -> str:
    workbook, _ = reading(page)
    assert workbook is not None
    return workbook.returns[0].unit


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"A2": "Huyện ủy Thuỷ Sơn"}, []),
        ({"A2": "HU Thủy Sơn", "A1": ""}, []),
        ({"A3": ""}, []),
        ({"A2": "", "A3": ""}, ["sender_from_rows"]),
        ({"A1": "", "A2": "", "A3": ""}, ["sender_from_rows"]),
        ({"A2": "Huyện uỷ Thuỷ Xuân"}, ["sender_name_differs"]),
    ],
)
def test_the_sender_is_what_code_name_and_rows_say(cells: dict[str, Any], found: list[str]) -> None:
    page = pages("B1")[0].put(**cells)
    assert codes(page) == found
    assert sender(page) == "H1"


def test_a_sender_whom_nothing_names_is_asked_for_and_never_the_province() -> None:
    page = without_codes(pages("B1")[0].put(A2="", A3=""))
    for row in page.rows[12:20]:
        row[1] = f"Chi bộ {row[0]}"
    assert reported(page) == ["B1: không thấy đơn vị báo cáo ở phần đầu biểu; hãy ghi dòng “Mã đơn vị: …”."]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            {"A2": "Huyện uỷ Bắc Lý"},
            (
                "B1!A2: mã đơn vị là H1 (Đảng bộ huyện Thuỷ Sơn), nhưng tên đơn vị là Đảng bộ huyện Bắc Lý (H2); hãy "
                "sửa mã hoặc tên đơn vị cho khớp."
            ),
        ),
        (
            {"A2": "Huyện uỷ Bắc Lý", "A3": "Mã đơn vị: H2"},
            (
                "B1!A3: đơn vị gửi là Đảng bộ huyện Bắc Lý (H2), nhưng cả 8 dòng có mã hoặc tên đều thuộc Đảng bộ "
                "huyện Thuỷ Sơn (H1); hãy sửa tên, mã đơn vị ở đầu biểu hoặc thay bằng "
                "số liệu của Đảng bộ huyện Bắc Lý."
            ),
        ),
        (
            {"A1": "", "A2": "Tỉnh uỷ Bình An", "A3": "Mã đơn vị: T"},
            (
                "B1!A3: đơn vị gửi là Đảng bộ tỉnh Bình An (T), nhưng cả 8 dòng có mã hoặc tên đều thuộc Đảng bộ huyện "
                "Thuỷ Sơn (H1); hãy sửa tên, mã đơn vị ở đầu biểu hoặc thay bằng số liệu của Đảng bộ tỉnh Bình An."
            ),
        ),
    ],
)
def test_a_contradiction_is_one_sentence(cells: dict[str, Any], sentence: str) -> None:
    assert reported(pages("B1")[0].put(**cells)) == [sentence]


def test_the_sheets_of_a_workbook_have_one_sender() -> None:
    b1, b2 = pages("B1")[0], pages("B2", unit="H2")[0]
    assert reported([b1, b2]) == [
        (
            "B2: các trang tính trong tệp của nhiều đơn vị: trang B1 của Đảng bộ huyện Thuỷ Sơn (H1), nhưng trang B2 "
            "của Đảng bộ huyện Bắc Lý (H2); hãy gửi mỗi đơn vị một tệp, hoặc sửa lại tên, mã đơn vị."
        )
    ]


def test_names_that_were_sorted_without_their_codes_are_refused() -> None:
    page = pages("B1")[0]
    first, second = (next(row for row in page.rows if row[2] == code) for code in ("H1.1.1", "H1.1.2"))
    first[1], second[1] = second[1], first[1]
    assert reported(page) == [
        (
            "B1!B14: 2 dòng có mã của một tổ chức nhưng tên của tổ chức khác: ô B14 ghi “Chi bộ Trường tiểu học” cạnh "
            "mã H1.1.1 (Chi bộ thôn Hoà Bình); ô B15 ghi “Chi bộ thôn Hoà Bình” cạnh mã H1.1.2 (Chi bộ Trường tiểu "
            "học). Hãy sửa tên hoặc mã; nếu đã sắp xếp lại bảng, hãy sắp xếp cả dòng."
        )
    ]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("CB thôn Hòa Bình", []),
        ("Hoà Bình", []),
        ("Chi bộ thôn Hoà Bnh", []),
        ("", []),
        ("chi bo thon Hoa Binh", []),
        ("CB thôn HB", []),
        ("Chi bộ Trạm y tế", ["names_unlike"]),
        ("Chi bộ thôn Lũng", ["names_unlike"]),
        ("Chi bộ Công an huyện", ["names_unlike"]),
        ("Chi bộ cơ sở Bệnh viện", ["names_of_others"]),
        ("Đảng bộ xã Tân Ân", ["names_of_others"]),
    ],
)
def test_a_name_beside_a_code_is_the_units_own(name: str, found: list[str]) -> None:
    assert codes(pages("B1")[0].put(B14=name)) == found


def test_names_that_several_units_have_need_their_codes() -> None:
    page = without_codes(pages("B1")[0].put(B13=""))
    assert reported(page) == [
        (
            "B1!B14: 1 dòng không ghi mã tổ chức mà tên thì nhiều tổ chức cùng có: ô B14 “Chi bộ thôn Hoà Bình” "
            "(H1.1.1, H1.2.1). Hãy ghi mã vào cột “Mã tổ chức”."
        )
    ]


def test_many_rows_of_another_unit_are_one_sentence() -> None:
    page = pages("B1")[0]
    for row, code in zip(page.rows[13:17], ("H2", "H2.1", "H2.1.1", "H2"), strict=True):
        row[1], row[2] = "", code
    assert [sentence for sentence in reported(page) if "Bắc Lý" in sentence] == [
        (
            "B1!C14: 4 dòng thuộc Đảng bộ huyện Bắc Lý (H2), không trực thuộc Đảng bộ huyện Thuỷ Sơn trong kỳ này: "
            "C14, C15, C16, …; hãy bỏ các dòng đó hoặc sửa mã tổ chức."
        )
    ]


def test_the_title_of_another_form_is_said() -> None:
    b3 = pages("B3")[0]
    assert reported(pages("B1")[0].put(A4=b3.rows[3][0])) == [
        (
            "B1!A4: ô này ghi tên hoặc số hiệu của biểu B3 “Thôn, bản, tổ dân phố”, nhưng các cột là của biểu B1 nên "
            "nhận là biểu B1 “Tăng, giảm đảng viên”; hãy sửa lại tên biểu."
        )
    ]


def test_another_table_below_is_refused_with_the_row_where_it_begins() -> None:
    b1, b2 = pages("B1", "B2")
    width = max(len(b1.rows[0]), len(b2.rows[0]))
    height = len(b1.rows)
    b1.rows = [[*row, *[""] * (width - len(row))] for row in (*b1.rows, *b2.rows)]
    assert reported(b1) == [
        (
            f"B1!A{height + 1}: từ dòng {height + 1} trang tính có bảng khác, dưới biểu B1; hãy để mỗi biểu ở một "
            "trang tính riêng, không chép tiếp và không lặp lại đầu bảng."
        )
    ]


def test_another_table_beside_is_refused_with_the_column_where_it_begins() -> None:
    b1, b2 = pages("B1")[0].spell_out(), pages("B2")[0].spell_out()
    blank = [""] * len(b2.rows[0])
    b2.rows += [blank] * (len(b1.rows) - len(b2.rows))
    b1.rows = [[*left, "", *right] for left, right in zip(b1.rows, b2.rows, strict=False)]
    assert reported(b1) == [
        "B1!AB9: từ cột AB trang tính có bảng khác, bên cạnh biểu B1; hãy để mỗi biểu ở một trang tính riêng."
    ]


def test_rows_below_the_signatures_are_not_lost() -> None:
    page = pages("B1")[0]
    last = next(row for row in page.rows if row[2] == "H1.3")
    page.rows.append(list(last))
    page.rows[page.rows.index(last)][3:] = [""] * (len(last) - 3)
    assert reported(page)[-1] == (
        "B1!B32: dưới phần ghi chú, ký tên (dòng 23) còn số liệu ở dòng 32; hãy chuyển các dòng đó lên trong bảng."
    )


def test_odd_names_are_asked_about() -> None:
    assert reported(pages("B1")[0].put(A2="Huyện uỷ Thuỷ Xuân", B14="Chi bộ Trạm y tế")) == [
        (
            "B1!A2: tên đơn vị ghi “Huyện uỷ Thuỷ Xuân”, khác tên của mã H1 là Đảng bộ huyện Thuỷ Sơn; hãy kiểm tra "
            "lại tên và mã đơn vị."
        ),
        (
            "B1!B14: 1 dòng có tên không giống tên trong danh mục của mã tổ chức: ô B14 ghi “Chi bộ Trạm y tế” cạnh mã "
            "H1.1.1 (Chi bộ thôn Hoà Bình). Hãy kiểm tra lại tên và mã."
        ),
    ]
