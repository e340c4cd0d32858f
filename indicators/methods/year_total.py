"""How a year may end, given its first sub-periods: the predictive distribution of the year's total.

Three things are uncertain, and each is allowed for: the share of the year that the first sub-periods make up (a Beta,
whose spread is learnt from how past years' seasons differ), the level of the year (a Gamma about the past years' mean,
with a wider one for years that break with them) and what is left to chance (a Poisson). Everything is summed over
grids, so that equal input gives equal output.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

LEVEL_VARIATION = 0.17
"""Coefficient of variation of a unit's total from year to year, beyond chance: pooled over units."""

BROKEN_LEVEL_VARIATION, BROKEN_LEVEL_WEIGHT = 0.5, 0.2
"""The same of a year that breaks with the past ones, such as a campaign or a standstill, and how often that is."""

SEASON_WEIGHT = 1.0
"""Events that an even season counts for beside a unit's own past years."""

_CONCENTRATIONS: Array = np.geomspace(15, 2000, 10)  # of the season from year to year; equally likely beforehand
_NODES = 128
_ANGLES: Array = (np.arange(_NODES) + 0.5) / _NODES * np.pi / 2
_SHARES: Array = np.sin(_ANGLES) ** 2  # of even precision everywhere between 0 and 1
_LOG_SHARE, _LOG_REST, _LOG_WIDTH = np.log(_SHARES), np.log1p(-_SHARES), np.log(np.sin(2 * _ANGLES))
_NEGLIGIBLE = 1e-6
_REACH = 10  # standard deviations that quantiles are looked for within


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What is believed of the sub-periods' shares of a year before it is known: `shares`, worth `weight` events."""

    shares: Sequence[float]
    weight: float = SEASON_WEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTotal:
    """The total of a year of which `done` is known: `done` plus a mixture of negative binomials.

    They have `successes`, probabilities of failure `failures`, and `weights` that sum to 1.
    """

    done: float
    successes: Array = field(repr=False)
    weights: Array = field(repr=False)
    failures: Array = field(repr=False)

    @property
    def mean(self) -> float:
        """The expected total."""
        return self.done + float(self.weights @ self._means)

    def chance(self, total: float) -> float:
        """P(year >= total)."""
        missing = ceil(total - self.done)
        return 1.0 if missing <= 0 else float(self._at_least(np.array([missing]))[0])

    def quantiles(self, *probabilities: float) -> tuple[float, ...]:
        """For each probability the least total of which P(year <= total) is at least as high."""
        means = self._means
        rest = float(self.weights @ means)
        variance = float(self.weights @ (means / (1 - self.failures) + means**2)) - rest**2
        short = np.full(len(probabilities), -1.0)
        enough = np.full(len(probabilities), float(ceil(rest + _REACH * max(0.0, variance) ** 0.5)))
        while ((short < (middle := (short + enough) // 2)) & (middle < enough)).any():
            is_enough = 1 - self._at_least(middle + 1) >= probabilities
            short, enough = np.where(is_enough, short, middle), np.where(is_enough, middle, enough)
        return tuple(self.done + float(count) for count in enough)

    def _at_least(self, counts: Array) -> Array:
        """P(rest of the year >= count), of counts from 1."""
        from scipy.special import betainc

        above: Array = betainc(counts[:, None], self.successes, self.failures) @ self.weights
        return np.minimum(1, above)

    @property
    def _means(self) -> Array:
        return self.successes * self.failures / (1 - self.failures)


def year_total(done: float, past: Sequence[Sequence[float]], season: Season, period: int) -> YearTotal:
    """The total of a year after `period` sub-periods, from the flows of complete past years by sub-period.

    The concentration of the season is learnt by the Dirichlet-multinomial likelihood of the past years, the year's
    level has a Gamma prior about their mean; without past years nothing is presumed of the level.
    """
    if period >= len(season.shares):
        return YearTotal(done=done, successes=np.ones(1), weights=np.ones(1), failures=np.zeros(1))
    flows = np.array(past, dtype=np.float64).reshape(len(past), len(season.shares))
    levels = _levels(flows.sum(axis=1))
    chances = _share_density(flows, season, period) + _LOG_WIDTH + levels.likelihood(done)
    weights = np.exp(chances - chances.max())
    kept = weights > _NEGLIGIBLE
    return YearTotal(
        done=done,
        successes=np.broadcast_to(levels.shapes + done, weights.shape)[kept],
        weights=weights[kept] / weights[kept].sum(),
        failures=((1 - _SHARES) / (1 + levels.rates))[kept],
    )


@dataclass(frozen=True, slots=True)
class _Levels:
    """The prior of a year's level, a mixture of Gammas: columns of shapes, rates (per year) and weights."""

    shapes: Array
    rates: Array
    weights: Array

    def likelihood(self, done: float) -> Array:
        """The logarithm of how likely each Gamma and share make what is done, up to a constant."""
        if not self.rates.any():
            return np.zeros((1, 1))
        from scipy.special import gammaln

        shapes, exposed = self.shapes, self.rates + _SHARES
        likelihood: Array = (
            gammaln(shapes + done) - gammaln(shapes) + shapes * np.log(self.rates / exposed) + np.log(self.weights)
        )
        return likelihood + done * (_LOG_SHARE - np.log(exposed))


def _levels(totals: Array) -> _Levels:
    """About the past years' mean, wider the less it is known; flat where there are none."""
    if not totals.size:
        return _Levels(np.full((1, 1), 0.5), np.zeros((1, 1)), np.ones((1, 1)))
    events = float(totals.sum()) + 1
    variations = np.array([[LEVEL_VARIATION], [BROKEN_LEVEL_VARIATION]])
    shapes = 1 / (variations**2 * (1 + 1 / totals.size) + 1 / events)
    weights = np.array([[1 - BROKEN_LEVEL_WEIGHT], [BROKEN_LEVEL_WEIGHT]])
    return _Levels(shapes, shapes * totals.size / events, weights)


def _share_density(flows: Array, season: Season, period: int) -> Array:
    """The logarithm of how likely the nodes are as the share reached by the sub-period, up to a constant."""
    from scipy.special import betaln, gammaln

    concentrations, totals = _CONCENTRATIONS, flows.sum(axis=1, keepdims=True)
    worth = totals * (concentrations + 1) / (totals + concentrations)  # a year's events as if each were drawn alone
    whole = season.weight + worth.sum(axis=0)
    prior = season.weight * np.array(season.shares)
    shares = (prior + worth.T @ (flows / np.where(totals, totals, 1))) / whole[:, None]
    expected = concentrations[:, None] * shares
    likelihood = (
        (gammaln(flows[:, None] + expected) - gammaln(expected)).sum(axis=(0, 2))
        + (gammaln(concentrations) - gammaln(totals + concentrations)).sum(axis=0)
        + ((prior - 0.5) * np.log(shares)).sum(axis=1)  # the season is averaged over (Laplace)
        - (len(prior) - 1) / 2 * np.log(whole)
    )
    mean = shares[:, :period].sum(axis=1)
    spread = (whole / (concentrations + 1) + 1) / (whole + 1)  # of the season itself, and of what is known of it
    above, below = mean * (1 / spread - 1), (1 - mean) * (1 / spread - 1)
    densities = (
        (above[:, None] - 1) * _LOG_SHARE
        + (below[:, None] - 1) * _LOG_REST
        + (likelihood - likelihood.max() - betaln(above, below))[:, None]
    )
    most = densities.max(axis=0)
    return np.asarray(most + np.log(np.exp(densities - most).sum(axis=0)))
