"""The table page: the URL selects the rows, the grid gets them in blocks, files hold the same."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from pyarrow import parquet

from data.organisations.units import Level
from data.people.saved_views import SavedViews
from data.writing.store import Store
from indicators.answers.statements import Statement
from indicators.catalogue.builtin import CATALOGUE
from layouts.documents.tables import FileFormat
from layouts.pages.table import grid
from layouts.pages.table import page as table_page
from layouts.parts import saved_views
from layouts.views.tabulation import Tabulation
from layouts.web.request import ask, site, viewer
from tests.layouts.conftest import MakeApp, SignIn, asking

SEARCH = "?indicators=members.village_heads_member_share&level=district&from=2018&period=2019"


def test_the_url_selects_indicators_level_and_periods(make_app: MakeApp, tiny_store: Store) -> None:
    with asking(make_app(tiny_store), "board"):
        table = Tabulation(ask(SEARCH))
        assert table.indicators == ("members", "village_heads_member_share")
        assert table.level is Level.DISTRICT
        assert [period.code for period in table.periods] == ["2018", "2019"]
        assert len(table.rows) == table.size == 2 * 2 * table.units
        nonsense = Tabulation(ask("?indicators=x&level=y&frequency=z&statement=w"))
        assert (nonsense.level, nonsense.statement) == (None, Statement.VALUES)
        assert set(nonsense.indicators) <= set(CATALOGUE)


def test_the_grid_gets_blocks_of_rows_in_the_requested_order(make_app: MakeApp, tiny_store: Store) -> None:
    with asking(make_app(tiny_store), "board"):
        table = Tabulation(ask(SEARCH))
        first = grid.block(table, {"startRow": 0, "endRow": 1})
        assert (len(first["rowData"]), first["rowCount"]) == (1, 2 * table.units)
        for order in ("asc", "desc"):
            request = {"startRow": 0, "endRow": 50, "sortModel": [{"colId": "members", "sort": order}]}
            written = [line["members"] for line in grid.block(table, request)["rowData"]]
            counts = [int(text.replace(".", "")) for text in written if text[0].isdigit()]
            assert counts == sorted(counts, reverse=order == "desc")
        names = [line["unit_name"] for line in grid.block(table, {})["rowData"]]
        assert len(set(names)) == table.units


@pytest.mark.parametrize("statement", Statement)
def test_every_statement_has_lines_with_the_columns_of_its_files(
    make_app: MakeApp, tiny_store: Store, statement: Statement
) -> None:
    with asking(make_app(tiny_store), "board"):
        table = Tabulation(ask(f"{SEARCH}&statement={statement}&shape=long"))
        fields = [column["field"] for column in grid.columns(table)]
        assert fields == list(table.columns)
        for line in grid.block(table, {})["rowData"]:
            assert set(line) == {*fields, "id"}


def test_files_of_every_kind_hold_the_same_lines(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    client = sign_in(make_app(tiny_store), "viewer")
    got = {kind: client.get(f"/download/indicators.{kind}{SEARCH}") for kind in FileFormat}
    assert {kind: answer.status_code for kind, answer in got.items()} == dict.fromkeys(got, 200)
    lines = json.loads(got[FileFormat.JSON].get_data())
    assert parquet.read_table(io.BytesIO(got[FileFormat.PARQUET].get_data())).num_rows == len(lines)
    assert openpyxl.load_workbook(io.BytesIO(got[FileFormat.XLSX].get_data())).worksheets[0].max_row == len(lines) + 5
    assert len(got[FileFormat.CSV].get_data().decode("utf-8-sig").splitlines()) == len(lines) + 1
    assert client.get("/download/indicators.exe").status_code == 404
    assert client.get(f"/download/indicators.csv{SEARCH}&excel=fr").status_code == 400


def test_pages_offer_csv_that_opens_in_vietnamese_excel(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    app = make_app(tiny_store)
    with asking(app, "board"):
        seen = table_page.view(ask(SEARCH))
    links = [str(item.to_plotly_json()["props"]["href"]) for item in seen.files]
    offered = [link for link in links if ".csv" in link]
    assert len(offered) == 1
    client = sign_in(app, "viewer")
    for address in (*offered, seen.asked.partition("#")[0]):
        head, first = client.get(address).get_data().decode("utf-8-sig").splitlines()[:2]
        assert head.startswith("indicator;unit;unit_name;")
        assert first.startswith("members;")


def test_a_table_that_is_too_large_is_refused_before_it_is_computed(make_app: MakeApp, tiny_store: Store) -> None:
    with asking(make_app(tiny_store), "board"):
        table = Tabulation(ask(SEARCH))
        smaller = Tabulation(ask(SEARCH), most=table.size - 1)
        assert (table.is_too_large, smaller.is_too_large) == (False, True)
        assert smaller.rows == ()
        assert grid.block(smaller, {}) == {"rowData": [], "rowCount": 0}


def test_a_view_is_saved_opened_and_removed(make_app: MakeApp, changing_store: Store) -> None:
    with asking(make_app(changing_store), "viewer"):
        views = SavedViews(site().store, viewer())
        save_view = saved_views.save_view(views, "Huyện", "/table?level=district")
        assert save_view.choices == [{"value": "/table?level=district", "label": "Huyện"}]
        assert (save_view.title, "Huyện" in save_view.message) == ("", True)
        assert "đặt tên" in saved_views.save_view(views, "", "/table").message
        assert saved_views.remove_view(views, None).message.startswith("Hãy chọn")
        assert saved_views.remove_view(views, "/table?level=district").choices == []
