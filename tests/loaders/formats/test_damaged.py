"""Damaged files of every container: each is read or refused with a known message, within a time limit."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from loaders.formats.dispatch import read
from loaders.workbook import Unreadable
from tests.loaders.formats.makers import FILES, biff2, biff5, ods, part, rezipped, spreadsheetml, xlsb, xlsx
from tests.loaders.formats.test_html import EMPTY, FORM
from tests.loaders.formats.test_ods import NUMBER, TABLE
from tests.loaders.formats.test_spreadsheetml import DATA

pytestmark = pytest.mark.slow


KEYS = {
    "archive", "broken", "empty_file", "encrypted", "forbidden_markup", "html_without_table", "not_excel", "old_excel",
    "suspicious_size", "too_many_cells", "word_document",
}  # fmt: skip
ROUNDS = 60
MOST_SECONDS = 5.0

ROW = f"<table:table-row>{NUMBER.format(1)}{NUMBER.format(2)}</table:table-row>"
SOUND = {
    "xlsx": xlsx({"A1": "®¶ng bé", "B2": 18.0, "C9": "x"}, fonts={"A1": ".VnTime"}),
    "xlsb": xlsb({0: {0: "Mã", 1: 5.0}, 1: {0: "#REF!", 1: 7.0}}, merge=(0, 0, 0, 1)),
    "ods": ods(TABLE.format(ROW * 3)),
    "office ods": (FILES / "fonts_merges_and_errors_are_read.ods").read_bytes(),
    "office xls": (FILES / "fonts_merges_and_errors_are_read.xls").read_bytes(),
    "Excel 5": biff5([[b"a", 1.0, True], [b"#REF!", 43830, b"\xa7\xb6ng"]], font=b".VnTime"),
    "Excel 2": biff2([[b"STT", 1.0], [b"a", 2.5]]),
    "page": f"<html><p>x</p>{EMPTY}{FORM}</html>".encode(),
    "XML 2003": spreadsheetml(f"<Row>{DATA.format('String', 'a', '')}{DATA.format('Number', '1', '')}</Row>" * 3),
    "text": "STT;Tên;Số\n1;Chi bộ;5\n2;Chi bộ;6\n".encode(),
}
INNER = {
    "xlsx": ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"),
    "xlsb": ("xl/worksheets/sheet1.bin", "xl/workbook.bin", "xl/_rels/workbook.bin.rels"),
    "office ods": ("content.xml", "styles.xml"),
}


def damaged(content: bytes, chance: random.Random) -> Iterator[bytes]:
    for _ in range(ROUNDS):
        yield content[: chance.randrange(len(content))]
        flipped = bytearray(content)
        for _ in range(chance.choice((1, 4, 30))):
            flipped[chance.randrange(len(flipped))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        yield bytes(flipped)
        start = chance.randrange(len(content))
        yield content[:start] + content[start + chance.randrange(200) :]
        yield content[:start] + content[start - chance.randrange(100) : start] * 3 + content[start:]


def outcome(content: bytes) -> str:
    started = time.process_time()
    try:
        read(content)
    except Unreadable as refusal:
        key = refusal.message
    else:
        key = "read"
    assert time.process_time() - started < MOST_SECONDS
    return key


@pytest.mark.parametrize("kind", SOUND)
def test_a_damaged_file_is_read_or_refused(kind: str) -> None:
    chance = random.Random(kind)
    assert outcome(SOUND[kind]) == "read"
    assert {outcome(content) for content in damaged(SOUND[kind], chance)} <= {*KEYS, "read"}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in INNER.items() for name in names])
def test_a_sound_archive_of_damaged_parts_is_read_or_refused(kind: str, name: str) -> None:
    chance = random.Random(name)
    inside = part(SOUND[kind], name)
    found = {outcome(rezipped(SOUND[kind], {name: content})) for content in damaged(inside, chance)}
    assert found <= {*KEYS, "read"}
