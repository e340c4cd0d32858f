"""Runs a reader in a worker process with limits of memory and time, so that no file can harm what runs or waits.

Workers are used again: many good files pay for few processes. What a file kills is replaced.
"""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import queue
import signal
import stat
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from logging import getLogger
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from loaders.workbook import Unreadable

if sys.platform != "win32":
    import resource

Given = TypeVar("Given")
Result = TypeVar("Result")

_LOG = getLogger(__name__)
_PRELOADED = ("loaders.formats.opening",)
_STATM, _OPEN_FILES = Path("/proc/self/statm"), Path("/proc/self/fd")
_ENDING_SECONDS = 2.0
_STANDARD = 2  # the last of input, output and errors
_PATIENCE = 3  # a busy machine may give a worker a third of a processor


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLimits:
    """What one file may take: bytes beyond the interpreter's own, and seconds of the processor's time."""

    memory: int = 500_000_000
    seconds: int = 20


class NoWorker(RuntimeError):
    """Worker processes cannot be started here."""


class Isolated:
    """A few worker processes, started when first needed; use it as a context or close it.

    With `sharing` they are copies of this process where that is safe (no other thread, Linux), started at once: what
    is loaded here is in memory once. They keep no file or connection of it open. `prepare` is called before a worker
    is started that is no copy and has to be told all that it works with.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        limits: ProcessLimits | None = None,
        preload: Sequence[str] = _PRELOADED,
        sharing: bool = False,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self._limits = limits or ProcessLimits()
        self._number = workers or os.cpu_count() or 1
        self._context, self._prepare = _context(preload), prepare
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        copies = multiprocessing.get_context("fork") if sharing and _may_be_copied() else None
        for _ in range(self._number):
            self._idle.put(_Worker(copies, self._limits) if copies else None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def run(self, task: Callable[[Given], Result], given: Given) -> Result:
        """What `task`, a function of a module, makes of `given`; safe to call from several threads.

        Raises:
            Unreadable: the task raised it, broke a limit, or ended its process.
            NoWorker: no process could be started, which is no fault of the file.
        """
        worker = self._idle.get()
        kept = False
        try:
            worker = worker or self._started()
            reply = worker.ask(task, given)
            kept = reply.stays
        finally:
            if worker is not None and not kept:
                worker.end()
            self._idle.put(worker if kept else None)
        if reply.refusal:
            raise reply.refusal
        result: Result = reply.result
        return result

    def _started(self) -> _Worker:
        self._prepare()
        return _Worker(self._context, self._limits)

    def run_each(self, task: Callable[[Given], Result], givens: Iterable[Given]) -> Iterator[Result | Unreadable]:
        """The task on each, at once on all workers; results, or why there is none, in the order of `givens`."""

        def one(given: Given) -> Result | Unreadable:
            try:
                return self.run(task, given)
            except Unreadable as refusal:
                return refusal

        waiting: deque[Future[Result | Unreadable]] = deque()
        with ThreadPoolExecutor(self._number) as threads:
            for given in givens:
                waiting.append(threads.submit(one, given))
                if len(waiting) > 2 * self._number:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def close(self) -> None:
        """Ends the workers."""
        for _ in range(self._number):
            if worker := self._idle.get():
                worker.end()
            self._idle.put(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    result: Any = None
    refusal: Unreadable | None = None
    fault: str = ""
    stays: bool = True


class _Worker:
    """One process and this side of the pipe to it."""

    def __init__(self, context: Any, limits: ProcessLimits) -> None:
        self._limits = limits
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_serve, args=(theirs, limits), daemon=True)
        self._process.start()
        theirs.close()
        try:
            self._pipe.recv()
        except (EOFError, OSError):
            raise NoWorker("a worker process ended before its first task; see what it wrote") from None

    def ask(self, task: Callable[[Any], Any], given: object) -> _Reply:
        try:
            self._pipe.send((task, given))
            if not self._pipe.poll(_PATIENCE * self._limits.seconds):
                return _Reply(refusal=Unreadable("too_slow", seconds=self._limits.seconds), stays=False)
            reply: _Reply = self._pipe.recv()
        except (EOFError, OSError):
            return _Reply(refusal=self._reason(), stays=False)
        if reply.fault:
            _LOG.error("a reader failed: %s", reply.fault)
        return reply

    def end(self) -> None:
        self._pipe.close()
        self._process.join(0 if self._process.exitcode is None else _ENDING_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_ENDING_SECONDS)
        self._process.close()

    def _reason(self) -> Unreadable:
        self._process.join(_ENDING_SECONDS)
        if sys.platform != "win32" and self._process.exitcode == -signal.SIGXCPU:
            return Unreadable("too_slow", seconds=self._limits.seconds)
        return Unreadable("reader_failed")


def _context(preload: Sequence[str]) -> Any:
    """A server that forks workers with the readers loaded; where there is none, workers that load them themselves."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    return context


def _may_be_copied() -> bool:
    """A lock that another thread holds at that moment would be held in the copy for ever."""
    return sys.platform == "linux" and threading.active_count() == 1


def _let_go_of(pipe: Connection) -> None:
    """Closes what a copy has open of its parent: databases, and the pipes to workers before it, but not its own."""
    for number in [int(entry.name) for entry in _OPEN_FILES.iterdir()]:
        with suppress(OSError):
            kind = os.fstat(number).st_mode
            if number > _STANDARD and number != pipe.fileno() and (stat.S_ISREG(kind) or stat.S_ISSOCK(kind)):
                os.close(number)


def _serve(pipe: Connection, limits: ProcessLimits) -> None:
    """The worker's life: a task, a reply, until the pipe closes."""
    gc.freeze()  # what it shares with its parent is not walked, which would copy it
    if sys.platform == "linux":
        _let_go_of(pipe)
    if sys.platform != "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what a file crashes leaves nothing of the file behind
    faulthandler.disable()  # a copy may have it from its parent
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 2)  # a reader's panic writes of itself; what matters is in the reply
    own = _taken()
    pipe.send(None)  # ready
    while True:
        try:
            task, given = pipe.recv()
        except (EOFError, OSError):
            return
        _limit(own + limits.memory if own else None, limits.seconds)
        reply = _attempt(task, given)
        _limit(None, None)
        stays = reply.stays and _taken() - own < limits.memory // 2
        try:
            pipe.send(_Reply(result=reply.result, refusal=reply.refusal, fault=reply.fault, stays=stays))
        except OSError:
            return
        if not stays:
            return


def _attempt(task: Callable[[Any], Any], given: object) -> _Reply:
    try:
        return _Reply(result=task(given))
    except Unreadable as refusal:
        return _Reply(refusal=refusal)
    except MemoryError:
        return _Reply(refusal=Unreadable("too_much_memory"), stays=False)
    except Exception as fault:  # noqa: BLE001 - one bad file never stops the others
        # Frames and the kind only: the message of a fault may quote the file.
        frames = "".join(traceback.format_tb(fault.__traceback__))
        return _Reply(refusal=Unreadable("reader_failed"), fault=f"{type(fault).__name__}\n{frames}", stays=False)


def _taken() -> int:
    """Bytes of address space that this process has; 0 where the system does not tell."""
    if sys.platform == "win32" or not _STATM.exists():
        return 0
    return int(_STATM.read_text().split()[0]) * resource.getpagesize()


def _limit(memory: int | None, seconds: int | None) -> None:
    """Sets the limits until the next call; None lifts one. The processor's time counts from now."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, None if seconds is None else int(used.ru_utime + used.ru_stime) + 1 + seconds),
    ):
        _, most = resource.getrlimit(kind)
        wanted = most if limit is None else limit
        resource.setrlimit(kind, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
