"""Who comes in: the guard before every request, CSRF protection, the log of what leaves, security headers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from flask import Flask, Response, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect, generate_csrf

from data.tables.audit import Action
from layouts.web import notices
from layouts.web.logs import request_id
from layouts.web.request import Site, site
from layouts.web.scope_guard import refuse_foreign
from layouts.web.sessions import Sessions
from layouts.web.sign_in import Doors, door

_PUBLIC = frozenset({"sign_in", "sign_in_demo", "health", "ready"})
_OPEN = "/assets/"
_PARTS = (_OPEN, "/_dash-component-suites/")
_POLICY = (
    "default-src 'none'",
    "style-src 'self' 'unsafe-inline'",
    # A chart becomes an image by way of a blob, which only scripts of this site can make.
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "object-src 'none'",
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ROWS_TOTAL = "X-Total-Count"
"""The header of an answer that holds rows of a table."""

_HSTS = f"max-age={365 * 24 * 3600}"


def protect(server: Flask, site: Site) -> LoginManager:
    """Puts sign-in, guard, CSRF protection and notices on a server.

    The guard comes first, so that a request without a session gets 401, not the 400 of a missing token.
    """
    doors = Doors(site)
    server.session_interface = Sessions()
    manager = LoginManager(server)
    manager.user_loader(doors.known)
    server.before_request(_guard)
    CSRFProtect(server)
    server.before_request(_stay_in_scope)
    server.after_request(_token_cookie)
    server.after_request(_log_export)
    doors.register(server)
    notices.register(server)
    return manager


def set_headers(server: Flask, hashes: Callable[[], Sequence[str]]) -> None:
    """Adds the security headers to every answer.

    `hashes` gives those of the page's inline scripts; it is asked once, after the first request, because the page
    router adds its script with that.
    """

    @cache
    def policy() -> str:
        return "; ".join((f"script-src 'self' {' '.join(hashes())}", *_POLICY))

    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy()
        response.headers.update(_HEADERS)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = _HSTS
        if not request.path.startswith(_PARTS):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    server.after_request(add)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint in _PUBLIC or request.path.startswith(_OPEN) or current_user.is_authenticated:
        return None
    if request.path.startswith(("/_", "/api/")) or request.method != "GET":
        return jsonify(error="auth"), 401
    return redirect(door(request.full_path.rstrip("?")))


def _stay_in_scope() -> None:
    open_to_all = request.endpoint in _PUBLIC or request.path.startswith(_PARTS)
    if not open_to_all and current_user.is_authenticated:
        refuse_foreign(site().store.reader(current_user.viewer), _body())


def _body() -> Any:
    try:
        return request.get_json(silent=True)
    except RecursionError:
        abort(400)


def _token_cookie(response: Response) -> Response:
    # The renderer reads this cookie and sends it back in a header with each of its requests.
    if request.method == "GET" and response.mimetype == "text/html" and _is_answered(response):
        response.set_cookie("_csrf_token", generate_csrf(), samesite="Strict", secure=request.is_secure, httponly=False)
    return response


def _is_answered(response: Response) -> bool:
    """Whether somebody who is signed in got an answer; after a fault it may not be known who asks."""
    return response.status_code < 500 and bool(current_user.is_authenticated)


def _has_rows(response: Response) -> bool:
    """Whether a request of the API was answered with rows of a table."""
    return ROWS_TOTAL in response.headers and response.status_code == 200


def _log_export(response: Response) -> Response:
    attached = response.headers.get("Content-Disposition", "").startswith("attachment")
    if (attached or _has_rows(response)) and _is_answered(response):
        subject = request.full_path.rstrip("?")
        details = {"request": request_id(), "bytes": response.content_length}
        site().store.log(Action.EXPORTED, viewer=current_user.viewer, subject=subject, details=details)
    return response
