"""The ladder of forecasts: closed forms by hand, the rung chosen, what intervals may not leave."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, strategies
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from indicators.methods.forecast import Forecast, Method, forecast

Z80, Z95 = 1.2815515655446004, 1.959963984540054


def widths(found: Forecast) -> list[tuple[Any, Any]]:
    """Half-widths upwards of each step's intervals."""
    return [((step.high_80 or 0) - step.value, (step.high_95 or 0) - step.value) for step in found.steps]


def test_a_walk_is_carried_on_from_its_last_value() -> None:
    found = forecast([10, 11, 10, 21, 20, 21, 10, 11], 2, bounds="free")

    sigma = sqrt((5 * 1 + 2 * 121) / 7)
    assert found.method is Method.NAIVE
    assert [step.value for step in found.steps] == [11, 11]
    assert widths(found)[0] == pytest.approx((Z80 * sigma, Z95 * sigma))
    assert widths(found)[1] == pytest.approx((Z80 * sigma * sqrt(2), Z95 * sigma * sqrt(2)))


def test_a_series_about_a_level_returns_to_it() -> None:
    values = [9, 11, 9, 11, 9, 11]
    found = forecast(values, 2, bounds="free")

    sigma, t80, t95 = sqrt(6 / 5), 1.4758840488, 2.5705818356  # Student's t with five degrees of freedom
    assert found.method is Method.MEAN
    assert [step.value for step in found.steps] == [10, 10]
    assert widths(found)[1] == pytest.approx((t80 * sigma * sqrt(7 / 6), t95 * sigma * sqrt(7 / 6)))


def test_a_steady_climb_goes_on() -> None:
    found = forecast([10, 21, 29, 41, 50], 2, bounds="free")

    sigma = sqrt((1 + 4 + 4 + 1) / 3)  # steps of 11, 8, 12, 9 about their mean of 10, three degrees of freedom
    assert found.method is Method.DRIFT
    assert [step.value for step in found.steps] == [60, 70]
    assert widths(found)[1][1] == pytest.approx(Z95 * sigma * sqrt(2 * (1 + 2 / 4)))


def test_from_two_seasons_each_period_follows_its_like() -> None:
    found = forecast([10, 20, 30, 140, 14, 20, 30, 144], 6, 4)

    sigma = sqrt((16 + 16) / 4)
    assert found.method is Method.SEASONAL_NAIVE
    assert [step.value for step in found.steps] == [14, 20, 30, 144, 14, 20]
    assert widths(found)[3] == pytest.approx((Z80 * sigma, Z95 * sigma))
    assert widths(found)[4] == pytest.approx((Z80 * sigma * sqrt(2), Z95 * sigma * sqrt(2)))


NOISY = [12, 22, 31, 80, 8, 18, 29, 76, 13, 23, 33, 81, 7, 17, 28, 77]


def test_from_three_seasons_smoothing_is_used_where_it_erred_less() -> None:
    found = forecast(NOISY, 4, 4)

    model = ETSModel(pd.Series(NOISY, dtype=float), seasonal="add", seasonal_periods=4).fit(disp=False)
    frame = model.get_prediction(start=16, end=19).summary_frame(alpha=0.05)
    assert found.method is Method.ETS
    assert [step.value for step in found.steps] == pytest.approx(frame["mean"].tolist(), rel=1e-6)
    assert [step.low_95 for step in found.steps] == pytest.approx(frame["pi_lower"].clip(lower=0).tolist(), rel=1e-4)


def test_where_smoothing_erred_no_less_it_is_not_used() -> None:
    assert forecast([10, 20, 30, 140, 14] * 3, 1, 5).method is Method.NONE  # each season alike: no width
    assert forecast([9, 22, 29, 143, 10, 20, 30, 140, 11, 20, 31, 140], 1, 4).method is Method.SEASONAL_NAIVE


def test_intervals_stay_where_values_can_be() -> None:
    counts, shares = forecast([1, 9, 2, 8, 0], 3), forecast([0.9, 0.99, 0.85, 0.99, 0.9], 3, bounds="share")

    assert {step.low_95 for step in counts.steps} == {0}
    assert {step.high_95 for step in shares.steps} == {1}


def test_the_series_ends_with_its_last_value_and_begins_after_its_last_gap() -> None:
    assert forecast([500, None, 10, 21, 29, 41, 50, None], 2) == forecast([10, 21, 29, 41, 50], 2)
    assert forecast(pd.Series([10, 21, 29, 41, 50]), 2) == forecast([10, 21, 29, 41, 50], 2)


@pytest.mark.parametrize("series", [[], [None], [7], [7, 9, 8, 7], [1, 2, None, 3, 4, 5, 6], [5] * 8, [1.0] * 6])
def test_there_is_no_forecast_from_few_values_nor_without_a_range(series: list[float | None]) -> None:
    assert forecast(series, 3, 1) == Forecast(method=Method.NONE, steps=(), error=None)


def test_a_forecast_ends_where_its_range_has_run_against_a_bound() -> None:
    steps = forecast([50, 41, 29, 21, 10], 6).steps

    assert [step.value for step in steps] == [0]
    assert steps[0].low_95 == 0 < steps[0].high_95


@pytest.mark.parametrize(("horizon", "season", "bounds"), [(0, 4, "count"), (1, 0, "count"), (1, 4, "percent")])
def test_what_cannot_be_meant_is_refused(horizon: int, season: int, bounds: str) -> None:
    with pytest.raises(ValueError, match=r"1 or more|Bounds"):
        forecast([1, 2, 3], horizon, season, bounds)


@given(strategies.lists(strategies.integers(0, 500), min_size=5, max_size=11), strategies.integers(1, 6))
def test_intervals_hold_the_value_and_one_another(values: list[int], horizon: int) -> None:
    found = forecast(values, horizon, 4)

    assert [step.ahead for step in found.steps] == list(range(1, len(found.steps) + 1))
    assert len(found.steps) <= horizon
    for step in found.steps:
        edges = [0.0, step.low_95, step.low_80, step.value, step.high_80, step.high_95]
        assert edges == sorted(edges)
