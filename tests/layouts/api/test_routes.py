"""The API: same numbers as the commands, scoped to the token's account, robust against any input."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings

from data.organisations.units import Level
from data.people.accounts import Accounts
from data.people.tokens import Tokens
from data.periods import Period
from data.tables.audit import Action
from data.upkeep.audit_log import LogFilter, read_log
from data.viewers import SYSTEM, Role, Scope, Viewer
from data.writing.store import Store
from indicators.answers.enquiry import Enquiry, answer
from layouts.api.tables import TABLES
from layouts.app import create_app
from layouts.documents.tables import cells
from loaders.workbook_services import WorkbookServices
from tests.test_catalogues import VIETNAMESE


@pytest.fixture(scope="module")
def secrets(own_province: Store) -> dict[str, str]:
    accounts, tokens = Accounts(own_province), Tokens(own_province)
    own = own_province.reader(SYSTEM).tree().at_level(Level.DISTRICT)[0]
    accounts.add("phân tích", "một mật khẩu dài", Role.ANALYST)
    accounts.add("huyện", "một mật khẩu dài", Role.DISTRICT, own.code)
    return {name: tokens.issue(name, "máy", {Scope.READ}, 30)[1] for name in ("phân tích", "huyện")} | {
        "chỉ nộp": tokens.issue("huyện", "máy", {Scope.LOAD}, 30)[1]
    }


@pytest.fixture(scope="module")
def client(own_province: Store) -> FlaskClient:
    made: FlaskClient = create_app(
        own_province, WorkbookServices(own_province), secret_key="only for tests"
    ).server.test_client()
    return made


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def get(client: FlaskClient, secrets: dict[str, str]) -> Callable[..., Any]:
    return lambda path, name="phân tích", **headers: client.get(path, headers=bearer(secrets[name]) | headers)


def test_values_are_those_of_the_table(own_province: Store, get: Callable[..., Any]) -> None:
    path = "/api/v1/values?indicator=members&indicator=village_heads_member_share&period=2018..2019&level=district"
    enquiry = Enquiry(
        indicators=("members", "village_heads_member_share"),
        periods=(Period(2018), Period(2019)),
        level=Level.DISTRICT,
    )
    expected = [cells(row) for row in answer(own_province.reader(SYSTEM), enquiry)]
    answered = get(path).get_json()
    assert answered["data"] == expected
    assert answered["total"] == len(expected) > 0


def test_csv_has_the_same_numbers(get: Callable[..., Any]) -> None:
    path = "/api/v1/values?indicator=admissions&period=2019&level=base"
    lines = list(csv.DictReader(io.StringIO(get(f"{path}&format=csv").get_data(as_text=True))))
    rows = get(path).get_json()["data"]
    assert [line["value"] for line in lines] == ["" if row["value"] is None else str(row["value"]) for row in rows]


def test_csv_for_vietnamese_excel_has_commas_where_the_other_has_points(get: Callable[..., Any]) -> None:
    path = "/api/v1/values?indicator=village_heads_member_share&period=2019&level=district"
    machine = list(csv.DictReader(io.StringIO(get(f"{path}&format=csv").get_data(as_text=True).lstrip("\ufeff"))))
    excel = get(f"{path}&excel=vi").get_data().decode("utf-8-sig")
    values = [line["value"] for line in csv.DictReader(io.StringIO(excel), delimiter=";")]
    assert values == [line["value"].replace(".", ",") for line in machine]
    assert any("," in value for value in values)
    assert get(f"{path}&excel=en").status_code == 400


@pytest.mark.parametrize("table", ["indicators", "units", "periods", "lagging", "returns", "tasks"])
def test_every_table_answers_with_rows(get: Callable[..., Any], table: str) -> None:
    assert get(f"/api/v1/{table}").get_json()["total"] > 0


def test_pages_follow_one_another_to_the_end(get: Callable[..., Any]) -> None:
    found: list[Any] = []
    path: str | None = "/api/v1/units?limit=10"
    while path:
        page = get(path).get_json()
        found, path = [*found, *page["data"]], page["next"]
    assert found == get("/api/v1/units?limit=10000").get_json()["data"]
    assert len(found) > 20


def test_unchanged_data_is_not_sent_again(own_province: Store, get: Callable[..., Any]) -> None:
    path = "/api/v1/periods"
    tag = get(path).headers["ETag"]
    assert get(path, **{"If-None-Match": tag}).status_code == 304
    assert get(path, "huyện", **{"If-None-Match": tag}).status_code == 200
    own_province.set_threshold("deadline_days", "21", viewer=SYSTEM, reason="thử nghiệm")
    assert get(path, **{"If-None-Match": tag}).status_code == 200


def test_without_a_token_the_api_answers_401(client: FlaskClient) -> None:
    for headers in ({}, bearer("dv_sai"), {"Authorization": "Basic ????"}, {"Authorization": "Bearer"}):
        assert client.get("/api/v1/indicators", headers=headers).status_code == 401


def test_a_token_opens_no_page_and_one_for_loading_reads_nothing(get: Callable[..., Any]) -> None:
    assert get("/").status_code == 302
    assert get("/api/v1/indicators", "chỉ nộp").status_code == 401


def test_a_spreadsheet_may_give_the_token_as_password(client: FlaskClient, secrets: dict[str, str]) -> None:
    answered = client.get("/api/v1/periods", auth=("bất kỳ", secrets["phân tích"]))
    assert answered.status_code == 200


def test_a_district_sees_its_own_branch_only(own_province: Store, get: Callable[..., Any]) -> None:
    own, other = own_province.reader(SYSTEM).tree().at_level(Level.DISTRICT)[:2]
    assert {row["unit"] for row in get("/api/v1/returns?period=2019", "huyện").get_json()["data"]} <= {own.code}
    assert get(f"/api/v1/units?unit={other.code}", "huyện").status_code == 403
    assert get(f"/api/v1/values?indicator=members&unit={other.code}", "huyện").status_code == 403


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Thiếu tham số “indicator”"),
        ("indicator=memberz", "“memberz”"),
        ("indicator=members&level=village", "Giá trị dùng được: province, district, base, cell."),
        ("indicator=members&period=2020-Q9", "“2020-Q9”"),
        ("indicator=members&period=1900..2020", "60 kỳ"),
        ("indicator=members&limit=0", "“limit”"),
        ("indicator=members&colour=red", "Không có tham số “colour”"),
    ],
)
def test_an_invalid_query_is_answered_with_the_valid_choices(get: Callable[..., Any], query: str, said: str) -> None:
    answered = get(f"/api/v1/values?{query}")
    assert answered.status_code == 400
    assert said in answered.get_json()["message"]


def test_an_unknown_unit_is_not_found(get: Callable[..., Any]) -> None:
    assert get("/api/v1/values?indicator=members&unit=KHÔNG").status_code == 404


def test_as_known_at_an_instant(get: Callable[..., Any]) -> None:
    asked = "/api/v1/values?indicator=members&period=2020-Q3"
    (then,), (now,) = (get(f"{asked}{more}").get_json()["data"] for more in ("&as_of=2020-09-30", ""))
    assert then["value"] is None
    assert now["value"] > 0


def test_exported_rows_are_logged_but_not_304_responses(own_province: Store, get: Callable[..., Any]) -> None:
    path = "/api/v1/values?indicator=members&period=2017"
    tag = get(path).headers["ETag"]
    assert get(path, **{"If-None-Match": tag}).status_code == 304
    admin = Viewer(name="quản trị", role=Role.ADMIN)
    page = read_log(own_province.engine, admin, LogFilter(action=Action.EXPORTED, subject=path))
    assert [(entry.actor, entry.details["bytes"] > 0) for entry in page.entries] == [("phân tích", True)]


def test_every_response_conforms_to_the_openapi_description(
    client: FlaskClient, secrets: dict[str, str], get: Callable[..., Any]
) -> None:
    import schemathesis  # takes as long as all else that is collected

    described, asker = get("/api/v1/openapi.json").get_json(), bearer(secrets["huyện"])
    assert described["openapi"].startswith("3.1")
    asked = []
    for operation in schemathesis.openapi.from_dict(described).get_all_operations():
        one = operation.ok()  # type: ignore[union-attr]  # an invalid schema fails here
        if one.method.upper() != "GET" or one.path.strip("/") not in {table.name for table in TABLES}:
            continue  # changes are walked in test_changes.py

        @settings(max_examples=10, suppress_health_check=list(HealthCheck), database=None)
        @given(case=one.as_strategy())
        def holds(case: Any) -> None:
            query = [(name, text) for name, value in (case.query or {}).items() for text in _texts(value)]
            answered = client.get(f"/api/v1{case.path}", query_string=query, headers=asker)
            assert answered.status_code in {200, 400, 403, 404}, query
            assert answered.mimetype in {"application/json", "text/csv"}
            asked.append(answered.status_code)

        holds()
    assert set(asked) >= {200, 400}


def _texts(value: Any) -> list[str]:
    return [str(item) for item in (value if isinstance(value, list) else [value])]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("values?indicator=members&unit=X99", "The register has no organisation with the code 'X99'."),
        ("values?indicator=members&period=1500", "period"),
        ("values?indicator=members&as_of=never", "as_of"),
        ("values?indicator=nothing", "indicator"),
        ("lagging?unit=X99", "The register has no organisation with the code 'X99'."),
    ],
)
def test_the_cookie_chooses_the_language_of_a_refusal(
    client: FlaskClient, get: Callable[..., Any], path: str, said: str
) -> None:
    vietnamese = get(f"/api/v1/{path}").json["message"]
    client.set_cookie("language", "en")
    english = get(f"/api/v1/{path}").json["message"]
    client.delete_cookie("language")
    assert VIETNAMESE.search(vietnamese)
    assert not VIETNAMESE.search(english)
    assert said in english


def test_out_of_scope_requests_are_refused_in_the_readers_language(
    own_province: Store, client: FlaskClient, get: Callable[..., Any]
) -> None:
    other = own_province.reader(SYSTEM).tree().at_level(Level.DISTRICT)[1].code
    client.set_cookie("language", "en")
    answer = get(f"/api/v1/values?indicator=members&unit={other}", "huyện")
    client.delete_cookie("language")
    assert answer.status_code == 403
    assert answer.json["message"].endswith(f"may not see figures of the organisation with the code '{other}'.")
