"""Files out: workbooks as received, a view's table as CSV, templates to fill in; each within the reader's scope."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from flask import Flask, Response, abort, request

from data.periods import Period
from data.queries import UnknownFile
from layouts import task_list
from layouts.answers import COLUMNS, TRACE_COLUMNS, answer, trace
from layouts.comparison import Comparison
from layouts.documents import lagging_export
from layouts.documents.tables import FileFormat, Rows, write
from layouts.pages import tasks, trend
from layouts.planning import Planning
from layouts.site import ask, site, viewer
from layouts.tabulation import Tabulation
from layouts.watchlist import Work, narrowed

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS: Mapping[str, str] = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.JSON: "application/json; charset=utf-8",
    FileFormat.XLSX: _XLSX,
    FileFormat.PARQUET: "application/vnd.apache.parquet",
}


def register(server: Flask) -> None:
    """Adds the download routes."""
    server.add_url_rule("/download/file/<sha256>", "download_file", workbook)
    server.add_url_rule("/download/table.csv", "download_table", table)
    server.add_url_rule("/download/cells.csv", "download_cells", cells)
    server.add_url_rule("/download/compare.<kind>", "download_compare", comparison)
    server.add_url_rule("/download/indicators.<kind>", "download_indicators", indicators)
    server.add_url_rule("/download/tasks.<kind>", "download_tasks", register_of_tasks)
    server.add_url_rule("/download/lagging.<kind>", "download_lagging", lagging_cells)
    server.add_url_rule("/download/plan.xlsx", "download_plan", plan)
    server.add_url_rule("/download/template", "download_template", template)


def workbook(sha256: str) -> Response:
    """A workbook, byte for byte as it came."""
    try:
        source = site().store.reader(viewer()).file(sha256)
    except UnknownFile:
        abort(404)
    return attachment(source.name, source.content, "application/octet-stream")


def table() -> Response:
    """The table under the trend chart that the same query shows."""
    asked = ask(request.args.to_dict())
    rows = trend.answers(asked)
    name = "_".join(part for part in (trend.indicator(asked).code, asked.unit.code) if part)
    return _table(name, FileFormat.CSV, rows, COLUMNS)


def cells() -> Response:
    """Every workbook cell behind one value."""
    asked = ask(request.args.to_dict())
    code = trend.indicator(asked).code
    rows = trace(asked.reader, code, asked.unit.code, asked.period)
    name = "_".join((code, asked.unit.code, asked.period.code))
    return _table(f"{name}_cells", FileFormat.CSV, rows, TRACE_COLUMNS)


def comparison(kind: str) -> Response:
    """The table of units by indicators that the same query compares."""
    seen = Comparison(ask(request.args.to_dict()))
    rows = answer(seen.asked.reader, replace(seen.enquiry, indicators=seen.columns))
    return _table("_".join((seen.whole.code, seen.period.code)), kind, rows, COLUMNS)


def indicators(kind: str) -> Response:
    """The lines of the table of indicators that the same query shows; 413 where there would be too many."""
    asked = Tabulation(ask(request.args.to_dict()))
    if asked.is_too_large:
        abort(413)
    return _table(f"{asked.statement}_{asked.asked.unit.code}", kind, asked.rows, asked.columns)


def register_of_tasks(kind: str) -> Response:
    """The lines of the register of tasks that the same query shows."""
    asked = ask(request.args.to_dict())
    rows = [task_list.line_row(asked.reader, line) for line in tasks.chosen(asked)]
    return _table(f"NV_{asked.unit.code}_{asked.period.year}", kind, rows, task_list.LINE_COLUMNS)


def lagging_cells(kind: str) -> Response:
    """The lagging cells that the same query lists, in its order."""
    asked = ask(request.args.to_dict())
    rows = lagging_export.rows(Work(asked), narrowed(asked))
    return _table("_".join(("chi-bo", asked.unit.code, asked.period.code)), kind, rows, lagging_export.COLUMNS)


def plan() -> Response:
    """The plan that the same query divides, as a workbook of plans that can be loaded."""
    seen = Planning(ask(request.args.to_dict()))
    try:
        lines = seen.lines()
    except ValueError:
        abort(400)
    return attachment(*site().services.plan(viewer(), seen.asked.unit.code, lines), _XLSX)


def template() -> Response:
    """The forms that a unit owes for a period, to fill in."""
    asked = ask(request.args.to_dict())
    name, content = site().services.template(viewer(), asked.unit.code, Period.parse(request.args.get("period", "")))
    return attachment(name, content, _XLSX)


def _table(name: str, kind: str, rows: Rows, columns: Sequence[str]) -> Response:
    """Rows as a file of a kind."""
    if kind not in _KINDS:
        abort(404)
    written = write(rows, columns, FileFormat(kind))
    # Spreadsheets read Vietnamese only when a byte order mark says that it is UTF-8.
    content = BOM_UTF8 + written if kind == FileFormat.CSV else written
    return attachment(f"{name}.{kind}", content, _KINDS[kind])


def attachment(name: str, content: bytes, kind: str) -> Response:
    """A file to save, of that media type."""
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
