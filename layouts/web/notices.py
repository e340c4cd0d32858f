"""What a reader is told when a request fails: one page or one JSON answer, in the reader's language."""

from __future__ import annotations

import logging

from dash.exceptions import DependencyException
from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, current_user
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, NotFound

from data.incoming.uploads import MAX_FILE_BYTES, MEGABYTE
from data.language import UserError
from data.tables.audit import Action
from data.viewers import OutOfScope
from layouts.text import language, t
from layouts.views.ask import ADDRESS_ERRORS
from layouts.views.tabulation import MOST_VALUES
from layouts.web.logs import request_id
from layouts.web.request import site
from layouts.words import formats

_KNOWN = frozenset({400, 403, 404, 413, 415})
_LONGEST_SUBJECT = 300
_LOG = logging.getLogger(__name__)


def register(server: Flask) -> None:
    """Adds the error handlers to a server."""
    server.register_error_handler(OutOfScope, _no_permission)
    for fault in ADDRESS_ERRORS:
        server.register_error_handler(fault, _not_found)
    server.register_error_handler(HTTPException, _refused)
    server.register_error_handler(DependencyException, lambda _: _refused(NotFound()))
    server.register_error_handler(OperationalError, _no_database)
    server.register_error_handler(Exception, _our_fault)


def notice(status: int, title: str, message: str) -> ResponseReturnValue:
    """The answer to a request that failed."""
    if request.path.startswith(("/_", "/api/")):
        return jsonify(error=title, message=message), status
    values: dict[str, object] = {"t": t, "language": language(), "title": title, "message": message}
    return render_template("notice.html", **values), status


def _no_permission(error: OutOfScope) -> ResponseReturnValue:
    viewer = getattr(current_user, "viewer", None)
    if viewer is not None:
        site().store.log(
            Action.DENIED,
            viewer=viewer,
            subject=f"{request.method} {request.full_path.rstrip('?')}"[:_LONGEST_SUBJECT],
            details={"request": request_id(), "reason": str(error)[:_LONGEST_SUBJECT]},
        )
    return notice(403, t("notice.no_permission"), error.text[language()])


def _not_found(error: UserError) -> ResponseReturnValue:
    return notice(404, t("notice.not_found"), error.text[language()])


def _refused(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    known = status if status in _KNOWN else 400
    limits = {"file": MAX_FILE_BYTES // MEGABYTE, "values": formats.number(MOST_VALUES, language())}
    return notice(status, t(f"notice.title_{known}"), t(f"notice.message_{known}", **limits))


def _no_database(error: Exception) -> ResponseReturnValue:
    # Nothing was half done: what writes does so in one transaction.
    _LOG.error("the database does not answer", exc_info=error)
    # Who asks is not known now; the page of the notice must not ask the database again.
    g.setdefault("_login_user", AnonymousUserMixin())
    status = 503
    return notice(status, t("notice.title_503"), t("notice.message_503", number=request_id()))


def _our_fault(error: Exception) -> ResponseReturnValue:
    _LOG.error("fault", exc_info=error)
    return notice(500, t("notice.title_500"), t("notice.message_500", number=request_id()))
