"""How surprising few admissions are, against scipy's Poisson, and false discoveries by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies
from scipy.stats import poisson
from statsmodels.stats.multitest import multipletests

from indicators.methods.lagging import (
    Exposure,
    Urgency,
    attainable,
    discoveries,
    expected,
    pooled,
    priority,
    ranked,
    surprise,
)


@pytest.mark.parametrize(
    ("admitted", "members", "rate", "years", "probability"),
    [
        (0, 8, 0.04, 3, 0.38289288597511206),
        (0, 30.75, 0.04, 3, 0.024972002042276148),
        (0, 30.7, 0.04, 3, 0.025122284),
        (1, 10, 0.1, 1, 0.7357588823428847),
        (0, 0, 0.04, 3, 1),
        (0, 8, 0, 3, 1),
        (3, 0, 0.04, 3, 1),
    ],
)
def test_surprise(admitted: int, members: float, rate: float, years: float, probability: float) -> None:
    assert surprise(admitted, members, rate, years) == pytest.approx(probability, rel=1e-7)


def test_a_missing_number_surprises_nobody() -> None:
    assert surprise(None, 8, 0.04, 3) is None
    assert surprise(0, None, 0.04, 3) is None
    assert surprise(0, 8, float("nan"), 3) is None


@pytest.mark.parametrize("numbers", [(-1, 8, 0.04, 3), (0, -8, 0.04, 3), (0, 8, -0.04, 3), (0, 8, 0.04, -3)])
def test_numbers_below_zero_are_refused(numbers: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"below 0|0 or more"):
        surprise(*numbers)


@given(strategies.integers(0, 50), strategies.integers(1, 300), strategies.floats(0.001, 0.3))
def test_surprise_is_the_poisson_tail(admitted: int, members: int, rate: float) -> None:
    assert surprise(admitted, members, rate, 3) == pytest.approx(poisson.cdf(admitted, members * rate * 3), rel=1e-9)


def test_false_discoveries_are_held_down() -> None:
    found = discoveries([0.001, None, 0.2, 0.03, 0.008])

    # Benjamini and Hochberg by hand: p times four over its rank, never above the next one's
    assert [p for p, _ in found] == [pytest.approx(0.004), None, 0.2, pytest.approx(0.04), pytest.approx(0.016)]
    assert [stands for _, stands in found] == [True, False, False, True, True]
    assert discoveries([]) == []
    assert discoveries([None, None]) == [(None, False)] * 2
    with pytest.raises(ValueError, match="between 0 and 1"):
        discoveries([1.5])


@given(strategies.lists(strategies.one_of(strategies.floats(0, 1), strategies.sampled_from([0.01, 0.5])), min_size=1))
def test_false_discoveries_are_those_of_statsmodels(probabilities: list[float]) -> None:
    found = discoveries(probabilities)
    rejected, adjusted, _, _ = multipletests(probabilities, alpha=0.05, method="fdr_bh")

    assert [p for p, _ in found] == pytest.approx(adjusted.tolist())
    assert [stands for _, stands in found] == rejected.tolist()


def exposure(unit: str, admitted: int | None, members: int | None, years: float = 3) -> Exposure[str]:
    return Exposure(unit=unit, admitted=admitted, members=members, years=years)


def test_the_most_surprising_come_first_and_those_without_numbers_last() -> None:
    cells = [exposure("small", 0, 8), exposure("blank", None, 90), exposure("large", 0, 90), exposure("active", 9, 40)]

    found = ranked(cells, 0.04)

    assert [unit.exposure.unit for unit in found] == ["large", "small", "active", "blank"]
    assert [unit.stands_out for unit in found] == [True, False, False, False]
    assert found[1].expected == pytest.approx(0.96)
    assert found[3].probability is None


def test_one_cell_is_too_small_but_ten_together_are_not() -> None:
    cells = [("base", exposure(f"cell {number}", 0, 8)) for number in range(10)]
    (base,) = pooled([*cells, ("base", exposure("blank", None, 50))])

    assert (base.unit, base.admitted, base.members, base.years) == ("base", 0, 240, 1)
    assert {unit.stands_out for unit in ranked([cell for _, cell in cells], 0.04)} == {False}
    assert {unit.stands_out for unit in ranked([base], 0.04)} == {True}


def test_a_group_without_numbers_has_none() -> None:
    (group,) = pooled([("base", exposure("blank", None, 50))])

    assert (group.admitted, group.members) == (None, None)


@given(strategies.lists(strategies.tuples(strategies.sampled_from("abc"), strategies.integers(1, 50)), min_size=1))
def test_pooling_keeps_what_is_expected(cells: list[tuple[str, int]]) -> None:
    units = [(group, exposure("cell", 0, members)) for group, members in cells]

    alone = [expected(unit.members, 0.04, unit.years) or 0 for _, unit in units]
    together = [expected(unit.members, 0.04, unit.years) or 0 for unit in pooled(units)]
    assert sum(together) == pytest.approx(sum(alone))


def urgency(
    streak: int | None = 3, reasons: int = 1, probability: float | None = 0.5, people: float | None = 1
) -> Urgency:
    return Urgency(streak=streak, reasons=reasons, probability=probability, people=people)


def test_priority_by_hand() -> None:
    assert priority(urgency()) == pytest.approx((3 / 10 + 1 / 6 + 1 / 2 + 1 / 2) / 4)
    assert priority(urgency(25, 6, 0, None)) == pytest.approx(3 / 4)
    assert priority(urgency(None, 0, None, None)) == 0


@pytest.mark.parametrize(
    "earlier",
    [urgency(streak=4), urgency(reasons=2), urgency(probability=0.4), urgency(people=2)],
    ids=["longer", "more reasons", "less likely by chance", "more people"],
)
def test_each_of_the_four_brings_a_cell_forward(earlier: Urgency) -> None:
    assert priority(earlier) > priority(urgency())


@pytest.mark.parametrize(
    ("wanted", "admitted", "heads", "members", "people"),
    [
        (3.5, 1, None, None, 2.5),
        (1, 4, None, None, 0),
        (3, 2, 2, 0, 2),
        (None, 1, 1, 1, 0),
        (None, None, 1, None, None),
    ],
)
def test_how_many_people_a_cell_could_still_win(
    wanted: float | None, admitted: float | None, heads: float | None, members: float | None, people: float | None
) -> None:
    assert attainable(wanted, admitted, heads, members) == people
