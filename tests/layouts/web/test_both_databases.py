"""Every page, callback and route responds the same on SQLite and PostgreSQL; other tests of layouts use SQLite."""

from __future__ import annotations

import re
from itertools import takewhile

from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from data.writing.store import Store
from layouts.pages.registry import PAGES
from tests.layouts.conftest import MakeApp, SignIn
from tests.layouts.pages.test_pages import routed
from tests.layouts.walk import callbacks, routes

SEARCHES = ("", "?period=2019&unit=H01", "?period=2020-Q3&as_of=2020-06-30&basis=today")
TABLES = {"application/json", "text/csv"}
Answer = tuple[int, str]

# Differs by store: the instants at which it was filled, and CSRF tokens.
OWN = re.compile(r"\d{4}-\d\d-\d\dT[\w:.+%]+|\d{1,2}:\d\d(:\d\d)?|[\w-]{20,}\.[\w-]{6}\.[\w-]{27}")


def test_every_page_callback_and_route_answers_the_same(
    make_app: MakeApp, sign_in: SignIn, tiny_stores: tuple[Store, Store]
) -> None:
    found = []
    for store in tiny_stores:
        app = make_app(store)
        client = sign_in(app, "admin")
        found.append(pages(client) | responses(app, client))
    assert differences(*found) == {}


def test_every_page_shows_a_district_the_same(
    make_app: MakeApp, sign_in: SignIn, tiny_stores: tuple[Store, Store]
) -> None:
    assert differences(*(pages(sign_in(make_app(store), "district1")) for store in tiny_stores)) == {}


def pages(client: FlaskClient) -> dict[str, Answer]:
    """The response to each URL."""
    addresses = [(page.path, search) for page in PAGES for search in SEARCHES]
    return {path + search: normalised(routed(client, path, search)) for path, search in addresses}


def responses(app: Dash, client: FlaskClient) -> dict[str, Answer]:
    """The response to each callback and to each GET route."""
    asked = (*callbacks(app, "H01"), *(call for call in routes(app, "H01") if call.method == "GET"))
    return {call.title: normalised(call.send(client)) for call in asked}


def normalised(answer: TestResponse) -> Answer:
    text = answer.get_data(as_text=True) if answer.mimetype in TABLES else ""
    return answer.status_code, OWN.sub("", text)


def differences(one: dict[str, Answer], other: dict[str, Answer]) -> dict[str, tuple[str, str]]:
    """Responses that differ, with the differing text of each."""
    assert one.keys() == other.keys()
    apart = {}
    for title in (title for title in one if one[title] != other[title]):
        texts = [f"{status} {text}" for status, text in (one[title], other[title])]
        place = max(0, len(list(takewhile(lambda both: both[0] == both[1], zip(*texts, strict=False)))) - 60)
        apart[title] = (texts[0][place:][:160], texts[1][place:][:160])
    return apart
