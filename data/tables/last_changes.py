"""The last change of each form's returns in each sender's branch: by it every process knows what it must read again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, func, insert, select, update

from data.tables.schema import last_changes

RECEIPTS: Final = "receipts"
"""Stands for a form where only receipts came to be: of what was refused, too."""


@dataclass(frozen=True, slots=True)
class DataChange:
    """What was changed: a form's returns in the branch of one sender, or of all (0); without a form anything."""

    form: str = ""
    sender: int = 0


EVERYTHING: Final = DataChange()


def store_changes(connection: Connection, entry: int, changes: Collection[DataChange]) -> None:
    """Marks what an entry of the audit log changed, within its transaction."""
    for change in (EVERYTHING,) if EVERYTHING in changes else changes:
        about = {"form": change.form, "sender_id": change.sender}
        same = and_(*(last_changes.c[name] == value for name, value in about.items()))
        if not connection.execute(update(last_changes).where(same).values(entry=entry)).rowcount:
            connection.execute(insert(last_changes).values(**about, entry=entry))


def read_changes(connection: Connection, since: int) -> Sequence[tuple[DataChange, int]]:
    """The changes last made by an entry or by later ones, each with its entry."""
    columns = (last_changes.c.form, last_changes.c.sender_id, last_changes.c.entry)
    rows = connection.execute(select(*columns).where(last_changes.c.entry >= since))
    return [(DataChange(form, sender), entry) for form, sender, entry in rows]


def newest_change(connection: Connection) -> int:
    """The newest entry of the audit log that changed anything; 0 before the first."""
    return int(connection.execute(select(func.max(last_changes.c.entry))).scalar() or 0)
