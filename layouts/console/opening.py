"""Opens the store configured by the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from layouts.console.messages import InvalidUsage, sentence

if TYPE_CHECKING:
    from data.settings import Environment
    from data.writing.store import Store

_SHORTEST_SECRET = 32
_LONGEST_SUBJECT = 500


def environment(data_dir: Path | None = None) -> Environment:
    """Settings from the environment, and the data folder given to the command."""
    from data.settings import Environment

    return Environment.read(data_dir)


def open_store(settings: Environment) -> Store:
    """The configured store; forked servers open their own connections.

    Raises:
        StoreUnavailable: the database cannot be reached.
        StoreIsNewer: a later version of the program has changed its tables.
        InvalidUsage: DATABASE_URL names an unsupported database, or DATABASE_READ_URL no replica of it.
    """
    from sqlalchemy.exc import ArgumentError

    from data.writing.store import Store
    from indicators.answers.cell_standings import RULE

    try:
        if settings.database_read_url:
            _require_postgresql(settings.url, settings.database_read_url)
        store = Store.open(settings.url, read_url=settings.database_read_url, rule=RULE)
    except ArgumentError as problem:
        raise InvalidUsage(sentence("database_url", problem=problem)) from problem
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: store.engine.dispose(close=False))
        if store.replica:
            os.register_at_fork(after_in_child=store.replica.forget_connections)
    return store


def _require_postgresql(url: str, read_url: str) -> None:
    from sqlalchemy.engine import make_url

    if {make_url(each).get_backend_name() for each in (url, read_url)} != {"postgresql"}:
        raise InvalidUsage(sentence("database_read_url"))


def log_export(store: Store, command: str, *given: str | None) -> None:
    """Records an export in the audit log, with the command's arguments."""
    from data.tables.audit import Action
    from data.viewers import SYSTEM

    subject = " ".join((command, *(word for word in given if word)))
    store.log(Action.EXPORTED, viewer=SYSTEM, subject=subject[:_LONGEST_SUBJECT], details={})


def secret_for(settings: Environment, store: Store, host: str | None) -> str:
    """The secret that signs the sessions of a server on `host` (None: not known); for a loopback host a random one.

    Raises:
        InvalidUsage: the server is reachable by others without a strong secret, or with demonstration accounts.
    """
    import secrets

    from data.people import demonstration
    from layouts.console.ports import is_loopback

    if host is not None and is_loopback(host) and not settings.trusted_proxies:
        return settings.secret_key or secrets.token_hex()
    if settings.secret_key is None or len(settings.secret_key) < _SHORTEST_SECRET:
        raise InvalidUsage(sentence("secret_key_needed", length=_SHORTEST_SECRET))
    if demonstration.has_accounts(store):
        raise InvalidUsage(sentence("demonstration_accounts"))
    return settings.secret_key
