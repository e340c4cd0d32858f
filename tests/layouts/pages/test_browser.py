"""The pages in a real browser: clean console, no overflow, accessibility, and the main user journeys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from data.viewers import Role
from layouts.pages.registry import PAGES
from tests.browser import enter, headline, requests, sign_in, when_idle

CHART = ".js-plotly-plot .main-svg"
EVERY = [
    # The hundreds of entries are alike: those that match a search represent all.
    *(f"{page.path}?q=trưởng thôn" if page.code == "dictionary" else page.path for page in PAGES),
    "/trend?show=below&frequency=quarter",
]
A4_LANDSCAPE = 700  # pixels between the margins
# Records announcements of downloads to screen readers.
_RECORD_ANNOUNCEMENTS = """() => {
    const place = document.getElementById("making");
    window.heard = [];
    new MutationObserver(() => window.heard.push(place.textContent)).observe(place, { childList: true });
}"""
ON_DARK = {"runOnly": ["color-contrast"]}  # the other rules do not depend on the scheme


@pytest.mark.parametrize("path", EVERY)
def test_each_page_opens_without_errors_fits_its_window_and_is_accessible(page: Page, served: str, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    enter(page, served, path, Role.ADMIN if path == "/admin" else Role.BOARD)
    when_idle(page)
    for width in (360, 1024, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function("() => document.documentElement.scrollWidth <= window.innerWidth")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Đổi nền sáng, tối").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    assert axe_violations(page, ON_DARK) == []


def axe_violations(page: Page, options: Mapping[str, object] | None = None) -> list[tuple[str, str]]:
    """Violations found by axe: the rule and the first offending element."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **(options or {})}).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in {"serious", "critical"}]


def test_a_figure_leads_to_its_trend_without_the_full_chart_library_and_back_leads_back(
    page: Page, served: str
) -> None:
    with requests(page) as fetched:
        enter(page, served)
        before = headline(page).inner_text()
        page.get_by_role("link", name="Tỷ lệ trưởng thôn là đảng viên").first.click()
        expect(page).to_have_url(re.compile("/trend.*village_heads_member_share"))
        expect(page.locator(CHART).first).to_be_visible()
    assert any("plotly-cartesian.min" in url for url in fetched)
    assert not any(re.search(r"plotly\.min|package_data", url) for url in fetched)
    page.go_back()
    expect(headline(page)).to_have_text(before)


def test_language_and_scheme_stay_print_is_light_and_signing_out_ends_the_session(page: Page, served: str) -> None:
    sign_in(page, served)
    page.get_by_role("button", name="Đổi nền sáng, tối").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Overview")).to_be_visible()
    when_idle(page)  # an answer that is cut off would be an error on the console
    page.goto(f"{served}/returns")
    expect(headline(page)).to_contain_text("on time")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    assert page.evaluate("() => document.documentElement.lang") == "en"
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/login"))
    page.goto(f"{served}/returns")
    expect(page).to_have_url(re.compile("/login"))


def test_print_is_light_and_without_controls(page: Page, served: str) -> None:
    enter(page, served)
    page.get_by_role("button", name="Đổi nền sáng, tối").click()
    expect(page.locator(CHART).first).to_be_visible()
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    tallest = (
        "() => Math.max(...[...document.querySelectorAll('.card:has(.js-plotly-plot)')].map((c) => c.offsetHeight))"
    )
    assert page.evaluate(tallest) < A4_LANDSCAPE
    expect(page.locator("#unit")).to_be_hidden()
    expect(headline(page)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
    assert len(page.pdf(prefer_css_page_size=True)) > 20_000


def test_an_ended_session_redirects_to_sign_in_and_back_to_the_view(page: Page, served: str, faults: list[str]) -> None:
    enter(page, served, "/trend")
    expect(page.locator(CHART).first).to_be_visible()
    when_idle(page)  # pending requests would be refused before the click
    page.context.clear_cookies(name="indicator_session")
    page.get_by_role("radiogroup", name="Độ dài kỳ").get_by_text("Quý").click()
    expect(page).to_have_url(re.compile(r"/login\?next=%2Ftrend"))
    expect(page.get_by_label("Tên tài khoản")).to_be_visible()
    assert any("401" in fault for fault in faults)
    faults.clear()


def test_an_indicator_is_found_by_words_without_their_marks(page: Page, served: str) -> None:
    enter(page, served, "/trend")
    page.locator("#trend-indicator").click()
    page.locator("#trend-indicator").fill("ty le truong thon")
    page.get_by_role("option", name="Tỷ lệ trưởng thôn là đảng viên").click()
    expect(page).to_have_url(re.compile("indicator=village_heads_member_share"))
    expect(headline(page)).to_contain_text("tỷ lệ trưởng thôn")


def test_a_unit_is_found_by_words_without_their_marks(page: Page, served: str) -> None:
    enter(page, served)
    page.locator("#unit").click()
    page.locator("#unit").fill("huyen uy")
    expect(page.locator("[data-combobox-disabled]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("unit=H"))
    expect(page.locator("#freshness")).to_contain_text("1/1")


def test_a_download_is_announced_until_it_arrives_and_is_generated_once(page: Page, served: str) -> None:
    enter(page, served, "/table")
    page.evaluate(_RECORD_ANNOUNCEMENTS)
    with requests(page) as asked, page.expect_download() as download:
        page.locator("a[href^='/download/indicators.csv']").evaluate("(link) => { link.click(); link.click(); }")
    assert download.value.suggested_filename.endswith(".csv")
    page.wait_for_function("() => heard.at(-1) === ''")
    assert page.evaluate("() => heard") == ["Đang chuẩn bị tệp, xin chờ…", ""]
    assert [urlsplit(url).path for url in asked].count("/download/indicators.csv") == 1


def test_a_point_opens_its_workings_with_the_workbook(page: Page, served: str) -> None:
    enter(page, served, "/trend?indicator=village_heads_member_share")
    page.locator(".js-plotly-plot .points path").last.click(force=True)
    workings = page.get_by_role("dialog")
    expect(workings).to_be_visible()
    expect(page).to_have_url(re.compile("point=2019"))
    expect(workings).to_contain_text("Công thức")
    with page.expect_download() as download:
        workings.locator("a[href^='/download/file/']").first.click()
    assert download.value.suggested_filename.endswith(".xlsx")
    workings.get_by_role("button", name="Đóng").click()
    expect(workings).to_be_hidden()
    expect(page).not_to_have_url(re.compile("point="))


def test_a_trend_is_configured_by_its_url_and_exported_as_an_image(page: Page, served: str) -> None:
    enter(page, served, "/trend?indicator=admissions")
    expect(page.locator("#trend-control .main-svg").first).to_be_visible()
    page.locator("label").filter(has_text=re.compile("^Dự báo$")).click()
    expect(page).to_have_url(re.compile("layers=known"))
    expect(page.locator("#trend-notes")).not_to_contain_text("Dự báo")
    for kind in ("png", "svg"):
        with page.expect_download() as download:
            page.locator(f"#trend-{kind}").click()
        assert download.value.suggested_filename.endswith(f"admissions-layers-known.{kind}")


def test_an_out_of_scope_url_is_explained_and_a_link_leads_on(page: Page, served: str, faults: list[str]) -> None:
    enter(page, served, role=Role.DISTRICT)
    page.goto(f"{served}/trend?unit=H02")
    expect(page.get_by_role("heading", name="Không có quyền xem")).to_be_visible()
    assert all("403" in fault for fault in faults)
    faults.clear()
    page.get_by_role("link", name="Về trang Tổng quan").click()
    expect(headline(page)).to_be_visible()


def test_a_url_that_names_nothing_is_explained_and_a_link_leads_on(page: Page, served: str) -> None:
    enter(page, served, role=Role.DISTRICT)
    page.goto(f"{served}/trend?unit=XYZ")
    expect(page.locator("[data-notice]")).to_be_visible()
    expect(page.locator("#unit")).to_have_value("")
    page.locator("[data-notice]").get_by_role("link").click()
    expect(headline(page)).to_be_visible()


def test_the_first_callbacks_of_a_page_are_sent_by_its_head_and_once(page: Page, served: str) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    enter(page, served, "/trend?unit=H01")
    when_idle(page)
    first = [url for url in sent if "/_dash-update-component" in url and "_pages_location.pathname" in url]
    # The renderer would add a query to the address.
    assert [url.partition(" ")[0] for url in first] == [f"{served}/_dash-update-component"] * 2
