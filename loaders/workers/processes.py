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

from data.returns import Finding, ReadWorkbook, SourceFile
from loaders.findings import error
from loaders.formats.isolated import Isolated
from loaders.reading import read
from loaders.references import References
from loaders.workbook import Unreadable

Read = tuple[ReadWorkbook | None, list[Finding]]


@dataclass(frozen=True, slots=True)
class Waiting:
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


Pending = Callable[[], Waiting]
Packed = tuple[tuple[int, str], bytes]
Readers = Callable[[References, int, Path], AbstractContextManager[Callable[[Path], Pending]]]

_PRELOADED = ("loaders.reading",)
_AT_HAND: dict[Path, References] = {}


@contextmanager
def readers(references: References, workers: int, folder: Path) -> Iterator[Callable[[Path], Pending]]:
    """Yields a function that submits a file to a pool of worker processes and returns a callable to await the result.

    Results are spooled to the folder and outlive the workers. A file that crashes a worker or exceeds its limits gets a
    finding of its own.
    """
    known, number = folder / "known", count()
    _AT_HAND[known] = references
    references.registry.warm()
    try:
        with (
            Isolated(workers, preload=_PRELOADED, sharing=True, prepare=partial(_leave, known)) as isolated,
            ThreadPoolExecutor(workers) as threads,
        ):

            def submit(path: Path) -> Pending:
                return threads.submit(_read_apart, isolated, known, path, folder / f"{next(number)}").result

            try:
                yield submit
            finally:
                threads.shutdown(cancel_futures=True)
    finally:
        del _AT_HAND[known]


def read_apart(source: SourceFile, references: References) -> Read:
    """Reads one file, such as an upload, in a limited process of its own."""
    with Isolated(1, preload=_PRELOADED) as isolated:
        try:
            return isolated.run(_read_given, (source, references.plain()))
        except Unreadable as trouble:
            return None, [error(trouble.message, **trouble.values)]


def _read_given(given: tuple[SourceFile, References]) -> Read:
    return read(*given)


def _read_apart(isolated: Isolated, known: Path, path: Path, result: Path) -> Waiting:
    try:
        return isolated.run(_read, (path, known, result))
    except Unreadable as trouble:
        finding = error(trouble.message, **trouble.values)
        return _keep_read(path, result, lambda _: (None, [finding]))


def _read(given: tuple[Path, Path, Path]) -> Waiting:
    """Reads the file and spools the result inside the worker: neither passes through the parent process."""
    path, known, result = given
    return _keep_read(path, result, lambda source: read(source, _known(known)))


def _keep_read(path: Path, result: Path, reading: Callable[[SourceFile], Read]) -> Waiting:
    source = opened(path)
    return keep(result, *(packed(source, *reading(source)) if isinstance(source, SourceFile) else source))


def opened(path: Path) -> SourceFile | Packed:
    """The content of a file, or the finding that it cannot be opened."""
    try:
        return SourceFile(name=path.name, content=path.read_bytes())
    except OSError as trouble:
        nothing = SourceFile(name=path.name, content=b"")
        return packed(nothing, None, [error("file_missing", reason=trouble.strerror or "?")])


def keep(path: Path, place: tuple[int, str], content: bytes) -> Waiting:
    """Spools what was read of a file."""
    path.write_bytes(content)
    return Waiting(*place, path)


def packed(source: SourceFile, workbook: ReadWorkbook | None, findings: list[Finding]) -> Packed:
    """What was read of a file as bytes, with its position in the order."""
    return _place(workbook), pickle.dumps((source, workbook, findings))


def _place(workbook: ReadWorkbook | None) -> tuple[int, str]:
    if workbook is None:
        return 3, ""
    if workbook.registry:
        return 0, ""
    sent = (*workbook.returns, *workbook.official)
    ends = [given.period.end.isoformat() for given in sent if given.period]
    return (2, max(ends)) if ends else (1, "")


def _leave(path: Path) -> None:
    """Writes the reading context to disk for workers, once, although several threads may ask for it."""
    if not path.exists():
        with NamedTemporaryFile(dir=path.parent, delete=False) as unfinished:
            pickle.dump(_AT_HAND[path].plain(), unfinished)
        Path(unfinished.name).replace(path)


def _known(path: Path) -> References:
    """The reading context, loaded once by each worker process and inherited by forked ones."""
    if path not in _AT_HAND:
        _AT_HAND[path] = pickle.loads(path.read_bytes())  # noqa: S301 - our own, from above
    return _AT_HAND[path]
