"""Outcomes of uploads: findings, differences of a correction, annotated copies."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import openpyxl
from flask.testing import FlaskClient
from openpyxl import Workbook
from werkzeug.test import TestResponse

from data.forms.builtin import BUILTIN
from data.incoming.uploads import Upload, UploadResult, UploadState
from data.language import Text
from data.periods import Period
from data.returns import CellState, Change, Finding, IntakeMode, Outcome, OutcomeStatus, Severity, SourceFile
from data.viewers import SYSTEM
from data.writing.store import Store
from layouts.pages.returns import outcomes
from loaders.sample import TINY
from tests.browser import wait_for_uploads
from tests.layouts.conftest import MakeApp, SignIn
from tests.layouts.pages.test_pages import components, text_of
from tests.workbooks import address, revised, values

NAME = "H01_2020-Q3_dinh-chinh.xlsx"  # the return in force
UNIT, _COUNTS = next(iter(values(TINY, NAME, "B1", "members_end").items()))
MEMBERS = _COUNTS[0] or 0
PLACE = ("B1", UNIT, "members_end")
SUMMARY = "Kết quả kiểm tra"
AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
FILE = Upload(
    id=7,
    name="x.xlsx",
    sha256="",
    mode=IntakeMode.ASK,
    state=UploadState.ANSWERED,
    status=OutcomeStatus.CHECKED,
    at=AT,
    answered_at=AT,
)


def trigger(client: FlaskClient, given: str, state: Mapping[str, Any], pressed: dict[str, Any] | None = None) -> Any:
    """Triggers the callback of a component property as the browser does."""
    client.get("/returns")
    known = json.loads(client.get("/_dash-dependencies").get_data())
    found = next(each for each in known if any(given in one["id"] for one in each["inputs"]))
    output = found["output"].strip(".")
    targets = [dict(zip(("id", "property"), one.rsplit(".", 1), strict=True)) for one in output.split("...")]
    inputs = [_input(one, given, pressed) for one in found["inputs"]]
    where = given if pressed is None else json.dumps(pressed, sort_keys=True, separators=(",", ":"))
    changed = next(one["property"] for one in found["inputs"] if given in one["id"])
    body = {
        "output": found["output"],
        "outputs": targets if len(targets) > 1 else targets[0],
        "inputs": inputs,
        "state": [{**one, "value": state.get(f"{one['id']}.{one['property']}")} for one in found["state"]],
        "changedPropIds": [f"{where}.{changed}"],
    }
    return client.post("/_dash-update-component", json=body, headers=token(client))


def _input(one: Mapping[str, Any], given: str, pressed: dict[str, Any] | None) -> Any:
    held = {"property": one["property"], "value": 1 if given in one["id"] else None}
    if not one["id"].startswith("{"):
        return {"id": one["id"], **held}
    return [{"id": pressed, **held}] if pressed and given in one["id"] else []


def token(client: FlaskClient) -> dict[str, str]:
    """The CSRF header."""
    cookie = client.get_cookie("_csrf_token")
    assert cookie is not None
    return {"X-CSRFToken": cookie.value}


def post_file(client: FlaskClient, content: bytes, name: str, *, check: bool = False) -> Any:
    """The response to a file uploaded as the page's script does."""
    client.get("/returns")
    form = {"file": (io.BytesIO(content), name), **({"check": "1"} if check else {})}
    return client.post("/_upload", data=form, headers=token(client))


def poll(client: FlaskClient, shown: Any = None) -> dict[str, Any]:
    """The update that polling returns; without `shown`, the full list."""
    answer = trigger(client, "returns-tick", {"returns-shown.data": shown})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = json.loads(answer.get_data())["response"]
    return found


def cards(client: FlaskClient) -> list[Any]:
    """The cards of the account's uploads once all are processed."""
    found = poll(client)
    while not found["returns-tick"]["disabled"]:
        wait_for_uploads()
        found = poll(client)
    # An empty list is not sent where none is displayed.
    return [row["props"]["children"] for row in found.get("returns-outcomes", {"children": []})["children"]]


def upload(client: FlaskClient, *contents: bytes, check: bool = True) -> list[Any]:
    """Uploads files together and returns their cards."""
    for number, content in enumerate(contents, start=1):
        answer = post_file(client, content, f"tệp {number}.xlsx", check=check)
        assert answer.status_code == 202, answer.get_data(as_text=True)
    return cards(client)[-len(contents) :]


def follow_link(client: FlaskClient, card: Any) -> TestResponse:
    """The response to the link of a card."""
    (link,) = (part for part in components(card) if part["type"] == "A")
    return client.get(link["props"]["href"])


def click_button(client: FlaskClient, card: Any, kind: str) -> Any:
    """The response to a button of a card."""
    return trigger(client, kind, {}, button(card, kind)["props"]["id"])


def send(client: FlaskClient, card: Any) -> Any:
    """Submits a checked file and returns its card."""
    number = button(card, outcomes.SUBMIT_BUTTON)["props"]["id"]["upload"]
    answer = click_button(client, card, outcomes.SUBMIT_BUTTON)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return next(
        each for each in cards(client) if button(each, outcomes.DISMISS_BUTTON)["props"]["id"]["upload"] == number
    )


def button(card: Any, kind: str) -> Any:
    return next(
        part
        for part in components(card)
        if "type" in (part["props"].get("id") or ()) and part["props"]["id"]["type"] == kind
    )


def opened(answer: TestResponse) -> tuple[str, Workbook]:
    """Name and workbook of a download."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    name = unquote(answer.headers["Content-Disposition"].partition("UTF-8''")[2])
    return name, openpyxl.load_workbook(io.BytesIO(answer.get_data()))


def people() -> bytes:
    """A workbook that lists persons."""
    book, content = Workbook(), io.BytesIO()
    assert book.active is not None
    for line in (["STT", "Họ và tên", "Số thẻ đảng"], [1, "Nguyễn Văn An", "012345"], [2, "Trần Thị Bình", "012346"]):
        book.active.append(line)
    book.save(content)
    return content.getvalue()


def test_a_checked_correction_says_cell_by_cell_what_it_would_change(
    make_app: MakeApp, sign_in: SignIn, changing_store: Store
) -> None:
    (admitted,) = values(TINY, NAME, "B1", "admitted")[UNIT]
    one_more = (admitted or 0) + 1
    changed = {PLACE: MEMBERS + 1, ("B1", UNIT, "admitted"): one_more, ("B2", UNIT, "admitted"): one_more}
    content = revised(TINY, NAME, changed)
    (card,) = upload(sign_in(make_app(changing_store), "district1"), content)
    assert "So với bản đang lưu, tệp này có 3 ô khác." in text_of(card)
    rows = [part["props"]["data"]["body"] for part in components(card) if part["type"] == "Table"][-1]
    row = next(row for row in rows if row[0] == f"B1!{address(content, *PLACE)}")
    assert UNIT in row[1]
    assert row[2:] == ["Quý III năm 2020", row[3], str(MEMBERS), str(MEMBERS + 1)]
    assert {row[0].partition("!")[0] for row in rows} == {"B1", "B2"}


def test_many_changes_are_counted_and_the_first_listed() -> None:
    change = Change(
        form="B1",
        period="2020-Q3",
        unit="H01.1",
        measure="members_end",
        old=1234,
        new=CellState.NO_LINE,
        old_file="cũ.xlsx",
        old_sheet="B1",
        old_cell="F17",
        new_sheet="B1",
        new_cell="",
    )
    outcome = Outcome(file="x.xlsx", status=OutcomeStatus.CHECKED, changes=(change,) * 200)
    made = outcomes.card(FILE, UploadResult(outcome=outcome, change_count=1250), BUILTIN)
    card = json.loads(json.dumps(made.to_plotly_json(), default=lambda c: c.to_plotly_json()))
    assert "1.250 ô khác. Dưới đây là 200 ô đầu." in text_of(card)
    (table,) = (part for part in components(card) if part["type"] == "Table")
    rows = table["props"]["data"]["body"]
    assert len(rows) == 200
    assert [rows[0][0], *rows[0][4:]] == ["bản đang lưu: B1!F17", "1.234", "không có dòng"]


def test_a_refused_file_is_returned_annotated_and_not_stored(
    make_app: MakeApp, sign_in: SignIn, changing_store: Store
) -> None:
    client = sign_in(make_app(changing_store), "district1")
    good = revised(TINY, NAME, {})
    wrong = revised(TINY, NAME, {PLACE: MEMBERS + 7})
    _, card = upload(client, good, wrong)
    assert "Tải tệp có đánh dấu" in text_of(card)
    name, book = opened(follow_link(client, card))
    assert name == "tệp 2 - kết quả kiểm tra.xlsx"
    assert book.sheetnames[0] == SUMMARY
    cell = book["B1"][address(wrong, *PLACE)]
    assert cell.comment is not None
    assert SourceFile(name="", content=wrong).sha256 not in {
        receipt.sha256 for receipt in changing_store.reader(SYSTEM).receipts(1000)
    }


def test_only_findings_are_returned_for_a_file_that_lists_people(
    make_app: MakeApp, sign_in: SignIn, changing_store: Store
) -> None:
    client = sign_in(make_app(changing_store), "district1")
    content = people()
    (card,) = upload(client, content)
    assert "Tải danh sách lỗi" in text_of(card)
    assert "đánh dấu" not in text_of(card)
    _, book = opened(follow_link(client, card))
    assert book.sheetnames == [SUMMARY]
    assert "Nguyễn" not in " ".join(str(cell.value) for row in book[SUMMARY].iter_rows() for cell in row)


def test_a_file_without_findings_has_nothing_to_mark(make_app: MakeApp, sign_in: SignIn, changing_store: Store) -> None:
    (card,) = upload(sign_in(make_app(changing_store), "district1"), revised(TINY, NAME, {}))
    (only,) = (part for part in components(card) if part["type"] == "Button")
    assert "Nộp tệp này" in text_of(only)
    assert not any(part["type"] == "A" for part in components(card))


def test_the_warnings_of_an_accepted_file_are_marked_although_it_is_stored(
    make_app: MakeApp, sign_in: SignIn, changing_store: Store
) -> None:
    client = sign_in(make_app(changing_store), "district1")
    (start,) = values(TINY, NAME, "B1", "members_start")[UNIT]
    content = revised(TINY, NAME, {("B1", UNIT, "members_start"): (start or 0) + 1, PLACE: MEMBERS + 1})
    (waiting,) = upload(client, content, check=False)
    card = send(client, waiting)
    assert "đã tiếp nhận" in text_of(card)
    _, book = opened(follow_link(client, card))
    assert any(cell.comment for row in book["B1"].iter_rows() for cell in row)


def test_accounts_that_may_not_upload_are_refused(make_app: MakeApp, sign_in: SignIn, changing_store: Store) -> None:
    pages = make_app(changing_store)
    wrong = revised(TINY, NAME, {PLACE: MEMBERS + 7})
    (card,) = upload(sign_in(pages, "district1"), wrong)
    client = sign_in(pages, "viewer")
    assert post_file(client, wrong, "b1.xlsx").status_code == 403
    assert trigger(client, "returns-tick", {}).status_code == 403
    assert follow_link(client, card).status_code == 403


def test_another_districts_file_is_refused_without_revealing_the_return_in_force(
    make_app: MakeApp, sign_in: SignIn, changing_store: Store
) -> None:
    name = "H02_2020-Q3.xlsx"
    unit, (members,) = next(iter(values(TINY, name, "B1", "members_end").items()))
    foreign = revised(TINY, name, {("B1", unit, "members_end"): (members or 0) + 1})
    client = sign_in(make_app(changing_store), "district1")
    (card,) = upload(client, foreign)
    assert "trả lại" in text_of(card)
    assert "So với bản đang lưu" not in text_of(card)
    _, book = opened(follow_link(client, card))
    assert book.sheetnames[0] == SUMMARY


def test_a_correction_is_stored_only_once_submitted(make_app: MakeApp, sign_in: SignIn, changing_store: Store) -> None:
    client = sign_in(make_app(changing_store), "district1")
    (admitted,) = values(TINY, NAME, "B1", "admitted")[UNIT]
    one_more = (admitted or 0) + 1
    changed = {PLACE: MEMBERS + 1, ("B1", UNIT, "admitted"): one_more, ("B2", UNIT, "admitted"): one_more}
    content = revised(TINY, NAME, changed)

    def members() -> int:
        return changing_store.reader(SYSTEM).closings("H01", "B1", "members_end", Period.parse("2020-Q3"))[UNIT]

    (card,) = upload(client, content, check=False)
    assert "khác bản đang lưu hoặc có điều cần xem lại; chưa nộp" in text_of(card)
    assert "tệp này có 3 ô khác" in text_of(card)
    assert members() == MEMBERS
    assert "đã tiếp nhận, thay bản nộp trước" in text_of(send(client, card))
    assert members() == MEMBERS + 1


def test_only_a_file_with_an_unknown_header_can_be_mapped() -> None:
    def maps(code: str) -> bool:
        found = Finding(code=code, severity=Severity.ERROR, message=Text("a", "b"), sheet="B1")
        outcome = Outcome(file="x.xlsx", status=OutcomeStatus.REFUSED, findings=(found,))
        return outcomes.MAP_BUTTON in str(outcomes.card(FILE, UploadResult(outcome=outcome), BUILTIN))

    asked = ("missing_column", "unknown_form", "negative", "personal_data")
    assert [maps(code) for code in asked] == [True, True, False, False]
