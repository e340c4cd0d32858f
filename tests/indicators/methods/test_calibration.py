"""Chances come true: what was told comes, overall and at any one spread of the season, better than at first."""

from __future__ import annotations

from itertools import chain

from tests.indicators.methods.calibration import SPREADS, WAYS, Calibration, brier, furthest, simulated


def test_what_was_told_comes() -> None:
    found = Calibration.of(list(chain.from_iterable(simulated(way, 120, seed=16) for way in WAYS.values())))

    assert furthest(found.overall) <= 0.04
    assert max(furthest(found.within(spread)) for spread in SPREADS) <= 0.07
    assert brier(found.told, found.came) <= brier(found.first, found.came)
