"""Annotated copies: what is added to the sender's workbook, and that nothing else changes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from xml.sax.saxutils import escape

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from data.language import Language, Text
from data.returns import Finding, Severity, SourceFile
from loaders.formats import dispatch as formats
from loaders.marks.annotate import annotate, annotated_name
from loaders.vietnamese.numbers import show
from tests.loaders.formats.makers import ods, spreadsheetml
from tests.loaders.office import reading, workbook

RED, YELLOW = "FFFFC7CE", "FFFFEB9C"
FIRST = "Kết quả kiểm tra"
LEGEND = (
    "Ô tô màu đỏ là lỗi, ô tô màu vàng là cảnh báo; nội dung có ở chú thích của ô. "
    "Sửa xong, hãy lưu và gửi lại tệp này."
)


def finding(sheet: str, cell: str, words: str = "số kết nạp là -1.", severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code="negative", severity=severity, message=Text(words, words), sheet=sheet, cell=cell)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(content: bytes) -> list[list[object]]:
    return [[cell for cell in row if cell is not None] for row in opened(content)[FIRST].iter_rows(values_only=True)]


@pytest.fixture
def office_file() -> SourceFile:
    """A workbook with many features that a rewrite by a library would lose or change."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "B 1"
    sheet.append(["Tên", "Số"])
    sheet.append(["=không phải công thức", -1])
    sheet["A2"].data_type = "s"
    sheet["B3"] = "=SUM(B2:B2)"
    sheet["C3"].comment = Comment("của người lập", "Lan")
    sheet.merge_cells("A5:C5")
    sheet.column_dimensions["A"].width = 41
    sheet.protection.sheet = True
    only_small = DataValidation(type="whole", operator="lessThan", formula1="9")
    only_small.add("B2")
    sheet.add_data_validation(only_small)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=2, max_row=3))
    sheet.add_chart(chart, "E2")
    hidden = book.create_sheet("Ẩn")
    hidden.sheet_state = "veryHidden"
    hidden["A1"] = 7
    sheet.print_title_rows = "1:1"
    file = io.BytesIO()
    book.save(file)
    return SourceFile(name="biểu.xlsx", content=file.getvalue())


def test_cells_are_coloured_and_commented(office_file: SourceFile) -> None:
    marked = opened(
        annotate(office_file, [finding("B 1", "B2"), finding("B 1", "B3", "khác.", Severity.WARNING)]).content
    )
    sheet = marked["B 1"]
    assert (sheet["B2"].fill.fgColor.rgb, sheet["B3"].fill.fgColor.rgb) == (RED, YELLOW)
    assert sheet["B2"].comment.text == "Lỗi: số kết nạp là -1."
    assert sheet["B2"].comment.author == "Kiểm tra số liệu"
    assert sheet["B3"].comment.text == "Cảnh báo: khác."


def test_several_findings_of_a_cell_stand_in_one_note_and_the_error_colours_it(office_file: SourceFile) -> None:
    twice = [finding("B 1", "B2", "xem lại.", Severity.WARNING), finding("B 1", "B2")]
    cell = opened(annotate(office_file, twice).content)["B 1"]["B2"]
    assert cell.comment.text == "Lỗi: số kết nạp là -1.\nCảnh báo: xem lại."
    assert cell.fill.fgColor.rgb == RED


def test_the_first_sheet_lists_all_findings_with_links(office_file: SourceFile) -> None:
    file_wide = finding("", "", "tệp thiếu biểu.", Severity.WARNING)
    content = annotate(office_file, [finding("B 1", "B2"), file_wide]).content
    book = opened(content)
    assert book.sheetnames == [FIRST, "B 1", "Ẩn"]
    assert book.active is not None
    assert book.active.title == FIRST
    assert rows_of(content) == [
        ["KẾT QUẢ KIỂM TRA TỆP biểu.xlsx"],
        ["1 lỗi phải sửa, 1 cảnh báo cần xem lại."],
        [LEGEND],
        [],
        ["STT", "Mức độ", "Trang tính", "Ô", "Nội dung", "Mã"],
        ["1", "Cảnh báo", "Tệp thiếu biểu.", "negative"],
        ["2", "Lỗi", "B 1", "B2", "Số kết nạp là -1.", "negative"],
    ]
    assert book[FIRST]["D7"].hyperlink.location == "'B 1'!B2"


def test_all_else_is_as_it_was(office_file: SourceFile) -> None:
    content = annotate(office_file, [finding("B 1", "B2"), finding("B 1", "ZZ900")]).content
    before, after = parts(office_file.content), parts(content)
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/comments/comment1.xml",
        "xl/drawings/commentsDrawing1.vml",
    }
    sheet, other = opened(content)["B 1"], opened(office_file.content)["B 1"]
    assert sheet["B3"].value == "=SUM(B2:B2)"
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=không phải công thức", other["A2"].data_type)
    assert sheet["C3"].comment.text == "của người lập"
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A5:C5"]
    assert sheet.column_dimensions["A"].width == 41
    assert sheet.protection.sheet
    assert str(sheet.data_validations.dataValidation[0].sqref) == "B2"
    assert sheet.print_title_rows == other.print_title_rows
    assert opened(content)["Ẩn"].sheet_state == "veryHidden"


def test_a_cell_s_own_note_and_format_are_kept(office_file: SourceFile) -> None:
    cell = opened(annotate(office_file, [finding("B 1", "C3")]).content)["B 1"]["C3"]
    assert cell.comment.text == "của người lập\nLỗi: số kết nạp là -1."


def test_a_return_of_the_template_keeps_stored_results_of_formulas_and_can_be_sent_back() -> None:
    source = workbook("B1", D14=-1)
    _, findings = reading(source)
    marked = annotate(source, findings)
    assert formats.read(marked.content).sheets[1].rows == formats.read(source.content).sheets[0].rows
    _, again = reading(marked)
    assert [found.say() for found in again if found.code != "sheet_skipped"] == [found.say() for found in findings]


def test_macros_stay_macros() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("B1").write("A1", 1)
    content = io.BytesIO(file.getvalue())
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"not run")
    marked = annotate(SourceFile(name="biểu.xlsm", content=content.getvalue()), [finding("B1", "A1")])
    assert marked.name == "biểu - kết quả kiểm tra.xlsm"
    assert parts(marked.content)["xl/vbaProject.bin"] == b"not run"


COPIED = (
    "Không ghi được vào chính tệp đã gửi, nên các trang tính sau đây là bản chép nội dung các ô, "
    "không giữ định dạng và công thức; hãy sửa ở tệp gốc."
)


def html(words: str) -> bytes:
    more = "<tr><td>Chi bộ thôn</td><td>3</td></tr>" * 3
    return f"<html><body><table><tr><td>{words}</td><td>-5</td></tr>{more}</table></body></html>".encode()


def test_another_container_is_copied_into_a_new_workbook_that_says_so() -> None:
    source = SourceFile(name="biểu.xls", content=html("=1+1"))
    sheet = "Sheet1"
    marked = annotate(source, [finding(sheet, "B1")])
    assert marked.name == "biểu - kết quả kiểm tra.xlsx"
    assert rows_of(marked.content)[2] == [COPIED]
    copy = opened(marked.content)[sheet]
    assert (copy["A1"].value, copy["A1"].data_type) == ("=1+1", "s")
    assert copy["B1"].fill.fgColor.rgb == RED
    assert copy["B1"].comment.text == "Lỗi: số kết nạp là -1."


def as_html(source: SourceFile) -> bytes:
    return table(source, "<td>{}</td>", "<tr>{}</tr>", "<html><body><table>{}</table></body></html>")


def as_spreadsheetml(source: SourceFile) -> bytes:
    rows = table(source, '<Cell><Data ss:Type="String">{}</Data></Cell>', "<Row>{}</Row>", "{}").decode()
    return spreadsheetml(rows)


def as_ods(source: SourceFile) -> bytes:
    cell, row = "<table:table-cell><text:p>{}</text:p></table:table-cell>", "<table:table-row>{}</table:table-row>"
    return ods(table(source, cell, row, '<table:table table:name="B1">{}</table:table>').decode())


def as_text(source: SourceFile) -> bytes:
    return table(source, "{}\t", "{}\n", "{}")


def table(source: SourceFile, cell: str, row: str, whole: str) -> bytes:
    """The cells of a workbook's first sheet in another container."""
    rows = formats.read(source.content).sheets[0].rows
    return whole.format(
        "".join(row.format("".join(cell.format(escape(show(value))) for value in cells)) for cells in rows)
    ).encode()


@pytest.mark.parametrize("made", [as_html, as_spreadsheetml, as_ods, as_text], ids=lambda made: made.__name__)
def test_whatever_the_container_the_copy_is_marked_and_says_the_same_when_it_is_read(
    made: Callable[[SourceFile], bytes],
) -> None:
    source = SourceFile(name="biểu", content=made(workbook("B1", E14=-1, K17="hai")))
    _, findings = reading(source)
    errors = {(found.code, found.cell) for found in findings if found.severity is Severity.ERROR}
    assert {code for code, _ in errors} >= {"negative", "not_a_number"}
    marked = annotate(source, findings)
    (sheet,) = opened(marked.content).worksheets[1:]
    for code, cell in errors:
        assert sheet[cell].fill.fgColor.rgb == RED, code
        assert sheet[cell].comment is not None, code
    again = {(found.code, found.cell) for found in reading(marked)[1] if found.severity is Severity.ERROR}
    assert again == errors


def test_only_the_sender_s_own_file_is_to_be_sent_again() -> None:
    own, copied = workbook("B1", E14=-1), SourceFile(name="biểu.xls", content=html("x"))
    assert rows_of(annotate(own, [finding("B1", "E14")]).content)[2] == [LEGEND]
    legend = LEGEND.removesuffix(" Sửa xong, hãy lưu và gửi lại tệp này.")
    assert rows_of(annotate(copied, [finding("Sheet1", "B1")]).content)[2:4] == [[COPIED], [legend]]


@pytest.mark.parametrize("words", ["=1+1", "+84", "-", "@tên", "HTTP://x", "<&>\x0b"])
def test_text_stays_text(office_file: SourceFile, words: str) -> None:
    listed = opened(annotate(office_file, [finding("B 1", "B2", words)]).content)[FIRST]["E6"]
    assert (listed.value, listed.data_type) == (words.replace("\x0b", ""), "s")


@pytest.mark.parametrize(
    ("content", "code", "remark"),
    [
        (lambda: b"\x00\x01 no spreadsheet", "not_excel", "Tệp không mở được, nên ở đây chỉ có kết quả kiểm tra."),
        (
            lambda: workbook("B1").content,
            "personal_data",
            "Tệp có danh sách cá nhân, nên nội dung của tệp không được chép vào đây.",
        ),
    ],
)
def test_of_some_files_only_the_findings_are_given(content: Callable[[], bytes], code: str, remark: str) -> None:
    reported = Finding(code=code, severity=Severity.ERROR, message=Text("vì thế.", "so."))
    marked = annotate(SourceFile(name="x.xlsx", content=content()), [reported])
    assert opened(marked.content).sheetnames == [FIRST]
    assert rows_of(marked.content)[2] == [remark]


def test_a_second_result_sheet_gets_a_name_of_its_own(office_file: SourceFile) -> None:
    once = annotate(office_file, [finding("B 1", "B2")])
    assert opened(annotate(once, [finding("B 1", "B2")]).content).sheetnames[:2] == [f"{FIRST} (2)", FIRST]


def test_the_marked_file_has_a_name_of_its_own() -> None:
    assert annotated_name("B1 H03.xls") == "B1 H03 - kết quả kiểm tra.xlsx"


LONG = "ô này ghi một câu rất dài, cần nhiều dòng để đọc hết; hãy kiểm tra lại. " * 6


@pytest.mark.parametrize("kind", ["in place", "copied"])
def test_no_sentence_is_cut_where_rows_are_not_fitted_on_opening(office_file: SourceFile, kind: str) -> None:
    source = office_file if kind == "in place" else SourceFile(name="x.csv", content=b"a;b\n1;2\n")
    page = opened(annotate(source, [finding("B 1", "B2", LONG)]).content)[FIRST]
    row = next(cells[0].row for cells in page.iter_rows() if cells[4].value and LONG[1:20] in str(cells[4].value))
    assert page.row_dimensions[row].height >= 15 * 4


def test_kinds_with_many_findings_are_said_once_above_the_list_that_has_them_all(office_file: SourceFile) -> None:
    many = [finding("B 1", f"D{row}", f"sai {row};") for row in range(2, 9)]
    rows = rows_of(annotate(office_file, many).content)
    assert ["B 1!D2: sai 2; Có 7 chỗ như vậy: D2, D3, D4, …"] in rows
    assert [row[0] for row in rows if row[1:2] == ["Lỗi"]] == [str(number) for number in range(1, 8)]


def test_the_copy_speaks_the_readers_language(office_file: SourceFile) -> None:
    marked = annotate(office_file, [finding("B 1", "B2")], Language.EN)
    book = opened(marked.content)
    words = [str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert marked.name == "biểu - check results.xlsx"
    assert not [text for text in words if "Lỗi" in text or "KẾT QUẢ" in text]
    assert book["B 1"]["B2"].comment.text.startswith("Error: ")
