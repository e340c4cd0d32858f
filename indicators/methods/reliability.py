"""Whether chances came true: what was told beside what came, in bands of chance (a reliability table)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

BANDS: Final = (0.0, 0.2, 0.5, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Band:
    """The cases told a chance from `low` to below `high`: the mean told, the share that came, their number."""

    low: float
    high: float
    told: float
    came: float
    count: int


def reliability(cases: Iterable[tuple[float, float]]) -> tuple[Band, ...]:
    """The bands of cases, each told and came (1 or 0, or the probability that it was drawn with); no empty ones."""
    given = list(cases)
    found = []
    for low, high in pairwise(BANDS):
        inside = [case for case in given if low <= case[0] < high or case[0] == high == BANDS[-1]]
        if inside:
            told, came = (sum(values) / len(inside) for values in zip(*inside, strict=True))
            found.append(Band(low, high, told, came, len(inside)))
    return tuple(found)


SIMULATED: Final = (
    Band(0.0, 0.2, 0.067, 0.079, 1842),
    Band(0.2, 0.5, 0.338, 0.349, 1144),
    Band(0.5, 0.8, 0.646, 0.663, 977),
    Band(0.8, 1.0, 0.947, 0.944, 1616),
)
"""The same of simulated units with open plans; `tests/indicators/methods/calibration.py` draws them."""
