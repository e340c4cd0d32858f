"""Fixtures: the application on a test's store, and signed-in clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient
from flask_login import login_user

from data.language import Language
from data.organisations.units import Level
from data.people.accounts import Accounts
from data.viewers import SYSTEM, Role
from data.writing.store import Store
from layouts.app import create_app
from layouts.text import set_language
from layouts.web import sessions
from layouts.web.request import site
from layouts.web.sign_in import SignedIn
from loaders.workbook_services import WorkbookServices
from tests.browser import wait_for_uploads
from tests.stores import Database, NewDatabase, SharedDatabase

PASSWORD = "một mật khẩu dài"
SECRET = "only for tests, not a secret at all"

MakeApp = Callable[..., Dash]
SignIn = Callable[[Dash, str], FlaskClient]


def accounts(store: Store) -> None:
    """Creates an account of each role unless they exist."""
    known = Accounts(store)
    if known.get("board") is None:
        for role in (Role.BOARD, Role.VIEWER, Role.ANALYST, Role.ADMIN):
            known.add(str(role), PASSWORD, role)
        for place, unit in enumerate(store.reader(SYSTEM).tree().at_level(Level.DISTRICT)[:2], start=1):
            known.add(f"district{place}", PASSWORD, Role.DISTRICT, unit.code)


@pytest.fixture(autouse=True)
def vietnamese() -> None:
    """No test inherits the language of the last request of another one; servers choose it anew for each request."""
    set_language(Language.VI)


@pytest.fixture
def store(
    backend: str, shared_database: SharedDatabase, empty_database: Database, new_database: NewDatabase
) -> Iterator[Store]:
    """A store of the test's own with accounts only, copied because hashing their passwords is slow."""
    template = shared_database(backend, "accounts", empty_database, accounts)
    with new_database(backend, template) as url, closing(Store.open(url)) as opened:
        yield opened


@pytest.fixture(scope="module")
def own_province(tiny_database: Database, new_database: NewDatabase) -> Iterator[Store]:
    """The tiny province in a store that the tests of one file share."""
    with new_database("sqlite", tiny_database("sqlite")) as url, closing(Store.open(url)) as opened:
        yield opened


@contextmanager
def asking(app: Dash | Flask, name: str) -> Iterator[None]:
    """A request context of an account."""
    server: Flask = app.server if isinstance(app, Dash) else app
    with server.test_request_context():
        account = Accounts(site().store).get(name)
        assert account is not None
        login_user(SignedIn(account.viewer))
        yield


@pytest.fixture(scope="session")
def shared_apps() -> dict[Store, Dash]:
    """The applications on the stores that tests share, by store."""
    return {}


@pytest.fixture
def make_app(request: pytest.FixtureRequest, shared_apps: dict[Store, Dash]) -> Iterator[MakeApp]:
    """Creates applications on a store with the test accounts; waits for their uploads before the store is closed.

    On the tiny province that tests only read it is one and the same: creating it takes longer than most of them.
    """
    shared = request.getfixturevalue("tiny_store") if "tiny_store" in request.fixturenames else None

    def make(store: Store, *, demo: bool = False, strict: bool = False) -> Dash:
        if store in shared_apps:
            return shared_apps[store]
        accounts(store)
        made = create_app(store, WorkbookServices(store), secret_key=SECRET, demo=demo, strict=strict)
        if store is shared:
            shared_apps[store] = made
        return made

    yield make
    wait_for_uploads()


@pytest.fixture
def sign_in() -> SignIn:
    """Creates clients signed in to an account."""

    def sign(pages: Dash, name: str) -> FlaskClient:
        client: FlaskClient = pages.server.test_client()
        store: Store = pages.server.extensions["indicator_site"].store
        account = Accounts(store).get(name)
        assert account is not None
        with client.session_transaction() as session:
            sessions.begin(session, account, store.now())
            session["_user_id"] = name
            session["_fresh"] = True
        return client

    return sign
