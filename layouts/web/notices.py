"""Error responses: a page, or JSON for programs, in the reader's language."""

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
from data.tables.replica import ReplicaLost
from data.viewers import OutOfScope
from layouts.text import language, t
from layouts.views.ask import ADDRESS_ERRORS
from layouts.views.tabulation import MOST_VALUES
from layouts.web.logs import request_id
from layouts.web.request import answer_from_primary, site
from layouts.words import formats

_EXPLAINED = frozenset({400, 403, 404, 413, 415})
_MAX_SUBJECT_LENGTH = 300
_LOG = logging.getLogger(__name__)


def register(server: Flask) -> None:
    """Adds the error handlers to a server."""
    server.register_error_handler(OutOfScope, _no_permission)
    for fault in ADDRESS_ERRORS:
        server.register_error_handler(fault, _not_found)
    server.register_error_handler(HTTPException, _refused)
    server.register_error_handler(DependencyException, lambda _: _refused(NotFound()))
    server.register_error_handler(OperationalError, _no_database)
    server.register_error_handler(ReplicaLost, answer_from_primary)
    server.register_error_handler(Exception, _internal_error)


def notice(status: int, title: str, message: str) -> ResponseReturnValue:
    """The response to a failed request."""
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
            subject=f"{request.method} {request.full_path.rstrip('?')}"[:_MAX_SUBJECT_LENGTH],
            details={"request": request_id(), "reason": str(error)[:_MAX_SUBJECT_LENGTH]},
        )
    return notice(403, t("notice.no_permission"), error.text[language()])


def _not_found(error: UserError) -> ResponseReturnValue:
    return notice(404, t("notice.not_found"), error.text[language()])


def _refused(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    explained = status if status in _EXPLAINED else 400
    limits = {"file": MAX_FILE_BYTES // MEGABYTE, "values": formats.number(MOST_VALUES, language())}
    return notice(status, t(f"notice.title_{explained}"), t(f"notice.message_{explained}", **limits))


def _no_database(error: Exception) -> ResponseReturnValue:
    # Nothing is half written: every write is one transaction.
    _LOG.error("the database does not answer", exc_info=error)
    # The account cannot be loaded now, and rendering the error page must not query the database again.
    g.setdefault("_login_user", AnonymousUserMixin())
    status = 503
    return notice(status, t("notice.title_503"), t("notice.message_503", number=request_id()))


def _internal_error(error: Exception) -> ResponseReturnValue:
    _LOG.error("fault", exc_info=error)
    return notice(500, t("notice.title_500"), t("notice.message_500", number=request_id()))
