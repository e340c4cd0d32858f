"""Input series of the methods: numbers in time order, None where nothing was reported."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan
from typing import Any

LARGEST = 1e150  # its square is still finite


def number(value: Any) -> float | None:
    """The value as a float; None, NaN and pandas' NA are missing.

    Raises:
        ValueError: not a number, infinite, or implausibly large.
    """
    try:
        converted = float(value)
    except TypeError:  # None and pandas' NA
        return None
    if abs(converted) > LARGEST:
        raise ValueError(f"{value} is no number of anything")
    return None if isnan(converted) else converted


def numbers(values: Iterable[Any]) -> list[float | None]:
    """Each of the values as `number` reads it.

    Raises:
        ValueError: as `number`.
    """
    return [number(value) for value in values]
