"""Several readers of a server while returns come in: one page at once after a return, and pages in turn."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from threading import Event
from time import monotonic, perf_counter

from data.writing.store import Store
from layouts.pages.registry import PAGES
from tests.benchmarks.accepted import accepting, opened
from tests.benchmarks.first_reads import QUARTERS
from tests.benchmarks.readers import Ask, Crowd, crowd, read_by_board
from tests.benchmarks.report import Goal, Section, table
from tests.benchmarks.stores import PROVINCE, copy, remove, url, with_history
from tests.benchmarks.workbooks import make

MANY, FEW = 8, 4
CALLS = 8
EVERY, PHASE, TURNS = 3.0, 15.0, 2  # seconds
OVERVIEW = "/"
_PATHS = tuple(page.path for page in PAGES if read_by_board(page))
_ABOUT = f"""\
One province of {QUARTERS} quarters in SQLite, `app.py serve` with two workers, readers with connections of their own;
returns are corrections of another district each time, accepted by another process. At once: after a return one reader
opens Tổng quan, after the next {MANY} do, in turn. In turn: {FEW} readers go through all pages without pause, {TURNS}
times {PHASE:g} s without returns and {TURNS} times {PHASE:g} s with one every {EVERY:g} s."""


def sections(folder: Path, rounds: int) -> list[Section]:
    """Has many readers ask at once, then a few in turn."""
    place = folder / "crowds.sqlite"
    copy(with_history(PROVINCE, QUARTERS, folder), place)
    with closing(Store.open(url(place))) as store, crowd(place, MANY) as people:
        accept = accepting(store, [opened(store, path) for path in make(PROVINCE, folder).returns])
        for ask in people.readers:
            _seconds(ask, OVERVIEW)
        alone, slowest = _at_once(people, accept, rounds * CALLS // 5)
        quiet, busy = _in_turn(people, accept)
    remove(place)
    return [_together(alone, slowest), _steady(quiet, busy)]


def _seconds(ask: Ask, path: str) -> float:
    began = perf_counter()
    ask(path)
    return perf_counter() - began


def _at_once(people: Crowd, accept: Callable[[], None], rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of one reader after a return, and of the slowest of many after the next."""
    alone, slowest = [], []
    for number in range(rounds):
        accept()
        alone.append(_seconds(people.readers[number % MANY], OVERVIEW))
        accept()
        asked = [people.pool.submit(_seconds, ask, OVERVIEW) for ask in people.readers]
        slowest.append(max(each.result() for each in asked))
    return alone, slowest


def _in_turn(people: Crowd, accept: Callable[[], None]) -> tuple[list[float], list[float]]:
    """Seconds of each read without returns and with them."""
    quiet: list[float] = []
    busy: list[float] = []
    for _ in range(TURNS):
        quiet += _phase(people, None)
        busy += _phase(people, accept)
    return quiet, busy


def _phase(people: Crowd, accept: Callable[[], None] | None) -> list[float]:
    until, over = monotonic() + PHASE, Event()

    def read(number: int, ask: Ask) -> list[float]:
        found = []
        for path in islice(cycle(_PATHS), number * len(_PATHS) // FEW, None):
            if monotonic() > until:
                break
            found.append(_seconds(ask, path))
        return found

    reads: list[Future[list[float]]] = [
        people.pool.submit(read, number, ask) for number, ask in enumerate(people.readers[:FEW])
    ]
    while accept is not None and not over.wait(min(EVERY, max(0.0, until - monotonic()))) and monotonic() < until:
        accept()
    return [seconds for each in reads for seconds in each.result()]


def _together(alone: list[float], slowest: list[float]) -> Section:
    share = median(many / one for many, one in zip(slowest, alone, strict=True))
    rows = [
        (what, f"{1000 * median(each):.3g} ms ({1000 * min(each):.3g}-{1000 * max(each):.3g})")
        for what, each in (("one reader", alone), (f"slowest of {MANY}", slowest))
    ]
    return Section(
        name="crowds.at-once",
        title=f"{MANY} readers of one page at once after a return",
        about=_ABOUT,
        table=table(("", "median (range)"), rows),
        goals=[Goal(what=f"slowest of {MANY} readers at once, of one reader", at_most=1.3, reached=share)],
        libraries=("dash", "gunicorn", "requests"),
    )


def _steady(quiet: list[float], busy: list[float]) -> Section:
    seconds = PHASE * TURNS
    rows = [
        (
            what,
            f"{len(each) / seconds:.1f}",
            f"{1000 * median(each):.3g} ms",
            f"{1000 * _p99(each):.3g} ms",
        )
        for what, each in (("without returns", quiet), (f"a return every {EVERY:g} s", busy))
    ]
    return Section(
        name="crowds.in-turn",
        title=f"{FEW} readers of all pages with a return every {EVERY:g} s",
        about=_ABOUT,
        table=table(("", "reads a second", "median", "99 of 100"), rows),
        goals=[
            Goal(what="reads a second with returns, of those without", floor=0.7, reached=len(busy) / len(quiet)),
            Goal(what="99 of 100 reads with returns, of that without", at_most=2, reached=_p99(busy) / _p99(quiet)),
        ],
        libraries=("dash", "gunicorn", "requests"),
    )


def _p99(seconds: list[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[-1]
