"""What a page needs, in time: its first callbacks and its large scripts are requested before the renderer starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dash_ag_grid
import orjson
from dash import Dash, dash_table
from dash.fingerprint import build_fingerprint
from flask import request

from layouts.pages.registry import PAGES
from layouts.parts.page import LOCATION, Needs

PLOTLY = "plotly-cartesian.min.js"
_EARLY = "early.js"
_SUITES = "/_dash-component-suites"
_GRID = "dash_ag_grid.min.js"


class Pages(Dash):
    """A Dash application whose index preloads what the page will request."""

    def interpolate_index(self, *given: Any, **parts: Any) -> str:
        """The index with preload links at its top."""
        assets = Path(self.config.assets_folder)
        hints = [*_preloads(), *_scripts(assets)]
        index: str = super().interpolate_index(*given, **parts | {"metas": "\n".join([parts["metas"], *hints])})  # type: ignore[no-untyped-call]
        return index.replace("{%early%}", "\n".join(self._early(assets)))

    def _early(self, assets: Path) -> Iterator[str]:
        """The callbacks that the renderer will send first, and the script that sends them at once."""
        calls = [_call(output, declared) for output, declared in self.callback_map.items() if _is_first(declared)]
        # Data, which a policy without inline scripts allows; "<" cannot end it.
        written = orjson.dumps(calls).decode().replace("<", "\\u003c")
        yield f'<script type="application/json" id="first-callbacks">{written}</script>'
        yield f'<script src="/assets/{_EARLY}?m={_modified(assets / _EARLY)}"></script>'


def defer_grid_script() -> None:
    """Stops Dash from loading the grid's script, which `assets/later.js` fetches on demand."""
    dash_ag_grid._js_dist[0]["async"] = "lazy"  # noqa: SLF001  # the registry in which Dash libraries declare their scripts


def drop_table_script() -> None:
    """Stops Dash from loading its own table, which no page has."""
    tables: list[dict[str, Any]] = vars(dash_table)["_js_dist"]
    for resource in tables:
        if "async" not in resource:
            resource["dynamic"] = True


def _is_first(declared: Mapping[str, Any]) -> bool:
    """Whether the server answers a callback on both path and query of the URL, which only the frame has."""
    asked = {(each["id"], each["property"]) for each in declared["inputs"]}
    return "callback" in declared and {(LOCATION, "pathname"), (LOCATION, "search")} <= asked


def _call(output: str, declared: Mapping[str, Any]) -> Mapping[str, Any]:
    """A callback as the renderer names it in a request."""
    targets = [target.rsplit(".", 1) for target in output.strip(".").split("...")]
    outputs = [{"id": component, "property": prop} for component, prop in targets]
    inputs, state = (
        [{"id": each["id"], "property": each["property"]} for each in declared[kind]] for kind in ("inputs", "state")
    )
    return {"output": output, "outputs": outputs, "inputs": inputs, "state": state}


def _preloads() -> Iterator[str]:
    """Requests that the renderer makes as soon as it starts."""
    for path in ("/_dash-layout", "/_dash-dependencies"):
        yield f'<link rel="preload" as="fetch" crossorigin href="{path}">'


def _scripts(assets: Path) -> Iterator[str]:
    needed = next((page.needs for page in PAGES if page.path == request.path), frozenset())
    plotly, library = assets / PLOTLY, Path(dash_ag_grid.__file__).parent
    grid = build_fingerprint(_GRID, dash_ag_grid.__version__, _modified(library / _GRID))
    for need, name, address in (
        (Needs.CHARTS, "plotly", f"/assets/{PLOTLY}?m={_modified(plotly)}"),
        (Needs.CHARTS, "graph", f"{_SUITES}/dash/dcc/async-graph.js"),
        (Needs.GRIDS, "grid", f"{_SUITES}/dash_ag_grid/{grid}"),
        (Needs.GRIDS, "community", f"{_SUITES}/dash_ag_grid/async-community.js"),
    ):
        yield f'<meta name="script-{name}" content="{address}">'
        if need in needed:
            yield f'<link rel="preload" as="script" href="{address}">'


def _modified(file: Path) -> int:
    return int(file.stat().st_mtime)
