"""The demonstration from an installed environment: workbooks written and loaded, the first page served."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import requests

from tests.benchmarks.processes import ProcessFailed, Program, running, time_process
from tests.benchmarks.report import Goal, Section, table


def sections(folder: Path, rounds: int) -> list[Section]:
    """Times `demo` in a new folder, twice at most, and start-up; the last of its stores is kept for what reads it."""
    place = folder / "demonstration"
    seconds = [_until_served(place) for _ in range(min(rounds, 2))]
    programs = [Program(arguments=("app.py", *command), environment=_of(place)) for command in (_HELP, _TABLE)]
    rounds_of_both = [[time_process(program) for program in programs] for _ in range(rounds)]
    starts = list(zip(*rounds_of_both, strict=True))
    start = [median(each) for each in starts]
    rows = [
        ("demo until its first page is served", f"{median(seconds):.3g} s ({min(seconds):.3g}-{max(seconds):.3g})"),
        ("--help, whole process", f"{start[0]:.2f} s ({min(starts[0]):.2f}-{max(starts[0]):.2f})"),
        ("table, whole process", f"{start[1]:.2f} s ({min(starts[1]):.2f}-{max(starts[1]):.2f})"),
    ]
    return [
        Section(
            name="demo",
            title="from an installed environment to pages that are served",
            about="285 workbooks are written, read, checked and stored, and every sum is made.",
            table=table(("", "time"), rows),
            goals=[
                Goal(what="demo until served", at_most=30, reached=median(seconds), unit="s"),
                Goal(what="app.py --help", at_most=1, reached=start[0], unit="s"),
                Goal(what="app.py table", at_most=1, reached=start[1], unit="s", limit=_LIMIT),
            ],
            libraries=("python-calamine", "XlsxWriter", "SQLAlchemy"),
        )
    ]


def _until_served(place: Path) -> float:
    """Seconds from the start of `demo` in a folder that is not there to its first answer."""
    shutil.rmtree(place, ignore_errors=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    begun = perf_counter()
    with running(Program(arguments=("app.py", "demo", "--port", str(port), "--data", str(place)))) as process:
        while not _answers(f"http://127.0.0.1:{port}/login"):
            if process.poll() is not None:
                raise ProcessFailed(f"demo ended with {process.returncode}")
            sleep(_PAUSE)
        return perf_counter() - begun


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=10).ok
    except requests.ConnectionError:
        return False


_LIMIT = (
    "Imports take most of it: SQLAlchemy a third of their time, the modules of this application another, numpy and "
    "typer with its pydantic a tenth each."
)
_PAUSE = 0.1  # seconds
_HELP, _TABLE = ("--help",), ("table", "--indicator", "members", "--period", "2019")


def _of(place: Path) -> dict[str, str]:
    return {"DATA_DIR": str(place)}
