"""Reading files in worker processes. They import what reading needs and nothing of the store."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import ClassVar

from data.returns import Finding, ReadWorkbook, SourceFile
from data.units import Registry
from loaders.findings import error
from loaders.reading import read

Read = tuple[ReadWorkbook | None, list[Finding]]
Pending = Callable[[], tuple[SourceFile, Read]]


@contextmanager
def readers(registry: Registry, workers: int) -> Iterator[Callable[[Path], Pending]]:
    """Gives a function that has a file read: by worker processes, or when its result is asked for, for one worker."""
    if workers <= 1:
        yield lambda path: partial(_read_file, path, registry)
        return
    # Started anew rather than forked: forking a process that has threads (a server, a database driver) may hang.
    context = multiprocessing.get_context("spawn")
    plain = Registry(registry.version, registry.spells, registry.successions)
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_Worker.start, initargs=(plain,)) as pool:
        try:
            yield lambda path: pool.submit(_Worker.read, path).result
        finally:
            pool.shutdown(cancel_futures=True)


class _Worker:
    """What a worker process keeps between files: the registry, sent once."""

    registry: ClassVar[Registry | None] = None

    @classmethod
    def start(cls, registry: Registry) -> None:
        """Runs once in each worker."""
        cls.registry = registry

    @classmethod
    def read(cls, path: Path) -> tuple[SourceFile, Read]:
        """Reads one file with the worker's registry."""
        return _read_file(path, cls.registry)


def _read_file(path: Path, registry: Registry | None) -> tuple[SourceFile, Read]:
    try:
        source = SourceFile(name=path.name, content=path.read_bytes())
    except OSError as trouble:
        return SourceFile(name=path.name, content=b""), (None, [error("file_missing", reason=trouble.strerror or "?")])
    return source, read(source, registry)
