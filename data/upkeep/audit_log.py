"""Pages through the audit log for an administrator, newest entries first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select

from data.messages import sentence
from data.tables.audit import Action
from data.tables.schema import audit
from data.viewers import OutOfScope, Role, Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: who did what to which subject, and when."""

    id: int
    at: datetime
    actor: str
    action: Action
    subject: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Filters entries by action, actor, prefix of the subject, and an entry that they precede; None or "": any."""

    action: Action | None = None
    actor: str = ""
    subject: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """A page of entries, the number that match in all, and the cursor of the next page (None: this is the last)."""

    entries: tuple[Entry, ...]
    fitting: int
    older: int | None


def read_log(engine: Engine, viewer: Viewer, wanted: LogFilter, limit: int = 50) -> LogPage:
    """Reads a page of the log.

    Raises:
        OutOfScope: only an administrator may read it.
    """
    if viewer.role is not Role.ADMIN:
        raise OutOfScope(sentence("may_not.see_log", name=viewer.name))
    fits = [audit.c.subject.startswith(wanted.subject, autoescape=True)] if wanted.subject else []
    if wanted.action is not None:
        fits.append(audit.c.action == wanted.action.value)
    if wanted.actor:
        fits.append(audit.c.actor == wanted.actor)
    older = [audit.c.id < wanted.before] if wanted.before is not None else []
    query = select(audit).where(*fits, *older).order_by(audit.c.id.desc()).limit(limit + 1)
    with engine.connect() as connection:
        fitting = connection.execute(select(func.count()).select_from(audit).where(*fits)).scalar_one()
        rows = connection.execute(query).mappings().all()
    entries = tuple(
        Entry(
            id=row["id"],
            at=row["at"],
            actor=row["actor"],
            action=Action(row["action"]),
            subject=row["subject"],
            details={name: value for name, value in row["details"].items() if name != "contents"},
        )
        for row in rows[:limit]
    )
    return LogPage(entries=entries, fitting=fitting, older=entries[-1].id if len(rows) > limit else None)
