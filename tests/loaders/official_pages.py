"""Filled-in official forms of the small province, and the result of reading them."""

from __future__ import annotations

from typing import Any

from data.forms.official.builtin import LineKind, OfficialForm, official_form
from data.periods import Period
from data.returns import Finding, Return
from loaders.formats import dispatch as formats
from loaders.official import Filled, official_workbook, read_officials, recognise_official, totalled
from tests.loaders.office import REGISTRY, Page, put_together, take_apart

Y2019, Y2022 = Period.parse("2019"), Period.parse("2022")

MOVED = {
    "members_start": 100,
    "admitted": 5,
    "transferred_in_province": 1,
    "transferred_in_district": 2,
    "restored": 0,
    "died": 3,
    "expelled": 1,
    "struck_off": 2,
    "struck_off_probationary": 1,
    "resigned": 0,
    "transferred_out_province": 1,
    "transferred_out_district": 1,
    "members_end": 100,
}


def form(number: str, period: Period = Y2022) -> OfficialForm:
    found = official_form(number, period.end)
    assert found is not None
    return found


def period_of(official: OfficialForm) -> Period:
    """The last year covered by its set."""
    return Y2022 if official.form_set.valid_to is None else Period(official.form_set.valid_to.year - 1)


def counted(official: OfficialForm, **measures: int) -> dict[str, int]:
    """0 in every line but those of the measures and their totals."""
    zeros = {place.code: 0 for place in official.outline if place.line.kind is LineKind.COUNT}
    return zeros | totalled(official, measures)


def movement(period: Period = Y2022, **measures: int) -> Filled:
    official = form("1", period)
    values = counted(official, **{**MOVED, **measures})
    return Filled(official=official, unit="Huyện uỷ Thuỷ Sơn", period=period, values=values)


def admissions(period: Period = Y2022, **values: int) -> Filled:
    official = form("2", period)
    groups = {"2022": ("II.2.-1", "II.3.-4"), "2019": ("II.1.-1", "II.2.-4")}[period.code]
    given = counted(official, admitted=5) | dict.fromkeys(groups, 5)
    return Filled(official=official, unit="Huyện uỷ Thuỷ Sơn", period=period, values=given | values)


def members(period: Period = Y2022, **values: int) -> Filled:
    official = form("3", period)
    groups = {"2022": ("II.2.-1", "II.4.-4"), "2019": ("-2.1.-1", "-2.4.-5")}[period.code]
    given = counted(official, members_end=100) | dict.fromkeys(groups, 100)
    return Filled(official=official, unit="Huyện uỷ Thuỷ Sơn", period=period, values=given | values)


def page_of(filled: Filled, **cells: Any) -> Page:
    return take_apart(official_workbook([filled]))[0].put(**cells)


def reading(*given: Page | Filled) -> tuple[tuple[Return, ...], list[Finding]]:
    book = [one if isinstance(one, Page) else page_of(one) for one in given]
    for place, page in enumerate(book, start=1):
        page.name = f"B{place}"
    sheets = formats.read(put_together(book)).sheets
    recognised = [recognise_official(sheet) for sheet in sheets]
    found = [sheet for sheet, _ in recognised if sheet is not None]
    returns, findings = read_officials(found, REGISTRY)
    return returns, [*(finding for _, problems in recognised for finding in problems), *findings]


def reported(*given: Page | Filled) -> list[str]:
    return [finding.say() for finding in reading(*given)[1]]


def values(given: Return) -> dict[str, int | str | None]:
    return dict(zip(given.form.positions, given.rows[0].values, strict=True))
