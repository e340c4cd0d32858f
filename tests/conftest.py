"""Settings of the test run; the shared fixtures are in stores.py, postgres.py, browser.py and libreoffice.py."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

pytest_plugins = ["tests.postgres", "tests.stores", "tests.browser", "tests.libreoffice"]

# What runs writes under var/ only; the same examples every time, at any pace.
set_hypothesis_home_dir(Path(__file__).parents[1] / "var" / "cache" / "hypothesis")
hypothesis.settings.register_profile("tests", deadline=None, derandomize=True)
hypothesis.settings.load_profile("tests")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the long tests on the full province first: the other worker does the rest meanwhile."""
    items.sort(key=lambda item: "demo_folder" not in getattr(item, "fixturenames", ()))
