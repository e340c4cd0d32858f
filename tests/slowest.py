"""Reports the slowest test files at the end of a run, so that a slowdown of the suite is noticed."""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from typing import Any

import pytest

SHOWN = 10

_SECONDS = pytest.StashKey[defaultdict[str, float]]()


def pytest_configure(config: pytest.Config) -> None:
    """Registers the clock."""
    config.stash[_SECONDS] = defaultdict(float)
    config.pluginmanager.register(_Clock(config.stash[_SECONDS]))


class _Clock:
    """Sums durations by file over all workers."""

    def __init__(self, seconds: defaultdict[str, float]) -> None:
        self._seconds = seconds

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Adds the duration of a phase: setup, call or teardown."""
        self._seconds[report.nodeid.partition("::")[0]] += report.duration


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Prints the slowest files."""
    seconds = config.stash[_SECONDS]
    if len(seconds) > SHOWN:
        terminalreporter.section(f"{SHOWN} slowest files of {len(seconds)}")
        for file, taken in sorted(seconds.items(), key=itemgetter(1), reverse=True)[:SHOWN]:
            terminalreporter.line(f"{taken:7.1f} s  {file}")
