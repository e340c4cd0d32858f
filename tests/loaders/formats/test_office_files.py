from __future__ import annotations

from datetime import date

import pytest

from loaders.formats.dispatch import read
from loaders.workbook import Fault, NoteKind
from tests.loaders.formats.makers import FILES

DIVISION, ABSENT = Fault("#DIV/0!", "error_cell"), Fault("#N/A", "error_cell")

ROWS = [
    ["ĐẢNG BỘ HUYỆN BÌNH TÂN", "", "", ""],
    ["Quý II năm 2020, Đơn vị: người", "", "", ""],
    ["Đảng ủy xã Thường Phước", "", "", ""],
    ["Chi bộ thôn Hạ", "", "", ""],
    ["00123", 85659.0, True, date(2020, 6, 30)],
    [DIVISION, ABSENT, 171318.0, ""],
    ["1. Trung ương", "", "", ""],
    ["x", "", "", ""],
    ["Tổng cộng", "", "", ""],
]


@pytest.mark.parametrize("suffix", ["xls", "ods"])
class TestAFileOfAnOffice:
    def test_reads_text_of_three_encodings_errors_codes_and_dates(self, suffix: str) -> None:
        book = read((FILES / f"fonts_merges_and_errors_are_read.{suffix}").read_bytes())
        assert book.container == suffix
        assert book.sheets[0].rows == ROWS

    def test_keeps_merges_and_what_is_hidden(self, suffix: str) -> None:
        shown, last_year = read((FILES / f"fonts_merges_and_errors_are_read.{suffix}").read_bytes()).sheets
        assert shown.merges == (((0, 0), (0, 3)),)
        assert shown.hidden_rows == {7}
        assert (shown.hidden, last_year.hidden, last_year.rows) == (False, True, [["cũ"]])

    def test_keeps_the_raw_text_of_what_was_decoded(self, suffix: str) -> None:
        sheet = read((FILES / f"fonts_merges_and_errors_are_read.{suffix}").read_bytes()).sheets[0]
        assert [(note.row, note.column, note.kind) for note in sheet.notes] == [
            (0, 0, NoteKind.TCVN3),
            (1, 0, NoteKind.TCVN3),
            (2, 0, NoteKind.VNI),
            (6, 0, NoteKind.TCVN3),
        ]
        assert sheet.notes[3].raw == "1. Trung \u00ad¬ng"
        assert [(remark.message, remark.values) for remark in sheet.remarks] == [
            ("decoded_tcvn3", {"number": 3}),
            ("decoded_vni", {"number": 1}),
        ]
