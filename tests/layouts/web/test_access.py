"""Access control: sign-in, sessions, CSRF, security headers."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from data.organisations.units import Level
from data.people.accounts import Accounts
from data.people.sign_in import FREE_BY_ACCOUNT, AttemptLimiter
from data.tables.engine import writing
from data.tables.schema import audit
from data.version import VERSION
from data.viewers import SYSTEM
from data.writing.store import Store
from layouts.app import create_app
from layouts.web.sign_in import local_url
from loaders.workbook_services import WorkbookServices
from tests.layouts.conftest import PASSWORD, SECRET, MakeApp, SignIn, accounts


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
def test_anonymous_requests_for_dash_internals_get_401(stranger: FlaskClient, path: str) -> None:
    assert stranger.get(path).status_code == 401


def test_anonymous_posts_get_401_before_csrf_is_checked(stranger: FlaskClient) -> None:
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
def test_anonymous_requests_redirect_to_sign_in_with_the_page_to_return_to(
    stranger: FlaskClient, path: str, door: str
) -> None:
    answer = stranger.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, door)


def test_health_and_assets_are_open(stranger: FlaskClient) -> None:
    assert stranger.get("/health").json == {"status": "ok", "version": VERSION}
    assert stranger.get("/assets/fonts.css").status_code == 200


def test_signing_in_leads_to_the_requested_page(stranger: FlaskClient) -> None:
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


def test_a_disabled_account_is_signed_out_at_its_next_request(make_app: MakeApp, sign_in: SignIn, store: Store) -> None:
    client = sign_in(make_app(store), "board")
    assert client.get("/").status_code == 200
    Accounts(store).disable("board")
    assert client.get("/").status_code == 302


def session_of(client: FlaskClient) -> dict[str, float]:
    with client.session_transaction() as session:
        return {name: session[name] for name in ("since", "seen")}


@pytest.mark.parametrize(
    ("began", "seen", "status"),
    [(0, 0, 200), (-3600, -3600, 200), (-13 * 3600, 0, 302), (-7201, -7201, 302), (3600, 3600, 302), (0, 90, 302)],
)
def test_a_session_expires_by_inactivity_and_by_age(
    make_app: MakeApp, sign_in: SignIn, store: Store, began: int, seen: int, status: int
) -> None:
    client = sign_in(make_app(store), "board")
    with client.session_transaction() as session:
        session["since"] += began
        session["seen"] += seen
    assert client.get("/password").status_code == status


def test_a_request_keeps_a_session_alive(make_app: MakeApp, sign_in: SignIn, store: Store) -> None:
    client = sign_in(make_app(store), "board")
    before = session_of(client)
    with client.session_transaction() as session:
        session["seen"] -= 3600
    client.get("/password")
    after = session_of(client)
    assert after["since"] == before["since"]
    assert after["seen"] >= before["seen"]


def test_scripts_and_styles_are_kept_by_the_browser_whoever_signs_in(
    make_app: MakeApp, sign_in: SignIn, store: Store
) -> None:
    client = sign_in(make_app(store), "board")
    scripts = re.findall(r'src="(/_dash-component-suites/[^"]+)"', client.get("/").get_data(as_text=True))
    assert scripts
    with client.session_transaction() as session:
        session["seen"] -= 3600  # any other response renews the cookie
    for path in (scripts[0], "/assets/fonts.css"):
        answer = client.get(path)
        assert "max-age=31536000" in answer.headers["Cache-Control"], path
        assert "Cookie" not in answer.vary, path
        assert "Set-Cookie" not in answer.headers, path


def test_signing_out_everywhere_ends_other_sessions(make_app: MakeApp, sign_in: SignIn, store: Store) -> None:
    pages = make_app(store)
    here, there = sign_in(pages, "board"), sign_in(pages, "board")
    answer = here.post("/logout/everywhere", data={"csrf_token": token(here, "/password")})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login")
    assert there.get("/password").status_code == 302
    assert here.get("/password").status_code == 302


def test_a_cookie_copied_before_signing_out_everywhere_is_invalid(
    make_app: MakeApp, sign_in: SignIn, store: Store
) -> None:
    client = sign_in(make_app(store), "board")
    Accounts(store).sign_out_everywhere("board")
    assert client.get("/_dash-layout").status_code == 401


def test_changing_ones_password_ends_the_other_sessions(make_app: MakeApp, sign_in: SignIn, store: Store) -> None:
    pages = make_app(store)
    here, there = sign_in(pages, "board"), sign_in(pages, "board")
    new = "một câu khác hẳn"

    def change(**given: str) -> tuple[int, str]:
        form = {"old": PASSWORD, "new": new, "again": new, "csrf_token": token(here, "/password"), **given}
        answer = here.post("/password", data=form)
        return answer.status_code, answer.get_data(as_text=True)

    assert change(old="wrong")[0] == 401
    assert "không giống nhau" in change(again="x")[1]
    assert "10 đến 200 ký tự" in change(new="ngan", again="ngan")[1]
    assert "Đã đổi mật khẩu" in change()[1]
    assert there.get("/password").status_code == 302
    assert Accounts(store).check("board", new)


def test_too_many_wrong_passwords_are_throttled(stranger: FlaskClient, store: Store) -> None:
    for n in range(FREE_BY_ACCOUNT):
        AttemptLimiter(store).begin("board", f"192.0.2.{n}")
    answer = stranger.post("/login", data={"name": "board", "password": PASSWORD, "csrf_token": token(stranger)})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "Hãy thử lại sau 1 phút" in answer.get_data(as_text=True)


def test_sign_ins_sign_outs_denials_and_exports_are_logged(
    make_app: MakeApp, sign_in: SignIn, changing_store: Store
) -> None:
    client = sign_in(make_app(changing_store), "district1")
    foreign = changing_store.reader(SYSTEM).tree().at_level(Level.DISTRICT)[1].code
    assert client.get(f"/trend?unit={foreign}").status_code == 403
    assert client.get("/download/table.csv?indicator=members").status_code == 200
    client.post("/logout", data={"csrf_token": token(client, "/password")})
    with changing_store.engine.connect() as connection:
        entries = connection.execute(select(audit.c.actor, audit.c.action, audit.c.subject).order_by(audit.c.id)).all()
    assert [tuple(entry) for entry in entries[-3:]] == [
        ("district1", "denied", f"GET /trend?unit={foreign}"),
        ("district1", "exported", "/download/table.csv?indicator=members"),
        ("district1", "signed_out", "district1"),
    ]


@pytest.mark.parametrize("forwarded", [{}, {"X-Forwarded-Proto": "https"}])
def test_over_tls_cookies_are_secure_and_hsts_is_sent(store: Store, forwarded: dict[str, str]) -> None:
    accounts(store)
    pages = create_app(store, WorkbookServices(store), secret_key=SECRET, proxies=1)
    answer = pages.server.test_client().get("/login", headers=forwarded)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("indicator_session="))
    assert ("Secure" in cookie) is bool(forwarded)
    assert ("Strict-Transport-Security" in answer.headers) is bool(forwarded)


def test_forwarded_headers_are_ignored_without_a_trusted_proxy(stranger: FlaskClient) -> None:
    answer = stranger.get("/login", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"})
    assert "Strict-Transport-Security" not in answer.headers


def test_demo_sign_in_is_refused_behind_a_proxy(make_app: MakeApp, store: Store) -> None:
    client = make_app(store, demo=True).server.test_client()
    assert 'value="board"' not in client.get("/login", headers={"X-Forwarded-For": "192.0.2.7"}).get_data(as_text=True)


def test_an_oversized_body_is_refused_before_it_is_read(make_app: MakeApp, sign_in: SignIn, store: Store) -> None:
    client = sign_in(make_app(store), "board")
    headers = {"X-CSRFToken": token(client, "/password"), "Content-Type": "application/json"}
    said = {"CONTENT_LENGTH": str(50 * 1024 * 1024)}
    answer = client.post("/_dash-update-component", data=b"{", headers=headers, environ_overrides=said)
    assert answer.status_code == 413
    assert "10 MB" in answer.get_json()["message"]


def test_readiness_depends_on_the_database_and_its_migration(stranger: FlaskClient, store: Store) -> None:
    assert stranger.get("/ready").json == {"status": "ok"}
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert stranger.get("/ready").status_code == 503
    with writing(store.engine) as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    assert stranger.get("/ready").status_code == 503
    assert stranger.get("/health").status_code == 200


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
def test_redirects_stay_on_this_site(address: str, kept: str) -> None:
    assert local_url(address) == kept


def test_demo_sign_in_works_from_this_machine_only(make_app: MakeApp, store: Store) -> None:
    client = make_app(store, demo=True).server.test_client()
    assert 'value="board"' in client.get("/login").get_data(as_text=True)
    away = {"REMOTE_ADDR": "192.0.2.7"}
    assert 'value="board"' not in client.get("/login", environ_base=away).get_data(as_text=True)
    form = {"name": "board", "csrf_token": token(client)}
    assert client.post("/login/demo", data=form, environ_base=away).status_code == 404
    assert client.post("/login/demo", data=form).status_code == 302
    assert client.get("/").status_code == 200


def test_demo_sign_in_is_off_by_default(stranger: FlaskClient) -> None:
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


def test_the_language_is_a_cookie_and_sign_in_has_both(stranger: FlaskClient) -> None:
    answer = stranger.get("/login?language=en&next=/trend")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=%2Ftrend")
    assert "<h1>Sign in</h1>" in stranger.get("/login").get_data(as_text=True)
