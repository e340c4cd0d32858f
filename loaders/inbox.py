"""An inbox folder: files that have stopped growing are loaded and moved to done/ or refused/; safe to interrupt.

A file that would replace something in force is moved to waiting/, with what it would replace beside it; whoever may
decide moves it on to approved/, from where it is loaded. A file with data of persons is removed, or moved to personal/,
which only its owner may read. The store decides what has been loaded: a file whose bytes are
in force is moved without loading it again. Files are moved by a rename within the folder, copies are written under a
temporary name and renamed: no half-written file is visible.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from data.returns import Outcome, OutcomeStatus, SourceFile
from data.viewers import Viewer
from data.writing.store import Store
from loaders.intake import Asking, load
from loaders.marks.annotate import annotate_isolated, annotated_name
from loaders.messages import sentence
from loaders.references import GivenReferences

DONE, REFUSED, WAITING, APPROVED = "done", "refused", "waiting", "approved"
PERSONAL = "personal"
_OWNER_ENTERS, _OWNER_READS = 0o700, 0o600

_TEMPORARY_STARTS = ("~$", ".", "~")
_TEMPORARY_ENDS = (".tmp", ".part", ".partial", ".crdownload", ".download", ".lock", ".swp")
_PARTIAL_SUFFIX = ".writing.tmp"
_PACKAGE = b"PK\x03\x04"

Size = tuple[int, int]
"""Bytes, and the instant of the last change in nanoseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedFile:
    """A processed file: its outcome, where it came from and its new path, the old one if it was removed.

    The annotated copy, if any, lies beside it; the findings about a file with data of persons lie in refused/.
    """

    outcome: Outcome
    source: Path
    path: Path


@dataclass(slots=True)
class Inbox:
    """A polled folder; `poll` processes the files that have settled.

    A file has settled when its size and date stay the same for `quiet` polls; an empty file, or one whose end is
    missing as in a copy stalled by a slow network, for `quiet_incomplete`. `describe` puts what a held file would
    replace into words. With `remove_personal`, files with data of persons are removed instead of put aside.
    """

    store: Store
    folder: Path
    viewer: Viewer
    workers: int = 1
    quiet: int = 3
    quiet_incomplete: int = 30
    ask: Asking = field(default_factory=Asking)
    describe: Callable[[Outcome], str] | None = None
    remove_personal: bool = False
    given: GivenReferences | None = None
    _seen: dict[Path, tuple[Size, int]] = field(default_factory=dict)
    _unmoved: dict[Path, tuple[Size, Outcome]] = field(default_factory=dict)

    def poll(self) -> Iterator[ProcessedFile]:
        """Loads and moves settled files; growing files wait, failed moves are retried."""
        self._prepare_folders()
        self._seen = {path: (size, self._polls_at_rest(path, size) + 1) for path, size in self._candidates()}
        ready = [path for path, (_, polls) in self._seen.items() if polls > self.quiet and self._is_whole(path)]
        new = [path for path in ready if not self._is_processed(path)]
        yield from self._load([path for path in new if path.parent == self.folder], self.ask)
        yield from self._load([path for path in new if path.parent != self.folder], None)
        for path in ready:
            if self._is_processed(path):
                yield from self._move(path, self._unmoved.pop(path)[1])

    def _prepare_folders(self) -> None:
        for name in (DONE, REFUSED, WAITING, APPROVED):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            for partial in (self.folder / name).glob(f"*{_PARTIAL_SUFFIX}"):
                partial.unlink(missing_ok=True)

    def _candidates(self) -> Iterator[tuple[Path, Size]]:
        for path in (*sorted(self.folder.iterdir()), *sorted((self.folder / APPROVED).iterdir())):
            if not is_temporary(path.name) and path.is_file() and (size := _size(path)) is not None:
                yield path, size

    def _polls_at_rest(self, path: Path, size: Size) -> int:
        before, polls = self._seen.get(path, (size, -1))
        return polls if before == size else -1

    def _is_whole(self, path: Path) -> bool:
        return self._seen[path][1] > self.quiet_incomplete or not is_truncated(path)

    def _is_processed(self, path: Path) -> bool:
        """Whether this very file was already loaded or refused and only its move failed."""
        return path in self._unmoved and self._unmoved[path][0] == self._seen[path][0]

    def _load(self, paths: list[Path], ask: Asking | None) -> Iterator[ProcessedFile]:
        """Loads files of a folder in one batch, so that a registry goes first; each is moved once its outcome is known.

        With `ask`, those that would replace something are held.
        """
        before = {path.name: digest for path in paths if (digest := _digest(path))}
        files = [path for path in paths if path.name in before]
        if not files:
            return
        workers = min(self.workers, len(files))
        loading = load(self.store, files, viewer=self.viewer, workers=workers, ask=ask, given=self.given)
        for outcome in loading:
            path = files[0].parent / outcome.file
            # Overwritten in the meantime: the new content was not loaded and is picked up by a later poll.
            if _digest(path) == before[outcome.file]:
                yield from self._move(path, outcome)

    def _move(self, path: Path, outcome: Outcome) -> Iterator[ProcessedFile]:
        """Writes what belongs beside it first: once the file has left the inbox, nothing remains to be done for it."""
        target = unused_path(self.folder / _folder_of(outcome) / path.name)
        if outcome.status is OutcomeStatus.HELD:
            if self.describe is not None:
                _write(_difference_path(target), f"{self.describe(outcome)}\n".encode("utf-8-sig"))
        elif outcome.findings:
            marked = annotate_isolated(SourceFile(name=path.name, content=path.read_bytes()), outcome.findings)
            _write(target.with_name(annotated_name(target.name, Path(marked.name).suffix)), marked.content)
        try:
            kept = self._put_aside(path) if outcome.lists_people else path.rename(target)
        except OSError:  # another process has it open or removed it
            if size := _size(path):
                self._unmoved[path] = (size, outcome)
            return
        if path.parent.name == APPROVED:
            _difference_path(self.folder / WAITING / path.name).unlink(missing_ok=True)
        yield ProcessedFile(outcome=outcome, source=path, path=kept)

    def _put_aside(self, path: Path) -> Path:
        """Removes a file with data of persons, or moves it to where only its owner may read it."""
        if self.remove_personal:
            path.unlink()
            return path
        aside = self.folder / PERSONAL
        aside.mkdir(exist_ok=True)
        aside.chmod(_OWNER_ENTERS)
        path.chmod(_OWNER_READS)
        return path.rename(unused_path(aside / path.name))


def _folder_of(outcome: Outcome) -> str:
    if outcome.status is OutcomeStatus.HELD:
        return WAITING
    return REFUSED if outcome.refused else DONE


def _difference_path(path: Path) -> Path:
    """The file beside a held one that says what it would replace."""
    return path.with_name(sentence("difference_file", name=path.stem).vi)


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f"{path.name}{_PARTIAL_SUFFIX}")
    partial.write_bytes(content)
    partial.replace(path)


def watch(inbox: Inbox, wait: Callable[[], bool]) -> Iterator[ProcessedFile]:
    """Polls and waits until `wait` returns False; a file in progress is always completed."""
    while True:
        yield from inbox.poll()
        if not wait():
            return


def is_temporary(name: str) -> bool:
    """Whether the name is that of a temporary or lock file of another program."""
    lower = name.lower()
    return lower.startswith(_TEMPORARY_STARTS) or lower.endswith(_TEMPORARY_ENDS)


def is_truncated(path: Path) -> bool:
    """Whether a file is empty, or a ZIP package such as an .xlsx whose central directory, written last, is missing."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_PACKAGE))
        return not start or (start == _PACKAGE and not zipfile.is_zipfile(path))
    except OSError:
        return True


def unused_path(path: Path) -> Path:
    """The path, or a numbered variant of it that does not exist yet: nothing is overwritten."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free


def _size(path: Path) -> Size | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
