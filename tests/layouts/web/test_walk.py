"""Every callback and route enforces scope: no account gets data of another branch."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from dash import Dash
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from data.tables.schema import audit, files, submissions
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from layouts.web import access
from tests.layouts.conftest import MakeApp, SignIn
from tests.layouts.walk import CALLBACK, Call, callbacks, routes

pytestmark = pytest.mark.slow


OPEN = {"/login", "/login/demo", "/health", "/ready"}
# Open to all signed-in accounts: their responses do not depend on an organisation.
WITHOUT_SCOPE = ("/assets/", "/_dash-component-suites/", "/log", "/health", "/ready")
OWN, FOREIGN = "H01", "H02"


@pytest.fixture
def pages(make_app: MakeApp, tiny_store: Store) -> Dash:
    """The application on the tiny province."""
    return make_app(tiny_store)


def all_calls(pages: Dash, code: str) -> Iterator[Call]:
    yield from callbacks(pages, code)
    yield from routes(pages, code)


def scoped(pages: Dash, code: str) -> list[Call]:
    return [call for call in all_calls(pages, code) if not call.path.startswith(WITHOUT_SCOPE)]


def at_a_page(client: FlaskClient) -> FlaskClient:
    """The client after loading a page, which sets its CSRF token."""
    assert client.get("/").status_code == 200
    return client


def denials(store: Store) -> int:
    query = select(func.count()).where(audit.c.action == "denied")
    with store.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def foreign_names(store: Store) -> re.Pattern[str]:
    """Pattern of the names of units that never belonged to the own branch."""
    reader = store.reader(Viewer("district1", Role.DISTRICT, OWN))
    known: dict[bool, set[str]] = {True: set(), False: set()}
    for unit in store.reader(SYSTEM).tree().units.values():
        try:
            known[True].add(reader.unit(unit.code).name)
        except OutOfScope:
            known[False].add(unit.name)
    names = {name for name in known[False] if not any(name in other for other in known[True])}
    assert names
    return re.compile("|".join(map(re.escape, names)))


def text_of(answer: TestResponse) -> str:
    """The text of a response with JSON escapes decoded; empty for binary content."""
    text = answer.get_data().decode("utf-8", "ignore")
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


def test_the_walk_finds_the_pages_and_their_downloads(pages: Dash) -> None:
    found = {call.path.partition("?")[0] for call in all_calls(pages, OWN)}
    assert {CALLBACK, "/", "/password", "/download/cells.csv", f"/download/file/{OWN}"} <= found
    assert len(list(callbacks(pages, OWN))) >= 10


def test_anonymous_requests_get_nothing_anywhere(pages: Dash) -> None:
    let_in = {}
    for call in all_calls(pages, OWN):
        path = call.path.partition("?")[0]
        if path not in OPEN and not path.startswith("/assets/"):
            answer = call.send(pages.server.test_client())
            led_to_the_door = answer.status_code == 302 and answer.headers["Location"].startswith("/login")
            if answer.status_code != 401 and not led_to_the_door:
                let_in[call.title] = answer.status_code
    assert let_in == {}


def test_a_district_that_names_another_is_refused_and_each_time_logged(
    pages: Dash, sign_in: SignIn, tiny_store: Store
) -> None:
    client = at_a_page(sign_in(pages, "district1"))
    answered, unlogged = {}, []
    for call in scoped(pages, FOREIGN):
        before, answer = denials(tiny_store), call.send(client)
        if answer.status_code != 403:
            answered[call.title] = answer.status_code
        elif denials(tiny_store) != before + 1:
            unlogged.append(call.title)
    assert answered == {}
    assert unlogged == []


def test_a_district_gets_no_file_of_another(pages: Dash, sign_in: SignIn, tiny_store: Store) -> None:
    client, ids = at_a_page(sign_in(pages, "district1")), tiny_store.reader(SYSTEM).registry.ids
    query = select(files.c.sha256, submissions.c.unit_id).join(submissions, submissions.c.sha256 == files.c.sha256)
    with tiny_store.engine.connect() as connection:
        owners = {row.sha256: row.unit_id for row in connection.execute(query)}
    own = {sha256 for sha256, unit in owners.items() if unit == ids[OWN]}
    assert own
    assert len(own) < len(owners)
    for sha256 in owners:
        status = client.get(f"/download/file/{sha256}").status_code
        assert status == (200 if sha256 in own else 403)


def test_scope_holds_in_the_data_layer_without_the_request_check(
    pages: Dash, sign_in: SignIn, tiny_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, foreign = at_a_page(sign_in(pages, "district1")), foreign_names(tiny_store)
    checks = pages.server.before_request_funcs
    assert access._enforce_scope in checks[None]
    monkeypatch.setitem(checks, None, [check for check in checks[None] if check is not access._enforce_scope])
    wrong = {}
    for call in scoped(pages, FOREIGN):
        answer = call.send(client)
        leaked = foreign.findall(text_of(answer))
        if leaked or answer.status_code >= 500:
            wrong[call.title] = answer.status_code, leaked
    assert wrong == {}


@pytest.mark.parametrize("role", Role)
def test_every_role_gets_a_response_for_units_in_its_scope(
    pages: Dash, sign_in: SignIn, tiny_store: Store, role: Role
) -> None:
    name = "district1" if role is Role.DISTRICT else str(role)
    client, foreign = at_a_page(sign_in(pages, name)), foreign_names(tiny_store)
    wrong = {}
    for call in scoped(pages, OWN):
        answer = call.send(client)
        leaked = foreign.findall(text_of(answer)) if role is Role.DISTRICT else []
        # 403: some routes are limited to roles.
        if leaked or answer.status_code not in {200, 204, 302, 400, 401, 403, 404, 415}:
            wrong[call.title] = answer.status_code, leaked
    assert wrong == {}
