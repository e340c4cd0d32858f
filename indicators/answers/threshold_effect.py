"""The effect of a threshold before it is changed: the units whose verdicts or flags it would move."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass

from data.organisations.units import Level
from data.periods import Period
from data.reading.queries import Reader
from indicators.answers.against_plan import level_rows, pace_rows
from indicators.answers.enquiry import Enquiry
from indicators.answers.lagging_cells import Lagging
from indicators.answers.signals import control_rows, funnel_rows
from indicators.catalogue.lookup import catalogue_of
from indicators.values.model import Shown, shown_in

_POINTS = 40  # the periods of a chart that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedUnit:
    """A unit whose verdicts or flags differ."""

    unit: str
    unit_name: str


_Found = tuple[str, str, Hashable]
"""A unit's code and name, and one of its verdicts or flags."""


def units_moved(before: Reader, after: Reader, code: str) -> list[MovedUnit]:
    """The units with other verdicts or flags under another value of a threshold, in the latest period.

    Of thresholds on cells: the cells; of others the province and the units directly below. Of charts: those of the
    indicators on the start page. The thresholds of the periodic report move no verdict of a unit.
    """
    look = _LOOKS.get(code)
    if look is None or not before.opened():
        return []
    names: dict[str, str] = {}
    states = []
    for reader in (before, after):
        found: dict[str, list[Hashable]] = {}
        for unit, name, state in look(reader):
            names.setdefault(unit, name)
            found.setdefault(unit, []).append(state)
        states.append(found)
    old, new = states
    return [MovedUnit(unit=unit, unit_name=name) for unit, name in names.items() if old.get(unit) != new.get(unit)]


def _cells(reader: Reader) -> Iterator[_Found]:
    """The list of lagging cells, and the values that count them."""
    for item in Lagging(reader, reader.opened()[-1]).cells:
        stands_out = item.ranked.stands_out if item.ranked else None
        yield item.cell.code, item.cell.name, (item.reasons, stands_out)


def _hidden(reader: Reader) -> Iterator[_Found]:
    period = reader.opened()[-1]
    units = reader.registry.at(period.end).units
    for unit in reader.suppressed(period):
        if unit in units:
            yield units[unit].code, units[unit].name, True


def _returns(reader: Reader) -> Iterator[_Found]:
    """Whether returns of the latest year are on time."""
    year = reader.opened()[-1].whole_year
    for period in reader.opened():
        if year.contains(period):
            for due in reader.returns(period):
                yield due.unit.code, due.unit.name, (period, due.form, due.status)


def _paces(reader: Reader) -> Iterator[_Found]:
    for enquiry in _enquiries(reader, reader.opened()[-1]):
        for row in pace_rows(reader, enquiry):
            yield row.unit, row.unit_name, (row.indicator.code, row.verdict)


def _readings(reader: Reader) -> Iterator[_Found]:
    for enquiry in _enquiries(reader, reader.opened()[-1].whole_year):
        for row in level_rows(reader, enquiry):
            yield row.unit, row.unit_name, (row.indicator.code, row.reading)


def _enquiries(reader: Reader, period: Period) -> Iterator[Enquiry]:
    """All indicators of the province, and of the units directly below."""
    for level in (None, Level.DISTRICT):
        yield Enquiry(indicators=tuple(catalogue_of(reader.vocabulary)), periods=(period,), level=level)


def _icons(reader: Reader) -> Iterator[_Found]:
    latest = reader.opened()[-1]
    periods = reader.opened(latest.frequency)[-_POINTS:]
    codes = shown_in(catalogue_of(reader.vocabulary), Shown.CARD)
    for level in (None, Level.DISTRICT):
        rows = control_rows(reader, Enquiry(indicators=codes, periods=periods, level=level))
        for row in rows:
            yield row.unit, row.unit_name, (row.indicator.code, row.variation, row.assurance, row.gate)


def _comparisons(reader: Reader) -> Iterator[_Found]:
    codes, latest = tuple(catalogue_of(reader.vocabulary)), reader.opened()[-1]
    for row in funnel_rows(reader, Enquiry(indicators=codes, periods=(latest,), level=Level.DISTRICT)):
        yield row.unit, row.unit_name, (row.indicator.code, row.verdict)


_LOOKS: Mapping[str, Callable[[Reader], Iterator[_Found]]] = {
    "cells_years": _cells,
    "small_cell_size": _cells,
    "dossiers_complete_percent": _cells,
    "false_alarms_percent": _cells,
    "disclosure_size": _hidden,
    "deadline_days": _returns,
    "pace_early_percent": _paces,
    "pace_on_percent": _paces,
    "pace_risk_percent": _paces,
    "confidence_percent": _readings,
    "chart_points": _icons,
    "chart_events": _icons,
    "dispersion_units": _comparisons,
}
