"""Preconditions for the icons of an XmR chart: enough points and events, some variation, no seasonality left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from statistics import fmean
from typing import Any

from indicators.methods.control import MIN_POINTS, Assurance, Chart, PointType, xmr
from indicators.methods.movement import Grade, Movement, grade, lasting, movement
from indicators.methods.series import numbers

MIN_EVENTS = 5
MIN_FULL_YEARS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class IconMinimums:
    """Minimum points, and minimum mean events per period, for an icon."""

    points: int = MIN_POINTS
    events: float = MIN_EVENTS


DEFAULT_MINIMUMS = IconMinimums()


class Gate(StrEnum):
    """Why a chart shows no icon."""

    NO_VARIATION = "no_variation"
    SHORT = "short"
    FEW_EVENTS = "few_events"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatedChart:
    """A chart with the gate that withholds its icons, if any; the flags say how the series was transformed."""

    chart: Chart
    gate: Gate | None
    deseasonalised: bool
    change: bool

    @property
    def variation(self) -> PointType | None:
        """The chart's variation; None behind a gate."""
        return None if self.gate else self.chart.variation

    @property
    def assurance(self) -> Assurance | None:
        """The chart's assurance; None behind a gate."""
        return None if self.gate else self.chart.assurance

    @property
    def movement(self) -> Movement | None:
        """The last stretch that goes one way; None behind a gate."""
        return None if self.gate else movement(self.chart)

    @property
    def lasting(self) -> int | None:
        """How many points the variation is about; None behind a gate."""
        return None if self.gate else lasting(self.chart)

    @property
    def grade(self) -> Grade | None:
        """Whether the variation is an improvement or a worsening; None behind a gate."""
        return None if self.gate else grade(self.chart)


def gated_chart(
    values: Iterable[Any],
    target: float | None = None,
    better: str | None = None,
    *,
    stock: bool = False,
    season: int = 1,
    first: int = 1,
    events: Iterable[Any] | None = None,
    rebase: Iterable[int] = (),
    screen: bool = True,
    minimums: IconMinimums = DEFAULT_MINIMUMS,
) -> GatedChart:
    """The chart of a flow, of a stock's change, or of a share, with the gate that withholds its icons, if any.

    `season` is the number of sub-periods in a year and `first` the one at which the series begins; `events` are the
    counts behind a share, by default the charted values. A stock's target does not apply to its change. The gates are
    ours: of series of pure Poisson noise with mean 0.5 most show a flag.

    Raises:
        ValueError: as `xmr` and `deseasonalised`; `events` of another length.
    """
    series = numbers(values)
    plain = changes(series) if stock else deseasonalised(series, season, first)
    chart = xmr(plain, target=None if stock else target, better=better, rebase=rebase, screen=screen)
    counts = numbers(events) if events is not None else plain
    if len(counts) != len(plain):
        raise ValueError(f"{len(counts)} events for {len(plain)} points")
    return GatedChart(
        chart=chart, gate=_gate(chart, counts, minimums), deseasonalised=not stock and plain != series, change=stock
    )


def changes(levels: Sequence[float | None]) -> list[float | None]:
    """Each level less the one before; the first, and those next to a missing one, are missing."""
    return [None] * bool(levels) + [None if a is None or b is None else b - a for a, b in pairwise(levels)]


def deseasonalised(flows: Sequence[float | None], season: int, first: int = 1) -> list[float | None]:
    """Flows divided by what their sub-period has of an average one's share of the year, once two full years exist.

    With fewer full years (all sub-periods reported, total not 0) they are returned as they are. A sub-period in which
    nothing ever happens has no adjusted flow.

    Raises:
        ValueError: `season` below 1, `first` outside 1..season.
    """
    if season < 1 or not 1 <= first <= season:
        raise ValueError(f"sub-period {first} of {season}")
    starts = range((1 - first) % season, len(flows) - season + 1, season)
    years = [[Fraction(flow) for flow in flows[start : start + season] if flow is not None] for start in starts]
    full = [year for year in years if len(year) == season and sum(year) != 0]
    if season == 1 or len(full) < MIN_FULL_YEARS:
        return list(flows)
    # exact fractions: years of the same shape must leave no rounding noise
    weights = [sum(season * year[part] / sum(year) for year in full) / len(full) for part in range(season)]
    parts = ((first - 1 + position) % season for position in range(len(flows)))
    return [
        None if flow is None or not weights[part] else float(Fraction(flow) / weights[part])
        for flow, part in zip(flows, parts, strict=True)
    ]


def _gate(chart: Chart, counts: Sequence[float | None], minimums: IconMinimums) -> Gate | None:
    """The first gate that fails on the last segment, which the icons describe."""
    last = [point for point in chart.points if point.segment == chart.points[-1].segment and point.value is not None]
    if len({point.value for point in last}) == 1:
        return Gate.NO_VARIATION
    if len(last) < minimums.points:
        return Gate.SHORT
    happened = [abs(count) for point in last if (count := counts[point.position]) is not None]
    return Gate.FEW_EVENTS if not happened or fmean(happened) < minimums.events else None
