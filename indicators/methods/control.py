"""XmR charts: is a movement over time signal or noise? After NHS "Making Data Count" (NHSRplotthedots 0.2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import groupby, pairwise
from operator import index
from statistics import mean
from typing import Any

from indicators.methods.series import number, numbers

LIMIT = 2.66  # 3 / d2 of moving ranges of two
NEAR = 2 * (LIMIT / 3)
SCREEN = 3.267  # D4: the upper limit of moving ranges
RUN = 7
MIN_POINTS = 13
MIN_FIXED_POINTS = 12


class Flag(StrEnum):
    """Why a point is special cause, named as in NHSRplotthedots; the first that holds, in this order."""

    ABOVE_LIMIT = "Above UCL"
    BELOW_LIMIT = "Below LCL"
    RISING = "7 Point Trend (Increasing)"
    FALLING = "7 Point Trend (Decreasing)"
    NEAR_ABOVE = "2 in 3 Above CL"
    NEAR_BELOW = "2 in 3 Below CL"
    RUN_ABOVE = "7 Points Above CL"
    RUN_BELOW = "7 Points Below CL"
    COMMON = "Common Cause"

    @property
    def side(self) -> int:
        """1 for high or rising, -1 for low or falling, 0 for common cause."""
        return _SIDES.get(self, 0)


_SIDES = {Flag.ABOVE_LIMIT: 1, Flag.RISING: 1, Flag.NEAR_ABOVE: 1, Flag.RUN_ABOVE: 1} | {
    Flag.BELOW_LIMIT: -1,
    Flag.FALLING: -1,
    Flag.NEAR_BELOW: -1,
    Flag.RUN_BELOW: -1,
}


class PointType(StrEnum):
    """A flag interpreted by the direction that is better."""

    COMMON_CAUSE = "common_cause"
    IMPROVEMENT = "special_cause_improvement"
    CONCERN = "special_cause_concern"
    NEUTRAL_HIGH = "special_cause_neutral_high"
    NEUTRAL_LOW = "special_cause_neutral_low"


class Assurance(StrEnum):
    """Whether the current process meets the target consistently, never, or by chance."""

    PASS = "consistent_pass"  # noqa: S105 - no password
    FAIL = "consistent_fail"
    INCONSISTENT = "inconsistent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point with the limits of its segment; limits are None where no moving range is known or nothing varies."""

    position: int
    value: float | None
    segment: int
    mean: float | None
    lpl: float | None
    upl: float | None
    near_lower: float | None
    near_upper: float | None
    short: bool
    flag: Flag = Flag.COMMON
    point_type: PointType = PointType.COMMON_CAUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """An annotated series: its points, and variation and assurance at the last one (None: not assessable)."""

    points: tuple[Point, ...]
    target: float | None
    variation: PointType | None
    assurance: Assurance | None

    @property
    def mean(self) -> tuple[float | None, ...]:
        """Mean of each point's segment."""
        return tuple(point.mean for point in self.points)

    @property
    def lpl(self) -> tuple[float | None, ...]:
        """Lower process limit at each point."""
        return tuple(point.lpl for point in self.points)

    @property
    def upl(self) -> tuple[float | None, ...]:
        """Upper process limit at each point."""
        return tuple(point.upl for point in self.points)

    @property
    def flag(self) -> tuple[Flag, ...]:
        """Flag of each point."""
        return tuple(point.flag for point in self.points)

    @property
    def point_type(self) -> tuple[PointType, ...]:
        """Type of each point."""
        return tuple(point.point_type for point in self.points)

    @property
    def icon(self) -> str | None:
        """The variation with its side: common_cause, improvement_high, concern_low, neutral_high, ..."""
        if self.variation in {None, PointType.COMMON_CAUSE}:
            return self.variation
        kind = self.variation.split("_")[2]
        return f"{kind}_{'high' if self.points[-1].flag.side > 0 else 'low'}"

    def rows(self) -> list[dict[str, object]]:
        """One row per point: the fields of `Point` and the target."""
        return [asdict(point) | {"target": self.target} for point in self.points]


def xmr(
    values: Iterable[Any],
    target: float | None = None,
    better: str | None = None,
    rebase: Iterable[int] = (),
    screen: bool = True,
    fix_after: int | None = None,
) -> Chart:
    """The XmR chart of a series, with limits recomputed from each position in `rebase`.

    `better` is "higher", "lower" or None. `screen` leaves moving ranges beyond 3.267 times their mean out of the
    limits, once. `fix_after` takes the limits from the first so many points of each segment. A missing value drops
    the moving ranges on both its sides and breaks runs. Source: NHSRplotthedots 0.2.2.

    Raises:
        ValueError: unknown `better`, a rebase position outside the series, `fix_after` below 12, an infinite value.
    """
    series = numbers(values)
    up = direction(better)
    if fix_after is not None and fix_after < MIN_FIXED_POINTS:
        raise ValueError(f"fix_after is {fix_after}: limits need {MIN_FIXED_POINTS} points or more")
    points: list[Point] = []
    for segment, (start, stop) in enumerate(pairwise(_edges(rebase, len(series)))):
        part = series[start:stop]
        limits = _limits(part[:fix_after], screen=screen, varied=len(set(_known(part))) > 1)
        points += [
            Point(
                position=start + offset,
                value=value,
                segment=segment,
                **limits,
                short=len(part) < MIN_POINTS,
                flag=flag,
                point_type=_point_type(flag, up),
            )
            for offset, (value, flag) in enumerate(zip(part, _flags(part, limits), strict=True))
        ]
    last = points[-1] if points else None
    return Chart(
        points=tuple(points),
        target=number(target),
        variation=last.point_type if last else None,
        assurance=assurance(target, last.lpl, last.upl, better) if last else None,
    )


def assurance(target: float | None, lpl: float | None, upl: float | None, better: str | None) -> Assurance | None:
    """The target's position relative to the limits; on a limit counts as within. None without target or direction.

    Raises:
        ValueError: unknown `better`.
    """
    up, aim = direction(better), number(target)
    if aim is None or lpl is None or upl is None or not up:
        return None
    if lpl <= aim <= upl:
        return Assurance.INCONSISTENT
    return Assurance.FAIL if (aim > upl) == (up > 0) else Assurance.PASS


def direction(better: str | None) -> int:
    """1 where higher is better, -1 where lower is, 0 where neither.

    Raises:
        ValueError: any other value.
    """
    ways = {"higher": 1, "lower": -1, "neutral": 0, None: 0}
    if better not in ways:
        raise ValueError(f"better is {better!r}: higher, lower or None")
    return ways[better]


def _edges(rebase: Iterable[int], length: int) -> list[int]:
    """Where segments start, and the end of the last."""
    positions = {index(position) for position in rebase}
    outside = sorted(position for position in positions if not 0 <= position < length)
    if outside:
        raise ValueError(f"rebase at {outside}: the series has positions 0 to {length - 1}")
    return sorted({0, length} | positions)


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _limits(baseline: Sequence[float | None], *, screen: bool, varied: bool) -> dict[str, float | None]:
    """Mean, process limits and near limits by field of `Point`."""
    known = _known(baseline)
    centre = mean(known) if known else None
    ranges = [abs(b - a) for a, b in pairwise(baseline) if a is not None and b is not None]
    if centre is None or not ranges or not varied:
        return {"mean": centre} | dict.fromkeys(("lpl", "upl", "near_lower", "near_upper"))
    width = mean(ranges)
    kept = [moved for moved in ranges if moved < SCREEN * width] if screen else []
    width = (mean(kept) if kept else 0.0) or width
    return {
        "mean": centre,
        "lpl": centre - LIMIT * width,
        "upl": centre + LIMIT * width,
        "near_lower": centre - NEAR * width,
        "near_upper": centre + NEAR * width,
    }


def _flags(values: Sequence[float | None], limits: dict[str, float | None]) -> list[Flag]:
    """The flag of each point of a segment, applied from the weakest rule to the strongest."""
    flags = [Flag.COMMON] * len(values)
    sides = [_side(value, limits["mean"]) for value in values]
    for start, stop, side in unbroken_runs(sides, RUN):
        flags[start:stop] = [Flag.RUN_ABOVE if side > 0 else Flag.RUN_BELOW] * (stop - start)
    outside = [_beyond(value, limits["lpl"], limits["upl"]) for value in values]
    near = [
        not out and _beyond(value, limits["near_lower"], limits["near_upper"]) != 0
        for value, out in zip(values, outside, strict=True)
    ]
    for position in two_in_three(near, sides):
        flags[position] = Flag.NEAR_ABOVE if sides[position] > 0 else Flag.NEAR_BELOW
    steps = [_side(after, before) for before, after in pairwise(values)]
    for start, stop, side in unbroken_runs(steps, RUN - 1):  # the later slope overwrites the turning point
        flags[start : stop + 1] = [Flag.RISING if side > 0 else Flag.FALLING] * (stop + 1 - start)
    for position, side in enumerate(outside):
        if side:
            flags[position] = Flag.ABOVE_LIMIT if side > 0 else Flag.BELOW_LIMIT
    return flags


def _side(value: float | None, of: float | None) -> int:
    """1 above, -1 below, 0 equal or unknown."""
    return 0 if value is None or of is None else (value > of) - (value < of)


def _beyond(value: float | None, lower: float | None, upper: float | None) -> int:
    """1 above the upper, -1 below the lower, 0 between, on one of them or unknown."""
    if value is None or lower is None or upper is None:
        return 0
    return (value > upper) - (value < lower)


def unbroken_runs(signs: Sequence[int], at_least: int) -> Iterator[tuple[int, int, int]]:
    """(start, stop, sign) of each run of one non-zero sign of at least the given length."""
    start = 0
    for sign, run in groupby(signs):
        stop = start + len(list(run))
        if sign and stop - start >= at_least:
            yield start, stop, sign
        start = stop


def two_in_three(near: Sequence[bool], sides: Sequence[int]) -> set[int]:
    """Positions near a limit, two or more of them within three points that all lie on one side of the mean."""
    found: set[int] = set()
    for start in range(len(sides) - 2):
        window = range(start, start + 3)
        close = [position for position in window if near[position]]
        if len(close) >= 2 and abs(sum(sides[position] for position in window)) == 3:
            found.update(close)
    return found


def _point_type(flag: Flag, up: int) -> PointType:
    if not flag.side:
        return PointType.COMMON_CAUSE
    if not up:
        return PointType.NEUTRAL_HIGH if flag.side > 0 else PointType.NEUTRAL_LOW
    return PointType.IMPROVEMENT if flag.side == up else PointType.CONCERN
