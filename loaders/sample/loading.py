"""Loads the fictitious province into a store as if every workbook had arrived at its stated time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from data.returns import Outcome, SourceFile
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.intake import load
from loaders.receipt_times import read_received
from loaders.sample.sheets import REGISTRY_PREFIX
from loaders.sample.workbooks import RECEIVED

_FEW = 60  # below this, reading takes less time than starting worker processes


def load_sample(store: Store, folder: Path, workers: int | None = None) -> Iterator[Outcome]:
    """Marks the store as sample data, then loads the files that `write` left in the folder, in order of receipt.

    Each period is opened when its first return arrives.
    """
    store.mark_sample()
    past, received = store.of_past_series(), read_received(folder / RECEIVED)
    # What an interrupted run has stored is not loaded again over the corrections that followed.
    left = (name for name in sorted(received, key=received.__getitem__) if not store.kept(_sha256(folder / name)))
    for batch in _batches(left):
        paths = [folder / name for name in batch]
        readers = 1 if len(paths) < _FEW else workers
        yield from load(past, paths, viewer=SYSTEM, received=received, workers=readers, at=_accepted)


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    """Each registry on its own: later files are read with it, so reading ahead of it would be wasted."""
    for _, batch in groupby(names, key=lambda name: name.startswith(REGISTRY_PREFIX)):
        yield list(batch)


def _sha256(path: Path) -> str:
    return SourceFile(name=path.name, content=path.read_bytes()).sha256


def _accepted(received: datetime) -> datetime:
    return received + timedelta(minutes=1)
