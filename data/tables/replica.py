"""A streaming replica of a PostgreSQL database, for readers while it answers and has what they were told.

The position that is compared is the newest entry of the audit log that changed anything: every change that a reader can
see is logged in its own transaction, and writers are serialised. Unlike a position in the write-ahead log it is read in
the same way as the data, on every server, and neither vacuuming nor a sign-in moves it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import Value
from threading import Event, Lock, Thread, local
from time import monotonic, sleep

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from data.tables.last_changes import newest_change

# Seconds: how long a read waits for what its reader was told; between two looks at both servers; how long a look holds.
_WAIT, _PAUSE = 0.05, 0.005
_EVERY, _EVERY_UNUSED = 1.0, 0.2
_HOLDS = 3.0
# A server that is gone without a word is given up after two seconds.
_PATIENCE = {"connect_timeout": 2, "tcp_user_timeout": 2000, "keepalives_idle": 2, "keepalives_interval": 2}

_CLUSTER = text("SELECT system_identifier, current_database() FROM pg_control_system()")
_RECOVERY = text("SELECT pg_is_in_recovery()")
_SINCE = text("SELECT EXTRACT(EPOCH FROM now() - pg_last_xact_replay_timestamp())")
_LOG = logging.getLogger(__name__)


class ReplicaLost(Exception):
    """The replica went away, or cancelled a query, while it was being read; the primary can answer the same."""


class ReplicaState(StrEnum):
    """What is known of a replica, and whether it is read."""

    UNASKED = "unasked"
    READ = "read"
    BEHIND = "behind"
    AWAY = "away"
    PROMOTED = "promoted"
    OTHER = "other"
    """A server in recovery that is a copy of another database."""


@dataclass(frozen=True, kw_only=True)
class ReplicaLook:
    """What a look at both servers found; changes, and seconds since the last replayed one, if behind."""

    state: ReplicaState
    changes_behind: int = 0
    seconds_behind: float = 0.0


class Replica:
    """A replica, and what the readers of this server were told; processes forked from one know the same.

    Any reader's version counts for all of them, so that neither two pages of one session, served by two processes,
    nor two readers side by side see one less than the other.
    """

    def __init__(self, primary: Engine, url: str) -> None:
        self.primary = primary
        self.engine = create_engine(url, connect_args=_PATIENCE, hide_parameters=True)
        self.look = ReplicaLook(state=ReplicaState.UNASKED)
        self._looked = 0.0
        self._told = Value("q", 0)
        self._thread = local()
        self._watching, self._starting, self._closed = 0, Lock(), Event()
        self._listeners: list[Callable[[ReplicaLook], None]] = []
        event.listen(primary, "commit", self._note_write)
        event.listen(self.engine, "handle_error", _give_up)

    def close(self) -> None:
        """Closes all connections, and stops looking."""
        self._closed.set()
        self.engine.dispose()

    def forget_connections(self) -> None:
        """Leaves the connections to the process that this one was forked from."""
        self.engine.dispose(close=False)

    def on_look(self, listener: Callable[[ReplicaLook], None]) -> None:
        """Calls a function after each look at both servers."""
        self._listeners.append(listener)

    def tell(self, change: int) -> None:
        """Notes that somebody was told of this change."""
        if change > self._told.value:
            lock = self._told.get_lock()
            held = lock.acquire(timeout=_WAIT)  # not for ever: a process may be killed while it holds the lock
            self._told.value = max(self._told.value, change)
            if held:
                lock.release()

    @property
    def writes(self) -> int:
        """How often the current thread has written."""
        return getattr(self._thread, "writes", 0)

    def connection(self) -> Connection | None:
        """A connection to the replica, if it is read and has what was told, or gets it at once."""
        self._watch()
        if self.look.state is not ReplicaState.READ or monotonic() - self._looked > _HOLDS:
            return None
        found = ReplicaLook(state=ReplicaState.AWAY)
        with suppress(SQLAlchemyError, ReplicaLost), ExitStack() as opened:
            connection = opened.enter_context(self.engine.connect())
            found = self._judge(connection)
            if found.state is ReplicaState.READ:
                opened.pop_all()
                return connection
        self._set(found)
        return None

    def look_at_both(self) -> ReplicaLook:
        """Asks both servers; what the primary has counts as told, so that no reader is behind by more than this."""
        with suppress(SQLAlchemyError):
            with self.primary.connect() as connection:
                cluster = connection.execute(_CLUSTER).one()
                self.tell(newest_change(connection))
            found = ReplicaLook(state=ReplicaState.AWAY)
            with suppress(SQLAlchemyError, ReplicaLost), self.engine.connect() as connection:
                same = connection.execute(_CLUSTER).one() == cluster
                found = self._judge(connection) if same else ReplicaLook(state=ReplicaState.OTHER)
            self._set(found)
        return self.look

    def _judge(self, connection: Connection) -> ReplicaLook:
        until = monotonic() + _WAIT
        while connection.execute(_RECOVERY).scalar_one():
            newest = newest_change(connection)
            if newest >= self._told.value:
                self.tell(newest)
                return ReplicaLook(state=ReplicaState.READ)
            if monotonic() > until:
                since = float(connection.execute(_SINCE).scalar() or 0)
                return ReplicaLook(
                    state=ReplicaState.BEHIND, changes_behind=self._told.value - newest, seconds_behind=since
                )
            sleep(_PAUSE)
        return ReplicaLook(state=ReplicaState.PROMOTED)

    def _set(self, found: ReplicaLook) -> None:
        before, self.look, self._looked = self.look.state, found, monotonic()
        if found.state is not before:
            _LOG.warning("the replica is now: %s", found.state)
        for listener in self._listeners:
            listener(found)

    def _watch(self) -> None:
        """Starts the thread that looks, once in each process: a request waits for no server that does not answer."""
        if self._watching != os.getpid():
            with self._starting:
                if self._watching != os.getpid():
                    self._watching = os.getpid()
                    Thread(target=self._keep_looking, name="replica", daemon=True).start()

    def _keep_looking(self) -> None:
        while not self._closed.is_set():
            found = self.look_at_both()
            self._closed.wait(_EVERY if found.state is ReplicaState.READ else _EVERY_UNUSED)

    def _note_write(self, connection: Connection) -> None:
        # Before the commit: once it is visible, no reader may be given less.
        if connection.get_execution_options().get("writing", False):
            self.tell(newest_change(connection))
            self._thread.writes = self.writes + 1


class ReplicaReads:
    """The database of one request's readers: the replica, or, from the first time that this will not do, the primary.

    A thread that has written since reads from the primary, so that whatever meets `ReplicaLost` may be done again.
    """

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._writes = replica.writes
        self._left = False

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection for a block of queries."""
        self._left = self._left or self._replica.writes != self._writes
        connection = None if self._left else self._replica.connection()
        if connection is not None:
            with connection:
                yield connection
            return
        self._left = True
        with self._replica.primary.connect() as connection:
            yield connection
            self._replica.tell(newest_change(connection))


def _give_up(context: ExceptionContext) -> None:
    if context.is_disconnect or isinstance(context.sqlalchemy_exception, OperationalError):
        raise ReplicaLost from context.original_exception
