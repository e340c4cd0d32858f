"""Icons only where there is enough behind them; seasons and stocks charted as what can be charted."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from indicators.methods.control import PointType
from indicators.methods.gates import Gate, changes, deseasonalised, gated_chart


def test_enough_points_and_events_pass() -> None:
    result = gated_chart([20, 24] * 8, target=5, better="higher")

    assert result.gate is None
    assert (result.variation, result.assurance) == (PointType.COMMON_CAUSE, "consistent_pass")


@pytest.mark.parametrize(
    ("values", "gate"),
    [
        ([20, 24] * 6, Gate.SHORT),
        ([20, 24] * 6 + [None] * 4, Gate.SHORT),
        ([4, 5] * 8, Gate.FEW_EVENTS),
        ([7] * 20, Gate.NO_VARIATION),
        ([None] * 20, Gate.SHORT),
        ([], Gate.SHORT),
    ],
)
def test_the_gates(values: list[int | None], gate: Gate) -> None:
    result = gated_chart(values, target=5, better="higher")

    assert result.gate is gate
    assert (result.variation, result.assurance) == (None, None)


def test_the_icon_speaks_of_the_last_segment_only() -> None:
    assert gated_chart([20, 24] * 10, rebase=[10]).gate is Gate.SHORT


def test_a_share_is_judged_by_the_events_behind_it() -> None:
    shares = [0.5, 0.6] * 8

    assert gated_chart(shares).gate is Gate.FEW_EVENTS
    assert gated_chart(shares, events=[10, 12] * 8).gate is None
    with pytest.raises(ValueError, match="2 events for 16 points"):
        gated_chart(shares, events=[1, 2])


def test_a_stock_is_charted_by_its_change() -> None:
    result = gated_chart([100, 110, None, 130, 120], target=100, better="higher", stock=True)

    assert [point.value for point in result.chart.points] == [None, 10, None, None, -10]
    assert result.change
    assert result.chart.target is None


def test_a_season_is_taken_out_once_two_full_years_exist() -> None:
    year = [10, 20, 30, 140]

    assert deseasonalised([*year, *year, 15], 4) == pytest.approx([50] * 8 + [75])
    assert deseasonalised([*year, 10, 20, 30], 4) == [*year, 10, 20, 30]
    assert deseasonalised([*year, 10, None, 30, 140, *year], 4)[5] is None
    assert deseasonalised([140, *year, *year], 4, first=4) == pytest.approx([50] * 9)
    assert gated_chart([*year, *year], season=4).deseasonalised
    assert gated_chart([*year, *year], season=4).gate is Gate.NO_VARIATION


def test_a_sub_period_in_which_nothing_happens_has_no_adjusted_flow() -> None:
    assert deseasonalised([0, 5, 5, 10] * 2, 4) == [None, 5, 5, 5, None, 5, 5, 5]


@pytest.mark.parametrize(("season", "first"), [(0, 1), (4, 5), (4, 0)])
def test_a_season_that_does_not_exist_is_refused(season: int, first: int) -> None:
    with pytest.raises(ValueError, match="sub-period"):
        deseasonalised([1, 2, 3], season, first)


@given(strategies.lists(strategies.integers(1, 100), min_size=8, max_size=8), strategies.integers(1, 4))
def test_taking_the_season_out_keeps_the_sum_of_the_years_that_gave_it(flows: list[int], first: int) -> None:
    twice = flows[:4] * 2
    adjusted = [flow for flow in deseasonalised([*[1] * ((1 - first) % 4), *twice], 4, first) if flow is not None]

    assert sum(adjusted[-8:]) == pytest.approx(sum(twice))


@given(strategies.lists(strategies.integers(-50, 50), max_size=20))
def test_changes_add_up_to_the_way_gone(levels: list[int]) -> None:
    steps = changes([float(level) for level in levels])

    assert len(steps) == len(levels)
    assert sum(step for step in steps if step is not None) == (levels[-1] - levels[0] if levels else 0)
