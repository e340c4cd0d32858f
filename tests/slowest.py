"""Says at the end which files took longest, so that a suite that grows slower is seen growing slower."""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from typing import Any

import pytest

SHOWN = 10

_SECONDS = pytest.StashKey[defaultdict[str, float]]()


def pytest_configure(config: pytest.Config) -> None:
    """Nothing has run yet."""
    config.stash[_SECONDS] = defaultdict(float)
    config.pluginmanager.register(_Clock(config.stash[_SECONDS]))


class _Clock:
    """Adds up what each file takes, whichever worker runs it."""

    def __init__(self, seconds: defaultdict[str, float]) -> None:
        self._seconds = seconds

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What a test takes is what its parts take: what it needs first, itself, clearing up."""
        self._seconds[report.nodeid.partition("::")[0]] += report.duration


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The files, the slowest first."""
    seconds = config.stash[_SECONDS]
    if len(seconds) > SHOWN:
        terminalreporter.section(f"{SHOWN} slowest files of {len(seconds)}")
        for file, taken in sorted(seconds.items(), key=itemgetter(1), reverse=True)[:SHOWN]:
            terminalreporter.line(f"{taken:7.1f} s  {file}")
