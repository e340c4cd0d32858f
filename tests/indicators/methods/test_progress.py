"""Progress over years against published rows of Statistics Canada, and the cases that its formula leaves open."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from indicators.methods.progress import ProgressStatus, linear_pace, progress

ROWS = [
    (14.5, 2015, 10.2, 2023, "lower", 7.25, 2030, 0.9525901792032172, 2.5185563910306596, "substantial_progress"),
    (14.5, 2015, 10.4, 2023, "lower", 7.25, 2030, 0.9010899546976208, 2.1506954374096354, "moderate_progress"),
    (0.27, 2015, 0.38, 2023, "higher", 0.7, 2030, 0.6656054028956886, 0.4686528323436141, "moderate_progress"),
    (8.2, 2023, 8.4, 2024, "higher", 100, 2030, 0.05679393189022746, -2.263356723992989, "limited_progress"),
    (10, 2018, 10.4, 2022, "lower", 0.1, 2030, -0.030916728428577435, -2.6288207323433537, "deterioration"),
    (100.1, 2015, 109.7, 2023, "lower", 100, 2030, -172.79058698766454, -5, "deterioration"),
    (0.9, 2015, 14.7, 2023, "higher", 10, 2030, 2.3996836108900683, 5, "target_achieved"),
    (70, 2015, 55, 2023, "lower", 100, 2030, 1.2340549664701979, 5, "target_achieved"),
    (81124, 2015, 0, 2023, "lower", 0.001, 2030, 1.4224293446258616, 5, "target_achieved"),
    (81124, 2015, 0, 2023, "lower", 0, 2030, 1.4224293446258616, 5, "target_achieved"),
    (100, 2015, 100, 2023, "higher", 100, 2030, None, 5, "target_achieved"),
    (63, 2005, 74, 2020, "increase", 85, 2030, 0.8949392974311927, 2.106761907621266, "moderate_progress"),
    (666, 2015, 15974, 2026, "increase", 37929, 2030, 1.0828341757518625, 3.4488762339779786, "substantial_progress"),
    (65.2, 2015, 63.2, 2025, "decrease", 50, 2030, 0.17734597680104566, -1.761052518463083, "limited_progress"),
    (73, 2023, 73, 2023, "higher", 100, 2030, None, None, "not_available"),
    (None, 2015, None, None, "higher", 100, 2030, None, None, "not_available"),
]


@pytest.mark.parametrize(
    ("base", "since", "current", "year", "direction", "target", "due", "value", "score", "status"), ROWS
)
def test_published_rows(
    base: float | None,
    since: int,
    current: float | None,
    year: int | None,
    direction: str,
    target: float,
    due: int,
    value: float | None,
    score: float | None,
    status: str,
) -> None:
    found = progress(base, since, current, year, target, due, direction)

    assert found.value == (None if value is None else pytest.approx(value, rel=1e-9))
    assert found.score == (None if score is None else pytest.approx(score, rel=1e-9))
    assert found.status == status


def test_a_worsening_series_has_achieved_nothing_even_on_the_good_side() -> None:
    found = progress(7.05, 2015, 12.58, 2024, 70, 2030, "lower")

    assert found.value == pytest.approx(-0.40189193878221646, rel=1e-9)
    assert found.status is ProgressStatus.DETERIORATION


def test_a_target_that_was_the_base_and_is_missed_now() -> None:
    found = progress(100, 2015, 90, 2020, 100, 2030, "higher")

    assert (found.value, found.score, found.status) == (None, -5, ProgressStatus.DETERIORATION)


def test_nobody_left_where_nobody_should_be_is_achieved() -> None:
    assert progress(10, 2015, 0, 2020, 0, 2025, "lower").status is ProgressStatus.ACHIEVED
    assert progress(0, 2015, 0, 2020, 0, 2025, "higher").status is ProgressStatus.ACHIEVED
    assert progress(0, 2015, 1, 2020, 0, 2025, "lower").status is ProgressStatus.DETERIORATION


def test_a_base_of_zero_counts_as_a_thousandth() -> None:
    assert (
        progress(0, 2015, 5, 2020, 10, 2025, "higher").value == progress(0.001, 2015, 5, 2020, 10, 2025, "higher").value
    )
    assert progress(0, 2015, 0, 2020, 10, 2025, "higher").status is ProgressStatus.LIMITED


@pytest.mark.parametrize(
    ("base", "year", "target", "due"), [(10, 2015.5, 20, 2030), (10, 2020, 20, 2015), (-10, 2020, 20, 2030)]
)
def test_what_cannot_be_compared_is_not_available(base: float, year: float, target: float, due: float) -> None:
    assert progress(base, 2015, 12, year, target, due, "higher").status is ProgressStatus.NOT_AVAILABLE


def test_below_zero_growth_is_towards_zero() -> None:
    assert progress(-10, 2015, -5, 2020, -2, 2030, "higher").status is ProgressStatus.SUBSTANTIAL
    assert progress(-10, 2015, -12, 2020, -2, 2030, "higher").status is ProgressStatus.DETERIORATION


def test_a_direction_is_needed() -> None:
    with pytest.raises(ValueError, match="higher or lower"):
        progress(1, 2015, 2, 2020, 3, 2030, "neutral")


def test_shares_are_headed_by_the_linear_pace() -> None:
    assert progress(0.5, 2015, 0.6, 2020, 0.8, 2030, "higher").linear == pytest.approx(1)
    assert linear_pace(0.5, 2015, 0.55, 2020, 0.8, 2030) == pytest.approx(0.5)
    assert linear_pace(0.5, 2015, 0.6, 2020, 0.5, 2030) is None
    assert linear_pace(0.5, 2015, None, 2020, 0.8, 2030) is None
    assert linear_pace(0.5, 2015, 0.6, 2015, 0.8, 2030) is None


@given(strategies.floats(1, 1000), strategies.floats(1.01, 3), strategies.integers(1, 20), strategies.integers(1, 20))
def test_growing_as_fast_as_needed_is_one(base: float, factor: float, years: int, due: int) -> None:
    current, target = base * factor**years, base * factor**due
    found = progress(base, 2000, current, 2000 + years, target, 2000 + due, "higher")

    assert found.value == pytest.approx(1)
    assert found.status in {ProgressStatus.ACHIEVED, ProgressStatus.SUBSTANTIAL}
