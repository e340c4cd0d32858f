"""What the latest points of a chart do: which way, since when, from what to what; whether that is better or worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise

from indicators.methods.control import Chart, Flag, Point, PointType

LATEST = 5  # points that must not run the other way
CLEAR = 4  # of the ten pairs among five points, so many more must go one way than the other
GRADUAL = 0.5  # the same of all pairs of a stretch, as a part of them


class Way(StrEnum):
    """Which way the latest points go."""

    RISING = "rising"
    FALLING = "falling"

    @property
    def sign(self) -> int:
        """1 or -1."""
        return 1 if self is Way.RISING else -1


class Grade(StrEnum):
    """What a special cause at the last point amounts to, where the latest points do not run the other way."""

    IMPROVING = "improving"
    WORSENING = "worsening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """The stretch in which the latest points go one way, by positions; `gradual` where most of its steps do."""

    way: Way
    start: int
    end: int
    first: float
    last: float
    gradual: bool


def movement(chart: Chart) -> Movement | None:
    """The last stretch of the last segment that goes one way; None where the latest five points go neither.

    It begins at the latest turn: going back, where a value lies beyond the usual variation (the distance from the mean
    to a limit) on the wrong side of the most extreme one so far. Source: ours.
    """
    known = _last_segment(chart)
    way = _way([value for _, value in known[-LATEST:]])
    if way is None:
        return None
    wide = _reach(chart)
    turn, (end, last) = known[-1], known[-1]
    for back, (position, value) in enumerate(reversed(known)):
        ahead = way.sign * (turn[1] - value)  # above 0: further back along the way
        if ahead > 0:
            turn = position, value
        elif -ahead > wide and back >= LATEST:
            break
    stretch = [value for position, value in known if position >= turn[0]]
    agreed = way.sign * _agreement(stretch) / (len(stretch) * (len(stretch) - 1) / 2)
    gradual = len(stretch) > 2 and agreed >= GRADUAL
    return Movement(way=way, start=turn[0], end=end, first=turn[1], last=last, gradual=gradual)


def grade(chart: Chart) -> Grade | None:
    """The type of the last point as a grade; None if it has none, or the latest points run the other way."""
    grades = {PointType.IMPROVEMENT: Grade.IMPROVING, PointType.CONCERN: Grade.WORSENING}
    found = grades.get(chart.points[-1].point_type) if chart.points else None
    if found is None:
        return None
    side = chart.points[-1].flag.side
    latest = [value for _, value in _last_segment(chart)[-LATEST:]]
    against = side * _agreement(latest) < 0 or side * (latest[-1] - latest[0]) < 0
    return None if against else found


def lasting(chart: Chart) -> int:
    """How many points in a row the last point's flag is about: those of its trend or run, else the last alone."""
    if not chart.points:
        return 0
    last = chart.points[-1]
    values = [point.value for point in chart.points if point.segment == last.segment]
    if last.flag in {Flag.RISING, Flag.FALLING}:
        steps = [_sign(after, before) for before, after in pairwise(values)]
        return 1 + _ending(steps, last.flag.side)
    if last.flag in {Flag.RUN_ABOVE, Flag.RUN_BELOW}:
        return _ending([_sign(value, last.mean) for value in values], last.flag.side)
    return 1


def _last_segment(chart: Chart) -> list[tuple[int, float]]:
    """Positions and values of the last segment, without missing ones."""
    last: Point | None = chart.points[-1] if chart.points else None
    return [
        (point.position, point.value)
        for point in chart.points
        if last is not None and point.segment == last.segment and point.value is not None
    ]


def _reach(chart: Chart) -> float:
    last = chart.points[-1]
    return 0.0 if last.upl is None or last.mean is None else last.upl - last.mean


def _way(values: Sequence[float]) -> Way | None:
    """The way of most pairs, if that is clear and the ends agree."""
    if len(values) < LATEST:
        return None
    agreed, ends = _agreement(values), values[-1] - values[0]
    if abs(agreed) < CLEAR or agreed * ends <= 0:
        return None
    return Way.RISING if agreed > 0 else Way.FALLING


def _agreement(values: Sequence[float]) -> int:
    """Pairs that rise less pairs that fall (Kendall's S)."""
    return sum(_sign(later, earlier) for earlier, later in combinations(values, 2))


def _sign(value: float | None, of: float | None) -> int:
    return 0 if value is None or of is None else (value > of) - (value < of)


def _ending(signs: Sequence[int], side: int) -> int:
    """How many of the last signs are of that side, in a row."""
    count = 0
    for sign in reversed(signs):
        if sign != side:
            break
        count += 1
    return count
