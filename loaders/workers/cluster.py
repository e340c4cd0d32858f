"""Reads files on a Dask cluster, an optional extra: the same functions on many machines, results in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.language import UsersFault
from data.returns import SourceFile
from loaders.findings import error
from loaders.messages import sentence
from loaders.reading import read
from loaders.references import References
from loaders.workers.processes import Packed, Pending, Readers, Waiting, keep, opened, packed

if TYPE_CHECKING:
    from distributed import Client

_CONNECT_SECONDS = 10.0


class NoCluster(UsersFault, RuntimeError):
    """The cluster cannot be used."""


@contextmanager
def cluster(address: str, patience: float = _CONNECT_SECONDS) -> Iterator[Readers]:
    """Reads on the workers of the scheduler at an address; they run in a directory that contains this project.

    Raises:
        NoCluster: Dask is not installed, the scheduler does not answer, or it has no workers.
    """
    try:
        from distributed import Client
    except ImportError as fault:
        raise NoCluster(sentence("cluster_not_installed")) from fault
    try:
        client = Client(address, timeout=patience, set_as_default=False)
    except (OSError, ValueError) as fault:
        raise NoCluster(sentence("cluster_silent", address=address)) from fault
    with client:
        if not client.nthreads():
            raise NoCluster(sentence("cluster_empty", address=address))
        yield partial(_readers, client)


@contextmanager
def _readers(
    client: Client, references: References, _workers: int, folder: Path
) -> Iterator[Callable[[Path], Pending]]:
    """Like `loaders.workers.processes.readers`, with the cluster as executor."""
    # A task of its own: data merely scattered is lost with its worker, results of tasks are recomputed.
    known = client.submit(_given, references.plain(), pure=False)
    numbers = count()

    def submit(path: Path) -> Pending:
        place = folder / str(next(numbers))
        source = opened(path)
        if not isinstance(source, SourceFile):
            return partial(keep, place, *source)
        future = client.submit(_read_there, source, known, pure=False)
        return partial(_taken, future, source, place)

    yield submit


def _given(known: References) -> References:
    return known


def _read_there(source: SourceFile, known: References) -> Packed:
    return packed(source, *read(source, known))


def _taken(future: Any, source: SourceFile, place: Path) -> Waiting:
    from distributed import KilledWorker

    try:
        read_there: Packed = future.result()
    except KilledWorker:
        read_there = packed(source, None, [error("reader_failed")])
    return keep(place, *read_there)
