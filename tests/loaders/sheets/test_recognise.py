"""Modified sheets still yield the same facts, or findings that name what is missing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from data.forms.builtin import RETURNS
from data.returns import Return, ReturnedRow
from tests.loaders.office import Page, pages, reading, reported

FORMS = tuple(form.code for form in RETURNS)


def facts(page: Page) -> dict[str, tuple[int | str | None, ...]]:
    """The counts of each unit; the sheet must have been accepted without any finding."""
    workbook, findings = reading(page)
    assert not findings
    assert workbook is not None
    return {row.unit: row.values for row in only_return(workbook.returns).rows}


def only_return(returns: tuple[Return, ...]) -> Return:
    (given_return,) = returns
    return given_return


@pytest.fixture(params=FORMS)
def page(request: pytest.FixtureRequest) -> Page:
    return pages(request.param)[0]


def test_a_sound_sheet_is_accepted_without_a_finding(page: Page) -> None:
    assert {"H1.1", "H1.1.1"} & facts(page).keys()


def test_the_address_of_every_count_is_kept() -> None:
    workbook, _ = reading(pages("B1")[0])
    assert workbook is not None
    given_return = only_return(workbook.returns)
    assert given_return.columns["members_end"] == "S"
    assert given_return.rows[0] == ReturnedRow("H1.1.1", 14, tuple(int(n) for n in pages("B1")[0].rows[13][3:]))


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.insert_row(14).insert_row(13).insert_row(20),
        lambda page: page.insert_row(1).insert_row(4),
        lambda page: page.retype(lambda text: unicodedata.normalize("NFD", text)),
        lambda page: page.retype(lambda text: text.replace("uỷ", "ủy").replace("oà", "òa").replace("oá", "óa")),
        lambda page: page.retype(lambda text: text.replace("Đ", "Ð").replace(" ", "\u00a0")),
        lambda page: page.retype(str.upper),
        lambda page: page.put(A1="", A2=""),
        lambda page: page.put(V1="", S1="", T1="", W1=""),
    ],
    ids=[
        "blank rows",
        "blank rows above",
        "decomposed",
        "tone marks",
        "look-alikes",
        "capitals",
        "no names",
        "no number",
    ],
)
def test_what_clerks_do_to_a_sheet_changes_no_fact(page: Page, change: Callable[[Page], Page]) -> None:
    width = len(page.rows[0])
    for row in page.rows:
        row.extend([""] * (26 - width))
    expected = facts(pages(page.name)[0])
    assert facts(change(page)) == expected


def test_a_header_that_was_never_merged_is_read_from_its_first_columns(page: Page) -> None:
    expected = facts(pages(page.name)[0])
    page.merges = []
    assert facts(page) == expected


def test_the_name_of_the_sheet_means_nothing() -> None:
    page = pages("B1")[0]
    expected = facts(pages("B1")[0])
    page.name = "Sheet1 (2)"
    assert facts(page) == expected


def test_units_without_codes_are_found_by_name_inside_their_group() -> None:
    page = pages("B1")[0]
    expected = facts(pages("B1")[0])
    for row in page.rows[12:20]:
        row[2] = ""
    assert facts(page) == expected


def test_the_sender_is_found_by_name_when_no_code_is_given() -> None:
    page = pages("B1")[0].put(A3="")
    assert {"H1.1", "H1.1.1"} & facts(page).keys()


def test_counts_typed_as_text_are_read() -> None:
    page = pages("B1")[0].put(D14="1.020", S14="1.021 đ/c", D21=1100, S21="1.105")
    assert facts(page)["H1.1.1"][0] == 1020


def test_four_states_are_kept_apart() -> None:
    page = pages("B1")[0].put(K14="-", L14="x", U14="…", U21=20)
    workbook, findings = reading(page)
    assert workbook is not None
    row = only_return(workbook.returns).rows[0]
    positions = only_return(workbook.returns).form.positions
    assert row.values[positions["expelled"]] == 0
    assert row.values[positions["struck_off"]] is None
    assert row.not_applicable == {"struck_off"}
    assert row.values[positions["female_end"]] is None
    assert not findings


def test_a_missing_column_is_refused_by_its_name() -> None:
    page = pages("B1")[0].reorder([column for column in range(26) if column != 4])
    assert reported(page) == [
        "B1: thiếu cột “Tăng trong kỳ / Kết nạp”; hãy dùng đúng mẫu biểu B1, không xoá cột và không đổi tên cột."
    ]


def test_an_extra_column_is_reported_and_not_loaded() -> None:
    page = pages("B1")[0]
    for row in page.rows:
        row.append("")
    page.put(AA9="Ghi chú của huyện", AA14="đã đối chiếu")
    assert reported(page) == ["B1!AA12: cột “Ghi chú của huyện” không có trong mẫu biểu nên không nạp."]
    assert reading(page)[0] is not None


def test_numbers_without_a_header_are_reported() -> None:
    page = pages("B1")[0]
    for row in page.rows:
        row.append("")
    page.put(AA14=7)
    assert reported(page) == ["B1!AA12: cột có số nhưng không có đầu cột nên không nạp."]


def test_a_repeated_column_is_refused() -> None:
    page = pages("B3")[0].spell_out()
    for row in page.rows:
        row.append(row[3])
    assert reported(page) == ["B3!S12: cột “Thôn, bản, tổ dân phố / Tổng số” lặp lại (đã có ở D12); hãy xoá một cột."]


def test_hidden_sheets_are_listed_and_not_loaded() -> None:
    old = pages("B1")[0]
    old.name, old.hidden = "B1 cũ", True
    workbook, findings = reading([pages("B1")[0], old])
    assert workbook is not None
    assert [finding.say() for finding in findings] == [
        "B1 cũ: trang tính đang ẩn (giống hệt trang “B1”) nên không nạp; nếu cần nạp, hãy cho hiện trang tính."
    ]


def test_two_sheets_of_one_form_are_refused() -> None:
    second = pages("B1")[0]
    second.name = "B1 (2)"
    assert reported([pages("B1")[0], second]) == [
        "B1 (2): biểu B1 có ở nhiều trang tính (B1, B1 (2)); trang này giống hệt trang “B1”; hãy để lại một trang."
    ]


def test_a_sheet_of_plain_text_is_passed_over_with_a_word() -> None:
    assert reported([pages("B1")[0], Page("Hướng dẫn", [["Cách ghi biểu"]])]) == [
        "Hướng dẫn: trang tính không có bảng nào theo mẫu biểu nên không nạp."
    ]


def test_a_workbook_without_any_form_is_refused() -> None:
    assert reported(Page("Sheet1", [["Danh sách", "", ""]]))[0] == (
        "không trang tính nào theo mẫu biểu đã ban hành; hãy dùng tệp mẫu của hệ thống."
    )


def test_a_table_of_something_else_is_named_as_unknown() -> None:
    page = Page("Sheet1", [["Thu ngân sách", "", ""], ["STT", "Khoản", "Số tiền"], ["A", "B", 1.0], [1.0, "Thuế", 5.0]])
    assert reported(page) == [
        (
            "Sheet1: trang tính có bảng nhưng không phải mẫu biểu nào của hệ thống; hãy dùng tệp mẫu, giữ nguyên tên "
            "biểu và đầu cột."
        )
    ]


def test_a_form_is_called_the_nearest_only_when_it_is_near() -> None:
    page = pages("B1")[0].put(A4="", X1="")
    for column in range(18, 24):
        for row in (8, 9, 10):
            page.rows[row][column] = "Khác"
    page.rows = [[cell if cell != "Biểu số B1" else "" for cell in row] for row in page.rows]
    assert reported(page) == [
        (
            "B1: không nhận ra mẫu biểu; gần nhất là biểu B1 “Tăng, giảm đảng viên”. Hãy giữ nguyên tên biểu và đầu "
            "cột của mẫu."
        )
    ]


def test_a_misspelt_header_is_asked_about() -> None:
    assert reported(pages("B1")[0].put(E10="Kêt nạp")) == [
        "B1!E12: đầu cột E ghi “Kêt nạp”; có phải “Kết nạp”? Hãy sửa lại đầu cột cho đúng mẫu."
    ]


def test_a_title_that_contradicts_the_columns_is_queried() -> None:
    page = pages("B2")[0].put(A4="TĂNG, GIẢM ĐẢNG VIÊN", U1="Biểu số B1")
    assert reported(page) == [
        (
            "B2: tên biểu là “Tăng, giảm đảng viên” nhưng đầu cột là của biểu “Kết nạp đảng viên và tạo nguồn”; "
            "hãy sửa lại tên biểu hoặc dùng đúng mẫu."
        )
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["STT", "Họ và tên", "Ngày sinh", "Số thẻ đảng"], [1, "A", "1/1/1980", "39.001234"]],
        [["TT", "Họ, tên", "Chức vụ"], [1, "A", "B"]],
        [["Mã"], ["001080001234"], ["001080001235"], ["001080001236"]],
        [[24185001234.0], [24185001235.0], [24185001236.0]],
    ],
    ids=["header", "names", "identity numbers", "identity numbers as numbers"],
)
@pytest.mark.parametrize("hidden", [False, True])
def test_a_list_of_people_refuses_the_workbook_and_repeats_nothing_of_it(
    rows: list[list[object]], hidden: bool
) -> None:
    findings = reported([pages("B1")[0].put(D14=-1), Page("Nguyễn Văn A", rows, hidden=hidden)])
    assert findings == [
        (
            "tệp có danh sách cá nhân (họ tên, số thẻ đảng, ngày sinh hoặc số căn cước); hệ thống chỉ nhận số liệu "
            "tổng hợp. Hãy xoá danh sách rồi gửi lại; tệp này không được lưu."
        )
    ]
