"""Reading files in worker processes with limits of memory and time. They import what reading needs, not the store."""

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
    """What was read of a file, on disk until it is taken: thousands of files do not wait in memory.

    `stage` and `period` are its place among others: registry, what has no period, returns by period, the unreadable.
    """

    stage: int
    period: str
    path: Path

    def take(self) -> tuple[SourceFile, Read]:
        """The file and what was read of it, once."""
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
    """Gives a function that has a file read by one of some worker processes; what it returns waits for the result.

    Results are kept in the folder, beyond the life of the workers. What breaks a worker, or takes too much of it,
    becomes the finding of that file alone.
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
    """The worker takes the file from disk and leaves the result there: neither passes through who asked for it."""
    path, known, result = given
    return _keep_read(path, result, lambda source: read(source, _known(known)))


def _keep_read(path: Path, result: Path, reading: Callable[[SourceFile], Read]) -> Waiting:
    source = opened(path)
    return keep(result, *(packed(source, *reading(source)) if isinstance(source, SourceFile) else source))


def opened(path: Path) -> SourceFile | Packed:
    """The bytes of a file, or the finding that there are none."""
    try:
        return SourceFile(name=path.name, content=path.read_bytes())
    except OSError as trouble:
        nothing = SourceFile(name=path.name, content=b"")
        return packed(nothing, None, [error("file_missing", reason=trouble.strerror or "?")])


def keep(path: Path, place: tuple[int, str], content: bytes) -> Waiting:
    """Leaves on disk what was read of a file."""
    path.write_bytes(content)
    return Waiting(*place, path)


def packed(source: SourceFile, workbook: ReadWorkbook | None, findings: list[Finding]) -> Packed:
    """What was read of a file, as bytes, with its place among others."""
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
    """Writes what is read by down for a worker to take over, once; several threads may come to it."""
    if not path.exists():
        with NamedTemporaryFile(dir=path.parent, delete=False) as unfinished:
            pickle.dump(_AT_HAND[path].plain(), unfinished)
        Path(unfinished.name).replace(path)


def _known(path: Path) -> References:
    """What is read by, taken over once by each worker process, at hand in a copy of who gives it."""
    if path not in _AT_HAND:
        _AT_HAND[path] = pickle.loads(path.read_bytes())  # noqa: S301 - our own, from above
    return _AT_HAND[path]
