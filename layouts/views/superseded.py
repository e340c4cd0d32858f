"""Superseded values: as they were before the returns behind them were corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.periods import Period
from data.reading.queries import Reader, UnknownUnit
from indicators.answers.rows import ValueRow
from layouts.views.ask import Ask
from layouts.views.freshness import sender
from layouts.views.rows import rows

_MOMENT = timedelta(microseconds=1)
_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded:
    """A row as it was until `instant`, and as it is now."""

    instant: datetime
    then: ValueRow
    now: ValueRow


def superseded(asked: Ask, shown: Sequence[ValueRow]) -> tuple[Superseded, ...]:
    """The values of each row of a unit before the last three corrections that changed it, oldest first."""
    corrected = asked.answered(_corrected, sender(asked))
    return tuple(found for row in shown if row.value is not None for found in _of(asked, row, corrected))


def _corrected(reader: Reader, unit: str | None) -> tuple[tuple[Period, datetime], ...]:
    """Periods of corrected returns with the instants of the last corrections, oldest first."""
    return reader.corrected(unit, _MOST)


def _of(asked: Ask, now: ValueRow, corrected: Sequence[tuple[Period, datetime]]) -> Iterator[Superseded]:
    instants = sorted({instant for period, instant in corrected if now.until.contains(period)})
    for instant in instants[-_MOST:]:
        then = _as_known(asked, now, instant - _MOMENT)
        if then is not None and then.value is not None and (then.value, then.state) != (now.value, now.state):
            yield Superseded(instant=instant, then=then, now=now)


def _as_known(asked: Ask, now: ValueRow, instant: datetime) -> ValueRow | None:
    at_that_time = asked.at_instant(instant)
    try:
        unit = at_that_time.reader.unit(asked.unit.code)
    except UnknownUnit:
        return None
    found = rows(at_that_time, (now.indicator.code,), unit, (now.until,))
    return found[0] if found else None
