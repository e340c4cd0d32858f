"""Uploads in a real browser: progress, a reload midway, a network outage."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Locator, Page, expect

from data.incoming.queue import UploadQueue
from data.incoming.uploads import UploadResult, Uploads
from data.returns import IntakeMode, SourceFile
from data.viewers import Role, Viewer
from loaders.sample import TINY
from tests.browser import Switchboard, enter
from tests.layouts.pages.test_outcomes import MEMBERS, NAME, PLACE
from tests.workbooks import revised, values

SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000}
FREE = {**SLOW, "uploadThroughput": -1}


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def sent(number: int) -> FilePayload:
    """A return with an error, distinct for each number."""
    return payload(f"tep-{number}.xlsx", revised(TINY, NAME, {PLACE: MEMBERS + 100 + number}))


def drop(page: Page, *files: FilePayload) -> None:
    page.locator("input[type=file]").set_input_files(list(files))


def upload_row(page: Page, name: str) -> Locator:
    return page.locator(".upload-line").filter(has_text=name)


def fits(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))


def test_dropped_files_survive_a_reload_and_are_all_processed(
    page: Page, changing: str, switchboard: Switchboard
) -> None:
    enter(page, changing, "/returns")
    # Another process holds a claim of this account: the others stay queued as long as the test wants.
    account = "tochuc"
    Uploads(switchboard.store, Viewer(account, Role.BOARD)).add(
        SourceFile(name="dau.xlsx", content=b"x"), IntakeMode.CHECK
    )
    queue = UploadQueue(switchboard.store)
    elsewhere = queue.claim()
    assert elsewhere is not None
    page.set_viewport_size({"width": 360, "height": 800})
    drop(page, *map(sent, range(1, 6)), payload("quyet-dinh.pdf", b"%PDF"))
    expect(page.get_by_role("alert").filter(has_text="quyet-dinh.pdf")).to_contain_text("lưu thành .xlsx")
    summary = page.get_by_role("status").filter(has_text="Đã nhận")
    expect(summary).to_have_text("Đã nhận 0/6 tệp; còn 6 tệp đang đọc.")
    expect(upload_row(page, "tep-5.xlsx")).to_contain_text("chờ đọc")
    expect(page.get_by_role("progressbar", name="dau.xlsx")).to_be_visible()
    assert fits(page)
    page.reload()
    expect(summary).to_have_text("Đã nhận 0/6 tệp; còn 6 tệp đang đọc.")
    expect(page.locator(".upload-line")).to_have_count(6)
    queue.complete(elsewhere, UploadResult(fault="0123456789abcdef"))
    expect(summary).to_have_text("Đã nhận 0/6 tệp; 5 tệp trả lại; 1 tệp chưa đọc được.")
    expect(page.locator(".outcome-title").last).to_contain_text("tep-5.xlsx: trả lại, có 1 lỗi")
    assert fits(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Cất thẻ của tệp dau.xlsx").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".outcome")).to_have_count(5)
    page.get_by_role("button", name="Cất các tệp đã xong").click()
    expect(page.locator(".outcome")).to_have_count(0)
    expect(page.locator("#returns-summary")).to_be_empty()


def test_progress_is_shown_and_a_network_outage_loses_nothing(page: Page, changing: str, faults: list[str]) -> None:
    enter(page, changing, "/returns")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    drop(page, payload("lon.txt", b"\x00" * 1_500_000), sent(1))
    expect(upload_row(page, "lon.txt")).to_contain_text(re.compile(r"đang gửi [1-9]\d? %"))
    expect(upload_row(page, "tep-1.xlsx")).to_contain_text("chờ gửi")
    network.send("Network.emulateNetworkConditions", FREE)
    for name in ("lon.txt", "tep-1.xlsx"):
        expect(page.locator(".outcome").filter(has_text=name)).to_contain_text("trả lại")
    assert faults == []
    page.context.set_offline(True)
    drop(page, sent(2))
    expect(page.get_by_role("alert").filter(has_text="tep-2.xlsx")).to_contain_text("mất kết nối")
    page.context.set_offline(False)  # fires the online event
    expect(page.locator(".outcome").filter(has_text="tep-2.xlsx")).to_contain_text("trả lại")
    expect(page.locator("#returns-sending")).to_be_empty()
    unexpected = [
        fault for fault in faults if "ERR_INTERNET_DISCONNECTED" not in fault and "did not respond" not in fault
    ]
    faults.clear()
    assert unexpected == []


def test_a_correction_shows_its_effect_and_is_withdrawn_again(page: Page, changing: str) -> None:
    enter(page, changing, "/returns?unit=H01&period=2020-Q3")
    (admitted,) = values(TINY, NAME, "B1", "admitted")[PLACE[1]]
    more = (admitted or 0) + 1
    changed = {PLACE: MEMBERS + 1, ("B1", PLACE[1], "admitted"): more, ("B2", PLACE[1], "admitted"): more}
    drop(page, payload("dinh-chinh-2.xlsx", revised(TINY, NAME, changed)))
    card = page.locator(".outcome").filter(has_text="dinh-chinh-2.xlsx")
    expect(card.locator(".outcome-title")).to_contain_text("chờ xác nhận")
    expect(card.locator(".difference")).to_contain_text("giá trị hoặc kết luận thay đổi")
    expect(card.locator(".difference li").first).to_contain_text("lên")
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_function("() => document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    card.get_by_role("button", name="Nộp tệp này").click()
    expect(card.locator(".outcome-title")).to_contain_text("đã tiếp nhận, thay bản nộp trước")
    row = page.locator(".versions tr").filter(has_text="dinh-chinh-2.xlsx")
    row.get_by_role("button", name="Rút lại").click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("Nếu rút lại")
    form.get_by_role("button", name="Rút lại").click()
    expect(form.get_by_role("alert")).to_have_text("Hãy ghi lý do rút lại.")
    form.get_by_label("Lý do").fill("nộp nhầm tệp")
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_function("() => document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    form.get_by_role("button", name="Rút lại").click()
    expect(page.locator("#returns-notices")).to_contain_text("lý do: nộp nhầm tệp")
    expect(row).to_contain_text("Đã rút lại lúc")
    expect(row.get_by_role("button", name="Rút lại")).to_have_count(0)
