"""Request counters and durations for Prometheus, aggregated over the workers, served on a separate address."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from data.tables.replica import Replica, ReplicaLook, ReplicaState

if TYPE_CHECKING:
    from pathlib import Path

# Folder shared by the workers; the library reads the variable when a metric is created.
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class Meter:
    """Counts responses by route, method and status, and their durations; holds no account, unit or URL."""

    def __init__(self) -> None:
        from prometheus_client import Counter, Histogram

        self._answers = Counter(
            "http_answers_total", "Answers by route, method, status", ("route", "method", "status"), registry=None
        )
        self._seconds = Histogram("http_seconds", "Seconds to an answer", ("route",), registry=None)

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Records one response."""
        self._answers.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class ReplicaMeter:
    """Whether the replica is read, and how far it is behind, by the worker that knows the worst."""

    def __init__(self) -> None:
        from prometheus_client import Gauge

        self._read = Gauge("replica_read", "Reads go there: 1", multiprocess_mode="livemin", registry=None)
        self._changes = Gauge("replica_behind_changes", "Changes", multiprocess_mode="livemax", registry=None)
        self._seconds = Gauge("replica_behind_seconds", "Seconds", multiprocess_mode="livemax", registry=None)

    def show(self, look: ReplicaLook) -> None:
        """Records what a look at both servers found."""
        self._read.set(look.state is ReplicaState.READ)
        self._changes.set(look.changes_behind)
        self._seconds.set(look.seconds_behind)


def prepare(folder: Path) -> None:
    """Enables metrics; to be called before the pages are created."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()
    os.environ[_FOLDER] = str(folder)


def meter() -> Meter | None:
    """The meter, if metrics are enabled."""
    return Meter() if _FOLDER in os.environ else None


def measure(replica: Replica) -> None:
    """Records every look at the replica, if metrics are enabled."""
    if _FOLDER in os.environ:
        replica.on_look(ReplicaMeter().show)


def listen(bind: str) -> None:
    """Serves `/metrics` at `host:port` from a thread of this process, aggregated over all workers."""
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    host, _, port = bind.rpartition(":")
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    start_http_server(int(port), host.strip("[]") or "127.0.0.1", registry=registry)


def forget(process: int) -> None:
    """Drops the gauges of a worker that has exited."""
    from prometheus_client.multiprocess import mark_process_dead

    if _FOLDER in os.environ:
        mark_process_dead(process)  # type: ignore[no-untyped-call]
