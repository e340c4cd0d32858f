"""Files dropped on a page: checked, taken in, told about, given back marked; unknown headers mapped."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, MATCH, Dash, Input, Output, Patch, State, ctx, dcc, html, no_update, set_props
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.mappings import HeaderChoice
from data.records import Receipt
from data.returns import Finding, OutcomeStatus, SourceFile, Taking
from layouts import mapping_form, outcomes
from layouts.components import icon, section
from layouts.pages.page import LOCATION
from layouts.site import Ask, ask, site
from layouts.text import language, t

_FILE_LIMIT = 10 * 1024 * 1024


class Ids(StrEnum):
    """Ids of the zone that files are dropped on, and of what is told about them."""

    UPLOAD = "returns-upload"
    DROP = "returns-drop"
    CHECK_ONLY = "returns-check-only"
    OUTCOMES = "returns-outcomes"
    MARKED = "returns-marked"


def zone(asked: Ask) -> Component:
    """Where files are dropped; the page has an element `Ids.OUTCOMES` besides."""
    if not asked.reader.viewer.may_load:
        return section(t("returns.upload"), dmc.Text(t("returns.may_not_load"), c="dimmed", size="sm"))
    drop = dcc.Upload(
        html.Div(
            [icon("upload", 32), html.Strong(t("returns.drop"), id=Ids.DROP), html.Span(t("returns.drop_note"))],
            className="drop",
        ),
        id=Ids.UPLOAD,
        multiple=True,
        max_size=_FILE_LIMIT,
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
    return section(t("returns.upload"), drop, switch, dcc.Download(id=Ids.MARKED))


def load_all(asked: Ask, contents: Sequence[str], names: Sequence[str], *, check: bool) -> list[Component]:
    """Has the uploaded files loaded, one after the other, and says what became of each.

    What would change a return in force is shown first, and waits to be sent for good.
    """
    taking = Taking.CHECK if check else Taking.ASK
    return [_taken(asked, source, place, taking) for place, source in enumerate(uploaded(contents, names))]


def _taken(asked: Ask, source: SourceFile, place: int, taking: Taking) -> Component:
    outcome = site().services.load(source, asked.reader.viewer, taking)
    return outcomes.card(outcome, place, source.sha256)


def marked(asked: Ask, source: SourceFile) -> SourceFile:
    """An uploaded file with its findings marked; they are found anew, for what the browser says is not relied on.

    Raises:
        OutOfScope: the reader may send nothing.
    """
    services = site().services
    outcome = services.load(source, asked.reader.viewer, Taking.CHECK)
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


def _pressed(contents: Any, names: Any) -> tuple[dict[str, Any], SourceFile]:
    """The id of the button that was pressed, and the uploaded file that it is about.

    Raises:
        PreventUpdate: no button was: those that have just come also call, without a click; or the file is gone.
    """
    button = ctx.triggered_id
    if button is None or not (ctx.triggered[0]["value"] and isinstance(contents, list) and isinstance(names, list)):
        raise PreventUpdate
    source = next((s for s in uploaded(contents, names) if s.sha256 == button["file"]), None)
    if source is None or not isinstance(button["place"], int):
        raise PreventUpdate
    return dict(button), source


def register(app: Dash, anew: Sequence[Output], view: Callable[[Ask], tuple[Any, ...]]) -> None:
    """The callbacks; `anew` are the outputs of `view`, what of the page changes when returns come in."""
    held = (State(Ids.UPLOAD, "contents"), State(Ids.UPLOAD, "filename"))
    told = Output(Ids.OUTCOMES, "children", allow_duplicate=True)

    @app.callback(
        Output(Ids.OUTCOMES, "children"),
        # The contents stay in the browser for what is done next; with this gone, the same file can be dropped again.
        Output(Ids.UPLOAD, "last_modified"),
        *anew,
        Input(Ids.UPLOAD, "last_modified"),
        *held,
        State(Ids.CHECK_ONLY, "checked"),
        State(LOCATION, "search"),
        prevent_initial_call=True,
        running=[(Output(Ids.UPLOAD, "disabled"), True, False)],
    )
    def load(dropped: list[float] | None, contents: Any, names: Any, check: bool, search: str) -> tuple[Any, ...]:
        if not dropped or not isinstance(contents, list) or not isinstance(names, list):
            raise PreventUpdate
        said = load_all(ask(search), contents, names, check=bool(check))
        return (said, None, *view(ask(search)))

    @app.callback(
        told,
        *anew,
        Input({"type": outcomes.SUBMIT_BUTTON, "place": ALL, "file": ALL}, "n_clicks"),
        *held,
        State(LOCATION, "search"),
        prevent_initial_call=True,
    )
    def submit(_: list[int | None], contents: Any, names: Any, search: str) -> tuple[Any, ...]:
        button, source = _pressed(contents, names)
        cards = Patch()
        cards[button["place"]] = _taken(ask(search), source, button["place"], Taking.STORE)
        return (cards, *view(ask(search)))

    @app.callback(
        Output(Ids.MARKED, "data"),
        Input({"type": outcomes.MARK_BUTTON, "place": ALL, "file": ALL}, "n_clicks"),
        *held,
        prevent_initial_call=True,
    )
    def give_marked(_: list[int | None], contents: Any, names: Any) -> Any:
        return _download(marked(ask(None), _pressed(contents, names)[1]))

    _register_mapping(app, held, told)


def _register_mapping(app: Dash, held: Sequence[State], told: Output) -> None:
    def each(kind: str, which: Any, **more: Any) -> dict[str, Any]:
        return {"type": kind, "place": which, "file": which, "sheet": ALL, **more}

    @app.callback(
        Output({"type": outcomes.EDITOR, "place": MATCH, "file": MATCH}, "children"),
        Input({"type": outcomes.MAP_BUTTON, "place": MATCH, "file": MATCH}, "n_clicks"),
        Input(each(mapping_form.FORM, MATCH, shown=ALL), "value"),
        Input(each(mapping_form.REREAD, MATCH), "n_clicks"),
        State(each(mapping_form.FIRST, MATCH), "value"),
        State(each(mapping_form.LAST, MATCH), "value"),
        *held,
        prevent_initial_call=True,
    )
    def show_headers(_: int | None, forms: list[str], __: list[int | None], *given: Any) -> list[Component]:
        button, source = _pressed(*given[2:])
        if button["type"] == mapping_form.FORM and button["shown"] == ctx.triggered[0]["value"]:
            raise PreventUpdate
        ids = [given["id"] for given in ctx.inputs_list[1]]
        chosen = mapping_form.choices(ids, forms, _rows(ctx.states_list[0], ctx.states_list[1]))
        asked = ask(None)
        headers = site().services.headers(source, asked.reader.viewer, chosen)
        return mapping_form.editor(headers, {"place": button["place"], "file": button["file"]})

    @app.callback(
        told,
        Input(each(mapping_form.SAVE, ALL), "n_clicks"),
        State(each(mapping_form.COLUMN, ALL, letters=ALL), "value"),
        State(each(mapping_form.FORM, ALL, shown=ALL), "value"),
        State(each(mapping_form.FIRST, ALL), "value"),
        State(each(mapping_form.LAST, ALL), "value"),
        *held,
        prevent_initial_call=True,
    )
    def save(*given: Any) -> Any:
        button, source = _pressed(*given[-2:])
        columns, forms, first, last = (
            [one for one in state if _same_sheet(one["id"], button)] for state in ctx.states_list[:4]
        )
        choice = HeaderChoice(
            place=button["sheet"],
            form=next((str(one.get("value")) for one in forms), ""),
            header_rows=_rows(first, last).get(button["sheet"]),
            columns={str(one["id"]["letters"]): str(one["value"]) for one in columns if one.get("value")},
        )
        asked = ask(None)
        fault = site().services.keep_mapping(source, asked.reader.viewer, choice)
        if fault is not None:
            set_props({**button, "type": mapping_form.FAULT}, {"children": fault[language()]})
            return no_update
        cards = Patch()
        cards[button["place"]] = _taken(asked, source, button["place"], Taking.CHECK)
        return cards


def _same_sheet(one: dict[str, Any], button: dict[str, Any]) -> bool:
    return all(one[key] == button[key] for key in ("place", "file", "sheet"))


def _rows(first: Sequence[dict[str, Any]], last: Sequence[dict[str, Any]]) -> dict[int, tuple[int, int]]:
    return mapping_form.rows_of(*([(one["id"], one.get("value")) for one in given] for given in (first, last)))
