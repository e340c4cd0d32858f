"""Serves the pages: gunicorn, or waitress where there is no fork (Windows)."""

from __future__ import annotations

import gc
import socket
import sys
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from layouts.console import say
from layouts.web import metrics

if TYPE_CHECKING:
    from flask import Flask


_NEW_OBJECTS = 10_000  # an answer makes tens of thousands that it needs no more when it is given


class PortBusy(OSError):
    """Another program listens there; the message says where and what to do."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def claim(host: str, port: int) -> None:
    """Makes sure that the port is free before long work begins.

    Raises:
        PortBusy: it is not.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as busy:
            raise PortBusy(say("port_busy", address=f"{host}:{port}")) from busy


def settle() -> None:
    """What is there before the first reader stays: nobody looks for garbage in it, and forked processes share it.

    Looking for garbage took a quarter of the time of an answer that reads all cells.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def serve(
    server: Flask,
    host: str,
    port: int,
    *,
    workers: int,
    ready: Callable[[], None],
    logging: Mapping[str, Any] | None = None,
) -> None:
    """Serves until interrupted; `ready` is called when the port answers. `logging` says how to log."""
    settle()
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
