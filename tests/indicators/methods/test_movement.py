"""What the latest points do, and that nothing that runs down is called an improvement."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from indicators.methods.control import Flag, PointType, xmr
from indicators.methods.movement import Grade, Way, grade, lasting, movement

YEARS = range(1997, 2020)
LOW = [900, 1000, 950, 1050, 980, 1020, 960, 1040, 990, 1010, 1000, 970]
PAST_THE_PEAK = [*LOW, 2264, 2240, 2250, 2200, 2180, 2190, 2150, 2100, 2060, 2040, 2023]


def test_a_fall_from_a_peak_is_told_since_the_peak_and_is_no_improvement() -> None:
    chart = xmr(PAST_THE_PEAK, better="higher")
    found = movement(chart)

    assert chart.variation is PointType.IMPROVEMENT
    assert found is not None
    assert (found.way, YEARS[found.start], found.first, found.last) == (Way.FALLING, 2009, 2264, 2023)
    assert found.gradual
    assert grade(chart) is None


def test_a_rise_from_a_trough_is_no_worsening() -> None:
    chart = xmr([-value for value in PAST_THE_PEAK], better="higher")
    found = movement(chart)

    assert chart.variation is PointType.CONCERN
    assert found is not None
    assert (found.way, found.first, found.last) == (Way.RISING, -2264, -2023)
    assert grade(chart) is None
    assert grade(xmr(PAST_THE_PEAK, better="lower")) is None


def test_a_rise_that_lasts_is_an_improvement_where_higher_is_better() -> None:
    rising = [*LOW, *range(1060, 1300, 30)]

    assert grade(xmr(rising, better="higher")) is Grade.IMPROVING
    assert grade(xmr(rising, better="lower")) is Grade.WORSENING
    assert grade(xmr(rising)) is None
    found = movement(xmr(rising))
    assert found is not None
    assert found.way is Way.RISING


def test_a_level_that_is_held_goes_neither_way_and_is_an_improvement() -> None:
    chart = xmr([*LOW, *[1500, 1510, 1490] * 3], better="higher")

    assert movement(chart) is None
    assert grade(chart) is None  # the last point is the lowest of the latest five
    assert grade(xmr([*LOW, *[1500, 1490, 1510] * 3], better="higher")) is Grade.IMPROVING


def test_an_older_climb_is_not_part_of_the_fall_that_followed() -> None:
    climbed = [100, 300, 500, 700, 900, 1100, 1300, 1500, 1490, 1480, 1470, 1460, 1450, 1440]
    found = movement(xmr(climbed))

    assert found is not None
    assert (found.start, found.first) == (7, 1500)


@pytest.mark.parametrize(
    ("values", "flag", "count"),
    [
        ([10, 20] * 6 + [10, 11, 12, 13, 14, 15, 16, 17], Flag.RISING, 8),
        ([10, 20] * 6 + [17] * 8, Flag.RUN_ABOVE, 9),
        ([10, 12] * 6 + [40], Flag.ABOVE_LIMIT, 1),
        ([10, 12] * 8, Flag.COMMON, 1),
    ],
)
def test_a_flag_is_about_so_many_points(values: list[int], flag: Flag, count: int) -> None:
    chart = xmr(values)

    assert (chart.flag[-1], lasting(chart)) == (flag, count)


def test_of_nothing_nothing_is_said() -> None:
    for values in ([], [1], [1, 2], [None] * 9, [5] * 9):
        chart = xmr(values, better="higher")
        assert (movement(chart), grade(chart)) == (None, None)
    assert lasting(xmr([])) == 0


@given(
    strategies.lists(strategies.integers(-50, 50) | strategies.none(), max_size=40),
    strategies.sampled_from(["higher", "lower"]),
)
def test_a_grade_never_contradicts_the_latest_points(values: list[int | None], better: str) -> None:
    chart = xmr(values, better=better)
    found, graded = movement(chart), grade(chart)

    if found is not None:
        assert values[found.start] == found.first
        assert (found.last - found.first) * found.way.sign > 0
    if graded is not None:
        wanted = better == "higher" if graded is Grade.IMPROVING else better == "lower"
        latest = [value for value in values if value is not None][-5:]
        assert (latest[-1] - latest[0]) * (1 if wanted else -1) >= 0
        assert found is None or (found.way is Way.RISING) == wanted
