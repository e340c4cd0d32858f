"""Serves the pages: gunicorn, or waitress where there is no fork (Windows)."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from layouts.web import metrics

if TYPE_CHECKING:
    from flask import Flask


_GC_THRESHOLD = 10_000  # a response allocates tens of thousands of short-lived objects


def freeze_heap() -> None:
    """Exempts all current objects from garbage collection, so that forked workers share their memory.

    Collecting took a quarter of the time of a response that reads all cells.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD)


def serve(
    server: Flask,
    host: str,
    port: int,
    *,
    workers: int,
    ready: Callable[[], None],
    logging: Mapping[str, Any] | None = None,
) -> None:
    """Serves until interrupted; `ready` is called once the port is open. `logging` is a `dictConfig`."""
    freeze_heap()
    if sys.platform == "win32":
        import waitress

        ready()
        waitress.serve(server, host=host, port=port, threads=4 * workers)
    else:
        own = {"logconfig_dict": dict(logging)} if logging else {"loglevel": "warning"}
        _gunicorn(server, host, port, workers, ready, own)


def _gunicorn(
    server: Flask, host: str, port: int, workers: int, ready: Callable[[], None], own: Mapping[str, Any]
) -> None:
    from gunicorn.app.base import BaseApplication

    class Pages(BaseApplication):  # type: ignore[misc]
        """The pages, loaded once and forked into each worker."""

        def load_config(self) -> None:
            settings = {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": workers,
                "threads": 4,
                "worker_class": "gthread",
                "preload_app": True,
                "control_socket_disable": True,
                "graceful_timeout": 5,
                "when_ready": lambda _: ready(),
                "child_exit": lambda _, worker: metrics.forget(worker.pid),
                **own,
            }
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return server

    Pages().run()
