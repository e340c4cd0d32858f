"""Official forms as sent in practice: other title blocks, legacy fonts, missing columns, whole sets."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Sequence

import pytest
import xlsxwriter
from openpyxl import load_workbook

from data.forms.official.builtin import OFFICIAL, OfficialForm
from data.returns import Finding, Return, SourceFile
from loaders.findings import warning
from loaders.marks.annotate import annotate
from loaders.official import Filled, official_workbook
from loaders.reading import read
from tests.data.vietnamese.test_encodings import LETTERS, VNI_PAIRS, in_tcvn3, in_vni
from tests.loaders.office import REFERENCES, Page, put_together, take_apart
from tests.loaders.official_pages import counted, form, movement, page_of, period_of, values

EACH = pytest.mark.parametrize("official", OFFICIAL, ids=lambda official: official.corner)


def zeros(official: OfficialForm) -> Page:
    return page_of(
        Filled(
            official=official,
            unit="Huyện uỷ Thuỷ Sơn",
            superior="Tỉnh uỷ Bình An",
            period=period_of(official),
            values=counted(official),
        )
    )


def loaded(content: bytes) -> tuple[tuple[Return, ...], list[Finding]]:
    workbook, findings = read(SourceFile(name="bieu.xlsx", content=content), REFERENCES)
    return (workbook.official if workbook else ()), findings


def messages(*sheets: Page) -> list[str]:
    return [finding.say() for finding in loaded(put_together(sheets))[1]]


def is_whole(official: OfficialForm, given: Sequence[Return]) -> bool:
    return [(one.form.code, one.unit, one.period, values(one)) for one in given] == [
        (official.code, "H1", period_of(official), dict.fromkeys(official.lines_by_measure, 0))
    ]


def typed_in_tcvn3(text: str) -> str:
    """TCVN3 has no toned capitals: clerks type lower-case letters."""
    capital = dict(zip("ĂÂĐÊÔƠƯ", "¡¢§£¤¥¦", strict=True))
    return "".join(capital.get(c) or in_tcvn3(c.lower() if ord(c) > 127 else c) for c in text)


def typed_in_vni(text: str) -> str:
    capital = dict(zip(LETTERS.upper(), map(str.upper, VNI_PAIRS), strict=True))
    return "".join(capital.get(letter) or in_vni(letter) for letter in text)


def in_font(page: Page, font: str, encode: Callable[[str], str]) -> bytes:
    """The sheet in a legacy font; capitalised text in the font's capital variant, which encodes lower-case letters."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        plain, capital = (book.add_format({"font_name": name}) for name in (font, f"{font}H"))
        sheet = book.add_worksheet("Sheet1")
        for row, cells in enumerate(page.rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and cell:
                    small = cell.lower() if cell.isupper() and font.startswith(".Vn") else cell
                    sheet.write_string(row, column, encode(small), plain if small == cell else capital)
                elif cell != "":
                    sheet.write_number(row, column, cell)
    return file.getvalue()


@EACH
def test_text_in_a_font_older_than_unicode_is_read(official: OfficialForm) -> None:
    given, findings = loaded(in_font(zeros(official), ".VnTime", typed_in_tcvn3))
    assert is_whole(official, given)
    assert [finding.code for finding in findings] == ["decoded_tcvn3"]
    assert is_whole(official, loaded(in_font(zeros(official), "VNI-Times", typed_in_vni))[0])


@EACH
def test_decomposed_text_shifted_columns_and_blank_rows_are_read(official: OfficialForm) -> None:
    page = zeros(official).retype(lambda text: unicodedata.normalize("NFD", text))
    page.merges = []
    page.rows = [["", "", *row] for row in page.rows]
    for row in (20, 12, 9, 1):
        page.insert_row(row)
    given, findings = loaded(put_together([page]))
    assert is_whole(official, given)
    assert findings == []


@pytest.mark.parametrize(
    "block",
    [
        "Tỉnh (thành uỷ) Bình An........ Huyện (quận uỷ) Thuỷ Sơn......... BAN TỔ CHỨC",
        "TỈNH ỦY BÌNH AN HUYỆN ỦY THUỶ SƠN BAN TỔ CHỨC",
        "TỈNH ỦY BÌNH AN\nBAN TỔ CHỨC HUYỆN ỦY THỦY SƠN",
        "Tỉnh uỷ/Huyện uỷ Thuỷ Sơn\nBan Tổ chức",
    ],
)
def test_the_three_blanks_of_the_title_block_may_share_a_cell_or_a_line(block: str) -> None:
    page = zeros(form("1")).put(A1=block, A2="", A3="")
    page.put(D1="Biểu số 1 - BTCTW - Đơn vị báo cáo: Ban Tổ chức Huyện uỷ (và tương đương), Tỉnh uỷ (và tương đương)")
    given, findings = loaded(put_together([page]))
    assert findings == []
    assert [one.unit for one in given] == ["H1"]


def test_a_column_of_the_year_before_may_be_left_out() -> None:
    page = page_of(movement())
    page.rows = [[row[0], row[1], *row[3:]] for row in page.rows]
    page.merges = []
    (given,), findings = loaded(put_together([page]))
    assert findings == []
    assert values(given)["members_end"] == 100


def test_of_a_whole_set_in_one_file_the_forms_that_are_followed_are_loaded() -> None:
    ours = take_apart(official_workbook([movement()]))
    payroll = Page("Biểu 8", [["HUYỆN ỦY THUỶ SƠN", "Biểu số 8A - BTCTW"], ["TT", "Khối"], ["1", "2"], ["a", 3]])
    peoples = Page("Tiếp", [["TT", "Tên dân tộc, tôn giáo", "Tổng số"], ["1", "2", "3"], [1, "Tày", 4]])
    copied = Page("Biểu 5", [["HUYỆN ỦY THUỶ SƠN", "Biểu số 1-BTCTW"], ["TT", "Loại hình", "Số"], ["1", "2", "3"]])
    given, findings = loaded(put_together([*ours, payroll, peoples, copied]))
    assert [one.form.code for one in given] == ["O1"]
    skipped = "biểu thống kê này không có số liệu được theo dõi ở đây nên không nạp."
    assert [finding.say() for finding in findings] == [f"{name}: {skipped}" for name in ("Biểu 8", "Tiếp", "Biểu 5")]


def test_a_form_that_lost_its_heads_is_named_by_its_number() -> None:
    page = page_of(movement())
    page.rows[6][1] = "Số liệu"
    assert messages(page) == [
        (
            "Biểu 1 (1): góc phải ghi Biểu số 1-BTCTW, nhưng không thấy cột “Kỳ này” hoặc không nhận ra các dòng của "
            "biểu; hãy dùng đúng mẫu Biểu số 1-BTCTW, giữ nguyên đầu cột và tên dòng."
        )
    ]


def test_each_cell_of_a_count_that_two_lines_give_is_marked_and_the_list_leads_to_the_first() -> None:
    content = official_workbook([Filled(official=form("7"), unit="", period=period_of(form("7")))])
    about = {"measure": "x", "shown": "5", "computed": "4"}
    found = warning("official_differs_from_cells", "Biểu 7 (1)", "B52+B53", **about)
    marked = load_workbook(io.BytesIO(annotate(SourceFile(name="7.xlsx", content=content), [found]).content))
    notes = [marked["Biểu 7 (1)"][cell].comment for cell in ("B52", "B53")]
    assert [note is not None and found.message.vi in note.text for note in notes] == [True, True]
    links = [cell.hyperlink.location for row in marked.worksheets[0].iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'Biểu 7 (1)'!B52"]
