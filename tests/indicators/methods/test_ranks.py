"""Ranks are as sure as the counts allow: coverage on simulated units, ties, and units that can be told apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.random import Generator

from indicators.methods.funnel import FunnelKind
from indicators.methods.ranks import chance_ranks, exact_ranks

UNITS = 16
TRUTHS: dict[str, tuple[FunnelKind, Callable[[Generator], np.ndarray]]] = {
    "wide": (FunnelKind.PROPORTION, lambda random: random.beta(14, 6, UNITS)),
    "alike": (FunnelKind.PROPORTION, lambda random: random.beta(1400, 600, UNITS)),
    "two groups": (FunnelKind.PROPORTION, lambda random: random.choice([0.5, 0.8], UNITS) + random.normal(0, 5e-3, 16)),
    "one outlier": (FunnelKind.PROPORTION, lambda random: np.append(random.uniform(0.69, 0.71, UNITS - 1), 0.2)),
    "rates": (FunnelKind.RATE, lambda random: np.exp(random.normal(-3, 0.5, UNITS))),
}


@pytest.mark.parametrize("truth", TRUTHS)
def test_an_interval_contains_the_true_rank(truth: str) -> None:
    (kind, draw), random, covered = TRUTHS[truth], np.random.default_rng(16), []
    for _ in range(40):
        sizes, values = np.floor(np.exp(random.uniform(3, 7.5, UNITS))).astype(int), draw(random)
        share = kind is FunnelKind.PROPORTION
        counts = random.binomial(sizes, values) if share else random.poisson(values * sizes)
        true = np.argsort(np.argsort(-values)) + 1
        ranks = chance_ranks(counts.tolist(), sizes.tolist(), kind)
        covered += [rank is not None and rank.low <= is_ <= rank.high for rank, is_ in zip(ranks, true, strict=True)]

    assert np.mean(covered) >= 0.93


def test_units_far_apart_are_told_apart_and_small_ones_are_not() -> None:
    large = chance_ranks([900, 500, 100], [1000, 1000, 1000])
    small = chance_ranks([3, 2, 1], [4, 4, 4])
    best, middle, worst = (rank for rank in large if rank is not None)

    assert [(rank.rank, rank.low, rank.high, rank.of) for rank in (best, middle, worst)] == [
        (1, 1, 1, 3),
        (2, 2, 2, 3),
        (3, 3, 3, 3),
    ]
    assert best.is_before(worst)
    assert {(rank.low, rank.high) for rank in small if rank is not None} == {(1, 3)}
    assert large == chance_ranks([900, 500, 100], [1000, 1000, 1000])
    assert [rank and rank.rank for rank in chance_ranks([900, 100], [1000, 1000], lower_is_better=True)] == [2, 1]


def test_equal_counts_share_an_interval_and_missing_ones_have_no_rank() -> None:
    ranks = exact_ranks([5, None, 7, 5, 1])

    assert [rank and (rank.rank, rank.low, rank.high, rank.of) for rank in ranks] == [
        (2, 2, 3, 4),
        None,
        (1, 1, 1, 4),
        (2, 2, 3, 4),
        (4, 4, 4, 4),
    ]
    assert chance_ranks([1, None, 2], [4, 4, 0]) == (*exact_ranks([0.25]), None, None)
    assert all(rank is not None for rank in chance_ranks([0, 0, 0], [5, 50, 500]))
