"""Settings of the test run; the shared fixtures are in stores.py, postgres.py and browser.py."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

pytest_plugins = ["tests.postgres", "tests.stores", "tests.browser"]

# What runs writes under var/ only; the same examples every time, at any pace.
set_hypothesis_home_dir(Path(__file__).parents[1] / "var" / "cache" / "hypothesis")
hypothesis.settings.register_profile("tests", deadline=None, derandomize=True)
hypothesis.settings.load_profile("tests")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Sends all tests on the full province to one worker, so that it is made once."""
    if "demo_folder" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("full province"))
