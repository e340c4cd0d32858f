"""The whole way of a return through the API: a period is opened, a return sent, asked about, confirmed, withdrawn."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from data.people.accounts import Accounts
from data.people.tokens import Tokens
from data.periods import Period
from data.viewers import SYSTEM, Role, Scope
from data.writing.store import Store
from layouts.app import create_app
from layouts.views.effects import assess
from loaders.sample import TINY
from loaders.workbook_services import WorkbookServices
from tests.browser import wait_for_uploads
from tests.workbooks import revised, values

RETURN, PERIOD, DISTRICT = "H01_2020-Q2.xlsx", Period.parse("2020-Q2"), "H01"
Send = Callable[..., Any]


@pytest.fixture(scope="module")
def client(own_province: Store) -> FlaskClient:
    services = WorkbookServices(own_province, assess=assess)
    made: FlaskClient = create_app(own_province, services, secret_key="only for tests").server.test_client()
    return made


@pytest.fixture(scope="module")
def send(client: FlaskClient, own_province: Store) -> Send:
    """Sends a request with the token of an account: (account, method, path, body) -> response."""
    accounts, tokens = Accounts(own_province), Tokens(own_province)
    accounts.add("ban", "một mật khẩu dài", Role.BOARD)
    accounts.add("huyện", "một mật khẩu dài", Role.DISTRICT, DISTRICT)
    secrets = {name: tokens.issue(name, "máy", {Scope.LOAD}, 30)[1] for name in ("ban", "huyện")}
    secrets["chỉ đọc"] = tokens.issue("ban", "máy", {Scope.READ}, 30)[1]

    def sent(account: str, method: str, path: str, **body: Any) -> Any:
        given = {"Authorization": f"Bearer {secrets[account]}"} if account else {}
        return client.open(f"/api/v1/{path}", method=method, headers=given, **body)

    return sent


def workbook(more: int) -> bytes:
    """The return with more village heads who are members: one in each of its first villages with room for them."""
    given = values(TINY, RETURN, "B3", "village_heads", "village_heads_members")
    room = [(unit, row[1] or 0) for unit, row in given.items() if (row[0] or 0) > (row[1] or 0)]
    return revised(TINY, RETURN, {("B3", unit, "village_heads_members"): heads + 1 for unit, heads in room[:more]})


def told(send: Send, content: bytes, account: str = "huyện") -> tuple[str, dict[str, Any]]:
    """Sends a workbook; where its result stands, and the result."""
    queued = send(account, "POST", "returns", data={"file": (io.BytesIO(content), RETURN)})
    assert queued.status_code == 202, queued.get_data(as_text=True)
    wait_for_uploads()
    path = f"returns/{queued.get_json()['upload']}"
    return path, send(account, "GET", path).get_json()


def test_what_was_confirmed_is_asked_again_once_something_else_is_in_force(send: Send) -> None:
    first, _ = told(send, workbook(1))
    second, _ = told(send, workbook(2), "ban")
    for account, path in (("ban", second), ("huyện", first)):
        assert send(account, "POST", f"{path}/confirm").status_code == 202
        wait_for_uploads()
    assert send("ban", "GET", second).get_json()["status"] == "superseded"
    assert send("huyện", "GET", first).get_json()["status"] == "held"
    assert send("huyện", "POST", f"{first}/confirm").status_code == 202
    wait_for_uploads()
    assert send("huyện", "GET", first).get_json()["status"] == "superseded"


def test_a_return_walks_the_whole_way(send: Send, own_province: Store) -> None:
    path, held = told(send, workbook(3))
    assert (held["status"], held["pending"]) == ("held", False)
    assert held["changes"] >= 1
    assert any("trưởng thôn" in line for line in held["effect"]["lines"])
    assert send("huyện", "POST", f"{path}/confirm").status_code == 202
    wait_for_uploads()
    assert send("huyện", "GET", path).get_json()["status"] == "superseded"

    about = {"unit": DISTRICT, "period": PERIOD.code, "reason": "nhầm kỳ"}
    assert send("huyện", "POST", "withdrawals", json=about).status_code == 403
    assert send("ban", "POST", "withdrawals", json={**about, "reason": ""}).status_code == 422
    assert send("ban", "POST", "withdrawals", json={**about, "check": "có"}).status_code == 400
    looked = send("ban", "POST", "withdrawals", json={**about, "check": True}).get_json()
    assert (looked["withdrawn"], looked["effect"]["count"] > 0) == ([], True)
    withdrawn = send("ban", "POST", "withdrawals", json=about).get_json()["withdrawn"]
    assert {unit for _, unit, _ in withdrawn} == {DISTRICT}
    assert own_province.reader(SYSTEM).current_return(DISTRICT, "B1", PERIOD.code) is None


def test_the_board_opens_extends_and_closes_periods(send: Send) -> None:
    change = {"period": "2021-Q1", "change": "open"}
    assert send("huyện", "POST", "periods", json=change).status_code == 403
    assert send("ban", "POST", "periods", json=change).get_json() == {
        "period": "2021-Q1",
        "state": "open",
        "due": "2021-04-20",
    }
    extended = send("ban", "POST", "periods", json={**change, "change": "extend", "due": "2021-05-04"})
    assert extended.get_json()["due"] == "2021-05-04"
    assert send("ban", "POST", "periods", json={"period": "2020-Q1", "change": "close"}).get_json()["state"] == "closed"
    assert send("ban", "POST", "periods", json={**change, "change": "mở"}).status_code == 400
    assert send("ban", "POST", "periods", json={**change, "period": "2021-Q9"}).status_code == 422


def test_a_session_or_a_token_for_reading_changes_nothing(send: Send, client: FlaskClient) -> None:
    for account in ("", "chỉ đọc"):
        assert send(account, "POST", "periods", json={"period": "2021-Q2", "change": "open"}).status_code == 401
    with client.session_transaction() as session:
        session["_user_id"] = "ban"
    assert send("", "POST", "periods", json={"period": "2021-Q2", "change": "open"}).status_code == 401
    with client.session_transaction() as session:
        session.clear()


def test_an_upload_of_another_account_is_unknown(send: Send) -> None:
    path, _ = told(send, workbook(0))
    assert send("ban", "GET", path).status_code == 404
    assert send("huyện", "GET", "returns/999999").status_code == 404
