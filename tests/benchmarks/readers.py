"""Signed-in readers of pages, in this process or of a server of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

import app
from data.people.accounts import Accounts
from data.viewers import Role
from data.writing.store import Store
from layouts.parts.page import Page
from layouts.web import sessions
from layouts.web.serving import freeze_heap
from tests.benchmarks.stores import url
from tests.layouts.conftest import PASSWORD, SECRET
from tests.layouts.pages.test_pages import CONTENT, STORE
from tests.layouts.walk import CALLBACK
from tests.layouts.web.test_faults import Remote, serving

BOARD = "board"
WORKERS = 2
Ask = Callable[..., int]


def router(client: Any) -> Ask:
    """A function that asks the router for a page, as the browser does when the address changes; bytes of the answer.

    The client is Flask's, or one of a server process.
    """
    client.get("/")
    token = client.get_cookie("_csrf_token").value

    def ask(path: str, search: str = "") -> int:
        body = {
            "output": f"..{CONTENT}...{STORE}..",
            "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
            "inputs": [
                {"id": "_pages_location", "property": "pathname", "value": path},
                {"id": "_pages_location", "property": "search", "value": search},
            ],
            "state": [{"id": "_pages_store", "property": "data", "value": None}],
            "changedPropIds": ["_pages_location.pathname"],
        }
        answer = client.post(CALLBACK, json=body, headers={"X-CSRFToken": token})
        if answer.status_code != 200:
            raise RuntimeError(f"{path}{search}: {answer.status_code}")
        return len(answer.get_data())

    return ask


def signed_in(client: FlaskClient, store: Store, name: str) -> FlaskClient:
    """The client with a session of an account."""
    account = Accounts(store).get(name)
    if account is None:
        raise LookupError(name)
    with client.session_transaction() as session:
        sessions.begin(session, account, store.now())
        session["_user_id"] = name
        session["_fresh"] = True
    return client


def reader(store: Store) -> Ask:
    """A reader of the Board, of pages that this process answers, warmed up as a server is."""
    if Accounts(store).get(BOARD) is None:
        Accounts(store).add(BOARD, PASSWORD, Role.BOARD)
    client = app.make_server(store, secret_key=SECRET).test_client()
    freeze_heap()
    return router(signed_in(client, store, BOARD))


def read_by_board(page: Page) -> bool:
    """Whether a page shows figures to the Board."""
    return page.has_context and Role.BOARD in page.roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Readers of one server, each with a connection of its own, and the server's process."""

    readers: tuple[Ask, ...]
    pool: ThreadPoolExecutor
    pid: int


@contextmanager
def crowd(place: Path, number: int) -> Iterator[Crowd]:
    """So many readers of a server with two workers on a store in SQLite."""
    with closing(Store.open(url(place))) as store:
        if Accounts(store).get(BOARD) is None:
            Accounts(store).add(BOARD, PASSWORD, Role.BOARD)
    folder = place.with_suffix(".served")
    with serving(url(place), folder, workers=WORKERS) as (running, address), ThreadPoolExecutor(number) as pool:
        readers = tuple(router(Remote(address)) for _ in range(number))
        yield Crowd(readers=readers, pool=pool, pid=running.pid)
