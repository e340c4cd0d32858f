"""Forecasts by the simplest method that the history supports, with prediction intervals."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import pairwise, takewhile
from math import floor, sqrt
from statistics import NormalDist, fmean
from typing import Any

from indicators.methods.series import numbers

TAILS = (0.1, 0.025)  # of the 80 % and of the 95 % interval
ETS_SEASONS = 3
FEWEST_POINTS = 5


class Method(StrEnum):
    """The methods, from the simplest to the most demanding."""

    NONE = "none"
    MEAN = "mean"
    NAIVE = "naive"
    DRIFT = "drift"
    SEASONAL_NAIVE = "seasonal_naive"
    ETS = "ets"


class Bounds(StrEnum):
    """The range to which a forecast is clipped."""

    COUNT = "count"
    SHARE = "share"
    FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastStep:
    """One forecast period with its intervals of 80 and 95 %."""

    ahead: int
    value: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The forecast steps, their method, and its mean absolute one-step error in the past."""

    method: Method
    steps: tuple[ForecastStep, ...]
    error: float | None


@dataclass(frozen=True, slots=True)
class _Path:
    """Means, and the half-widths of the interval for each tail; none where too few values are known."""

    means: Sequence[float]
    reach: tuple[Sequence[float], Sequence[float]] = ((), ())


_Model = Callable[[Sequence[float], int], _Path]


def forecast(series: Iterable[Any], horizon: int, season: int = 1, bounds: str = Bounds.COUNT) -> Forecast:
    """The next `horizon` periods of a series with `season` periods a year (1: none), clipped to `bounds`.

    Under two seasons, or without one: the one of mean, naive and drift with the smallest error. From two: seasonal
    naive. From three: ETS (additive, without trend) where its one-step error over the last season is smaller. Only
    values after the last gap are used; trailing blanks are dropped, so that the first step is the first blank. There is
    no forecast from fewer than 5 values, and no step whose interval has no width: a constant series, or one that has
    run against its bounds. Source: Hyndman and Athanasopoulos, Forecasting: principles and practice, 3rd edition, 5.5
    and 8.7; intervals as in the R package forecast 8.20.

    Raises:
        ValueError: horizon or season below 1, unknown bounds.
    """
    if horizon < 1 or season < 1:
        raise ValueError(f"horizon {horizon}, season {season}: both are 1 or more")
    limits, known = Bounds(bounds), _unbroken(numbers(series))
    if len(known) >= FEWEST_POINTS:
        method, model, error = _ladder(known, season)
        steps = tuple(takewhile(_has_width, _steps(model(known, horizon), limits)))
        if steps:
            return Forecast(method=method, steps=steps, error=error)
    return Forecast(method=Method.NONE, steps=(), error=None)


def _has_width(step: ForecastStep) -> bool:
    return step.low_80 < step.high_80 and step.low_95 < step.high_95


def _unbroken(series: Sequence[float | None]) -> list[float]:
    """The values after the last gap, without trailing blanks."""
    known: list[float] = []
    for value in reversed(series):
        if value is not None:
            known.append(value)
        elif known:
            break
    return known[::-1]


def _ladder(known: Sequence[float], season: int) -> tuple[Method, _Model, float | None]:
    if season == 1 or len(known) < 2 * season:
        plain: dict[Method, _Model] = {Method.NAIVE: _naive, Method.MEAN: _mean, Method.DRIFT: _drift}
        errors = {method: _error(known, model, 2) for method, model in plain.items()}
        best = min(plain, key=lambda method: errors[method] or 0.0)  # without any error estimate, the naive method
        return best, plain[best], errors[best]
    seasonal, smoothed = partial(_seasonal_naive, season=season), partial(_ets, season=season)
    first = len(known) - season
    error = _error(known, seasonal, first)
    if len(known) >= ETS_SEASONS * season and error:
        smoothed_error = _ets_error(known, season, first)
        if smoothed_error < error:
            return Method.ETS, smoothed, smoothed_error
    return Method.SEASONAL_NAIVE, seasonal, error


def _error(known: Sequence[float], model: _Model, first: int) -> float | None:
    """Mean absolute one-step error over origins from `first` values on; None without origins."""
    errors = [abs(model(known[:origin], 1).means[0] - known[origin]) for origin in range(first, len(known))]
    return fmean(errors) if errors else None


def _steps(path: _Path, bounds: Bounds) -> Iterable[ForecastStep]:
    lowest = None if bounds is Bounds.FREE else 0.0
    highest = 1.0 if bounds is Bounds.SHARE else None

    def clipped(value: float) -> float:
        raised = value if lowest is None else max(lowest, value)
        return raised if highest is None else min(highest, raised)

    for ahead, (value, inner, outer) in enumerate(zip(path.means, *path.reach, strict=True), start=1):
        yield ForecastStep(
            ahead=ahead,
            value=clipped(value),
            low_80=clipped(value - inner),
            high_80=clipped(value + inner),
            low_95=clipped(value - outer),
            high_95=clipped(value + outer),
        )


def _path(means: Sequence[float], spreads: Sequence[float], freedom: int | None = None) -> _Path:
    """Half-widths from standard errors: normal, or Student's t with `freedom` degrees of freedom."""
    inner, outer = (_quantile(1 - tail, freedom) for tail in TAILS)
    return _Path(means, ([inner * spread for spread in spreads], [outer * spread for spread in spreads]))


def _quantile(probability: float, freedom: int | None) -> float:
    if freedom is None:
        return NormalDist().inv_cdf(probability)
    from scipy.special import stdtrit

    return float(stdtrit(freedom, probability))


def _ahead(horizon: int) -> range:
    return range(1, horizon + 1)


def _naive(past: Sequence[float], horizon: int) -> _Path:
    return _seasonal_naive(past, horizon, 1)


def _seasonal_naive(past: Sequence[float], horizon: int, season: int) -> _Path:
    means = [past[len(past) - season + (h - 1) % season] for h in _ahead(horizon)]
    residuals = [after - before for before, after in zip(past, past[season:], strict=False)]
    if not residuals:
        return _Path(means)
    sigma = sqrt(fmean(residual**2 for residual in residuals))
    return _path(means, [sigma * sqrt(floor((h - 1) / season) + 1) for h in _ahead(horizon)])


def _drift(past: Sequence[float], horizon: int) -> _Path:
    count = len(past)
    if count < 2:
        return _Path([past[-1]] * horizon)
    slope = (past[-1] - past[0]) / (count - 1)
    means = [past[-1] + h * slope for h in _ahead(horizon)]
    if count < 3:
        return _Path(means)
    sigma = sqrt(sum((after - before - slope) ** 2 for before, after in pairwise(past)) / (count - 2))
    return _path(means, [sigma * sqrt(h * (1 + h / (count - 1))) for h in _ahead(horizon)])


def _mean(past: Sequence[float], horizon: int) -> _Path:
    centre, count = fmean(past), len(past)
    if count < 2:
        return _Path([centre] * horizon)
    sigma = sqrt(sum((value - centre) ** 2 for value in past) / (count - 1))
    return _path([centre] * horizon, [sigma * sqrt(1 + 1 / count)] * horizon, count - 1)


def _ets(past: Sequence[float], horizon: int, season: int) -> _Path:
    """Exact intervals of the additive model, symmetric about its means."""
    predicted = _fitted(past, season).get_prediction(start=len(past), end=len(past) + horizon - 1)
    means: list[float] = predicted.predicted_mean.tolist()
    inner, outer = (predicted.summary_frame(alpha=2 * tail)["pi_upper"].tolist() for tail in TAILS)
    return _Path(
        means,
        (
            [upper - value for value, upper in zip(means, inner, strict=True)],
            [upper - value for value, upper in zip(means, outer, strict=True)],
        ),
    )


def _ets_error(known: Sequence[float], season: int, first: int) -> float:
    """As `_error`, with the parameters of the first origin: refitting at each is too slow for a page."""
    steps = _model(known, season).smooth(_fitted(known[:first], season).params).fittedvalues.tolist()
    return fmean(abs(step - value) for step, value in zip(steps[first:], known[first:], strict=True))


def _fitted(past: Sequence[float], season: int) -> Any:
    import numpy as np
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):  # a perfect fit: log 0
        warnings.simplefilter("ignore", ConvergenceWarning)  # a poor fit loses by its error
        return _model(past, season).fit(disp=False)


def _model(past: Sequence[float], season: int) -> Any:
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    return ETSModel(pd.Series(past, dtype=float), seasonal="add", seasonal_periods=season)
