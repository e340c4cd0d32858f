"""A chart's callback, server side: a signed-in reader of the trend against plotly express and against bare rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from flask.testing import FlaskClient

from data.organisations.units import Level
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.catalogue.builtin import CATALOGUE
from layouts.app import create_app
from loaders.workbook_services import WorkbookServices
from tests.benchmarks.against.express import application
from tests.benchmarks.readers import signed_in
from tests.benchmarks.report import Goal, Section, comparison
from tests.benchmarks.rounds import Contender, Measured, measure, percentile_95
from tests.benchmarks.stores import copy, demonstration, url
from tests.layouts.conftest import SECRET

FRESH, AGAIN = "this application, a chart nobody asked for yet", "this application, asked before"
EXPRESS, FLOOR = "pandas and plotly express, no sign-in", "floor: rows of SQL as JSON"
READER = "tochuc"
CALLS = 100
_UPDATE = "/_dash-update-component"
_ROWS = "SELECT r.* FROM b1_rollup r JOIN units u ON u.id = r.unit_id WHERE u.code = ?"


def sections(folder: Path, rounds: int) -> list[Section]:
    """Times the trend's callback on the demonstration's store."""
    place = folder / "callbacks.sqlite"
    copy(demonstration(folder), place)
    with contenders(place, READER) as among:
        measured = measure(among, rounds * CALLS // 5, memory=False)
    goals = list(_goals(measured))
    return [
        Section(
            name="callbacks",
            title="a chart's callback from request to answer, one client in the same process",
            about=(
                "The whole request of a signed-in reader: session, scope, indicator, plan, figure, table. The charts "
                "nobody asked for go\nthrough indicators and districts. plotly express draws the stored sums of one "
                "measure."
            ),
            table=comparison(measured, EXPRESS),
            goals=goals,
            libraries=("dash", "plotly", "pandas", "orjson"),
        )
    ]


def _goals(measured: Measured) -> Iterator[Goal]:
    for name, what, middle, most in ((FRESH, "never asked for", 8, 20), (AGAIN, "asked before", 3, 5)):
        seconds = measured[name].seconds
        yield Goal(what=f"chart callback {what}, median", at_most=middle, reached=1000 * median(seconds), unit="ms")
        late = 1000 * percentile_95(seconds)
        yield Goal(what=f"chart callback {what}, 19 of 20", at_most=most, reached=late, unit="ms")
    fresh = measured[FRESH].seconds
    spread = percentile_95(fresh) / median(fresh)
    yield Goal(what="chart callback never asked for, 19 of 20 of the median", at_most=3, reached=spread)


@contextmanager
def contenders(place: Path, reader: str) -> Iterator[list[Contender]]:
    """The contenders that serve a chart request, on the demonstration's store."""
    with closing(Store.open(url(place))) as store, closing(sqlite3.connect(place)) as connection:
        pages = create_app(store, WorkbookServices(store), secret_key=SECRET, demo=True)
        client = signed_in(pages.server.test_client(), store, reader)
        districts = [unit.code for unit in store.reader(SYSTEM).tree().at_level(Level.DISTRICT)]
        asked = cycle([f"?indicator={code}&unit={unit}" for unit in districts for code in CATALOGUE])
        express = application(place).server.test_client()
        units = cycle(districts)

        def floor() -> bytes:
            return orjson.dumps(connection.execute(_ROWS, [next(units)]).fetchall())

        ask = trend(client)
        yield [
            Contender(name=FRESH, program=lambda: ask(next(asked))),
            Contender(name=AGAIN, program=lambda: ask("?indicator=members")),
            Contender(name=EXPRESS, program=lambda: _chart_request(express, next(units))),
            Contender(name=FLOOR, program=floor),
        ]


def trend(client: FlaskClient) -> Callable[[str], Any]:
    """A function that requests the trend chart for a URL, as the browser does when the URL changes."""
    client.get("/trend")
    token = client.get_cookie("_csrf_token")
    known = json.loads(client.get("/_dash-dependencies").get_data())
    found = next(each for each in known if "trend-chart.figure" in each["output"])
    targets = [
        dict(zip(("id", "property"), o.rsplit(".", 1), strict=True)) for o in found["output"].strip(".").split("...")
    ]
    given = {"search": "", "pathname": "/trend"}

    def ask(search: str) -> Any:
        now = {**given, "search": search}
        body = {
            "output": found["output"],
            "outputs": targets,
            "inputs": [{**one, "value": now.get(one["property"])} for one in found["inputs"]],
            "state": [{**one, "value": now.get(one["property"])} for one in found["state"]],
            "changedPropIds": ["_pages_location.search"],
        }
        return _require_ok(client.post(_UPDATE, json=body, headers={"X-CSRFToken": token.value if token else ""}))

    return ask


def _chart_request(client: FlaskClient, unit: str) -> Any:
    outputs = [{"id": "chart", "property": "figure"}, {"id": "table", "property": "data-rows"}]
    body = {
        "output": "..chart.figure...table.data-rows..",
        "outputs": outputs,
        "inputs": [{"id": "address", "property": "search", "value": f"?unit={unit}"}],
        "changedPropIds": ["address.search"],
    }
    return _require_ok(client.post(_UPDATE, json=body))


def _require_ok(answer: Any) -> bytes:
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code}: {answer.get_data(as_text=True)[:300]}")
    content: bytes = answer.get_data()
    return content
