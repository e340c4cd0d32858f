"""The forms: VERSIONS is all of them, FORMS those of the source's date, MEASURES every count that they give, by code.

DERIVED are the families of measures that no cell gives (`data.forms.derived`): an indicator names them like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from data.forms.b1_movement import B1, B1_2025
from data.forms.b2_admission import B2
from data.forms.b3_villages import B3
from data.forms.b4_management import B4
from data.forms.b5_enterprises import B5
from data.forms.b6_rating import B6_2012, B6_2018
from data.forms.derived import FAMILIES, Derived
from data.forms.dm_registry import DM, SX
from data.forms.kh_plans import KH
from data.forms.ls_history import LS
from data.forms.model import Form
from data.forms.nv_tasks import NV
from data.measures import Measure

VERSIONS: Mapping[str, tuple[Form, ...]] = {
    versions[0].code: versions
    for versions in ((B1, B1_2025), (B2,), (B3,), (B4,), (B5,), (B6_2012, B6_2018), (DM,), (SX,), (KH,), (LS,), (NV,))
}
"""Each form's versions, oldest first; no two are in force on one day."""

_SOURCE = date(2020, 12, 31)


def form_on(code: str, day: date) -> Form:
    """The version of a form that is in force on a day; before the first one, that; after the last one, that."""
    return _version_on(VERSIONS[code], day)


def _version_on(versions: tuple[Form, ...], day: date) -> Form:
    return next((form for form in reversed(versions) if form.valid_from <= day), versions[0])


def form_version(code: str, version: str) -> Form:
    """The version of that name, such as "2015".

    Raises:
        KeyError: the form has no such version.
    """
    return {form.version: form for form in VERSIONS[code]}[version]


FORMS: Mapping[str, Form] = {code: form_on(code, _SOURCE) for code in VERSIONS}

RETURNS: tuple[Form, ...] = tuple(form for form in FORMS.values() if form.is_return)


def returns_on(day: date, among: Mapping[str, tuple[Form, ...]] = VERSIONS) -> Iterator[Form]:
    """The versions of the return forms that are in force on a day."""
    found = (_version_on(versions, day) for versions in among.values())
    return (form for form in found if form.is_return and form.valid_on(day))


def _stored(versions: tuple[Form, ...]) -> Form:
    """The newest version with the measures of all: what the tables hold."""
    newest = versions[-1]
    others = {m.code: m for form in versions for m in form.measures if m.code not in newest.by_code}
    return replace(newest, measures=(*newest.measures, *others.values())) if others else FORMS[newest.code]


DERIVED: Mapping[str, Derived] = {family.code: family for family in FAMILIES}

STORED: Mapping[str, Form] = {code: _stored(versions) for code, versions in VERSIONS.items() if versions[0].measures}
"""The forms as the tables hold them: with the measures of every version."""

SOURCES: Mapping[str, Form | Derived] = {**STORED, **DERIVED}

MEASURES: dict[str, Measure] = {}
for _source in SOURCES.values():
    for _measure in _source.measures:
        MEASURES.setdefault(_measure.code, _measure)


SENSITIVE = frozenset(code for code, measure in MEASURES.items() if measure.sensitive)
"""The measures that may identify people where few are behind them."""


def source_of(measures: tuple[str, ...]) -> str | None:
    """The form or derived family that gives all of the measures, the first declared one; None when none does."""
    for code, source in SOURCES.items():
        if set(measures) <= {measure.code for measure in source.measures}:
            return code
    return None
