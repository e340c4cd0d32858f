"""Access control: authentication of every request, CSRF protection, audit of exports, security headers."""

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
from layouts.web.request import Site, reader, site
from layouts.web.scope_guard import reject_out_of_scope
from layouts.web.sessions import STATIC, Sessions
from layouts.web.sign_in import SignInRoutes, sign_in_url

_PUBLIC = frozenset({"sign_in", "sign_in_demo", "health", "ready"})
_ASSETS = "/assets/"
_POLICY = (
    "default-src 'none'",
    "style-src 'self' 'unsafe-inline'",
    # Charts are exported as images through a blob, which only scripts of this site can create.
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
"""Response header that marks the rows of a table and counts all of them."""

_HSTS = f"max-age={365 * 24 * 3600}"


def protect(server: Flask, site: Site) -> LoginManager:
    """Adds sign-in, authentication, CSRF protection and error pages to a server.

    Authentication is checked first, so that a request without a session gets 401, not the 400 of a missing token.
    """
    sign_in_routes = SignInRoutes(site)
    server.session_interface = Sessions()
    manager = LoginManager(server)
    manager.user_loader(sign_in_routes.load_user)
    server.before_request(_require_sign_in)
    CSRFProtect(server)
    server.before_request(_enforce_scope)
    server.after_request(_token_cookie)
    server.after_request(_log_export)
    sign_in_routes.register(server)
    notices.register(server)
    return manager


def set_headers(server: Flask, hashes: Callable[[], Sequence[str]]) -> None:
    """Adds the security headers to every response.

    `hashes` returns the CSP hashes of the inline scripts; it is called once, after the first request, because the page
    router adds its script during that request.
    """

    @cache
    def policy() -> str:
        return "; ".join((f"script-src 'self' {' '.join(hashes())}", *_POLICY))

    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy()
        response.headers.update(_HEADERS)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = _HSTS
        if not request.path.startswith(STATIC):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    server.after_request(add)


def _require_sign_in() -> ResponseReturnValue | None:
    if request.endpoint in _PUBLIC or request.path.startswith(_ASSETS) or current_user.is_authenticated:
        return None
    if request.path.startswith(("/_", "/api/")) or request.method != "GET":
        return jsonify(error="auth"), 401
    return redirect(sign_in_url(request.full_path.rstrip("?")))


def _enforce_scope() -> None:
    open_to_all = request.endpoint in _PUBLIC or request.path.startswith(STATIC)
    if not open_to_all and current_user.is_authenticated:
        reject_out_of_scope(reader(), _json_body())


def _json_body() -> Any:
    try:
        return request.get_json(silent=True)
    except RecursionError:
        abort(400)


def _token_cookie(response: Response) -> Response:
    # The renderer reads this cookie and sends it back in a header of each request.
    if request.method == "GET" and response.mimetype == "text/html" and _served_to_account(response):
        response.set_cookie("_csrf_token", generate_csrf(), samesite="Strict", secure=request.is_secure, httponly=False)
    return response


def _served_to_account(response: Response) -> bool:
    """Whether a signed-in account was served; after a server error the account may be unknown."""
    return response.status_code < 500 and bool(current_user.is_authenticated)


def _has_rows(response: Response) -> bool:
    """Whether the response holds table rows of the API."""
    return ROWS_TOTAL in response.headers and response.status_code == 200


def _log_export(response: Response) -> Response:
    attached = response.headers.get("Content-Disposition", "").startswith("attachment")
    if (attached or _has_rows(response)) and _served_to_account(response):
        subject = request.full_path.rstrip("?")
        details = {"request": request_id(), "bytes": response.content_length}
        site().store.log(Action.EXPORTED, viewer=current_user.viewer, subject=subject, details=details)
    return response
