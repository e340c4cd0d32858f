"""Holds signed-in readers and two loaders on the pages of a tiny province for a while, on this machine only.

python -m tests.benchmarks.serve [--readers 50] [--seconds 120] prints requests, faults, and times in milliseconds.
"""

from __future__ import annotations

import argparse
import sys
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
from typing import Any

import requests

import loaders.sample as sample
from data.people.accounts import Accounts
from data.upkeep.verify import verify
from data.viewers import Role
from data.writing.store import Store
from layouts.pages.registry import PAGES
from tests.layouts.conftest import PASSWORD
from tests.layouts.pages.test_outcomes import cards, post_file
from tests.layouts.pages.test_pages import routed
from tests.layouts.web.test_faults import Remote, correction, serving

LOADERS = 2
LONGEST = 300
TABLE = "/download/table.csv?indicator=members"

Took = dict[str, list[float]]


def main(readers: int, seconds: int) -> int:
    """Runs it; 1 when anything failed."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.sqlite"
        with closing(Store.open(url)) as store:
            written = Path(folder, "workbooks")
            assert list(sample.write(sample.province(sample.TINY), written, workers=1))
            assert not any(outcome.refused for outcome in sample.load_sample(store, written, workers=1))
            Accounts(store).add("board", PASSWORD, Role.BOARD)
        took, faults = measured(url, Path(folder), readers, seconds)
        with closing(Store.open(url)) as store:
            wrong = verify(store).faults
    for kind, times in sorted(took.items()):
        cuts = quantiles(times, n=100) if len(times) > 1 else times * 99
        say(f"{kind}: {len(times)} requests, p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms")
    every = sum(map(len, took.values()))
    say(f"{readers} readers, {LOADERS} loaders, {seconds} s: {every / seconds:.1f} requests/s, {len(faults)} faults")
    for fault in (*faults[:10], *(fault.en for fault in wrong)):
        say(fault)
    return int(bool(faults or wrong))


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
                repeat("page", lambda path=page.path: routed(person, path, "?period=2019"))  # type: ignore[misc]
                repeat("file", lambda: person.session.get(address + TABLE, timeout=60))

        def load(person: Any) -> None:
            while monotonic() < until:
                content = correction(next(numbers))
                repeat("sent", lambda given=content: post_file(person, given, "b1.xlsx"))  # type: ignore[misc]
                repeat("read", lambda: read(person))

        with ThreadPoolExecutor(len(people)) as pool:
            running = [pool.submit(load if place < LOADERS else visit, each) for place, each in enumerate(people)]
            for each in running:
                each.result()
    return took, faults


def read(person: Any) -> Any:
    """Waits until a person's uploads have been processed."""
    cards(person)
    return SimpleNamespace(status_code=200)


def say(line: str) -> None:
    """To standard output."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=120)
    given = parser.parse_args()
    sys.exit(main(given.readers, min(given.seconds, LONGEST)))
