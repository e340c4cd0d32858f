"""What a request is about: who asks, for which unit and period, as known when; from the address and the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from dash import html
from dash.development.base_component import Component
from flask import current_app, has_request_context, request
from flask_login import current_user

from data.language import Language
from data.viewers import Viewer
from data.writing.store import Store
from indicators.answers.cache import AnswerCache
from layouts.text import language, set_language
from layouts.views.ask import Ask, parse_as_of
from layouts.web.services import Services
from layouts.web.upload_reader import Clerk

COOKIE = "language"
_EXTENSION = "indicator_site"


@dataclass(frozen=True, kw_only=True)
class Site:
    """What every request shares."""

    store: Store
    services: Services
    demo: bool = False
    cache: AnswerCache = field(default_factory=AnswerCache)

    @cached_property
    def clerk(self) -> Clerk:
        """Who reads what waits, in this process."""
        return Clerk(self.store, self.services)

    def attach(self, server: Any) -> None:
        """Makes this the site of a Flask server."""
        server.extensions[_EXTENSION] = self
        server.before_request(_speak)


def _speak() -> None:
    """Has what follows speak the language of the request's cookie; Vietnamese when it names none."""
    chosen = request.cookies.get(COOKIE, "")
    set_language(Language(chosen) if chosen in set(Language) else Language.VI)


def site() -> Site:
    """The site that serves this request."""
    found: Site = current_app.extensions[_EXTENSION]
    return found


def is_signed_in() -> bool:
    """Whether somebody asks; the warm-up before the first reader is nobody."""
    return has_request_context() and bool(current_user.is_authenticated)


def viewer() -> Viewer:
    """Who asks; the guard has let only signed-in readers through."""
    found: Viewer = current_user.viewer
    return found


def workbook_link(name: str, sha256: str) -> Component:
    """The name of a stored workbook, a link for readers who may have it."""
    if not viewer().sees_small_numbers:
        return html.Span(name)
    return html.A(name, href=f"/download/file/{sha256}", download=name)


def ask(query: Mapping[str, str] | str | None) -> Ask:
    """The question that an address' query puts, for the reader who is signed in.

    Raises:
        PeriodError: `as_of` is no date.
    """
    given = dict(parse_qsl(query.lstrip("?"))) if isinstance(query, str) else dict(query or {})
    at = site()
    reader = at.store.reader(viewer(), parse_as_of(given.get("as_of")))
    return Ask(at.store, reader, given, language(), at.cache)
