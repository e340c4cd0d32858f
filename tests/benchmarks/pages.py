"""Pages in a real Chromium: time to interactive, cold and from another page; callbacks on the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Page, sync_playwright

from data.viewers import Role
from data.writing.store import Store
from layouts.pages.registry import PAGES
from layouts.web.serving import freeze_heap
from tests.benchmarks.accepted import accepting
from tests.benchmarks.accepted import opened as parsed
from tests.benchmarks.report import Goal, Section, table
from tests.benchmarks.rounds import percentile_95
from tests.benchmarks.stores import copy, demonstration, url
from tests.benchmarks.workbooks import PERIOD
from tests.browser import Switchboard, chromium, serving, sign_in

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from playwright._impl._api_structures import SetCookieParam

_CALLBACK = "/_dash-update-component"
_TIMEOUT_MS = 120_000  # milliseconds
_ROUNDS = 3
_OVERVIEW, _ELSEWHERE = "/", "/dictionary"
_IDLE_SCRIPT = """() => document.querySelector("#_pages_content h1") !== null
    && document.querySelector("._dash-loading-callback") === null
    && [...document.querySelectorAll("#_pages_content .dash-graph")].every(
        (chart) => chart.offsetParent === null || chart.querySelector(".main-svg") !== null)
    && [...document.querySelectorAll("#_pages_content .ag-theme-quartz")].every(
        (grid) => grid.offsetParent === null || grid.querySelector(".ag-root") !== null)"""
_ABOUT = """\
The province of the demonstration, one reader. Cold: an application that has answered nothing yet and a browser that has
fetched nothing yet. From another page: a click in the navigation, when the page was open before. Until the page rests:
its heading, charts and grids are there and no callback is on its way. Callbacks: on the server, from request to answer,
of the second. After a return: a corrected return is accepted, then a browser that has fetched nothing yet opens Tổng
quan of an application that has answered before."""


class TimedServer(Switchboard):
    """A WSGI wrapper that times each callback."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Serves a request, timing callbacks."""
        begun = perf_counter()
        try:
            return super().__call__(environ, start)
        finally:
            if environ["PATH_INFO"] == _CALLBACK:
                self.seconds.append(perf_counter() - begun)


@dataclass(frozen=True, slots=True)
class PageTimings:
    """Timings of one page, in seconds."""

    cold: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    callbacks: list[float] = field(default_factory=list)


def sections(folder: Path, rounds: int) -> list[Section]:
    """Opens every page cold and again, three times at most."""
    place = folder / "pages.sqlite"
    copy(demonstration(folder), place)
    opened = {page.path: PageTimings() for page in PAGES}
    after: list[float] = []
    switchboard = TimedServer()
    with closing(Store.open(url(place))) as store, serving(switchboard), _browser() as browser:
        switchboard.show(store)
        cookies = {role: _signed_in(browser, switchboard.address, role) for role in (Role.BOARD, Role.ADMIN)}
        for _ in range(min(rounds, _ROUNDS)):
            for page in PAGES:
                role = Role.BOARD if Role.BOARD in page.roles else Role.ADMIN
                switchboard.forget()
                switchboard.show(store)
                freeze_heap()
                _open(browser, switchboard, page.path, cookies[role], opened[page.path])
        accept = accepting(store, [parsed(store, book) for book in _latest_returns(folder)])
        for _ in range(min(rounds, _ROUNDS)):
            accept()
            with _tab(browser, cookies[Role.BOARD]) as tab:
                after.append(_cold(tab, switchboard.address + _OVERVIEW))
    return [_section(opened, after)]


def _latest_returns(folder: Path) -> list[Path]:
    return sorted((demonstration(folder).parent / "sample").glob(f"H*_{PERIOD}.xlsx"))


def _section(opened: dict[str, PageTimings], after: list[float]) -> Section:
    rows = [
        (path, *(f"{median(each):.2f} s ({max(each):.2f})" for each in (of.cold, of.again)), _format(of.callbacks))
        for path, of in opened.items()
    ]
    slowest = {kind: max(median(getattr(of, kind)) for of in opened.values()) for kind in ("cold", "again")}
    return Section(
        name="pages",
        title="until a page can be used",
        about=_ABOUT,
        table=table(("page", "cold, median (most)", "from another page", "callbacks, median / 19 of 20"), rows),
        goals=[
            Goal(what="slowest page cold", at_most=1.5, reached=slowest["cold"], unit="s"),
            Goal(what="slowest page from another", at_most=0.3, reached=slowest["again"], unit="s"),
            Goal(what="Tổng quan cold after a return", at_most=1.5, reached=median(after), unit="s"),
        ],
        libraries=("dash", "dash-mantine-components", "dash-ag-grid", "playwright"),
    )


def _format(seconds: list[float]) -> str:
    return (
        f"{1000 * median(seconds):.1f} / {1000 * percentile_95(seconds):.1f} ms, {len(seconds)} calls"
        if seconds
        else "none"
    )


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, closing(playwright.chromium.launch(**chromium())) as browser:
        yield browser


def _signed_in(browser: Browser, base: str, role: Role) -> list[SetCookieParam]:
    with closing(browser.new_context(locale="vi-VN")) as context:
        page = context.new_page()
        page.set_default_timeout(_TIMEOUT_MS)
        sign_in(page, base, _ELSEWHERE, role)
        return [{"name": each["name"], "value": each["value"], "url": base} for each in context.cookies()]


def _open(
    browser: Browser, switchboard: TimedServer, path: str, cookies: list[SetCookieParam], into: PageTimings
) -> None:
    with _tab(browser, cookies) as page:
        into.cold.append(_cold(page, switchboard.address + path))
        other = _ELSEWHERE if path != _ELSEWHERE else "/"
        _click(page, other)
        switchboard.seconds.clear()
        into.again.append(_click(page, path))
        into.callbacks.extend(switchboard.seconds)


@contextmanager
def _tab(browser: Browser, cookies: list[SetCookieParam]) -> Iterator[Page]:
    """A page of a browser that has fetched nothing yet."""
    with closing(browser.new_context(locale="vi-VN", viewport={"width": 1440, "height": 900})) as context:
        context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(_TIMEOUT_MS)
        yield page


def _cold(page: Page, address: str) -> float:
    begun = perf_counter()
    page.goto(address, wait_until="commit")
    return _wait_until_idle(page, begun)


def _click(page: Page, path: str) -> float:
    begun = perf_counter()
    page.locator(f"nav a[href^='{path}?'], nav a[href='{path}']").first.click()
    page.wait_for_url(lambda address: address.partition("?")[0].endswith(path))
    return _wait_until_idle(page, begun)


def _wait_until_idle(page: Page, begun: float) -> float:
    page.wait_for_function(_IDLE_SCRIPT, polling="raf")
    return perf_counter() - begun
