"""Reads files on a Dask cluster, an optional extra: the same functions on many machines, results in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from data.language import UserError
from data.returns import SourceFile
from loaders.findings import error
from loaders.messages import sentence
from loaders.reading import read
from loaders.references import References
from loaders.workers.processes import PackedRead, Pending, Readers, SpooledRead, open_source, pack, spool

if TYPE_CHECKING:
    from distributed import Client

_CONNECT_SECONDS = 10.0


class NoCluster(UserError, RuntimeError):
    """The cluster cannot be used."""


@contextmanager
def cluster(address: str, timeout: float = _CONNECT_SECONDS) -> Iterator[Readers]:
    """Reads on the workers of the scheduler at an address; they run in a directory that contains this project.

    Raises:
        NoCluster: Dask is not installed, the scheduler does not answer, or it has no workers.
    """
    try:
        from distributed import Client
    except ImportError as fault:
        raise NoCluster(sentence("cluster_not_installed")) from fault
    if not _has_port(address):  # the client would fail too, but hang when the program ends
        raise NoCluster(sentence("cluster_silent", address=address))
    try:
        client = Client(address, timeout=timeout, set_as_default=False)
    except (OSError, ValueError) as fault:
        raise NoCluster(sentence("cluster_silent", address=address)) from fault
    with client:
        if not client.nthreads():
            raise NoCluster(sentence("cluster_empty", address=address))
        yield partial(_readers, client)


def _has_port(address: str) -> bool:
    try:
        return urlsplit(address if "://" in address else f"tcp://{address}").port is not None
    except ValueError:
        return False


@contextmanager
def _readers(
    client: Client, references: References, _workers: int, folder: Path
) -> Iterator[Callable[[Path], Pending]]:
    """Like `loaders.workers.processes.readers`, with the cluster as executor."""
    # A task of its own: data merely scattered is lost with its worker, results of tasks are recomputed.
    context = client.submit(_identity, references.plain(), pure=False)
    numbers = count()

    def submit(path: Path) -> Pending:
        place = folder / str(next(numbers))
        source = open_source(path)
        if not isinstance(source, SourceFile):
            return partial(spool, place, *source)
        future = client.submit(_read_there, source, context, pure=False)
        return partial(_spool_result, future, source, place)

    yield submit


def _identity(context: References) -> References:
    return context


def _read_there(source: SourceFile, context: References) -> PackedRead:
    return pack(source, *read(source, context))


def _spool_result(future: Any, source: SourceFile, place: Path) -> SpooledRead:
    from distributed import KilledWorker

    try:
        read_there: PackedRead = future.result()
    except KilledWorker:
        read_there = pack(source, None, [error("reader_failed")])
    return spool(place, *read_there)
