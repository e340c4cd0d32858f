"""Memory: of loading above the libraries alone, and of the processes that serve the pages."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import psutil

from data.people.accounts import Accounts
from data.viewers import Role
from data.writing.store import Store
from layouts.pages.registry import PAGES
from tests.benchmarks.ingest import LARGE, OURS, contenders
from tests.benchmarks.processes import Program, sample
from tests.benchmarks.report import Goal, Section, table
from tests.benchmarks.stores import copy, demonstration, url
from tests.benchmarks.workbooks import make
from tests.layouts.conftest import PASSWORD
from tests.layouts.pages.test_pages import routed
from tests.layouts.web.test_faults import Remote, serving

_LIBRARIES_ONLY = "import app, loaders.intake, loaders.workers.processes, data.writing.store, data.migrations"
_MB = 1e6


def sections(folder: Path, rounds: int) -> list[Section]:
    """Watches one load and one server of each number of workers."""
    bare = sample(Program(arguments=("-c", _LIBRARIES_ONLY))).memory / _MB
    books = make(LARGE, folder)
    loading = contenders(books, folder)[OURS]
    loading.prepare()
    assert isinstance(loading.program, Program)
    peak = sample(loading.program).memory / _MB
    idle, used = _served(folder)
    rows = [
        ("interpreter with the libraries that loading imports", f"{bare:.0f} MB"),
        (f"loading {books.values:,} values, {os.cpu_count()} reading processes", f"{peak:.0f} MB"),
        ("serving the demonstration with two workers, nobody yet", f"{idle:.0f} MB"),
        ("the same after every page was asked for twice", f"{used:.0f} MB"),
    ]
    return [
        Section(
            name="memory",
            title="peak of loading, and what serving takes",
            about="Proportional set sizes of all processes of a program together.",
            table=table(("", "memory"), rows),
            goals=[Goal(what="loading, above the libraries", at_most=60, reached=peak - bare, unit="MB")],
            libraries=("SQLAlchemy", "python-calamine", "dash"),
        )
    ]


def _served(folder: Path) -> tuple[float, float]:
    """Megabytes of a server with two workers at first, and when it has shown its pages."""
    place = folder / "memory.sqlite"
    copy(demonstration(folder), place)
    with closing(Store.open(url(place))) as store:
        Accounts(store).add("board", PASSWORD, Role.BOARD)
    with serving(url(place), folder / "memory", workers=2) as (running, address):
        reader = Remote(address)
        idle = _process_tree(running.pid)
        for page in (*PAGES, *PAGES):
            routed(reader, page.path, "")  # type: ignore[arg-type]
        return idle, _process_tree(running.pid)


def _process_tree(pid: int) -> float:
    whole = psutil.Process(pid)
    return float(sum(each.memory_full_info().pss for each in (whole, *whole.children(recursive=True)))) / _MB
