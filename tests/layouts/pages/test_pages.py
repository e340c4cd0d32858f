"""Pages as component trees: on an empty store, on the tiny province, and within a reader's scope."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from data.viewers import SYSTEM, Role
from data.writing.store import Store
from layouts.pages.registry import PAGES
from tests.layouts.conftest import MakeApp, SignIn
from tests.layouts.walk import CALLBACK

PATHS = [page.path for page in PAGES if Role.BOARD in page.roles]
ABOUT_UNITS = [page.path for page in PAGES if page.has_context]
CONTENT = "_pages_content.children"
STORE = "_pages_store.data"


def routed(client: FlaskClient, path: str, search: str) -> TestResponse:
    """The router's response for a URL."""
    client.get("/")
    token = client.get_cookie("_csrf_token")
    assert token is not None
    body = {
        "output": f"..{CONTENT}...{STORE}..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": path},
            {"id": "_pages_location", "property": "search", "value": search},
        ],
        "state": [{"id": "_pages_store", "property": "data", "value": None}],
        "changedPropIds": ["_pages_location.pathname"],
    }
    return client.post(CALLBACK, json=body, headers={"X-CSRFToken": token.value})


def shown(client: FlaskClient, path: str, search: str = "") -> dict[str, Any]:
    """The page that the router renders."""
    answer = routed(client, path, search)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = json.loads(answer.get_data())["response"]["_pages_content"]["children"]
    return found


def components(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Every component of a tree."""
    if isinstance(tree, list):
        for each in tree:
            yield from components(each)
    elif isinstance(tree, dict) and "props" in tree:
        yield tree
        for value in tree["props"].values():
            yield from components(value)


def text_of(tree: Any) -> str:
    """All text of a tree."""
    if isinstance(tree, list):
        return " ".join(text_of(each) for each in tree)
    if isinstance(tree, dict):
        return " ".join(text_of(each) for key, each in tree.items() if key not in {"namespace", "type", "id"})
    return str(tree) if isinstance(tree, str) else ""


def visible(tree: Any) -> str:
    """The text of a tree as a reader sees it."""
    if isinstance(tree, list):
        return "".join(map(visible, tree))
    if isinstance(tree, dict):
        return "".join(visible(tree["props"].get(name)) for name in ("children", "tree"))
    return str(tree) if isinstance(tree, str | int) else ""


def test_every_id_of_every_callback_is_on_its_page(make_app: MakeApp, sign_in: SignIn, store: Store) -> None:
    app = make_app(store, strict=True)
    client = sign_in(app, "board")
    assert client.get("/_dash-dependencies").status_code == 200
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("path", ABOUT_UNITS)
def test_an_empty_store_is_drawn_as_empty_with_the_next_step(
    make_app: MakeApp, sign_in: SignIn, store: Store, path: str
) -> None:
    text = text_of(shown(sign_in(make_app(store), "board"), path))
    assert "Chưa có báo cáo nào" in text if path == "/returns" else "Chưa có số liệu" in text


@pytest.mark.parametrize("search", ["", "?period=2019&unit=H01", "?period=2020-Q3&as_of=2020-06-30&basis=today"])
@pytest.mark.parametrize("path", PATHS)
def test_a_view_is_made_from_its_address(
    make_app: MakeApp, sign_in: SignIn, tiny_store: Store, path: str, search: str
) -> None:
    found = list(components(shown(sign_in(make_app(tiny_store), "board"), path, search)))
    assert any(part["type"] == "H1" for part in found)
    for part in found:
        if part["type"] == "Graph":
            assert part["props"]["config"]["showSendToCloud"] is False


@pytest.mark.parametrize("path", ABOUT_UNITS)
def test_a_page_is_made_of_units_before_they_were_there_and_after_they_were_gone(
    make_app: MakeApp, sign_in: SignIn, tiny_store: Store, path: str
) -> None:
    client, reader = sign_in(make_app(tiny_store), "board"), tiny_store.reader(SYSTEM)
    changed = {unit for event in reader.registry.successions for unit in (event.predecessor, event.successor) if unit}
    units = [unit for unit in map(reader.registry.latest, changed) if unit is not None]
    assert units
    first, last = reader.opened()[0], reader.opened()[-1]
    for search in [f"?unit={unit.code}&period={period.code}" for unit in units for period in (first, last)]:
        assert any(part["type"] == "H1" for part in components(shown(client, path, search))), search


def test_the_start_page_answers_its_three_questions(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    found = list(components(shown(sign_in(make_app(tiny_store), "board"), "/")))
    (answers,) = next(part for part in found if part["props"].get("id") == "overview-answers")["props"]["children"]
    on_plan, stuck, changed = (visible(answer) for answer in answers["props"]["tree"])
    assert re.search(r"Kết nạp .*; \d/\d chỉ tiêu khác đạt kế hoạch năm", on_plan)
    assert re.search(r"Vướng nhất ở .* uỷ .*, cần thêm \d+ người", stuck)
    assert "Năm 2019 so với năm 2018" in changed
    assert "1 báo cáo được sửa từ" in changed


def test_a_point_in_the_address_opens_its_workings(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    client = sign_in(make_app(tiny_store), "board")
    tree = shown(client, "/trend", "?indicator=village_heads_member_share&point=2019&point_unit=H01")
    drawer = next(part for part in components(tree) if part["type"] == "Drawer")
    assert drawer["props"]["opened"] is True
    assert "B3!" in text_of(drawer)
    assert "75,0\u00a0%" in text_of(drawer)


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("?unit=XYZ", "Không có tổ chức đảng nào mang mã"),
        ("?period=2020-Q9", "trong năm không có kỳ này"),
        ("?as_of=yesterday", "thời điểm viết là"),
    ],
)
def test_a_url_that_names_nothing_is_explained(
    make_app: MakeApp, sign_in: SignIn, tiny_store: Store, search: str, said: str
) -> None:
    assert said in text_of(shown(sign_in(make_app(tiny_store), "board"), "/", search))


def test_a_response_does_not_set_unchanged_controls(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    app = make_app(tiny_store)
    client = sign_in(app, "board")
    client.get("/")
    token = client.get_cookie("_csrf_token")
    assert token is not None
    output = next(each for each in app.callback_map if "plans-decided.value" in each and "plans-headline" in each)
    asked = {"search": "?decision=9-QĐ/TU", "pathname": "/plans", "plans-decision": "8-QĐ/TU", "plans-decided": None}
    declared = app.callback_map[output]
    inputs, state = (
        [{**place, "value": asked.get(place["property"], asked.get(place["id"], "?"))} for place in declared[kind]]
        for kind in ("inputs", "state")
    )
    body = {
        "output": output,
        "outputs": [dict(zip(("id", "property"), each.split("."), strict=True)) for each in output[2:-2].split("...")],
        "inputs": inputs,
        "state": state,
        "changedPropIds": ["_pages_location.search"],
    }
    answer = client.post(CALLBACK, json=body, headers={"X-CSRFToken": token.value})
    filled = json.loads(answer.get_data())["response"]
    assert filled["plans-decision"] == {"value": "9-QĐ/TU"}
    assert "plans-decided" not in filled, "a date typed while the answer is under way would be lost"


@pytest.mark.parametrize("path", PATHS)
def test_a_district_sees_no_other_district(make_app: MakeApp, sign_in: SignIn, tiny_store: Store, path: str) -> None:
    client = sign_in(make_app(tiny_store), "district1")
    own, foreign = "H01", "H02"
    assert routed(client, path, f"?unit={foreign}").status_code == 403
    refused = client.get(f"{path}?unit={foreign}")
    assert refused.status_code == 403
    assert "Không có quyền xem" in refused.get_data(as_text=True)
    assert foreign not in text_of(shown(client, path, f"?unit={own}"))
    assert client.get(f"/download/table.csv?unit={foreign}").status_code == 403
    assert client.get(f"/download/cells.csv?unit={foreign}&period=2019").status_code == 403
    assert client.get(f"/download/template?unit={foreign}&period=2020-Q4").status_code == 403


def test_a_table_is_downloaded_as_displayed(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    client = sign_in(make_app(tiny_store), "board")
    answer = client.get("/download/table.csv?indicator=members&unit=H01")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("indicator,unit,unit_name,level,period,value,numerator,denominator,plan,gap,status")
    assert any(line.startswith("members,H01,") and ",2019," in line for line in lines)


def test_a_workbook_comes_back_byte_for_byte(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    client = sign_in(make_app(tiny_store), "board")
    cells = client.get("/download/cells.csv?indicator=members&unit=H01&period=2019").get_data().decode("utf-8-sig")
    sha256 = cells.splitlines()[1].rpartition(",")[2]
    answer = client.get(f"/download/file/{sha256}")
    assert answer.get_data()[:2] == b"PK"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get("/download/file/0000").status_code == 404


def test_a_template_can_be_fetched_by_the_district_that_owes_it(
    make_app: MakeApp, sign_in: SignIn, tiny_store: Store
) -> None:
    answer = sign_in(make_app(tiny_store), "district1").get("/download/template?unit=H01&period=2020-Q4")
    assert (answer.status_code, answer.get_data()[:2]) == (200, b"PK")
