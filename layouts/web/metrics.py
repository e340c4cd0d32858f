"""Counters and times of requests for Prometheus, summed over the worker processes, on an address of their own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Where the workers put their numbers; the library looks for it when a metric is made.
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class Meter:
    """Counts answers by route, method and status, and how long they took; no reader, unit or address is in it."""

    def __init__(self) -> None:
        from prometheus_client import Counter, Histogram

        self._answers = Counter(
            "http_answers_total", "Answers by route, method, status", ("route", "method", "status"), registry=None
        )
        self._seconds = Histogram("http_seconds", "Seconds to an answer", ("route",), registry=None)

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """One answer."""
        self._answers.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


def prepare(folder: Path) -> None:
    """Has numbers kept from now on; to be called before the pages are made."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()
    os.environ[_FOLDER] = str(folder)


def meter() -> Meter | None:
    """What counts, when numbers are kept."""
    return Meter() if _FOLDER in os.environ else None


def listen(bind: str) -> None:
    """Answers `/metrics` at `host:port` in a thread of this process, with the sums over all workers."""
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    host, _, port = bind.rpartition(":")
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    start_http_server(int(port), host.strip("[]") or "127.0.0.1", registry=registry)


def forget(process: int) -> None:
    """A worker has ended: what it was at the moment is not counted any more."""
    from prometheus_client.multiprocess import mark_process_dead

    if _FOLDER in os.environ:
        mark_process_dead(process)  # type: ignore[no-untyped-call]
