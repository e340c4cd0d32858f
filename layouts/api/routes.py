"""Serves the API: paginated tables with an ETag by data version, changes, and the OpenAPI description."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import urlencode

import orjson
from flask import Flask, Request, Response, request
from flask.typing import ResponseReturnValue
from flask.views import View
from flask_login import LoginManager

from data.people.tokens import Tokens
from indicators.answers.rows import RowKind, TableRow
from indicators.catalogue.lookup import catalogue_of
from indicators.values.model import Catalogue
from layouts.api import changes
from layouts.api.description import description
from layouts.api.parameters import AS_OF, COMMON, EXCEL, FORMAT, LIMIT, OFFSET, InvalidParameter, ParameterValues
from layouts.api.tables import TABLES, ApiTable
from layouts.documents.tables import FileFormat, Table, cells
from layouts.documents.writing import content, excel_csv
from layouts.text import language, t
from layouts.web.access import ROWS_TOTAL
from layouts.web.notices import notice
from layouts.web.request import reader, site, viewer
from layouts.web.sign_in import SignedIn

PREFIX = "/api/v1"
_SHOWN = 60


def register(server: Flask, manager: LoginManager) -> None:
    """Adds the routes and token authentication.

    A bearer token, or the token as the password of basic authentication (which spreadsheets support); not valid for
    pages.
    """
    manager.request_loader(_authenticate)
    for table in TABLES:
        server.add_url_rule(f"{PREFIX}/{table.name}", view_func=TableEndpoint.as_view(f"api_{table.name}", table))
    changes.register(server, PREFIX)
    server.add_url_rule(f"{PREFIX}/openapi.json", "api_description", _description)
    server.register_error_handler(InvalidParameter, _unanswerable)


def _authenticate(asked: Request) -> SignedIn | None:
    secret = changes.token_of(asked) if asked.path.startswith(f"{PREFIX}/") else ""
    found = Tokens(site().store).check(secret, changes.scope_of(asked)) if secret else None
    return SignedIn(found) if found else None


class TableEndpoint(View):
    """The endpoint of one table."""

    init_every_request = False

    def __init__(self, table: ApiTable) -> None:
        self.table = table

    def dispatch_request(self) -> Response:
        """A page of its rows, or 304 Not Modified."""
        given = _given(self.table)
        asked = reader(given[AS_OF])
        answer, tag = Response(), _etag(asked.version)
        answer.set_etag(tag)
        answer.cache_control.private, answer.cache_control.no_cache = True, True
        if request.if_none_match.contains_weak(tag):
            answer.status_code = 304
            return answer
        _write_page(answer, given, self.table.kind(given), self.table.rows(asked, given))
        return answer


def _given(table: ApiTable) -> ParameterValues:
    allowed = (*table.parameters, *COMMON)
    unknown = sorted(set(request.args) - {parameter.name for parameter in allowed})
    if unknown:
        names = ", ".join(parameter.name for parameter in allowed)
        raise InvalidParameter(t("api.unknown", name=unknown[0][:_SHOWN], names=names))
    catalogue = _catalogue()
    return ParameterValues({parameter.name: parameter.of(request.args, catalogue) for parameter in allowed})


def _catalogue() -> Catalogue:
    return catalogue_of(site().store.vocabulary)


def _write_page(answer: Response, given: ParameterValues, kind: RowKind, rows: Sequence[TableRow]) -> None:
    first, most = given[OFFSET], given[LIMIT]
    page = rows[first : first + most]
    following = _next_page(first + most) if first + most < len(rows) else None
    answer.headers[ROWS_TOTAL] = str(len(rows))
    if following:
        answer.headers["Link"] = f'<{following}>; rel="next"'
    if given[EXCEL]:
        answer.mimetype, answer.data = "text/csv", excel_csv(Table(kind=kind, rows=page))
        return
    if given[FORMAT] == FileFormat.CSV:
        answer.mimetype, answer.data = "text/csv", content(Table(kind=kind, rows=page), FileFormat.CSV)
        return
    payload = {
        "data": [cells(row) for row in page],
        "total": len(rows),
        "limit": most,
        "offset": first,
        "next": following,
    }
    answer.mimetype, answer.data = "application/json", orjson.dumps(payload)


def _etag(version: int) -> str:
    """A tag for each data version, scope and request."""
    asker = viewer()
    parts = (version, asker.role, asker.unit, language(), request.full_path)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _next_page(offset: int) -> str:
    others = [(name, value) for name, value in request.args.items(multi=True) if name != OFFSET.name]
    return f"{request.path}?{urlencode([*others, (OFFSET.name, offset)])}"


def _description() -> Response:
    return Response(orjson.dumps(description(PREFIX, _catalogue())), mimetype="application/json")


def _unanswerable(error: Exception) -> ResponseReturnValue:
    return notice(400, t("notice.title_400"), str(error))
