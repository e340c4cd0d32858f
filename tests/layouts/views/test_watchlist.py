"""The lagging cells of the page: filtered, sorted, with follow-up notes, within the reader's scope."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from flask_login import login_user

from data.people.follow_ups import FollowUps
from data.vietnamese.ordering import vietnamese
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from indicators.answers.cell_list import CellKind
from indicators.methods.reasons import Reason
from layouts.pages.lagging.follow_up_form import saved
from layouts.views.watchlist import ActionStatus, Worklist, count_by_reason, parse_filter
from layouts.web.request import ask
from layouts.web.sign_in import SignedIn
from tests.layouts.conftest import MakeApp, SignIn

PERIOD = "period=2019-Q4"


@pytest.fixture
def board(make_app: MakeApp, tiny_store: Store) -> Iterator[Dash]:
    """The application in a request context of the board."""
    app = make_app(tiny_store)
    with app.server.test_request_context():
        login_user(SignedIn(SYSTEM))
        yield app


def listed(search: str) -> list[str]:
    asked = ask(f"?{PERIOD}&{search}")
    return [each.line.cell.code for each in Worklist(asked).select(parse_filter(asked))]


def test_filters_combine_and_the_list_is_scoped_to_the_unit(board: Dash) -> None:
    work = Worklist(ask(f"?{PERIOD}"))
    every = listed("")
    assert every == [each.line.cell.code for each in work.entries if each.line.listed.reasons]
    few = listed("reason=few_members")
    assert len(few) == count_by_reason(work.entries)[Reason.FEW_MEMBERS] > 0
    assert set(listed("reason=few_members.return_missing")) >= set(few)
    assert listed("reason=few_members&unit=H01") == [code for code in few if code.startswith("H01")]
    kinds = [set(listed(f"kind={sort}")) for sort in CellKind]
    assert sum(map(len, kinds)) == len(every)
    assert listed("doing=nothing") == every
    assert listed("doing=overdue") == []
    name = work.entries[0].line.cell.name
    assert work.entries[0].line.cell.code in listed(f"q={name.lower()}")


def test_names_sort_in_vietnamese_order_and_missing_values_last(board: Dash) -> None:
    asked = ask(f"?{PERIOD}&sort=name.asc")
    names = [each.line.cell.name for each in Worklist(asked).select(parse_filter(asked))]
    assert names == sorted(names, key=vietnamese)
    for order in ("asc", "desc"):
        asked = ask(f"?{PERIOD}&sort=streak.{order}")
        streaks = [each.line.listed.streak for each in Worklist(asked).select(parse_filter(asked))]
        known = [streak for streak in streaks if streak is not None]
        assert streaks[: len(known)] == sorted(known, reverse=order == "desc")


def trigger(
    client: FlaskClient, output: str, properties: list[str], inputs: dict[str, Any], state: dict[str, Any]
) -> Any:
    """The response of one callback."""
    client.get("/")
    token = client.get_cookie("_csrf_token")
    assert token is not None

    def named(values: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            dict(zip(("id", "property"), key.rsplit(".", 1), strict=True), value=value) for key, value in values.items()
        ]

    outputs = [dict(zip(("id", "property"), prop.rsplit(".", 1), strict=True)) for prop in properties]
    body = {
        "output": output,
        "outputs": outputs[0] if len(outputs) == 1 else outputs,
        "inputs": named(inputs),
        "state": named(state),
        "changedPropIds": list(inputs),
    }
    return client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": token.value})


def lines(client: FlaskClient, search: str, request: dict[str, Any]) -> Any:
    output = "lagging-grid.getRowsResponse"
    answer = trigger(
        client, output, [output], {"lagging-grid.getRowsRequest": request}, {"_pages_location.search": search}
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return json.loads(answer.get_data())["response"]["lagging-grid"]["getRowsResponse"]


def test_the_grid_gets_a_block_of_rows_and_the_row_count(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    client = sign_in(make_app(tiny_store), "board")
    whole = lines(client, f"?{PERIOD}", {"startRow": 0, "endRow": 500, "sortModel": []})
    block = lines(client, f"?{PERIOD}", {"startRow": 2, "endRow": 5, "sortModel": []})
    assert whole["rowCount"] == block["rowCount"] == len(whole["rowData"])
    assert block["rowData"] == whole["rowData"][2:5]
    by_name = lines(
        client, f"?{PERIOD}", {"startRow": 0, "endRow": 500, "sortModel": [{"colId": "name", "sort": "desc"}]}
    )
    names = [row["name"] for row in by_name["rowData"]]
    assert names == sorted(names, key=vietnamese, reverse=True)
    assert lines(client, f"?{PERIOD}", {"sortModel": [{"colId": "secret"}]})["rowCount"]


def test_a_district_lists_and_notes_only_its_own_cells(
    make_app: MakeApp, sign_in: SignIn, changing_store: Store
) -> None:
    client = sign_in(make_app(changing_store), "district1")
    found = lines(client, f"?{PERIOD}", {"startRow": 0, "endRow": 500})
    assert {row["id"][:3] for row in found["rowData"]} == {"H01"}
    own = found["rowData"][0]["id"]
    foreign = next(
        cell.code for cell in changing_store.reader(SYSTEM).tree().units.values() if cell.code.startswith("H02.")
    )
    fields = {"text": "Mở lớp bồi dưỡng", "owner": "*base", "due": "2020-12-31", "state": "open"}
    with client.application.test_request_context():
        login_user(SignedIn(Viewer("district1", Role.DISTRICT, "H01")))
        with pytest.raises(OutOfScope):
            saved(ask(f"?{PERIOD}"), {"cells": [foreign]}, fields, 1)
        with pytest.raises(OutOfScope):
            saved(ask(f"?{PERIOD}"), {"cells": [own]}, fields | {"owner": "H02"}, 1)
        refused = saved(ask(f"?{PERIOD}"), {"cells": [own]}, fields | {"text": ""}, 1)
        assert (refused["opened"], refused["fault"]) == (True, "Chưa ghi việc phải làm.")
        assert saved(ask(f"?{PERIOD}"), {"cells": [own]}, fields, 1)["opened"] is False
    assert [note.text for note in FollowUps(changing_store, SYSTEM).current()] == ["Mở lớp bồi dưỡng"]
    assert lines(client, f"?{PERIOD}&doing={ActionStatus.UNDER_WAY}", {})["rowCount"] == 1


def test_the_list_is_downloaded_as_filtered(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    client = sign_in(make_app(tiny_store), "board")
    search = f"?{PERIOD}&reason=few_members&sort=name.asc"
    content = client.get(f"/download/lagging.csv{search}").get_data().decode("utf-8-sig").splitlines()
    assert len(content) == 1 + lines(client, search, {})["rowCount"]
    assert content[0].startswith("unit,unit_name,base,base_name,district,district_name,period,reasons,course")
    assert client.get(f"/download/lagging.xlsx{search}").get_data()[:2] == b"PK"
    assert client.get(f"/download/lagging.pdf{search}").status_code == 404
