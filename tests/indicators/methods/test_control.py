"""XmR charts against cases published with NHSRplotthedots, single rules by hand, and what must always hold."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies

from indicators.methods.control import Assurance, Flag, PointType, assurance, two_in_three, unbroken_runs, xmr

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "cases" / "xmr.json").read_text(encoding="utf-8"))

VALUES = strategies.lists(strategies.none() | strategies.integers(-40, 40), max_size=40)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_published_cases(case: dict[str, Any]) -> None:
    chart = xmr(
        case["values"], target=case["target"], better=case["better"], rebase=case["rebase"], screen=case["screen"]
    )

    for point in chart.points:
        assert (point.mean, point.lpl, point.upl) == pytest.approx(tuple(case["segments"][point.segment]), rel=1e-9)
    assert positions(chart.flag, Flag.COMMON) == case["flags"]
    assert positions(chart.point_type, PointType.COMMON_CAUSE) == case["types"]
    assert (chart.variation, chart.icon, chart.assurance) == (case["variation"], case["icon"], case["assurance"])


def positions(labels: tuple[str, ...], common: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for position, label in enumerate(labels):
        if label != common:
            found.setdefault(str(label), []).append(position)
    return found


@pytest.mark.parametrize(
    ("target", "lpl", "upl", "better", "expected"),
    [
        (4, 1, 3, "higher", Assurance.FAIL),
        (4, 5, 7, "higher", Assurance.PASS),
        (4, 1, 5, "higher", Assurance.INCONSISTENT),
        (4, 1, 3, "lower", Assurance.PASS),
        (4, 5, 7, "lower", Assurance.FAIL),
        (3, 1, 3, "higher", Assurance.INCONSISTENT),
        (1, 1, 3, "higher", Assurance.INCONSISTENT),
        (4, 1, 3, None, None),
        (None, 1, 3, "higher", None),
        (4, None, None, "higher", None),
    ],
)
def test_the_target_against_the_limits(
    target: float | None, lpl: float | None, upl: float | None, better: str | None, expected: Assurance | None
) -> None:
    assert assurance(target, lpl, upl, better) == expected


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ([], []),
        ([1] * 6, []),
        ([1] * 6 + [-1], []),
        ([1] * 8 + [-1], [(0, 8, 1)]),
        ([1] + [-1] * 7, [(1, 8, -1)]),
        ([1] * 3 + [0] + [1] * 6, []),
    ],
)
def test_seven_on_one_side(signs: list[int], expected: list[tuple[int, int, int]]) -> None:
    assert list(unbroken_runs(signs, 7)) == expected


@pytest.mark.parametrize(
    ("near", "sides", "expected"),
    [
        ([1, 0, 1], [1, 1, 1], {0, 2}),
        ([0, 1, 1], [1, 1, 1], {1, 2}),
        ([0, 0, 1, 0, 1, 0, 0], [1] * 7, {2, 4}),
        ([1, 0, 0, 1], [1] * 4, set()),
        ([1, 0, 0, 1, 1], [-1] * 5, {3, 4}),
        ([1, 0, 1], [1, -1, 1], set()),
        ([1, 1], [1, 1], set()),
    ],
)
def test_two_in_three(near: list[int], sides: list[int], expected: set[int]) -> None:
    assert two_in_three([bool(close) for close in near], sides) == expected


def test_a_trend_is_seven_points_without_a_tie() -> None:
    level = [50, 52] * 8

    assert Flag.RISING not in xmr([*level, 47, 48, 49, 50, 51, 52]).flag
    assert Flag.RISING not in xmr([*level, 47, 48, 49, 49, 50, 51, 52]).flag
    assert xmr([*level, 47, 48, 49, 50, 51, 52, 53]).flag[-7:] == (Flag.RISING,) * 7


SAW = [100, 0] * 5


def test_at_a_turning_point_in_two_trends_the_slope_to_the_right_wins() -> None:
    flags = xmr([*SAW, 40, 42, 44, 46, 48, 50, 52, 50, 48, 46, 44, 42, 40, *SAW]).flag

    assert flags[9:16] == (Flag.RISING,) * 7
    assert flags[16:23] == (Flag.FALLING,) * 7


def test_a_tie_or_a_blank_between_two_trends_ends_neither_early() -> None:
    for between in ([52], [None]):
        flags = xmr([*SAW, 40, 42, 44, 46, 48, 50, 52, *between, 54, 56, 58, 60, 62, 64, *SAW]).flag
        assert flags[9:17] == (Flag.RISING,) * 8
        assert flags[18:24] == (Flag.RISING,) * 6


def test_a_point_at_the_mean_breaks_a_run() -> None:
    run = [1, -1] * 6
    broken, whole = [*run, *[1] * 3, 0, *[1] * 4, *[-1] * 7], [*run, *[1] * 7, *[-1] * 7]

    assert xmr(broken).flag.count(Flag.RUN_ABOVE) == 0
    assert xmr(whole).flag[12:19] == (Flag.RUN_ABOVE,) * 7


def test_a_value_on_a_limit_is_within_it() -> None:
    chart = xmr([2, 4] * 8)

    assert chart.upl[0] is not None
    assert xmr([2, 4] * 8, target=chart.upl[0], better="higher").assurance is Assurance.INCONSISTENT


def test_screening_that_leaves_no_width_is_not_applied() -> None:
    chart = xmr([7] * 19 + [9])

    assert chart.mean[0] == pytest.approx(7.1)
    assert chart.upl[0] == pytest.approx(7.1 + 2.66 * 2 / 19)
    assert chart.flag[-1] is Flag.ABOVE_LIMIT


def test_a_blank_drops_both_moving_ranges_that_touch_it() -> None:
    chart = xmr([10, 14, None, 90, 92, None, 10])

    assert chart.mean[2] == pytest.approx(43.2)
    assert chart.upl[2] == pytest.approx(43.2 + 2.66 * 3)
    assert chart.flag[2] is Flag.COMMON


def test_without_variation_there_are_no_limits() -> None:
    for values in ([5] * 20, [0.1] * 20, [3], [3, None, 9, None]):
        chart = xmr(values, target=4, better="higher")
        assert set(chart.lpl) | set(chart.upl) == {None}
        assert set(chart.flag) == {Flag.COMMON}
        assert (chart.variation, chart.assurance) == (PointType.COMMON_CAUSE, None)


def test_an_empty_series_says_nothing() -> None:
    chart = xmr([], target=4, better="higher")

    assert (chart.points, chart.variation, chart.assurance, chart.icon) == ((), None, None, None)


def test_limits_fixed_on_the_first_points_judge_the_later_ones() -> None:
    before = [10, 12] * 6
    chart = xmr([*before, 30, 31, 30], fix_after=12, better="lower")

    assert chart.mean[-1] == 11
    assert chart.upl[-1] == pytest.approx(11 + 2.66 * 2)
    assert chart.point_type[-3:] == (PointType.CONCERN,) * 3


def test_rebasing_starts_limits_and_rules_afresh() -> None:
    chart = xmr([10, 12] * 7 + [30, 32] * 7, rebase=[14])

    assert set(chart.flag) == {Flag.COMMON}
    assert (chart.mean[0], chart.mean[-1]) == (11, 31)
    assert chart == xmr([10, 12] * 7 + [30, 32] * 7, rebase=(14, 0, 14))


@pytest.mark.parametrize("position", [-1, 5, 99])
def test_a_rebase_that_is_no_position_of_the_series_is_refused(position: int) -> None:
    with pytest.raises(ValueError, match=rf"rebase at \[{position}\]: the series has positions 0 to 4"):
        xmr([1, 2, 3, 4, 5], rebase=[position])


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match="12 points or more"):
        xmr([1, 2, 3], fix_after=11)
    with pytest.raises(ValueError, match="higher, lower or None"):
        xmr([1, 2, 3], better="up")
    for beyond in (math.inf, 1e300):
        with pytest.raises(ValueError, match="no number of anything"):
            xmr([1, 2, beyond])


def test_fewer_than_thirteen_points_carry_a_warning() -> None:
    assert {point.short for point in xmr([1, 2] * 6).points} == {True}
    assert {point.short for point in xmr([1, 2] * 6 + [1]).points} == {False}


def test_blanks_come_as_none_or_as_pandas_writes_them() -> None:
    chart = xmr([1, None, 3, 4])

    assert xmr(pd.Series([1, None, 3, 4], dtype="Int64")) == chart
    assert xmr(np.array([1, np.nan, 3, 4])) == chart


def test_rows_are_ready_for_a_frame() -> None:
    frame = pd.DataFrame(xmr([1, 2, 3], target=2, better="higher").rows())

    assert list(frame.position) == [0, 1, 2]
    assert {"value", "mean", "lpl", "upl", "near_lower", "near_upper", "flag", "point_type", "target"} <= set(frame)


@given(VALUES)
def test_turning_a_series_upside_down_turns_its_flags(values: list[int | None]) -> None:
    up, down = xmr(values), xmr([None if value is None else -value for value in values])

    assert [flag.side for flag in up.flag] == [-flag.side for flag in down.flag]


@given(VALUES)
def test_blanks_are_common_cause_and_what_is_outside_is_not(values: list[int | None]) -> None:
    for point in xmr(values, better="higher").points:
        if point.value is None:
            assert point.flag is Flag.COMMON
        elif point.upl is not None and point.lpl is not None:
            assert (point.flag is Flag.ABOVE_LIMIT) == (point.value > point.upl)
            assert (point.flag is Flag.BELOW_LIMIT) == (point.value < point.lpl)


@given(VALUES.filter(bool), strategies.data())
def test_segments_do_not_see_one_another(values: list[int | None], data: strategies.DataObject) -> None:
    cut = data.draw(strategies.integers(0, len(values) - 1))
    whole, left, right = xmr(values, rebase=[cut]), xmr(values[:cut]), xmr(values[cut:])

    assert whole.flag == left.flag + right.flag
    assert whole.mean == left.mean + right.mean
