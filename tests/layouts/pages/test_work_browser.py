"""The Board's working pages in a real browser: compare, find what lags, plan."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
from openpyxl import Workbook
from playwright.sync_api import FilePayload, Page, expect

from loaders.sample import TINY
from tests.browser import enter, headline, sign_in
from tests.workbooks import address, revised, values


def test_the_overview_leads_to_a_lagging_unit_its_cells_and_the_workbook(page: Page, served: str) -> None:
    sign_in(page, served)
    expect(headline(page)).to_be_visible()
    stuck = page.locator(".answer").filter(has_text="Vướng ở đâu").get_by_role("link").first
    unit = stuck.inner_text()
    stuck.click()
    expect(page).to_have_url(re.compile("/trend.*unit=H0"))
    expect(headline(page)).to_contain_text(unit)
    page.get_by_role("navigation").get_by_role("link", name="Chi bộ cần quan tâm", exact=True).click()
    expect(page).to_have_url(re.compile("/lagging.*unit=H0"))
    page.locator("#lagging-grid .cell-name").first.click()
    profile = page.get_by_role("dialog", name="Hồ sơ theo dõi chi bộ")
    profile.locator("a[href*='point=']").first.click()
    workings = page.get_by_role("dialog").filter(has_text="Công thức")
    source = workings.locator("a[href^='/download/file/']").first
    match = re.search(r"\.xlsx (\w+)!([A-Z]+\d+)", workings.inner_text())
    assert match is not None
    with page.expect_download() as download:
        source.click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()), data_only=True)
    assert isinstance(book[match[1]][match[2]].value, int)
    for path in ("/lagging.*cell=", "/lagging", "/trend.*unit=H0"):
        page.go_back()
        expect(page).to_have_url(re.compile(path))
    expect(headline(page)).to_contain_text(unit)


def test_the_board_compares_units_and_drills_down_to_workbook_cells(page: Page, served: str) -> None:
    enter(page, served, "/compare?period=2019")
    expect(headline(page)).to_contain_text("tỷ lệ trưởng thôn là đảng viên")
    page.get_by_role("columnheader", name="Tỷ lệ trưởng thôn là đảng viên").click()
    expect(page).to_have_url(re.compile("sort=village_heads_member_share.asc"))
    page.locator("#compare-heat").get_by_role("gridcell", name=re.compile("^[✓✗]")).first.click()
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


def test_the_board_filters_the_list_notes_many_cells_and_corrects_one(page: Page, changing: str) -> None:
    enter(page, changing, "/lagging?period=2019-Q4")
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


def test_the_board_moves_the_target_edits_an_allocation_and_downloads_it(page: Page, served: str) -> None:
    enter(page, served, "/plans")
    expect(headline(page)).to_contain_text("kế hoạch năm")
    before = page.locator("#plans-gap-title").inner_text()
    page.get_by_role("slider").focus()
    page.keyboard.press("End")
    expect(page.locator("#plans-gap-title")).not_to_have_text(before)
    expect(page).to_have_url(re.compile("target=100"))
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
    page.get_by_label("Ngày quyết định").fill("20/12/2020")
    page.get_by_label("Ngày quyết định").press("Enter")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải biểu KH").click()
    assert download.value.suggested_filename == "KH_T_2021.xlsx"
    page.goto(page.url)
    expect(page.locator("#plans-left")).to_contain_text("chưa giao")


def test_a_refused_workbook_is_fixed_in_its_annotated_copy_and_resubmitted(
    page: Page, changing: str, tmp_path: Path
) -> None:
    name = "H01_2020-Q3_dinh-chinh.xlsx"
    unit, (members, admitted) = next(iter(values(TINY, name, "B1", "members_end", "admitted").items()))
    assert members is not None
    content = revised(TINY, name, {("B1", unit, "members_end"): members + 1})
    cell = address(content, "B1", unit, "members_end")
    # Bytes, not a path: setting the same path twice fires no change event.
    wrong: FilePayload = {"name": "sai.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    enter(page, changing, "/trend?unit=H01&indicator=members&frequency=quarter&period=2020-Q3")
    before = headline(page).inner_text()
    page.goto(f"{changing}/returns?unit=H01")
    outcome = page.locator(".outcome")
    for _ in range(2):
        with page.expect_response(lambda answer: answer.url.endswith("/_upload")):
            page.locator("input[type=file]").set_input_files(wrong)
        expect(page.locator(".upload-line")).to_have_count(0)
        expect(outcome).to_contain_text("sai.xlsx: trả lại")
        expect(outcome.get_by_role("cell", name=cell, exact=True).first).to_be_visible()
        expect(outcome).to_have_count(1)
    with page.expect_download() as download:
        outcome.get_by_role("link", name="Tải tệp có đánh dấu").click()
    assert download.value.suggested_filename == "sai - kết quả kiểm tra.xlsx"
    download.value.save_as(tmp_path / "marked.xlsx")
    marked = openpyxl.load_workbook(tmp_path / "marked.xlsx", data_only=True)
    assert marked.sheetnames[0] == "Kết quả kiểm tra"
    assert marked["B1"][cell].comment is not None
    more = {("B1", unit, "admitted"): (admitted or 0) + 1, ("B2", unit, "admitted"): (admitted or 0) + 1}
    put_right(marked, revised(TINY, name, {("B1", unit, "members_end"): members + 1, **more}))
    marked.save(tmp_path / "dung.xlsx")
    outcome.get_by_role("button", name="Cất thẻ của tệp sai.xlsx").click()
    expect(outcome).to_have_count(0)
    page.locator("input[type=file]").set_input_files(tmp_path / "dung.xlsx")
    expect(outcome).to_contain_text("dung.xlsx: không có lỗi, nhưng khác bản đang lưu hoặc có điều cần xem lại")
    expect(outcome.get_by_role("cell", name=f"B1!{cell}", exact=True)).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
    outcome.get_by_role("button", name="Nộp tệp này").click()
    expect(outcome).to_contain_text("dung.xlsx: đã tiếp nhận")
    expect(page.get_by_role("link", name="dung.xlsx")).to_be_visible()
    page.goto(f"{changing}/trend?unit=H01&indicator=members&frequency=quarter&period=2020-Q3")
    expect(headline(page)).not_to_have_text(before)


def put_right(marked: Workbook, content: bytes) -> None:
    """Overwrites cells that differ from a correct workbook, with totals recalculated as an office program would."""
    right = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    for form in ("B1", "B2"):
        for cell in (cell for row in right[form].iter_rows() for cell in row):
            if isinstance(cell.value, int) and marked[form][cell.coordinate].value != cell.value:
                marked[form][cell.coordinate].value = cell.value


def test_an_unknown_header_is_mapped_and_the_file_is_reread_without_another_upload(
    page: Page, changing: str, tmp_path: Path
) -> None:
    enter(page, changing, "/returns?unit=H01")
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
    """Sheet B3 of a workbook with an unknown header on its first count column."""
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
