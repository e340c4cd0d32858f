"""The ingest pipeline: workbooks in, outcomes out; one at a time, or many read in parallel and stored in order."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from data.organisations.units import Registry
from data.reading.queries import Reader
from data.returns import (
    Change,
    DifferenceKind,
    Effect,
    Finding,
    IntakeMode,
    Outcome,
    OutcomeStatus,
    ParsedWorkbook,
    SourceFile,
)
from data.tables.opened import PeriodNotOpen
from data.viewers import OutOfScope, Viewer
from data.writing.acceptance import contents
from data.writing.store import Store
from data.writing.versions import Overtaken
from loaders.differences.whole import check_replacement, differences
from loaders.findings import error, is_refused, sort_findings
from loaders.messages import sentence
from loaders.reading import read, registry_of
from loaders.receipt_times import Received, received_at
from loaders.references import GivenReferences, References
from loaders.returns.difference import changes
from loaders.returns.stored_checks import check_stored
from loaders.workers.processes import Pending, Read, Readers, SpooledRead, read_isolated, readers

__all__ = ["Asking", "intake", "load", "read", "workbooks"]

_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods", ".et"})
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

_AHEAD = 6

Clock = Callable[[datetime], datetime]
Assess = Callable[[Store, ParsedWorkbook, Viewer], Effect | None]
"""Works out which values and verdicts a workbook would move, as far as the viewer sees them; None: not told."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How a replacement is asked about: its effect worked out, and whether a workbook may replace what it says."""

    assess: Assess | None = None
    confirm: Callable[[Outcome], bool] | None = None

    def confirms(self, outcome: Outcome) -> bool:
        """Whether somebody is there to confirm, and does."""
        return self.confirm is not None and self.confirm(outcome)


def intake(
    store: Store,
    source: SourceFile,
    *,
    viewer: Viewer,
    received_at: datetime | None = None,
    at: datetime | None = None,
    mode: IntakeMode = IntakeMode.STORE,
    given: GivenReferences | None = None,
    isolated: bool = False,
    assess: Assess | None = None,
    confirmed: frozenset[int] | None = None,
) -> Outcome:
    """Reads and checks one workbook and, depending on `mode`, stores it.

    With ASK, a workbook that would replace something in force, or asks a question, is held. With STORE it is held only
    if something else is in force by now than when the sender confirmed it (`confirmed`, the `compared_with` of what was
    shown). `assess` works out the effect of a replacement. `isolated` reads in a process with memory and CPU limits, as
    uploads of unknown files require.

    Raises:
        OutOfScope: the viewer may not load anything.
    """
    _require_loader(viewer)
    if store.stored(source.sha256):
        return _already_stored(source, received_at)
    reader = store.reader(viewer)
    references = _references(reader, given)
    content = (read_isolated if isolated else read)(source, references)
    receipt = _Receipt(viewer, received_at, at, mode, Asking(assess), confirmed)
    return _finish(store, source, content, receipt, reader.registry)


def _references(reader: Reader, given: GivenReferences | None = None) -> References:
    """The reading context from the store, and what is given besides."""
    given = given or GivenReferences()
    kept = (*given.mappings, *reader.mappings())
    return References(
        vocabulary=reader.vocabulary, registry=reader.registry, mappings=kept, indicators=given.indicators
    )


def workbooks(paths: Iterable[Path]) -> list[Path]:
    """The files under the given paths: folders are searched for workbooks, files are taken whatever their name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in _SUFFIXES and p.is_file())
            found.extend(p for p in inside if not p.name.startswith(("~$", ".")))
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def load(
    store: Store,
    paths: Iterable[Path],
    *,
    viewer: Viewer,
    received: Received = None,
    check: bool = False,
    workers: int | None = None,
    at: Clock | None = None,
    given: GivenReferences | None = None,
    reading: Readers = readers,
    ask: Asking | None = None,
) -> Iterator[Outcome]:
    """Loads many workbooks: reads them in worker processes, stores them in order, yields outcomes as they become known.

    With `ask`, a workbook that would replace something in force, or contradicts itself, is held unless confirmed.

    `reading` is the executor: processes on this machine, or `loaders.workers.cluster.cluster`.

    Order: registry, history and plans, then returns by period and receipt. With `at`, which maps the instant of receipt
    to that of acceptance, the order is that of receipt alone, as it was in real time.

    Raises:
        OutOfScope: the viewer may not load anything.
    """
    _require_loader(viewer)
    jobs = [_Job(path, received_at(received, path)) for path in workbooks(paths)]
    if at is not None:
        jobs.sort(key=lambda job: job.received or _LATEST)
    mode = IntakeMode.CHECK if check else IntakeMode.ASK if ask else IntakeMode.STORE
    loading = _LoadRun(store, viewer, mode, at, reading, ask or Asking())
    loading.references = _references(store.reader(viewer), given)
    yield from loading.run(jobs, workers or os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class _Job:
    path: Path
    received: datetime | None


@dataclass(frozen=True, slots=True)
class _Receipt:
    viewer: Viewer
    received_at: datetime | None
    at: datetime | None
    mode: IntakeMode
    ask: Asking
    confirmed: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class _Result:
    job: _Job
    read: SpooledRead

    @property
    def order(self) -> tuple[int, str, datetime, str]:
        """Registry, then workbooks without a period, then returns by period; corrections after what they correct."""
        return self.read.stage, self.read.period, self.job.received or _EARLIEST, self.job.path.name


class _LoadRun:
    """One run over many files; a registry among them makes the files after it be read again."""

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        mode: IntakeMode,
        at: Clock | None,
        reading: Readers,
        ask: Asking,
    ) -> None:
        self.store, self.viewer, self.mode, self.at, self.reading = store, viewer, mode, at, reading
        self.ask = ask
        self.references = _references(store.reader(viewer))

    def run(self, jobs: Sequence[_Job], workers: int) -> Iterator[Outcome]:
        """Yields an outcome for each job."""
        digests = {job: _digest(job.path) for job in jobs}
        # A version that another file of this run has superseded is not loaded over it.
        among, waiting = frozenset(filter(None, digests.values())), []
        for job, digest in digests.items():
            if digest and self.store.stored(digest, among):
                yield _already_stored(SourceFile(name=job.path.name, content=b""), job.received)
            else:
                waiting.append(job)
        while waiting:
            waiting = yield from self._store_until_registry(waiting, workers)

    def _store_until_registry(self, jobs: Sequence[_Job], workers: int) -> Generator[Outcome, None, list[_Job]]:
        """Stores what was read with the current registry; returns the jobs left to be read with a newer one."""
        left = dict.fromkeys(jobs)
        with TemporaryDirectory(prefix="reading-") as kept, ExitStack() as reading:
            among = self.reading(self.references, min(workers, len(jobs)), Path(kept))
            results: Iterable[_Result] = _results(jobs, reading.enter_context(among), ahead=_AHEAD * workers)
            if self.at is None:
                results = sorted(results, key=lambda result: result.order)
                reading.close()  # frees the workers' memory before storing begins
            for result in results:
                del left[result.job]
                source, content = result.read.take()
                outcome = self._finish(result.job.received, source, content)
                yield outcome
                if self._takes_registry(content[0], outcome) and left:
                    return list(left)
        return []

    def _finish(self, received: datetime | None, source: SourceFile, content: Read) -> Outcome:
        at = self.at(received) if self.at and received else None
        receipt = _Receipt(self.viewer, received, at, self.mode, self.ask)
        return _finish(self.store, source, content, receipt, self.references.registry)

    def _takes_registry(self, workbook: ParsedWorkbook | None, outcome: Outcome) -> bool:
        if workbook is None or workbook.registry is None or outcome.refused or outcome.status is OutcomeStatus.HELD:
            return False
        checked = outcome.status is OutcomeStatus.CHECKED
        registry = registry_of(workbook.registry) if checked else self.store.reader(self.viewer).registry
        self.references = replace(self.references, registry=registry)
        return True


def _results(jobs: Iterable[_Job], submit: Callable[[Path], Pending], ahead: int) -> Iterator[_Result]:
    """Results in job order; at most `ahead` files are read in advance."""
    pending: deque[tuple[_Job, Pending]] = deque()
    for job in jobs:
        pending.append((job, submit(job.path)))
        if len(pending) > ahead:
            first, result = pending.popleft()
            yield _Result(first, result())
    yield from (_Result(job, result()) for job, result in pending)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _finish(store: Store, source: SourceFile, content: Read, receipt: _Receipt, registry: Registry) -> Outcome:
    """Checks what was read against the store, then stores it or the record of its refusal."""
    if store.stored(source.sha256):
        return _already_stored(source, receipt.received_at)
    workbook, findings = content
    replaced, replacing = _Replaced(), None
    if workbook is not None:
        replacing = store.replaceable(workbook)
        if receipt.confirmed not in {None, replacing}:  # what was confirmed is not what would happen
            receipt = replace(receipt, mode=IntakeMode.ASK)
        if _is_in_scope(receipt.viewer, registry, workbook):
            reader = store.reader(receipt.viewer)
            findings = _with_stored(findings, workbook, _check(store, workbook, reader))
            replaced = _replaced(store, workbook, reader, receipt, is_sound=not is_refused(findings))
        else:
            findings = [error("out_of_scope")]
    if workbook is None or is_refused(findings):
        return replace(_refuse(store, source, findings, receipt), changes=replaced.changes)
    asking = Outcome(
        file=source.name,
        status=OutcomeStatus.HELD if receipt.mode is IntakeMode.ASK else OutcomeStatus.CHECKED,
        findings=tuple(findings),
        returns=contents(workbook),
        received_at=receipt.received_at,
        changes=replaced.changes,
        differences=replaced.differences,
        effect=replaced.effect,
        compared_with=replacing,
    )
    if receipt.mode is IntakeMode.CHECK or (receipt.mode is IntakeMode.ASK and not _is_confirmed(asking, receipt.ask)):
        return asking
    try:
        return store.accept(
            workbook,
            viewer=receipt.viewer,
            received_at=receipt.received_at,
            warnings=findings,
            at=receipt.at,
            replacing=None if receipt.mode is IntakeMode.STORE and receipt.confirmed is None else replacing,
        )
    except Overtaken:
        return _finish(store, source, content, receipt, registry)
    except PeriodNotOpen:  # closed since it was checked
        refused = _check(store, workbook, store.reader(receipt.viewer))
        return _refuse(store, source, _with_stored(findings, workbook, refused), receipt)


def _is_confirmed(outcome: Outcome, ask: Asking) -> bool:
    return not outcome.needs_confirmation or (ask.confirm is not None and ask.confirm(outcome))


def _check(store: Store, workbook: ParsedWorkbook, reader: Reader) -> list[Finding]:
    stored = check_stored(workbook, reader, opens_periods=store.opens_periods_of(reader.viewer))
    return [*check_replacement(workbook, reader), *stored]


@dataclass(frozen=True, slots=True)
class _Replaced:
    """What a workbook would replace, and the effect of that."""

    changes: tuple[Change, ...] = ()
    differences: tuple[DifferenceKind, ...] = ()
    effect: Effect | None = None


def _replaced(
    store: Store, workbook: ParsedWorkbook, reader: Reader, receipt: _Receipt, *, is_sound: bool
) -> _Replaced:
    """Nothing for a workbook that is stored whatever it replaces; no effect for one that is refused."""
    if receipt.mode is IntakeMode.STORE:
        return _Replaced()
    found = _Replaced(changes(workbook, reader), differences(workbook, reader))
    if is_sound and receipt.ask.assess is not None and (found.changes or found.differences):
        return replace(found, effect=receipt.ask.assess(store, workbook, receipt.viewer))
    return found


def _with_stored(findings: list[Finding], workbook: ParsedWorkbook, more: Sequence[Finding]) -> list[Finding]:
    sent = (*workbook.returns, *workbook.official)
    sheets = [*(finding.sheet for finding in findings), *(given.sheet for given in sent)]
    return sort_findings([*findings, *more], list(dict.fromkeys(filter(None, sheets)))) if more else findings


def _refuse(store: Store, source: SourceFile, findings: Sequence[Finding], receipt: _Receipt) -> Outcome:
    if receipt.mode is not IntakeMode.CHECK:
        return store.refuse(source, findings, viewer=receipt.viewer, received_at=receipt.received_at, at=receipt.at)
    return Outcome(
        file=source.name,
        status=OutcomeStatus.REFUSED,
        findings=tuple(findings),
        received_at=receipt.received_at,
    )


def _already_stored(source: SourceFile, received: datetime | None) -> Outcome:
    return Outcome(file=source.name, status=OutcomeStatus.ALREADY_STORED, received_at=received)


def _is_in_scope(viewer: Viewer, registry: Registry, workbook: ParsedWorkbook) -> bool:
    """Whether the viewer may send this; checked before stored figures are compared with it and thereby disclosed."""
    if viewer.unit is None:
        return True
    if workbook.registry or workbook.plans or workbook.tasks:
        return False
    for given in (*workbook.returns, *workbook.official):
        tree = registry.at(given.period.end) if given.period else None
        sender = tree.by_code.get(given.unit) if tree else None
        if tree is None or sender is None:
            return False
        if viewer.unit not in {sender.code, *(unit.code for unit in tree.ancestors(sender.id))}:
            return False
    return True


def _require_loader(viewer: Viewer) -> None:
    if not viewer.may_load:
        raise OutOfScope(sentence("may_not_load", name=viewer.name))
