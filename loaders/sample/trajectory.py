"""The province's trajectory over the years: members and admissions that match the published figures exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loaders.sample.apportion import Counts, Weights, apportion
from loaders.sample.scale import SampleScale

_SEASONS = np.array([0.16, 0.28, 0.20, 0.36])
_AFTER = 0.93  # admissions in the year after calibration, reduced by the epidemic


@dataclass(frozen=True)
class Trajectory:
    """By year from the first of the history: members at its end, admissions, other losses; both also by quarter."""

    first: int
    members: Counts
    admitted: Counts
    admitted_by_quarter: Counts
    lost_by_quarter: Counts

    def place(self, year: int) -> int:
        """The row of a year."""
        return year - self.first


def trajectory(scale: SampleScale, rng: np.random.Generator) -> Trajectory:
    """Draws a smooth trajectory. Quarters are rows of four columns.

    Losses are net of all gains other than admissions.
    """
    known = scale.calibration
    span = known.last - known.first
    x = np.arange(span + 1) / span
    rise = 0.58 + 0.62 * np.sin(np.pi / 2 * np.minimum(x / 0.72, 1.0)) - 0.07 * np.maximum(x - 0.72, 0.0) / 0.28
    admitted = apportion(known.admitted, rise * rng.normal(1.0, 0.018, span + 1))
    losses = int(admitted[1:].sum()) - (known.members_last - known.members_first)
    lost = apportion(losses, (1.0 + x[1:]) * rng.normal(1.0, 0.05, span))
    members = known.members_first + np.concatenate([[0], np.cumsum(admitted[1:] - lost)])
    after = scale.latest.year - known.last
    admitted = np.concatenate([admitted, np.round(admitted[-1] * np.full(after, _AFTER)).astype(np.int64)])
    lost = np.concatenate([[0], lost, np.repeat(lost[-1], after)])
    members = np.concatenate([members, members[-1] + np.cumsum((admitted - lost)[span + 1 :])])
    return Trajectory(
        known.first,
        members,
        admitted,
        _by_quarter(admitted, _SEASONS, rng),
        _by_quarter(lost, np.full(4, 0.25), rng),
    )


def _by_quarter(years: Counts, shares: Weights, rng: np.random.Generator) -> Counts:
    return np.array([apportion(int(total), shares * rng.normal(1.0, 0.05, 4)) for total in years])
