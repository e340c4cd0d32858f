"""Who comes in, and what the others get."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from data.accounts import Accounts
from data.store import Store
from layouts.access import local
from tests.layouts.conftest import PASSWORD, MakeApp, SignIn


def token(client: FlaskClient, path: str = "/login") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found
    return found[1]


@pytest.fixture
def stranger(make_app: MakeApp, store: Store) -> FlaskClient:
    client: FlaskClient = make_app(store).server.test_client()
    return client


@pytest.mark.parametrize(
    "path", ["/_dash-layout", "/_dash-dependencies", "/_reload-hash", "/_dash-component-suites/dash/deps/react.js"]
)
def test_a_stranger_gets_401_from_what_the_pages_are_made_of(stranger: FlaskClient, path: str) -> None:
    assert stranger.get(path).status_code == 401


def test_a_stranger_who_posts_gets_401_before_any_question_of_tokens(stranger: FlaskClient) -> None:
    assert stranger.post("/_dash-update-component", json={}).status_code == 401
    assert stranger.post("/logout").status_code == 401


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/", "/login"),
        ("/trend?unit=H01&period=2020", "/login?next=%2Ftrend%3Funit%3DH01%26period%3D2020"),
        ("/download/file/abc", "/login?next=%2Fdownload%2Ffile%2Fabc"),
    ],
)
def test_a_stranger_is_led_to_the_door_and_the_page_is_remembered(stranger: FlaskClient, path: str, door: str) -> None:
    answer = stranger.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, door)


def test_health_and_assets_are_open(stranger: FlaskClient) -> None:
    assert stranger.get("/health").json == {"status": "ok"}
    assert stranger.get("/assets/fonts.css").status_code == 200


def test_name_and_password_open_the_door_to_the_page_that_was_asked_for(stranger: FlaskClient) -> None:
    form = {"name": "board", "password": PASSWORD, "csrf_token": token(stranger), "next": "/returns?period=2020-Q3"}
    answer = stranger.post("/login", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/returns?period=2020-Q3")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("indicator_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert stranger.get("/_dash-layout").status_code == 200


@pytest.mark.parametrize(("name", "password"), [("board", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_or_password_is_refused_in_one_sentence(stranger: FlaskClient, name: str, password: str) -> None:
    answer = stranger.post("/login", data={"name": name, "password": password, "csrf_token": token(stranger)})
    assert answer.status_code == 401
    assert "Tên tài khoản hoặc mật khẩu không đúng." in answer.get_data(as_text=True)


def test_signing_in_without_a_token_is_refused(stranger: FlaskClient) -> None:
    assert stranger.post("/login", data={"name": "board", "password": PASSWORD}).status_code == 400


def test_a_post_without_a_token_is_refused_to_signed_in_readers_too(
    make_app: MakeApp, sign_in: SignIn, store: Store
) -> None:
    client = sign_in(make_app(store), "board")
    assert client.post("/_dash-update-component", json={}).status_code == 400
    assert client.post("/logout").status_code == 400


def test_a_disabled_account_is_out_at_its_next_request(make_app: MakeApp, sign_in: SignIn, store: Store) -> None:
    client = sign_in(make_app(store), "board")
    assert client.get("/").status_code == 200
    Accounts(store).disable("board")
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/trend?unit=H01", "/trend?unit=H01"),
        ("", "/"),
        ("https://example.org/", "/"),
        ("//example.org", "/"),
        ("/\\example.org", "/"),
        ("/a\\b", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\nb", "/"),
    ],
)
def test_only_pages_of_this_site_are_led_on_to(address: str, kept: str) -> None:
    assert local(address) == kept


def test_demo_accounts_are_one_click_on_this_machine_only(make_app: MakeApp, store: Store) -> None:
    client = make_app(store, demo=True).server.test_client()
    assert 'value="board"' in client.get("/login").get_data(as_text=True)
    away = {"REMOTE_ADDR": "192.0.2.7"}
    assert 'value="board"' not in client.get("/login", environ_base=away).get_data(as_text=True)
    form = {"name": "board", "csrf_token": token(client)}
    assert client.post("/login/demo", data=form, environ_base=away).status_code == 404
    assert client.post("/login/demo", data=form).status_code == 302
    assert client.get("/").status_code == 200


def test_without_demo_nobody_comes_in_by_a_click(stranger: FlaskClient) -> None:
    form = {"name": "board", "csrf_token": token(stranger)}
    assert stranger.post("/login/demo", data=form).status_code == 404


def test_every_answer_carries_the_security_headers(stranger: FlaskClient) -> None:
    headers = stranger.get("/login").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert re.search(r"script-src 'self'( 'sha256-[^']+')+;", policy)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_the_language_is_a_cookie_and_the_door_speaks_both(stranger: FlaskClient) -> None:
    answer = stranger.get("/login?language=en&next=/trend")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=%2Ftrend")
    assert "<h1>Sign in</h1>" in stranger.get("/login").get_data(as_text=True)
