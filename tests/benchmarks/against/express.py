"""The trend of an indicator as a Dash callback of pandas and plotly express, without accounts, plans or scope."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, dcc, html

_QUERY = """
SELECT r.period, r.members_end AS members, r.reporting FROM b1_rollup r JOIN units u ON u.id = r.unit_id
WHERE u.code = ? ORDER BY r.period
"""


def application(database: Path) -> Dash:
    """A page with a chart and a table that follow the unit in its address."""
    app = Dash(__name__, server=True)
    app.layout = html.Div([dcc.Location(id="address"), dcc.Graph(id="chart"), html.Div(id="table")])
    connection = sqlite3.connect(database, check_same_thread=False)

    @app.callback(Output("chart", "figure"), Output("table", "data-rows"), Input("address", "search"))
    def follow(search: str) -> tuple[Any, list[dict[Any, Any]]]:
        members = pd.read_sql(_QUERY, connection, params=[search.removeprefix("?unit=")])
        drawn = px.line(members, x="period", y="members", markers=True, title=search)
        drawn.update_layout(template="plotly_white")
        return drawn, members.to_dict("records")

    return app
