"""Progress towards a target of several years: compound growth achieved over growth needed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from indicators.methods.series import numbers

ZERO = 0.001  # stands in for a base or target of 0
SUBSTANTIAL, MODERATE = 0.95, 0.60
BEST = 5.0


class ProgressStatus(StrEnum):
    """Named as Open SDG does."""

    ACHIEVED = "target_achieved"
    SUBSTANTIAL = "substantial_progress"
    MODERATE = "moderate_progress"
    LIMITED = "limited_progress"
    DETERIORATION = "deterioration"
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Growth achieved over growth needed (1: on track), its score from -5 to 5, the status, and the linear pace."""

    value: float | None
    score: float | None
    status: ProgressStatus
    linear: float | None = None


NOT_AVAILABLE = Progress(value=None, score=None, status=ProgressStatus.NOT_AVAILABLE)


def progress(
    base: Any, base_year: Any, current: Any, current_year: Any, target: Any, target_year: Any, direction: str
) -> Progress:
    """Progress from the base to the current year, of what the target asks by its year.

    `direction` is "higher" or "lower" (or "increase", "decrease"). Not available with a value missing, less than a year
    between base and current or base and target, or values of opposite signs. Achieved only on the good side and not
    worsening. Source: Open SDG progress methodology 2.4 (Statistics Canada).

    Raises:
        ValueError: another direction.
    """
    way = _sign(direction)
    linear = linear_pace(base, base_year, current, current_year, target, target_year)
    given = numbers((base, current, target, base_year, current_year, target_year))
    if None in given:
        return NOT_AVAILABLE
    first, now, last, began, passed, due = (value for value in given if value is not None)
    start, aim = first or ZERO, last or ZERO
    if passed - began < 1 or due - began < 1 or now / start < 0 or aim / start < 0:
        return NOT_AVAILABLE
    sign = way if start > 0 else -way
    gained = sign * growth(start, now, passed - began) if now != first else 0.0
    needed = abs(growth(start, aim, due - began))
    value = gained / needed if needed else None
    if way * (now - last) >= 0 and gained >= 0:
        return Progress(value=value, score=BEST, status=ProgressStatus.ACHIEVED, linear=linear)
    if value is None:  # the target was the base, and is no longer met
        return Progress(value=None, score=-BEST, status=ProgressStatus.DETERIORATION, linear=linear)
    return Progress(value=value, score=_score(value), status=_status(value), linear=linear)


def growth(base: float, current: float, years: float) -> float:
    """Compound growth a year, as a fraction."""
    return float((current / base) ** (1 / years) - 1)


def linear_pace(
    base: Any, base_year: Any, current: Any, current_year: Any, target: Any, target_year: Any
) -> float | None:
    """Share of distance covered over share of time elapsed, the headline for shares; None where undefined."""
    given = numbers((base, current, target, base_year, current_year, target_year))
    if None in given:
        return None
    start, now, aim, began, passed, due = (value for value in given if value is not None)
    if aim == start or passed <= began or due <= began:
        return None
    return (now - start) / (aim - start) / ((passed - began) / (due - began))


def _sign(direction: str) -> int:
    ways = {"higher": 1, "increase": 1, "lower": -1, "decrease": -1}
    if direction not in ways:
        raise ValueError(f"direction is {direction!r}: higher or lower")
    return ways[direction]


def _status(value: float) -> ProgressStatus:
    if value >= SUBSTANTIAL:
        return ProgressStatus.SUBSTANTIAL
    if value >= MODERATE:
        return ProgressStatus.MODERATE
    return ProgressStatus.LIMITED if value >= 0 else ProgressStatus.DETERIORATION


def _score(value: float) -> float:
    """The published score: two straight lines that meet at the moderate threshold, with the source's own rounding."""
    line = 7.1429 * value - 4.2857 if value >= MODERATE else 4.1667 * value - 2.5
    return max(-BEST, min(BEST, line))
