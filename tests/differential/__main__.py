"""Takes random sequences for as long as wanted: `python -m tests.differential --minutes 30`; keeps those that fail."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

from sqlalchemy import URL

from data.writing.store import Store
from tests.differential.test_differential import FAILED
from tests.differential.trial import STEPS, Trial
from tests.postgres import create, fresh_database, programs, start
from tests.runs import run_folder

Steps = list[tuple[str, int]]


def main() -> int:
    """The number of sequences that failed, at most 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=0, help="of the first sequence")
    parser.add_argument("--steps", type=int, default=12, help="of each sequence")
    given = parser.parse_args()
    until, taken, failed = time.monotonic() + 60 * given.minutes, Counter[str](), 0
    with run_folder() as folder:
        server = start(folder, programs())
        lying = folder / "empty.sqlite"
        for url in (create(server, "empty").render_as_string(hide_password=False), f"sqlite:///{lying}"):
            Store.open(url).close()
        seed = given.seed
        while time.monotonic() < until:
            steps = sequence(seed, given.steps)
            fault = attempt(server, folder, steps, taken)
            if fault:
                failed += 1
                steps = shortest(server, folder, steps)
                keep(steps)
                sys.stdout.write(f"{fault}\nseed {seed}: {json.dumps(steps)}\n")
                sys.stdout.flush()
            seed += 1
    sys.stdout.write(f"{seed - given.seed} sequences, {taken.total()} steps, {failed} failed: {dict(taken)}\n")
    return min(failed, 1)


def sequence(seed: int, count: int) -> Steps:
    """Names and seeds of steps; half of them are returns."""
    random = Random(seed)
    names = [name for name in STEPS if name != "send"]
    return [
        (random.choice(names) if random.random() < 0.5 else "send", random.randrange(1_000_000)) for _ in range(count)
    ]


def attempt(server: URL, folder: Path, steps: Steps, taken: Counter[str] | None = None) -> str:
    """What went wrong with a sequence; "" if nothing did."""
    with trial(server, folder) as made:
        try:
            for name, seed in steps:
                made.take(name, seed)
        except Exception:  # noqa: BLE001 - whatever it is, it is a finding
            return traceback.format_exc()
        finally:
            if taken is not None:
                taken.update(name for name, _ in made.steps)
    return ""


@contextmanager
def trial(server: URL, folder: Path) -> Iterator[Trial]:
    """An empty store on each database."""
    path = folder / "store.sqlite"
    path.unlink(missing_ok=True)
    shutil.copyfile(folder / "empty.sqlite", path)
    with (
        fresh_database(server, "empty") as url,
        closing(Store.open(f"sqlite:///{path}")) as small,
        closing(Store.open(url.render_as_string(hide_password=False))) as large,
    ):
        yield Trial([small, large])


def shortest(server: URL, folder: Path, steps: Steps) -> Steps:
    """The sequence without the steps that it fails without."""
    for step in reversed(steps):
        without = [other for other in steps if other is not step]
        if attempt(server, folder, without):
            steps = without
    return steps


def keep(steps: Steps) -> None:
    """Adds a sequence to those that the suite takes again."""
    known = json.loads(FAILED.read_text(encoding="utf-8"))
    lines = ",\n".join(f"  {json.dumps(one)}" for one in [*known, steps])
    FAILED.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
