"""The context of a request, from its URL and session: account, unit, period, as-of instant, language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from dash import html
from dash.development.base_component import Component
from flask import current_app, g, has_request_context, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from data.language import Language
from data.reading.queries import Reader
from data.tables.engine import Connects
from data.tables.replica import ReplicaLost, ReplicaReads
from data.viewers import Viewer
from data.writing.store import Store
from indicators.answers.cache import AnswerCache
from layouts.text import language, set_language
from layouts.views.ask import Ask, parse_as_of
from layouts.web.services import Services
from layouts.web.upload_reader import UploadReader

COOKIE = "language"
_EXTENSION = "indicator_site"
_READS, _PRIMARY = "replica_reads", "from_primary"


@dataclass(frozen=True, kw_only=True)
class Site:
    """State shared by all requests of a server."""

    store: Store
    services: Services
    demo: bool = False
    cache: AnswerCache = field(default_factory=AnswerCache)

    @cached_property
    def upload_reader(self) -> UploadReader:
        """The upload reader of this process."""
        return UploadReader(self.store, self.services)

    def attach(self, server: Any) -> None:
        """Attaches this site to a Flask server."""
        server.extensions[_EXTENSION] = self
        server.before_request(_set_language)


def _set_language() -> None:
    """Sets the language of the request from its cookie; Vietnamese by default."""
    chosen = request.cookies.get(COOKIE, "")
    set_language(Language(chosen) if chosen in set(Language) else Language.VI)


def site() -> Site:
    """The site serving this request."""
    found: Site = current_app.extensions[_EXTENSION]
    return found


def is_signed_in() -> bool:
    """Whether an account is signed in; the warm-up request is anonymous."""
    return has_request_context() and bool(current_user.is_authenticated)


def viewer() -> Viewer:
    """The signed-in viewer; anonymous requests never get here."""
    found: Viewer = current_user.viewer
    return found


def reader(as_of: datetime | None = None) -> Reader:
    """A reader for the signed-in viewer, now or as of an instant; of the replica if that has what was told."""
    at = site()
    return at.store.reader(viewer(), as_of, _database(at.store))


def _database(store: Store) -> Connects | None:
    if store.replica is None or g.get(_PRIMARY, False):
        return None
    if _READS not in g:
        setattr(g, _READS, ReplicaReads(store.replica))
    found: ReplicaReads = g.get(_READS)
    return found


def answer_from_primary(_: ReplicaLost) -> ResponseReturnValue:
    """Answers a request again that lost its replica; it has written nothing, or it would have read from the primary."""
    setattr(g, _PRIMARY, True)
    try:
        refused = current_app.preprocess_request()
        return current_app.dispatch_request() if refused is None else refused
    except Exception as fault:  # noqa: BLE001 - the server has a handler for each
        return current_app.handle_user_exception(fault)


def workbook_link(name: str, sha256: str) -> Component:
    """The name of a stored workbook, as a link for readers who may download it."""
    if not viewer().sees_small_numbers:
        return html.Span(name)
    return html.A(name, href=f"/download/file/{sha256}", download=name)


def ask(query: Mapping[str, str] | str | None) -> Ask:
    """The query of a URL as a question asked by the signed-in reader.

    Raises:
        PeriodError: `as_of` is not a date.
    """
    params = dict(parse_qsl(query.lstrip("?"))) if isinstance(query, str) else dict(query or {})
    at = site()
    return Ask(at.store, reader(parse_as_of(params.get("as_of"))), params, language(), at.cache)
