"""Fuzzing: no payload to any callback or route causes a server error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from data.writing.store import Store
from tests.layouts.conftest import MakeApp, SignIn
from tests.layouts.walk import CALLBACK, Call, callbacks, routes
from tests.stores import Database, NewDatabase

pytestmark = pytest.mark.slow


PLAIN = st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from(["", "?", "H01", "2019", "\x00", "é" * 300])
JSON = st.recursive(PLAIN, lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.sampled_from("ab"), inside))
NAMES = ("unit", "period", "as_of", "indicator", "level", "span", "limit", "offset", "point", "point_unit", "x")
QUERY = st.dictionaries(
    st.sampled_from(NAMES),
    st.sampled_from(["", "H01", "T", "2019", "2020-Q9", "9999", "0", "-1", "1e9", "members", "ê", "\x00", "..", "{}"]),
    max_size=3,
)


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    """The calls of the application, shared by all examples."""
    return []


@pytest.fixture
def client(
    make_app: MakeApp,
    sign_in: SignIn,
    tiny_database: Database,
    new_database: NewDatabase,
    calls: list[Call],
) -> Iterator[FlaskClient]:
    """A client of the board that has loaded a page of the tiny province."""
    with new_database("sqlite", tiny_database("sqlite")) as url, closing(Store.open(url)) as store:
        pages = make_app(store)
        calls[:] = [*callbacks(pages, "H01"), *routes(pages, "H01")]
        reader = sign_in(pages, "board")
        assert reader.get("/").status_code == 200
        yield reader


def server_errors(client: FlaskClient, call: Call) -> list[tuple[str, int]]:
    status = call.send(client).status_code
    return [(call.title, status)] if status >= 500 else []


def test_garbage_payloads_get_400(client: FlaskClient) -> None:
    names = st.sampled_from(["output", "outputs", "inputs", "state", "changedPropIds", "id", "property", "value"])
    bodies = JSON | st.dictionaries(names, JSON | st.lists(st.dictionaries(names, JSON, max_size=3), max_size=2))

    @settings(max_examples=60)
    @given(bodies)
    def check(body: Any) -> None:
        assert server_errors(client, Call(title="garbage", method="POST", path=CALLBACK, body=body)) == []

    check()


def test_garbage_in_any_callback_property_is_not_a_server_error(client: FlaskClient, calls: list[Call]) -> None:
    called = [call for call in calls if call.path == CALLBACK]

    @settings(max_examples=120)
    @given(st.sampled_from(called), JSON, st.integers(0, 9))
    def check(call: Call, value: Any, number: int) -> None:
        assert call.body is not None
        body = dict(call.body)
        kind = "state" if number % 2 and body["state"] else "inputs"
        places = [*body[kind]]
        chosen = number % len(places)
        place = places[chosen]
        places[chosen] = (
            {**place, "value": value} if isinstance(place, dict) else [{**each, "value": value} for each in place]
        )
        body[kind] = places
        assert (
            server_errors(client, Call(title=f"{call.title} {value!r}", method="POST", path=CALLBACK, body=body)) == []
        )

    check()


def test_garbage_in_a_route_query_is_not_a_server_error(client: FlaskClient, calls: list[Call]) -> None:
    asked = [call for call in calls if call.method == "GET"]

    @settings(max_examples=120)
    @given(st.sampled_from(asked), QUERY)
    def check(call: Call, query: dict[str, str]) -> None:
        path = call.path.partition("?")[0]
        answer = client.open(path, query_string=query)
        assert answer.status_code < 500, (path, query)

    check()


def test_garbage_in_a_page_query_is_not_a_server_error(client: FlaskClient, calls: list[Call]) -> None:
    following = [call for call in calls if call.path == CALLBACK and "search" in call.title]

    @settings(max_examples=80)
    @given(st.sampled_from(following), QUERY)
    def check(call: Call, query: dict[str, str]) -> None:
        assert call.body is not None
        text = "?" + "&".join(f"{name}={value}" for name, value in query.items())
        body = dict(call.body)
        for kind in ("inputs", "state"):
            body[kind] = [
                {**place, "value": text} if isinstance(place, dict) and place["property"] == "search" else place
                for place in body[kind]
            ]
        assert server_errors(client, Call(title=f"{call.title} {text}", method="POST", path=CALLBACK, body=body)) == []

    check()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"{}", "text/plain"),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
    ],
)
def test_an_unparsable_body_is_refused(client: FlaskClient, content: bytes, kind: str) -> None:
    token = client.get_cookie("_csrf_token")
    assert token is not None
    answer = client.post(CALLBACK, data=content, headers={"X-CSRFToken": token.value, "Content-Type": kind})
    assert 400 <= answer.status_code < 500
