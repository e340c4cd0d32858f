"""Tries mutations on a store that holds the sender's earlier quarters, and lists what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from data.returns import IntakeMode, Outcome
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.intake import intake, load
from loaders.sample.sheets import REGISTRY_PREFIX
from tests.mutations.book import NEIGHBOUR, PERIOD, RETURN, SENDER, Original
from tests.mutations.model import Mutation, fault


@dataclass(frozen=True)
class Trial:
    """A mutation tried with one seed; `fault` is "" where the outcome is right."""

    mutation: Mutation
    seed: int
    outcome: Outcome
    fault: str

    def __str__(self) -> str:
        return f"{self.mutation.kind}, seed {self.seed}: {self.fault}"


def fill(store: Store, folder: Path) -> None:
    """Loads what the tiny province sent before the return: the registry, its sender's quarters, a neighbour's last."""
    quarters = sorted(path for path in folder.glob(f"{SENDER}_20??-Q?.xlsx") if "2019" <= path.stem[4:] < PERIOD)
    neighbour = folder / f"{NEIGHBOUR}_{PERIOD}.xlsx"
    for paths in ([path] for path in (*sorted(folder.glob(f"{REGISTRY_PREFIX}*.xlsx")), *quarters, neighbour)):
        for outcome in load(store.of_past_series(), paths, viewer=SYSTEM, workers=1):
            assert not outcome.refused, outcome


_original = cache(Original)


def attempts(
    store: Store, folder: Path, mutations: Iterable[Mutation], *, at_most: int | None = None
) -> Iterator[Trial]:
    """Tries each mutation with its seeds, or with so many of them."""
    original = _original(folder / RETURN)
    for mutation in mutations:
        for seed in range(min(mutation.seeds, at_most or mutation.seeds)):
            book = original.book()
            place = mutation.change(book, Random(f"{mutation.kind} {seed}"))
            outcome = intake(store, book.file(), viewer=SYSTEM, mode=IntakeMode.CHECK)
            yield Trial(mutation, seed, outcome, fault(mutation.right, place, outcome))
