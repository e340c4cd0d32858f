"""How sure is a rank? Ranks of units with the interval that chance leaves them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indicators.methods.funnel import FunnelKind
from indicators.methods.series import numbers

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Values = NDArray[float64]

SEED = 20200930
MOST_DRAWS, FEWEST_DRAWS, MOST_DRAWN = 1000, 200, 400_000
TAIL = 0.025  # one tail of the 95 % interval
APART = 1.959964  # standard errors between two values that are told apart
LIKENESS = (0.5, 1e6, 49)  # grid of how alike the units' true values may be: from, to, steps, evenly in the logarithm


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """A unit's rank, 1 the best, among `of` ranked units; its true rank lies from `low` to `high` with 95 %."""

    rank: int
    low: int
    high: int
    of: int

    def is_before(self, other: Rank) -> bool:
        """Whether the two can be told apart, this one being the better."""
        return self.high < other.low


def exact_ranks(values: Iterable[Any], *, lower_is_better: bool = False) -> tuple[Rank | None, ...]:
    """Ranks of values that no chance is in, such as counts: an interval only of those that are equal."""
    known = numbers(values)
    sign = -1 if lower_is_better else 1
    ordered = sorted(sign * value for value in known if value is not None)
    return tuple(None if value is None else _exact(ordered, sign * value) for value in known)


def _exact(ordered: Sequence[float], value: float) -> Rank:
    better, equal = len(ordered) - bisect_right(ordered, value), bisect_left(ordered, value)
    return Rank(rank=1 + better, low=1 + better, high=len(ordered) - equal, of=len(ordered))


def chance_ranks(
    numerators: Iterable[Any],
    denominators: Iterable[Any],
    kind: str = FunnelKind.PROPORTION,
    *,
    lower_is_better: bool = False,
) -> tuple[Rank | None, ...]:
    """Ranks of shares or rates by value, with the 95 % interval of the true rank; None without a denominator.

    The true values are drawn from their distribution given the counts: beta (rates: gamma) around the units' common
    mean, as alike as the counts make likely. So a small unit's extreme value is drawn in, and units that may well be
    equal may have any rank. The seed is fixed: the same counts give the same intervals. An interval is at least as wide
    as what the unit's differences from each other unit leave open, which holds where the units fall into groups. After
    Goldstein and Spiegelhalter, League tables and their limitations (1996).

    Raises:
        ValueError: numerators and denominators of different lengths.
    """
    import numpy as np

    sort = FunnelKind(kind)
    pairs = zip(numbers(numerators), numbers(denominators), strict=True)
    cases = [(x, n) if x is not None and n else None for x, n in pairs]
    plain = exact_ranks([case and case[0] / case[1] for case in cases], lower_is_better=lower_is_better)
    known = [case for case in cases if case]
    if len(known) < 2:
        return plain
    x, n = np.array(known, dtype=float).T
    sign = -1 if lower_is_better else 1
    drawn = np.argsort(np.argsort(-sign * _drawn(x, n, sort), axis=0), axis=0) + 1
    better, worse = _apart(x, n, sort)[::sign]
    low = np.minimum(np.quantile(drawn, TAIL, axis=1, method="lower"), 1 + better)
    high = np.maximum(np.quantile(drawn, 1 - TAIL, axis=1, method="higher"), len(known) - worse)
    intervals = iter(zip(low.tolist(), high.tolist(), strict=True))
    return tuple(own and _widened(own, *next(intervals)) for own in plain)


def _widened(own: Rank, low: float, high: float) -> Rank:
    return Rank(rank=own.rank, low=min(own.low, int(low)), high=max(own.high, int(high)), of=own.of)


def _apart(x: Values, n: Values, kind: FunnelKind) -> tuple[Values, Values]:
    """For each unit, how many have a value that is higher, and how many one that is lower, by more than chance.

    Variances of a share are those of Agresti and Caffo (2000), so that 0 of 5 is not certain.
    """
    import numpy as np

    if kind is FunnelKind.PROPORTION:
        share = (x + 1) / (n + 2)
        variance = share * (1 - share) / (n + 2)
    else:
        variance = (x + 1) / n**2
    value = x / n
    scores = (value - value[:, None]) / np.sqrt(variance + variance[:, None])
    return (scores > APART).sum(axis=1), (scores < -APART).sum(axis=1)


def _drawn(x: Values, n: Values, kind: FunnelKind) -> Values:
    """Draws of the units' true values, a row a unit."""
    import numpy as np

    random = np.random.default_rng(SEED)
    draws = min(MOST_DRAWS, max(FEWEST_DRAWS, MOST_DRAWN // len(x)))
    first, last, steps = LIKENESS
    alike = np.geomspace(first, last, steps)[:, None]
    likelihood, means = (_betas if kind is FunnelKind.PROPORTION else _gammas)(x, n, alike)
    weights = np.exp(likelihood - likelihood.max())
    chosen = random.choice(steps, size=draws, p=weights / weights.sum())
    strength, mean = alike[chosen, 0], means[chosen]
    drawn: Values
    if kind is FunnelKind.PROPORTION:
        drawn = random.beta(strength * mean + x[:, None], strength * (1 - mean) + (n - x)[:, None])
    else:
        drawn = random.gamma(strength + x[:, None]) / (strength / mean + n[:, None])
    return drawn


def _betas(x: Values, n: Values, alike: Values) -> tuple[Values, Values]:
    """Log-likelihood of each strength of a beta with the best mean for it, and these means."""
    from scipy.special import betaln

    weights = 1 / (1 + alike) + 1 / n  # times the binomial variance: that of a value around the mean
    mean = _weighted(x / n, 1 / weights).clip(1e-6, 1 - 1e-6)
    a, b = alike * mean, alike * (1 - mean)
    return (betaln(a + x, b + n - x) - betaln(a, b)).sum(axis=1), mean[:, 0]


def _gammas(x: Values, n: Values, alike: Values) -> tuple[Values, Values]:
    """The same for the shape of a gamma of rates."""
    import numpy as np
    from scipy.special import gammaln

    centre = max(x.sum(), 0.5) / n.sum()
    mean = _weighted(x / n, 1 / (1 / n + centre / alike)).clip(centre * 1e-3)
    rate = alike / mean
    terms = gammaln(alike + x) - gammaln(alike) + alike * np.log(rate) - (alike + x) * np.log(rate + n)
    return terms.sum(axis=1), mean[:, 0]


def _weighted(values: Values, weights: Values) -> Values:
    found: Values = (values * weights).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)
    return found
