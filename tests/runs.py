"""Resources of a test run: created by the first worker process that needs them, shared by all."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ALIVE = "alive"
"""A pipe in the folder of a run: reaches end of file when the run ends, even if it was killed."""

_KEPT = "kept"
"""Marker file of a server that removes the folder itself after it has stopped."""

_FOLDER = pytest.StashKey[Path]()
_RUN = pytest.StashKey[Any]()


@contextmanager
def run_folder() -> Iterator[Path]:
    """Yields the folder of a run, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pgtest-", dir="/tmp"))  # short: a socket path is limited to 107 characters
    os.mkfifo(folder / ALIVE)
    writing = os.open(folder / ALIVE, os.O_RDWR)
    try:
        yield folder
    finally:
        os.close(writing)
        until = time.monotonic() + 30
        while (folder / _KEPT).exists() and time.monotonic() < until:
            time.sleep(0.05)
        shutil.rmtree(folder, ignore_errors=True)


def keep(folder: Path) -> None:
    """Leaves removal of the folder to a server that outlives the run."""
    (folder / _KEPT).touch()


def once(folder: Path, name: str, make: Callable[[], str]) -> str:
    """The result of `make`, called once per run and name under a lock."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = folder / f"{name}.made"
        if not told.exists():
            told.write_text(make(), encoding="utf-8")
        return told.read_text(encoding="utf-8")


def made(config: pytest.Config, prefix: str) -> list[str]:
    """Results of `once` for names with that prefix."""
    return [path.read_text(encoding="utf-8") for path in config.stash[_FOLDER].glob(f"{prefix}*.made")]


def pytest_configure(config: pytest.Config) -> None:
    """Creates the folder in the controller process; workers get its path."""
    given = getattr(config, "workerinput", None)
    if given is None:
        run = run_folder()
        config.stash[_FOLDER], config.stash[_RUN] = run.__enter__(), run
    else:
        config.stash[_FOLDER] = Path(given["run_folder"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Passes the folder's path to a worker of pytest-xdist."""
    node.workerinput["run_folder"] = str(node.config.stash[_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Closes the folder."""
    run = config.stash.get(_RUN, None)
    if run is not None:
        run.__exit__(None, None, None)


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest) -> Path:
    """The folder shared by all workers of this run."""
    return request.config.stash[_FOLDER]
