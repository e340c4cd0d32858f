"""Pages in a real Chromium: every console error, CSP violation and request that leaves this machine fails the test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, expect
from werkzeug.serving import make_server

import app
from data.demonstration import make_accounts
from data.store import Store
from tests.stores import NewDatabase

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


@contextmanager
def _serving(store: Store) -> Iterator[str]:
    pages = app.make_server(store, secret_key="for tests only", demo=True)
    server = make_server("127.0.0.1", 0, pages, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[[Store], str]]:
    """Serves a store's pages with the demonstration accounts until the test ends; gives their address."""
    with ExitStack() as running:
        yield lambda store: running.enter_context(_serving(store))


@pytest.fixture(scope="session")
def served(tiny_database: Callable[[str], str], new_database: NewDatabase) -> Iterator[str]:
    """Address of the tiny province's pages, with an account for each role, shared by tests that only read."""
    with new_database("sqlite", tiny_database("sqlite")) as url, closing(Store.open(url)) as store:
        make_accounts(store)
        with _serving(store) as address:
            yield address


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """The Chromium of this machine, silent towards the network."""
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    if found is None:
        pytest.exit(NOT_FOUND, returncode=1)
    return {"executable_path": found, "args": list(_QUIET)}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """A Vietnamese office's browser."""
    return {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def faults(context: BrowserContext) -> list[str]:
    """What went wrong in the browser so far; a test that provokes a fault looks at it here and clears it."""
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

    context.add_init_script(_REPORT_VIOLATIONS)
    context.on("console", console)
    context.on("weberror", error)
    context.on("request", request)
    return found


@pytest.fixture
def page(context: BrowserContext, faults: list[str]) -> Iterator[Page]:
    """A new page, watched to the end of the test."""
    expect.set_options(timeout=_PATIENCE)
    yield context.new_page()
    assert faults == []
