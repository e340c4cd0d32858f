"""Marks a store as holding the sample province, within the store's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from data.tables import audit
from data.tables.audit import Action
from data.tables.schema import settings


def store_sample_mark(connection: Connection, at: datetime) -> None:
    """Marks it and logs that, unless it is marked."""
    if connection.execute(select(settings.c.value).where(settings.c.code == "sample")).scalar() is None:
        connection.execute(insert(settings).values(code="sample", value="1"))
        audit.append(connection, at=at, actor="demo", action=Action.SETTING, subject="sample", details={})
