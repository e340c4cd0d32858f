"""Memory: of loading above the libraries alone, and of the processes that serve the pages."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from time import monotonic

from data.organisations.units import Level
from data.viewers import SYSTEM
from data.writing.store import Store
from layouts.pages.registry import PAGES
from tests.benchmarks.ingest import LARGE, OURS, contenders
from tests.benchmarks.processes import Program, proportional_memory, sample
from tests.benchmarks.readers import Ask, crowd, read_by_board
from tests.benchmarks.report import Goal, Section, table
from tests.benchmarks.stores import copy, demonstration, url
from tests.benchmarks.workbooks import make

READERS = 4
LOAD = 60  # seconds
_LIBRARIES_ONLY = "import app, loaders.intake, loaders.workers.processes, data.writing.store, data.migrations"
_MB = 1e6
_LIMIT = (
    "Of what the server holds before it starts its workers, which they share, two fifths are pandas, SciPy and "
    "statsmodels for one forecast; imported later, each worker would hold them for itself."
)
_ABOUT = f"""\
Proportional set sizes of all processes of a program together. The load: {READERS} readers without pause, each page of
another unit and period than the one before. An hour is extrapolated from the growth of the second half of the load,
which is more than there will be where caches are bounded."""


def sections(folder: Path, rounds: int) -> list[Section]:
    """Watches one load and one server of each number of workers."""
    bare = sample(Program(arguments=("-c", _LIBRARIES_ONLY))).memory / _MB
    books = make(LARGE, folder)
    loading = contenders(books, folder)[OURS]
    loading.prepare()
    assert isinstance(loading.program, Program)
    peak = sample(loading.program).memory / _MB
    served = _served(folder, min(LOAD, rounds * LOAD // 5))
    rows = [
        ("interpreter with the libraries that loading imports", f"{bare:.0f} MB"),
        (f"loading {books.values:,} values, {os.cpu_count()} reading processes", f"{peak:.0f} MB"),
        ("serving the demonstration with two workers, nobody yet", f"{served.idle:.0f} MB"),
        (f"the same after {served.seconds:.0f} s of load, {served.requests:,} pages", f"{served.used:.0f} MB"),
        ("the same after half of that", f"{served.half:.0f} MB"),
    ]
    return [
        Section(
            name="memory",
            title="peak of loading, and what serving takes",
            about=_ABOUT,
            table=table(("", "memory"), rows),
            goals=[
                Goal(what="loading, above the libraries", at_most=60, reached=peak - bare, unit="MB"),
                Goal(
                    what="serving, two workers, nobody yet", at_most=250, reached=served.idle, unit="MB", limit=_LIMIT
                ),
                Goal(
                    what=f"the same after {served.seconds:.0f} s of load", at_most=400, reached=served.used, unit="MB"
                ),
                Goal(what="the same after an hour, extrapolated", at_most=400, reached=served.after(3600), unit="MB"),
            ],
            libraries=("SQLAlchemy", "python-calamine", "dash"),
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Served:
    """Megabytes of a server: at first, after half of a load and after all of it; how long that was, how many pages."""

    idle: float
    half: float
    used: float
    seconds: float
    requests: int

    def after(self, seconds: float) -> float:
        """Megabytes after so many seconds, if memory grew on as in the second half."""
        return self.used + (self.used - self.half) * max(0.0, seconds - self.seconds) / (self.seconds / 2)


def _served(folder: Path, seconds: float) -> _Served:
    """Watches a server with two workers."""
    place = folder / "memory.sqlite"
    copy(demonstration(folder), place)
    with closing(Store.open(url(place))) as store:
        reader = store.reader(SYSTEM)
        units = [unit.code for unit in reader.tree().at_level(Level.DISTRICT)]
        periods = [period.code for period in reader.opened()]
    searches = [f"?unit={unit}&period={period}" for unit in units for period in periods]
    with crowd(place, READERS) as people:
        found = [proportional_memory(people.pid) / _MB]
        asked = 0
        for part in range(2):
            reads = partial(_read, seconds / 2, searches[part::2])
            asked += sum(people.pool.map(reads, people.readers, range(READERS)))
            found.append(proportional_memory(people.pid) / _MB)
    idle, half, used = found
    return _Served(idle=idle, half=half, used=used, seconds=seconds, requests=asked)


def _read(seconds: float, searches: Sequence[str], ask: Ask, first: int) -> int:
    """Reads pages for so long, starting at another place than the other readers; how many."""
    until, paths, number = monotonic() + seconds, cycle(page.path for page in PAGES if read_by_board(page)), 0
    for search in islice(cycle(searches), first * len(searches) // READERS, None):
        if monotonic() > until:
            break
        ask(next(paths), search)
        number += 1
    return number
