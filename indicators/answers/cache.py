"""The answers that a process keeps: each as long as nothing that it was made from has changed, within so many bytes.

An answer is made once, however many ask for it at the same moment: the others wait for the thread that makes it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from threading import Event, Lock, get_ident
from time import monotonic
from typing import Any, Final, TypeVar, cast

from data.reading.known_changes import Seen
from data.reading.reads import Reads, include, recording
from indicators.answers.sizes import size_of

Answer = TypeVar("Answer")

DEFAULT_BYTES: Final = 64 * 1024 * 1024
_LARGEST_SHARE = 4  # an answer larger than a quarter of the cache would drive out too many others
_PATIENCE = 60.0  # seconds after which a thread no longer waits for another one's answer


@dataclass(slots=True)
class Kept:
    """An answer with what it read, as of the entry of the log `at`; `origin` tells how to ask for it again."""

    answer: Any
    reads: Reads
    at: int
    size: int = 0
    origin: Hashable = None
    used: float = 0.0


@dataclass(slots=True)
class _Flight:
    """An answer in the making, as of the entry `at`, by the thread `maker`."""

    at: int
    maker: int
    landed: Event = field(default_factory=Event)
    kept: Kept | None = None
    fault: Exception | None = None
    reads: Reads = field(default_factory=Reads)


@dataclass
class AnswerCache:
    """Keeps at most `limit` bytes of answers; drops first what was not asked for the longest."""

    limit: int = DEFAULT_BYTES
    patience: float = _PATIENCE
    _kept: OrderedDict[Hashable, Kept] = field(default_factory=OrderedDict)
    _flights: dict[Hashable, _Flight] = field(default_factory=dict)
    _awaited: dict[int, _Flight] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    size: int = 0
    hits: int = 0
    misses: int = 0

    def get(self, key: Hashable, seen: Seen, compute: Callable[[], Answer], origin: Hashable = None) -> Answer:
        """The answer for `key`: the kept one if nothing that it read has changed by what was `seen`, else a new one.

        With an `origin` it counts as used by a reader.
        """
        patient = True
        while True:
            with self._lock:
                found = self._valid(key, seen, origin) or self._flight(key, seen, patient=patient)
            if isinstance(found, Kept):
                include(found.reads)
                return cast("Answer", found.answer)
            if found.maker == get_ident():
                return cast("Answer", self._make(key, seen, found, compute, origin).answer)
            landed = self._wait(found)
            include(found.reads)
            if found.fault is not None:
                raise found.fault
            if found.kept is not None:
                return cast("Answer", found.kept.answer)
            patient = landed  # its maker was interrupted, or takes too long

    def stale(self, seen: Seen, since: float) -> list[Hashable]:
        """The origins of answers used since a moment that hold no more by what was `seen`, the last used first."""
        with self._lock:
            known = [each for each in self._kept.values() if each.origin is not None and each.used >= since]
        known.sort(key=lambda each: -each.used)
        return [each.origin for each in known if not _holds(each, seen)]

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[tuple[Hashable, Kept]]:
        """All that is kept, what was not used the longest first."""
        with self._lock:
            return iter(list(self._kept.items()))

    def _valid(self, key: Hashable, seen: Seen, origin: Hashable) -> Kept | None:
        kept = self._kept.get(key)
        if kept is None or not _holds(kept, seen):
            self.misses += 1
            return None
        self.hits += 1
        kept.at = max(kept.at, seen.newest)
        self._use(kept, origin)
        self._kept.move_to_end(key)
        return kept

    @staticmethod
    def _use(kept: Kept, origin: Hashable) -> None:
        if origin is not None:
            kept.origin, kept.used = origin, monotonic()

    def _flight(self, key: Hashable, seen: Seen, *, patient: bool) -> _Flight:
        """The flight to wait for, or that of this thread, which then makes the answer."""
        flight = self._flights.get(key)
        me = get_ident()
        if patient and flight is not None and flight.at >= seen.newest and not self._leads_to(me, flight):
            self._awaited[me] = flight
            return flight
        self._flights[key] = own = _Flight(seen.newest, me)
        return own

    def _leads_to(self, thread: int, flight: _Flight | None) -> bool:
        """Whether a flight waits, directly or through others, for what a thread is making."""
        while flight is not None:
            if flight.maker == thread:
                return True
            flight = self._awaited.get(flight.maker)
        return False

    def _wait(self, flight: _Flight) -> bool:
        try:
            return flight.landed.wait(self.patience)
        finally:
            with self._lock:
                del self._awaited[get_ident()]

    def _make(self, key: Hashable, seen: Seen, flight: _Flight, compute: Callable[[], Any], origin: Hashable) -> Kept:
        try:
            with recording() as flight.reads:
                answer = compute()
            made = Kept(answer, flight.reads, seen.newest)
            self._keep(key, made, origin)
            flight.kept = made
        except Exception as fault:
            flight.fault = fault
            raise
        finally:
            with self._lock:
                if self._flights.get(key) is flight:
                    del self._flights[key]
            flight.landed.set()
        return made

    def _keep(self, key: Hashable, made: Kept, origin: Hashable) -> None:
        made.size = size_of(made.answer)
        with self._lock:
            before = self._kept.get(key)
            if before is not None:
                if before.at > made.at:
                    return
                made.origin, made.used = before.origin, before.used
                self.size -= self._kept.pop(key).size
            self._use(made, origin)
            if made.size * _LARGEST_SHARE > self.limit:
                return
            self._kept[key] = made
            self.size += made.size
            while self.size > self.limit:
                self.size -= self._kept.popitem(last=False)[1].size


def _holds(kept: Kept, seen: Seen) -> bool:
    return not any(kept.reads.touched_by(change) for change in seen.since(kept.at))
