"""Pace of a year's flow: shares by hand, one verdict from the chance, and what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies
from scipy.stats import poisson

from indicators.methods.pace import PaceRule, PaceVerdict, ShareSource, pace

LATE: list[list[int | None]] = [
    [10, 20, 30, 140],
    [30, 30, 40, 100],
]  # half-years of 15 % and of 30 %: most are admitted in the last quarter


def test_what_past_years_reached_by_now_is_expected_now() -> None:
    found = pace(45, 300, LATE, 2)

    expected = {
        "basis": ShareSource.HISTORY,
        "years": 2,
        "share": 0.225,
        "expected": pytest.approx(67.5),
        "index": pytest.approx(45 / 67.5),
        "run_rate": 127.5,
        "p_behind": pytest.approx(poisson.cdf(45, 67.5)),
        "verdict": PaceVerdict.CANNOT_TELL,  # less than a quarter is expected by now
    }
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("ytd", "plan", "period", "verdict"),
    [
        (105, 200, 3, PaceVerdict.ON_PACE),  # of 200 in each past year, two fifths by now
        (105, 240, 3, PaceVerdict.AT_RISK),
        (105, 300, 3, PaceVerdict.UNLIKELY),
        (20, 20, 2, PaceVerdict.REACHED),  # never too early for what is reached
        (0, 300, 2, PaceVerdict.CANNOT_TELL),
        (None, 300, 3, PaceVerdict.CANNOT_TELL),
        (60, None, 3, PaceVerdict.NO_PLAN),
        (60, 0, 3, PaceVerdict.NO_PLAN),
        (300, 300, 4, PaceVerdict.REACHED),
        (299, 300, 4, PaceVerdict.UNLIKELY),
    ],
)
def test_the_verdict_is_that_of_the_chance(
    ytd: int | None, plan: int | None, period: int, verdict: PaceVerdict
) -> None:
    assert pace(ytd, plan, LATE, period).verdict is verdict


def test_the_cuts_are_rules() -> None:
    found = [pace(105, 230, LATE, 3, rule=PaceRule(on_pace=on, at_risk=risk)) for on, risk in ((0.1, 0.05), (0.9, 0.8))]

    assert [each.verdict for each in found] == [PaceVerdict.ON_PACE, PaceVerdict.UNLIKELY]


def test_a_share_of_exactly_a_quarter_is_judged() -> None:
    assert pace(0, 100, [[1, 1, 1, 1], [2, 2, 2, 2]], 1).verdict is PaceVerdict.UNLIKELY


def test_a_unit_told_less_than_one_in_a_hundred_is_not_on_pace() -> None:
    found = pace(96, 181, [[24, 36, 30, 34], [26, 34, 28, 36], [25, 38, 27, 33]], 3)

    assert found.chance is not None
    assert found.chance < 0.01
    assert found.verdict is PaceVerdict.UNLIKELY


def test_without_history_it_is_linear_and_says_so() -> None:
    found = pace(30, 120, [], 1)

    assert (found.basis, found.years, found.share, found.expected) == (ShareSource.LINEAR, 0, 0.25, 30)
    assert found.run_rate == 30
    assert found.low is not None
    assert found.high is not None
    assert found.low < 120 < found.high
    assert pace(30, 120, [], 3, periods=12).share == 0.25


def test_one_past_year_leans_on_the_province() -> None:
    own = [[50, 50, 50, 50]]

    assert pace(45, 300, own, 2, pooled=LATE).share == 0.225
    assert pace(45, 300, own, 2, pooled=LATE).basis is ShareSource.POOLED
    assert pace(45, 300, own * 2, 2, pooled=LATE).share == 0.5
    assert (pace(45, 300, own, 2).share, pace(45, 300, own, 2).years) == (0.5, 1)


def test_past_years_that_lack_something_are_passed_over() -> None:
    assert pace(45, 300, [*LATE, [None, 20, 30, 140]], 2) == pace(45, 300, LATE, 2)


def test_years_without_any_flow_have_no_season_but_tell_the_level() -> None:
    empty: list[list[int | None]] = [[0, 0, 0, 0]] * 2

    assert pace(45, 300, LATE + empty, 2).share == pace(45, 300, LATE, 2).share
    assert (pace(45, 300, LATE + empty, 2).projection or 0) < (pace(45, 300, LATE, 2).projection or 0)
    assert pace(0, 3, empty, 2).basis is ShareSource.LINEAR
    assert (pace(0, 3, empty, 2).projection or 0) < (pace(0, 3, [], 2).projection or 0)


def test_without_a_plan_the_year_is_still_projected() -> None:
    found = pace(45, None, LATE, 2)

    assert found.projection == pytest.approx(200, rel=0.02)
    assert {found.expected, found.index, found.run_rate, found.p_behind, found.chance} == {None}


def test_at_the_end_of_the_year_nothing_is_left_to_chance() -> None:
    short, reached = pace(299, 300, LATE, 4), pace(300, 300, LATE, 4)

    assert (short.chance, reached.chance) == (0, 1)
    assert (short.projection, short.run_rate, short.low, short.likely_high) == (299, None, 299, 299)


def test_years_in_which_nothing_had_happened_yet() -> None:
    found = pace(3, 100, [[0, 10], [0, 30]], 1)

    assert (found.share, found.expected, found.index, found.verdict) == (0, 0, None, PaceVerdict.CANNOT_TELL)
    assert 3 < (found.projection or 0) < 100


def test_without_past_years_a_late_period_is_a_month() -> None:
    assert (pace(3, 100, [], 3).share, pace(3, 100, [], 6).share) == (0.75, 0.5)


@pytest.mark.parametrize(
    ("ytd", "plan", "history", "period"),
    [
        (1, 10, LATE, 0),
        (1, 10, LATE, 5),
        (1, 10, [], 13),
        (1, 10, [[1, 2, 3, 4], [1, 2]], 1),
        (-1, 10, LATE, 1),
        (1, -10, LATE, 1),
        (1, 10, [[1, -2, 3, 4]], 1),
    ],
)
def test_what_is_no_year_is_refused(ytd: int, plan: int, history: list[list[int | None]], period: int) -> None:
    with pytest.raises(ValueError, match=r"sub-period|0 or more"):
        pace(ytd, plan, history, period)


FLOWS = strategies.lists(strategies.lists(strategies.integers(0, 400), min_size=4, max_size=4), max_size=6)
BETTER = (PaceVerdict.UNLIKELY, PaceVerdict.AT_RISK, PaceVerdict.ON_PACE, PaceVerdict.REACHED)


@given(strategies.integers(0, 900), strategies.integers(1, 2000), FLOWS, strategies.integers(1, 4))
def test_what_always_holds(ytd: int, plan: int, history: list[list[int]], period: int) -> None:
    found = pace(ytd, plan, history, period)
    ranges = (found.likely_low, found.low, found.high, found.likely_high)

    assert found.chance is not None
    assert 0 <= found.share <= 1
    assert 0 <= found.chance <= 1
    assert None not in ranges
    assert ytd <= ranges[0] <= ranges[1] <= ranges[2] <= ranges[3]  # type: ignore[operator]  # none is None
    assert ytd <= (found.projection or 0)
    assert (found.chance < 0.9 + 1e-9) or ranges[1] >= plan  # type: ignore[operator]
    assert (found.chance > 0.1 - 1e-9) or ranges[2] < plan  # type: ignore[operator]


@given(strategies.integers(0, 300), strategies.integers(1, 400), FLOWS, strategies.integers(1, 4))
def test_a_verdict_is_better_only_where_the_chance_rose(
    ytd: int, plan: int, history: list[list[int]], period: int
) -> None:
    fewer, more = pace(ytd, plan, history, period), pace(ytd + 1, plan, history, period)

    if fewer.verdict in BETTER and more.verdict in BETTER and BETTER.index(more.verdict) > BETTER.index(fewer.verdict):
        assert (more.chance or 0) >= (fewer.chance or 0)
    assert not (more.verdict in BETTER[2:] and (more.chance or 0) < 0.5)
    assert (pace(ytd, plan + 1, history, period).chance or 0) <= (fewer.chance or 0) + 1e-12
