"""Apportionment of a plan among units: whole numbers that add up to it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

Name = TypeVar("Name")


def allocate(total: int, weights: Mapping[Name, Fraction | int]) -> dict[Name, int]:
    """`total` in proportion to the weights, by the largest remainder; equally where all of them are 0.

    Units with equal remainders get theirs in the order given. Source: Hare quota, largest remainders.

    Raises:
        ValueError: total or a weight below 0.
    """
    if total < 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("total and weights are 0 or more")
    known = weights if any(weights.values()) else dict.fromkeys(weights, 1)
    whole = sum(Fraction(weight) for weight in known.values())
    shares = {name: Fraction(weight) * total / whole for name, weight in known.items()}
    found = {name: int(share) for name, share in shares.items()}
    left = total - sum(found.values())
    for name in sorted(shares, key=lambda name: found[name] - shares[name])[:left]:
        found[name] += 1
    return found
