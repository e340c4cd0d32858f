"""Whole numbers that add up."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from loaders.sample.apportion import apportion, draw, places_by

WEIGHTS = st.lists(st.floats(0.01, 100), min_size=1, max_size=30)


@given(st.integers(0, 10_000), WEIGHTS)
def test_parts_add_up_and_lie_within_one_of_their_share(total: int, weights: list[float]) -> None:
    parts = apportion(total, np.array(weights))
    assert parts.sum() == total
    assert (np.abs(parts - total * np.array(weights) / sum(weights)) < 1 + 1e-6).all()


@given(st.integers(0, 500), WEIGHTS, st.integers(0, 40))
def test_nobody_is_dealt_where_there_is_no_room(total: int, weights: list[float], room: int) -> None:
    rooms = np.full(len(weights), room)
    given_out = draw(np.random.default_rng(1), total, np.array(weights), rooms)
    assert (given_out <= rooms).all()
    assert given_out.sum() == min(total, rooms.sum())


def test_places_are_found_by_label() -> None:
    found = places_by(np.array([2, 0, 2, 3]), 5)
    assert [places.tolist() for places in found] == [[1], [], [0, 2], [3], []]
