"""Who comes in: sign-in and sign-out, the guard before every request, security headers, notices for what fails."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.exceptions import HTTPException

from data.accounts import Account, Accounts
from data.language import Language
from data.viewers import ROLE_TITLES, OutOfScope, Viewer
from layouts.site import FAULTS_OF_THE_ADDRESS, Site
from layouts.text import COOKIE, language, t

_PUBLIC = frozenset({"sign_in", "sign_in_demo", "health"})
_POLICY = (
    "default-src 'none'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "object-src 'none'",
)
_YEAR = 365 * 24 * 3600
_LOG = logging.getLogger(__name__)


class SignedIn(UserMixin):  # type: ignore[misc]
    """An account in a session."""

    def __init__(self, viewer: Viewer) -> None:
        self.id = viewer.name
        self.viewer = viewer


@dataclass(frozen=True)
class Doors:
    """The sign-in routes of one site."""

    site: Site

    @property
    def accounts(self) -> Accounts:
        """The accounts that may come in."""
        return Accounts(self.site.store)

    def known(self, name: str) -> SignedIn | None:
        """The account of a session, None when it is gone or disabled since."""
        account = self.accounts.get(name)
        return SignedIn(account.viewer) if account and not account.disabled else None

    def sign_in(self) -> ResponseReturnValue:
        """GET shows the form; POST checks name and password."""
        onward = local(request.values.get("next", ""))
        if request.method == "GET":
            return redirect(onward) if current_user.is_authenticated else self._form(onward)
        viewer = self.accounts.check(request.form.get("name", ""), request.form.get("password", ""))
        if viewer is None:
            return self._form(onward, name=request.form.get("name", ""), message=t("login.refused")), 401
        login_user(SignedIn(viewer))
        return redirect(onward)

    def sign_in_demo(self) -> ResponseReturnValue:
        """Signs a demonstration account in without a password, on this machine only."""
        account = next((a for a in self._demo() if a.name == request.form.get("name")), None)
        if account is None:
            abort(404)
        login_user(SignedIn(account.viewer))
        return redirect(local(request.form.get("next", "")))

    def sign_out(self) -> ResponseReturnValue:
        """Ends the session."""
        logout_user()
        return redirect("/login")

    def _demo(self) -> list[Account]:
        if not self.site.demo or not _from_this_machine():
            return []
        return [account for account in self.accounts.list() if not account.disabled]

    def _form(self, onward: str, *, name: str = "", message: str = "") -> Response:
        chosen = request.args.get(COOKIE, "")
        if chosen in set(Language) and chosen != language():
            again = Response(status=302, headers={"Location": _door(onward)})
            again.set_cookie(COOKIE, chosen, max_age=_YEAR, samesite="Lax")
            return again
        other = Language.EN if language() is Language.VI else Language.VI
        demo = [self._button(account) for account in self._demo()]
        page = render_template(
            "login.html", t=t, language=language(), other=other, next=onward, name=name, message=message, demo=demo
        )
        return Response(page)

    def _button(self, account: Account) -> dict[str, str]:
        unit = t("login.whole_province")
        if account.unit:
            unit = self.site.store.reader(account.viewer).unit(account.unit).name
        return {"name": account.name, "title": ROLE_TITLES[account.role][language()], "unit": unit}


def protect(server: Flask, site: Site) -> None:
    """Puts sign-in, guard, CSRF protection and notices on a server.

    The guard comes first, so that a request without a session gets 401, not the 400 of a missing token.
    """
    doors = Doors(site)
    manager = LoginManager(server)
    manager.user_loader(doors.known)
    server.before_request(_guard)
    CSRFProtect(server)
    server.after_request(_token_cookie)
    server.add_url_rule("/login", "sign_in", doors.sign_in, methods=["GET", "POST"])
    server.add_url_rule("/login/demo", "sign_in_demo", doors.sign_in_demo, methods=["POST"])
    server.add_url_rule("/logout", "sign_out", doors.sign_out, methods=["POST"])
    server.add_url_rule("/health", "health", lambda: jsonify(status="ok"))
    server.register_error_handler(OutOfScope, _no_permission)
    for fault in FAULTS_OF_THE_ADDRESS:
        server.register_error_handler(fault, _not_found)
    server.register_error_handler(HTTPException, _refused)
    server.register_error_handler(Exception, _our_fault)


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
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if not request.path.startswith(("/assets/", "/_dash-component-suites/")):
            response.headers["Cache-Control"] = "no-store"
        return response

    server.after_request(add)


def local(address: str) -> str:
    """`address` when it is a path of this site, else the start page."""
    parts = urlsplit(address)
    own = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if own and address.isprintable() and "\\" not in address else "/"


def _guard() -> ResponseReturnValue | None:
    if request.endpoint in _PUBLIC or request.path.startswith("/assets/") or current_user.is_authenticated:
        return None
    if request.path.startswith("/_") or request.method != "GET":
        return jsonify(error="auth"), 401
    return redirect(_door(request.full_path.rstrip("?")))


def _door(onward: str) -> str:
    return "/login" if onward == "/" else f"/login?{urlencode({'next': onward})}"


def _token_cookie(response: Response) -> Response:
    # The renderer reads this cookie and sends it back in a header with each of its requests.
    if current_user.is_authenticated and request.method == "GET" and response.mimetype == "text/html":
        response.set_cookie("_csrf_token", generate_csrf(), samesite="Strict", secure=request.is_secure, httponly=False)
    return response


def _from_this_machine() -> bool:
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _no_permission(error: Exception) -> ResponseReturnValue:
    return _notice(403, t("notice.no_permission"), str(error))


def _not_found(error: Exception) -> ResponseReturnValue:
    return _notice(404, t("notice.not_found"), str(error.args[0]) if error.args else "")


def _refused(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    known = status if status in (400, 403, 404, 413) else 400
    return _notice(status, t(f"notice.title_{known}"), t(f"notice.message_{known}"))


def _our_fault(error: Exception) -> ResponseReturnValue:
    number = secrets.token_hex(4)
    _LOG.error("fault %s at %s", number, request.path, exc_info=error)
    return _notice(500, t("notice.title_500"), t("notice.message_500", number=number))


def _notice(status: int, title: str, message: str) -> ResponseReturnValue:
    if request.path.startswith("/_"):
        return jsonify(error=title, message=message), status
    values: dict[str, Any] = {"t": t, "language": language(), "title": title, "message": message}
    return render_template("notice.html", **values), status
