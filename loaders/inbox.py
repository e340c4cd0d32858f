"""An inbox folder: files that have stopped growing are loaded and moved to done/ or refused/, whatever interrupts it.

The store decides what was loaded: a file whose bytes it holds is moved and not loaded again. A move is a rename
inside the folder, a copy is written beside its place and renamed into it: nobody ever finds half a file.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from data.returns import Outcome, SourceFile
from data.viewers import Viewer
from data.writing.store import Store
from loaders.intake import load
from loaders.marks.annotate import annotate_apart, annotated_name

DONE, REFUSED = "done", "refused"

_TEMPORARY_STARTS = ("~$", ".", "~")
_TEMPORARY_ENDS = (".tmp", ".part", ".partial", ".crdownload", ".download", ".lock", ".swp")
_HALF = ".writing.tmp"
_PACKAGE = b"PK\x03\x04"

Size = tuple[int, int]
"""Bytes, and the instant of the last change in nanoseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file that was dealt with: what became of it, and where it is now; its marked copy, if any, lies beside it."""

    outcome: Outcome
    path: Path


@dataclass(slots=True)
class Inbox:
    """A folder that is looked at again and again; `look` deals with what has come to rest.

    A file is at rest when its size and date have stayed the same for `quiet` looks; one that is empty, or that lacks
    its end as a copy does that a slow network holds up, for `quiet_half`.
    """

    store: Store
    folder: Path
    viewer: Viewer
    workers: int = 1
    quiet: int = 3
    quiet_half: int = 30
    _seen: dict[Path, tuple[Size, int]] = field(default_factory=dict)
    _unmoved: dict[Path, tuple[Size, Outcome]] = field(default_factory=dict)

    def look(self) -> Iterator[Arrival]:
        """Loads and moves the files at rest; one that grows waits, one that cannot be moved is tried again."""
        self._prepare()
        self._seen = {path: (size, self._looks(path, size) + 1) for path, size in self._waiting()}
        ready = [path for path, (_, looks) in self._seen.items() if looks > self.quiet and self._is_whole(path)]
        yield from self._take([path for path in ready if not self._is_done_with(path)])
        for path in ready:
            if self._is_done_with(path):
                yield from self._move(path, self._unmoved.pop(path)[1])

    def _prepare(self) -> None:
        for name in (DONE, REFUSED):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            for half in (self.folder / name).glob(f"*{_HALF}"):
                half.unlink(missing_ok=True)

    def _waiting(self) -> Iterator[tuple[Path, Size]]:
        for path in sorted(self.folder.iterdir()):
            if not is_temporary(path.name) and path.is_file() and (size := _size(path)) is not None:
                yield path, size

    def _looks(self, path: Path, size: Size) -> int:
        before, looks = self._seen.get(path, (size, -1))
        return looks if before == size else -1

    def _is_whole(self, path: Path) -> bool:
        return self._seen[path][1] > self.quiet_half or not lacks_its_end(path)

    def _is_done_with(self, path: Path) -> bool:
        """Whether this very file was loaded or refused before and only its move failed."""
        return path in self._unmoved and self._unmoved[path][0] == self._seen[path][0]

    def _take(self, paths: list[Path]) -> Iterator[Arrival]:
        """Loads files together, so that a registry goes first; each is moved as soon as its outcome is known."""
        before = {path.name: digest for path in paths if (digest := _digest(path))}
        files = [path for path in paths if path.name in before]
        if not files:
            return
        for outcome in load(self.store, files, viewer=self.viewer, workers=min(self.workers, len(files))):
            path = self.folder / outcome.file
            # Written to meanwhile: what lies here now is not what was loaded, and has its turn at a later look.
            if _digest(path) == before[outcome.file]:
                yield from self._move(path, outcome)

    def _move(self, path: Path, outcome: Outcome) -> Iterator[Arrival]:
        """The marked copy first: when the file itself has left the inbox, all of its work is done."""
        target = free_place(self.folder / (REFUSED if outcome.refused else DONE) / path.name)
        if outcome.findings:
            marked = annotate_apart(SourceFile(name=path.name, content=path.read_bytes()), outcome.findings)
            beside = target.with_name(annotated_name(target.name, Path(marked.name).suffix))
            half = beside.with_name(f"{beside.name}{_HALF}")
            half.write_bytes(marked.content)
            half.replace(beside)
        try:
            path.rename(target)
        except OSError:  # somebody has it open, or took it away
            if size := _size(path):
                self._unmoved[path] = (size, outcome)
            return
        yield Arrival(outcome=outcome, path=target)


def watch(inbox: Inbox, wait: Callable[[], bool]) -> Iterator[Arrival]:
    """Looks, and waits, until `wait` gives False; files are ended with, never left half dealt with."""
    while True:
        yield from inbox.look()
        if not wait():
            return


def is_temporary(name: str) -> bool:
    """Whether a program that is still writing, or has the file open, gave it that name."""
    lower = name.lower()
    return lower.startswith(_TEMPORARY_STARTS) or lower.endswith(_TEMPORARY_ENDS)


def lacks_its_end(path: Path) -> bool:
    """Whether a file is empty or a package, as an .xlsx is, whose list of parts, written last, is not there yet."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_PACKAGE))
        return not start or (start == _PACKAGE and not zipfile.is_zipfile(path))
    except OSError:
        return True


def free_place(path: Path) -> Path:
    """The path, or the same with a number: what is there is never written over."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free


def _size(path: Path) -> Size | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_size, about.st_mtime_ns


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
