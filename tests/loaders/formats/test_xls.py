from __future__ import annotations

from datetime import date, time

import pytest

from loaders.formats.dispatch import read
from loaders.workbook import Fault, Unreadable
from tests.loaders.formats.makers import FILES, BiffCell, biff2, biff5

EXCEL_5: list[list[BiffCell]] = [
    ["§¶ng bé".encode("latin-1"), 2.0, True],
    [b"007", b"#REF!", None, 43830],
]


def test_excel_5_is_read_with_its_fonts() -> None:
    sheet = read(biff5(EXCEL_5, font=b".VnTime")).sheets[0]
    assert sheet.rows == [
        ["Đảng bộ", 2.0, True, ""],
        ["007", Fault("#REF!", "error_cell"), "", date(2019, 12, 31)],
    ]


def test_days_count_from_1904_where_the_book_says_so() -> None:
    assert read(biff5([[42368]], dates=1)).sheets[0].rows == [[date(2019, 12, 31)]]


def test_a_day_that_no_calendar_has_stays_a_number() -> None:
    assert read(biff5([[-5, 99_999_999]])).sheets[0].rows == [[-5.0, 99_999_999.0]]


@pytest.mark.parametrize("error", ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"])
def test_every_error_surfaces(error: str) -> None:
    assert read(biff5([[error.encode()]])).sheets[0].rows == [[Fault(error, "error_cell")]]


def test_an_encrypted_book_is_distinguished_from_a_broken_one() -> None:
    with pytest.raises(Unreadable) as refusal:
        read(biff5(EXCEL_5, locked=True))
    assert refusal.value.message == "encrypted"


def test_excel_2_is_read() -> None:
    assert read(biff2([[b"STT", 1.0], [b"a", 2.5]])).sheets[0].rows == [["STT", 1.0], ["a", 2.5]]


OFFICE = (FILES / "fonts_merges_and_errors_are_read.xls").read_bytes()


def test_what_the_first_reader_cannot_read_goes_to_the_second_which_says_what_it_cannot_see() -> None:
    calendar = b"\x22\x00\x02\x00"
    content = OFFICE.replace(calendar + b"\0\0", calendar + b"\7\0")
    assert content != OFFICE
    sheet = read(content).sheets[0]
    assert sheet.rows[4][0] == "00123"
    assert {"fonts_unchecked", "errors_unchecked"} <= {remark.message for remark in sheet.remarks}


def test_a_directory_in_a_circle_is_read_all_the_same() -> None:
    content = bytearray(OFFICE)
    root = 512 + 512 * int.from_bytes(content[48:52], "little")
    content[root + 68 : root + 80] = bytes(12)  # the root is its own sibling and child
    assert read(bytes(content)).sheets[0].rows[0][0] == "ĐẢNG BỘ HUYỆN BÌNH TÂN"


def test_sectors_in_a_circle_are_broken() -> None:
    content = bytearray(OFFICE)
    table = 512 + 512 * int.from_bytes(content[76:80], "little")
    for sector in range(len(content) // 512 - 1):
        content[table + 4 * sector : table + 4 * sector + 4] = sector.to_bytes(4, "little")
    with pytest.raises(Unreadable) as refusal:
        read(bytes(content))
    assert refusal.value.message == "broken"


def test_times_and_instants_are_distinguished_from_days() -> None:
    assert read(biff5([[0], [1]])).sheets[0].rows == [[time()], [date(1900, 1, 1)]]
