"""Follow-up notes about a cell, with an owner, a due date and a state; a correction keeps the earlier versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, or_, select, update

from data.language import Text, UserError
from data.messages import sentence
from data.organisations.units import Registry
from data.reading.queries import Reader
from data.tables import audit
from data.tables.audit import Action
from data.tables.engine import writing
from data.tables.schema import follow_ups
from data.vietnamese.person_names import find_person_name
from data.viewers import OutOfScope, Viewer
from data.writing.store import Store

LONGEST = 500


class FollowUpState(StrEnum):
    """How far a follow-up has progressed."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def is_closed(self) -> bool:
        """Whether nothing remains to be done."""
        return self in {FollowUpState.DONE, FollowUpState.DROPPED}


FOLLOW_UP_TITLES = {
    FollowUpState.OPEN: Text("Chưa thực hiện", "Not started"),
    FollowUpState.UNDER_WAY: Text("Đang thực hiện", "Under way"),
    FollowUpState.DONE: Text("Đã xong", "Done"),
    FollowUpState.DROPPED: Text("Thôi theo dõi", "Dropped"),
}


class FollowUpError(UserError, ValueError):
    """A note that cannot be saved."""


class UnknownFollowUp(UserError, LookupError):
    """No note has that number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpInput:
    """What a user enters: what is to be done, by when, and how far it has progressed."""

    text: str
    due: date | None
    state: FollowUpState = FollowUpState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One version of a note about `unit`; `owner` acts, `actor` wrote it. The last one has no `superseded_at`."""

    note: int
    version: int
    unit: int
    owner: int
    text: str
    due: date
    state: FollowUpState
    actor: str
    at: datetime
    superseded_at: datetime | None

    def is_overdue(self, today: date) -> bool:
        """Whether it is past its due date and not closed."""
        return not self.state.is_closed and self.due < today


class FollowUps:
    """The notes that a viewer may see and write, now or as known at an instant."""

    def __init__(self, store: Store, viewer: Viewer, as_of: datetime | None = None) -> None:
        self._store = store
        self._viewer = viewer
        self._as_of = as_of

    @property
    def may_write(self) -> bool:
        """Whether the viewer may add and correct notes; never as of an earlier instant."""
        return self._viewer.may_load and self._as_of is None

    def current(self) -> tuple[FollowUp, ...]:
        """The last version of each note about the viewer's branch, by due date."""
        query = select(follow_ups).order_by(follow_ups.c.due, follow_ups.c.note)
        if self._as_of is None:
            query = query.where(follow_ups.c.superseded_at.is_(None))
        else:
            later = or_(follow_ups.c.superseded_at.is_(None), follow_ups.c.superseded_at > self._as_of)
            query = query.where(follow_ups.c.at <= self._as_of, later)
        return tuple(self._visible(query))

    def versions(self, note: int) -> tuple[FollowUp, ...]:
        """Every version of a note, newest first.

        Raises:
            UnknownFollowUp: no note has that number, or its unit is outside the viewer's scope.
        """
        query = select(follow_ups).where(follow_ups.c.note == note).order_by(follow_ups.c.version.desc())
        found = tuple(self._visible(query))
        if not found:
            raise UnknownFollowUp(sentence("follow_up.unknown", number=note, name=self._viewer.name))
        return found

    def add(self, owners: Mapping[str, str], given: FollowUpInput) -> int:
        """Adds a note about each unit in `owners`, which gives the acting unit by code; returns the number of notes.

        Raises:
            FollowUpError: the text is empty or too long or seems to name a person, or there is no due date.
            OutOfScope: the viewer may not write notes, or not about these units.
            UnknownUnit: no such unit.
        """
        reader = self._writer()
        at = self._store.now()
        values = _values(given, reader.registry) | {"version": 1, "actor": self._viewer.name, "at": at}
        about = [{"unit_id": reader.unit(unit).id, "owner_id": reader.unit(owner).id} for unit, owner in owners.items()]
        with writing(self._store.engine) as connection:
            first = 1 + (connection.execute(select(func.max(follow_ups.c.note))).scalar() or 0)
            lines = [{**values, **each, "note": first + place} for place, each in enumerate(about)]
            if lines:
                connection.execute(insert(follow_ups), lines)
                self._log(connection, at, given, dict(owners), range(first, first + len(lines)))
        return len(lines)

    def correct(self, note: int, owner: str, given: FollowUpInput) -> None:
        """Supersedes the last version of a note with a new one.

        Raises: as `add` and `versions`.
        """
        reader = self._writer()
        last = self.versions(note)[0]
        values = _values(given, reader.registry) | {"owner_id": reader.unit(owner).id}
        at = self._store.now()
        with writing(self._store.engine) as connection:
            same = (follow_ups.c.note == note) & follow_ups.c.superseded_at.is_(None)
            version = connection.execute(select(follow_ups.c.version).where(same)).scalar_one()
            connection.execute(update(follow_ups).where(same).values(superseded_at=at))
            line = {"note": note, "version": version + 1, "unit_id": last.unit, "actor": self._viewer.name, "at": at}
            connection.execute(insert(follow_ups).values(**values, **line))
            self._log(connection, at, given, {_code(reader.registry, last.unit): owner}, (note,))

    def _writer(self) -> Reader:
        if not self.may_write:
            raise OutOfScope(sentence("may_not.write_follow_ups", name=self._viewer.name))
        return self._store.reader(self._viewer)

    def _visible(self, query: Select[Any]) -> Iterator[FollowUp]:
        reader = self._store.reader(self._viewer, self._as_of)
        with self._store.engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return (_follow_up(row) for row in rows if reader.may_see(row["unit_id"]))

    def _log(
        self,
        connection: Connection,
        at: datetime,
        given: FollowUpInput,
        owners: Mapping[str, str],
        notes: Iterable[int],
    ) -> None:
        due = given.due.isoformat() if given.due else None
        details = {"text": " ".join(given.text.split()), "due": due, "state": given.state.value}
        audit.append(
            connection,
            at=at,
            actor=self._viewer.name,
            action=Action.FOLLOW_UP,
            subject=next(iter(owners)) if len(owners) == 1 else f"{len(owners)} units",
            details={**details, "owners": dict(owners), "notes": list(notes)},
        )


def _values(given: FollowUpInput, registry: Registry) -> dict[str, Any]:
    text = " ".join(given.text.split())
    if not text:
        raise FollowUpError(sentence("follow_up.empty"))
    if len(text) > LONGEST:
        raise FollowUpError(sentence("follow_up.too_long", length=len(text), most=LONGEST))
    person = find_person_name(text, registry.names)
    if person:
        raise FollowUpError(sentence("follow_up.names_person", named=person))
    if given.due is None:
        raise FollowUpError(sentence("follow_up.no_day"))
    return {"text": text, "due": given.due, "state": given.state.value}


def _code(registry: Registry, unit: int) -> str:
    latest = registry.latest(unit)
    return latest.code if latest else str(unit)


def _follow_up(row: RowMapping) -> FollowUp:
    return FollowUp(
        note=row["note"],
        version=row["version"],
        unit=row["unit_id"],
        owner=row["owner_id"],
        text=row["text"],
        due=row["due"],
        state=FollowUpState(row["state"]),
        actor=row["actor"],
        at=row["at"],
        superseded_at=row["superseded_at"],
    )
