"""Settings of the test run; the shared fixtures are in the plugins below."""

from __future__ import annotations

import gc
from collections.abc import Sequence
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
    "tests.slowest",
]

# Hypothesis: database under var/, deterministic examples, no deadline.
set_hypothesis_home_dir(Path(__file__).parents[1] / "var" / "cache" / "hypothesis")
hypothesis.settings.register_profile("tests", deadline=None, derandomize=True)
hypothesis.settings.load_profile("tests")

# Between full collections of garbage, in collections of the generation below (Python's own setting is 10).
_SELDOM = 100


# Fixtures whose tests `make test-quick` skips; other slow tests are marked `slow`.
_SLOW = {"page", "convert", "demo_folder", "tiny_stores", "full", "either"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option that selects the quick part of the suite."""
    parser.addoption(
        "--quick",
        action="store_true",
        help="without PostgreSQL, Chromium, LibreOffice, the full province, what is slow",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Schedules long files first, so that short ones fill the end: full province, processes, browsers."""
    items.sort(key=_place)
    if config.getoption("quick"):
        slow = [item for item in items if _SLOW.intersection(_asked(item)) or item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        left_out = set(slow)
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """Modules and collected tests live until the end: searching them for garbage took 7 % of the suite."""
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _SELDOM)


def _place(item: pytest.Item) -> tuple[bool, ...]:
    asked = _asked(item)
    return "demo_folder" not in asked, item.path.parent != Path(__file__).parent, "page" not in asked


def _asked(item: pytest.Item) -> Sequence[str]:
    found: Sequence[str] = getattr(item, "fixturenames", ())
    return found
