"""Logs for operators: JSON lines with the request id; request counts and durations go to the metrics."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from time import perf_counter

from flask import Flask, Response, g, has_request_context, request

from layouts.web.metrics import meter
from layouts.web.sessions import NEWS

_HEADER = "X-Request-ID"
_UNLOGGED = ("/assets/", "/_dash-component-suites/", "/health", NEWS)
_LOG = logging.getLogger("requests")


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, code location, request id, message; never data sent by a user."""

    def format(self, record: logging.LogRecord) -> str:
        """A log record as a JSON line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request"] = request_id()
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


LOGGING: Mapping[str, object] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": JsonLines}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True, "qualname": "gunicorn.error"},
        "gunicorn.access": {"level": "WARNING", "handlers": [], "propagate": True, "qualname": "gunicorn.access"},
    },
}
"""JSON lines on standard error, in the format of `logging.config.dictConfig`."""


def instrument(server: Flask) -> None:
    """Gives every request an id, logs it and measures it; to be called before any other hook is registered."""
    counting = meter()

    def end(response: Response) -> Response:
        response.headers[_HEADER] = request_id()
        took = perf_counter() - g.get("began", perf_counter())
        route = request.url_rule.rule if request.url_rule else ""
        if not request.path.startswith(_UNLOGGED):
            status = response.status_code
            fields = {"method": request.method, "route": route, "status": status, "ms": round(took * 1000, 1)}
            _LOG.info("request", extra={"fields": fields})
        if counting:
            counting.count(route, request.method, response.status_code, took)
        return response

    server.before_request(_begin)
    server.after_request(end)


def request_id() -> str:
    """The id of this request, which its log lines, its response and any error page carry."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def _begin() -> None:
    g.began = perf_counter()
