"""Parses the period from a title line: "Quý II năm 2020", "6T/2020", "12/2019", "9 tháng đầu năm 2020"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz.distance import DamerauLevenshtein

from data.periods import Frequency, Period, PeriodError
from data.vietnamese.text import clean

_YEAR_AFTER = r"[\s\-–/.,(]*(?:năm\b)?[\s(]*(\d{4})\b"
_QUARTER = re.compile(
    rf"\b(?:qu[ýí]|qúy|q)\s*\.?\s*(?:thứ\s+)?0?(iv|iii|ii|i|[1-4]|nhất|một|hai|nhì|ba|tư|bốn){_YEAR_AFTER}"
)
_HALF = re.compile(rf"\b(?:0?6|sáu)\s*(?:tháng|t)\s*(đầu|cuối)?{_YEAR_AFTER}")
_HALF_NAMED = re.compile(rf"\b(?:nửa|bán niên)\s*(?:năm\s*)?(đầu|cuối){_YEAR_AFTER}")
_NINE_MONTHS = re.compile(rf"\b(?:0?9|chín)\s*(?:tháng|t)\s*(?:đầu)?{_YEAR_AFTER}")
_MONTH = re.compile(rf"\b(?:tháng|t)\s*\.?\s*(\d{{1,2}}){_YEAR_AFTER}")
_BARE_MONTH = re.compile(r"(?:kỳ(?:\s+báo\s+cáo)?\s*[:：]?\s*)?\(?\s*(\d{1,2})\s*[/.\-]\s*(\d{4})\s*\)?")
_YEAR = re.compile(r"\b(?:năm|kỳ\s+báo\s+cáo\s*[:：])\s*(\d{4})\b(?!\s*[-–]\s*\d{4})")
_SHORTER = re.compile(r"\b(?:qu[ýí]|qúy|tháng)\b")
_ORDINALS: Mapping[str, int] = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "nhất": 1,
    "một": 1,
    "hai": 2,
    "nhì": 2,
    "ba": 3,
    "tư": 4,
    "bốn": 4,
    **{str(number): number for number in range(1, 5)},
}
# Dates, complete or not, and documents that a form refers to do not indicate a period.
_DAY = re.compile(
    r"\(?(?:(?:có|tính|số liệu|từ)\s+)*(?:đến\s+)?(?:hết\s+)?(?:ngày\b[^()]*?(?:năm\s*[\d.…_]*|\d{4})"
    r"|\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{4}|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}|ngày\b.*)\)?"
)
_PAPER = re.compile(
    r"\b(?:kèm theo|ban hành|quyết định|hướng dẫn|công văn|nghị quyết|kết luận|chỉ thị|thông tư|quy định"
    r"|số\s*:?\s*\d+\s*[-/]\s*[a-zđ])"
)

_YEARS = ((_QUARTER, 2), (_HALF, 2), (_HALF_NAMED, 2), (_NINE_MONTHS, 1), (_MONTH, 2), (_YEAR, 1))
_FIRST_YEAR, _LAST_YEAR = 1930, 2100
_FIRST_USUAL_YEAR, _LAST_USUAL_YEAR = 1997, 2045


def read_period(raw: str) -> Period | None:
    """The period named in a title line; None when there is none, or more than one."""
    periods = read_periods(raw)
    return periods[0] if len(periods) == 1 else None


def read_periods(raw: str) -> tuple[Period, ...]:
    """The periods named in a title line: one, unless it names several quarters; none if one of them cannot be."""
    text = _PAPER.split(_DAY.sub(" ", clean(raw).lower()), maxsplit=1)[0]
    try:
        quarters = {Period(int(found[2]), Frequency.QUARTER, _ORDINALS[found[1]]) for found in _QUARTER.finditer(text)}
        named = None if quarters else _named(text)
    except PeriodError:
        return ()
    return tuple(sorted(quarters, key=lambda period: period.start)) or ((named,) if named else ())


def impossible_year(raw: str) -> int | None:
    """The year of a period in a title line, where no return can be of that year."""
    text = _PAPER.split(_DAY.sub(" ", clean(raw).lower()), maxsplit=1)[0]
    year = next((int(found[group]) for form, group in _YEARS if (found := form.search(text))), None)
    return year if year is not None and not is_possible(year) else None


def is_possible(year: int) -> bool:
    """Whether a return or a plan may be of the year."""
    return _FIRST_YEAR <= year <= _LAST_YEAR


def meant_years(year: int) -> list[int]:
    """The years that differ from an impossible one by a digit, or by two digits swapped."""
    usual = range(_FIRST_USUAL_YEAR, _LAST_USUAL_YEAR + 1)
    return [known for known in usual if DamerauLevenshtein.distance(str(known), str(year)) == 1]


def counts_from_january(raw: str) -> bool:
    """Whether the line names a period that only cumulative figures can have: nine months."""
    return _NINE_MONTHS.search(clean(raw).lower()) is not None


def _named(text: str) -> Period | None:
    """The period of a line that names no quarter."""
    if found := _HALF.search(text) or _HALF_NAMED.search(text):
        return Period(int(found[2]), Frequency.HALF, 2 if found[1] == "cuối" else 1)
    if found := _NINE_MONTHS.search(text):
        return Period(int(found[1]), Frequency.QUARTER, 3)
    if found := _MONTH.search(text) or _BARE_MONTH.fullmatch(text.strip(" .:")):
        return Period(int(found[2]), Frequency.MONTH, int(found[1]))
    # "Quý V năm 2020" is an error to report, not the year 2020.
    if (found := _YEAR.search(text)) and not _SHORTER.search(text):
        return Period(int(found[1]))
    return None
