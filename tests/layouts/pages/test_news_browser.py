"""Open pages in a real browser: they tell of new data, and keep what their reader has set when they show it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from data.returns import IntakeMode, OutcomeStatus, SourceFile
from data.viewers import SYSTEM
from data.writing.store import Store
from layouts.web.news import SHOWN
from layouts.web.sessions import NEWS
from loaders.sample import TINY
from loaders.workbook_services import WorkbookServices
from tests.browser import Switchboard, enter, headline, when_idle
from tests.workbooks import revised, values

RETURN = "H01_2020-Q3_dinh-chinh.xlsx"  # the return in force
SHARE = "/trend?indicator=village_heads_member_share&frequency=quarter"


def accept(store: Store, more: int) -> None:
    """Accepts a correction by which more village heads are members, in as many villages."""
    given = values(TINY, RETURN, "B3", "village_heads", "village_heads_members")
    room = [(unit, row[1] or 0) for unit, row in given.items() if (row[0] or 0) > (row[1] or 0)][:more]
    assert len(room) == more
    content = revised(TINY, RETURN, {("B3", unit, "village_heads_members"): heads + 1 for unit, heads in room})
    outcome = WorkbookServices(store).load(SourceFile(name=RETURN, content=content), SYSTEM, IntakeMode.STORE)
    assert outcome.status is OutcomeStatus.SUPERSEDED


def look_again(page: Page) -> None:
    """Returns to the tab, which polls at once."""
    with page.expect_response(lambda answer: answer.url.endswith(NEWS)):
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")


def test_two_open_pages_are_told_of_a_return_and_show_it_where_they_stand(
    page: Page, changing: str, switchboard: Switchboard
) -> None:
    enter(page, changing, "/lagging?course=all&reason=few_members&sort=members.desc")
    other = page.context.new_page()
    enter(other, changing, SHARE)
    before = headline(when_idle(other)).inner_text()
    page.bring_to_front()
    rows = page.locator("#lagging-grid .ag-center-cols-container .ag-row")
    expect(rows.first).to_be_visible()
    page.locator("#lagging-grid .ag-pinned-left-cols-container input[type=checkbox]").first.check()
    page.get_by_role("button", name="Ghi việc cho chi bộ đã chọn").click()
    text = page.get_by_role("dialog").get_by_label("Việc phải làm")
    text.press_sequentially("Mở lớp")
    address = page.url
    look_again(page)
    expect(page.locator("#news")).to_be_empty()
    accept(switchboard.store, 3)
    look_again(page)
    expect(page.get_by_role("status").filter(has_text="Có số liệu mới")).to_be_visible()
    with page.expect_response(lambda answer: SHOWN.lower() in answer.headers):
        page.get_by_role("button", name="Cập nhật trang").click()
    expect(page.locator("#news")).to_contain_text("Đã cập nhật")
    expect(text).to_be_focused()
    page.keyboard.type(" bồi dưỡng")
    expect(text).to_have_value("Mở lớp bồi dưỡng")
    assert page.url == address
    expect(page.locator("#follow-up-chosen")).to_have_text("Đã chọn 1 chi bộ")
    expect(page.get_by_role("columnheader", name="Đảng viên")).to_have_attribute("aria-sort", "descending")

    other.bring_to_front()
    look_again(other)
    expect(headline(other)).to_have_text(before)
    other.get_by_role("button", name="Cập nhật trang").press("Enter")
    expect(headline(other)).not_to_have_text(before)
    expect(other).to_have_url(re.compile(re.escape(SHARE)))


def test_what_was_opened_and_where_one_was_survive_a_renewal(
    page: Page, changing: str, switchboard: Switchboard
) -> None:
    enter(page, changing, "/report")
    annexes = page.locator("article.paper details")
    annexes.nth(1).locator("summary").click()
    page.evaluate("() => window.scrollTo(0, 500)")
    accept(switchboard.store, 1)
    look_again(page)
    with page.expect_response(lambda answer: SHOWN.lower() in answer.headers):
        page.get_by_role("button", name="Cập nhật trang").click()
    expect(when_idle(page).locator("#news")).to_contain_text("Đã cập nhật")
    expect(annexes.nth(1)).to_have_attribute("open", "")
    expect(annexes.nth(0)).not_to_have_attribute("open", "")
    assert page.evaluate("() => window.scrollY") == 500


def test_a_page_that_was_left_is_not_told_of_what_the_next_one_shows(
    page: Page, changing: str, switchboard: Switchboard
) -> None:
    enter(page, changing, SHARE)
    accept(switchboard.store, 2)
    look_again(when_idle(page))
    expect(page.locator("#news")).to_contain_text("Có số liệu mới")
    page.get_by_role("navigation").get_by_role("link", name="Nhiệm vụ", exact=True).click()
    expect(page).to_have_url(re.compile("/tasks"))
    expect(page.locator("#news")).to_be_empty()


def test_an_outage_is_told_once_it_lasts_and_an_ended_session_once(page: Page, served: str, faults: list[str]) -> None:
    enter(page, served, SHARE)
    when_idle(page)
    page.route(f"**{NEWS}", lambda route: route.abort())
    for told in ("", "Không kết nối được với máy chủ; số liệu trên trang có thể đã cũ."):
        with page.expect_event("requestfailed"):
            page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator("#news")).to_contain_text(told)
    page.unroute(f"**{NEWS}")
    look_again(page)
    expect(page.locator("#news")).to_be_empty()
    page.context.clear_cookies(name="indicator_session")
    look_again(page)
    expect(page.locator("#news")).to_contain_text("Phiên làm việc đã kết thúc")
    expect(page.get_by_role("link", name="Đăng nhập lại")).to_have_attribute("href", re.compile("/login.next=%2Ftrend"))
    faults.clear()
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    when_idle(page)
    assert faults == []
