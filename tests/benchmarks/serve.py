"""Holds signed-in readers and two loaders on the pages of a tiny province for a while, on this machine only.

python -m tests.benchmarks.serve [--readers 50] [--seconds 120] prints what `make bench` writes into the results.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count, cycle
from pathlib import Path
from statistics import quantiles
from time import monotonic, perf_counter
from types import SimpleNamespace
from typing import Annotated, Any

import requests
import typer

import loaders.sample as sample
from data.people.accounts import Accounts
from data.upkeep.verify import verify
from data.viewers import Role
from data.writing.store import Store
from layouts.pages.registry import PAGES
from tests.benchmarks.report import Goal, Section, table
from tests.layouts.conftest import PASSWORD
from tests.layouts.pages.test_outcomes import cards, post_file
from tests.layouts.pages.test_pages import routed
from tests.layouts.web.test_faults import Remote, correction, serving

READERS, LOADERS = 50, 2
SECONDS, LONGEST = 120, 300
TABLE = "/download/table.csv?indicator=members"
PAGE, FILE, LOAD = "page", "file", "load"
_ABOUT = """\
The tiny province in SQLite, `app.py serve` with two workers, everybody without pause on the same machine: readers open
the pages in turn, each followed by a table as a file; a load is a corrected workbook, from its upload until it is told
what became of it. Afterwards the store is verified. {after}"""

Took = dict[str, list[float]]


def sections(folder: Path, rounds: int, readers: int = READERS) -> list[Section]:
    """Holds them there for two minutes, less in fewer rounds than five."""
    return [_held(folder, readers, min(SECONDS, rounds * SECONDS // 5))]


def _held(place: Path, readers: int, seconds: int) -> Section:
    with tempfile.TemporaryDirectory(dir=place) as folder:
        url = f"sqlite:///{folder}/store.sqlite"
        with closing(Store.open(url)) as store:
            written = Path(folder, "workbooks")
            assert list(sample.write(sample.province(sample.TINY), written, workers=1))
            assert not any(outcome.refused for outcome in sample.load_sample(store, written, workers=1))
            Accounts(store).add("board", PASSWORD, Role.BOARD)
        took, faults = measured(url, Path(folder), readers, seconds)
        with closing(Store.open(url)) as store:
            faults += [fault.en for fault in verify(store).faults]
    rate = sum(map(len, took.values())) / seconds
    late = {kind: _cut(took[kind], 95) for kind in (PAGE, LOAD)}
    rows = [
        (kind, str(len(times)), *(f"{1000 * _cut(times, n):.0f} ms" for n in (50, 95)))
        for kind, times in sorted(took.items())
    ]
    return Section(
        name="serve",
        title=f"{readers} readers and {LOADERS} loaders for {seconds} s",
        about=_ABOUT.format(after=f"The first faults: {'; '.join(faults[:10])}." if faults else "It holds."),
        table=table(("", "requests", "median", "19 of 20"), rows),
        goals=[
            Goal(what=f"{readers} readers, {LOADERS} loaders: requests a second", floor=150, reached=rate),
            Goal(what="the same: pages, 19 of 20", at_most=400, reached=1000 * late[PAGE], unit="ms"),
            Goal(what="the same: loads, 19 of 20", at_most=1.5, reached=late[LOAD], unit="s"),
            Goal(what="the same: faults", at_most=0, reached=len(faults)),
        ],
        libraries=("dash", "gunicorn", "requests"),
    )


def _cut(seconds: list[float], percent: int) -> float:
    return quantiles(seconds, n=100, method="inclusive")[percent - 1] if len(seconds) > 1 else sum(seconds)


def measured(url: str, folder: Path, readers: int, seconds: int) -> tuple[Took, list[str]]:
    """Seconds of each answer by kind, and what failed."""
    took: Took = defaultdict(list)
    faults: list[str] = []
    numbers = count(1)
    with serving(url, folder / "data", workers=2) as (_, address):
        people: list[Any] = [Remote(address) for _ in range(readers + LOADERS)]
        until = monotonic() + seconds

        def repeat(kind: str, ask: Callable[[], Any]) -> None:
            began = perf_counter()
            try:
                status = ask().status_code
            except requests.RequestException as fault:
                faults.append(f"{kind}: {type(fault).__name__}")
                return
            took[kind].append(perf_counter() - began)
            if status not in {200, 202}:
                faults.append(f"{kind}: {status}")

        def visit(person: Any) -> None:
            for page in cycle(PAGES):
                if monotonic() > until:
                    return
                repeat(PAGE, lambda path=page.path: routed(person, path, "?period=2019"))  # type: ignore[misc]
                repeat(FILE, lambda: person.session.get(address + TABLE, timeout=60))

        def load(person: Any) -> None:
            while monotonic() < until:
                content = correction(next(numbers))
                repeat(LOAD, lambda given=content: send_and_wait(person, given))  # type: ignore[misc]

        with ThreadPoolExecutor(len(people)) as pool:
            running = [pool.submit(load if place < LOADERS else visit, each) for place, each in enumerate(people)]
            for each in running:
                each.result()
    return took, faults


def send_and_wait(person: Any, content: bytes) -> Any:
    """Sends a workbook and waits until a person's uploads have been processed."""
    sent = post_file(person, content, "b1.xlsx")
    cards(person)
    return SimpleNamespace(status_code=sent.status_code)


def main(
    readers: Annotated[int, typer.Option(min=1)] = READERS,
    seconds: Annotated[int, typer.Option(min=1, max=LONGEST)] = SECONDS,
) -> None:
    """Runs it; exits with 1 when anything failed."""
    section = _held(Path(tempfile.gettempdir()), readers, seconds)
    typer.echo(section.text)
    if not section.goals[-1].is_reached:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
