"""Parts of a change: they add up exactly, whatever units gave, and each says what its name says."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy, builds, fractions, integers, lists, sampled_from

from indicators.methods.decomposition import Cause, Decomposition, Terms, UnitTerms, of_ratio, of_sum, rounded

COUNTS = integers(0, 40).map(Fraction)
TERMS = builds(Terms, COUNTS, COUNTS)
APART = sampled_from((None, None, Cause.REPORTING, Cause.PERIMETER))
GIVEN: SearchStrategy[list[UnitTerms[str]]] = lists(
    builds(UnitTerms, sampled_from("ABCDE"), TERMS, TERMS, APART), min_size=1, max_size=9
)


def whole(terms: Sequence[Terms]) -> Terms:
    return sum(terms, start=Terms())


def moved(of: Decomposition[str] | None) -> dict[Cause, Fraction]:
    assert of is not None
    return dict(of.parts)


def gave(unit: str, before: tuple[int, int], after: tuple[int, int], apart: Cause | None = None) -> UnitTerms[str]:
    return UnitTerms(unit, Terms(*map(Fraction, before)), Terms(*map(Fraction, after)), apart)


@settings(max_examples=60)
@given(GIVEN, sampled_from((1, 1000)))
def test_the_parts_of_a_ratio_add_up_to_its_change(given: list[UnitTerms[str]], per: int) -> None:
    movement = of_ratio(given, per)

    kept = [each for each in given if each.apart is None]
    before, after = whole([each.before for each in given]), whole([each.after for each in given])
    if not (whole([each.before for each in kept]).denominator and whole([each.after for each in kept]).denominator):
        assert movement is None
        return
    assert movement is not None
    change = per * (after.numerator / after.denominator - before.numerator / before.denominator)
    assert movement.total == sum(movement.parts.values()) == change
    assert set(movement.by_unit) <= {each.unit for each in given}


@settings(max_examples=30)
@given(GIVEN, COUNTS, COUNTS)
def test_the_parts_of_a_count_and_of_a_rate_of_a_plan_add_up_to_its_change(
    given: list[UnitTerms[str]], earlier: Fraction, later: Fraction
) -> None:
    before, after = whole([each.before for each in given]).numerator, whole([each.after for each in given]).numerator

    assert of_sum(given).total == after - before
    assert Cause.PLAN not in of_sum(given).parts
    planned = of_sum(given, (1 / (earlier + 1), 1 / (later + 1)))
    assert planned.total == after / (later + 1) - before / (earlier + 1)


@settings(max_examples=20)
@given(GIVEN)
def test_of_one_period_as_known_twice_what_is_given_anew_is_a_correction(given: list[UnitTerms[str]]) -> None:
    known = of_sum(given)
    corrected = known.of_corrections()

    assert corrected.total == known.total
    assert set(corrected.parts) <= {Cause.CORRECTIONS, Cause.REPORTING, Cause.PERIMETER}
    assert known.plus(corrected, -1).total == 0


def test_rates_move_units_and_weights_move_the_mix() -> None:
    better = [gave("A", (50, 100), (60, 100)), gave("B", (20, 100), (20, 100))]
    heavier = [gave("A", (50, 100), (100, 200)), gave("B", (20, 100), (20, 100))]

    assert moved(of_ratio(better)) == {Cause.UNITS: Fraction(1, 20)}
    assert moved(of_ratio(heavier)) == {Cause.MIX: Fraction(1, 20)}


def test_kitagawas_split_holds_the_other_side_at_its_mean() -> None:
    movement = of_ratio([gave("A", (30, 100), (80, 200)), gave("B", (90, 300), (20, 100))])

    # Weights 1/4, 3/4 become 2/3, 1/3; rates 0.3, 0.3 become 0.4, 0.2.
    units = Fraction(11, 24) * Fraction(1, 10) - Fraction(13, 24) * Fraction(1, 10)
    mix = Fraction(35, 100) * Fraction(5, 12) - Fraction(25, 100) * Fraction(5, 12)
    assert moved(movement) == {Cause.UNITS: units, Cause.MIX: mix}


def test_a_missing_return_moves_the_value_by_what_it_takes_away() -> None:
    given = [gave("A", (50, 100), (61, 100)), gave("B", (90, 100), (0, 0), Cause.REPORTING)]

    assert moved(of_ratio(given)) == {Cause.UNITS: Fraction(11, 100), Cause.REPORTING: Fraction(-20, 100)}
    assert moved(of_sum(given)) == {Cause.UNITS: 11, Cause.REPORTING: -90}


def test_a_unit_that_first_has_a_denominator_changes_the_mix() -> None:
    movement = of_ratio([gave("A", (50, 100), (50, 100)), gave("B", (0, 0), (100, 100))])

    assert moved(movement) == {Cause.MIX: Fraction(1, 4)}


@pytest.mark.parametrize("apart", [Cause.REPORTING, Cause.PERIMETER])
def test_nothing_is_told_apart_where_no_unit_can_be_compared(apart: Cause) -> None:
    assert of_ratio([gave("A", (1, 2), (0, 0), apart), gave("B", (0, 0), (1, 2), apart)]) is None
    assert of_ratio([gave("A", (1, 2), (0, 0))]) is None
    assert of_ratio([]) is None


@settings(max_examples=40)
@given(lists(fractions(-5, 5, max_denominator=97), max_size=6), integers(0, 2))
def test_rounded_parts_add_up_to_the_rounded_sum(parts: list[Fraction], places: int) -> None:
    named = dict(enumerate(parts))
    shown = rounded(named, places)

    total, scale = sum(parts, start=Fraction(0)), 10**places
    assert abs(sum(shown.values()) - total) <= Fraction(1, 2 * scale)
    assert all(abs(shown[name] - part) < Fraction(1, scale) for name, part in named.items())
    assert all((part * scale).denominator == 1 for part in shown.values())
    assert all(shown[name] == 0 for name, part in named.items() if not part)
