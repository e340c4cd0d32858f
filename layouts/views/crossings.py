"""Verdicts on plans counted: how many figures meet theirs, which units crossed theirs since the year before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.organisations.units import Level
from data.periods import Period
from indicators.answers.rows import ValueRow
from indicators.values.value import JUDGED, Status
from layouts.views.ask import Ask
from layouts.views.rows import rows


@dataclass(frozen=True, slots=True)
class Crossing:
    """A unit whose verdict differs from the year before."""

    before: ValueRow
    now: ValueRow

    @property
    def is_gain(self) -> bool:
        """Whether it meets a plan that it missed the year before."""
        return self.now.status is Status.MET


def crossings(asked: Ask, indicators: Sequence[str], year: Period, level: Level | None) -> tuple[Crossing, ...]:
    """The units of a level that crossed their plans, losses first."""
    if level is None:
        return ()
    found = rows(asked, indicators, asked.unit, (year.previous, year), level)
    by_key = {(row.indicator.code, row.unit, row.until): row for row in found if row.status in JUDGED}
    pairs = [
        Crossing(before, now)
        for (code, unit, period), now in by_key.items()
        if period == year and (before := by_key.get((code, unit, year.previous))) and before.status is not now.status
    ]
    return tuple(sorted(pairs, key=lambda pair: pair.is_gain))


def met_of(found: Sequence[ValueRow]) -> str:
    """How many of the judged values meet their plan, as "2/3"."""
    judged = [row for row in found if row.status in JUDGED]
    return f"{sum(row.status is Status.MET for row in judged)}/{len(judged)}"
