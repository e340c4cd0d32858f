"""Recreates a store of the program's first version in a database of either kind."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Date, DateTime, LargeBinary, MetaData, Table, text
from sqlalchemy.types import TypeEngine

from data.tables.engine import connect, writing

DUMP = Path(__file__).with_name("store_of_revision_0001.json")
"""Columns and rows by table, bytes in base 85: part of the sample province, as loaded by commit 7804e93."""

FIRST = "0001"
_MIGRATIONS = Path(__file__).parents[3] / "data" / "migrations"


def restore_dump(url: str) -> None:
    """Creates the tables of the first revision in an empty database and fills them."""
    upgrade(url, FIRST)
    engine = connect(url)
    with writing(engine) as connection:
        for table, row in _rows(connection):
            connection.execute(table.insert().values(row))
        if connection.dialect.name == "postgresql":
            _count_on(connection)
    engine.dispose()


def upgrade(url: str, revision: str) -> None:
    """Migrates up to `revision`."""
    engine, config = connect(url), Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def _rows(connection: Connection) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Rows with their tables; NULLs are left out, because a JSON column would store `null`."""
    tables = MetaData()
    tables.reflect(connection)
    for name, dumped in json.loads(DUMP.read_text(encoding="utf-8")).items():
        table = tables.tables[name]
        for row in dumped["rows"]:
            given = zip(dumped["columns"], row, strict=True)
            yield table, {column: _value(table.c[column].type, value) for column, value in given if value is not None}


def _value(kind: TypeEngine[Any], value: Any) -> Any:
    match kind:
        case DateTime():
            moment = datetime.fromisoformat(value).replace(tzinfo=UTC)
            return moment if kind.timezone else moment.replace(tzinfo=None)
        case Date():
            return date.fromisoformat(value)
        case LargeBinary():
            return base64.b85decode(value)
        case _:
            return value


def _count_on(connection: Connection) -> None:
    """Sets the database's sequences to continue after the inserted ids."""
    for table in ("audit", "receipts", "submissions", "units"):
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        connection.execute(text(f"SELECT setval({sequence}, (SELECT max(id) FROM {table}))"))
