"""The first read of each page after an accepted return, on a store of 60 quarters and on one corrected 1,000 times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from data.returns import SourceFile
from data.writing.store import Store
from layouts.pages.registry import PAGES
from tests.benchmarks.accepted import accepting, opened
from tests.benchmarks.readers import read_by_board, reader
from tests.benchmarks.report import Goal, Section, table
from tests.benchmarks.rounds import Contender, Series, measure, percentile_95, ratios
from tests.benchmarks.stores import PROVINCE, copy, remove, url, with_history
from tests.benchmarks.workbooks import make

QUARTERS, CORRECTIONS, CALLS = 60, 1_000, 10
PLAIN, CORRECTED = "plain", "corrected"
_ABOUT = """\
One province of {quarters} quarters, a reader of the Board in the same process. Before each page a corrected return is
accepted, of another district each time and with other numbers; then the page is asked for at once, as the router is
asked when its address is opened. The second store is the same after {corrections:,} corrections of all forms. Both in
each round; ratios are taken within a round."""


def sections(folder: Path, rounds: int) -> list[Section]:
    """Asks for every page after a return, in turn in both stores."""
    stores = {PLAIN: with_history(PROVINCE, QUARTERS, folder), CORRECTED: with_corrections(folder)}
    with contenders(stores, make(PROVINCE, folder).returns, folder) as among:
        measured = measure(among, rounds * CALLS // 5, memory=False)
    return [_section(measured)]


def with_corrections(folder: Path) -> Path:
    """The store of 60 quarters after its corrections; made unless it is there."""
    origin = with_history(PROVINCE, QUARTERS, folder)
    store = origin.with_stem(f"{origin.stem}-corrected-{CORRECTIONS}")
    if not store.exists():
        draft = store.with_suffix(".draft")
        copy(origin, draft)
        with closing(Store.open(url(draft))) as corrected:
            given = [opened(corrected, path) for path in make(PROVINCE, folder).returns]
            unkept = SourceFile(name="corrected.xlsx", content=b"")  # as only the number of corrections matters
            accept = accepting(corrected, [replace(each, source=unkept) for each in given])
            for _ in range(CORRECTIONS):
                accept()
        draft.rename(store)
    return store


@contextmanager
def contenders(stores: Mapping[str, Path], workbooks: Sequence[Path], folder: Path) -> Iterator[list[Contender]]:
    """Each page of copies of the stores; what prepares it is an accepted return."""
    with ExitStack() as running:
        asked = {}
        for name, origin in stores.items():
            place = folder / f"first-reads-{name}.sqlite"
            copy(origin, place)
            running.callback(remove, place)
            store = running.enter_context(closing(Store.open(url(place))))
            given = [opened(store, path) for path in workbooks]
            asked[name] = (reader(store), accepting(store, given))
        yield [
            Contender(name=f"{page.path} {name}", program=partial(ask, page.path), prepare=accept)
            for page in filter(read_by_board, PAGES)
            for name, (ask, accept) in asked.items()
        ]


def _section(measured: Mapping[str, Series]) -> Section:
    paths = [page.path for page in PAGES if read_by_board(page)]
    plain = {path: measured[f"{path} {PLAIN}"] for path in paths}
    grown = {path: ratios(measured[f"{path} {CORRECTED}"], plain[path]) for path in paths}
    rows = [
        (path, *(f"{1000 * of(plain[path].seconds):.3g} ms" for of in (median, percentile_95)), f"{median(more):.2f}")
        for path, more in grown.items()
    ]
    slowest = {of: 1000 * max(of(series.seconds) for series in plain.values()) for of in (median, percentile_95)}
    return Section(
        name="first-reads",
        title="first read of a page after an accepted return",
        about=_ABOUT.format(quarters=QUARTERS, corrections=CORRECTIONS),
        table=table(("page", "median", "19 of 20", f"after {CORRECTIONS:,} corrections, of it"), rows),
        goals=[
            Goal(
                what="first read after a return, slowest page, median", at_most=60, reached=slowest[median], unit="ms"
            ),
            Goal(
                what="first read after a return, slowest page, 19 of 20",
                at_most=150,
                reached=slowest[percentile_95],
                unit="ms",
            ),
            Goal(
                what=f"first read after {CORRECTIONS:,} corrections, of that before, most of any page",
                at_most=1.1,
                reached=max(map(median, grown.values())),
            ),
        ],
        libraries=("dash", "SQLAlchemy"),
    )
