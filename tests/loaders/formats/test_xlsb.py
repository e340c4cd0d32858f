from __future__ import annotations

import pytest

from loaders.formats.dispatch import read
from loaders.workbook import Container, Fault, Unreadable
from tests.loaders.formats.makers import rezipped, xlsb


def test_values_errors_merges_and_hidden_rows_are_read() -> None:
    content = xlsb({0: {0: "Mã", 1: "Số"}, 1: {0: "007", 1: 85659.0}, 2: {1: "#REF!"}}, hidden=[1], merge=(0, 1, 0, 5))
    book = read(content)
    sheet = book.sheets[0]
    assert (book.container, sheet.name) == (Container.XLSB, "B1")
    assert sheet.rows == [["Mã", "Số"], ["007", 85659.0], ["", Fault("#REF!", "error_cell")]]
    assert (sheet.merges, sheet.hidden_rows) == ((((0, 0), (1, 1)),), frozenset({1}))


def test_a_merge_inside_the_table_is_kept() -> None:
    assert read(xlsb({0: {0: "a", 1: "b"}, 1: {0: "c"}}, merge=(0, 1, 0, 0))).sheets[0].merges == (((0, 0), (1, 0)),)


def test_legacy_fonts_are_detected_by_evidence() -> None:
    words = "§¶ng bé huyÖn T©n B×nh, tæng sè ®¶ng viªn"
    sheet = read(xlsb({0: {0: words, 1: 1.0}})).sheets[0]
    assert sheet.rows[0][0] == "Đảng bộ huyện Tân Bình, tổng số đảng viên"
    assert [remark.message for remark in sheet.remarks] == ["decoded_tcvn3"]


@pytest.mark.parametrize(("words", "remarks"), [("Đảng bộ huyện", []), ("µ¶ Ð", ["fonts_unchecked"])])
def test_unknown_fonts_matter_only_where_words_are_strange(words: str, remarks: list[str]) -> None:
    sheet = read(xlsb({0: {0: words, 1: 1.0}})).sheets[0]
    assert [remark.message for remark in sheet.remarks] == remarks


@pytest.mark.parametrize("row", [1_000_000, 2**32 - 1])
def test_a_cell_far_away_is_refused_before_room_is_made_for_it(row: int) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(xlsb({row: {16_000: 1.0}}))
    assert refusal.value.message == "too_many_cells"


def test_a_book_without_its_sheet_is_broken() -> None:
    with pytest.raises(Unreadable) as refusal:
        read(rezipped(xlsb({0: {0: "a"}}), {"xl/_rels/workbook.bin.rels": b"<Relationships/>"}))
    assert refusal.value.message == "broken"
