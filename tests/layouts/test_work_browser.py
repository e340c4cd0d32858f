"""The Board's working pages in a real browser: compare, find what lags, plan."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.layouts.test_browser import enter, headline


def test_the_board_compares_units_and_goes_down_to_the_cells_of_a_workbook(page: Page, served: str) -> None:
    enter(page, served, "/compare?period=2019")
    expect(headline(page)).to_contain_text("tỷ lệ trưởng thôn là đảng viên")
    page.get_by_role("columnheader", name="Tỷ lệ trưởng thôn là đảng viên").click()
    expect(page).to_have_url(re.compile("sort=village_heads_member_share.asc"))
    page.locator("#compare-heat").get_by_role("gridcell", name=re.compile("^[✓▼]")).first.click()
    expect(page).to_have_url(re.compile("point=2019"))
    workings = page.get_by_role("dialog")
    expect(workings).to_contain_text(".xlsx B1!")
    workings.get_by_role("link", name="Đối chiếu với các đơn vị cùng cấp").click()
    expect(page).to_have_url(re.compile("peer=H0"))
    expect(page.locator(".strip").first).to_be_visible()
    expect(workings).to_be_hidden()
    page.locator("#compare-level").get_by_text("Tổ chức cơ sở đảng").click()
    expect(page).to_have_url(re.compile("level=base"))
    expect(page.locator("#compare-meaning")).to_contain_text("tổ chức cơ sở đảng thuộc")
    page.go_back()
    expect(page.locator("#compare-meaning")).to_contain_text("cấp uỷ trực thuộc")
    expect(page.locator(".strip").first).to_be_visible()
