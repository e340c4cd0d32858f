"""Changes through the API, for tokens that may load: returns are sent, confirmed and withdrawn, periods opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps

from flask import Flask, Request, abort, jsonify, request
from flask.typing import ResponseReturnValue

from data.incoming.uploads import UnknownUpload, Upload, UploadResult, Uploads
from data.language import UserError
from data.people.tokens import Tokens
from data.periods import Period
from data.returns import Effect, Finding, IntakeMode, Outcome, ReturnWithdrawal
from data.viewers import OutOfScope, Scope, Viewer
from data.writing.periods import DueDay
from layouts.documents.tables import Json
from layouts.text import language, t
from layouts.views.effects import assess
from layouts.web.notices import notice
from layouts.web.own_uploads import parse_upload_id, sent_file
from layouts.web.request import site

Fields = Mapping[str, str]
_ENDPOINT = "api_change"


def register(server: Flask, prefix: str) -> None:
    """Adds the routes; they take a token only, never a session, so that no page elsewhere can use them."""
    for change in CHANGES:
        named = f"{_ENDPOINT}_{change.view.__name__}"
        server.extensions["csrf"].exempt(change.view)
        server.add_url_rule(f"{prefix}{change.path}", named, change.view, methods=[change.method])


def token_of(asked: Request) -> str:
    """The secret that a request carries, "" if none: a bearer token, or the password of basic authentication."""
    given = asked.authorization
    return (given.token if given.type == "bearer" else given.password) or "" if given else ""


def scope_of(asked: Request) -> Scope:
    """What a token must permit for a request."""
    return Scope.LOAD if (asked.endpoint or "").startswith(_ENDPOINT) else Scope.READ


def _of_token(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Hands the token's account to a view; what the view may not do is answered with 403, what cannot be with 422."""

    @wraps(view)
    def checked(**values: str) -> ResponseReturnValue:
        viewer = Tokens(site().store).check(token_of(request), Scope.LOAD)
        if viewer is None:
            abort(401)
        try:
            return view(viewer, **values)
        except (OutOfScope, UnknownUpload):
            raise
        except UserError as fault:
            return notice(422, t("notice.title_400"), fault.text[language()])

    return checked


@_of_token
def send_return(viewer: Viewer) -> ResponseReturnValue:
    """Queues a workbook: 202 with the address of its result. With `check`, it is only checked."""
    source, mode = sent_file()
    return _queued(Uploads(site().store, viewer).add(source, mode))


@_of_token
def upload_result(viewer: Viewer, number: str) -> ResponseReturnValue:
    """What became of a workbook: pending, or its outcome with findings, difference and effect."""
    return jsonify(_result(*Uploads(site().store, viewer).get(parse_upload_id(number))))


@_of_token
def confirm_return(viewer: Viewer, number: str) -> ResponseReturnValue:
    """Stores a workbook that is held or was only checked."""
    known = parse_upload_id(number)
    Uploads(site().store, viewer).requeue(known, IntakeMode.STORE)
    return _queued(known)


@_of_token
def change_period(viewer: Viewer) -> ResponseReturnValue:
    """Opens, extends, closes, reopens or cancels a period; answers with its state and due day."""
    store, given = site().store, _fields()
    period, reason = Period.parse(given.get("period", "")), given.get("reason", "")
    due = _due_day(given)
    match given.get("change"):
        case "open":
            store.open_period(period, viewer=viewer, due=due, reason=reason)
        case "extend" if due is not None:
            store.extend_period(period, due, viewer=viewer, reason=reason)
        case "close":
            store.close_period(period, viewer=viewer, reason=reason)
        case "reopen":
            store.reopen_period(period, viewer=viewer, due=due, reason=reason)
        case "cancel":
            store.cancel_period(period, viewer=viewer, reason=reason)
        case _:
            abort(400)
    reader = store.reader(viewer)
    opened = reader.opened_periods.get(period)
    day = reader.due_day(period, due.unit if due else None)
    return jsonify(period=period.code, state=opened.state if opened else "cancelled", due=day.isoformat())


@_of_token
def withdraw_return(viewer: Viewer) -> ResponseReturnValue:
    """Withdraws a unit's return of a period, all forms or some, and tells its effect; with `check`, only the effect."""
    given, store = _fields(), site().store
    forms = tuple(given.get("forms", "").replace(",", " ").split())
    what = ReturnWithdrawal(
        unit=given.get("unit", ""),
        period=Period.parse(given.get("period", "")),
        forms=forms,
        restore=_is_set(given, "restore"),
    )
    effect = assess(store, what, viewer)
    returns = (
        () if _is_set(given, "check") else store.withdraw(what, viewer=viewer, reason=given.get("reason", "")).returns
    )
    return jsonify(withdrawn=[list(each) for each in returns], effect=_effect(effect))


def _fields() -> Fields:
    """The fields of a JSON object or of a form, as texts."""
    given = request.get_json(silent=True) if request.is_json else request.form
    if not isinstance(given, Mapping):
        abort(400)
    return {str(name): str(value) for name, value in given.items() if value not in (None, False)}


def _is_set(given: Fields, name: str) -> bool:
    """Whether a flag is set; 400 for what is neither, since an option taken wrongly cannot be taken back."""
    text = given.get(name, "0").lower()
    if text not in {"0", "false", "1", "true"}:
        abort(400)
    return text in {"1", "true"}


def _due_day(given: Fields) -> DueDay | None:
    if not given.get("due"):
        return None
    try:
        return DueDay(day=date.fromisoformat(given["due"]), unit=given.get("unit") or None)
    except ValueError:
        abort(400)


def _queued(number: int) -> ResponseReturnValue:
    site().upload_reader.notify()
    path = f"{request.path.partition('/returns')[0]}/returns/{number}"
    return jsonify(upload=number, href=path), 202, {"Location": path}


def _result(upload: Upload, result: UploadResult) -> Json:
    """An upload as JSON: the outcome's fields are null while it is pending, `fault` names an internal error."""
    outcome = result.outcome
    found: Json = {
        "upload": upload.id,
        "file": upload.name,
        "pending": upload.is_pending,
        "fault": result.fault or None,
    }
    if outcome is None:
        return found | dict.fromkeys(("status", "returns", "findings", "changes", "differences", "effect"))
    return found | {
        "status": outcome.status,
        "returns": [list(each) for each in outcome.returns],
        "findings": [_finding(finding) for finding in outcome.findings],
        "changes": result.change_count,
        "differences": _differences(outcome),
        "effect": _effect(outcome.effect),
    }


def _finding(finding: Finding) -> Json:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "message": finding.say(language()),
    }


def _differences(outcome: Outcome) -> list[Json]:
    return [
        {"code": each.code, "count": each.count, "message": each.message[language()]} for each in outcome.differences
    ]


def _effect(effect: Effect | None) -> Json | None:
    return None if effect is None else {"count": effect.count, "lines": [line[language()] for line in effect.lines]}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRoute:
    """A route that changes something: its address, what its body may hold, the view."""

    path: str
    method: str
    view: Callable[..., ResponseReturnValue]
    fields: tuple[str, ...] = ()
    has_file: bool = False


CHANGES = (
    ChangeRoute(path="/returns", method="POST", view=send_return, fields=("check",), has_file=True),
    ChangeRoute(path="/returns/<number>", method="GET", view=upload_result),
    ChangeRoute(path="/returns/<number>/confirm", method="POST", view=confirm_return),
    ChangeRoute(
        path="/periods", method="POST", view=change_period, fields=("period", "change", "due", "unit", "reason")
    ),
    ChangeRoute(
        path="/withdrawals",
        method="POST",
        view=withdraw_return,
        fields=("unit", "period", "forms", "reason", "restore", "check"),
    ),
)
