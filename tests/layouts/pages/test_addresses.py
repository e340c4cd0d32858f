"""Every view has a URL that reopens it elsewhere, and the browser's history leads through the views."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from operator import eq, ne
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from data.viewers import Role
from layouts.pages.registry import PAGES
from tests.browser import enter, when_idle

Move = Callable[[Page], None]

_PATIENCE = 10  # seconds

# Visible text and values of controls; the grid's focus announcements are not part of a view.
_SEEN = """() => {
    const read = (control) => /checkbox|radio/.test(control.type) ? control.checked : control.value;
    const shown = [...document.querySelectorAll("#context, #main, [role=dialog]")];
    const aloud = [...document.querySelectorAll("[aria-live].ag-aria-description-container")];
    const told = new Set(aloud.map((each) => each.innerText));
    return shown.flatMap((part) => part.innerText.split("\\n")).filter((line) => !line || !told.has(line)).concat(
        shown.flatMap((part) => [...part.querySelectorAll("input:not([type=file])")].map(read))
    );
}"""

_ENTRY = "() => navigation.currentEntry.key"  # of the history: another one after a push, the same after a replacement


def choose(control: str, option: str) -> Move:
    """Selects an option of a dropdown."""

    def move(page: Page) -> None:
        page.locator(control).click()
        page.get_by_role("option", name=option, exact=True).click()

    return move


def take(group: str, text: str) -> Move:
    """Selects a segment of a segmented control."""
    return lambda page: page.locator(group).get_by_text(text).first.click()


def write(control: str, text: str) -> Move:
    """Types into a field."""
    return lambda page: page.locator(control).fill(text)


def click(find: Callable[[Page], Locator]) -> Move:
    """Clicks the first match."""
    return lambda page: find(page).first.click()


JOURNEYS: Mapping[str, Sequence[Move]] = {
    "overview": [choose("#period", "Năm 2018"), choose("#basis", "Tổ chức hiện nay")],
    "trend": [
        choose("#trend-indicator", "Đảng viên mới kết nạp"),
        take("#trend-frequency", "Quý"),
        click(lambda page: page.locator("label").filter(has_text=re.compile("^Dự báo$"))),
        lambda page: page.locator(".js-plotly-plot .points path").last.click(force=True),
    ],
    "compare": [
        choose("#period", "Năm 2019"),
        take("#compare-level", "Tổ chức cơ sở đảng"),
        click(lambda page: page.locator("#compare-heat .ag-header-cell-text").nth(2)),
    ],
    "lagging": [
        click(lambda page: page.get_by_role("columnheader", name="Đảng viên")),
        click(lambda page: page.locator(".chips label").filter(has_text="Ít đảng viên")),
        write("#lagging-q", "đảng bộ"),
        click(lambda page: page.locator("#lagging-grid .cell-name")),
    ],
    "plans": [lambda page: page.get_by_role("slider").press("End"), write("#plans-total", "200")],
    "tasks": [choose("#tasks-task", "NV02"), choose("#tasks-state", "Đã hoàn thành")],
    "returns": [choose("#period", "Quý I năm 2020")],
    "table": [
        choose("#table-level", "Các đảng bộ trực thuộc Tỉnh uỷ"),
        take("#table-frequency", "Quý"),
        take("#table-shape", "Dọc"),
    ],
    "report": [
        choose("#period", "Quý I năm 2020"),
        click(lambda page: page.locator(".choices a:not(.chosen)")),
    ],
    "dictionary": [write("#dictionary-search", "trưởng thôn")],
    "admin": [take("#admin-part", "Ngưỡng"), take("#admin-part", "Nhật ký")],
}


def snapshot(page: Page) -> Any:
    """State of an idle page, once two consecutive snapshots agree."""
    found: Any = None
    before: Any = ()
    while found != before:
        when_idle(page).wait_for_load_state("networkidle")
        page.evaluate("() => new Promise((rests) => requestAnimationFrame(() => setTimeout(rests, 50)))")
        before, found = found, page.evaluate(_SEEN)
    return found


def wait_for_view(page: Page, holds: Callable[[Any], bool]) -> Any:
    """State of an idle page, once it satisfies the condition or the timeout is over."""
    until = monotonic() + _PATIENCE
    while not holds(found := snapshot(page)) and monotonic() < until:
        pass
    return found


def test_every_page_is_walked() -> None:
    codes = {page.code for page in PAGES}
    missing = [
        f"the page {code!r} is not walked: add what its controls do to JOURNEYS in {Path(__file__).name}, () for none"
        for code in codes - set(JOURNEYS)
    ]
    assert not missing, "\n".join(missing)
    assert set(JOURNEYS) == codes


@pytest.mark.parametrize("code", JOURNEYS)
def test_each_view_opens_from_its_address_and_back_and_forward_lead_through_them(
    page: Page, served: str, code: str
) -> None:
    path = next(each.path for each in PAGES if each.code == code)
    enter(page, served, path, Role.ADMIN if code == "admin" else Role.BOARD)
    views = [(page.url, snapshot(page))]
    entry = page.evaluate(_ENTRY)
    for move in JOURNEYS[code]:
        move(page)
        address, shown = views[-1]
        expect(page).not_to_have_url(address)
        view = (page.url, wait_for_view(page, partial(ne, shown)))
        assert view[1] != shown, f"{page.url} shows what {address} showed"
        if page.evaluate(_ENTRY) == entry:
            views.pop()  # typing letter by letter replaces the history entry
        entry = page.evaluate(_ENTRY)
        views.append(view)
    with closing(page.context.new_page()) as other:
        other.goto(views[-1][0])
        assert wait_for_view(other, partial(eq, views[-1][1])) == views[-1][1]
    for address, shown in reversed(views[:-1]):
        page.go_back()
        expect(page).to_have_url(address)
        assert wait_for_view(page, partial(eq, shown)) == shown
    address, shown = views[-1]
    page.evaluate("(steps) => history.go(steps)", len(views) - 1)  # one by one they would be what back has shown
    expect(page).to_have_url(address)
    assert wait_for_view(page, partial(eq, shown)) == shown
