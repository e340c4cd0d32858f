"""Processing of uploads: survives dying processes, visible to the sender alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from data.incoming.queue import LEASE, MAX_ATTEMPTS, UploadQueue
from data.incoming.uploads import MAX_FILE_BYTES, Upload, Uploads, UploadState
from data.people.accounts import Accounts
from data.returns import IntakeMode, Outcome, OutcomeStatus, SourceFile
from data.upkeep.audit_log import LogFilter, read_log
from data.viewers import SYSTEM, Role, Viewer
from data.writing.store import Store
from layouts.app import create_app
from layouts.pages.returns import outcomes, uploads
from loaders.sample import TINY
from loaders.workbook_services import WorkbookServices
from tests.browser import wait_for_uploads
from tests.layouts.conftest import SECRET, MakeApp, SignIn, accounts
from tests.layouts.pages.test_outcomes import (
    FILE,
    MEMBERS,
    NAME,
    PLACE,
    button,
    cards,
    click_button,
    poll,
    post_file,
    token,
    trigger,
)
from tests.layouts.pages.test_pages import shown, text_of
from tests.layouts.web.test_faults import correction
from tests.workbooks import revised

DISTRICT = Viewer("district1", Role.DISTRICT, "H01")


class FailingDesk(WorkbookServices):
    """Services of which the first loads fail as no file should make them."""

    faults = 0

    def load(
        self,
        source: SourceFile,
        viewer: Viewer,
        mode: IntakeMode,
        received_at: datetime | None = None,
        confirmed: frozenset[int] | None = None,
    ) -> Outcome:
        FailingDesk.faults -= 1
        if FailingDesk.faults >= 0:
            raise RuntimeError("of the application, not of the file")
        return super().load(source, viewer, mode, received_at, confirmed)


@pytest.fixture
def wrong() -> bytes:
    """A return with an error."""
    return revised(TINY, NAME, {PLACE: MEMBERS + 7})


def ahead(store: Store, by: timedelta) -> Store:
    """The same store with a clock that is ahead."""
    return Store(store.engine, lambda: datetime.now(UTC) + by)


def enqueue(store: Store, content: bytes, name: str = "b1.xlsx") -> Uploads:
    accounts(store)
    mine = Uploads(store, DISTRICT)
    mine.add(SourceFile(name=name, content=content), IntakeMode.ASK)
    return mine


def test_uploads_are_visible_in_all_sessions_of_the_sender_and_to_nobody_else(
    make_app: MakeApp, sign_in: SignIn, changing_store: Store, wrong: bytes
) -> None:
    pages = make_app(changing_store)
    assert post_file(sign_in(pages, "district1"), wrong, "sai.xlsx").status_code == 202
    wait_for_uploads()
    elsewhere, other = sign_in(make_app(changing_store), "district1"), sign_in(pages, "board")
    assert "sai.xlsx: trả lại" in text_of(shown(elsewhere, "/returns"))
    assert "Đã nhận 0/1 tệp; 1 tệp trả lại." in text_of(shown(elsewhere, "/returns"))
    (card,) = cards(elsewhere)
    assert "sai.xlsx: trả lại" not in text_of(shown(other, "/returns"))
    assert cards(other) == []
    number = button(card, outcomes.DISMISS_BUTTON)["props"]["id"]["upload"]
    assert other.get(f"/download/marked/{number}").status_code == 404
    again = {"type": outcomes.RETRY_BUTTON, "upload": number}
    assert trigger(other, outcomes.RETRY_BUTTON, {}, again).status_code == 404
    assert click_button(other, card, outcomes.DISMISS_BUTTON).status_code == 200
    assert len(cards(elsewhere)) == 1
    assert click_button(elsewhere, card, outcomes.DISMISS_BUTTON).status_code == 200
    assert cards(elsewhere) == []
    assert elsewhere.get(f"/download/marked/{number}").status_code == 404


def test_polling_returns_changes_only_and_stops_when_all_are_processed(
    make_app: MakeApp, sign_in: SignIn, changing_store: Store, wrong: bytes
) -> None:
    client = sign_in(make_app(changing_store), "district1")
    post_file(client, wrong, "sai.xlsx")
    wait_for_uploads()
    first = poll(client)
    assert first["returns-tick"]["disabled"]
    shown_now = first["returns-shown"]["data"]
    assert "returns-outcomes" not in poll(client, shown_now)
    before = [[number, "waiting "] for number, _ in shown_now]
    answer = trigger(
        client, "returns-tick", {"returns-shown.data": before, "returns-version.data": first["returns-version"]["data"]}
    )
    body = json.loads(answer.get_data())
    assert not {"returns-outcomes", "returns-version"} & body["response"].keys()
    refreshed = trigger(client, "returns-version", {"_pages_location.search": ""})
    assert "sai.xlsx" in text_of(json.loads(refreshed.get_data())["response"]["returns-receipts"]["children"])
    assert ["sai.xlsx: trả lại" in text_of(each["children"]) for each in body["sideUpdate"].values()] == [True]


def test_unacceptable_files_are_rejected_on_upload_with_the_reason(
    make_app: MakeApp, sign_in: SignIn, changing_store: Store, wrong: bytes
) -> None:
    pages = make_app(changing_store)
    client = sign_in(pages, "district1")
    assert "lưu thành .xlsx" in post_file(client, b"%PDF", "quyet-dinh.pdf").get_json()["message"]
    assert "lớn hơn 10 MB" in post_file(client, b"x" * (MAX_FILE_BYTES + 1), "lon.xlsx").get_json()["message"]
    assert post_file(client, b"x" * (MAX_FILE_BYTES * 2), "lon.xlsx").status_code == 413
    assert client.post("/_upload", headers=token(client)).status_code == 400
    assert client.post("/_upload", data={"file": (b"", "b1.xlsx")}).status_code == 400
    assert pages.server.test_client().post("/_upload").status_code == 401
    assert post_file(sign_in(pages, "viewer"), wrong, "sai.xlsx").status_code == 403
    assert cards(client) == []


def test_an_internal_error_is_reported_with_its_id_and_the_file_can_be_retried(
    sign_in: SignIn, changing_store: Store, wrong: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    accounts(changing_store)
    client = sign_in(create_app(changing_store, FailingDesk(changing_store), secret_key=SECRET), "district1")
    FailingDesk.faults = 1
    post_file(client, wrong, "sai.xlsx")
    post_file(client, wrong + b" ", "khac.xlsx")
    failed, other = cards(client)
    (number,) = (record.fields["request"] for record in caplog.records if hasattr(record, "fields") and record.exc_info)
    assert f"(số {number})" in text_of(failed)
    assert "khac.xlsx: trả lại" in text_of(other)
    assert click_button(client, failed, outcomes.RETRY_BUTTON).status_code == 200
    assert "sai.xlsx: trả lại" in text_of(cards(client)[0])


def abandon(store: Store, attempts: int = 1) -> None:
    """Claims the queued upload that many times and abandons it."""
    for attempt in range(attempts):
        assert UploadQueue(ahead(store, LEASE * 1.1 * attempt)).claim() is not None


def opened_later(sign_in: SignIn, store: Store, attempts: int) -> FlaskClient:
    seen = ahead(store, LEASE * 1.1 * attempts)
    return sign_in(create_app(seen, WorkbookServices(seen), secret_key=SECRET), "district1")


def test_an_abandoned_upload_is_processed_by_another_process(
    sign_in: SignIn, changing_store: Store, wrong: bytes
) -> None:
    enqueue(changing_store, wrong)
    abandon(changing_store)
    (card,) = cards(opened_later(sign_in, changing_store, 1))
    assert "b1.xlsx: trả lại" in text_of(card)


def test_a_file_that_kills_every_process_is_given_up_and_reported(
    sign_in: SignIn, changing_store: Store, wrong: bytes
) -> None:
    enqueue(changing_store, wrong)
    abandon(changing_store, MAX_ATTEMPTS)
    (card,) = cards(opened_later(sign_in, changing_store, MAX_ATTEMPTS))
    assert "chưa đọc được do lỗi của hệ thống" in text_of(card)


def test_a_file_stored_by_a_process_that_died_before_answering_is_accepted(
    sign_in: SignIn, changing_store: Store
) -> None:
    enqueue(changing_store, correction())
    claimed = UploadQueue(changing_store).claim()
    assert claimed is not None
    stored = WorkbookServices(changing_store).load(claimed.source, DISTRICT, IntakeMode.STORE, claimed.received_at)
    assert stored.status is OutcomeStatus.SUPERSEDED
    (card,) = cards(opened_later(sign_in, changing_store, 1))
    assert "đã tiếp nhận, thay bản nộp trước" in text_of(card)


def test_uploads_of_a_disabled_account_are_dropped(
    make_app: MakeApp, sign_in: SignIn, changing_store: Store, wrong: bytes
) -> None:
    mine = enqueue(changing_store, wrong)
    Accounts(changing_store).disable("district1")
    post_file(sign_in(make_app(changing_store), "board"), wrong + b" ", "khac.xlsx")
    wait_for_uploads()
    assert mine.list() == ()


def test_a_return_is_received_when_uploaded_and_logged_once(
    make_app: MakeApp, sign_in: SignIn, changing_store: Store, wrong: bytes
) -> None:
    mine = enqueue(changing_store, wrong)
    (sent,) = mine.list()
    cards(sign_in(make_app(changing_store), "district1"))
    receipt = changing_store.reader(SYSTEM).receipts(1)[0]
    assert (receipt.received_at, receipt.sender, receipt.status) == (sent.at, "district1", OutcomeStatus.REFUSED)
    entries = read_log(changing_store.engine, SYSTEM, LogFilter(actor="district1")).entries
    assert [entry.action.value for entry in entries] == ["refused"]


def files(**counts: int) -> list[Upload]:
    made: list[Upload] = []
    for name, count in counts.items():
        if name in set(UploadState):
            made += [replace(FILE, state=UploadState(name), status=None, answered_at=None)] * count
        else:
            made += [replace(FILE, status=OutcomeStatus(name) if name != "failed" else None)] * count
    return made


@pytest.mark.parametrize(
    ("sent", "unsent", "said"),
    [
        (files, 0, ""),
        (files, 3, "Đã nhận 0/3 tệp; còn 3 tệp đang gửi."),
        (
            lambda: files(accepted=12, superseded=1, already_stored=1, refused=1, reading=1),
            0,
            "Đã nhận 14/16 tệp; 1 tệp trả lại; còn 1 tệp đang đọc.",
        ),
        (lambda: files(checked=2, failed=1, waiting=1), 1, "Đã nhận 0/5 tệp; 2 tệp chưa nộp; 1 tệp chưa đọc được"),
    ],
)
def test_the_summary_counts_the_outcomes(sent: Callable[[], list[Upload]], unsent: int, said: str) -> None:
    assert uploads._summary(sent(), unsent).startswith(said)


def test_garbage_from_the_browser_is_ignored(make_app: MakeApp, sign_in: SignIn, changing_store: Store) -> None:
    client = sign_in(make_app(changing_store), "district1")
    shapes: list[Any] = [[], 7, [[1]], [["a", "b"]], [[[], 1]], "x", {"1": 2}]
    for garbage in shapes:
        state = {"returns-shown.data": garbage, "returns-version.data": garbage}
        assert trigger(client, "returns-tick", state).status_code == 200
    for number in ("0", "-1", "9" * 30, "x", None, 2**31):
        again = {"type": outcomes.RETRY_BUTTON, "upload": number}
        assert trigger(client, outcomes.RETRY_BUTTON, {}, again).status_code == 404
        assert client.get(f"/download/marked/{number}").status_code == 404
