"""Chances come true: what was told comes, overall and at any one spread of the season, better than at first."""

from __future__ import annotations

from itertools import chain

import pytest

from indicators.methods.reliability import SIMULATED, Band, reliability
from tests.indicators.methods.calibration import SPREADS, WAYS, Calibration, Case, brier, furthest, simulated


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return list(chain.from_iterable(simulated(way, 120, seed=16) for way in WAYS.values()))


@pytest.fixture(scope="module")
def found(cases: list[Case]) -> Calibration:
    return Calibration.of(cases)


def test_what_was_told_comes(found: Calibration) -> None:
    assert furthest(found.overall) <= 0.04
    assert max(furthest(found.within(spread)) for spread in SPREADS) <= 0.07
    assert brier(found.told, found.came) <= brier(found.first, found.came)


def test_the_table_of_the_dictionary_is_that_of_the_simulation(cases: list[Case], found: Calibration) -> None:
    still_open = [(told, case.came) for told, case in zip(found.told, cases, strict=True) if case.done < case.plan]

    rounded = [
        Band(band.low, band.high, round(band.told, 3), round(band.came, 3), band.count)
        for band in reliability(still_open)
    ]
    assert rounded == list(SIMULATED)


def test_a_band_holds_its_lower_edge_and_the_last_one_both() -> None:
    assert reliability([(0.2, 1), (0.3, 0), (1.0, 1)]) == (Band(0.2, 0.5, 0.25, 0.5, 2), Band(0.8, 1.0, 1.0, 1.0, 1))
    assert reliability([]) == ()
