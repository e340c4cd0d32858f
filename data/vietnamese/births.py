"""Detects births of persons in sentences: "đ/c Nguyễn Văn An, sinh 12/3/1972", "Lê Lan (SN 1975)"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data.vietnamese.person_names import find_person_names, is_surname
from data.vietnamese.text import clean

_YEAR = r"(?:19[2-9]\d|200\d|2010)"
_DAY = (
    rf"(?:\d{{1,2}}\s*[/.\-]\s*\d{{1,2}}\s*[/.\-]\s*{_YEAR}"
    rf"|(?:ngày\s+)?\d{{1,2}}\s+tháng\s+\d{{1,2}}\s+năm\s+{_YEAR}|{_YEAR}-\d{{2}}-\d{{2}})"
)
_SHORT_DAY = r"\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{2}"
_MONTH = rf"(?:tháng\s+)?\d{{1,2}}\s*[/.\-]\s*{_YEAR}"
_ONWARDS = r"(?!\s*(?:trở|đến|về|[-–]\s*\d))(?![\d/])"
# "sinh trước", "sinh từ" and pupils ("học sinh") are no births of one person.
_BORN = (
    r"(?<!học )(?<!vệ )(?<![^\W\d_])(?:(?:ngày|năm|ngay|nam)?\s*sinh|s\.?n\.?|n\.?s\.?|s\.)"
    r"(?:\s+(?:ngày|năm|ngay|nam))*\s*[:.]?\s*"
)
_SAID_DAY = re.compile(rf"{_BORN}(?:{_DAY}|{_SHORT_DAY}|{_MONTH}){_ONWARDS}", re.IGNORECASE)
_SHORT_YEAR = r"(?<=[nm.: ])(?<!sinh )\d{2}(?!\s*[\w%/.,-])"
_SAID_YEAR = re.compile(rf"{_BORN}(?:{_YEAR}|{_SHORT_YEAR}){_ONWARDS}", re.IGNORECASE)
# Events of organisations have days too: "thành lập ngày 3/2/1990".
_PLAIN_DAY = re.compile(rf"(?<!ngày )(?<!ngày: )(?<!\d){_DAY}{_ONWARDS}", re.IGNORECASE)
_YEAR_BEHIND = re.compile(rf"\s*[,(\-–:]*\s*{_YEAR}(?![\d/.])")
_NEAR = 60
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")


def names_a_birth(text: str) -> bool:
    """Whether a text states when a person was born: a birthday by itself, or a name close to a day or a year."""
    if not _DIGIT.search(text):
        return False
    line = clean(text.replace("\n", ", "))
    if any(_is_birthday(said[0]) or _is_named(line[: said.start()]) for said in _SAID_DAY.finditer(line)):
        return True
    dated = (*_SAID_YEAR.finditer(line), *_PLAIN_DAY.finditer(line))
    return any(_has_name(line, found) for found in dated) or any(_years_behind(line))


def is_birth_alone(text: str) -> bool:
    """Whether a text is a birth and nothing else, as in a cell beside a name: "sinh 1985", "SN 85", "1985-09-02"."""
    line = clean(text) if _DIGIT.search(text) else ""
    return any(said.fullmatch(line) for said in (_SAID_DAY, _SAID_YEAR, _PLAIN_DAY))


def _is_birthday(said: str) -> bool:
    return said.lower().startswith(("ngày sinh", "sinh ngày"))


def _is_named(before: str) -> bool:
    """Whether a word with a capital stands before a birthday, beside the first of a sentence."""
    return any(word[0][:1].isupper() for word in _WORD.finditer(before[-_NEAR:]))


def _has_name(line: str, found: re.Match[str]) -> bool:
    before, behind = line[max(0, found.start() - _NEAR) : found.start()], line[found.end() :][:_NEAR]
    return bool(find_person_names(before) or find_person_names(behind) or _short_name(before))


def _short_name(before: str) -> bool:
    """Whether a text ends with a surname and a given name, as in "Lê Lan (": with a birth that is enough."""
    words = [word[0] for word in _WORD.finditer(before)][-2:]
    return len(words) == 2 and is_surname(words[0]) and all(word[:1].isupper() for word in words)


def _years_behind(line: str) -> Iterator[bool]:
    """Whether a year follows a name directly, as in "Nguyễn Văn An (1975)"."""
    for name in find_person_names(line):
        end = line.find(name)
        if end >= 0:
            yield _YEAR_BEHIND.match(line, end + len(name)) is not None
