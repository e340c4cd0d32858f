"""Parses cells as counts, exact plan values and dates, following the Vietnamese number format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from data.vietnamese.person_names import masked
from data.vietnamese.text import clean, key
from loaders.workbook import Fault, Percent, Value


class NumberState(StrEnum):
    """States of a count cell; a nil mark is a reported 0."""

    VALUE = "value"
    NIL = "nil"
    BLANK = "blank"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Count:
    """A count cell as parsed.

    In state ERROR, `problem` is the key of the message, `shown` the cell's content, `meant` the suggested correction.
    """

    state: NumberState
    value: int | None = None
    problem: str = ""
    shown: str = ""
    meant: str = ""


BLANK = Count(NumberState.BLANK)
NOT_APPLICABLE = Count(NumberState.NOT_APPLICABLE)
NIL = Count(NumberState.NIL, 0)

_NIL_MARKS = re.compile(r"[-–—−]{1,5}|k|ko|kh?ông(?: có| phát sinh| ps)?|k/?ps")
_BLANK_MARKS = re.compile(r"[.…_]*")
_NOT_APPLICABLE_MARKS = frozenset({"x", "×", "х"})  # the last one is Cyrillic
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:\.\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:,(\d+))?")
_PEOPLE = re.compile(r"\s*(?:người|đ/c|đồng chí|đảng viên|quần chúng)\.?$")
_FOOTNOTE = re.compile(r"\(\d{1,2}\)")
_LARGEST = 10_000_000
_FEW_THOUSANDS = 10


def read_count(value: Value) -> Count:
    """Parses a cell of a count column; whether negatives are allowed is up to the form's rules."""
    if isinstance(value, bool):
        return _wrong("not_a_number", value)
    if isinstance(value, Percent):
        return _wrong("percent_not_count", value)
    if isinstance(value, int | float):
        return _read_typed(value)
    if isinstance(value, str):
        return _read_written(value)
    if isinstance(value, Fault):
        return Count(NumberState.ERROR, problem=value.problem, shown=value.text)
    return _wrong("date_not_number", value)


def read_choice(value: Value, choices: Sequence[str]) -> Count:
    """Parses a category cell, either a choice's code or its words, into the one-based index of the choice.

    Codes are the initials of the words: "Hoàn thành tốt nhiệm vụ" is HTTNV.
    """
    if isinstance(value, Fault):
        return Count(NumberState.ERROR, problem=value.problem, shown=value.text)
    text = clean(value) if isinstance(value, str) else show(value)
    if _BLANK_MARKS.fullmatch(text) or _NIL_MARKS.fullmatch(text.lower()):
        return BLANK
    if text.lower() == "x":
        return NOT_APPLICABLE
    words = key(text).upper().split()
    for code in ("".join(words), "".join(word[0] for word in words)):
        if code in choices:
            return Count(NumberState.VALUE, choices.index(code) + 1)
    return Count(NumberState.ERROR, problem="not_a_choice", shown=show(value), meant=", ".join(choices))


def _read_typed(value: float) -> Count:
    if abs(value) > _LARGEST:
        return _wrong("number_too_large", value)
    number = displayed(value)
    if number.denominator == 1:
        return Count(NumberState.VALUE, int(number))
    return _not_whole(number, value)


def _not_whole(number: Fraction, shown: object) -> Count:
    thousands = number * 1000
    is_grouped = (number * 100).denominator != 1 or abs(number) < _FEW_THOUSANDS
    if thousands.denominator == 1 and abs(number) >= 1 and is_grouped:
        # 1.234 typed where Excel takes the point as decimal separator: query it, never multiply silently. 177.5 is no
        # 177.500 people.
        return Count(NumberState.ERROR, problem="thousands_or_decimals", shown=show(shown), meant=show(int(thousands)))
    return _wrong("not_whole", shown)


def _read_written(raw: str) -> Count:
    text = clean(raw).removeprefix("'")
    mark = text.lower()
    if _BLANK_MARKS.fullmatch(mark):
        return BLANK
    if _NIL_MARKS.fullmatch(mark):
        return NIL
    if mark in _NOT_APPLICABLE_MARKS:
        return NOT_APPLICABLE
    if _FOOTNOTE.fullmatch(text):
        return _wrong("only_footnote", text)
    number = written_number(_PEOPLE.sub("", text))
    if number is None and text.endswith("%"):
        return _wrong("percent_not_count", text)
    if number is None:
        return _wrong("not_a_number", text)
    if number.denominator != 1:
        return _not_whole(number, text)
    if abs(number) > _LARGEST:
        return _wrong("number_too_large", text)
    return Count(NumberState.VALUE, int(number))


def _wrong(problem: str, shown: object) -> Count:
    return Count(NumberState.ERROR, problem=problem, shown=show(shown))


def written_number(text: str) -> Fraction | None:
    """A number in Vietnamese format (points group exactly three digits, a comma is the decimal separator), exact."""
    found = _NUMBER.fullmatch(text.replace("−", "-").strip())
    if not found:
        return None
    sign, whole, decimals = found.groups()
    digits = re.sub(r"[. ]", "", whole)
    number = Fraction(f"{digits}.{decimals}" if decimals else digits)
    return -number if sign == "-" else number


def displayed(value: float) -> Fraction:
    """A number as Excel displays it, to 15 significant digits: 0.1*3*20 is 6, though the double is a little more."""
    return Fraction(f"{value:.15g}")


def read_exact(value: Value) -> Fraction | None:
    """An exact plan value: a number, "1.234,5", "75 %" or "0,75"; None when the cell is none of these."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return displayed(value)
    if not isinstance(value, str):
        return None
    text = clean(value)
    if text.endswith("%"):
        number = written_number(text[:-1])
        return None if number is None else number / 100
    return written_number(text)


def show(value: object) -> str:
    """A cell's content as displayed in Excel: decimal comma, points between thousands, day before month; no names."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Fault):
        return value.text
    if isinstance(value, Percent):
        return f"{show(round(value * 100, 8))} %"
    if isinstance(value, Fraction):
        value = int(value) if value.denominator == 1 else float(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        whole, _, decimals = f"{value:,.10g}".partition(".")
        return whole.replace(",", ".") + (f",{decimals}" if decimals else "")
    text = masked(clean(str(value)))
    return text if len(text) <= 40 else f"{text[:39]}…"


_DATE = re.compile(r"(?:ngày\s+)?(\d{1,2})(?:[/.-]|\s+tháng\s+)(\d{1,2})(?:[/.-]|\s+năm\s+)(\d{4})", re.IGNORECASE)
_FIRST_DAY, _LAST_DAY = date(1930, 1, 1), date(2200, 12, 31)
_EXCEL_DAY_0 = date(1899, 12, 30)


def read_date(value: Value) -> date | None:
    """A date: a date cell, its serial number, or text with the day first; None when invalid or implausible."""
    found: date | None = None
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    elif isinstance(value, str):
        parts = _DATE.fullmatch(clean(value))
        if parts:
            day, month, year = map(int, parts.groups())
            try:
                found = date(year, month, day)
            except ValueError:
                return None
    elif isinstance(value, int | float) and not isinstance(value, bool) and value == int(value) and 0 < value < 10**6:
        found = _EXCEL_DAY_0 + timedelta(days=int(value))
    return found if found and _FIRST_DAY <= found <= _LAST_DAY else None
