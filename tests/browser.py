"""Pages in a real Chromium: a console error, a CSP violation or an external request fails the test."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    Request,
    ViewportSize,
    WebError,
    expect,
)
from werkzeug.exceptions import NotFound
from werkzeug.serving import WSGIRequestHandler, make_server

import app
from data.people.demonstration import make_accounts
from data.viewers import Role
from data.writing.store import Store
from tests.stores import Database, NewDatabase, SharedDatabase

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask

NOT_FOUND = "No Chromium for the tests of the pages: install it so that chromium or google-chrome is found in PATH."

# Timeout of expectations in milliseconds: generous for busy machines, since waiting ends as soon as one is met.
_PATIENCE = 30_000
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--process-per-site",  # what one tab has compiled is compiled for the next
)
_VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
_NO_PAGE = "/health"  # an address that answers without the scripts of a page
_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`CSP: ${event.effectiveDirective} blocks ${event.blockedURI} in ${event.sourceFile}`));
"""


ROLES = {
    Role.BOARD: "Ban Tổ chức",
    Role.VIEWER: "Thường trực",
    Role.DISTRICT: "Cấp uỷ trực thuộc",
    Role.ADMIN: "Quản trị",
}


def enter(page: Page, base: str, path: str = "/", role: Role = Role.BOARD) -> None:
    """Opens a page as the demo account of that role; sessions are reused per server."""
    page.context.add_cookies(_signed_in(page.context, base, role))
    page.goto(base + path)
    expect(page.locator("h1")).to_be_visible()


def sign_in(page: Page, base: str, path: str = "/", role: Role = Role.BOARD) -> None:
    """The same through the sign-in page, by one click on the account."""
    _choose_account(page, base, path, role)
    expect(page.locator("h1")).to_be_visible()


def _choose_account(page: Page, base: str, path: str, role: Role) -> None:
    page.goto(f"{base}/login?next={path}")
    page.locator("form.demo button").filter(has_text=ROLES[role]).first.click()


@cache
def _signed_in(context: BrowserContext, base: str, role: Role) -> Any:
    with closing(context.new_page()) as page:
        _choose_account(page, base, _NO_PAGE, role)
        page.wait_for_url(base + _NO_PAGE)
        found = context.cookies()
    context.clear_cookies()
    return found


def when_idle(page: Page) -> Page:
    """The page once no callback is pending."""
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("._dash-loading-callback")).to_have_count(0)
    return page


def headline(page: Page) -> Locator:
    """The headline of a page."""
    return page.locator("h1.headline")


def leave(page: Page) -> None:
    """Leaves what a tab shows, and forgets what it has stored."""
    if page.url.startswith("http"):
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.goto("about:blank")


@contextmanager
def requests(page: Page) -> Iterator[list[str]]:
    """Yields the list of URLs that a tab requests meanwhile."""
    found: list[str] = []

    def note(request: Request) -> None:
        found.append(request.url)

    page.on("request", note)
    yield found
    page.remove_listener("request", note)


def wait_for_uploads() -> None:
    """Waits until the uploads to this process are processed."""
    for thread in threading.enumerate():
        if thread.name == "upload-reader":
            thread.join(60)


class Silent(WSGIRequestHandler):
    """Request handler without access logs."""

    def log(self, *_: Any) -> None:
        """Does nothing: thousands of lines would hide the output of a failing test."""


class Switchboard:
    """One URL for the pages of successive stores, so that the browser fetches and compiles scripts once."""

    def __init__(self) -> None:
        self.address = ""
        self._pages: dict[Store, Flask] = {}
        self._shown: Flask | None = None
        self._asked = 0
        self._rests = Condition()

    def show(self, store: Store) -> None:
        """Switches to the pages of a store."""
        if store not in self._pages:
            self._pages[store] = app.make_server(store, secret_key="for tests only", demo=True)
        self._shown = self._pages[store]

    @property
    def store(self) -> Store:
        """The current store."""
        return next(store for store, pages in self._pages.items() if pages is self._shown)

    def forget(self) -> None:
        """Drops all applications with their caches."""
        self._pages.clear()

    def rest(self) -> None:
        """Finishes pending requests and serves nothing more."""
        self._shown = None
        with self._rests:
            assert self._rests.wait_for(lambda: not self._asked, timeout=60)
        wait_for_uploads()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with self._rests:
            self._asked += 1
        try:
            return (self._shown or NotFound())(environ, start)
        finally:
            with self._rests:
                self._asked -= 1
                self._rests.notify_all()


@contextmanager
def serving(switchboard: Switchboard) -> Iterator[str]:
    """Serves a switchboard on this machine; yields its URL."""
    server = make_server("127.0.0.1", 0, switchboard, threaded=True, request_handler=Silent)
    switchboard.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield switchboard.address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def switchboard() -> Iterator[Switchboard]:
    """The switchboard of this process."""
    switchboard = Switchboard()
    with serving(switchboard):
        yield switchboard


@pytest.fixture(scope="session")
def inhabited(shared_database: SharedDatabase, tiny_database: Database) -> Database:
    """The tiny province with an account for each role."""
    return lambda kind: shared_database(kind, "inhabited", tiny_database, make_accounts)


@pytest.fixture(scope="session")
def read_store(inhabited: Database, new_database: NewDatabase) -> Iterator[Store]:
    """The tiny province, shared by tests that only read."""
    with new_database("sqlite", inhabited("sqlite")) as url, closing(Store.open(url)) as store:
        yield store


@pytest.fixture
def served(switchboard: Switchboard, read_store: Store) -> str:
    """URL of the tiny province's pages, for tests that only read."""
    switchboard.show(read_store)
    return switchboard.address


@pytest.fixture
def changing(
    switchboard: Switchboard, inhabited: Database, new_database: NewDatabase, office: tuple[BrowserContext, list[str]]
) -> Iterator[str]:
    """URL of the pages of a tiny province of the test's own."""
    with new_database("sqlite", inhabited("sqlite")) as url, closing(Store.open(url)) as store:
        switchboard.show(store)
        yield switchboard.address
        for page in office[0].pages:  # before its store is closed
            leave(page)
        switchboard.rest()


def chromium() -> dict[str, Any]:
    """Launch arguments of the local Chromium, without network access of its own."""
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    if found is None:
        pytest.exit(NOT_FOUND, returncode=1)
    return {"executable_path": found, "args": list(_QUIET)}


@pytest.fixture(scope="session")
def office(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[BrowserContext, list[str]]]:
    """One browser with one tab for all tests, Vietnamese in language and time zone, and the faults recorded in it.

    It has a profile, as a user's has: only then Chromium keeps the scripts of a page compiled for the next start of
    its process; and a tab that stays keeps that process, with all that it has compiled.
    """
    found: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.append(f"console: {message.text} ({message.location.get('url', '')})")

    def error(fault: WebError) -> None:
        found.append(f"page: {fault.error}")

    def request(sent: Request) -> None:
        address = urlsplit(sent.url)
        if address.scheme not in {"data", "blob"} and address.hostname not in {"127.0.0.1", "localhost"}:
            found.append(f"external request: {sent.url}")

    profile = tmp_path_factory.mktemp("profile")
    with closing(
        playwright.chromium.launch_persistent_context(
            profile,
            **chromium(),
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            viewport=_VIEWPORT,
        )
    ) as context:
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("console", console)
        context.on("weberror", error)
        context.on("request", request)
        yield context, found


@pytest.fixture
def faults(office: tuple[BrowserContext, list[str]]) -> list[str]:
    """Faults recorded in the browser; a test that provokes one asserts it here and clears it."""
    _, found = office
    found.clear()
    return found


@pytest.fixture
def page(office: tuple[BrowserContext, list[str]], faults: list[str]) -> Iterator[Page]:
    """The tab of the browser, signed out and empty; faults recorded until the end of the test fail it."""
    expect.set_options(timeout=_PATIENCE)
    context, _ = office
    context.clear_cookies()
    page, *others = context.pages
    for left_open in others:
        left_open.close()
    page.set_viewport_size(_VIEWPORT)
    page.emulate_media(media="null")
    yield page
    assert faults == []
    leave(page)
