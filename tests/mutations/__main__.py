"""Prints what becomes of every mutation: its kind, the right outcome, how often it was tried, and what went wrong.

python -m tests.mutations
"""

from __future__ import annotations

import sys
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import loaders.sample as sample
from data.writing.store import Store
from tests.mutations.kinds import MUTATIONS
from tests.mutations.trying import Trial, attempts, fill


def main() -> None:
    with TemporaryDirectory() as made:
        folder = Path(made)
        list(sample.write(sample.province(sample.TINY), folder, workers=1))
        with closing(Store.open(f"sqlite:///{(folder / 'store.sqlite').as_posix()}")) as store:
            fill(store, folder)
            trials: dict[str, list[Trial]] = defaultdict(list)
            for trial in attempts(store, folder, MUTATIONS):
                trials[trial.mutation.kind].append(trial)
    for kind, tried in trials.items():
        right = sum(not trial.fault for trial in tried)
        sys.stdout.write(f"{kind:<48} {tried[0].mutation.right!s:<44} {right} of {len(tried)}\n")
        sys.stdout.writelines(f"    seed {trial.seed}: {trial.fault}\n" for trial in tried if trial.fault)
    sys.stdout.write(f"{len(trials)} kinds, {sum(map(len, trials.values()))} mutations\n")


if __name__ == "__main__":
    main()
