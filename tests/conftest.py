"""Settings of the test run; the shared fixtures are in the plugins below."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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

gc.disable()  # until all tests are collected: what is imported stays

# Between full collections of garbage, in collections of the generation below (Python's own setting is 10).
_SELDOM = 100


# Fixtures whose tests `make test-quick` skips; other slow tests are marked `slow`.
_FOR_BROWSER = ("browser.py", "test_addresses.py")
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
    """Schedules long files first, so that short ones fill the end: full province, browsers, processes."""
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
    gc.enable()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _SELDOM)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Gives a worker whole files, and one of them all files for the browser: it starts, and compiles scripts, once."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):  # type: ignore[misc]  # xdist brings no types
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "browser" if file.endswith(_FOR_BROWSER) else file

    return ByFile(config, log)


def _place(item: pytest.Item) -> tuple[bool, ...]:
    asked = _asked(item)
    return "demo_folder" not in asked, "page" not in asked, item.path.parent != Path(__file__).parent


def _asked(item: pytest.Item) -> Sequence[str]:
    found: Sequence[str] = getattr(item, "fixturenames", ())
    return found
