"""Reading files in worker processes with limits of memory and time. They import what reading needs, not the store."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path

from data.mappings import HeaderMapping
from data.returns import Finding, ReadWorkbook, SourceFile
from data.units import Registry
from loaders.findings import error
from loaders.formats.isolated import Isolated
from loaders.reading import read
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
Readers = Callable[[Registry, int, Sequence[HeaderMapping]], AbstractContextManager[Callable[[Path], Pending]]]

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
        known = Path(folder) / "known"
        plain = Registry(registry.version, registry.spells, registry.successions)
        known.write_bytes(pickle.dumps((plain, tuple(mappings))))
        number = count()

        def submit(path: Path) -> Pending:
            return threads.submit(_read_apart, isolated, known, path, Path(folder) / str(next(number))).result

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


def _read_apart(isolated: Isolated, known: Path, path: Path, result: Path) -> Waiting:
    source = opened(path)
    if not isinstance(source, SourceFile):
        return keep(result, *source)
    try:
        found = isolated.run(_read, (source, known))
    except Unreadable as trouble:
        found = packed(source, None, [error(trouble.message, **trouble.values)])
    return keep(result, *found)


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


def _read(given: tuple[SourceFile, Path]) -> Packed:
    source, known = given
    return packed(source, *read(source, *_known(known)))


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


@lru_cache(maxsize=1)
def _known(path: Path) -> tuple[Registry, tuple[HeaderMapping, ...]]:
    """The registry and the mappings, taken over once by each worker process."""
    kept: tuple[Registry, tuple[HeaderMapping, ...]] = pickle.loads(path.read_bytes())  # noqa: S301 - our own, from above
    return kept
