"""Stores for the tests: empty, with the tiny or the full province; on real SQLite and real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import URL, make_url

import loaders.sample as sample
from data.people import accounts
from data.writing.store import Store
from tests.postgres import create, fresh_database
from tests.runs import once

ROOT = Path(__file__).parents[1]
BACKENDS = ("sqlite", "postgresql")

NewDatabase = Callable[[str, str | None], AbstractContextManager[str]]
Database = Callable[[str], str]
"""Returns the URL of a database of a backend; shared by all workers, to be copied only."""

SharedDatabase = Callable[[str, str, Database | None, Callable[[Store], None]], str]
"""(backend, name, database to start from, function to fill it) -> URL."""

HASHER = accounts._HASHER
"""What hashes passwords outside the tests."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrises `backend`: both databases where SQL is written or a test is marked `every_backend`, else SQLite.

    Of the tests where SQL is written, those marked `one_backend` run on SQLite.
    """
    if "backend" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker
        sql = metafunc.definition.path.is_relative_to(ROOT / "tests" / "data") and not marked("one_backend")
        both = (sql or marked("every_backend")) and not metafunc.config.getoption("quick")
        metafunc.parametrize("backend", BACKENDS if both else BACKENDS[:1], scope="session")


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hashing a password is slow on purpose, and nearly every store of the tests has accounts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def new_database(postgres: Callable[[], URL], tmp_path_factory: pytest.TempPathFactory) -> NewDatabase:
    """Creates databases: (backend, URL of the one to copy or None) -> URL."""

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


@pytest.fixture(scope="session")
def shared_database(shared: Path, postgres: Callable[[], URL]) -> SharedDatabase:
    """Creates databases shared by all workers, filled by the first one that needs them."""

    def make(kind: str, name: str, start: Database | None, fill: Callable[[Store], None]) -> str:
        template = make_url(start(kind)).database if start else None
        if kind == "sqlite":
            path = shared / f"{name}.sqlite"
            if template:
                shutil.copyfile(template, path)
            url = f"sqlite:///{path.as_posix()}"
        else:
            made = create(postgres(), f"{shared.name}_{name}", template or "template1")
            url = made.render_as_string(hide_password=False)
        with closing(Store.open(url).of_past_series()) as store:
            fill(store)
        return url

    return lambda kind, name, *how: once(shared, f"database-{kind}-{name}", lambda: make(kind, name, *how))


@pytest.fixture
def database_url(backend: str, new_database: NewDatabase) -> Iterator[str]:
    """An empty database of the test's own."""
    with new_database(backend, None) as url:
        yield url


@pytest.fixture
def elsewhere(backend: str, new_database: NewDatabase) -> Iterator[str]:
    """Another one of the same kind."""
    with new_database(backend, None) as url:
        yield url


@pytest.fixture(scope="session")
def empty_database(shared_database: SharedDatabase) -> Database:
    """A migrated database without rows; copying it is faster than migrating."""
    return lambda kind: shared_database(kind, "empty", None, lambda _: None)


@pytest.fixture
def store(backend: str, empty_database: Database, new_database: NewDatabase) -> Iterator[Store]:
    """An empty store of the test's own."""
    with new_database(backend, empty_database(backend)) as url, closing(Store.open(url).of_past_series()) as opened:
        yield opened


@pytest.fixture(scope="session")
def tiny_workbooks(shared: Path) -> Path:
    """The folder of the tiny province's workbooks."""

    def write() -> str:
        folder = shared / "workbooks"
        folder.mkdir()
        assert list(sample.write(sample.province(sample.TINY), folder, workers=1))
        return str(folder)

    return Path(once(shared, "workbooks", write))


@pytest.fixture(scope="session")
def tiny_database(shared_database: SharedDatabase, tiny_workbooks: Path) -> Database:
    """A database with the tiny province."""

    def fill(store: Store) -> None:
        for outcome in sample.load_sample(store, tiny_workbooks, workers=1):
            assert not outcome.refused, outcome

    return lambda kind: shared_database(kind, "tiny", None, fill)


@pytest.fixture(scope="session")
def tiny_store(backend: str, tiny_database: Database, new_database: NewDatabase) -> Iterator[Store]:
    """The tiny province, shared by tests that only read."""
    with new_database(backend, tiny_database(backend)) as url, closing(Store.open(url)) as opened:
        yield opened


@pytest.fixture(scope="session")
def tiny_stores(tiny_database: Database, new_database: NewDatabase) -> Iterator[tuple[Store, Store]]:
    """The tiny province on SQLite and on PostgreSQL, to be compared."""
    with ExitStack() as opened:
        urls = (opened.enter_context(new_database(kind, tiny_database(kind))) for kind in BACKENDS)
        one, other = (opened.enter_context(closing(Store.open(url))) for url in urls)
        yield one, other


@pytest.fixture
def changing_store(backend: str, tiny_database: Database, new_database: NewDatabase) -> Iterator[Store]:
    """The tiny province in a store of the test's own."""
    with new_database(backend, tiny_database(backend)) as url, closing(Store.open(url).of_past_series()) as opened:
        yield opened


def run(
    *arguments: str, environment: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a user would, isolated from the environment's own settings."""
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
