"""Pages in a real Chromium: every console error, CSP violation and request that leaves this machine fails the test."""

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
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, WebError, expect
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

# Milliseconds until what a test expects counts as missing: waiting ends at once when it is there, however busy the
# machine is.
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
)
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
    """Goes to a page as the demonstration account of that role; who was at this address before is still signed in."""
    page.context.add_cookies(_signed_in(page.context, base, role))
    page.goto(base + path)
    expect(page.locator("h1")).to_be_visible()


def sign_in(page: Page, base: str, path: str = "/", role: Role = Role.BOARD) -> None:
    """The same through the door: by one click on the account."""
    page.goto(f"{base}/login?next={path}")
    page.locator("form.demo button").filter(has_text=ROLES[role]).first.click()
    expect(page.locator("h1")).to_be_visible()


@cache
def _signed_in(context: BrowserContext, base: str, role: Role) -> Any:
    with closing(context.new_page()) as page:
        sign_in(page, base, "/dictionary", role)
        found = context.cookies()
    context.clear_cookies()
    return found


def rested(page: Page) -> Page:
    """The page when no callback is on its way any more."""
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("._dash-loading-callback")).to_have_count(0)
    return page


def headline(page: Page) -> Locator:
    """The sentence at the top of a page."""
    return page.locator("h1.headline")


def leave(page: Page) -> None:
    """Closes a page and forgets what was chosen there."""
    if page.url.startswith("http"):
        page.evaluate("() => localStorage.clear()")
    page.close()


def settled() -> None:
    """Waits until the files that were sent to the pages of this process are read."""
    for thread in threading.enumerate():
        if thread.name == "upload-reader":
            thread.join(60)


class Silent(WSGIRequestHandler):
    """Answers without a line for each request."""

    def log(self, *_: Any) -> None:
        """Nothing: thousands of lines would hide what a test that fails says."""


class Desk:
    """One address for the pages of one store after the other, so that a browser fetches and compiles nothing twice."""

    def __init__(self) -> None:
        self.address = ""
        self._pages: dict[Store, Flask] = {}
        self._shown: Flask | None = None
        self._asked = 0
        self._rests = Condition()

    def show(self, store: Store) -> None:
        """Serves the pages of that store from now on."""
        if store not in self._pages:
            self._pages[store] = app.make_server(store, secret_key="for tests only", demo=True)
        self._shown = self._pages[store]

    @property
    def store(self) -> Store:
        """The store whose pages are served."""
        return next(store for store, pages in self._pages.items() if pages is self._shown)

    def forget(self) -> None:
        """Makes the pages of every store anew, with nothing remembered."""
        self._pages.clear()

    def rest(self) -> None:
        """Answers what is asked already and shows nothing more."""
        self._shown = None
        with self._rests:
            assert self._rests.wait_for(lambda: not self._asked, timeout=60)
        settled()

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
def serving(desk: Desk) -> Iterator[str]:
    """Has a desk answer on this machine; gives its address."""
    server = make_server("127.0.0.1", 0, desk, threaded=True, request_handler=Silent)
    desk.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield desk.address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """Where pages are served on this machine."""
    desk = Desk()
    with serving(desk):
        yield desk


@pytest.fixture(scope="session")
def inhabited(shared_database: SharedDatabase, tiny_database: Database) -> Database:
    """The tiny province with an account for each role."""
    return lambda kind: shared_database(kind, "inhabited", tiny_database, make_accounts)


@pytest.fixture(scope="session")
def read_store(inhabited: Database, new_database: NewDatabase) -> Iterator[Store]:
    """What is shared by tests that only read."""
    with new_database("sqlite", inhabited("sqlite")) as url, closing(Store.open(url)) as store:
        yield store


@pytest.fixture
def served(desk: Desk, read_store: Store) -> str:
    """Address of the tiny province's pages, for tests that only read."""
    desk.show(read_store)
    return desk.address


@pytest.fixture
def changing(
    desk: Desk, inhabited: Database, new_database: NewDatabase, office: tuple[BrowserContext, list[str]]
) -> Iterator[str]:
    """Address of the pages of a tiny province of the test's own."""
    with new_database("sqlite", inhabited("sqlite")) as url, closing(Store.open(url)) as store:
        desk.show(store)
        yield desk.address
        for page in office[0].pages:  # before its store goes
            leave(page)
        desk.rest()


def chromium() -> dict[str, Any]:
    """How the Chromium of this machine is started, silent towards the network."""
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    if found is None:
        pytest.exit(NOT_FOUND, returncode=1)
    return {"executable_path": found, "args": list(_QUIET)}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """As pytest-playwright starts it."""
    return chromium()


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """A Vietnamese office's browser."""
    return {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="session")
def office(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[tuple[BrowserContext, list[str]]]:
    """One browser for all tests, and what went wrong in it."""
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

    with closing(browser.new_context(**browser_context_args)) as context:
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("console", console)
        context.on("weberror", error)
        context.on("request", request)
        yield context, found


@pytest.fixture
def faults(office: tuple[BrowserContext, list[str]]) -> list[str]:
    """What went wrong in the browser so far; a test that provokes a fault looks at it here and clears it."""
    _, found = office
    found.clear()
    return found


@pytest.fixture
def page(office: tuple[BrowserContext, list[str]], faults: list[str]) -> Iterator[Page]:
    """A new page of somebody who is not signed in and has chosen nothing, watched to the end of the test."""
    expect.set_options(timeout=_PATIENCE)
    context, _ = office
    context.clear_cookies()
    with closing(context.new_page()) as page:
        yield page
        if not page.is_closed():
            leave(page)
    assert faults == []
