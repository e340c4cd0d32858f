"""Detects files with data of persons: by headers, identity numbers, names in columns, rows and notes, and births.

A signature block holds a name or two and titles, a list many; a name with a birth is one person too many anywhere.
Nothing found is ever repeated in a message.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import NamedTuple

from data.organisations.units import Registry
from data.returns import PERSONAL_DATA, Finding
from data.vietnamese.births import is_birth_alone, names_a_birth
from data.vietnamese.person_names import find_person_names, is_surname
from data.vietnamese.syllables import is_syllable
from data.vietnamese.text import clean, key
from loaders.findings import error
from loaders.vietnamese.numbers import read_date
from loaders.vietnamese.unit_names import OwnNames, parse_name
from loaders.workbook import Percent, Place, Sheet, Value, Workbook, address

_NAME_HEADERS = (
    "Họ và tên",
    "Họ tên",
    "Họ, tên",
    "Họ, chữ đệm và tên",
    "Họ, tên khai sinh",
    "Họ và tên đệm",
    "Họ đệm",
    "Họ và đệm",
    "Họ và chữ đệm",
    "Tên đảng viên",
    "Tên đồng chí",
    "Họ tên đồng chí",
    "Tên quần chúng",
    "Tên người giới thiệu",
)
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
    "Ngày tháng năm sinh",
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
# Headers above numbers of people as well as above names: only the cells below them decide.
_WEAK_HEADERS = ("Đồng chí", "Đ/c", "Các đồng chí", "Đảng viên", "Quần chúng", "Quần chúng ưu tú", "Người giới thiệu")
_NAMES = frozenset(map(key, _NAME_HEADERS))
_PERSONAL = frozenset(map(key, _OTHER_HEADERS))
_WEAK = frozenset(map(key, _WEAK_HEADERS))
# "Họ và tên đảng viên", "Họ và tên, bí danh", "Họ tên quần chúng ưu tú".
_STARTS = tuple(f"{name} " for name in _NAMES)
_LONGEST_HEADER = 40
_FEWEST_COLUMNS = 3
_NUMBERING = frozenset(map(key, ("STT", "TT", "Số TT", "Số thứ tự")))
# What the upper of two header rows may hold of such a header.
_BEGINNINGS = frozenset(
    " ".join(words[:number])
    for words in map(str.split, _NAMES | _PERSONAL | _WEAK | _NUMBERING)
    for number in range(1, len(words) + 1)
)
_CODES = tuple(
    map(key, ("Mã tổ chức", "Mã đơn vị", "Mã cơ sở", "Mã chi bộ", "Mã đảng bộ", "Mã số tổ chức", "Mã hành chính"))
)

_CARD_ROWS = 6

_FEWEST_NUMBERS = 3
_DIGIT = re.compile(r"\d")
_IDENTITY = re.compile(r"0(\d{2})([0-3])(\d{2})\d{6}")
_SPREAD_DIGITS = re.compile(r"\d{3}[ .]\d{3}[ .]\d{3}[ .]\d{3}|\d{3}[ .]\d{9}")
_LAST_PROVINCE, _OLDEST_YEAR, _YOUNGEST_YEAR = 96, 20, 10
_DIGITS, _LEAST, _MOST = 12, 1e9, 1e11
_NEARLY_ALL = 0.8

_FEWEST_NAMES = 4
_FEWEST_NAMES_WITH_DATES = 3
_FEWEST_NAMES_ASIDE = 3
_MOST_BEFORE_GIVEN = 3
_SHORTEST = 12  # of a name and a year
_NUMBERS = frozenset({bool, int, float, Percent})
_FEW_LETTERS = 6  # of a name
_LONGEST_BIRTH = 40
# Beside a name: a year, or the number that Excel keeps a day as.
_YEARS, _SERIALS = (1920, 2010), (7_306, 40_543)
# Headers of days that are no births.
_OTHER_DAYS = tuple(map(key, ("Ngày", "Từ ngày", "Đến ngày", "Thời hạn", "Hạn", "Thời gian", "Thời điểm", "Năm")))


class _Text(NamedTuple):
    row: int
    column: int
    text: str


def personal_data(book: Workbook, registry: Registry | None = None, file: str = "") -> Finding | None:
    """The finding that a sheet, hidden ones included, or a text outside cells has data of persons; None if none has.

    `file` is the name of the file, which is kept and shown like its content. The finding tells the place and nothing
    else. Names of the registry's units do not count as names of persons, even of units named after one.
    """
    units = OwnNames(registry.names if registry else frozenset())
    if any(names_a_birth(name.replace("_", " ")) for name in (PurePath(file).stem, *(s.name for s in book.sheets))):
        return replace(error("person_in_name"), code=PERSONAL_DATA)
    for sheet in book.sheets:
        # A sheet may be named after a person.
        name = "" if find_person_names(sheet.name) else sheet.name
        if lists_persons(sheet, units):
            return error(PERSONAL_DATA, name)
        born = _person(sheet, units)
        if born is not None:
            return replace(error("person_named", name, address(*born)), code=PERSONAL_DATA)
    if _names_aside(book, units):
        return error("personal_data")
    if any(map(names_a_birth, _texts_aside(book))):
        return replace(error("person_aside"), code=PERSONAL_DATA)
    return None


def lists_persons(sheet: Sheet, units: Container[str] = ()) -> bool:
    """Whether a sheet is about persons: headers for names, cards, births or identity numbers, or such content.

    `units` are the own names of organisations.
    """
    lines = [
        [_Text(row, column, cell) for column, cell in enumerate(cells) if type(cell) is str and cell]
        for row, cells in enumerate(sheet.rows)
    ]
    return (
        _has_personal_header(sheet, lines)
        or _has_card(lines)
        or _has_identities(sheet, lines)
        or _has_names(sheet, lines, units)
    )


def _person(sheet: Sheet, units: Container[str]) -> Place | None:
    """The first cell that states the birth of a person named in it or in its row."""
    for row, cells in enumerate(sheet.rows):
        names = [(column, cell) for column, cell in enumerate(cells) if type(cell) is str and len(cell) >= _FEW_LETTERS]
        for column, text in names:
            if len(text) >= _SHORTEST and names_a_birth(text) and parse_name(text).own not in units:
                return row, column
        dated = [column for column, cell in enumerate(cells) if cell and type(cell) not in _NUMBERS and _is_dated(cell)]
        births = [column for column in (*dated, *_beside(cells, names)) if _may_be_birth(sheet, row, column)]
        if births and any(_names_person(text, units) for _, text in names):
            return row, births[0]
    return None


def _is_dated(cell: Value) -> bool:
    """Whether a cell that is no number is a birth and nothing else."""
    return _is_birth(cell) or (isinstance(cell, str) and len(cell) <= _LONGEST_BIRTH and is_birth_alone(cell))


def _beside(cells: Sequence[Value], names: Sequence[tuple[int, str]]) -> Iterator[int]:
    """The columns directly beside what may be names that hold a year, or the number of a day."""
    for column, _ in names:
        beside = cells[column + 1] if column + 1 < len(cells) else ""
        if type(beside) is float and beside.is_integer() and (_is_in(beside, _YEARS) or _is_in(beside, _SERIALS)):
            yield column + 1


def _is_in(number: float, span: tuple[int, int]) -> bool:
    return span[0] <= number <= span[1]


def _names_person(text: str, units: Container[str]) -> bool:
    return any(parse_name(name).own not in units for name in find_person_names(text))


def _may_be_birth(sheet: Sheet, row: int, column: int) -> bool:
    """Whether the header above a day, if it has any, does not say that it is another day than that of a birth."""
    above = (cells[column] for cells in reversed(sheet.rows[:row]))
    headers = (key(cell) for cell in above if isinstance(cell, str) and cell and not _is_birth(cell))
    header = next(headers, "")
    return not header.startswith(_OTHER_DAYS) or key("sinh") in header.split()


def _texts_aside(book: Workbook) -> tuple[str, ...]:
    return (*book.outside_texts, *(text for sheet in book.sheets for text in sheet.strays))


def _names_aside(book: Workbook, units: Container[str]) -> bool:
    texts = _texts_aside(book)
    names = {name for text in texts for name in find_person_names(text) if parse_name(name).own not in units}
    identities = sum(_is_identity(word) for text in texts for word in text.split())
    return len(names) >= _FEWEST_NAMES_ASIDE or identities >= _FEWEST_NUMBERS


def _has_personal_header(sheet: Sheet, lines: Sequence[Sequence[_Text]]) -> bool:
    """Two different personal headers in a row; or one, if lines are numbered or names stand below it."""
    for place, line in enumerate(lines):
        words = dict(_headers(line, lines[place + 1] if place + 1 < len(lines) else ()))
        personal = {_kind(header): column for header, column in words.items() if _kind(header)}
        if len(personal) > 1:
            return True
        for weak in words.keys() & _WEAK:
            if sum(map(_is_personal_value, _below(sheet, place, words[weak]))) >= _FEWEST_NAMES_WITH_DATES:
                return True
        if personal and len(line) >= _FEWEST_COLUMNS:
            (column,) = personal.values()
            if words.keys() & _NUMBERING or sum(map(_is_personal_value, _below(sheet, place, column))) > 1:
                return True
    return False


def _has_card(lines: Sequence[Sequence[_Text]]) -> bool:
    """Whether personal headers of two kinds stand close below each other, as on a form about one person."""
    kinds: dict[int, dict[str, int]] = defaultdict(dict)
    for row, line in enumerate(lines):
        for header, column in _headers(line, ()):
            kind = _kind(header)
            if kind:
                if any(other != kind and row - last <= _CARD_ROWS for other, last in kinds[column].items()):
                    return True
                kinds[column][kind] = row
    return False


def _headers(line: Sequence[_Text], following: Sequence[_Text]) -> Iterator[tuple[str, int]]:
    """The keys of a row's short texts; also joined with the text below, for headers that span two rows."""
    under = {text.column: text.text for text in following}
    for text in line:
        if len(text.text) <= _LONGEST_HEADER:
            words = key(text.text)
            yield words, text.column
            if words in _BEGINNINGS and len(below := under.get(text.column, "")) <= _LONGEST_HEADER:
                yield f"{words} {key(below)}", text.column


def _below(sheet: Sheet, row: int, column: int) -> Iterator[Value]:
    return (cells[column] for cells in sheet.rows[row + 1 :])


def _kind(words: str) -> str:
    """The kind of a personal header; headers of names are all one kind, since signature blocks repeat them."""
    if words in _NAMES or words.startswith(_STARTS):
        return "name"
    return words if words in _PERSONAL else ""


def _is_personal_value(cell: Value) -> bool:
    if isinstance(cell, str):
        return (
            _is_identity(clean(cell))
            or _is_birth(cell)
            or bool(find_person_names(cell))
            or _is_capitalised(clean(cell).split())
        )
    return _is_birth(cell)


def _is_capitalised(words: Sequence[str]) -> bool:
    return 2 <= len(words) <= 6 and all(word[:1].isupper() and is_syllable(word) for word in words)


def _has_identities(sheet: Sheet, lines: Sequence[Sequence[_Text]]) -> bool:
    """Whether columns other than those of organisation codes hold several identity numbers."""
    found: Counter[int] = Counter()
    numbers: Counter[int] = Counter()
    lost_zero: Counter[int] = Counter()
    codes: set[int] = set()
    for line, cells in zip(lines, sheet.rows, strict=True):
        for text in line:
            if len(text.text) >= _DIGITS and _is_identity(clean(text.text)):
                found[text.column] += 1
            elif text.text[:1] in "Mm" and key(text.text[:_LONGEST_HEADER]).startswith(_CODES):
                codes.add(text.column)
        # As a number it lost its leading zero; round numbers, or one among others, are more likely amounts.
        for column, cell in [(at, cell) for at, cell in enumerate(cells) if type(cell) is float and cell >= _LEAST]:
            numbers[column] += 1
            is_number = cell < _MOST and cell.is_integer() and cell % 1000 != 0
            lost_zero[column] += is_number and _is_identity(f"{int(cell):012d}")
    found.update({column: number for column, number in lost_zero.items() if number >= _NEARLY_ALL * numbers[column]})
    return sum(number for column, number in found.items() if column not in codes) >= _FEWEST_NUMBERS


def _is_identity(text: str) -> bool:
    """Twelve digits: province of birth, century and sex, year, six more."""
    if _SPREAD_DIGITS.fullmatch(text):
        text = text.replace(" ", "").replace(".", "")
    parts = _IDENTITY.fullmatch(text)
    if not parts or not 1 <= int(parts[1]) <= _LAST_PROVINCE:
        return False
    year = int(parts[3])
    return year >= _OLDEST_YEAR if parts[2] in "01" else year <= _YOUNGEST_YEAR


def _has_names(sheet: Sheet, lines: Sequence[Sequence[_Text]], units: Container[str]) -> bool:
    """Full names below each other in a column, or many in a row or cell; beside birth dates a few suffice."""
    names: dict[int, list[int]] = defaultdict(list)
    filled: dict[int, list[int]] = defaultdict(list)
    for line in lines:
        in_row = 0
        for text in line:
            filled[text.column].append(text.row)
            number = sum(parse_name(name).own not in units for name in find_person_names(_with_given_name(text, line)))
            in_row += number
            if number:
                names[text.column].append(text.row)
        if in_row >= _FEWEST_NAMES + 1:
            return True
    return any(_are_listed(sheet, rows, filled[column]) for column, rows in names.items())


def _with_given_name(text: _Text, line: Sequence[_Text]) -> str:
    """A text joined with the cell beside it, where surname and given name have separate columns."""
    words = text.text.split()
    if len(words) > _MOST_BEFORE_GIVEN or not is_surname(words[0] if words else ""):
        return text.text
    beside = next((other.text.strip() for other in line if other.column == text.column + 1), "")
    return f"{text.text} {beside}" if beside[:1].isupper() and " " not in beside else text.text


def _are_listed(sheet: Sheet, rows: Sequence[int], filled: Sequence[int]) -> bool:
    """Whether names are consecutive among the filled cells of their column, or stand beside birth dates."""
    if sum(any(map(_is_birth, sheet.rows[row])) for row in rows) >= _FEWEST_NAMES_WITH_DATES:
        return True
    places = {row: place for place, row in enumerate(filled)}
    run = longest = 0
    before = -2
    for row in rows:
        run = run + 1 if places[row] - before <= 2 else 1
        longest, before = max(longest, run), places[row]
    return longest >= _FEWEST_NAMES


def _is_birth(cell: Value) -> bool:
    """Whether a cell is a plausible birth date of a living member."""
    if type(cell) in _NUMBERS or (isinstance(cell, str) and not _DIGIT.search(cell)):
        return False
    day = read_date(cell)
    return day is not None and date(1920, 1, 1) <= day <= date(2010, 12, 31)
