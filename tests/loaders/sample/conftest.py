"""The fictitious provinces as data, simulated once."""

from __future__ import annotations

import pytest

from loaders.sample import FULL, TINY, Province, province


@pytest.fixture(scope="session")
def full() -> Province:
    """The full province."""
    return province(FULL)


@pytest.fixture(scope="session")
def tiny() -> Province:
    """The tiny one."""
    return province(TINY)


@pytest.fixture(scope="session", params=["full", "tiny"])
def either(request: pytest.FixtureRequest) -> Province:
    """Both, one after the other."""
    found: Province = request.getfixturevalue(request.param)
    return found
