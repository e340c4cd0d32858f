"""Incoming files: sound, disguised and broken ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.language import Language
from loaders.formats import dispatch as formats
from loaders.messages import MESSAGES
from loaders.workbook import Fault, Unreadable, address
from tests.loaders.formats.makers import part
from tests.loaders.office import Page, Shown, pages, put_together, workbook

SOUND = workbook("B1").content


def opened(content: bytes) -> list[list[object]]:
    return [list(row) for row in formats.read(content).sheets[0].rows]


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as trouble:
        formats.read(content)
    return MESSAGES.say(trouble.value.message, Language.VI, **trouble.value.values)


def rewritten(content: bytes, changes: Mapping[str, bytes | None], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A copy of the archive with parts replaced, added, or (None) left out."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", compression) as new:
        for name in dict.fromkeys([*old.namelist(), *changes]):
            part = changes[name] if name in changes else old.read(name)
            if part is not None:
                new.writestr(name, part)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_rows_keep_their_numbers_when_the_sheet_begins_with_blank_ones() -> None:
    rows: list[list[object]] = [["", ""], ["", ""], ["", "Kết nạp"]]
    assert opened(put_together([Page("B1", rows)]))[2][1] == "Kết nạp"
    assert address(2, 1) == "B3"
    assert address(0, 27) == "AB1"


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#VALUE!", "#N/A", "#NAME?", "#NULL!", "#NUM!"])
def test_error_cells_are_not_blanks(error: str) -> None:
    rows = opened(put_together([Page("B1", [["a", Shown(error)]])]))
    assert rows == [["a", Fault(error, "error_cell")]]


def test_formulas_without_a_stored_result_are_not_blanks() -> None:
    rows = opened(put_together([Page("B1", [["a", Shown()]])]))
    assert rows == [["a", Fault("", "formula_without_value")]]


def test_faults_are_seen_through_name_space_prefixes_and_missing_addresses() -> None:
    content = put_together([Page("B1", [["a", Shown("#REF!")], ["b", Shown()]])])
    xml = part(content, SHEET).replace(b' r="A1"', b"").replace(b' r="B1"', b"").replace(b' r="1"', b"")
    rows = opened(rewritten(content, {SHEET: xml}))
    assert rows == [["a", Fault("#REF!", "error_cell")], ["b", Fault("", "formula_without_value")]]


def test_a_formula_whose_result_is_text_is_not_a_fault() -> None:
    assert opened(put_together([Page("B1", [["a", Shown("không")]])])) == [["a", "không"]]


def test_hidden_sheets_are_known_as_hidden() -> None:
    content = put_together([Page("B1", [["a"]]), Page("cũ", [["b"]], hidden=True)])
    sheets = formats.read(content).sheets
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("B1", False), ("cũ", True)]


def test_a_used_range_declared_too_large_does_not_matter() -> None:
    content = put_together([Page("B1", [["a", 1]])])
    xml = part(content, SHEET).replace(b'<dimension ref="A1:B1"/>', b'<dimension ref="A1:XFD1048576"/>')
    assert opened(rewritten(content, {SHEET: xml})) == [["a", 1.0]]


def test_a_styled_but_empty_cell_far_away_does_not_matter() -> None:
    content = put_together([Page("B1", [["a", 1]])])
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    rows = opened(rewritten(content, {SHEET: part(content, SHEET).replace(b"</sheetData>", far)}))
    assert rows == [["a", 1.0]]


def test_a_filled_cell_far_away_is_dropped_and_reported() -> None:
    content = put_together([Page("B1", [["a", 1]])])
    far = b'<row r="1048576"><c r="B1048576"><v>2</v></c><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    sheet = formats.read(rewritten(content, {SHEET: part(content, SHEET).replace(b"</sheetData>", far)})).sheets[0]
    assert sheet.rows == [["a", 1.0]]
    assert [MESSAGES.say(remark.message, Language.VI, **remark.values) for remark in sheet.remarks] == [
        "bỏ qua 2 ô ở xa vùng bảng, từ ô B1048576; nếu là số liệu, hãy chuyển vào trong bảng."
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "tệp không có nội dung; hãy kiểm tra và gửi lại."),
        (SOUND[: len(SOUND) // 2], "tệp bị hỏng, không đọc được; hãy mở bằng Excel, lưu lại rồi gửi lại."),
        (
            rewritten(SOUND, {SHEET: part(SOUND, SHEET)[:-4000]}),
            "tệp bị hỏng, không đọc được; hãy mở bằng Excel, lưu lại rồi gửi lại.",
        ),
    ],
    ids=["empty", "truncated", "torn"],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(content: bytes, message: str) -> None:
    assert refusal(content) == message


BOMB = "nội dung nén trong tệp lớn bất thường nên không mở; hãy chép số liệu sang tệp mẫu mới rồi gửi lại."
MARKUP = "tệp có khai báo XML không được phép nên không mở; hãy mở bằng Excel, lưu thành tệp .xlsx mới rồi gửi lại."


def test_a_zip_bomb_is_not_unpacked() -> None:
    assert refusal(rewritten(SOUND, {"xl/media/image1.png": bytes(50_000_000)})) == BOMB


def test_an_archive_of_thousands_of_parts_is_not_unpacked() -> None:
    parts = {f"xl/media/{number}.xml": b"<a/>" for number in range(2001)}
    assert refusal(rewritten(SOUND, parts, zipfile.ZIP_STORED)) == BOMB


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_every_encoding(encoding: str) -> None:
    xml = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    assert refusal(rewritten(SOUND, {"xl/sharedStrings.xml": xml.encode(encoding)})) == MARKUP


@settings(max_examples=60)
@given(st.data())
def test_damaged_bytes_never_do_more_than_refuse(data: st.DataObject) -> None:
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Unreadable):
        formats.read(bytes(content))


def test_every_sheet_of_a_workbook_is_read() -> None:
    content = put_together(pages("B1", "B2", "B3"))
    assert [sheet.name for sheet in formats.read(content).sheets] == ["B1", "B2", "B3"]
