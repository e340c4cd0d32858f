"""Splits totals into whole numbers that add up exactly: by largest remainder, or at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Weights = NDArray[np.float64]
Numbers = Counts | Weights


def apportion(total: int, weights: Numbers) -> Counts:
    """Splits `total` in proportion to `weights` by largest remainder; the parts add up to it."""
    exact = total * weights / weights.sum()
    parts: Counts = np.floor(exact).astype(np.int64)
    largest = np.argsort(parts - exact, kind="stable")
    parts[largest[: total - int(parts.sum())]] += 1
    return parts


def draw(rng: np.random.Generator, total: int, weights: Numbers, room: Counts | None = None) -> Counts:
    """Distributes `total` people at random, with probabilities proportional to `weights`.

    No place gets more than its `room`; when all room is taken, the rest is dropped.
    """
    given = np.zeros(len(weights), dtype=np.int64)
    left = total
    while left > 0:
        chances = weights if room is None else np.where(room > given, weights, 0.0)
        if not chances.any():
            break
        given += rng.multinomial(left, chances / chances.sum())
        if room is not None:
            given = np.minimum(given, room)
        left = total - int(given.sum())
    return given


def places_by(labels: Counts, count: int) -> list[Counts]:
    """The indices of each label 0 .. `count` - 1, in order."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.cumsum(np.bincount(labels, minlength=count))[:-1])


def part(whole: Counts, share: Weights, rounding: Weights) -> Counts:
    """A part of each whole near its share; `rounding` in [0, 1) is fixed per place, so parts follow their wholes."""
    return np.floor(whole * share + rounding).astype(np.int64)
