"""News: open pages are told of changes in their reader's scope, and of nothing else."""

from __future__ import annotations

import pytest
from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from data.returns import IntakeMode, OutcomeStatus, SourceFile
from data.tables.audit import Action
from data.viewers import SYSTEM
from data.writing.store import Store
from layouts.web.news import SHOWN
from layouts.web.sessions import NEWS
from loaders.sample import TINY
from loaders.workbook_services import WorkbookServices
from tests.layouts.conftest import MakeApp, SignIn
from tests.layouts.pages.test_pages import routed
from tests.workbooks import revised, values

RETURN = "H01_2020-Q2.xlsx"


def accept(store: Store) -> None:
    """Accepts a correction of the first district's return."""
    heads = values(TINY, RETURN, "B3", "village_heads", "village_heads_members")
    unit, members = next((unit, row[1] or 0) for unit, row in heads.items() if (row[0] or 0) > (row[1] or 0))
    content = revised(TINY, RETURN, {("B3", unit, "village_heads_members"): members + 1})
    source = SourceFile(name=RETURN, content=content)
    outcome = WorkbookServices(store).load(source, SYSTEM, IntakeMode.STORE)
    assert outcome.status is OutcomeStatus.SUPERSEDED


def poll(client: FlaskClient, tag: str) -> TestResponse:
    return client.get(NEWS, headers={"If-None-Match": tag})


def tag_of(client: FlaskClient, address: str = "/trend") -> str:
    """The tag that came with a page."""
    path, _, search = address.partition("?")
    return routed(client, path, f"?{search}" if search else "").headers.get(SHOWN, "")


@pytest.fixture
def pages(make_app: MakeApp, changing_store: Store) -> Dash:
    return make_app(changing_store)


def test_a_return_is_news_to_those_who_may_see_it_only(pages: Dash, sign_in: SignIn, changing_store: Store) -> None:
    readers = {name: sign_in(pages, name) for name in ("board", "viewer", "district1", "district2")}
    shown = {name: tag_of(client) for name, client in readers.items()}
    assert {poll(client, shown[name]).status_code for name, client in readers.items()} == {304}
    accept(changing_store)
    found = {name: poll(client, shown[name]) for name, client in readers.items()}
    codes = {name: answer.status_code for name, answer in found.items()}
    assert codes == {"board": 204, "viewer": 204, "district1": 204, "district2": 304}
    assert tag_of(readers["board"]) == found["board"].headers["ETag"]


def test_an_unchanged_answer_has_no_body_and_what_changes_no_figure_is_no_news(
    pages: Dash, sign_in: SignIn, changing_store: Store
) -> None:
    client = sign_in(pages, "board")
    tag = tag_of(client)
    changing_store.log(Action.EXPORTED, viewer=SYSTEM, subject="/download", details={})
    answer = poll(client, tag)
    assert (answer.status_code, answer.get_data()) == (304, b"")


def test_a_setting_is_news_to_everybody(pages: Dash, sign_in: SignIn, changing_store: Store) -> None:
    client = sign_in(pages, "district2")
    tag = tag_of(client)
    changing_store.set_threshold("small_cell_size", "7", viewer=SYSTEM, reason="thử")
    assert poll(client, tag).status_code == 204


def test_tags_do_not_tell_how_much_has_changed(pages: Dash, sign_in: SignIn) -> None:
    assert len(tag_of(sign_in(pages, "district1")).strip('"')) == 32


def test_pages_without_data_and_pages_of_an_instant_have_no_tag(pages: Dash, sign_in: SignIn) -> None:
    client = sign_in(pages, "admin")
    assert [tag_of(client, page) for page in ("/dictionary", "/admin", "/trend?as_of=2020-06-30")] == ["", "", ""]


def test_polls_do_not_keep_a_session_alive(pages: Dash, sign_in: SignIn) -> None:
    client = sign_in(pages, "board")
    with client.session_transaction() as session:
        session["seen"] -= 3600  # any other response renews the cookie
    assert "Set-Cookie" not in poll(client, "").headers
    with client.session_transaction() as session:
        session["seen"] -= 3601  # two hours in all
    answer = poll(client, "")
    assert answer.status_code == 401
    assert "ETag" not in answer.headers
