"""Runs whole processes and measures their time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import psutil

ROOT = Path(__file__).parents[2]
_SAMPLE_SECONDS = 0.02
_RUSAGE_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A command line of this interpreter and the settings that it runs with."""

    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceUsage:
    """Resources of a process tree: peak bytes, CPU seconds."""

    memory: int
    processor: float


class ProcessFailed(RuntimeError):
    """A program failed; the message is its output."""


def time_process(program: Program) -> float:
    """Seconds from start to end of a program, which runs undisturbed.

    Raises:
        Failed: it ended with an exit code other than 0.
    """
    started = time.perf_counter()
    process = _started(program)
    output, _ = process.communicate()
    seconds = time.perf_counter() - started
    _require(process, output)
    return seconds


def time_with_rusage(program: Program) -> tuple[float, ResourceUsage]:
    """Wall time and rusage of a program that starts no others.

    Polled five times a second: rarely enough not to disturb the timing.

    Raises:
        Failed: it ended with an exit code other than 0.
    """
    started = time.perf_counter()
    process = _started(program)
    whole = psutil.Process(process.pid)
    usage = ResourceUsage(memory=0, processor=0)
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            used = whole.cpu_times()
            usage = ResourceUsage(memory=max(usage.memory, _high_water(process.pid)), processor=used.user + used.system)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_RUSAGE_POLL_SECONDS)
    seconds = time.perf_counter() - started
    output, _ = process.communicate()
    _require(process, output)
    return seconds, usage


def sample(program: Program) -> ResourceUsage:
    """Peak memory and CPU time of a process tree, sampled every 20 ms: too often to time it as well.

    Memory is the greatest sum, over all its processes at one moment, of proportional set sizes (pages that processes
    share count once), or the peak resident set of any one of them by the kernel, if greater.

    Raises:
        Failed: it ended with an exit code other than 0.
    """
    process = _started(program)
    whole = psutil.Process(process.pid)
    peak, processor = 0, {}
    while process.poll() is None:
        together = 0
        for one in _process_tree(whole):
            try:
                together += one.memory_full_info().pss
                peak = max(peak, _high_water(one.pid))
                used = one.cpu_times()
            except (psutil.NoSuchProcess, psutil.AccessDenied, FileNotFoundError, ProcessLookupError):
                continue
            processor[one.pid] = used.user + used.system
        peak = max(peak, together)
        try:
            process.wait(_SAMPLE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    output, _ = process.communicate()
    _require(process, output)
    return ResourceUsage(memory=peak, processor=sum(processor.values()))


@contextmanager
def running(program: Program) -> Iterator[subprocess.Popen[str]]:
    """A program that runs until the block ends, unheard."""
    process = _started(program)
    Thread(target=process.communicate, daemon=True).start()
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def proportional_memory(pid: int) -> int:
    """The sum of the proportional set sizes of a process and all below it, in bytes."""
    return sum(each.memory_full_info().pss for each in _process_tree(psutil.Process(pid)))


def _started(program: Program) -> subprocess.Popen[str]:
    # A user's second run has compiled modules; an environment that forbids bytecode would distort the measurement.
    ours = {"DATA_DIR", "DATABASE_URL", "SECRET_KEY", "APP_LANGUAGE", "PYTHONDONTWRITEBYTECODE"}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.Popen(
        [sys.executable, *program.arguments],
        cwd=ROOT,
        env={**inherited, **program.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def _require(process: subprocess.Popen[str], output: str) -> None:
    if process.returncode:
        raise ProcessFailed(output)


def _process_tree(whole: psutil.Process) -> list[psutil.Process]:
    try:
        return [whole, *whole.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _high_water(pid: int) -> int:
    """The greatest resident set of one process so far, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)
