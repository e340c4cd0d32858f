"""Funnel plots: does a unit differ from its peers by more than chance? Limits, verdicts, over-dispersion, rates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isclose, sqrt
from statistics import NormalDist, fmean, quantiles
from typing import Any, TypeGuard

from indicators.methods.exact import binomial_crossings, poisson_crossings
from indicators.methods.series import number, numbers

NORMAL = NormalDist()
INNER, OUTER = 0.025, 0.001  # one tail of 95 % and of 99.8 %
EXACT_BINOMIAL_BELOW = 30  # denominators below use exact binomial tails
EXACT_POISSON_BELOW = 10  # counts below use exact Poisson limits, others Byar's
BISECTION_STEP = 1e-7  # resolution of the published tables of expected events
MIN_UNITS = 10  # fewest units for which over-dispersion is estimated
WINSORISED_PART = 10  # one in so many at either end

_Pair = tuple[float, float]


class FunnelKind(StrEnum):
    """What is compared: part of a whole, events per exposure, or observed over expected."""

    PROPORTION = "proportion"
    RATE = "rate"
    RATIO = "ratio"


class FunnelVerdict(StrEnum):
    """A unit's position in the funnel, by the limit that it crosses."""

    HIGH_OUTER = "High (0.001)"
    HIGH = "High (0.025)"
    NONE = "Not significant"
    LOW = "Low (0.025)"
    LOW_OUTER = "Low (0.001)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelLimits:
    """The funnel at one denominator: 95 % and 99.8 % limits of the value; None where that is 0 or missing."""

    denominator: float | None
    average: float
    lower_95: float | None = None
    upper_95: float | None = None
    lower_998: float | None = None
    upper_998: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """A rate times its multiplier, with its confidence limits."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedUnit:
    """One unit of a comparison; fields are None where numerator or denominator is missing."""

    value: float | None
    limits: FunnelLimits | None
    verdict: FunnelVerdict | None


ABSENT = ComparedUnit(value=None, limits=None, verdict=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Units against their own average; with `adjusted` the limits are widened by `tau2`, the variance between units."""

    kind: FunnelKind
    average: float | None
    dispersion: float | None
    tau2: float
    adjusted: bool
    units: tuple[ComparedUnit, ...]


def limits(
    denominators: Iterable[Any], average: float, kind: str = FunnelKind.PROPORTION, tau2: float = 0.0
) -> tuple[FunnelLimits, ...]:
    """The funnel at each denominator by the published formulas; the limits that decide are `decision_limits`.

    Denominators are people, exposure, or for ratios the events expected at 1. Proportions: average +- z*sqrt(s²+tau²),
    within 0..1. Ratios: exact Poisson limits of the expected events; rates: exact under ten events, Byar's from ten;
    both +- z*sqrt(s²+tau²) where `tau2` is given. Sources: Spiegelhalter 2005; PHEindicatormethods 2.1.

    Raises:
        ValueError: negative denominator, average below 0 or, of proportions, above 1.
    """
    sort, centre = FunnelKind(kind), _average(average, kind)
    return tuple(_limits_at(size, centre, sort, tau2) for size in numbers(denominators))


def _limits_at(size: float | None, average: float, kind: FunnelKind, tau2: float) -> FunnelLimits:
    if not _is_divisor(size):
        return FunnelLimits(denominator=size, average=average)
    return _from_pairs(size, average, *(_interval(size, average, kind, tail, tau2) for tail in (INNER, OUTER)))


def _is_divisor(size: float | None) -> TypeGuard[float]:
    if size is not None and size < 0:
        raise ValueError(f"denominator {size} is below 0")
    return bool(size)


def _from_pairs(size: float, average: float, inner: _Pair, outer: _Pair) -> FunnelLimits:
    (lower_95, upper_95), (lower_998, upper_998) = inner, outer
    return FunnelLimits(
        denominator=size,
        average=average,
        lower_95=lower_95,
        upper_95=upper_95,
        lower_998=lower_998,
        upper_998=upper_998,
    )


def _interval(size: float, average: float, kind: FunnelKind, tail: float, tau2: float) -> _Pair:
    if kind is FunnelKind.PROPORTION or tau2:
        reach = NORMAL.inv_cdf(1 - tail) * sqrt(_variance(size, average, kind) + tau2)
        upper = average + reach
        return max(0.0, average - reach), min(1.0, upper) if kind is FunnelKind.PROPORTION else upper
    lower, upper = _poisson(average * size, tail, exact=kind is FunnelKind.RATIO)
    return lower / size, upper / size


def decision_limits(
    denominators: Iterable[Any], average: float, kind: str = FunnelKind.PROPORTION, tau2: float = 0.0
) -> tuple[FunnelLimits, ...]:
    """The limits that decide at each denominator: a value beyond one is different, on it or within is not.

    Proportions: as `limits`, below thirty where the exact binomial tail is 0.025 and 0.001. Rates and ratios: where the
    exact Poisson tail is. `tau2` widens each distance from the average by sqrt(1+tau²/s²), which for the normal limits
    is average +- z*sqrt(s²+tau²). Source: Spiegelhalter 2005.

    Raises:
        ValueError: as `limits`.
    """
    sort, centre = FunnelKind(kind), _average(average, kind)
    sizes = numbers(denominators)
    exact = sorted({size for size in sizes if _is_divisor(size) and _is_exact(size, centre, sort)})
    pairs = [_exact_intervals(exact, centre, sort, tail, tau2) for tail in (INNER, OUTER)]
    found = {size: _from_pairs(size, centre, *(pair[size] for pair in pairs)) for size in exact}
    return tuple(found[size] if size in found else _limits_at(size, centre, sort, tau2) for size in sizes)


def _is_exact(size: float, average: float, kind: FunnelKind) -> bool:
    """Whether exact tails decide; not at an average of 0 or 1, where nothing varies."""
    return (kind is not FunnelKind.PROPORTION or size < EXACT_BINOMIAL_BELOW) and _variance(size, average, kind) > 0


def _exact_intervals(
    sizes: Sequence[float], average: float, kind: FunnelKind, tail: float, tau2: float
) -> Mapping[float, _Pair]:
    """The exact limits of the value at each size, widened and within what is possible."""
    import numpy as np

    at = np.array(sizes, dtype=float)
    proportion = kind is FunnelKind.PROPORTION
    low, high = binomial_crossings(at, average, tail) if proportion else poisson_crossings(average * at, tail)
    low, high = low / at, high / at
    if tau2:
        widening = np.sqrt(1 + tau2 * at / (average * (1 - average if proportion else 1)))
        low, high = average - (average - low) * widening, average + (high - average) * widening
    low, high = np.maximum(low, 0.0), np.minimum(high, 1.0 if proportion else np.inf)
    return dict(zip(sizes, zip(low.tolist(), high.tolist(), strict=True), strict=True))


def _variance(size: float, average: float, kind: FunnelKind) -> float:
    return average * (1 - average if kind is FunnelKind.PROPORTION else 1) / size


def _poisson(events: float, tail: float, *, exact: bool) -> tuple[float, float]:
    """Limits of the mean of a Poisson count: exact (always, or of under ten events), else Byar's approximation."""
    if not exact and (events > EXACT_POISSON_BELOW or isclose(events, EXACT_POISSON_BELOW)):
        z, above = NORMAL.inv_cdf(1 - tail), events + 1
        return (
            events * (1 - 1 / (9 * events) - z / (3 * sqrt(events))) ** 3,
            above * (1 - 1 / (9 * above) + z / (3 * sqrt(above))) ** 3,
        )
    if exact and 0 < events < EXACT_POISSON_BELOW and events.is_integer():
        return _bisected(events, tail)
    from scipy.special import gammaincinv

    return float(gammaincinv(events, tail)) if events else 0.0, float(gammaincinv(events + 1, 1 - tail))


def _bisected(events: float, tail: float) -> tuple[float, float]:
    """Exact limits for few events, bisected as coarsely as PHEindicatormethods, to reproduce its tables."""
    from scipy.special import gammainc, gammaincc

    def limit(is_below: Callable[[float], bool]) -> float:
        place = step = 0.5
        while step > BISECTION_STEP:
            step /= 2
            place += step if is_below((1 + events) * place / (1 - place)) else -step
        return (1 + events) * place / (1 - place)

    return limit(lambda mean: gammainc(events, mean) <= tail), limit(lambda mean: gammaincc(events + 1, mean) >= tail)


def rate_limits(
    count: float | None, exposure: float | None, confidence: float = 0.95, multiplier: float = 1
) -> RateLimits | None:
    """The rate of one unit with its limits: exact Poisson under ten events, Byar's from ten. None when one is missing.

    Raises:
        ValueError: count below 0, exposure not above 0, confidence not 0.9..1 (or 90..100 %).
    """
    events, size = number(count), number(exposure)
    if events is None or size is None:
        return None
    level = confidence / 100 if confidence > 1 else confidence
    if events < 0 or size <= 0 or not 0.9 <= level < 1:
        raise ValueError(f"{count} events over {exposure} at confidence {confidence}: no rate")
    lower, upper = _poisson(events, (1 - level) / 2, exact=False)
    return RateLimits(
        value=events / size * multiplier, lower=lower / size * multiplier, upper=upper / size * multiplier
    )


def verdict(
    numerator: Any, denominator: Any, average: float, kind: str = FunnelKind.PROPORTION
) -> FunnelVerdict | None:
    """Which of the `decision_limits` at the average a value lies beyond; None when an input is missing.

    Proportions by the normal limits, below thirty by exact binomial tails; rates and ratios by exact Poisson tails.

    Raises:
        ValueError: numerator below 0 or, of proportions, above the denominator; denominator not above 0; average as
            `limits`.
    """
    centre = _average(average, kind)
    case = _case(numerator, denominator, FunnelKind(kind))
    if case is None:
        return None
    x, n = case
    return _position(x / n, decision_limits([n], centre, kind)[0])


def compare(
    numerators: Iterable[Any],
    denominators: Iterable[Any],
    kind: str = FunnelKind.PROPORTION,
    overdispersion: bool | None = None,
    comparable: int = MIN_UNITS,
) -> Funnel:
    """Units against their own average Σx/Σn over those that gave both; denominators of 0 are not compared.

    `overdispersion`: whether variance between units beyond chance widens the limits (Spiegelhalter 2005, additive);
    None: from ten units. Limits are the `decision_limits`, and the verdict is the value's position among them.

    Raises:
        ValueError: as `verdict`; numerators and denominators of different lengths.
    """
    sort = FunnelKind(kind)
    pairs = zip(numbers(numerators), numbers(denominators), strict=True)
    cases = [_case(x, n, sort) if n != 0 else None for x, n in pairs]
    compared = [case for case in cases if case]
    if not compared:
        return Funnel(kind=sort, average=None, dispersion=None, tau2=0.0, adjusted=False, units=(ABSENT,) * len(cases))
    average = sum(x for x, _ in compared) / sum(n for _, n in compared)
    dispersion, tau2 = spread(compared, average, sort)
    adjusted = len(compared) >= comparable if overdispersion is None else overdispersion
    at = iter(decision_limits([n for _, n in compared], average, sort, tau2 * adjusted))
    return Funnel(
        kind=sort,
        average=average,
        dispersion=dispersion,
        tau2=tau2,
        adjusted=adjusted,
        units=tuple(_compare_one(*case, next(at)) if case else ABSENT for case in cases),
    )


def _compare_one(x: float, n: float, at: FunnelLimits) -> ComparedUnit:
    return ComparedUnit(value=x / n, limits=at, verdict=_position(x / n, at))


def spread(cases: Sequence[tuple[float, float]], average: float, kind: FunnelKind) -> tuple[float | None, float]:
    """Dispersion phi (mean of the winsorised z²) and tau², the between-unit variance beyond chance."""
    variances = [_variance(n, average, kind) for _, n in cases]
    if len(cases) < 2 or not all(variances):
        return None, 0.0
    scores = [(x / n - average) / sqrt(s2) for (x, n), s2 in zip(cases, variances, strict=True)]
    cuts = quantiles(scores, n=WINSORISED_PART, method="inclusive")
    phi = fmean(min(max(score, cuts[0]), cuts[-1]) ** 2 for score in scores)
    weights = [1 / s2 for s2 in variances]
    total, count = sum(weights), len(cases)
    return phi, max(0.0, (count * phi - (count - 1)) / (total - sum(w * w for w in weights) / total))


def _average(average: float, kind: str) -> float:
    centre = number(average)
    if centre is None or centre < 0 or (kind == FunnelKind.PROPORTION and centre > 1):
        raise ValueError(f"average {average} of a {kind}")
    return centre


def _case(numerator: Any, denominator: Any, kind: FunnelKind) -> tuple[float, float] | None:
    x, n = number(numerator), number(denominator)
    if x is None or n is None:
        return None
    if x < 0 or n <= 0 or (kind is FunnelKind.PROPORTION and x > n):
        raise ValueError(f"{numerator} of {denominator} is no {kind}")
    return x, n


def _position(value: float, at: FunnelLimits) -> FunnelVerdict:
    """The outermost limit that the value lies beyond."""
    for limit, found in ((at.lower_998, FunnelVerdict.LOW_OUTER), (at.lower_95, FunnelVerdict.LOW)):
        if limit is not None and value < limit:
            return found
    for limit, found in ((at.upper_998, FunnelVerdict.HIGH_OUTER), (at.upper_95, FunnelVerdict.HIGH)):
        if limit is not None and value > limit:
            return found
    return FunnelVerdict.NONE
