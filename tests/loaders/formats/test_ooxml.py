from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter

from loaders.formats.dispatch import read
from loaders.workbook import Fault, NoteKind, Unreadable
from tests.loaders.formats.makers import part, rezipped, xlsx

SHEET = "xl/worksheets/sheet1.xml"
TRANSITIONAL = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def changed(content: bytes, old: bytes, new: bytes, name: str = SHEET) -> bytes:
    xml = part(content, name)
    assert old in xml
    return rezipped(content, {name: xml.replace(old, new)})


def test_legacy_fonts_are_decoded_by_each_cells_font() -> None:
    cells = {"A1": "®¶ng bé", "A2": "Ñaûng boä", "A3": "Đảng bộ", "A4": "né"}
    sheet = read(xlsx(cells, fonts={"A1": ".VnTimeH", "A2": "VNI-Times", "A3": ".VnTime"})).sheets[0]
    assert sheet.rows == [["ĐẢNG BỘ"], ["Đảng bộ"], ["Đảng bộ"], ["né"]]
    assert [note.kind for note in sheet.notes] == [NoteKind.TCVN3, NoteKind.VNI]


def test_pieces_of_a_text_in_a_legacy_font_are_decoded() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        plain, old = book.add_format({"font_name": "Arial"}), book.add_format({"font_name": ".VnTime"})
        book.add_worksheet().write_rich_string(0, 0, plain, "1. né ", old, "Trung \u00ad¬ng")
    assert read(buffer.getvalue()).sheets[0].rows == [["1. né Trung ương"]]


def test_strict_workbooks_are_read() -> None:
    content = xlsx({"A1": "Tên", "B2": 18.0})
    for name in ("xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"):
        xml = part(content, name)
        for old, new in TRANSITIONAL:
            xml = xml.replace(old, new)
        content = rezipped(content, {name: xml})
    assert read(content).sheets[0].rows == [["Tên", ""], ["", 18.0]]


def test_an_empty_style_is_no_trouble() -> None:
    content = changed(xlsx({"A1": "§¶ng", "B1": 5.0}, fonts={"A1": ".VnTime"}), b'<c r="B1"', b'<c r="B1" s=""')
    assert read(content).sheets[0].rows == [["Đảng", 5.0]]


def test_a_false_used_range_costs_nothing() -> None:
    content = changed(xlsx({"A1": "x", "B2": 1.0}), b'<dimension ref="A1:B2"/>', b'<dimension ref="A1:XFD1048576"/>')
    assert read(content).sheets[0].rows == [["x", ""], ["", 1.0]]


@pytest.mark.parametrize("error", ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"])
def test_every_error_surfaces(error: str) -> None:
    content = changed(xlsx({"A1": 5.0}), b'<c r="A1"><v>5</v>', f'<c r="A1" t="e"><v>{error}</v>'.encode())
    assert read(content).sheets[0].rows == [[Fault(error, "error_cell")]]


def test_hidden_rows_links_and_macros_are_reported() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("B1")
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.write(1, 0, date(2020, 6, 30))
        sheet.write_formula("B1", "=[1]Nguon!A1", None, 7)
    content = rezipped(buffer.getvalue(), {"xl/externalLinks/externalLink1.xml": b"<a/>", "xl/vbaProject.bin": b"x"})
    book_ = read(content)
    found = book_.sheets[0]
    assert found.hidden_rows == {1}
    assert [(note.row, note.column, note.kind) for note in found.notes] == [(0, 1, NoteKind.LINKED)]
    assert [remark.message for remark in (*found.remarks, *book_.remarks)] == ["links_not_followed", "macros_ignored"]


@pytest.mark.parametrize("name", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_document_types_are_refused_in_every_part(name: str) -> None:
    content = xlsx({"A1": "x"})
    bad = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + part(content, name)
    with pytest.raises(Unreadable) as refusal:
        read(rezipped(content, {name: bad}))
    assert refusal.value.message == "forbidden_markup"


def test_formulas_that_a_library_left_to_excel_are_known_as_stale() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("B1")
        sheet.write_row("A1", [1, 2])
        sheet.write_formula("C1", "=A1+B1")
        sheet.data_validation("A1", {"validate": "integer", "criteria": ">=", "value": "=B1"})
    content = buffer.getvalue()
    assert read(content).sheets[0].stale == {(0, 2)}
    assert read(changed(content, b' fullCalcOnLoad="1"', b"", "xl/workbook.xml")).sheets[0].stale == set()


def test_hidden_columns_and_texts_outside_cells_are_found() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("B1")
        sheet.write_row("A1", [1, 2, 3, 4])
        sheet.set_column("B:C", None, None, {"hidden": True})
        sheet.write_comment("A1", "Đã đối chiếu & ký")
        sheet.insert_textbox("F1", "Số liệu tạm tính")
    found = read(buffer.getvalue())
    assert found.sheets[0].hidden_columns == {1, 2}
    assert any("Đã đối chiếu & ký" in text for text in found.outside_texts)
    assert any("Số liệu tạm tính" in text for text in found.outside_texts)
