"""Each number leads to itself: the address of the page that states a figure, and figures anchored in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from re import compile as pattern
from typing import Final

from data.periods import Frequency
from indicators.answers.rows import ValueRow
from indicators.values.value import State
from layouts.views.ask import Ask

PARAMETER: Final = "figure"
_OPEN, _BAR, _CLOSE = "\ue000", "\ue001", "\ue002"  # of Unicode's private use area: no text of anybody holds them
_ANCHOR = pattern(f"{_OPEN}([^{_BAR}]*){_BAR}([^{_CLOSE}]*){_CLOSE}")


class Aspect(StrEnum):
    """What is said of a value; the page that states it says it first."""

    VALUE = "value"
    PROVISIONAL = "provisional"
    PLAN = "plan"
    DISTANCE = "distance"
    NEEDED = "needed"
    CHANGE = "change"
    GROWTH = "growth"
    TOTAL = "total"
    YEARS = "years"


def parse_aspect(asked: Ask) -> Aspect:
    """The figure that the address leads to."""
    named = asked.query.get(PARAMETER, "")
    return Aspect(named) if named in set(Aspect) else Aspect.VALUE


def address(asked: Ask, row: ValueRow, aspect: Aspect = Aspect.VALUE) -> str:
    """The page that states a figure: the trend of its indicator, for its own unit and period."""
    if aspect is Aspect.VALUE and row.indicator.is_total and row.state is State.INCOMPLETE:
        aspect = Aspect.PROVISIONAL
    return asked.address(
        "/trend",
        unit=row.unit,
        period=row.until.code,
        indicator=row.indicator.code,
        frequency="quarter" if row.until.frequency is Frequency.QUARTER else None,
        figure=None if aspect is Aspect.VALUE else str(aspect),
    )


def figure_of(asked: Ask, text: str, row: ValueRow, aspect: Aspect = Aspect.VALUE) -> str:
    """A figure of a row, anchored at the page that states it."""
    return anchored(text, address(asked, row, aspect))


def anchored(text: str, href: str) -> str:
    """A text with an anchor, to stand in sentences; `pieces` takes it out again, `plain` drops it."""
    return f"{_OPEN}{href}{_BAR}{text}{_CLOSE}"


def plain(text: str) -> str:
    """A sentence without its anchors."""
    return _ANCHOR.sub(r"\2", text)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a sentence with their addresses, "" where a part has none."""
    done = 0
    for found in _ANCHOR.finditer(text):
        if found.start() > done:
            yield text[done : found.start()], ""
        yield found[2], found[1]
        done = found.end()
    if done < len(text):
        yield text[done:], ""
