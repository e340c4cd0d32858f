"""Reading files in worker processes with limits of memory and time. They import what reading needs, not the store."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path

from data.mappings import HeaderMapping
from data.returns import Finding, ReadWorkbook, SourceFile
from data.units import Registry
from loaders.findings import error
from loaders.formats.isolated import Isolated
from loaders.reading import read
from loaders.workbook import Unreadable

Read = tuple[ReadWorkbook | None, list[Finding]]
Pending = Callable[[], tuple[SourceFile, Read]]

_PRELOADED = ("loaders.reading",)


@contextmanager
def readers(
    registry: Registry, workers: int, mappings: Sequence[HeaderMapping] = ()
) -> Iterator[Callable[[Path], Pending]]:
    """Gives a function that has a file read by one of some worker processes; what it returns waits for the result.

    What breaks a worker, or takes too much of it, becomes the finding of that file alone.
    """
    with (
        tempfile.TemporaryDirectory(prefix="reading-") as folder,
        Isolated(workers, preload=_PRELOADED) as isolated,
        ThreadPoolExecutor(workers) as threads,
    ):
        kept = Path(folder) / "known"
        plain = Registry(registry.version, registry.spells, registry.successions)
        kept.write_bytes(pickle.dumps((plain, tuple(mappings))))

        def submit(path: Path) -> Pending:
            return threads.submit(partial(_read_apart, isolated, kept, path)).result

        try:
            yield submit
        finally:
            threads.shutdown(cancel_futures=True)


def read_apart(source: SourceFile, registry: Registry, mappings: Sequence[HeaderMapping] = ()) -> Read:
    """Reads one file, such as an upload, in a limited process of its own."""
    plain = Registry(registry.version, registry.spells, registry.successions)
    with Isolated(1, preload=_PRELOADED) as isolated:
        try:
            return isolated.run(_read_given, (source, plain, tuple(mappings)))
        except Unreadable as trouble:
            return None, [error(trouble.message, **trouble.values)]


def _read_given(given: tuple[SourceFile, Registry, tuple[HeaderMapping, ...]]) -> Read:
    return read(*given)


def _read_apart(isolated: Isolated, known: Path, path: Path) -> tuple[SourceFile, Read]:
    try:
        source = SourceFile(name=path.name, content=path.read_bytes())
    except OSError as trouble:
        return SourceFile(name=path.name, content=b""), (None, [error("file_missing", reason=trouble.strerror or "?")])
    try:
        workbook, findings = isolated.run(_read, (source, known))
    except Unreadable as trouble:
        return source, (None, [error(trouble.message, **trouble.values)])
    return source, (workbook, findings)


def _read(given: tuple[SourceFile, Path]) -> Read:
    source, known = given
    return read(source, *_known(known))


@lru_cache(maxsize=1)
def _known(path: Path) -> tuple[Registry, tuple[HeaderMapping, ...]]:
    """The registry and the mappings, taken over once by each worker process."""
    kept: tuple[Registry, tuple[HeaderMapping, ...]] = pickle.loads(path.read_bytes())  # noqa: S301 - our own, from above
    return kept
