"""Compares plans with the title above them: the year it names, and the unit that sends them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from data.organisations.units import Registry
from data.returns import Finding, PlannedValue
from loaders.findings import period_text, unit_text, warning
from loaders.sheets.period_lines import read_periods
from loaders.sheets.recognise import Recognised
from loaders.sheets.senders import find_sender, title_lines
from loaders.vietnamese.numbers import show

_PLACES_SHOWN = 3


def check_title(found: Recognised, plans: Sequence[PlannedValue], registry: Registry) -> Iterator[Finding]:
    """A warning about plans of years that the title does not name, and one about those outside the sender."""
    stated = [period for line in title_lines(found) for period in read_periods(line.text)]
    other = [plan for plan in plans if not any(plan.term.covers(period.year) for period in stated)]
    if stated and other:
        yield warning(
            "plans_of_other_years",
            found.name,
            other[0].cell,
            number=show(len(other)),
            cells=_places(other),
            title=period_text(stated[0]),
        )
    outside = _outside(found, plans, registry)
    sender = outside and find_sender(found, registry.at(_last_day(outside[0])), [])
    if outside and sender:
        yield warning(
            "plans_of_other_units",
            found.name,
            outside[0].cell,
            number=show(len(outside)),
            cells=_places(outside),
            name=unit_text(sender),
        )


def _outside(found: Recognised, plans: Sequence[PlannedValue], registry: Registry) -> list[PlannedValue]:
    """The plans of units that are not below the sender in the years they are set for."""
    within: dict[date, set[str] | None] = {}
    for day in {_last_day(plan) for plan in plans}:
        tree = registry.at(day)
        sender = find_sender(found, tree, [])
        within[day] = {unit.code for unit in tree.within(sender.id)} if sender else None
    return [plan for plan in plans if (known := within[_last_day(plan)]) is not None and plan.unit not in known]


def _last_day(plan: PlannedValue) -> date:
    return date(plan.term.last, 12, 31)


def _places(plans: Sequence[PlannedValue]) -> str:
    return ", ".join(plan.cell for plan in plans[:_PLACES_SHOWN]) + (", …" if len(plans) > _PLACES_SHOWN else "")
