"""The upload zone: a row per file while it is sent and processed, then its outcome; mapping of headers."""

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
from layouts.web.own_uploads import UPLOAD_PATH, parse_upload_id, viewer_uploads
from layouts.web.request import ask, site

_ROW = "returns-row"
_SECOND, _PATIENCE = 1000, 60_000
# States that upload.js shows for a file until it is on the server.
_CLIENT_STATES = (
    "waiting",
    "sending",
    "sent",
    "offline",
    "session",
    "refused",
    "too_large",
    "kind",
    "again",
    "put_away",
)
_COUNTED: Mapping[str, frozenset[OutcomeStatus | None]] = {
    "refused": frozenset({OutcomeStatus.REFUSED}),
    "undecided": frozenset({OutcomeStatus.CHECKED, OutcomeStatus.HELD}),
    "failed": frozenset({None}),
}
_RECEIVED = frozenset({OutcomeStatus.ACCEPTED, OutcomeStatus.SUPERSEDED, OutcomeStatus.ALREADY_STORED})


class Ids(StrEnum):
    """Component ids of the drop zone and of the list of uploads."""

    ZONE = "returns-zone"
    FILE = "returns-file"
    CHECK_ONLY = "returns-check-only"
    SUMMARY = "returns-summary"
    OUTCOMES = "returns-outcomes"
    SENDING = "returns-sending"
    DISMISS_ALL = "returns-put-all-away"
    SENT = "returns-sent"
    DECIDED = "returns-decided"
    SHOWN = "returns-shown"
    VERSION = "returns-version"
    TICK = "returns-tick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Board(Slots):
    """Slots that follow the progress of uploads."""

    outcomes: Annotated[Any, Slot(Ids.OUTCOMES)]
    summary: Annotated[str, Slot(Ids.SUMMARY)]
    dismiss_all: Annotated[str, Slot(Ids.DISMISS_ALL, "display")]
    is_idle: Annotated[bool, Slot(Ids.TICK, "disabled")]
    shown: Annotated[list[tuple[int, str]], Slot(Ids.SHOWN, "data")]
    version: Annotated[Any, Slot(Ids.VERSION, "data")]


def zone(asked: Ask) -> Component:
    """The drop zone; `board` shows the progress and outcome of uploads."""
    if not asked.reader.viewer.may_load:
        return section(t("returns.upload"), dmc.Text(t("returns.may_not_load"), c="dimmed", size="sm"))
    words = {name: t(f"uploads.{name}", most=MAX_FILE_BYTES // MEGABYTE, share="{share}") for name in _CLIENT_STATES}
    drop = html.Div(
        [
            # upload.js inserts the file input: Dash has no such component.
            html.Div(className="drop-input"),
            html.Label(
                [icon("upload", 32), html.Strong(t("returns.drop")), html.Span(t("returns.drop_note"))],
                htmlFor=Ids.FILE,
                className="drop",
            ),
        ],
        id=Ids.ZONE,
        className="upload",
        **data(address=UPLOAD_PATH, kinds=",".join(SUFFIXES), largest=str(MAX_FILE_BYTES), **words),
    )
    switch = dmc.Switch(id=Ids.CHECK_ONLY, label=t("returns.check_only"), mt="sm")
    return section(t("returns.upload"), drop, switch)


def board(asked: Ask) -> Component:
    """A row or a card for each of the reader's uploads, in order of arrival; empty for accounts that may not upload."""
    if not asked.reader.viewer.may_load:
        return html.Div()
    files = viewer_uploads().list()
    shown = Board(
        outcomes=_rows(files),
        summary=_summary(files, 0),
        dismiss_all=_button_shown(files),
        is_idle=not _under_way(files),
        shown=_shown(files),
        version=asked.reader.version,
    )
    return html.Div(
        [
            html.Div(
                [
                    html.P(**shown[Ids.SUMMARY], role="status", className="upload-summary"),
                    dmc.Button(
                        t("uploads.put_all_away"), **shown[Ids.DISMISS_ALL], variant="subtle", size="compact-sm"
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
    answers = viewer_uploads().results([file.id for file in files if not file.is_pending])
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
    """Id and mark of each displayed upload, which the browser sends back to learn what has changed."""
    return [(file.id, _mark(file)) for file in files]


def _mark(file: Upload) -> str:
    """A mark that changes whenever the row of the file would render differently."""
    return f"{file.state} {file.answered_at.isoformat() if file.answered_at else ''}"


def _under_way(files: Sequence[Upload]) -> bool:
    return any(file.is_pending for file in files)


def _button_shown(files: Sequence[Upload]) -> str:
    return "block" if any(not file.is_pending for file in files) else "none"


def _summary(files: Sequence[Upload], unsent: int) -> str:
    """Progress in one sentence; empty without uploads."""
    if not files and not unsent:
        return ""
    counts = Counter(file.status for file in files if not file.is_pending)
    received = sum(counts[status] for status in _RECEIVED)
    amounts = {name: sum(counts[status] for status in among) for name, among in _COUNTED.items()}
    amounts |= {"left_reading": sum(file.is_pending for file in files), "left_sending": unsent}
    parts = [t(f"uploads.count_{name}", count=count) for name, count in amounts.items() if count]
    return "; ".join([t("uploads.count_received", received=received, all=len(files) + unsent), *parts]) + "."


def register(app: Dash, refreshed: Mapping[str, Output], view: Callable[[Ask], Filled]) -> None:
    """The callbacks; `view` fills the outputs `refreshed` by name when returns are accepted."""

    @app.callback(
        Input(Ids.TICK, "n_intervals"),
        Input(Ids.SENT, "data"),
        Input(Ids.DECIDED, "data"),
        State(Ids.SHOWN, "data"),
        State(Ids.VERSION, "data"),
        output=Board.outputs(),
        prevent_initial_call=True,
        # Dash drops a response that is still pending when the next request is sent.
        running=[(Output(Ids.TICK, "interval"), _PATIENCE, _SECOND)],
    )
    def poll(_: int | None, sending: Any, __: Any, shown: Any, known: Any) -> Filled:
        files, unsent, version = viewer_uploads().list(), _unsent(sending), ask(None).reader.version
        if _under_way(files):
            site().upload_reader.notify()
        board = Board(
            outcomes=_changed(files, _displayed_marks(shown)),
            summary=_summary(files, unsent),
            dismiss_all=_button_shown(files),
            is_idle=not (_under_way(files) or unsent),
            shown=_shown(files),
            version=no_update if version == known else version,
        )
        return board.values()

    @app.callback(
        Input(Ids.VERSION, "data"), State(LOCATION, "search"), output=dict(refreshed), prevent_initial_call=True
    )
    def show(_: Any, search: str) -> Filled:
        return view(ask(search))

    @app.callback(
        Output(Ids.DECIDED, "data"),
        *(Input({"type": kind, "upload": ALL}, "n_clicks") for kind in outcomes.DECISIONS),
        Input(Ids.DISMISS_ALL, "n_clicks"),
        prevent_initial_call=True,
    )
    def decide(*_: Any) -> str:
        button, uploads = ctx.triggered_id, viewer_uploads()
        if button is None or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        if isinstance(button, str):
            uploads.dismiss()
        elif button["type"] == outcomes.DISMISS_BUTTON:
            uploads.dismiss(parse_upload_id(button["upload"]))
        else:
            mode = IntakeMode.STORE if button["type"] == outcomes.SUBMIT_BUTTON else None
            uploads.requeue(parse_upload_id(button["upload"]), mode)
        return site().store.now().isoformat()

    mapping_form.register(app, Output(Ids.DECIDED, "data", allow_duplicate=True))


def _unsent(client_files: Any) -> int:
    left = client_files.get("left") if isinstance(client_files, dict) else None
    return left if isinstance(left, int) and left > 0 else 0


def _displayed_marks(shown: Any) -> dict[int, Any]:
    """The marks of the displayed uploads, by id."""
    try:
        return {number: mark for number, mark in shown if isinstance(number, int)}
    except (TypeError, ValueError):
        return {}


def _changed(files: Sequence[Upload], displayed: Mapping[int, Any]) -> Any:
    """All rows if the set of files has changed; otherwise sets only the changed rows.

    Replacing all rows would lose what is being typed in one of them.
    """
    if [file.id for file in files] != list(displayed):
        return _rows(files)
    changed = [file for file in files if _mark(file) != displayed[file.id]]
    answers = viewer_uploads().results([file.id for file in changed])
    for file in changed:
        set_props(_row(file.id), {"children": _inside(file, answers.get(file.id))})
    return no_update
