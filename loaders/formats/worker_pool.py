"""A pool of worker processes with memory and CPU limits, so that no file can harm the service or other files.

Workers are reused, since starting one costs far more than reading a file; a worker that a file kills is replaced.
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

Argument = TypeVar("Argument")
Result = TypeVar("Result")

_LOG = getLogger(__name__)
_PRELOADED = ("loaders.formats.dispatch",)
_STATM, _OPEN_FILES = Path("/proc/self/statm"), Path("/proc/self/fd")
_SHUTDOWN_SECONDS = 2.0
_LAST_STANDARD_STREAM = 2  # stdin, stdout and stderr are 0 to 2
_PATIENCE = 3  # on a busy machine a worker may get only a third of a processor


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLimits:
    """Limits for one file: bytes of memory on top of the interpreter's own, and seconds of CPU time."""

    memory: int = 500_000_000
    seconds: int = 20


class NoWorker(RuntimeError):
    """Worker processes cannot be started on this machine."""


class WorkerPool:
    """A pool of worker processes started on demand; use it as a context manager, or close it.

    With `fork` workers are forked at once where that is safe (Linux, a single thread), so that what is loaded here
    is in memory only once; they close the files and connections that they inherit. `prepare` is called before a
    worker is started without forking, and provides what a fork would have inherited.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        limits: ProcessLimits | None = None,
        preload: Sequence[str] = _PRELOADED,
        fork: bool = False,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self._limits = limits or ProcessLimits()
        self._number = workers or os.cpu_count() or 1
        self._context, self._prepare = _context(preload), prepare
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        copies = multiprocessing.get_context("fork") if fork and _can_fork_safely() else None
        for _ in range(self._number):
            self._idle.put(_Worker(copies, self._limits) if copies else None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def run(self, task: Callable[[Argument], Result], argument: Argument) -> Result:
        """The result of `task`, a module-level function, for `argument`; thread-safe.

        Raises:
            Unreadable: the task raised it, exceeded a limit, or killed its process.
            NoWorker: no process could be started, which is not the fault of the file.
        """
        worker = self._idle.get()
        kept = False
        try:
            worker = worker or self._start_worker()
            reply = worker.ask(task, argument)
            kept = reply.stays
        finally:
            if worker is not None and not kept:
                worker.end()
            self._idle.put(worker if kept else None)
        if reply.refusal:
            raise reply.refusal
        result: Result = reply.result
        return result

    def _start_worker(self) -> _Worker:
        self._prepare()
        return _Worker(self._context, self._limits)

    def run_each(
        self, task: Callable[[Argument], Result], arguments: Iterable[Argument]
    ) -> Iterator[Result | Unreadable]:
        """Runs the task on each input, on all workers in parallel; yields results or refusals in input order."""

        def one(argument: Argument) -> Result | Unreadable:
            try:
                return self.run(task, argument)
            except Unreadable as refusal:
                return refusal

        waiting: deque[Future[Result | Unreadable]] = deque()
        with ThreadPoolExecutor(self._number) as threads:
            for argument in arguments:
                waiting.append(threads.submit(one, argument))
                if len(waiting) > 2 * self._number:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def close(self) -> None:
        """Stops the workers."""
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
    """A worker process and the parent's end of its pipe."""

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

    def ask(self, task: Callable[[Any], Any], argument: object) -> _Reply:
        try:
            self._pipe.send((task, argument))
            if not self._pipe.poll(_PATIENCE * self._limits.seconds):
                return _Reply(refusal=Unreadable("too_slow", seconds=self._limits.seconds), stays=False)
            reply: _Reply = self._pipe.recv()
        except (EOFError, OSError):
            return _Reply(refusal=self._exit_reason(), stays=False)
        if reply.fault:
            _LOG.error("a reader failed: %s", reply.fault)
        return reply

    def end(self) -> None:
        self._pipe.close()
        self._process.join(0 if self._process.exitcode is None else _SHUTDOWN_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_SHUTDOWN_SECONDS)
        self._process.close()

    def _exit_reason(self) -> Unreadable:
        self._process.join(_SHUTDOWN_SECONDS)
        if sys.platform != "win32" and self._process.exitcode == -signal.SIGXCPU:
            return Unreadable("too_slow", seconds=self._limits.seconds)
        return Unreadable("reader_failed")


def _context(preload: Sequence[str]) -> Any:
    """A fork server with the readers preloaded; where the platform has none, workers that import them on their own."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    return context


def _can_fork_safely() -> bool:
    """Forking is unsafe with other threads: a lock that one of them holds would stay locked in the child for ever."""
    return sys.platform == "linux" and threading.active_count() == 1


def _close_inherited(pipe: Connection) -> None:
    """Closes what a forked worker inherits: databases and the pipes of earlier workers, but not its own pipe."""
    for number in [int(entry.name) for entry in _OPEN_FILES.iterdir()]:
        with suppress(OSError):
            kind = os.fstat(number).st_mode
            if (
                number > _LAST_STANDARD_STREAM
                and number != pipe.fileno()
                and (stat.S_ISREG(kind) or stat.S_ISSOCK(kind))
            ):
                os.close(number)


def _serve(pipe: Connection, limits: ProcessLimits) -> None:
    """The worker's main loop: receives a task and replies, until the pipe closes."""
    gc.freeze()  # spares the collector the memory shared with the parent, which walking would copy
    if sys.platform == "linux":
        _close_inherited(pipe)
    if sys.platform != "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles interrupts
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not leave the file's content on disk
    faulthandler.disable()  # a fork may have inherited it
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 2)  # a native reader's panic writes to stderr; what matters is in the reply
    own = _address_space()
    pipe.send(None)  # signals readiness
    while True:
        try:
            task, argument = pipe.recv()
        except (EOFError, OSError):
            return
        _limit(own + limits.memory if own else None, limits.seconds)
        reply = _attempt(task, argument)
        _limit(None, None)
        stays = reply.stays and _address_space() - own < limits.memory // 2
        try:
            pipe.send(_Reply(result=reply.result, refusal=reply.refusal, fault=reply.fault, stays=stays))
        except OSError:
            return
        if not stays:
            return


def _attempt(task: Callable[[Any], Any], argument: object) -> _Reply:
    try:
        return _Reply(result=task(argument))
    except Unreadable as refusal:
        return _Reply(refusal=refusal)
    except MemoryError:
        return _Reply(refusal=Unreadable("too_much_memory"), stays=False)
    except Exception as fault:  # noqa: BLE001 - one bad file never stops the others
        # Stack frames and exception type only: the message may quote the file.
        frames = "".join(traceback.format_tb(fault.__traceback__))
        return _Reply(refusal=Unreadable("reader_failed"), fault=f"{type(fault).__name__}\n{frames}", stays=False)


def _address_space() -> int:
    """Address space of this process in bytes; 0 where the system does not report it."""
    if sys.platform == "win32" or not _STATM.exists():
        return 0
    return int(_STATM.read_text().split()[0]) * resource.getpagesize()


def _limit(memory: int | None, seconds: int | None) -> None:
    """Sets the limits until the next call; None lifts one. CPU time counts from now."""
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
