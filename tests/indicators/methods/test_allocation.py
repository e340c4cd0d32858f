"""A plan is divided in whole numbers that add up to it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.methods.allocation import allocate


def test_the_largest_remainders_get_what_is_left() -> None:
    assert allocate(10, {"a": 50, "b": 30, "c": 21}) == {"a": 5, "b": 3, "c": 2}
    assert allocate(7, {"a": 1, "b": 1, "c": 1}) == {"a": 3, "b": 2, "c": 2}
    assert allocate(3, {"a": 0, "b": 0}) == {"a": 2, "b": 1}
    assert allocate(5, {"a": Fraction(1, 3), "b": 0}) == {"a": 5, "b": 0}


@settings(max_examples=40)
@given(st.integers(0, 5000), st.lists(st.integers(0, 900), min_size=1, max_size=20))
def test_the_parts_add_up_and_none_is_a_whole_person_off_its_share(total: int, weights: list[int]) -> None:
    found = allocate(total, dict(enumerate(weights)))
    assert sum(found.values()) == total
    if any(weights):
        assert all(abs(found[i] - Fraction(total * weight, sum(weights))) < 1 for i, weight in enumerate(weights))


@pytest.mark.parametrize(("total", "weights"), [(-1, {"a": 1}), (1, {"a": -1})])
def test_nothing_below_zero_is_divided(total: int, weights: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        allocate(total, weights)
