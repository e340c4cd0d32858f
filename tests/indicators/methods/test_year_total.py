"""The predictive distribution of a year's total: against drawn years, against scipy, and its own quantiles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import nbinom

from indicators.methods.year_total import LEVEL_VARIATION, Season, YearTotal, year_total

EVEN = Season(shares=[0.25] * 4)
PAST = [[20, 30, 25, 45], [25, 35, 20, 40], [22, 28, 30, 50]]


def test_a_mixture_of_one_is_a_negative_binomial() -> None:
    found = YearTotal(done=45, successes=np.array([45.5]), weights=np.ones(1), failures=np.array([0.775]))
    rest = nbinom(45.5, 0.225)

    assert found.mean == pytest.approx(45 + rest.mean())
    assert [found.chance(total) for total in (45, 46, 300)] == pytest.approx([1, rest.sf(0), rest.sf(254)])
    assert found.quantiles(0.025, 0.1, 0.5, 0.975) == tuple(45 + rest.ppf([0.025, 0.1, 0.5, 0.975]))


def test_a_quantile_is_the_least_total_that_is_likely_enough() -> None:
    found = year_total(50, PAST, EVEN, 2)

    for probability in (0.025, 0.1, 0.9, 0.975):
        (total,) = found.quantiles(probability)
        assert 1 - found.chance(total + 1) >= probability > 1 - found.chance(total)


def test_it_is_what_drawing_gives() -> None:
    """Years are drawn from a season that is known and a level about the past mean; those with this start are kept."""
    rng, size, spread, done = np.random.default_rng(3), 40, 200, 18
    levels = rng.gamma(LEVEL_VARIATION**-2, size * LEVEL_VARIATION**2, 400_000)
    shares = rng.beta(0.4 * spread, 0.6 * spread, levels.size)
    kept = rng.poisson(levels * shares) == done
    ends = done + rng.poisson(levels[kept] * (1 - shares[kept]))

    past = np.tile([8, 8, 12, 12], (400, 1)).tolist()  # so many that season and mean level are all but known
    varied = [
        [round(flow * factor) for flow in year] for year, factor in zip(past, rng.normal(1, 0.2, 400), strict=True)
    ]
    found = year_total(done, varied, EVEN, 2)

    assert found.mean == pytest.approx(ends.mean(), rel=0.02)
    assert found.chance(45) == pytest.approx((ends >= 45).mean(), abs=0.03)


def test_without_past_years_nothing_is_presumed_of_the_level() -> None:
    few, many = (year_total(done, [], Season(shares=[0.25] * 4, weight=1e6), 2) for done in (5, 500))

    assert (few.mean, many.mean) == pytest.approx((5.5 * 2 - 0.5, 500.5 * 2 - 0.5), rel=0.03)


def test_equal_input_gives_equal_output() -> None:
    assert year_total(50, PAST, EVEN, 2).chance(120) == year_total(50, PAST, EVEN, 2).chance(120)


def test_huge_numbers_are_no_reason_to_hang() -> None:
    assert len(year_total(1e100, [[1e100] * 4], EVEN, 2).quantiles(0.1, 0.9)) == 2


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("scale", [0, 0.01, 1, 1000])
@pytest.mark.parametrize("done", [0, 1, 50_000])
def test_no_size_is_too_small_or_too_large(scale: float, done: int) -> None:
    found = year_total(done, [[flow * scale for flow in year] for year in PAST], EVEN, 2)

    assert found.weights.sum() == pytest.approx(1)
    assert done <= found.quantiles(0.025)[0] <= found.quantiles(0.975)[0]
    assert 0 <= found.chance(done + 10) <= 1
