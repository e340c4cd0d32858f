"""Breaks in series: reorganisations of a unit, and redefinitions of an indicator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data.organisations.units import EVENT_TITLES, Event, Succession
from data.periods import Period
from data.vietnamese.text import lower_first
from indicators.values.model import Indicator
from layouts.text import t
from layouts.views.ask import Ask
from layouts.words import formats


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A break just before a period, with a short name and its descriptions."""

    period: Period
    name: str
    descriptions: tuple[str, ...]
    is_definition: bool = False


def breaks(asked: Ask, indicator: Indicator, drawn: Sequence[Period]) -> tuple[Break, ...]:
    """The breaks within the drawn periods, oldest first; reorganisations before the same period form one break."""
    found = [*_reorganisations(asked, drawn), *_redefinitions(asked, indicator, drawn)]
    return tuple(sorted(found, key=lambda each: each.period))


def _redefinitions(asked: Ask, indicator: Indicator, drawn: Sequence[Period]) -> Iterable[Break]:
    for change in indicator.redefined:
        place = _place(change.date, drawn)
        if place is not None:
            descriptions = f"{formats.day(change.date, asked.language)}: {change.text[asked.language]}"
            yield Break(period=place, name=t("trend.redefined"), descriptions=(descriptions,), is_definition=True)


def _reorganisations(asked: Ask, drawn: Sequence[Period]) -> Iterable[Break]:
    by_period: dict[Period, list[Succession]] = {}
    for event in asked.reader.registry.successions:
        place = _place(event.date, drawn)
        if place is not None and _touches(asked, event):
            by_period.setdefault(place, []).append(event)
    for period, events in by_period.items():
        descriptions = tuple(dict.fromkeys(_describe(asked, event) for event in events))
        yield Break(period=period, name=EVENT_TITLES[events[0].event][asked.language], descriptions=descriptions)


def _place(day: date, drawn: Sequence[Period]) -> Period | None:
    """The first drawn period that ends after the day; None for a day before or after all of them."""
    found = next((period for period in drawn if period.end >= day), None)
    return None if not drawn or found == drawn[0] else found


def _touches(asked: Ask, event: Succession) -> bool:
    involved = {event.predecessor, event.successor}
    days = (event.date - timedelta(days=1), event.date)
    return any(u.id in involved for day in days for u in asked.reader.registry.at(day).within(asked.unit.id))


def _describe(asked: Ask, event: Succession) -> str:
    names = [
        unit.name
        for code in (event.predecessor, event.successor)
        if code and (unit := asked.reader.registry.latest(code))
    ]
    told = {
        "day": formats.day(event.date, asked.language),
        "what": lower_first(EVENT_TITLES[event.event][asked.language]),
    }
    one, *into = dict.fromkeys(names) or [""]
    if into:
        key = "trend.absorbed_into" if event.event is Event.ABSORBED else "trend.reorganised_into"
        return t(key, unit=one, successor=into[-1], decision=event.decision, **told)
    return t("trend.reorganised", unit=one, decision=event.decision, **told)
