"""Puts the made-up province into a store, as if every workbook had come when it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from data.returns import Outcome
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.intake import load
from loaders.received import read_received
from loaders.sample.sheets import REGISTRY_PREFIX
from loaders.sample.workbooks import RECEIVED

_FEW = 60  # files that are read sooner than worker processes start


def load_sample(store: Store, folder: Path, workers: int | None = None) -> Iterator[Outcome]:
    """Marks the store as holding sample data, then loads what `write` left in the folder, in order of receipt."""
    store.mark_sample()
    received = read_received(folder / RECEIVED)
    for batch in _batches(sorted(received, key=received.__getitem__)):
        paths = [folder / name for name in batch]
        readers = 1 if len(paths) < _FEW else workers
        yield from load(store, paths, viewer=SYSTEM, received=received, workers=readers, at=_accepted)


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    """Each registry by itself: what comes after it is read by it, and nothing is read ahead in vain."""
    for _, batch in groupby(names, key=lambda name: name.startswith(REGISTRY_PREFIX)):
        yield list(batch)


def _accepted(received: datetime) -> datetime:
    return received + timedelta(minutes=1)
