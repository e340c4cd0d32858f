"""Liveness and readiness probes for monitoring."""

from __future__ import annotations

from dataclasses import asdict

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from data.tables.engine import head
from data.version import VERSION
from layouts.web.request import site


def register(server: Flask) -> None:
    """Adds /health and /ready."""
    server.add_url_rule("/health", "health", health)
    server.add_url_rule("/ready", "ready", ready)


def health() -> ResponseReturnValue:
    """That the process is alive, and its last look at the replica, if there is one; asks no database."""
    replica = site().store.replica
    return jsonify(status="ok", version=VERSION, **({"replica": asdict(replica.look)} if replica else {}))


def ready() -> ResponseReturnValue:
    """200 if the database answers and is at this version's migration, else 503 with the reason."""
    try:
        with site().store.engine.connect() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        return jsonify(status="no database"), 503
    if found != head():
        return jsonify(status="other tables", found=found, expected=head()), 503
    return jsonify(status="ok")
