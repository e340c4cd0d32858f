"""What a process knows of the last changes, and what a reader had seen of them when it began."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from threading import Lock

from sqlalchemy import Connection

from data.reading.reads import Senders
from data.tables.last_changes import DataChange, read_changes


@dataclass(frozen=True)
class Seen:
    """The last changes at one moment, each with its entry in the log."""

    entries: Mapping[DataChange, int]

    @cached_property
    def newest(self) -> int:
        """The newest entry that changed anything."""
        return max(self.entries.values(), default=0)

    @cached_property
    def _newest_first(self) -> tuple[tuple[DataChange, int], ...]:
        return tuple(sorted(self.entries.items(), key=lambda each: -each[1]))

    def since(self, entry: int) -> Iterator[DataChange]:
        """The changes made after an entry."""
        return (change for change, _ in takewhile(lambda each: each[1] > entry, self._newest_first))

    def newest_of(self, form: str | None, senders: Senders) -> int:
        """The newest entry that changed a form (None: any) of one of the senders."""
        return next(
            (
                entry
                for change, entry in self._newest_first
                if (form is None or change.form in ("", form))
                and (senders is None or change.sender == 0 or change.sender in senders)
            ),
            0,
        )


@dataclass
class KnownChanges:
    """A process's copy of the last changes; only newer ones are read."""

    _seen: Seen = field(default_factory=lambda: Seen({}))
    _lock: Lock = field(default_factory=Lock)

    def seen(self, connection: Connection) -> Seen:
        """The last changes in the database of the connection: a replica may not have all that are known."""
        known = self._seen
        newer = dict(read_changes(connection, known.newest))
        if not newer and known.entries:
            return Seen(dict(read_changes(connection, 0)))
        if max(newer.values(), default=0) == known.newest:
            return known
        seen = Seen({**known.entries, **newer})
        with self._lock:
            if seen.newest > self._seen.newest:
                self._seen = seen
        return seen
