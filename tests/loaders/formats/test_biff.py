"""BIFF records other than values."""

from __future__ import annotations

import struct

from loaders.formats import biff as records
from tests.loaders.formats.makers import biff, biff5


def sheet(*content: bytes, uncalculated: bool = True) -> bytes:
    """A book of one worksheet with the given records."""
    bound = biff(0x85, struct.pack("<IBBB", 4 + 7 + 2, 0, 0, 2) + b"B1")
    marked = biff(0x5E, b"\0\0") if uncalculated else b""
    return bound + marked + b"".join(content) + biff(0x0A)


def formula(row: int, column: int) -> bytes:
    return biff(0x06, struct.pack("<HHH", row, column, 0) + bytes(16))


def test_formulas_of_a_sheet_that_was_not_computed_are_stale() -> None:
    places = frozenset({(3, 1), (5, 2)})
    assert records.formulas(sheet(formula(3, 1), formula(5, 2))) == [records.Formulas(places, places)]
    assert records.formulas(sheet(formula(3, 1), uncalculated=False)) == [
        records.Formulas(frozenset(), frozenset({(3, 1)}))
    ]


def test_sheets_of_macros_and_modules_are_named() -> None:
    wide = struct.pack("<IBBBB", 0, 1, 1, 2, 1) + "M1".encode("utf-16-le")
    narrow, old = struct.pack("<IBBBB", 0, 0, 6, 2, 0) + b"M2", struct.pack("<IBBB", 0, 0, 6, 2) + b"M3"
    table = struct.pack("<IBBBB", 0, 0, 0, 2, 0) + b"B1"
    assert records.macro_sheets(b"".join(biff(0x85, one) for one in (wide, narrow, old, table))) == ["M1", "M2", "M3"]


def test_references_to_other_files_are_distinguished_from_references_to_the_book_itself() -> None:
    assert records.has_links(biff(0x1AE, struct.pack("<HH", 1, 9) + b"\0\1Nguon.xls"))
    assert not records.has_links(biff(0x1AE, struct.pack("<HH", 3, 0x0401)))


def test_texts_of_comments_and_shapes_are_found() -> None:
    old = biff(0x1C, struct.pack("<HHH", 0, 0, 7) + b"Ghi chu")
    wide = biff(0x1B6, bytes(18)) + biff(0x3C, b"\1" + "Đã đối chiếu".encode("utf-16-le")) + biff(0x3C, bytes(8))
    narrow = biff(0x1B6, bytes(18)) + biff(0x3C, b"\0da xem")
    assert list(records.outside_texts(old + wide + narrow)) == ["Ghi chu", "Đã đối chiếu", "da xem"]


def test_the_extent_is_that_of_the_last_cells() -> None:
    assert records.extent(biff5([[1.0, b"a"], [2.0]])) == (2, 2)


def test_formatted_blank_rows_are_dropped_and_sheets_still_found() -> None:
    blank = b"".join(biff(0xBE, struct.pack("<HHHH", row, 0, 0, 0)) for row in range(12_000))
    start = biff(0x809, bytes(4))
    entries = 2 * (4 + 8)
    first = len(start) + entries + 4

    def book(*bodies: bytes) -> bytes:
        starts = [first + sum(len(start) + len(body) + 4 for body in bodies[:place]) for place in range(2)]
        listed = b"".join(biff(0x85, struct.pack("<I", place) + bytes(4)) for place in starts)
        return start + listed + biff(0x0A) + b"".join(start + body + biff(0x0A) for body in bodies)

    assert records.without_blanks(book(formula(1, 1) + blank, formula(2, 2))) == book(formula(1, 1), formula(2, 2))
    assert records.without_blanks(book(formula(1, 1), blank[:8])) == book(formula(1, 1), blank[:8])


def text(words: str) -> bytes:
    return struct.pack("<HB", len(words), 1) + words.encode("utf-16-le")


def test_texts_of_page_headers_and_prompts_stand_outside_cells() -> None:
    header, prompt = (
        biff(0x14, text("đầu trang")),
        biff(0x1BE, bytes(4) + b"".join(map(text, ("a", "b", "nhắc", "sai")))),
    )
    assert list(records.outside_texts(header + prompt)) == ["đầu trang", "a", "b", "nhắc", "sai"]
