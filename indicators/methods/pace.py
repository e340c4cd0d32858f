"""The pace of a year's flow towards its plan, by past years' seasonal shares, not a straight line (after the OBR)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Any

from indicators.methods.series import number, numbers

QUARTERS, MONTHS = 4, 12
EARLY_SHARE = Fraction(1, 4)
BEHIND_PROBABILITY = 0.025
TAIL_PROBABILITY = 0.025

Years = Iterable[Iterable[Any]]


class ShareSource(StrEnum):
    """The source of the share expected by now."""

    HISTORY = "history"
    POOLED = "pooled"
    LINEAR = "linear"


class PaceVerdict(StrEnum):
    """The verdict of the pace."""

    BEHIND = "behind"
    ON_PACE = "on_pace"
    TOO_EARLY = "too_early"
    NO_PLAN = "no_plan"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The state of a year after `period` sub-periods, with `done` of the `plan`.

    `share`: of the year that past years had reached; `expected`: plan times share; `index`: year to date over expected;
    `projection` of the year, `low`..`high` over the past years; `run_rate`: needed in each sub-period left;
    `p_behind`: chance of so few or fewer on pace. None where an input is missing.
    """

    basis: ShareSource
    years: int
    done: float | None
    plan: float | None
    share: float
    expected: float | None
    index: float | None
    projection: float | None
    low: float | None
    high: float | None
    run_rate: float | None
    p_behind: float | None
    verdict: PaceVerdict

    @property
    def chance(self) -> float | None:
        """The probability of reaching the plan."""
        return _chance(self.done, self.plan, self.share)

    @property
    def likely_low(self) -> float | None:
        """Lower bound of the 95 % prediction interval of the year's total."""
        return _likely(TAIL_PROBABILITY, self.done, self.share)

    @property
    def likely_high(self) -> float | None:
        """Upper bound of that interval."""
        return _likely(1 - TAIL_PROBABILITY, self.done, self.share)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceRule:
    """No verdict below the share `early`; behind, where so few by now are rarer than `behind` when on pace."""

    early: Fraction = EARLY_SHARE
    behind: float = BEHIND_PROBABILITY


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

    `history`: past years' flows by sub-period, years with a blank or without any flow are passed over; `pooled`: the
    province's, in place of a single past year; without any, linear. `periods` in a year: as many as the past years
    have, else 4, or 12 where that is too few. Source: the monthly profiles of the OBR, Working Paper 13; the chances
    are ours.

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
    basis, shares = _shares(own, wide, period)
    share = sum(shares, Fraction()) / len(shares) if shares else Fraction(period, length)
    p_behind = tail_probability(done, goal, share)
    return Pace(
        basis=basis,
        years=len(shares),
        done=done,
        plan=goal,
        share=float(share),
        expected=goal * float(share) if goal else None,
        index=done / (goal * float(share)) if done is not None and goal and share else None,
        projection=_over(done, share),
        low=_over(done, max(shares)) if shares else None,
        high=_over(done, min(shares)) if shares else None,
        run_rate=(goal - done) / (length - period) if goal and done is not None and period < length else None,
        p_behind=p_behind,
        verdict=_verdict(p_behind, goal, share, rule),
    )


def _length(years: Sequence[Sequence[float | None]], periods: int | None) -> int | None:
    lengths = {len(year) for year in years} | ({periods} if periods is not None else set())
    if len(lengths) > 1:
        raise ValueError(f"years of {sorted(lengths)} sub-periods")
    return lengths.pop() if lengths else None


def _shares(
    own: Sequence[Sequence[float | None]], pooled: Sequence[Sequence[float | None]], period: int
) -> tuple[ShareSource, list[Fraction]]:
    """The share of its total that each usable past year had reached by the sub-period."""
    mine, wide = shares_reached(own, period), shares_reached(pooled, period)
    if wide and len(mine) == 1:
        return ShareSource.POOLED, wide
    return (ShareSource.HISTORY, mine) if mine else (ShareSource.LINEAR, [])


def shares_reached(years: Iterable[Sequence[float | None]], period: int) -> list[Fraction]:
    """The share reached by the end of the sub-period in each complete year with any flow."""
    complete = [[Fraction(flow) for flow in year if flow is not None] for year in years if None not in year]
    return [sum(year[:period], Fraction()) / sum(year) for year in complete if sum(year)]


def _over(done: float | None, share: Fraction) -> float | None:
    return done / float(share) if done is not None and share else None


def tail_probability(done: float | None, plan: float | None, share: Fraction) -> float | None:
    """P(X <= done) where X is Poisson with the mean that the plan expects by now; None without plan or count."""
    if done is None or not plan:
        return None
    from scipy.special import pdtr

    return float(pdtr(done, plan * float(share)))


def _chance(done: float | None, plan: float | None, share: float) -> float | None:
    """P(done + rest >= plan); the rest is negative binomial with done + 1/2 successes of probability `share`."""
    if done is None or not plan or not share:
        return None
    missing = ceil(plan - done)
    if missing <= 0:
        return 1.0
    from scipy.special import betainc

    return float(betainc(missing, done + 0.5, 1 - share))


def _likely(probability: float, done: float | None, share: float) -> float | None:
    """The quantile of the year's total."""
    return done + _rest(probability, done, share) if done is not None and share else None


def _rest(probability: float, done: float, share: float) -> int:
    """The quantile of the rest of the year: the least count reached or undercut with the probability."""
    if share >= 1:
        return 0
    from scipy.special import betainc, nbdtrik

    def at_most(rest: int) -> float:
        return float(betainc(done + 0.5, rest + 1, share))

    rest = max(0, floor(float(nbdtrik(probability, done + 0.5, share))))
    while at_most(rest) < probability:
        rest += 1
    return rest


def _verdict(p_behind: float | None, plan: float | None, share: Fraction, rule: PaceRule) -> PaceVerdict:
    if not plan:
        return PaceVerdict.NO_PLAN
    if p_behind is None:
        return PaceVerdict.CANNOT_TELL
    if share < rule.early:
        return PaceVerdict.TOO_EARLY
    return PaceVerdict.BEHIND if p_behind < rule.behind else PaceVerdict.ON_PACE
