"""One run of the tests: what the first of its worker processes that needs it makes for all of them."""

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
"""A pipe in the folder of a run: reading it ends when the run has, even when it was killed."""

_KEPT = "kept"
"""What a server leaves there that removes the folder itself, after it has stopped."""

_FOLDER = pytest.StashKey[Path]()
_RUN = pytest.StashKey[Any]()


@contextmanager
def run_folder() -> Iterator[Path]:
    """The folder of a run, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pgtest-", dir="/tmp"))  # short: a socket's path has 107 characters at most
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
    """Leaves the folder to a server that removes it when the run has ended."""
    (folder / _KEPT).touch()


def once(folder: Path, name: str, make: Callable[[], str]) -> str:
    """What `make` gives, made by the first process of the run that asks for that name."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = folder / f"{name}.made"
        if not told.exists():
            told.write_text(make(), encoding="utf-8")
        return told.read_text(encoding="utf-8")


def made(config: pytest.Config, prefix: str) -> list[str]:
    """What was made under the names that begin so."""
    return [path.read_text(encoding="utf-8") for path in config.stash[_FOLDER].glob(f"{prefix}*.made")]


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the workers opens the folder; they are told where it is."""
    given = getattr(config, "workerinput", None)
    if given is None:
        run = run_folder()
        config.stash[_FOLDER], config.stash[_RUN] = run.__enter__(), run
    else:
        config.stash[_FOLDER] = Path(given["run_folder"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells a worker of pytest-xdist where the folder is."""
    node.workerinput["run_folder"] = str(node.config.stash[_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Closes what was opened."""
    run = config.stash.get(_RUN, None)
    if run is not None:
        run.__exit__(None, None, None)


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest) -> Path:
    """The folder that all workers of this run see."""
    return request.config.stash[_FOLDER]
