"""Workbooks whose package is laid out otherwise than Excel does, and what else calamine would misread."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from time import process_time

import pytest

from loaders.formats.dispatch import read
from tests.loaders.formats.makers import part, rezipped, xlsx, zipped

Parts = dict[str, bytes]

SHEET, BOOK, RELATIONS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
NAMES = ("[Content_Types].xml", "_rels/.rels", BOOK, RELATIONS, SHEET, "xl/sharedStrings.xml", "xl/styles.xml")
ROWS = [["Tên", ""], ["", 18.0], ["x", ""]]
MACRO_SHEET = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"


def parts() -> Parts:
    content = xlsx({"A1": "Tên", "B2": 18.0, "A3": "x"})
    return {name: part(content, name) for name in NAMES}


def rows(content: Mapping[str, bytes]) -> object:
    return read(zipped(content)).sheets[0].rows


def book_elsewhere(found: Parts) -> None:
    found["sổ/book.xml"] = found.pop(BOOK)
    found["sổ/_rels/book.xml.rels"] = found.pop(RELATIONS).replace(b'Target="', b'Target="/xl/')
    found["_rels/.rels"] = found["_rels/.rels"].replace(b"xl/workbook.xml", "sổ/book.xml".encode())


def strings_elsewhere(found: Parts) -> None:
    found["xl/texts/1.xml"] = found.pop("xl/sharedStrings.xml")
    found[RELATIONS] = found[RELATIONS].replace(b"sharedStrings.xml", b"texts/1.xml")


def sheet_elsewhere(found: Parts) -> None:
    found["data/Sheet One.dat"] = found.pop(SHEET)
    found[RELATIONS] = found[RELATIONS].replace(b"worksheets/sheet1.xml", b"../data/Sheet%20One.dat")


def of_macos(found: Parts) -> None:
    found["__MACOSX/xl/._workbook.xml"] = found["xl/._styles.xml"] = b"\0\5\x16\7\0\2\0\0"


def in_utf16(found: Parts) -> None:
    for name, xml in found.items():
        found[name] = xml.decode().replace("UTF-8", "UTF-16").encode("utf-16")


def in_utf16_without_mark(found: Parts) -> None:
    found[SHEET] = found[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16-be")


def without_row_numbers(found: Parts) -> None:
    found[SHEET] = re.sub(rb'<row r="\d+"', b"<row", found[SHEET])


@pytest.mark.parametrize(
    "change",
    [
        book_elsewhere,
        strings_elsewhere,
        sheet_elsewhere,
        of_macos,
        in_utf16,
        in_utf16_without_mark,
        without_row_numbers,
    ],
)
def test_the_same_cells_however_the_package_is_laid_out(change: Callable[[Parts], None]) -> None:
    found = parts()
    change(found)
    assert rows(found) == ROWS


def test_cells_without_references_follow_each_other() -> None:
    found = parts()
    found[SHEET] = re.sub(rb'<(row|c) r="[A-Z]*\d+"', rb"<\1", found[SHEET]).replace(b"<c t=", b"<c/><c t=", 1)
    assert rows(found) == [["", "Tên"], [18.0, ""], ["x", ""]]


@pytest.mark.parametrize(
    "inside", ["<is><t>Tên</t></is>", "<is><r><t>Tê</t></r><r><t>n</t></r></is><v>0</v>", "<v>Tên</v>"]
)
def test_inline_texts_are_read_whatever_stands_beside_them(inside: str) -> None:
    found = parts()
    cell = f'<c r="A1" t="inlineStr">{inside}</c>'.encode()
    found[SHEET] = found[SHEET].replace(b'<c r="A1" t="s"><v>0</v></c>', cell)
    assert rows(found) == ROWS


def test_a_macro_sheet_is_named_and_read_around() -> None:
    found = parts()
    found[BOOK] = found[BOOK].replace(b"</sheets>", b'<sheet name="M1" sheetId="9" r:id="rId99"/></sheets>')
    macro = f'<Relationship Id="rId99" Type="{MACRO_SHEET}" Target="macrosheets/sheet1.xml"/></Relationships>'
    found[RELATIONS] = found[RELATIONS].replace(b"</Relationships>", macro.encode())
    book = read(zipped(found))
    assert [sheet.name for sheet in book.sheets] == ["B1"]
    assert [(remark.message, remark.values) for remark in book.remarks] == [("sheets_ignored", {"sheets": "“M1”"})]


def test_rows_and_columns_of_no_size_are_hidden() -> None:
    found = parts()
    sized = found[SHEET].replace(b'<row r="2"', b'<row r="2" ht="0" customHeight="1"')
    columns = b'<cols><col min="2" max="2" width="0" customWidth="1"/></cols><sheetData>'
    sheet = read(zipped({**found, SHEET: sized.replace(b"<sheetData>", columns)})).sheets[0]
    assert (sorted(sheet.hidden_rows), sorted(sheet.hidden_columns)) == ([1], [1])


@pytest.mark.parametrize("formula", ["'[Quý III.xlsx]B1'!C5", "[1]B1!C5", "'file:///C:/sổ.ods'#$B1.C5"])
def test_links_to_other_workbooks_are_said_however_they_are_written(formula: str) -> None:
    found = parts()
    cell = f'<c r="B2"><f>{formula}</f><v>18</v></c>'.encode()
    found[SHEET] = found[SHEET].replace(b'<c r="B2"><v>18</v></c>', cell)
    sheet = read(zipped(found)).sheets[0]
    assert [remark.message for remark in sheet.remarks] == ["links_not_followed"]


def test_formatted_blank_rows_to_the_end_of_old_sheets_cost_little() -> None:
    content = xlsx({"A1": "Tên", "B2": 18.0, "A3": "x"})
    cells = b"".join(b'<c r="%c0" s="0"/>' % letter for letter in b"ABCDEFGHIJKLMNOPQRSTUVWX")
    blank = b"".join(b'<row r="%d">%s</row>' % (row, cells.replace(b'0" s', b'%d" s' % row)) for row in range(4, 65537))
    content = rezipped(content, {SHEET: part(content, SHEET).replace(b"</sheetData>", blank + b"</sheetData>")})
    start = process_time()
    assert read(content).sheets[0].rows == ROWS
    assert process_time() - start < 1.0


def test_comments_are_found_wherever_they_are() -> None:
    found = parts()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    relation = f'<Relationships><Relationship Id="r1" Type="{kind}" Target="/data/said.xml"/></Relationships>'
    found["xl/worksheets/_rels/sheet1.xml.rels"] = relation.encode()
    comment = "<comments><comment><text><t>Đã đối chiếu</t></text></comment></comments>"
    found["data/said.xml"] = comment.encode()
    assert [text.strip() for text in read(zipped(found)).outside_texts] == ["Đã đối chiếu"]
