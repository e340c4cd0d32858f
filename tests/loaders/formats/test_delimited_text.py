from __future__ import annotations

import pytest

from loaders.formats.dispatch import read
from loaders.workbook import Fault, NoteKind, Unreadable

ROWS = [
    ["BIỂU 1", "", "", ""],
    ["STT", "Tên", "Mã", "Số"],
    ["1", "Chi bộ A", "007", "1.234,5"],
    ["2", "Chi bộ; B", "008", "2,5"],
    ["", "Tổng\ncộng", "", "#REF!"],
]


def lines(separator: str) -> str:
    def quoted(text: str) -> str:
        return f'"{text}"' if any(mark in text for mark in (separator, "\n", ";")) else text

    body = "\r\n".join(separator.join(map(quoted, row)) for row in ROWS[1:])
    return f"BIỂU 1\r\n{body}\r\n"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_found(separator: str) -> None:
    found = read(lines(separator).encode()).sheets[0].rows
    assert found == [*ROWS[:4], ["", "Tổng\ncộng", "", Fault("#REF!", "error_cell")]]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_the_encoding_is_found(codec: str) -> None:
    assert read(lines(";").encode(codec)).sheets[0].rows[1] == ROWS[1]


def test_a_declared_separator_counts() -> None:
    assert read(b"sep=,\r\na;b,c\r\nd;e,f\r\n").sheets[0].rows == [["a;b", "c"], ["d;e", "f"]]


def test_bytes_of_a_legacy_font_are_decoded() -> None:
    raw = "STT;§¶ng bé huyÖn;tæng sè ®¶ng viªn\n1;T©n B×nh;5\n2;Th¸i B×nh;6\n"
    sheet = read(raw.encode("latin-1")).sheets[0]
    assert sheet.rows[:2] == [["STT", "Đảng bộ huyện", "tổng số đảng viên"], ["1", "Tân Bình", "5"]]
    assert {note.kind for note in sheet.notes} == {NoteKind.TCVN3}


@pytest.mark.parametrize(
    "content", ["Kính gửi:\nBan Tổ chức, Tỉnh uỷ\n", "một dòng", '"' + "x" * 40_000 + '";5\n6;7\n8;9']
)
def test_what_is_no_table_is_refused(content: str) -> None:
    with pytest.raises(Unreadable):
        read(content.encode())


def test_lost_letters_are_reported() -> None:
    with pytest.raises(Unreadable) as refused:
        read("STT;Đơn vị;Số\n1;Huyện uỷ Thuỷ Sơn;5\n2;Đảng uỷ Quân sự;6\n".encode("ascii", "replace"))
    assert (refused.value.message, refused.value.values) == ("letters_lost", {"example": "??n"})


def test_question_marks_of_sentences_are_no_lost_letters() -> None:
    assert read("Có không?;Số\nCó?;5\nKhông?;6\nÍt?;7\n".encode()).sheets[0].rows[1] == ["Có?", "5"]
