"""Graceful shutdown of long-running commands: SIGINT or SIGTERM lets the current item finish."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Self

_PAUSE_SECONDS = 1.0


class GracefulStop:
    """A context in which the first Ctrl-C requests a stop and the second interrupts as usual."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._before: dict[signal.Signals, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        self._before = {one: signal.signal(one, self._ask) for one in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler)

    def wait(self) -> bool:
        """Waits a second, or until a stop is requested; returns whether to continue."""
        return not self._asked.wait(_PAUSE_SECONDS)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked.is_set():
            raise KeyboardInterrupt
        self._asked.set()
