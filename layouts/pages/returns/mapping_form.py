"""Mapping form: an unrecognised header beside the columns of the nearest form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import ALL, MATCH, Dash, Input, Output, State, ctx, html, no_update, set_props
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.forms.header_mappings import FoundColumn, FoundHeader, HeaderChoice
from data.forms.vocabulary import Vocabulary
from data.returns import IntakeMode
from layouts.pages.returns import outcomes
from layouts.parts.components import aria
from layouts.text import language, t
from layouts.web.own_uploads import parse_upload_id, viewer_uploads
from layouts.web.request import ask, site

FORM: Final = "mapping-form"
FIRST: Final = "mapping-first"
LAST: Final = "mapping-last"
REREAD: Final = "mapping-reread"
COLUMN: Final = "mapping-column"
FAULT: Final = "mapping-fault"
SAVE: Final = "mapping-save"

Key = dict[str, Any]
"""Pattern-matching id that names an upload and one of its sheets."""


def editor(headers: Sequence[FoundHeader], vocabulary: Vocabulary, of: Key) -> list[Component]:
    """For each header the form that it is matched with, and a select for each of its columns."""
    if not headers:
        return [html.P(t("mapping.nothing"), className="note")]
    return [part for header in headers for part in _sheet(header, vocabulary, of)]


def choices(
    form_ids: Sequence[Key], forms: Sequence[Any], rows: Mapping[int, tuple[int, int]], vocabulary: Vocabulary
) -> list[HeaderChoice]:
    """The choices per sheet: its form, and its header rows where they cannot be detected."""
    return [
        HeaderChoice(place=given["sheet"], form=form, header_rows=rows.get(given["sheet"]))
        for given, form in zip(form_ids, forms, strict=True)
        if isinstance(form, str) and form in vocabulary.forms and isinstance(given["sheet"], int)
    ]


def rows_of(first: Iterable[tuple[Key, Any]], last: Iterable[tuple[Key, Any]]) -> dict[int, tuple[int, int]]:
    """First and last header row by sheet index, where both are numbers in order."""
    ends = {given["sheet"]: value for given, value in last}
    found = {given["sheet"]: (value, ends.get(given["sheet"])) for given, value in first}
    return {
        sheet: (top, bottom)
        for sheet, (top, bottom) in found.items()
        if isinstance(top, int) and isinstance(bottom, int) and 1 <= top <= bottom
    }


def register(app: Dash, decided: Output) -> None:
    """The callbacks; `decided` is updated when a file is to be reread."""

    def each(kind: str, which: Any, **more: Any) -> Key:
        return {"type": kind, "upload": which, "sheet": ALL, **more}

    @app.callback(
        Output({"type": outcomes.EDITOR, "upload": MATCH}, "children"),
        Input({"type": outcomes.MAP_BUTTON, "upload": MATCH}, "n_clicks"),
        Input(each(FORM, MATCH, shown=ALL), "value"),
        Input(each(REREAD, MATCH), "n_clicks"),
        State(each(FIRST, MATCH), "value"),
        State(each(LAST, MATCH), "value"),
        prevent_initial_call=True,
    )
    def show_headers(_: int | None, forms: list[str], *__: Any) -> list[Component]:
        button = _pressed()
        if button["type"] == FORM and button["shown"] == ctx.triggered[0]["value"]:
            raise PreventUpdate
        number = parse_upload_id(button["upload"])
        ids = [component["id"] for component in ctx.inputs_list[1]]
        reader = ask(None).reader
        chosen = choices(ids, forms, _chosen_rows(ctx.states_list[0], ctx.states_list[1]), reader.vocabulary)
        headers = site().services.headers(viewer_uploads().source(number), reader.viewer, chosen)
        return editor(headers, reader.vocabulary, {"upload": number})

    @app.callback(
        decided,
        Input(each(SAVE, ALL), "n_clicks"),
        State(each(COLUMN, ALL, letters=ALL), "value"),
        State(each(FORM, ALL, shown=ALL), "value"),
        State(each(FIRST, ALL), "value"),
        State(each(LAST, ALL), "value"),
        prevent_initial_call=True,
    )
    def save(*_: Any) -> Any:
        button = _pressed()
        number, uploads = parse_upload_id(button["upload"]), viewer_uploads()
        choice = _choice(button)
        fault = site().services.save_mapping(uploads.source(number), ask(None).reader.viewer, choice)
        if fault is not None:
            set_props({**button, "type": FAULT}, {"children": fault[language()]})
            return no_update
        uploads.requeue(number, IntakeMode.CHECK)
        return site().store.now().isoformat()


def _choice(button: Key) -> HeaderChoice:
    """The choice for the sheet whose button was clicked."""
    columns, forms, first, last = (
        [one for one in state if all(one["id"][key] == button[key] for key in ("upload", "sheet"))]
        for state in ctx.states_list
    )
    return HeaderChoice(
        place=button["sheet"],
        form=next((str(one.get("value")) for one in forms), ""),
        header_rows=_chosen_rows(first, last).get(button["sheet"]),
        columns={str(one["id"]["letters"]): str(one["value"]) for one in columns if one.get("value")},
    )


def _chosen_rows(first: Sequence[Key], last: Sequence[Key]) -> dict[int, tuple[int, int]]:
    return rows_of(*([(one["id"], one.get("value")) for one in given] for given in (first, last)))


def _pressed() -> Key:
    """The id of the button that was clicked.

    Raises:
        PreventUpdate: none was: newly rendered buttons trigger the callback too.
    """
    button = ctx.triggered_id
    if button is None or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    return dict(button)


def _sheet(header: FoundHeader, vocabulary: Vocabulary, of: Key) -> list[Component]:
    def named(kind: str, **more: Any) -> Key:
        return {"type": kind, **of, "sheet": header.place, **more}

    title = t("mapping.sheet", sheet=header.sheet, first=header.first_row, last=header.last_row)
    form = dmc.Select(
        # The displayed form is part of the id: only a different choice is a change.
        id=named(FORM, shown=header.form),
        label=t("mapping.form"),
        data=[
            {"value": code, "label": f"{code} – {form.title[language()]}"} for code, form in vocabulary.forms.items()
        ],
        value=header.form,
        allowDeselect=False,
        size="sm",
        maw=480,
    )
    return [
        html.H3(title),
        form,
        *([] if header.is_numbered else [_rows(header, named)]),
        html.Div(_table(header, vocabulary, named), className="scroll"),
        html.P(t("mapping.note"), className="note"),
        html.P(id=named(FAULT), className="mapping-fault", role="alert"),
        dmc.Button(t("mapping.save"), id=named(SAVE), size="sm"),
    ]


def _rows(header: FoundHeader, named: Any) -> Component:
    first, last = (
        dmc.NumberInput(id=named(kind), label=t(key), value=row, min=1, max=80, allowDecimal=False, size="sm", w=120)
        for kind, key, row in (
            (FIRST, "mapping.first", header.first_row),
            (LAST, "mapping.last", header.last_row),
        )
    )
    again = dmc.Button(t("mapping.reread"), id=named(REREAD), variant="outline", size="sm")
    return dmc.Group([first, last, again], align="flex-end", gap="sm")


def _table(header: FoundHeader, vocabulary: Vocabulary, named: Any) -> Component:
    form = vocabulary.form_version(header.form, header.version)
    data = [{"value": column.code, "label": column.title[language()]} for column in form.columns]
    head = html.Thead(html.Tr([html.Th(t(f"mapping.{name}"), scope="col") for name in ("column", "words", "meaning")]))
    body = html.Tbody([_line(column, data, named) for column in header.columns])
    return html.Table([head, body], className="plain-table mapping-table")


def _line(column: FoundColumn, data: Sequence[Mapping[str, str]], named: Any) -> Component:
    chosen = dmc.Select(
        id=named(COLUMN, letters=column.letters),
        data=data,
        value=column.code or None,
        placeholder=t("mapping.none"),
        clearable=True,
        searchable=True,
        size="xs",
        className="mapping-guess" if column.is_guess else "",
        **aria(label=t("mapping.meaning_of", column=column.letters)),
    )
    words: list[Any] = [column.words]
    if column.is_guess:
        words.append(html.Span(f" {t('mapping.guess')}", className="note"))
    return html.Tr([html.Th(column.letters, scope="row"), html.Td(words), html.Td(chosen)])
