"""Scripts that only some pages need: preloaded on those, fetched elsewhere once the browser is idle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dash_ag_grid
from dash import Dash
from dash.fingerprint import build_fingerprint
from flask import request

from layouts.pages.registry import PAGES
from layouts.parts.page import Needs

PLOTLY = "plotly-cartesian.min.js"
_SUITES = "/_dash-component-suites"
_GRID = "dash_ag_grid.min.js"


class Pages(Dash):
    """A Dash application whose index preloads what the page will request."""

    def interpolate_index(self, *given: Any, **parts: Any) -> str:
        """The index with preload links at its top."""
        hints = [*_preloads(), *_scripts(Path(self.config.assets_folder))]
        index: str = super().interpolate_index(*given, **parts | {"metas": "\n".join([parts["metas"], *hints])})  # type: ignore[no-untyped-call]
        return index


def defer_grid_script() -> None:
    """Stops Dash from loading the grid's script, which `assets/later.js` fetches on demand."""
    dash_ag_grid._js_dist[0]["async"] = "lazy"  # noqa: SLF001  # the registry in which Dash libraries declare their scripts


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
