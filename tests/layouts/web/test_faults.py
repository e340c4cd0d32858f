"""Failures: the database becomes unavailable or full, the server is killed."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import requests
from psycopg import sql
from sqlalchemy import event, func, make_url, select

from data.incoming.queue import UploadQueue
from data.people.accounts import Accounts
from data.tables.schema import audit
from data.upkeep.verify import verify
from data.viewers import Role
from data.writing.store import Store
from loaders.sample import TINY
from tests.layouts.conftest import PASSWORD, SECRET, MakeApp, SignIn
from tests.layouts.pages.test_outcomes import send, token, upload
from tests.stores import ROOT, Database, NewDatabase
from tests.workbooks import revised, values

pytestmark = [pytest.mark.every_backend, pytest.mark.slow]

NAME = "H01_2020-Q3.xlsx"


def correction(members: int = 1) -> bytes:
    """A return in which one cell has more members, by additional admissions."""
    unit = next(iter(values(TINY, NAME, "B1", "members_end")))
    admitted, end = values(TINY, NAME, "B1", "admitted", "members_end")[unit]
    assert admitted is not None
    assert end is not None
    changes = {("B1", unit, "admitted"): admitted + members, ("B1", unit, "members_end"): end + members}
    return revised(TINY, NAME, {**changes, ("B2", unit, "admitted"): admitted + members})


@pytest.fixture
def url(backend: str, tiny_database: Database, new_database: NewDatabase) -> Iterator[str]:
    """The URL of a database of the test's own with the tiny province."""
    with new_database(backend, tiny_database(backend)) as address:
        yield address


@contextmanager
def database_outage(store: Store) -> Iterator[None]:
    """Makes the database unavailable."""
    address = make_url(store.engine.url)
    store.engine.dispose()
    if address.get_backend_name() == "sqlite":
        assert address.database is not None
        path, away = Path(address.database), Path(address.database + ".away")
        path.rename(away)
        path.mkdir()
        yield
        path.rmdir()
        away.rename(path)
    else:
        name = sql.Identifier(address.database or "")
        plain = address.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql.SQL("alter database {} allow_connections false").format(name))
            yield
            connection.execute(sql.SQL("alter database {} allow_connections true").format(name))


def test_a_database_outage_is_reported_with_a_request_id_and_recovered_from(
    make_app: MakeApp, sign_in: SignIn, url: str
) -> None:
    with closing(Store.open(url)) as store:
        pages = make_app(store)
        client = sign_in(pages, "board")
        assert client.get("/").status_code == 200
        with database_outage(store):
            answer = client.get("/trend")
            assert answer.status_code == 503
            assert answer.headers["X-Request-ID"] in answer.get_data(as_text=True)
            assert "Chưa có gì được ghi" in answer.get_data(as_text=True)
            assert client.post("/_dash-update-component", json={}).status_code == 503
            assert client.get("/ready").status_code == 503
            assert client.get("/health").status_code == 200
        assert client.get("/ready").status_code == 200
        assert client.get("/trend").status_code == 200


def test_an_upload_to_a_full_disk_is_reported_with_an_id_and_stores_nothing(
    make_app: MakeApp, sign_in: SignIn, tiny_database: Database, new_database: NewDatabase
) -> None:
    with new_database("sqlite", tiny_database("sqlite")) as address, closing(Store.open(address)) as store:
        client = sign_in(make_app(store), "board")
        client.get("/returns")
        before = verify(store)
        store.engine.dispose()
        event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
        form = {"file": (io.BytesIO(correction()), NAME)}
        answer = client.post("/_upload", data=form, headers=token(client))
        assert answer.status_code == 503
        assert answer.headers["X-Request-ID"] in answer.get_json()["message"]
    with closing(Store.open(address)) as store:
        assert verify(store) == before
        assert UploadQueue(store).is_empty


@contextmanager
def serving(url: str, folder: Path, workers: int = 1) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Runs the server as a process; yields the process and its URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"DATABASE_URL": url, "DATA_DIR": str(folder), "SECRET_KEY": SECRET, "PATH": ""}
    command = [sys.executable, "app.py", "serve", "--port", str(port), "--workers", str(workers)]
    with subprocess.Popen(command, cwd=ROOT, env=settings, stderr=subprocess.PIPE, start_new_session=True) as running:
        assert running.stderr is not None
        running.stderr.readline()
        Thread(target=running.stderr.read, daemon=True).start()
        try:
            yield running, f"http://127.0.0.1:{port}"
        finally:
            running.kill()


class Remote:
    """A signed-in HTTP client of a server process, with the interface of Flask's test client."""

    def __init__(self, address: str) -> None:
        self.address, self.session = address, requests.Session()
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.session.get(f"{address}/login", timeout=60).text)
        assert found
        form = {"name": "board", "password": PASSWORD, "csrf_token": found[1]}
        assert self.session.post(f"{address}/login", data=form, timeout=60).status_code == 200

    def get(self, path: str) -> Any:
        return SimpleNamespace(get_data=lambda: self.session.get(self.address + path, timeout=60).content)

    def get_cookie(self, name: str) -> Any:
        self.session.get(self.address, timeout=60)
        return SimpleNamespace(value=self.session.cookies[name])

    def post(self, path: str, *, headers: dict[str, str], json: Any = None, data: dict[str, Any] | None = None) -> Any:
        given = data or {}
        files = {name: (value[1], value[0]) for name, value in given.items() if isinstance(value, tuple)}
        form = {name: value for name, value in given.items() if name not in files}
        got = self.session.post(
            self.address + path, json=json, data=form or None, files=files or None, headers=headers, timeout=60
        )
        return SimpleNamespace(status_code=got.status_code, get_data=lambda **_: got.text, get_json=got.json)


def correct(reader: Any, times: int) -> None:
    """Uploads one correction after the other."""
    for number in range(1, times + 1):
        content = correction(number)
        (waiting,) = upload(reader, content, check=False)
        send(reader, waiting)


def test_a_server_killed_while_storing_leaves_all_or_nothing(url: str, tmp_path: Path) -> None:
    with closing(Store.open(url)) as store:
        Accounts(store).add("board", PASSWORD, Role.BOARD)
        entries = verify(store).entries
    with serving(url, tmp_path) as (running, address), ThreadPoolExecutor(1) as pool:
        reader: Any = Remote(address)
        sending = pool.submit(correct, reader, 20)
        with closing(Store.open(url)) as store:
            while log_length(store) < entries + 3:
                assert not sending.done()
        os.killpg(running.pid, signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            sending.result()
    with closing(Store.open(url)) as store:
        found = verify(store)
        assert found.faults == ()
        assert found.entries >= entries + 3


def log_length(store: Store) -> int:
    """The number of entries of the audit log."""
    with store.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(audit)).scalar_one())
