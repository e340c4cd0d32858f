"""Nộp báo cáo: did mine arrive, what is wrong, who is missing; workbooks are dropped here and templates fetched."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.forms.official import printed_code
from data.periods import Period
from data.records import DueReturn, Receipt, ReturnStatus, Submission
from data.returns import Finding, OutcomeStatus, SourceFile
from layouts import formats, freshness, outcomes
from layouts.components import aria, icon, section
from layouts.pages.page import LOCATION, Group, Page, follow, recalled
from layouts.site import Ask, ask, site, workbook_link
from layouts.text import language, t

_PATH = "/returns"
_FILE_LIMIT = 10 * 1024 * 1024
_PERIODS_SHOWN = 8
_MARKS = {ReturnStatus.ON_TIME: "✓", ReturnStatus.LATE: "◷", ReturnStatus.MISSING: "✗"}


class Ids(StrEnum):
    """Ids of this page."""

    HEADLINE = "returns-headline"
    MATRIX = "returns-matrix"
    UPLOAD = "returns-upload"
    CHECK_ONLY = "returns-check-only"
    OUTCOMES = "returns-outcomes"
    RECEIPTS = "returns-receipts"
    HISTORY = "returns-history"
    TEMPLATE = "returns-template"
    MARKED = "returns-marked"


def layout(asked: Ask) -> Component:
    """The page for an address; what follows the address has the ids of `Ids`."""
    headline, matrix, template, receipts, history = recalled(asked, _PATH, view)
    return html.Div(
        [
            html.H1(headline, id=Ids.HEADLINE, className="headline"),
            dmc.SimpleGrid(
                [_upload(asked), _template(template)], cols={"base": 1, "lg": 2}, spacing="md", className="no-print"
            ),
            html.Div(id=Ids.OUTCOMES, **aria(live="polite")),
            section(t("returns.matrix"), html.Div(matrix, id=Ids.MATRIX, className="scroll"), note=_legend()),
            section(t("returns.receipts"), html.Div(receipts, id=Ids.RECEIPTS, className="scroll short")),
            section(
                t("returns.history"),
                html.Div(history, id=Ids.HISTORY, className="scroll short"),
                note=t("returns.history_note"),
            ),
        ],
        className="stack",
    )


def view(asked: Ask) -> tuple[Any, ...]:
    """Headline, matrix, template link, receipts and history for an address."""
    if asked.is_empty:
        return (t("returns.empty_headline"), t("returns.empty_matrix"), "", _receipts(asked.reader.receipts()), "")
    period = asked.period
    shown = [p for p in asked.reader.opened() if p.end <= period.end and p.frequency is period.frequency][
        -_PERIODS_SHOWN:
    ]
    due = {p: freshness.due(asked, p) for p in reversed(shown)}
    return (
        _headline(due.get(period, ()), period),
        matrix(due),
        _template_link(asked),
        _receipts(asked.reader.receipts(20)),
        _history(asked.reader.submissions(unit=freshness.sender(asked), limit=120)),
    )


def load_all(asked: Ask, contents: Sequence[str], names: Sequence[str], *, check: bool) -> list[Component]:
    """Has the uploaded files loaded, one after the other, and says what became of each."""
    load, viewer = site().services.load, asked.reader.viewer
    return [
        outcomes.card(load(source, viewer, check), place, source.sha256)
        for place, source in enumerate(uploaded(contents, names))
    ]


def marked(asked: Ask, source: SourceFile) -> SourceFile:
    """An uploaded file with its findings marked; they are found anew, for what the browser says is not relied on.

    Raises:
        OutOfScope: the reader may send nothing.
    """
    services = site().services
    outcome = services.load(source, asked.reader.viewer, True)
    if outcome.status is OutcomeStatus.ALREADY_STORED:
        outcome = replace(outcome, findings=_warnings(asked.reader.receipts(), source.sha256))
    return services.annotate(source, outcome)


def _warnings(receipts: Sequence[Receipt], sha256: str) -> tuple[Finding, ...]:
    """What was found when the file was taken in."""
    taken = (OutcomeStatus.ACCEPTED, OutcomeStatus.SUPERSEDED)
    return next((r.findings for r in receipts if r.sha256 == sha256 and r.status in taken), ())


def _download(file: SourceFile) -> dict[str, Any]:
    """What `dcc.Download` takes."""
    return {
        "content": base64.b64encode(file.content).decode(),
        "filename": file.name,
        "type": "application/octet-stream",
        "base64": True,
    }


def uploaded(contents: Sequence[str], names: Sequence[str]) -> Iterator[SourceFile]:
    """The files that the browser's upload holds; what is no base64 is left out."""
    for name, content in zip(names, contents, strict=False):
        try:
            yield SourceFile(name=name, content=base64.b64decode(content.partition(",")[2], validate=True))
        except binascii.Error:
            continue


def register(app: Dash) -> None:
    """The page's callbacks."""
    followed = (
        Output(Ids.HEADLINE, "children"),
        Output(Ids.MATRIX, "children"),
        Output(Ids.TEMPLATE, "children"),
        Output(Ids.RECEIPTS, "children"),
        Output(Ids.HISTORY, "children"),
    )
    follow(app, _PATH, followed, view)

    @app.callback(
        Output(Ids.OUTCOMES, "children"),
        # The contents stay in the browser for a marked copy; with this gone, the same file can be dropped again.
        Output(Ids.UPLOAD, "last_modified"),
        *(Output(output.component_id, output.component_property, allow_duplicate=True) for output in followed),
        Output("freshness", "children", allow_duplicate=True),
        Input(Ids.UPLOAD, "last_modified"),
        State(Ids.UPLOAD, "contents"),
        State(Ids.UPLOAD, "filename"),
        State(Ids.CHECK_ONLY, "checked"),
        State(LOCATION, "search"),
        prevent_initial_call=True,
        running=[(Output(Ids.UPLOAD, "disabled"), True, False)],
    )
    def load(dropped: list[float] | None, contents: Any, names: Any, check: bool, search: str) -> tuple[Any, ...]:
        if not dropped or not isinstance(contents, list) or not isinstance(names, list):
            raise PreventUpdate
        said = load_all(ask(search), contents, names, check=bool(check))
        after = ask(search)
        return (said, None, *view(after), freshness.line(after))

    @app.callback(
        Output(Ids.MARKED, "data"),
        Input({"type": outcomes.MARK_BUTTON, "place": ALL, "file": ALL}, "n_clicks"),
        State(Ids.UPLOAD, "contents"),
        State(Ids.UPLOAD, "filename"),
        prevent_initial_call=True,
    )
    def give_marked(clicks: list[int | None], contents: list[str] | None, names: list[str] | None) -> Any:
        # Buttons that have just come also call, without a click.
        if not any(clicks):
            raise PreventUpdate
        wanted = ctx.triggered_id["file"]
        source = next((s for s in uploaded(contents or (), names or ()) if s.sha256 == wanted), None)
        if source is None:
            raise PreventUpdate
        return _download(marked(ask(None), source))


def matrix(due: Mapping[Period, Sequence[DueReturn]]) -> Component:
    """Units by periods; a cell says on time, late, missing or corrected, by mark and word."""
    speech = language()
    units = {item.unit.id: item.unit for items in due.values() for item in items}
    if not units:
        return dmc.Text(t("returns.empty_matrix"), c="dimmed")
    head = html.Thead(html.Tr([html.Th(t("returns.unit")), *(html.Th(p.short(speech), scope="col") for p in due)]))
    body = html.Tbody(
        [
            html.Tr(
                [
                    html.Th(unit.name, scope="row"),
                    *(_cell([item for item in items if item.unit.id == unit.id]) for items in due.values()),
                ]
            )
            for unit in units.values()
        ]
    )
    return html.Table([head, body], className="matrix")


def _cell(items: Sequence[DueReturn]) -> Component:
    if not items:
        return html.Td("", className="due-none")
    missing = [item.form for item in items if item.status is ReturnStatus.MISSING]
    late = [item for item in items if item.status is ReturnStatus.LATE]
    status = ReturnStatus.MISSING if missing else ReturnStatus.LATE if late else ReturnStatus.ON_TIME
    word = t(f"returns.{status}")
    if missing and len(missing) < len(items):
        word = t("returns.partly", forms=", ".join(missing))
    elif not missing and any(item.versions > 1 for item in items):
        word = t("returns.corrected", word=word)
    return html.Td(f"{_MARKS[status]} {word}", className=f"due-{status}", title=_told(items))


def _told(items: Sequence[DueReturn]) -> str:
    return "\n".join(
        t(
            "returns.cell",
            form=item.form,
            status=t(f"returns.{item.status}"),
            received=formats.instant(item.received_at, language()),
            due=formats.day(item.due, language()),
            reporting=item.reporting,
            expected=item.expected,
        )
        for item in items
    )


def _headline(due: Sequence[DueReturn], period: Period) -> str:
    title = period.title(language())
    if not due:
        return t("freshness.none_due", period=title)
    by_unit: dict[int, list[DueReturn]] = {}
    for item in due:
        by_unit.setdefault(item.unit.id, []).append(item)
    missing = sum(any(i.status is ReturnStatus.MISSING for i in items) for items in by_unit.values())
    late = sum(
        any(i.status is ReturnStatus.LATE for i in items) and all(i.status is not ReturnStatus.MISSING for i in items)
        for items in by_unit.values()
    )
    on_time = len(by_unit) - missing - late
    return t("returns.headline", period=title, all=len(by_unit), on_time=on_time, late=late, missing=missing)


def _upload(asked: Ask) -> Component:
    if not asked.reader.viewer.may_load:
        return section(t("returns.upload"), dmc.Text(t("returns.may_not_load"), c="dimmed", size="sm"))
    zone = dcc.Upload(
        html.Div(
            [icon("upload", 32), html.Strong(t("returns.drop")), html.Span(t("returns.drop_note"))], className="drop"
        ),
        id=Ids.UPLOAD,
        multiple=True,
        max_size=_FILE_LIMIT,
        accept=".xlsx,.xlsm,.xls,.ods",
        className="upload",
        className_active="upload upload-active",
        className_reject="upload upload-reject",
        className_disabled="upload upload-busy",
        style={},
        style_active={},
        style_reject={},
        style_disabled={},
    )
    switch = dmc.Switch(id=Ids.CHECK_ONLY, label=t("returns.check_only"), mt="sm")
    return section(t("returns.upload"), zone, switch, dcc.Download(id=Ids.MARKED))


def _template(link: Any) -> Component:
    steps = html.Ol([html.Li(t(f"returns.step_{number}")) for number in (1, 2, 3)], className="steps")
    return section(t("returns.template"), steps, html.Div(link, id=Ids.TEMPLATE))


def _template_link(asked: Ask) -> Any:
    sender = freshness.sender(asked)
    if sender is None:
        return dmc.Text(t("returns.template_choose"), size="sm", c="dimmed")
    latest = asked.reader.opened()[-1] if asked.reader.opened() else asked.period
    links = [
        html.A(
            [icon("download", 18), t("returns.template_link", period=period.title(language()))],
            href=f"/download/template?{urlencode({'unit': sender, 'period': period.code})}",
            className="action",
        )
        for period in dict.fromkeys((asked.period, latest.next))
    ]
    return html.Div(links, className="actions")


def _receipts(receipts: Sequence[Receipt]) -> Component:
    if not receipts:
        return dmc.Text(t("returns.no_receipts"), c="dimmed", size="sm")
    head = [t(f"receipt.{name}") for name in ("at", "file", "sender", "status", "findings")]
    body = [
        [
            formats.instant(receipt.at, language()),
            receipt.file_name,
            receipt.sender,
            f"{outcomes.MARKS[receipt.status][0]} {t(f'receipt.{receipt.status}')}",
            receipt.findings[0].say(language()) if receipt.findings else "–",
        ]
        for receipt in receipts
    ]
    return dmc.Table(data={"head": head, "body": body}, className="plain-table", highlightOnHover=True)


def _history(submissions: Sequence[Submission]) -> Component:
    if not submissions:
        return dmc.Text(t("returns.no_history"), c="dimmed", size="sm")
    workbooks: dict[tuple[str, str, str], list[Submission]] = {}
    for each in submissions:
        workbooks.setdefault((each.sha256, each.unit_code, each.period_code), []).append(each)
    names = ("unit", "period", "form", "received", "accepted", "state", "file")
    head = html.Thead(html.Tr([html.Th(t(f"history.{name}")) for name in names]))
    body = html.Tbody([_workbook(held) for held in workbooks.values()])
    return html.Table([head, body], className="plain-table versions")


def _workbook(held: Sequence[Submission]) -> Component:
    speech = language()
    first = held[0]
    period = Period.parse(first.period_code).title(speech) if first.period_code else formats.NOTHING
    replaced = [each.superseded_at for each in held if each.superseded_at]
    state = (
        t("history.superseded", instant=formats.instant(max(replaced), speech)) if replaced else t("history.current")
    )
    told = (
        first.unit_name,
        period,
        ", ".join(sorted(printed_code(each.form, each.period_code) for each in held)),
        formats.instant(first.received_at, speech),
        formats.instant(first.accepted_at, speech),
        state,
    )
    link = workbook_link(first.file_name, first.sha256)
    return html.Tr([*(html.Td(text) for text in told), html.Td(link)])


def _legend() -> str:
    return " · ".join(f"{mark} {t(f'returns.{status}')}" for status, mark in _MARKS.items())


PAGE = Page(code="returns", path=_PATH, group=Group.DATA, layout=layout, register=register)
