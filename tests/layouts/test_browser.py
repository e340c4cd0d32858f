"""The pages in a real browser: nothing in the console, and the reader's main ways through them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from data.store import Store
from data.viewers import Role
from loaders.sample import TINY
from tests.workbooks import address, revised, values

CHART = ".js-plotly-plot .main-svg"


def enter(page: Page, base: str, path: str = "/", role: Role = Role.BOARD) -> None:
    """Signs in by one click on the demonstration account of that role, and goes to a page."""
    page.goto(f"{base}/login?next={path}")
    page.locator("form.demo button").filter(has_text=ROLES[role]).first.click()
    expect(page.locator("h1")).to_be_visible()


ROLES = {Role.BOARD: "Ban Tổ chức", Role.VIEWER: "Thường trực", Role.DISTRICT: "Cấp uỷ trực thuộc"}


def headline(page: Page) -> Locator:
    return page.locator("h1.headline")


@pytest.mark.parametrize(
    "path", ["/", "/trend", "/trend?show=below&frequency=quarter", "/compare?peer=H01", "/returns"]
)
def test_each_page_opens_quietly_and_fits_its_window(page: Page, served: str, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    enter(page, served, path)
    for width in (360, 1024, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        page.reload()
        expect(page.get_by_text("Số liệu minh hoạ").first).to_be_visible()
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_no_full_chart_library_is_fetched_beside_the_small_one(page: Page, served: str) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    enter(page, served, "/trend")
    expect(page.locator(CHART).first).to_be_visible()
    assert any("plotly-cartesian.min" in url for url in fetched)
    assert not any(re.search(r"plotly\.min|package_data", url) for url in fetched)


def test_a_figure_leads_to_its_trend_and_back_leads_back(page: Page, served: str) -> None:
    enter(page, served)
    before = headline(page).inner_text()
    page.get_by_role("link", name="Tỷ lệ trưởng thôn là đảng viên").first.click()
    expect(page).to_have_url(re.compile("/trend.*village_heads_member_share"))
    expect(page.locator(CHART).first).to_be_visible()
    page.go_back()
    expect(headline(page)).to_have_text(before)


def test_controls_write_the_address_and_the_address_sets_the_controls(page: Page, served: str) -> None:
    enter(page, served, "/trend")
    page.get_by_role("radiogroup", name="Độ dài kỳ").get_by_text("Quý").click()
    expect(page).to_have_url(re.compile("frequency=quarter"))
    expect(headline(page)).to_contain_text("quý")
    page.locator("#trend-indicator").click()
    page.locator("#trend-indicator").fill("ty le truong thon")
    page.get_by_role("option", name="Tỷ lệ trưởng thôn là đảng viên").click()
    expect(page).to_have_url(re.compile("indicator=village_heads_member_share"))
    expect(headline(page)).to_contain_text("tỷ lệ trưởng thôn")
    page.go_back()
    expect(headline(page)).to_contain_text("tổng số đảng viên")
    expect(page.locator("#trend-indicator")).to_have_value("Tổng số đảng viên")
    page.go_forward()
    expect(headline(page)).to_contain_text("tỷ lệ trưởng thôn")
    address_now, said = page.url, headline(page).inner_text()
    page.goto(address_now)
    expect(headline(page)).to_have_text(said)


def test_a_unit_is_found_by_words_without_their_marks(page: Page, served: str) -> None:
    enter(page, served)
    page.locator("#unit").click()
    page.locator("#unit").fill("huyen uy")
    expect(page.locator("[data-combobox-disabled]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("unit=H"))
    expect(page.locator("#freshness")).to_contain_text("1/1")


def test_a_point_opens_its_workings_and_the_workbook_comes_with_it(page: Page, served: str) -> None:
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


def test_what_a_trend_draws_is_chosen_in_the_address_and_taken_away_as_an_image(page: Page, served: str) -> None:
    enter(page, served, "/trend?indicator=admissions")
    expect(page.locator("#trend-control .main-svg").first).to_be_visible()
    page.locator("label").filter(has_text=re.compile("^Dự báo$")).click()
    expect(page).to_have_url(re.compile("layers=known"))
    expect(page.locator("#trend-notes")).not_to_contain_text("Dự báo")
    for kind in ("png", "svg"):
        with page.expect_download() as download:
            page.locator(f"#trend-{kind}").click()
        assert download.value.suggested_filename.endswith(f"admissions-layers-known.{kind}")


def test_the_language_is_switched_and_stays(page: Page, served: str) -> None:
    enter(page, served)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Overview")).to_be_visible()
    page.goto(f"{served}/returns")
    expect(headline(page)).to_contain_text("on time")
    assert page.evaluate("() => document.documentElement.lang") == "en"


def test_the_dark_scheme_is_switched_and_stays(page: Page, served: str) -> None:
    enter(page, served)
    page.get_by_role("button", name="Đổi nền sáng, tối").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


def test_print_is_light_and_without_controls(page: Page, served: str) -> None:
    enter(page, served)
    expect(page.locator(CHART).first).to_be_visible()
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator("#unit")).to_be_hidden()
    expect(headline(page)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
    assert len(page.pdf(prefer_css_page_size=True)) > 20_000
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")


def test_signing_out_ends_the_session(page: Page, served: str) -> None:
    enter(page, served)
    page.get_by_role("button", name="Tài khoản").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile("/login"))
    page.goto(f"{served}/returns")
    expect(page).to_have_url(re.compile("/login"))


def test_a_session_that_ended_elsewhere_leads_to_the_door_and_back_to_the_view(
    page: Page, served: str, faults: list[str]
) -> None:
    enter(page, served, "/trend")
    page.wait_for_load_state("networkidle")  # what is still on its way would be refused before the click
    page.context.clear_cookies(name="indicator_session")
    page.get_by_role("radiogroup", name="Độ dài kỳ").get_by_text("Quý").click()
    expect(page).to_have_url(re.compile(r"/login\?next=%2Ftrend"))
    expect(page.get_by_label("Tên tài khoản")).to_be_visible()
    assert any("401" in fault for fault in faults)
    faults.clear()


def test_what_a_reader_may_not_see_is_refused_in_words_and_a_link_leads_on(
    page: Page, served: str, faults: list[str]
) -> None:
    enter(page, served, role=Role.DISTRICT)
    page.goto(f"{served}/trend?unit=H02")
    expect(page.get_by_role("heading", name="Không có quyền xem")).to_be_visible()
    assert all("403" in fault for fault in faults)
    faults.clear()
    page.get_by_role("link", name="Về trang Tổng quan").click()
    expect(headline(page)).to_be_visible()


def test_an_address_that_names_nothing_is_answered_in_words_and_a_link_leads_on(page: Page, served: str) -> None:
    enter(page, served, role=Role.DISTRICT)
    page.goto(f"{served}/trend?unit=XYZ")
    expect(page.locator("[data-notice]")).to_be_visible()
    expect(page.locator("#unit")).to_have_value("")
    page.locator("[data-notice]").get_by_role("link").click()
    expect(headline(page)).to_be_visible()


@pytest.mark.parametrize("changing_store", ["sqlite"], indirect=True)  # test_outcomes.py does it on both
def test_a_wrong_workbook_is_refused_by_cell_and_its_correction_shows_at_once(
    page: Page, serve: Callable[[Store], str], changing_store: Store, tmp_path: Path
) -> None:
    from data.demonstration import make_accounts

    make_accounts(changing_store)
    name = "H01_2020-Q3.xlsx"
    unit, (members,) = next(iter(values(TINY, name, "B1", "members_end").items()))
    assert members is not None
    place = ("B1", unit, "members_end")
    wrong = tmp_path / "sai.xlsx"
    wrong.write_bytes(revised(TINY, name, {place: members + 1}))
    cell = address(wrong.read_bytes(), *place)
    right = tmp_path / "dung.xlsx"
    admitted = values(TINY, name, "B1", "admitted", "members_end")[unit]
    right.write_bytes(
        revised(
            TINY,
            name,
            {
                ("B1", unit, "admitted"): (admitted[0] or 0) + 1,
                ("B2", unit, "admitted"): (admitted[0] or 0) + 1,
                place: members + 1,
            },
        )
    )
    enter(page, serve(changing_store), "/returns?unit=H01")
    upload = page.locator("input[type=file]")
    upload.set_input_files(wrong)
    outcome = page.locator(".outcome")
    expect(outcome).to_contain_text("sai.xlsx: trả lại")
    expect(outcome.get_by_role("cell", name=cell, exact=True).first).to_be_visible()
    upload.set_input_files(right)
    expect(outcome).to_contain_text("dung.xlsx: không có lỗi, nhưng khác bản đang lưu; chưa nộp")
    expect(outcome.get_by_role("cell", name=f"B1!{cell}", exact=True)).to_be_visible()
    outcome.get_by_role("button", name="Nộp tệp này").click()
    expect(outcome).to_contain_text("dung.xlsx: đã tiếp nhận")
    expect(page.get_by_role("link", name="dung.xlsx")).to_be_visible()


@pytest.mark.parametrize("changing_store", ["sqlite"], indirect=True)
def test_an_unknown_header_is_mapped_and_the_file_is_sent_without_being_dropped_again(
    page: Page, serve: Callable[[Store], str], changing_store: Store, tmp_path: Path
) -> None:
    from data.demonstration import make_accounts

    make_accounts(changing_store)
    enter(page, serve(changing_store), "/returns?unit=H01")
    own = tmp_path / "mau-rieng.xlsx"
    own.write_bytes(with_words_of_its_own(revised(TINY, "H01_2020-Q3_dinh-chinh.xlsx", {})))
    page.locator("input[type=file]").set_input_files(own)
    outcome = page.locator(".outcome")
    expect(outcome).to_contain_text("mau-rieng.xlsx: trả lại")
    outcome.get_by_role("button", name="Ghép cột với mẫu biểu").click()
    outcome.get_by_label("Cột D là cột nào của mẫu").first.click()
    page.get_by_role("option", name="Thôn, bản, tổ dân phố chưa có đảng viên", exact=True).click()
    outcome.get_by_role("button", name="Lưu và kiểm tra lại").click()
    expect(outcome.get_by_role("alert")).to_contain_text("các cột D, E được ghép vào cùng một cột của mẫu")
    outcome.get_by_label("Cột D là cột nào của mẫu").first.click()
    page.get_by_role("option", name="Thôn, bản, tổ dân phố", exact=True).click()
    outcome.get_by_role("button", name="Lưu và kiểm tra lại").click()
    expect(outcome).to_contain_text("mau-rieng.xlsx: kiểm tra xong, không có lỗi; chưa nộp")
    outcome.get_by_role("button", name="Nộp tệp này").click()
    expect(outcome).to_contain_text("mau-rieng.xlsx: đã tiếp nhận")


def with_words_of_its_own(content: bytes) -> bytes:
    """The sheet B3 of a workbook with a first column of counts that is named as no form names it."""
    book, changed = openpyxl.load_workbook(io.BytesIO(content), data_only=True), io.BytesIO()
    for name in book.sheetnames:
        if name != "B3":
            del book[name]
    sheet = book["B3"]
    for merged in list(map(str, sheet.merged_cells.ranges)):
        sheet.unmerge_cells(merged)
    for row, words in ((9, None), (10, None), (11, "Các thôn, bản")):
        sheet.cell(row, 4).value = words
    book.save(changed)
    return changed.getvalue()


def test_a_wrong_workbook_is_given_back_with_the_cells_marked_and_its_correction_is_compared(
    page: Page, served: str, tmp_path: Path
) -> None:
    name = "H01_2020-Q3_dinh-chinh.xlsx"
    unit, (members,) = next(iter(values(TINY, name, "B1", "members_end").items()))
    place = ("B1", unit, "members_end")
    content = revised(TINY, name, {place: (members or 0) + 1})
    # Bytes, not a path: to set the same path twice is no change to the browser.
    wrong: FilePayload = {"name": "sai.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    cell = address(content, *place)
    admitted = (values(TINY, name, "B1", "admitted")[unit][0] or 0) + 1
    more = {("B1", unit, "admitted"): admitted, ("B2", unit, "admitted"): admitted, place: (members or 0) + 1}
    right = tmp_path / "dung.xlsx"
    right.write_bytes(revised(TINY, name, more))
    enter(page, served, "/returns?unit=H01")
    page.get_by_role("switch", name="Kiểm tra trước khi nộp").check()
    outcome = page.locator(".outcome")
    for _ in range(2):
        with page.expect_response(lambda answer: "returns-outcomes" in (answer.request.post_data or "")):
            page.locator("input[type=file]").set_input_files(wrong)
        expect(outcome.get_by_role("cell", name=cell, exact=True).first).to_be_visible()
        expect(page.locator(".upload-busy")).to_have_count(0)
        with page.expect_download() as download:
            outcome.get_by_role("button", name="Tải tệp có đánh dấu").click()
        assert download.value.suggested_filename == "sai - kết quả kiểm tra.xlsx"
        download.value.save_as(tmp_path / "marked.xlsx")
        marked = openpyxl.load_workbook(tmp_path / "marked.xlsx")
        assert marked.sheetnames[0] == "Kết quả kiểm tra"
        assert marked["B1"][cell].comment is not None
    page.locator("input[type=file]").set_input_files(right)
    expect(outcome).to_contain_text("So với bản đang lưu, tệp này có 3 ô khác.")
    expect(outcome.get_by_role("cell", name=f"B1!{cell}", exact=True)).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
