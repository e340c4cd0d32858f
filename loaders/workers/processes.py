"""Reads files in worker processes with memory and CPU limits; these import the readers, not the store."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile

from data.returns import Finding, ParsedWorkbook, SourceFile
from loaders.findings import error
from loaders.formats.worker_pool import WorkerPool
from loaders.reading import read
from loaders.references import References
from loaders.workbook import Unreadable

Read = tuple[ParsedWorkbook | None, list[Finding]]


@dataclass(frozen=True, slots=True)
class SpooledRead:
    """What was read of a file, spooled to disk so that thousands of pending results do not fill memory.

    `stage` and `period` determine its order: registry, workbooks without a period, returns by period, unreadable files.
    """

    stage: int
    period: str
    path: Path

    def take(self) -> tuple[SourceFile, Read]:
        """Loads the file and what was read of it, and deletes the spool file."""
        source, workbook, findings = pickle.loads(self.path.read_bytes())  # noqa: S301 - our own, from below
        self.path.unlink()
        return source, (workbook, findings)


Pending = Callable[[], SpooledRead]
PackedRead = tuple[tuple[int, str], bytes]
Readers = Callable[[References, int, Path], AbstractContextManager[Callable[[Path], Pending]]]

_PRELOADED = ("loaders.reading",)
_REFERENCES: dict[Path, References] = {}


@contextmanager
def readers(references: References, workers: int, folder: Path) -> Iterator[Callable[[Path], Pending]]:
    """Yields a function that submits a file to a pool of worker processes and returns a callable to await the result.

    Results are spooled to the folder and outlive the workers. A file that crashes a worker or exceeds its limits gets a
    finding of its own.
    """
    context, number = folder / "context", count()
    _REFERENCES[context] = references
    references.registry.warm()
    try:
        with (
            WorkerPool(workers, preload=_PRELOADED, fork=True, prepare=partial(_write_references, context)) as pool,
            ThreadPoolExecutor(workers) as threads,
        ):

            def submit(path: Path) -> Pending:
                return threads.submit(_read_isolated, pool, context, path, folder / f"{next(number)}").result

            try:
                yield submit
            finally:
                threads.shutdown(cancel_futures=True)
    finally:
        del _REFERENCES[context]


def read_isolated(source: SourceFile, references: References) -> Read:
    """Reads one file, such as an upload, in a limited process of its own."""
    with WorkerPool(1, preload=_PRELOADED) as pool:
        try:
            return pool.run(_read_given, (source, references.plain()))
        except Unreadable as refusal:
            return None, [error(refusal.message, **refusal.values)]


def _read_given(given: tuple[SourceFile, References]) -> Read:
    return read(*given)


def _read_isolated(pool: WorkerPool, context: Path, path: Path, result: Path) -> SpooledRead:
    try:
        return pool.run(_read, (path, context, result))
    except Unreadable as refusal:
        finding = error(refusal.message, **refusal.values)
        return _spool_read(path, result, lambda _: (None, [finding]))


def _read(given: tuple[Path, Path, Path]) -> SpooledRead:
    """Reads the file and spools the result inside the worker: neither passes through the parent process."""
    path, context, result = given
    return _spool_read(path, result, lambda source: read(source, _load_references(context)))


def _spool_read(path: Path, result: Path, reading: Callable[[SourceFile], Read]) -> SpooledRead:
    source = open_source(path)
    return spool(result, *(pack(source, *reading(source)) if isinstance(source, SourceFile) else source))


def open_source(path: Path) -> SourceFile | PackedRead:
    """The content of a file, or the finding that it cannot be opened."""
    try:
        return SourceFile(name=path.name, content=path.read_bytes())
    except OSError as fault:
        nothing = SourceFile(name=path.name, content=b"")
        return pack(nothing, None, [error("file_missing", reason=fault.strerror or "?")])


def spool(path: Path, place: tuple[int, str], content: bytes) -> SpooledRead:
    """Spools what was read of a file."""
    path.write_bytes(content)
    return SpooledRead(*place, path)


def pack(source: SourceFile, workbook: ParsedWorkbook | None, findings: list[Finding]) -> PackedRead:
    """What was read of a file as bytes, with its position in the order."""
    return _order(workbook), pickle.dumps((source, workbook, findings))


def _order(workbook: ParsedWorkbook | None) -> tuple[int, str]:
    if workbook is None:
        return 3, ""
    if workbook.registry:
        return 0, ""
    sent = (*workbook.returns, *workbook.official)
    ends = [given.period.end.isoformat() for given in sent if given.period]
    return (2, max(ends)) if ends else (1, "")


def _write_references(path: Path) -> None:
    """Writes the reading context to disk for workers, once, although several threads may ask for it."""
    if not path.exists():
        with NamedTemporaryFile(dir=path.parent, delete=False) as unfinished:
            pickle.dump(_REFERENCES[path].plain(), unfinished)
        Path(unfinished.name).replace(path)


def _load_references(path: Path) -> References:
    """The reading context, loaded once by each worker process and inherited by forked ones."""
    if path not in _REFERENCES:
        _REFERENCES[path] = pickle.loads(path.read_bytes())  # noqa: S301 - our own, from above
    return _REFERENCES[path]
