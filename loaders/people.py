"""Tells sheets that list persons from sheets of counts: by headers, identity numbers, and names in columns.

A signature block holds a name or two, and titles; a list has many under one header. Nothing found is ever repeated.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from data.person_names import SURNAMES
from loaders.numbers import read_date
from loaders.syllables import is_syllable
from loaders.text import clean, key
from loaders.workbook import Sheet, Value

_NAME_HEADERS = ("Họ và tên", "Họ tên", "Họ, tên", "Họ, chữ đệm và tên", "Họ, tên khai sinh", "Tên đảng viên")
_OTHER_HEADERS = (
    "Số thẻ",
    "Số thẻ đảng",
    "Số thẻ đảng viên",
    "Thẻ đảng viên",
    "Số TĐV",
    "Số lý lịch",
    "Số lý lịch đảng viên",
    "Số LL",
    "Ngày sinh",
    "Ngày, tháng, năm sinh",
    "Ngày/tháng/năm sinh",
    "Năm sinh",
    "CCCD",
    "Số CCCD",
    "CMND",
    "Số CMND",
    "CMND/CCCD",
    "CCCD/CMND",
    "Số CMND/CCCD",
    "Số CCCD/CMND",
    "Căn cước",
    "Số căn cước",
    "Căn cước công dân",
    "Số căn cước công dân",
    "Chứng minh nhân dân",
    "Số chứng minh nhân dân",
    "Số định danh",
    "Số định danh cá nhân",
    "Mã định danh cá nhân",
    "Quê quán",
    "Nơi sinh",
    "Nơi thường trú",
    "Hộ khẩu thường trú",
    "Bí danh",
)
_NAMES = frozenset(map(key, _NAME_HEADERS))
_PERSONAL = frozenset(map(key, _OTHER_HEADERS))
# "Họ và tên đảng viên", "Họ và tên, bí danh", "Họ tên quần chúng ưu tú".
_STARTS = tuple(f"{name} " for name in _NAMES)
_LONGEST_HEADER = 40
_FEWEST_COLUMNS = 3
_NUMBERING = frozenset(map(key, ("STT", "TT", "Số TT", "Số thứ tự")))
_CODES = tuple(
    map(key, ("Mã tổ chức", "Mã đơn vị", "Mã cơ sở", "Mã chi bộ", "Mã đảng bộ", "Mã số tổ chức", "Mã hành chính"))
)

_FEWEST_NUMBERS = 3
_IDENTITY = re.compile(r"0\d{2}[0-3]\d{8}")
_LAST_PROVINCE = 96
_DIGITS, _LEAST, _MOST = 12, 1e9, 1e11

_FEWEST_NAMES = 5
_FEWEST_NAMES_WITH_DATES = 3
_MOSTLY = 0.5
_LONGEST_NAME = 6


@dataclass(frozen=True, slots=True)
class _Text:
    row: int
    column: int
    text: str


def lists_people(sheet: Sheet) -> bool:
    """Whether a sheet is about persons: a header of names, cards, births or identity numbers, or such content."""
    lines = [
        [_Text(row, column, cell) for column, cell in enumerate(cells) if type(cell) is str and cell]
        for row, cells in enumerate(sheet.rows)
    ]
    return _has_personal_header(sheet, lines) or _has_identities(sheet, lines) or _has_names(sheet, lines)


def _has_personal_header(sheet: Sheet, lines: Sequence[Sequence[_Text]]) -> bool:
    """Two different personal headers in a row; or one, among others, that are numbered or have names below."""
    for place, line in enumerate(lines):
        words = {key(text.text): text.column for text in line if len(text.text) <= _LONGEST_HEADER}
        personal = {_kind(said): column for said, column in words.items() if _kind(said)}
        if len(personal) > 1:
            return True
        if personal and len(line) >= _FEWEST_COLUMNS:
            (column,) = personal.values()
            below = (cells[column] for cells in sheet.rows[place + 1 :])
            if words.keys() & _NUMBERING or sum(map(_is_personal_value, below)) > 1:
                return True
    return False


def _kind(words: str) -> str:
    """Which personal header a text is; all headers of names are one kind: signatures repeat them side by side."""
    if words in _NAMES or words.startswith(_STARTS):
        return "name"
    return words if words in _PERSONAL else ""


def _is_personal_value(cell: Value) -> bool:
    if isinstance(cell, str):
        text = clean(cell)
        return bool(_IDENTITY.fullmatch(text)) or _is_birth(cell) or _is_capitalised(text.split())
    return _is_birth(cell)


def _is_capitalised(words: Sequence[str]) -> bool:
    return 2 <= len(words) <= _LONGEST_NAME and all(word[:1].isupper() and is_syllable(word) for word in words)


def _has_identities(sheet: Sheet, lines: Sequence[Sequence[_Text]]) -> bool:
    """At least some identity numbers in columns that are none of organisations' codes."""
    found: Counter[int] = Counter()
    codes: set[int] = set()
    for line, cells in zip(lines, sheet.rows, strict=True):
        for text in line:
            if len(text.text) >= _DIGITS and _is_identity(clean(text.text)):
                found[text.column] += 1
            elif text.text[:1] in "Mm" and key(text.text[:_LONGEST_HEADER]).startswith(_CODES):
                codes.add(text.column)
        # As a number, Excel has dropped its leading zero; a round one is rather money.
        for column, cell in enumerate(cells):
            if type(cell) is float and _LEAST <= cell < _MOST and cell % 1000:
                found[column] += cell.is_integer() and _is_identity(f"{int(cell):012d}")
    return sum(number for column, number in found.items() if column not in codes) >= _FEWEST_NUMBERS


def _is_identity(text: str) -> bool:
    """Twelve digits: the province of birth, the century and sex, the year, six more."""
    return bool(_IDENTITY.fullmatch(text)) and 1 <= int(text[:3]) <= _LAST_PROVINCE


def _has_names(sheet: Sheet, lines: Sequence[Sequence[_Text]]) -> bool:
    """A column mostly of full names; fewer are enough where days of birth stand in the same rows."""
    texts: Counter[int] = Counter()
    names: dict[int, list[int]] = defaultdict(list)
    for line in lines:
        for text in line:
            texts[text.column] += 1
            if is_full_name(clean(text.text)):
                names[text.column].append(text.row)
    for column, rows in names.items():
        if len(rows) >= _FEWEST_NAMES and len(rows) >= _MOSTLY * texts[column]:
            return True
        if sum(any(map(_is_birth, sheet.rows[row])) for row in rows) >= _FEWEST_NAMES_WITH_DATES:
            return True
    return False


def is_full_name(text: str) -> bool:
    """Whether a text has the shape of a person's full name: a surname and two or more syllables, all capitalised.

    Places named for one person ("Trần Phú") have two; longer ones stand alone among others.
    """
    words = text.split()
    if not 3 <= len(words) <= _LONGEST_NAME or words[0].lower() not in SURNAMES:
        return False
    return all(word[:1].isupper() and (word[1:].islower() or word.isupper()) and is_syllable(word) for word in words)


def _is_birth(cell: Value) -> bool:
    """Whether a cell is a day on which somebody who is a member today may have been born."""
    if isinstance(cell, bool | int | float):
        return False
    day = read_date(cell)
    return day is not None and date(1920, 1, 1) <= day <= date(2010, 12, 31)
