"""The Board's working pages in a real browser: compare, find what lags, plan."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from data.demonstration import make_accounts
from data.store import Store
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


@pytest.mark.parametrize("changing_store", ["sqlite"], indirect=True)  # test_watchlist.py does it on both
def test_the_board_narrows_the_list_notes_a_task_for_many_cells_and_corrects_one(
    page: Page, serve: Callable[[Store], str], changing_store: Store
) -> None:
    make_accounts(changing_store)
    enter(page, serve(changing_store), "/lagging?period=2019-Q4")
    expect(headline(page)).to_contain_text("chi bộ cần quan tâm")
    lines = page.locator("#lagging-grid .ag-center-cols-container .ag-row")
    expect(lines.first).to_be_visible()
    chip = page.locator(".chips label").filter(has_text="Ít đảng viên")
    count = chip.locator(".chip-count").inner_text()
    chip.click()
    expect(page).to_have_url(re.compile("reason=few_members"))
    expect(page.locator("#lagging-shown-count")).to_have_text(f"{count} chi bộ trong danh sách")
    expect(lines).to_have_count(int(count))
    page.get_by_role("columnheader", name="Đảng viên").click()
    expect(page).to_have_url(re.compile("sort=members.asc"))
    page.locator("#lagging-grid .ag-pinned-left-cols-container input[type=checkbox]").first.check()
    page.get_by_role("button", name="Ghi việc cho chi bộ đã chọn").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Việc phải làm").fill("Giao đồng chí Hoà theo dõi")
    form.get_by_role("button", name="Lưu").click()
    expect(form.get_by_role("alert")).to_contain_text("nêu tên cá nhân")
    form.get_by_label("Việc phải làm").fill("Mở lớp bồi dưỡng quần chúng ưu tú")
    form.get_by_role("button", name="Lưu").click()
    expect(form).to_be_hidden()
    expect(lines.filter(has_text="Mở lớp bồi dưỡng quần chúng ưu tú")).to_have_count(1)
    page.locator("#lagging-grid .cell-name").first.click()
    expect(page).to_have_url(re.compile("cell=H0"))
    profile = page.get_by_role("dialog", name="Hồ sơ theo dõi chi bộ")
    expect(profile).to_contain_text("Vì sao cần quan tâm")
    profile.get_by_role("button", name="Sửa").click()
    correction = page.get_by_role("dialog", name="Việc theo dõi")
    correction.get_by_label("Việc phải làm").fill("Đã mở lớp")
    correction.get_by_role("button", name="Lưu").click()
    expect(profile).to_contain_text("1 bản trước")
    page.go_back()
    expect(profile).to_be_hidden()
    page.go_back()
    page.go_back()
    expect(page.locator("#lagging-shown-count")).not_to_have_text(f"{count} chi bộ trong danh sách")


def test_the_working_pages_have_nothing_that_keeps_readers_out(page: Page, served: str) -> None:
    enter(page, served, "/compare?period=2019&peer=H01")
    for path, settled in (
        ("/compare?period=2019&peer=H01", ".heat .ag-row"),
        ("/lagging?period=2019", ".lagging-grid .ag-row"),
        ("/plans?period=2020-Q2", ".allocation .ag-row"),
    ):
        page.goto(served + path)
        expect(page.locator(settled).first).to_be_visible()
        found = Axe().run(page, context="#_pages_content").response["violations"]
        assert [
            (each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in {"serious", "critical"}
        ] == []


def test_the_board_moves_the_target_divides_a_plan_by_hand_and_takes_it_away(page: Page, served: str) -> None:
    enter(page, served, "/plans")
    expect(headline(page)).to_contain_text("kế hoạch năm")
    before = page.locator("#plans-gap-title").inner_text()
    page.get_by_role("slider").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#plans-gap-title")).not_to_have_text(before)
    expect(page).to_have_url(re.compile("target=80"))
    page.get_by_label("Tổng số cần giao").fill("200")
    expect(page).to_have_url(re.compile("total=200"))
    expect(page.locator("#plans-left")).to_contain_text("Đã giao hết")
    given = page.locator("#plans-parts [col-id=given].ag-cell").first
    given.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("set=H0"))
    expect(page.locator("#plans-left")).to_contain_text("chưa giao")
    page.get_by_label("Số quyết định").fill("Số 9-QĐ/TU")
    page.get_by_label("Số quyết định").press("Tab")
    expect(page).to_have_url(re.compile("decision="))
    page.get_by_label("Ngày quyết định").fill("20/12/2020")
    page.get_by_label("Ngày quyết định").press("Enter")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải biểu KH").click()
    assert download.value.suggested_filename == "KH_T_2021.xlsx"
    page.goto(page.url)
    expect(page.locator("#plans-left")).to_contain_text("chưa giao")
