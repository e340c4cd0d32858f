"""The official transposed forms: one file is about one unit, its counts stand one under the other.

OFFICIAL is all of them, set by set. They give measures of the returns' vocabulary at the unit's own level.
"""

from __future__ import annotations

from datetime import date

from data.forms.official import btctw_2021, tctw_2012, tctw_2012_yearly
from data.forms.official.model import (
    Headers,
    Issue,
    LineKind,
    LinePlace,
    OfficialForm,
    OfficialRule,
    PrintedLine,
    SumAtMost,
)
from data.periods import Period

__all__ = [
    "CODES",
    "OFFICIAL",
    "Headers",
    "Issue",
    "LineKind",
    "LinePlace",
    "OfficialForm",
    "OfficialRule",
    "PrintedLine",
    "SumAtMost",
    "official_form",
    "official_of",
    "official_version",
]

OFFICIAL: tuple[OfficialForm, ...] = (*tctw_2012.FORMS, *tctw_2012_yearly.FORMS, *btctw_2021.FORMS)

CODES = frozenset(form.code for form in OFFICIAL)


def official_form(number: str, day: date) -> OfficialForm | None:
    """The form of that number in the set in force on a day; None when that set has none."""
    return next((form for form in OFFICIAL if form.number == number and form.valid_on(day)), None)


def printed_code(code: str, period: str) -> str:
    """How people know the form of a code: 1-BTCTW for O1 in a period of that set; the codes of returns stay."""
    found = official_form(code.removeprefix("O"), Period.parse(period).end) if code in CODES and period else None
    return found.corner if found else code


def official_of(corner: str) -> OfficialForm:
    """The form that has that number in its corner, such as 1-BTCTW.

    Raises:
        KeyError: there is none.
    """
    return {form.corner: form for form in OFFICIAL}[corner]


def official_version(code: str, version: str) -> OfficialForm:
    """The form of that code in the set of that name, such as O1 and BTCTW-2021.

    Raises:
        KeyError: there is none.
    """
    return {(form.code, form.issue.code): form for form in OFFICIAL}[code, version]
