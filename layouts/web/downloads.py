"""Downloads: workbooks as received, tables of views, templates to fill in; each within the reader's scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote

from flask import Flask, Response, abort, request

from data.language import Language
from data.periods import Period
from data.reading.queries import UnknownFile
from indicators.answers import task_rows
from indicators.answers.enquiry import Enquiry, TraceRow, answer, trace
from indicators.answers.rows import TableRow
from indicators.answers.statements import Statement, rows_of
from indicators.answers.unit_ranks import RankedRow, ranked_rows
from layouts.documents import lagging_export, table_metadata
from layouts.documents.tables import FileFormat, Table, TableMetadata
from layouts.documents.writing import content, excel_csv
from layouts.views import task_board
from layouts.views.ask import Ask
from layouts.views.comparison import Comparison
from layouts.views.planning import Planning
from layouts.views.tabulation import Tabulation
from layouts.views.trending import Trending
from layouts.views.watchlist import Worklist, parse_filter
from layouts.web.request import ask, reader, site, viewer

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAX_TOKEN_LENGTH = 16
_MEDIA_TYPES: Mapping[str, str] = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.JSON: "application/json; charset=utf-8",
    FileFormat.XLSX: _XLSX,
    FileFormat.PARQUET: "application/vnd.apache.parquet",
    FileFormat.DATAPACKAGE: "application/zip",
}


def register(server: Flask) -> None:
    """Adds the download routes."""
    server.add_url_rule("/download/file/<sha256>", "download_file", workbook)
    server.add_url_rule("/download/table.<kind>", "download_table", table)
    server.add_url_rule("/download/cells.csv", "download_cells", cells)
    server.add_url_rule("/download/compare.<kind>", "download_compare", comparison)
    server.add_url_rule("/download/indicators.<kind>", "download_indicators", indicators)
    server.add_url_rule("/download/tasks.<kind>", "download_tasks", register_of_tasks)
    server.add_url_rule("/download/lagging.<kind>", "download_lagging", lagging_cells)
    server.add_url_rule("/download/plan.xlsx", "download_plan", plan)
    server.add_url_rule("/download/template", "download_template", template)
    server.after_request(_echo_token)


def _echo_token(answer: Response) -> Response:
    """Echoes the page's download token in a cookie, by which the page knows that the file has arrived."""
    token = request.cookies.get("download_asked", "")
    if request.path.startswith("/download/") and token.isalnum() and len(token) <= _MAX_TOKEN_LENGTH:
        secure = request.is_secure
        answer.set_cookie("download_came", token, max_age=60, samesite="Strict", secure=secure, httponly=False)
    return answer


def workbook(sha256: str) -> Response:
    """A workbook, byte for byte as received."""
    try:
        source = reader().file(sha256)
    except UnknownFile:
        abort(404)
    return attachment(source.name, source.content, "application/octet-stream")


def table(kind: str) -> Response:
    """The table of the trend page for the same query."""
    seen = Trending(ask(request.args.to_dict()))
    rows = answer(seen.asked.reader, seen.enquiry)
    name = "_".join((seen.indicator.code, seen.asked.unit.code))
    return _table_attachment(name, kind, _indicators(seen.asked, seen.enquiry, Statement.VALUES, rows))


def cells() -> Response:
    """Every workbook cell behind one value."""
    asked = ask(request.args.to_dict())
    code = Trending(asked).indicator.code
    rows = trace(asked.reader, code, asked.unit.code, asked.period, basis=asked.basis)
    name = "_".join((code, asked.unit.code, asked.period.code))
    return _table_attachment(f"{name}_cells", FileFormat.CSV, Table(kind=TraceRow, rows=rows, language=asked.language))


def comparison(kind: str) -> Response:
    """The table of units by indicators of the comparison page for the same query."""
    seen = Comparison(ask(request.args.to_dict()))
    name = "_".join((seen.whole.code, seen.period.code))
    enquiry = replace(seen.enquiry, indicators=seen.columns)
    rows = answer(seen.asked.reader, enquiry)
    made = _indicators(seen.asked, enquiry, Statement.VALUES, ranked_rows(rows))
    return _table_attachment(name, kind, replace(made, kind=RankedRow))


def indicators(kind: str) -> Response:
    """The rows of the table page for the same query; 413 where there are too many."""
    asked = Tabulation(ask(request.args.to_dict()))
    if asked.is_too_large:
        abort(413)
    name = f"{asked.statement}_{asked.asked.unit.code}"
    return _table_attachment(name, kind, _indicators(asked.asked, asked.enquiry, asked.statement, asked.rows))


def register_of_tasks(kind: str) -> Response:
    """The rows of the register of tasks for the same query."""
    asked = ask(request.args.to_dict())
    rows = [task_rows.register_row(asked.reader, line) for line in task_board.chosen(asked)]
    export = Table(kind=task_rows.TaskLineRow, rows=rows, language=asked.language, metadata=_list(asked, "tasks"))
    return _table_attachment(f"NV_{asked.unit.code}_{asked.period.year}", kind, export)


def lagging_cells(kind: str) -> Response:
    """The lagging cells for the same query, in its sort order."""
    asked = ask(request.args.to_dict())
    rows = lagging_export.rows(Worklist(asked), parse_filter(asked))
    metadata = _list(asked, "lagging")
    export = Table(kind=lagging_export.LaggingExportRow, rows=rows, language=asked.language, metadata=metadata)
    return _table_attachment("_".join(("chi-bo", asked.unit.code, asked.period.code)), kind, export)


def plan() -> Response:
    """The plan allocation for the same query, as a plan workbook that can be loaded."""
    seen = Planning(ask(request.args.to_dict()))
    try:
        lines = seen.lines()
    except ValueError:
        abort(400)
    return attachment(*site().services.plan(viewer(), seen.asked.unit.code, lines), _XLSX)


def template() -> Response:
    """The template of the forms that a unit owes for a period."""
    asked = ask(request.args.to_dict())
    name, content = site().services.template(viewer(), asked.unit.code, Period.parse(request.args.get("period", "")))
    return attachment(name, content, _XLSX)


def _table_attachment(name: str, kind: str, table: Table) -> Response:
    """A table as an attachment in the given format."""
    if kind not in _MEDIA_TYPES:
        abort(404)
    wanted = FileFormat(kind)
    return attachment(f"{name}{wanted.suffix}", _content(table, wanted), _MEDIA_TYPES[kind])


def _content(table: Table, wanted: FileFormat) -> bytes:
    """The file; csv as programs read it, or with `excel=vi` as Excel with Vietnamese settings does."""
    excel = request.args.get("excel")
    if excel is None or wanted is not FileFormat.CSV:
        return content(table, wanted)
    if excel != Language.VI:
        abort(400)
    return excel_csv(table)


def _indicators(asked: Ask, enquiry: Enquiry, statement: Statement, rows: Iterable[TableRow]) -> Table:
    metadata = table_metadata.of_enquiry(asked.reader, enquiry, statement, site().store.now(), asked.language)
    return Table(kind=rows_of(statement).kind, rows=rows, language=asked.language, metadata=metadata)


def _list(asked: Ask, title: str) -> TableMetadata:
    facts = {"unit": asked.unit.name, "periods": asked.period.title(asked.language)}
    return table_metadata.of_list(asked.reader, title, site().store.now(), asked.language, **facts)


def attachment(name: str, content: bytes, kind: str) -> Response:
    """A response that downloads a file with the given media type."""
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
