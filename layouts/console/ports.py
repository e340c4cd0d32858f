"""The server's listening address: whether it is free, and who can reach it."""

from __future__ import annotations

import socket
import sys
from ipaddress import ip_address

from data.language import UserError
from layouts.console.messages import sentence


class PortBusy(UserError, OSError):
    """The port is in use; the message says where and what to do."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_free(host: str, port: int) -> None:
    """Requires the port to be free before long work begins.

    Raises:
        PortBusy: the port is in use.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as busy:
            raise PortBusy(sentence("port_busy", address=f"{host}:{port}")) from busy
