"""The database, SQLite or PostgreSQL: connections, migrations, write transactions and bulk statements."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Select, Table, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from data.language import UserError
from data.messages import sentence
from data.version import VERSION

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_WRITER_LOCK = 0x1D4A2020
_AT_ONCE = 10_000  # units listed in one statement: PostgreSQL takes 65,535 bind values at most


class StoreUnavailable(UserError, RuntimeError):
    """The database cannot be opened; the message says which one and why, without its password."""


class StoreIsNewer(UserError, RuntimeError):
    """A later version of the program has migrated the tables; the message names both revisions and what to do."""


def connect(url: str) -> Engine:
    """An engine configured as the store requires.

    Raises:
        StoreUnavailable: the database does not respond.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database and address.database != ":memory:":
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(address, connect_args={"timeout": 30}, hide_parameters=True)
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(address, pool_pre_ping=True, hide_parameters=True)
    try:
        with engine.connect():
            pass
    except DBAPIError as problem:
        shown = address.render_as_string(hide_password=True)
        raise StoreUnavailable(sentence("store.unavailable", shown=shown, problem=problem.orig)) from problem
    return engine


def _configure_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    # Writers take the lock up front: a read transaction upgraded to a write could not wait for another writer.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class Connects(Protocol):
    """What readers need of a database: an engine, or one transaction that is still open."""

    def connect(self) -> AbstractContextManager[Connection]:
        """A connection for a block of queries."""


class OpenTransaction:
    """Lets readers see what a transaction has written and not committed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def connect(self) -> AbstractContextManager[Connection]:
        """The transaction's own connection, which stays open."""
        return nullcontext(self._connection)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction; writers are serialised."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER_LOCK})
        yield connection


@cache
def revisions() -> tuple[str, ...]:
    """The revisions of all migrations, oldest first."""
    written = (path.read_text(encoding="utf-8") for path in sorted((_MIGRATIONS / "versions").glob("*.py")))
    return tuple(re.findall(r'^revision: str = "(\w+)"', "\n".join(written), re.MULTILINE))


def head() -> str:
    """The newest migration's revision."""
    return revisions()[-1]


def migrate(engine: Engine) -> None:
    """Migrates the tables to the newest revision; fast when there is nothing to do.

    Raises:
        StoreIsNewer: a later version of the program has migrated the tables.
    """
    with engine.connect() as connection:
        if _is_current(connection):
            return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with writing(engine) as connection:
        # While this process waited for the lock, another one, perhaps of a later version, may have migrated.
        if not _is_current(connection):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found not in revisions():
        raise StoreIsNewer(sentence("store.newer", found=found, known=head(), version=VERSION))
    return bool(found == head())


def read_tuples(connection: Connection, query: Select[Any], given: Mapping[str, Any]) -> Sequence[Any]:
    """Rows as the driver gives them, for many rows of numbers and strings: SQLAlchemy's take as long again to make."""
    with closing(connection.execute(query, given)) as result:
        found: Sequence[Any] = result.cursor.fetchall()
        return found


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Inserts plain values (numbers, strings, None), several times faster by skipping SQLAlchemy's type processing."""
    if rows:
        quote, mark = connection.dialect.identifier_preparer.quote, _mark(connection)
        names, places = ", ".join(map(quote, columns)), ", ".join([mark] * len(columns))
        statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({places})"  # noqa: S608 - names are our own
        connection.exec_driver_sql(statement, rows)


def delete_rows(connection: Connection, table: Table, period: str, units: Sequence[int]) -> None:
    """Deletes the rows of any number of units for a period."""
    quote, mark = connection.dialect.identifier_preparer.quote, _mark(connection)
    for first in range(0, len(units), _AT_ONCE):
        some = units[first : first + _AT_ONCE]
        condition = f"period = {mark} AND unit_id IN ({', '.join([mark] * len(some))})"
        connection.exec_driver_sql(f"DELETE FROM {quote(table.name)} WHERE {condition}", (period, *some))  # noqa: S608 - names are our own


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.paramstyle == "qmark" else "%s"
