"""The pace of a year's flow towards its plan, by past years' seasonal shares, not a straight line (after the OBR)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from indicators.methods.series import number, numbers
from indicators.methods.year_total import Season, YearTotal, year_total

QUARTERS, MONTHS = 4, 12
EARLY_SHARE = Fraction(1, 4)
ON_PACE_CHANCE, AT_RISK_CHANCE = 0.5, 0.2
BORROWED_SEASON_WEIGHT = 30.0
"""Events that a season which is not the unit's own counts for beside the unit's own past years."""

_RANGES = (0.1, 0.9, 0.025, 0.975)

Years = Iterable[Iterable[Any]]


class ShareSource(StrEnum):
    """The source of the share expected by now."""

    HISTORY = "history"
    POOLED = "pooled"
    LINEAR = "linear"


class PaceVerdict(StrEnum):
    """The verdict of the pace, by the chance of reaching the plan."""

    REACHED = "reached"
    ON_PACE = "on_pace"
    AT_RISK = "at_risk"
    UNLIKELY = "unlikely"
    CANNOT_TELL = "cannot_tell"
    NO_PLAN = "no_plan"


SHORT_OF_PACE = frozenset({PaceVerdict.AT_RISK, PaceVerdict.UNLIKELY})
"""The verdicts of a plan that will sooner be missed than reached."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The state of a year after `period` sub-periods, with `done` of the `plan`.

    `share`: of the year that past years had reached; `expected`: plan times share; `index`: year to date over expected;
    `outlook`: the predictive distribution of the year's total, `projection` its mean; `chance` of reaching the plan;
    `run_rate`: needed in each sub-period left; `p_behind`: chance of so few or fewer where exactly so many are
    expected. None where an input is missing.
    """

    basis: ShareSource
    years: int
    done: float | None
    plan: float | None
    share: float
    expected: float | None
    index: float | None
    projection: float | None
    run_rate: float | None
    chance: float | None
    p_behind: float | None
    verdict: PaceVerdict
    outlook: YearTotal | None = field(repr=False, compare=False)

    @property
    def low(self) -> float | None:
        """Lower bound of the 80 % prediction interval of the year's total."""
        return self._ranges[0]

    @property
    def high(self) -> float | None:
        """Upper bound of that interval."""
        return self._ranges[1]

    @property
    def likely_low(self) -> float | None:
        """Lower bound of the 95 % prediction interval of the year's total."""
        return self._ranges[2]

    @property
    def likely_high(self) -> float | None:
        """Upper bound of that interval."""
        return self._ranges[3]

    @cached_property
    def _ranges(self) -> Sequence[float | None]:
        return (None,) * len(_RANGES) if self.outlook is None else self.outlook.quantiles(*_RANGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceRule:
    """No verdict below the share `early`; on pace from the chance `on_pace`, at risk from `at_risk`, else unlikely."""

    early: Fraction = EARLY_SHARE
    on_pace: float = ON_PACE_CHANCE
    at_risk: float = AT_RISK_CHANCE


DEFAULT_RULE = PaceRule()


def pace(
    ytd: Any,
    plan: Any,
    history: Years,
    period: int,
    *,
    pooled: Years | None = None,
    periods: int | None = None,
    rule: PaceRule = DEFAULT_RULE,
) -> Pace:
    """The pace of a count after `period` (from 1) sub-periods of its year.

    `history`: past years' flows by sub-period; years with a blank are passed over, years without any flow have no
    season but tell the level. `pooled`: the province's, in place of a single past year's season; without any, linear.
    `periods` in a year: as many as the past years have, else 4, or 12 where that is too few. Source: the monthly
    profiles of the OBR, Working Paper 13; the chances are ours.

    Raises:
        ValueError: period outside the year, past years of unequal length, a number below 0.
    """
    own, wide = [numbers(year) for year in history], [numbers(year) for year in pooled or ()]
    length = _length([*own, *wide], periods) or (QUARTERS if period <= QUARTERS else MONTHS)
    if not 1 <= period <= length:
        raise ValueError(f"sub-period {period} of a year of {length}")
    done, goal = number(ytd), number(plan)
    if any(value is not None and value < 0 for year in (*own, *wide, [done, goal]) for value in year):
        raise ValueError("flows and plans are 0 or more")
    basis, years = _years(own, wide)
    share = _share(years, period) if years else Fraction(period, length)
    outlook = None if done is None else year_total(done, _complete(own), _season(basis, years, length), period)
    chance = outlook.chance(goal) if outlook is not None and goal else None
    return Pace(
        basis=basis,
        years=len(years),
        done=done,
        plan=goal,
        share=float(share),
        expected=goal * float(share) if goal else None,
        index=done / (goal * float(share)) if done is not None and goal and share else None,
        projection=outlook.mean if outlook is not None else None,
        run_rate=(goal - done) / (length - period) if goal and done is not None and period < length else None,
        chance=chance,
        p_behind=_p_behind(done, goal, share),
        verdict=_verdict(chance, done, goal, share, rule),
        outlook=outlook,
    )


def _length(years: Sequence[Sequence[float | None]], periods: int | None) -> int | None:
    lengths = {len(year) for year in years} | ({periods} if periods is not None else set())
    if len(lengths) > 1:
        raise ValueError(f"years of {sorted(lengths)} sub-periods")
    return lengths.pop() if lengths else None


def _complete(years: Iterable[Sequence[float | None]]) -> list[list[float]]:
    return [[flow for flow in year if flow is not None] for year in years if None not in year]


def _years(
    own: Sequence[Sequence[float | None]], pooled: Sequence[Sequence[float | None]]
) -> tuple[ShareSource, list[list[float]]]:
    """The complete years with any flow whose season is expected."""
    mine, wide = ([year for year in _complete(years) if any(year)] for years in (own, pooled))
    if wide and len(mine) == 1:
        return ShareSource.POOLED, wide
    return (ShareSource.HISTORY, mine) if mine else (ShareSource.LINEAR, [])


def _share(years: Sequence[Sequence[float]], period: int) -> Fraction:
    """The mean share of their totals that years had reached by the end of the sub-period."""
    exact = [[Fraction(flow) for flow in year] for year in years]
    return sum((sum(year[:period], Fraction()) / sum(year) for year in exact), Fraction()) / len(exact)


def _season(basis: ShareSource, years: Sequence[Sequence[float]], length: int) -> Season:
    """What is believed of the season before the unit's own past years are looked at."""
    even = [1 / length] * length
    if basis is ShareSource.HISTORY:
        return Season(shares=even)
    if basis is ShareSource.LINEAR:
        return Season(shares=even, weight=BORROWED_SEASON_WEIGHT)
    means = [float(_share(years, part + 1) - _share(years, part)) for part in range(length)]
    evenly = 1 / BORROWED_SEASON_WEIGHT  # no sub-period is impossible because it was empty once
    shares = [(1 - evenly) * mean + evenly * part for mean, part in zip(means, even, strict=True)]
    return Season(shares=shares, weight=BORROWED_SEASON_WEIGHT)


def _p_behind(done: float | None, plan: float | None, share: Fraction) -> float | None:
    """P(X <= done) where X is Poisson with the mean that the plan expects by now; None without plan or count."""
    if done is None or not plan:
        return None
    from scipy.special import pdtr

    return float(pdtr(done, plan * float(share)))


def _verdict(
    chance: float | None, done: float | None, plan: float | None, share: Fraction, rule: PaceRule = DEFAULT_RULE
) -> PaceVerdict:
    """The one verdict on a pace; a reached plan is never too early to tell."""
    if not plan:
        return PaceVerdict.NO_PLAN
    if done is None or chance is None:
        return PaceVerdict.CANNOT_TELL
    if done >= plan:
        return PaceVerdict.REACHED
    if share < rule.early:
        return PaceVerdict.CANNOT_TELL
    if chance >= rule.on_pace:
        return PaceVerdict.ON_PACE
    return PaceVerdict.AT_RISK if chance >= rule.at_risk else PaceVerdict.UNLIKELY
