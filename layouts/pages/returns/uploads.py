"""Files dropped on a page: a line each while they are sent and read, then what became of them; headers mapped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update, set_props
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.incoming.uploads import MAX_FILE_BYTES, MEGABYTE, SUFFIXES, Upload, UploadResult, UploadState
from data.returns import IntakeMode, OutcomeStatus
from layouts.pages.returns import mapping_form, outcomes
from layouts.parts.components import Props, aria, data, icon, section
from layouts.parts.page import LOCATION
from layouts.parts.slots import Filled, Slot, Slots
from layouts.text import t
from layouts.views.ask import Ask
from layouts.web.own_uploads import RECEIVE, number_of, sent
from layouts.web.request import ask, site

_ROW = "returns-row"
_SECOND, _PATIENCE = 1000, 60_000
# What upload.js says of a file while it is not yet on the server.
_SAID = ("waiting", "sending", "sent", "offline", "session", "refused", "too_large", "kind", "again", "put_away")
_COUNTED: Mapping[str, frozenset[OutcomeStatus | None]] = {
    "refused": frozenset({OutcomeStatus.REFUSED}),
    "undecided": frozenset({OutcomeStatus.CHECKED}),
    "failed": frozenset({None}),
}
_RECEIVED = frozenset({OutcomeStatus.ACCEPTED, OutcomeStatus.SUPERSEDED, OutcomeStatus.ALREADY_STORED})


class Ids(StrEnum):
    """Ids of the zone that files are dropped on, and of what is told about them."""

    ZONE = "returns-zone"
    FILE = "returns-file"
    CHECK_ONLY = "returns-check-only"
    SUMMARY = "returns-summary"
    OUTCOMES = "returns-outcomes"
    SENDING = "returns-sending"
    PUT_ALL_AWAY = "returns-put-all-away"
    SENT = "returns-sent"
    DECIDED = "returns-decided"
    SHOWN = "returns-shown"
    VERSION = "returns-version"
    TICK = "returns-tick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Board(Slots):
    """What follows the files that are under way."""

    outcomes: Annotated[Any, Slot(Ids.OUTCOMES)]
    summary: Annotated[str, Slot(Ids.SUMMARY)]
    put_all_away: Annotated[str, Slot(Ids.PUT_ALL_AWAY, "display")]
    is_still: Annotated[bool, Slot(Ids.TICK, "disabled")]
    shown: Annotated[list[tuple[int, str]], Slot(Ids.SHOWN, "data")]
    version: Annotated[Any, Slot(Ids.VERSION, "data")]


def zone(asked: Ask) -> Component:
    """Where files are dropped; `board` tells what becomes of them."""
    if not asked.reader.viewer.may_load:
        return section(t("returns.upload"), dmc.Text(t("returns.may_not_load"), c="dimmed", size="sm"))
    words = {name: t(f"uploads.{name}", most=MAX_FILE_BYTES // MEGABYTE, share="{share}") for name in _SAID}
    drop = html.Div(
        [
            # upload.js puts the input here: Dash has none for files.
            html.Div(className="drop-input"),
            html.Label(
                [icon("upload", 32), html.Strong(t("returns.drop")), html.Span(t("returns.drop_note"))],
                htmlFor=Ids.FILE,
                className="drop",
            ),
        ],
        id=Ids.ZONE,
        className="upload",
        **data(address=RECEIVE, kinds=",".join(SUFFIXES), largest=str(MAX_FILE_BYTES), **words),
    )
    switch = dmc.Switch(id=Ids.CHECK_ONLY, label=t("returns.check_only"), mt="sm")
    return section(t("returns.upload"), drop, switch)


def board(asked: Ask) -> Component:
    """A line or a card for each file that the reader has sent, in the order in which they came; none for others."""
    if not asked.reader.viewer.may_load:
        return html.Div()
    files = sent().list()
    shown = Board(
        outcomes=_rows(files),
        summary=_summary(files, 0),
        put_all_away=_button_shown(files),
        is_still=not _under_way(files),
        shown=_shown(files),
        version=asked.reader.version,
    )
    return html.Div(
        [
            html.Div(
                [
                    html.P(**shown[Ids.SUMMARY], role="status", className="upload-summary"),
                    dmc.Button(
                        t("uploads.put_all_away"), **shown[Ids.PUT_ALL_AWAY], variant="subtle", size="compact-sm"
                    ),
                ],
                className="upload-head no-print",
            ),
            html.Div(**shown[Ids.OUTCOMES]),
            html.Div(id=Ids.SENDING, className="no-print"),
            dcc.Store(id=Ids.SENT),
            dcc.Store(id=Ids.DECIDED),
            dcc.Store(**shown[Ids.SHOWN]),
            dcc.Store(**shown[Ids.VERSION]),
            dcc.Interval(**shown[Ids.TICK], interval=_SECOND),
        ]
    )


def _rows(files: Sequence[Upload]) -> list[Component]:
    answers = sent().results([file.id for file in files if not file.is_pending])
    return [
        html.Div(
            _inside(file, answers.get(file.id)),
            id=_row(file.id),
            className="upload-row",
            tabIndex=-1,
            **data(upload=str(file.id)),
        )
        for file in files
    ]


def _row(number: int) -> Props:
    return {"type": _ROW, "upload": number}


def _inside(file: Upload, answer: UploadResult | None) -> Component:
    if answer is not None:
        return outcomes.card(file, answer, site().store.vocabulary)
    words = t(f"uploads.state_{file.state}")
    share: Props = {} if file.state is UploadState.READING else {"value": "0"}
    progress = html.Progress(className="upload-progress", **share, **aria(label=file.name, valuetext=words))
    return html.Div(
        [html.Strong(file.name, className="upload-name"), html.Span(words, className="upload-state"), progress],
        className="card upload-line",
    )


def _shown(files: Sequence[Upload]) -> list[tuple[int, str]]:
    """What the browser keeps of what it shows, to be told what is new."""
    return [(file.id, _mark(file)) for file in files]


def _mark(file: Upload) -> str:
    """Another one whenever a file's line looks otherwise."""
    return f"{file.state} {file.answered_at.isoformat() if file.answered_at else ''}"


def _under_way(files: Sequence[Upload]) -> bool:
    return any(file.is_pending for file in files)


def _button_shown(files: Sequence[Upload]) -> str:
    return "block" if any(not file.is_pending for file in files) else "none"


def _summary(files: Sequence[Upload], unsent: int) -> str:
    """How far it has got, in one sentence; nothing where there is nothing to tell."""
    if not files and not unsent:
        return ""
    counts = Counter(file.status for file in files if not file.is_pending)
    received = sum(counts[status] for status in _RECEIVED)
    told = {name: sum(counts[status] for status in among) for name, among in _COUNTED.items()}
    told |= {"left_reading": sum(file.is_pending for file in files), "left_sending": unsent}
    parts = [t(f"uploads.count_{name}", count=count) for name, count in told.items() if count]
    return "; ".join([t("uploads.count_received", received=received, all=len(files) + unsent), *parts]) + "."


def register(app: Dash, anew: Mapping[str, Output], view: Callable[[Ask], Filled]) -> None:
    """The callbacks; `view` fills what of the page changes when returns come in, the outputs `anew`, by their names."""

    @app.callback(
        Input(Ids.TICK, "n_intervals"),
        Input(Ids.SENT, "data"),
        Input(Ids.DECIDED, "data"),
        State(Ids.SHOWN, "data"),
        State(Ids.VERSION, "data"),
        output=Board.outputs(),
        prevent_initial_call=True,
        # An answer that is still on its way when the next is asked for is thrown away.
        running=[(Output(Ids.TICK, "interval"), _PATIENCE, _SECOND)],
    )
    def look(_: int | None, sending: Any, __: Any, shown: Any, known: Any) -> Filled:
        files, unsent, version = sent().list(), _unsent(sending), ask(None).reader.version
        if _under_way(files):
            site().clerk.call()
        board = Board(
            outcomes=_changed(files, _before(shown)),
            summary=_summary(files, unsent),
            put_all_away=_button_shown(files),
            is_still=not (_under_way(files) or unsent),
            shown=_shown(files),
            version=no_update if version == known else version,
        )
        return board.values()

    @app.callback(Input(Ids.VERSION, "data"), State(LOCATION, "search"), output=dict(anew), prevent_initial_call=True)
    def show(_: Any, search: str) -> Filled:
        return view(ask(search))

    @app.callback(
        Output(Ids.DECIDED, "data"),
        *(Input({"type": kind, "upload": ALL}, "n_clicks") for kind in outcomes.DECISIONS),
        Input(Ids.PUT_ALL_AWAY, "n_clicks"),
        prevent_initial_call=True,
    )
    def decide(*_: Any) -> str:
        button, mine = ctx.triggered_id, sent()
        if button is None or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        if isinstance(button, str):
            mine.dismiss()
        elif button["type"] == outcomes.PUT_AWAY_BUTTON:
            mine.dismiss(number_of(button["upload"]))
        else:
            mode = IntakeMode.STORE if button["type"] == outcomes.SUBMIT_BUTTON else None
            mine.requeue(number_of(button["upload"]), mode)
        return site().store.now().isoformat()

    mapping_form.register(app, Output(Ids.DECIDED, "data", allow_duplicate=True))


def _unsent(told: Any) -> int:
    left = told.get("left") if isinstance(told, dict) else None
    return left if isinstance(left, int) and left > 0 else 0


def _before(shown: Any) -> dict[int, Any]:
    """The files' marks that the browser shows."""
    try:
        return {number: mark for number, mark in shown if isinstance(number, int)}
    except (TypeError, ValueError):
        return {}


def _changed(files: Sequence[Upload], before: Mapping[int, Any]) -> Any:
    """The lines where other files are to be shown; else each that has changed is set by itself.

    All lines at once would lose what is being typed in one of them.
    """
    if [file.id for file in files] != list(before):
        return _rows(files)
    changed = [file for file in files if _mark(file) != before[file.id]]
    answers = sent().results([file.id for file in changed])
    for file in changed:
        set_props(_row(file.id), {"children": _inside(file, answers.get(file.id))})
    return no_update
