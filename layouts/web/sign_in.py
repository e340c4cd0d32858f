"""Routes for signing in and out and for changing one's own password."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from math import ceil
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, abort, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user, login_user, logout_user

from data.language import Language
from data.people.accounts import Account, AccountError, Accounts
from data.people.sign_in import SignIn
from data.tables.audit import Action
from data.viewers import ROLE_TITLES, Viewer
from layouts.text import language, t
from layouts.web import sessions
from layouts.web.request import COOKIE, Site

_YEAR = 365 * 24 * 3600
_MAX_NAME_LENGTH = 200


class SignedIn(UserMixin):  # type: ignore[misc]
    """The account of a session."""

    def __init__(self, viewer: Viewer) -> None:
        self.id = viewer.name
        self.viewer = viewer


@dataclass(frozen=True)
class SignInRoutes:
    """The sign-in routes of one site."""

    site: Site

    @property
    def accounts(self) -> Accounts:
        """The accounts of the store."""
        return Accounts(self.site.store)

    def register(self, server: Flask) -> None:
        """Adds the routes."""
        server.add_url_rule("/login", "sign_in", self.sign_in, methods=["GET", "POST"])
        server.add_url_rule("/login/demo", "sign_in_demo", self.sign_in_demo, methods=["POST"])
        server.add_url_rule("/logout", "sign_out", self.sign_out, methods=["POST"])
        server.add_url_rule("/logout/everywhere", "sign_out_everywhere", self.sign_out_everywhere, methods=["POST"])
        server.add_url_rule("/password", "password", self.password, methods=["GET", "POST"])

    def load_user(self, name: str) -> SignedIn | None:
        """The account of a session; None if the session has expired or the account was removed or disabled."""
        account = self.accounts.get(name)
        if account is None or not sessions.keep_alive(session, account, self.site.store.now()):
            return None
        return SignedIn(account.viewer)

    def sign_in(self) -> ResponseReturnValue:
        """GET renders the form; POST checks name and password."""
        next_url = local_url(request.values.get("next", ""))
        if request.method == "GET":
            return redirect(next_url) if current_user.is_authenticated else self._sign_in_form(next_url)
        name = request.form.get("name", "")[:_MAX_NAME_LENGTH]
        attempt = SignIn(self.site.store).sign_in(name, request.form.get("password", ""), request.remote_addr or "")
        if attempt.wait:
            seconds = ceil(attempt.wait.total_seconds())
            page = self._sign_in_form(next_url, name=name, message=t("login.locked", minutes=ceil(seconds / 60)))
            page.headers["Retry-After"] = str(seconds)
            return page, 429
        if attempt.account is None:
            return self._sign_in_form(next_url, name=name, message=t("login.refused")), 401
        self._start_session(attempt.account)
        return redirect(next_url)

    def sign_in_demo(self) -> ResponseReturnValue:
        """Signs in to a demo account without a password, from this machine only."""
        account = next((a for a in self._demo_accounts() if a.name == request.form.get("name")), None)
        if account is None:
            abort(404)
        self._start_session(account)
        details = {"address": request.remote_addr or "", "demonstration": True}
        self.site.store.log(Action.SIGNED_IN, viewer=account.viewer, subject=account.name, details=details)
        return redirect(local_url(request.form.get("next", "")))

    def sign_out(self) -> ResponseReturnValue:
        """Ends the session."""
        viewer = current_user.viewer
        logout_user()
        self.site.store.log(Action.SIGNED_OUT, viewer=viewer, subject=viewer.name, details={})
        return redirect("/login")

    def sign_out_everywhere(self) -> ResponseReturnValue:
        """Ends all sessions of the account."""
        viewer = current_user.viewer
        self.accounts.sign_out_everywhere(viewer.name, viewer=viewer)
        logout_user()
        return redirect("/login")

    def password(self) -> ResponseReturnValue:
        """GET renders the form; POST changes the account's own password and ends its other sessions."""
        if request.method == "GET":
            return self._password_form()
        viewer, given = current_user.viewer, request.form
        old, address = given.get("old", ""), request.remote_addr or ""
        attempt = SignIn(self.site.store).sign_in(viewer.name, old, address, reauthenticating=True)
        if attempt.wait:
            minutes = ceil(attempt.wait.total_seconds() / 60)
            return self._password_form(t("login.locked", minutes=minutes)), 429
        if attempt.account is None:
            return self._password_form(t("password.wrong")), 401
        if given.get("new", "") != given.get("again", ""):
            return self._password_form(t("password.different")), 400
        try:
            self.accounts.set_password(viewer.name, given.get("new", ""), viewer=viewer)
        except AccountError as fault:
            return self._password_form(fault.text[language()]), 400
        changed = self.accounts.get(viewer.name)
        if changed is None:
            abort(404)
        self._start_session(changed)
        return self._password_form(done=t("password.done"))

    def _start_session(self, account: Account) -> None:
        sessions.begin(session, account, self.site.store.now())
        login_user(SignedIn(account.viewer))

    def _demo_accounts(self) -> list[Account]:
        if not self.site.demo or not _is_local_request():
            return []
        return [account for account in self.accounts.list() if not account.disabled]

    def _sign_in_form(self, next_url: str, *, name: str = "", message: str = "") -> Response:
        chosen = request.args.get(COOKIE, "")
        if chosen in set(Language) and chosen != language():
            redirect_back = Response(status=302, headers={"Location": sign_in_url(next_url)})
            redirect_back.set_cookie(COOKIE, chosen, max_age=_YEAR, samesite="Lax", secure=request.is_secure)
            return redirect_back
        other = Language.EN if language() is Language.VI else Language.VI
        demo = [self._demo_button(account) for account in self._demo_accounts()]
        page = render_template(
            "login.html", t=t, language=language(), other=other, next=next_url, name=name, message=message, demo=demo
        )
        return Response(page)

    def _password_form(self, message: str = "", *, done: str = "") -> Response:
        name = current_user.viewer.name
        return Response(
            render_template("password.html", t=t, language=language(), name=name, message=message, done=done)
        )

    def _demo_button(self, account: Account) -> dict[str, str]:
        unit = t("login.whole_province")
        if account.unit:
            unit = self.site.store.reader(account.viewer).unit(account.unit).name
        return {"name": account.name, "title": ROLE_TITLES[account.role][language()], "unit": unit}


def local_url(address: str) -> str:
    """`address` if it is a path of this site, else the start page."""
    parts = urlsplit(address)
    own = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if own and address.isprintable() and "\\" not in address else "/"


def sign_in_url(next_url: str) -> str:
    """The URL of the sign-in page, which redirects to another afterwards."""
    return "/login" if next_url == "/" else f"/login?{urlencode({'next': next_url})}"


def _is_local_request() -> bool:
    # A forwarded request comes from elsewhere, even if the proxy runs on this machine.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
