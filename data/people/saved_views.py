"""Saved views: page URLs with their state, which an account keeps under a title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, func, insert, select

from data.language import UserError
from data.messages import sentence
from data.tables import audit
from data.tables.audit import Action
from data.tables.engine import writing
from data.tables.schema import saved_views
from data.viewers import Viewer
from data.writing.store import Store

LONGEST_TITLE = 80
LONGEST_ADDRESS = 2000
MOST = 100


class SavedViewError(UserError, ValueError):
    """A view that cannot be saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """One view of one account; `address` is a path of this site with its query string."""

    id: int
    title: str
    address: str
    at: datetime


class SavedViews:
    """The saved views of one account; other accounts' are out of reach."""

    def __init__(self, store: Store, viewer: Viewer) -> None:
        self._store = store
        self._viewer = viewer

    def list(self) -> Sequence[SavedView]:
        """All views by title."""
        query = select(saved_views).where(saved_views.c.account == self._viewer.name).order_by(saved_views.c.title)
        with self._store.engine.connect() as connection:
            found = connection.execute(query).mappings().all()
        return tuple(SavedView(**{name: row[name] for name in ("id", "title", "address", "at")}) for row in found)

    def save(self, title: str, address: str) -> None:
        """Saves a view, replacing one of the same title.

        Raises:
            SavedViewError: the title is empty or too long, the address is of another site, or there are too many views.
        """
        name, at, account = title.strip(), self._store.now(), self._viewer.name
        _check(name, address)
        with writing(self._store.engine) as connection:
            mine = saved_views.c.account == account
            connection.execute(delete(saved_views).where(mine, saved_views.c.title == name))
            if connection.execute(select(func.count()).select_from(saved_views).where(mine)).scalar_one() >= MOST:
                raise SavedViewError(sentence("view.too_many", most=MOST))
            connection.execute(insert(saved_views).values(account=account, title=name, address=address, at=at))
            details = {"kept": address}
            audit.append(connection, at=at, actor=account, action=Action.SAVED_VIEW, subject=name, details=details)

    def remove(self, view: int) -> None:
        """Removes a view of this account; an unknown id or another account's view is ignored."""
        at, account = self._store.now(), self._viewer.name
        with writing(self._store.engine) as connection:
            mine = (saved_views.c.account == account, saved_views.c.id == view)
            title = connection.execute(select(saved_views.c.title).where(*mine)).scalar()
            if title is not None:
                connection.execute(delete(saved_views).where(*mine))
                details = {"removed": view}
                audit.append(connection, at=at, actor=account, action=Action.SAVED_VIEW, subject=title, details=details)


def _check(title: str, address: str) -> None:
    parts = urlsplit(address)
    if not 0 < len(title) <= LONGEST_TITLE:
        raise SavedViewError(sentence("view.title", most=LONGEST_TITLE))
    own = address.startswith("/") and not address.startswith("//") and not parts.scheme and not parts.netloc
    if not own or len(address) > LONGEST_ADDRESS or not address.isprintable() or "\\" in address:
        raise SavedViewError(sentence("view.address"))
