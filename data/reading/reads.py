"""What an answer read of the returns: the forms and the senders whose changes make it another one.

Registry, periods, thresholds and whatever else changes rarely belong to every answer, and are not recorded: their
changes are changes of everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection

from data.tables.engine import Connects
from data.tables.last_changes import EVERYTHING, DataChange

Senders = frozenset[int] | None
"""Ids of senders; None: all."""


class Reads:
    """Which forms of which senders were read."""

    def __init__(self) -> None:
        self._read: set[tuple[str | None, Senders]] = set()

    def add(self, forms: Iterable[str] | None, senders: Senders) -> None:
        """Adds forms (None: all) of some senders."""
        self._read.update((form, senders) for form in ((None,) if forms is None else forms))

    def include(self, others: Reads) -> None:
        """Adds everything that another answer read."""
        self._read |= others._read

    def touched_by(self, change: DataChange) -> bool:
        """Whether a change may make the answer another one."""
        return change == EVERYTHING or any(
            form in (None, change.form) and (senders is None or change.sender == 0 or change.sender in senders)
            for form, senders in self._read
        )


_RECORDED: ContextVar[Reads | None] = ContextVar("recorded", default=None)


def note(forms: Iterable[str] | None, senders: Senders) -> None:
    """Tells the answer that is being made in this thread, if any, what it reads."""
    recorded = _RECORDED.get()
    if recorded is not None:
        recorded.add(forms, senders)


def is_recorded() -> bool:
    """Whether an answer is being made in this thread."""
    return _RECORDED.get() is not None


def include(reads: Reads) -> None:
    """Tells the answer that is being made in this thread, if any, that it uses another one."""
    recorded = _RECORDED.get()
    if recorded is not None:
        recorded.include(reads)


@contextmanager
def recording() -> Iterator[Reads]:
    """Records what an answer reads; an answer that it is part of has read the same."""
    reads = Reads()
    before = _RECORDED.set(reads)
    try:
        yield reads
    finally:
        _RECORDED.reset(before)
        include(reads)


@contextmanager
def unrecorded() -> Iterator[None]:
    """Records nothing of what is read meanwhile: who asks says itself what it follows from."""
    before = _RECORDED.set(None)
    try:
        yield
    finally:
        _RECORDED.reset(before)


class UnrecordedReads:
    """A database whose every read counts as one of everything, so that no query is forgotten."""

    def __init__(self, database: Connects) -> None:
        self._database = database

    def connect(self) -> AbstractContextManager[Connection]:
        """A connection for a block of queries."""
        note(None, None)
        return self._database.connect()
