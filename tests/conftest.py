"""Settings of the test run; the shared fixtures are in the plugins below."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

pytest_plugins = [
    "tests.runs",
    "tests.postgres",
    "tests.stores",
    "tests.small_province",
    "tests.browser",
    "tests.libreoffice",
]

# What runs writes under var/ only; the same examples every time, at any pace.
set_hypothesis_home_dir(Path(__file__).parents[1] / "var" / "cache" / "hypothesis")
hypothesis.settings.register_profile("tests", deadline=None, derandomize=True)
hypothesis.settings.load_profile("tests")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts long files first, so that short ones fill the end: the full province, whole processes, then browsers."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[bool, ...]:
    asked = getattr(item, "fixturenames", ())
    return "demo_folder" not in asked, item.path.parent != Path(__file__).parent, "page" not in asked
