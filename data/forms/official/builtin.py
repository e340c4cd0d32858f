"""The built-in official forms, which are transposed: a file covers one unit, with one count per row.

OFFICIAL holds all of them, set by set. They report measures of the returns' vocabulary at the unit's own level.
"""

from __future__ import annotations

from datetime import date

from data.forms.official import btctw_2021, tctw_2012, tctw_2012_yearly
from data.forms.official.model import (
    FormSet,
    Headers,
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
    "FormSet",
    "Headers",
    "LineKind",
    "LinePlace",
    "OfficialForm",
    "OfficialRule",
    "PrintedLine",
    "SumAtMost",
    "official_by_printed_code",
    "official_form",
    "official_version",
]

OFFICIAL: tuple[OfficialForm, ...] = (*tctw_2012.FORMS, *tctw_2012_yearly.FORMS, *btctw_2021.FORMS)

CODES = frozenset(form.code for form in OFFICIAL)


def official_form(number: str, day: date) -> OfficialForm | None:
    """The form with that number in the set in force on a day; None when that set has none."""
    return next((form for form in OFFICIAL if form.number == number and form.valid_on(day)), None)


def printed_code(code: str, period: str) -> str:
    """The printed code of a form in a period, such as 1-BTCTW for O1; other forms' codes are returned unchanged."""
    found = official_form(code.removeprefix("O"), Period.parse(period).end) if code in CODES and period else None
    return found.corner if found else code


def official_by_printed_code(corner: str) -> OfficialForm:
    """The form with that printed code, such as 1-BTCTW.

    Raises:
        KeyError: there is no such form.
    """
    return {form.corner: form for form in OFFICIAL}[corner]


def official_version(code: str, version: str) -> OfficialForm:
    """The form with that code in the set of that name, such as O1 in BTCTW-2021.

    Raises:
        KeyError: there is no such form.
    """
    return {(form.code, form.form_set.code): form for form in OFFICIAL}[code, version]
