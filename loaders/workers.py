"""Reading files in worker processes with limits of memory and time. They import what reading needs, not the store."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path

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
def readers(registry: Registry, workers: int) -> Iterator[Callable[[Path], Pending]]:
    """Gives a function that has a file read by one of some worker processes; what it returns waits for the result.

    What breaks a worker, or takes too much of it, becomes the finding of that file alone.
    """
    with (
        tempfile.TemporaryDirectory(prefix="reading-") as folder,
        Isolated(workers, preload=_PRELOADED) as isolated,
        ThreadPoolExecutor(workers) as threads,
    ):
        kept = Path(folder) / "registry"
        kept.write_bytes(pickle.dumps(Registry(registry.version, registry.spells, registry.successions)))

        def submit(path: Path) -> Pending:
            return threads.submit(partial(_read_apart, isolated, kept, path)).result

        try:
            yield submit
        finally:
            threads.shutdown(cancel_futures=True)


def _read_apart(isolated: Isolated, registry: Path, path: Path) -> tuple[SourceFile, Read]:
    try:
        source = SourceFile(name=path.name, content=path.read_bytes())
    except OSError as trouble:
        return SourceFile(name=path.name, content=b""), (None, [error("file_missing", reason=trouble.strerror or "?")])
    try:
        workbook, findings = isolated.run(_read, (source, registry))
    except Unreadable as trouble:
        return source, (None, [error(trouble.message, **trouble.values)])
    return source, (workbook, findings)


def _read(given: tuple[SourceFile, Path]) -> Read:
    source, registry = given
    return read(source, _registry(registry))


@lru_cache(maxsize=1)
def _registry(path: Path) -> Registry:
    """The registry, taken over once by each worker process."""
    kept: Registry = pickle.loads(path.read_bytes())  # noqa: S301 - our own, from the line above
    return kept
