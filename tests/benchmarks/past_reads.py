"""Pages as of a day in the past, and by today's tree: each asked for the first time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median

from data.periods import Frequency
from data.viewers import SYSTEM
from data.writing.store import Store
from layouts.pages.registry import PAGES
from tests.benchmarks.readers import Ask, read_by_board, reader
from tests.benchmarks.report import Goal, Section, table
from tests.benchmarks.rounds import Contender, Series, measure
from tests.benchmarks.stores import copy, demonstration, remove, url

AS_OF, TODAY = "as of a day", "today's tree"
CALLS = 5
_LATEST = date(2020, 9, 30)


def sections(folder: Path, rounds: int) -> list[Section]:
    """Asks for every page in both ways, of another day and another period each time."""
    place = folder / "past-reads.sqlite"
    copy(demonstration(folder), place)
    with contenders(place) as among:
        measured = measure(among, rounds * CALLS // 5, memory=False)
    remove(place)
    return [_section(measured)]


@contextmanager
def contenders(place: Path) -> Iterator[list[Contender]]:
    """Each page as of days that nobody asked for yet, and by today's tree of periods that nobody asked for yet."""
    with closing(Store.open(url(place))) as store:
        ask = reader(store)
        quarters = [each for each in store.reader(SYSTEM).opened() if each.frequency is Frequency.QUARTER]
        found = []
        for page in filter(read_by_board, PAGES):
            days = (f"?as_of={_LATEST - timedelta(days=back)}" for back in range(1, 365))
            today = cycle([f"?basis=today&period={period.code}" for period in reversed(quarters)])
            found += [
                Contender(name=f"{page.path} {name}", program=partial(_next, ask, page.path, given))
                for name, given in ((AS_OF, days), (TODAY, today))
            ]
        yield found


def _next(ask: Ask, path: str, searches: Iterator[str]) -> int:
    return ask(path, next(searches))


def _section(measured: Mapping[str, Series]) -> Section:
    paths = [page.path for page in PAGES if read_by_board(page)]
    took = {name: {path: measured[f"{path} {name}"].seconds for path in paths} for name in (AS_OF, TODAY)}
    rows = [
        (
            path,
            *(f"{1000 * median(of[path]):.3g} ms ({1000 * max(of[path]):.3g})" for of in took.values()),
        )
        for path in paths
    ]
    return Section(
        name="past-reads",
        title="pages as of a day in the past and by today's tree",
        about=(
            "The province of the demonstration with its reorganisations, one reader in the same process; each day and "
            "each period is asked for once."
        ),
        table=table(("page", *(f"{name}, median (most)" for name in took)), rows),
        goals=[
            Goal(
                what=f"slowest page {name}, median",
                at_most=300,
                reached=1000 * max(median(seconds) for seconds in of.values()),
                unit="ms",
            )
            for name, of in took.items()
        ],
        libraries=("dash", "SQLAlchemy"),
    )
