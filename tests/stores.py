"""Stores for the tests: empty, with a tiny province, with the full one; each on real SQLite and real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

import loaders.sample as sample
from data.writing.store import Store
from tests.postgres import fresh_database

ROOT = Path(__file__).parents[1]
BACKENDS = ("sqlite", "postgresql")

NewDatabase = Callable[[str, str | None], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def new_database(postgres: Callable[[], URL], tmp_path_factory: pytest.TempPathFactory) -> NewDatabase:
    """Makes databases: (kind, address of the one to copy or None) -> address."""

    @contextmanager
    def make(kind: str, template: str | None = None) -> Iterator[str]:
        copied = make_url(template).database if template else None
        if kind == "sqlite":
            path = tmp_path_factory.mktemp("store") / "store.sqlite"
            if copied:
                shutil.copyfile(copied, path)
            yield f"sqlite:///{path.as_posix()}"
        else:
            with fresh_database(postgres(), copied or "template1") as url:
                yield url.render_as_string(hide_password=False)

    return make


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> Iterator[str]:
    """An empty database of the test's own, on each kind in turn."""
    with new_database(request.param, None) as url:
        yield url


@pytest.fixture(scope="session")
def empty_database(new_database: NewDatabase) -> Iterator[Callable[[str], str]]:
    """Gives the address of a database of that kind with tables and nothing in them; to be copied, which is quick."""
    with ExitStack() as made:

        @cache
        def migrated(kind: str) -> str:
            url = made.enter_context(new_database(kind, None))
            Store.open(url).close()
            return url

        yield migrated


@pytest.fixture(params=BACKENDS)
def store(
    request: pytest.FixtureRequest, empty_database: Callable[[str], str], new_database: NewDatabase
) -> Iterator[Store]:
    """An empty store of the test's own."""
    with new_database(request.param, empty_database(request.param)) as url, closing(Store.open(url)) as opened:
        yield opened


@pytest.fixture(scope="session")
def tiny_workbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny province's workbooks."""
    folder = tmp_path_factory.mktemp("tiny")
    assert list(sample.write(sample.province(sample.TINY), folder, workers=1))
    return folder


@pytest.fixture(scope="session")
def tiny_database(new_database: NewDatabase, tiny_workbooks: Path) -> Iterator[Callable[[str], str]]:
    """Gives the address of a database of that kind with the tiny province; nobody stays connected: it can be copied."""
    with ExitStack() as made:

        @cache
        def filled(kind: str) -> str:
            url = made.enter_context(new_database(kind, None))
            with closing(Store.open(url)) as opened:
                for outcome in sample.load_sample(opened, tiny_workbooks, workers=1):
                    assert not outcome.refused, outcome
            return url

        yield filled


@pytest.fixture(scope="session", params=BACKENDS)
def tiny_store(
    request: pytest.FixtureRequest, tiny_database: Callable[[str], str], new_database: NewDatabase
) -> Iterator[Store]:
    """The tiny province, shared by tests that only read."""
    with new_database(request.param, tiny_database(request.param)) as url, closing(Store.open(url)) as opened:
        yield opened


@pytest.fixture(params=BACKENDS)
def changing_store(
    request: pytest.FixtureRequest, tiny_database: Callable[[str], str], new_database: NewDatabase
) -> Iterator[Store]:
    """The tiny province in a store of the test's own."""
    with new_database(request.param, tiny_database(request.param)) as url, closing(Store.open(url)) as opened:
        yield opened


def run(
    *arguments: str, environment: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a user would, with nothing of this machine's own settings."""
    ours = {"DATA_DIR", "DATABASE_URL", "SECRET_KEY", "APP_LANGUAGE"}
    settings = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env={**settings, **(environment or {})},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `demo --no-serve` leaves behind: the full province on SQLite, and its workbooks."""
    folder = tmp_path_factory.mktemp("demo")
    finished = run("demo", "--no-serve", "--data", str(folder))
    assert finished.returncode == 0, finished.stderr
    return folder


@pytest.fixture(scope="session")
def full_store(demo_folder: Path) -> Iterator[Store]:
    """The full province, shared by tests that only read."""
    with closing(Store.open(f"sqlite:///{demo_folder / 'store.sqlite'}")) as opened:
        yield opened
