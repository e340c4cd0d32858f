"""The OpenAPI 3.1 description, generated from the declarations that serve the API."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.language import Language
from indicators.values.model import Catalogue
from layouts.api.changes import CHANGES, ChangeRoute
from layouts.api.parameters import COMMON, Parameter
from layouts.api.tables import TABLES, ApiTable
from layouts.documents.tables import Json
from layouts.text import language, t

_PLACE = re.compile(r"<(\w+)>")
_CELL = {"type": ["string", "number", "boolean", "null"]}
_FAULTS = {"400": "notice.title_400", "401": "login.title", "403": "notice.title_403", "404": "notice.title_404"}


def description(prefix: str, catalogue: Catalogue) -> Json:
    """The document in the reader's language."""
    lang = language()
    return {
        "openapi": "3.1.0",
        "info": {"title": t("app.title"), "version": "1", "description": t("app.subtitle")},
        "servers": [{"url": prefix}],
        "security": [{"bearer": []}, {"basic": []}],
        "paths": _paths(catalogue, lang),
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
            "schemas": {
                "Fault": {
                    "type": "object",
                    "required": ["error"],
                    "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
                }
            },
        },
    }


def _paths(catalogue: Catalogue, lang: Language) -> Json:
    found: Json = {f"/{table.name}": {"get": _operation(table, catalogue, lang)} for table in TABLES}
    for change in CHANGES:
        path = _PLACE.sub(r"{\1}", change.path)
        found.setdefault(path, {})[change.method.lower()] = _change(change)
    return found


def _change(change: ChangeRoute) -> Json:
    """A route that changes something: an object of texts in, an object out; the token must permit loading."""
    answer = {"application/json": {"schema": {"type": "object"}}}
    statuses = ("200", "202") if change.method == "POST" else ("200",)
    said = t(f"api.{change.view.__name__}")
    found: Json = {
        "operationId": change.view.__name__,
        "summary": said,
        "parameters": [_place(name) for name in _PLACE.findall(change.path)],
        "responses": {status: {"description": said, "content": answer} for status in statuses} | _faults(("422",)),
    }
    if change.fields:
        fields: Json = {name: {"type": "string"} for name in change.fields}
        files: Json = {"file": {"type": "string", "format": "binary"}} if change.has_file else {}
        kind = "multipart/form-data" if change.has_file else "application/json"
        found["requestBody"] = {"content": {kind: {"schema": {"type": "object", "properties": files | fields}}}}
    return found


def _place(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}


def _faults(more: Sequence[str] = ()) -> Json:
    fault = {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}}
    texts = _FAULTS | dict.fromkeys(more, "notice.title_400")
    return {status: {"description": t(key), "content": fault} for status, key in texts.items()}


def _operation(table: ApiTable, catalogue: Catalogue, lang: Language) -> Json:
    return {
        "operationId": table.name,
        "summary": table.title[lang],
        "parameters": [_parameter(parameter, catalogue, lang) for parameter in (*table.parameters, *COMMON)],
        "responses": {
            "200": {
                "description": table.title[lang],
                "headers": {"X-Total-Count": {"schema": {"type": "integer"}}, "ETag": {"schema": {"type": "string"}}},
                "content": {
                    "application/json": {"schema": _page()},
                    "text/csv": {"schema": {"type": "string"}},
                },
            },
            "304": {"description": "ETag"},
            **_faults(),
        },
    }


def _parameter(parameter: Parameter, catalogue: Catalogue, lang: Language) -> Json:
    schema: Json = parameter.schema_in(catalogue)
    if parameter.repeated:
        schema = {"type": "array", "items": schema, "minItems": 1}
    if parameter.default is not None:
        schema["default"] = parameter.default if isinstance(parameter.default, int) else str(parameter.default)
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.meaning[lang],
        "schema": schema,
    }


def _page() -> Json:
    return {
        "type": "object",
        "required": ["data", "total", "limit", "offset", "next"],
        "properties": {
            "data": {"type": "array", "items": {"type": "object", "additionalProperties": _CELL}},
            "total": {"type": "integer"},
            "limit": {"type": "integer"},
            "offset": {"type": "integer"},
            "next": {"type": ["string", "null"]},
        },
    }
