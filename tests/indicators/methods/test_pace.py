"""Pace of a year's flow: shares by hand, chances against scipy's distributions, and what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies
from scipy.stats import nbinom, poisson

from indicators.methods.pace import PaceVerdict, ShareSource, pace

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
        "projection": pytest.approx(200),
        "low": pytest.approx(150),
        "high": pytest.approx(300),
        "run_rate": 127.5,
        "p_behind": pytest.approx(poisson.cdf(45, 67.5)),
        "chance": pytest.approx(nbinom.sf(254, 45.5, 0.225)),
        "likely_low": 45 + nbinom.ppf(0.025, 45.5, 0.225),
        "likely_high": 45 + nbinom.ppf(0.975, 45.5, 0.225),
        "verdict": PaceVerdict.TOO_EARLY,
    }
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("ytd", "plan", "period", "verdict"),
    [
        (105, 300, 3, PaceVerdict.ON_PACE),  # of 120 expected ...
        (60, 300, 3, PaceVerdict.BEHIND),
        (5, 20, 3, PaceVerdict.ON_PACE),  # ... but of 8 five are no sign
        (0, 300, 2, PaceVerdict.TOO_EARLY),
        (None, 300, 3, PaceVerdict.CANNOT_TELL),
        (60, None, 3, PaceVerdict.NO_PLAN),
        (60, 0, 3, PaceVerdict.NO_PLAN),
        (300, 300, 4, PaceVerdict.ON_PACE),
        (200, 300, 4, PaceVerdict.BEHIND),
    ],
)
def test_behind_only_where_chance_does_not_explain_it(
    ytd: int | None, plan: int | None, period: int, verdict: PaceVerdict
) -> None:
    assert pace(ytd, plan, LATE, period).verdict is verdict


def test_a_share_of_exactly_a_quarter_is_judged() -> None:
    assert pace(0, 100, [[1, 1, 1, 1], [2, 2, 2, 2]], 1).verdict is PaceVerdict.BEHIND


def test_without_history_it_is_linear_and_says_so() -> None:
    found = pace(30, 120, [], 1)

    assert (found.basis, found.years, found.share, found.expected) == (ShareSource.LINEAR, 0, 0.25, 30)
    assert (found.projection, found.low, found.high, found.run_rate) == (120, None, None, 30)
    assert pace(30, 120, [], 3, periods=12).share == 0.25


def test_one_past_year_leans_on_the_province() -> None:
    own = [[50, 50, 50, 50]]

    assert pace(45, 300, own, 2, pooled=LATE).share == 0.225
    assert pace(45, 300, own, 2, pooled=LATE).basis is ShareSource.POOLED
    assert pace(45, 300, own * 2, 2, pooled=LATE).share == 0.5
    assert (pace(45, 300, own, 2).share, pace(45, 300, own, 2).years) == (0.5, 1)


def test_past_years_that_lack_something_are_passed_over() -> None:
    broken: list[list[int | None]] = [[None, 20, 30, 140], [0, 0, 0, 0]]

    assert pace(45, 300, LATE + broken, 2) == pace(45, 300, LATE, 2)
    assert pace(45, 300, broken, 2).basis is ShareSource.LINEAR


def test_without_a_plan_the_year_is_still_projected() -> None:
    found = pace(45, None, LATE, 2)

    assert found.projection == pytest.approx(200)
    assert {found.expected, found.index, found.run_rate, found.p_behind, found.chance} == {None}


def test_at_the_end_of_the_year_nothing_is_left_to_chance() -> None:
    short, reached = pace(299, 300, LATE, 4), pace(300, 300, LATE, 4)

    assert (short.chance, reached.chance) == (0, 1)
    assert (short.projection, short.run_rate, short.likely_low, short.likely_high) == (299, None, 299, 299)


def test_years_in_which_nothing_had_happened_yet() -> None:
    found = pace(3, 100, [[0, 10], [0, 30]], 1)

    assert (found.share, found.expected, found.verdict) == (0, 0, PaceVerdict.TOO_EARLY)
    assert {found.index, found.projection, found.low, found.high, found.chance} == {None}
    assert pace(3, 100, [[0, 10], [10, 10]], 1).high is None


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


FLOWS = strategies.lists(strategies.lists(strategies.integers(0, 400), min_size=4, max_size=4), min_size=1, max_size=6)


@given(strategies.integers(0, 900), strategies.integers(1, 2000), FLOWS, strategies.integers(1, 4))
def test_what_always_holds(ytd: int, plan: int, history: list[list[int]], period: int) -> None:
    found = pace(ytd, plan, history, period)

    assert 0 <= found.share <= 1
    if found.low is not None and found.high is not None:
        assert found.low <= (found.projection or 0) * (1 + 1e-12)
        assert (found.projection or 0) <= found.high * (1 + 1e-12)
    if found.chance is not None and found.likely_low is not None and found.likely_high is not None:
        assert 0 <= found.chance <= 1
        assert ytd <= found.likely_low <= found.likely_high
        assert found.chance >= 0.97 or found.likely_low < plan
        assert found.chance <= 0.03 or found.likely_high >= plan


@given(strategies.integers(0, 300), strategies.floats(0.01, 0.99))
def test_the_interval_is_the_negative_binomials(ytd: int, share: float) -> None:
    found = pace(ytd, 100, [[share, 1 - share], [share, 1 - share]], 1)

    expected = nbinom.ppf([0.025, 0.975], ytd + 0.5, found.share) + ytd
    assert (found.likely_low, found.likely_high) == pytest.approx(tuple(expected), abs=1)
