"""Uploads: private to their account, read one at a time by any worker, deleted as early as possible."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from data.incoming.queue import LEASE, MAX_ATTEMPTS, MAX_STORED_CHANGES, UploadQueue
from data.incoming.uploads import (
    MAX_FILE_BYTES,
    MAX_UPLOADS,
    RETENTION,
    UnknownUpload,
    UploadError,
    UploadResult,
    Uploads,
    UploadState,
)
from data.language import Text
from data.returns import (
    PERSONAL_DATA,
    CellState,
    Change,
    Finding,
    IntakeMode,
    Outcome,
    OutcomeStatus,
    Severity,
    SourceFile,
)
from data.tables.schema import upload_contents, uploads
from data.upkeep.backup import backup, restore
from data.viewers import OutOfScope, Role, Viewer
from data.writing.store import Store
from tests.postgres import programs

MINE, OTHER = Viewer("mot", Role.DISTRICT, "H1"), Viewer("hai", Role.BOARD)
SECRET = b"Nguyen Van An, so the 012345"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(store: Store, clock: Clock) -> Store:
    """An empty store under the test's clock."""
    return Store(store.engine, clock)


@pytest.fixture
def queue(timed: Store) -> UploadQueue:
    return UploadQueue(timed)


@pytest.fixture
def mine(timed: Store) -> Uploads:
    return Uploads(timed, MINE)


def file(name: str = "b1.xlsx", content: bytes = b"counts") -> SourceFile:
    return SourceFile(name=name, content=content)


def finding(code: str = "negative") -> Finding:
    return Finding(code=code, severity=Severity.ERROR, message=Text("số âm", "negative"), sheet="B1", cell="F17")


def outcome(status: OutcomeStatus, *findings: Finding, changes: tuple[Change, ...] = ()) -> Outcome:
    returns = (("B1", "H1", "2020-Q1"),)
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    return Outcome(file="b1.xlsx", status=status, findings=findings, returns=returns, received_at=at, changes=changes)


def change(old: int | str | CellState, new: int | str | CellState) -> Change:
    return Change(
        form="B1",
        period="2020-Q1",
        unit="H1.1.1",
        measure="members_end",
        old=old,
        new=new,
        old_file="cũ.xlsx",
        old_sheet="B1",
        old_cell="F17",
        new_sheet="B1",
        new_cell="F18",
        unit_name="Chi bộ 1",
    )


def contents(store: Store) -> int:
    with store.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(upload_contents)).scalar_one())


def read(queue: UploadQueue, answer: UploadResult) -> None:
    claimed = queue.claim()
    assert claimed is not None
    queue.complete(claimed, answer)


def test_an_upload_waits_is_read_and_gets_its_full_result(mine: Uploads, queue: UploadQueue) -> None:
    number = mine.add(file(), IntakeMode.ASK)
    assert [(one.id, one.name, one.state, one.mode) for one in mine.list()] == [
        (number, "b1.xlsx", UploadState.WAITING, IntakeMode.ASK)
    ]
    claimed = queue.claim()
    assert claimed is not None
    assert (claimed.account, claimed.source.content, claimed.attempt) == ("mot", b"counts", 1)
    assert claimed.received_at == mine.list()[0].at
    assert mine.list()[0].state is UploadState.READING
    said = outcome(
        OutcomeStatus.CHECKED, finding(), changes=(change(1, CellState.BLANK), change("blank", 3), change("T", "x"))
    )
    queue.complete(claimed, UploadResult(outcome=said))
    (one,) = mine.list()
    assert (one.state, one.status) == (UploadState.ANSWERED, OutcomeStatus.CHECKED)
    assert mine.get(number)[1] == UploadResult(outcome=said, change_count=3)
    assert queue.is_empty


@pytest.mark.one_backend
def test_of_many_changes_the_first_are_stored_and_all_are_counted(mine: Uploads, queue: UploadQueue) -> None:
    number = mine.add(file(), IntakeMode.ASK)
    read(queue, UploadResult(outcome=outcome(OutcomeStatus.CHECKED, changes=(change(1, 2),) * 1000)))
    answer = mine.results([number])[number]
    assert answer.outcome is not None
    assert (len(answer.outcome.changes), answer.change_count) == (MAX_STORED_CHANGES, 1000)


def test_the_uploads_of_other_accounts_are_out_of_reach(timed: Store, mine: Uploads, queue: UploadQueue) -> None:
    number, others = mine.add(file(), IntakeMode.ASK), Uploads(timed, OTHER)
    read(queue, UploadResult(outcome=outcome(OutcomeStatus.CHECKED)))
    assert (others.list(), others.results([number])) == ((), {})
    for ask in (others.source, others.get, others.requeue):
        with pytest.raises(UnknownUpload, match="gửi lại"):
            ask(number)
    others.dismiss(number)
    others.dismiss()
    others.add(file(), IntakeMode.ASK)
    assert mine.source(number).content == b"counts"
    with pytest.raises(OutOfScope):
        Uploads(timed, Viewer("xem", Role.VIEWER))


def test_uploads_of_one_account_are_read_in_order_and_those_of_others_in_parallel(
    timed: Store, mine: Uploads, queue: UploadQueue
) -> None:
    first, second = (mine.add(file(content=each), IntakeMode.ASK) for each in (b"1", b"2"))
    other = Uploads(timed, OTHER).add(file(content=b"3"), IntakeMode.ASK)
    claims = [queue.claim(), queue.claim(), queue.claim()]
    assert [claimed and claimed.id for claimed in claims] == [first, other, None]
    assert claims[0] is not None
    queue.complete(claims[0], UploadResult(outcome=outcome(OutcomeStatus.CHECKED)))
    mine.requeue(first, IntakeMode.STORE)
    decided, last = queue.claim(), queue.claim()
    assert decided is not None
    assert (decided.id, decided.mode, last) == (first, IntakeMode.STORE, None)
    queue.complete(decided, UploadResult(outcome=outcome(OutcomeStatus.ACCEPTED)))
    last = queue.claim()
    assert last is not None
    assert last.id == second


def test_concurrent_workers_claim_each_upload_only_once(timed: Store) -> None:
    for number in range(6):
        Uploads(timed, Viewer(f"ban{number}", Role.BOARD)).add(file(), IntakeMode.ASK)
    with ThreadPoolExecutor(6) as pool:
        claims = [each.result() for each in [pool.submit(UploadQueue(timed).claim) for _ in range(12)]]
    given = [claimed.id for claimed in claims if claimed]
    assert len(given) == len(set(given)) == 6


def test_a_claim_that_is_not_renewed_expires_and_its_upload_is_claimed_again(
    mine: Uploads, queue: UploadQueue, clock: Clock
) -> None:
    number = mine.add(file(), IntakeMode.STORE)
    lost = queue.claim()
    assert lost is not None
    clock.advance(LEASE * 0.9)
    queue.renew(lost)
    clock.advance(LEASE * 0.9)
    assert queue.claim() is None
    clock.advance(LEASE * 0.2)
    taken_up = queue.claim()
    assert taken_up is not None
    assert (taken_up.id, taken_up.attempt) == (number, 2)
    queue.complete(lost, UploadResult(fault="0123"))
    queue.discard(lost)
    assert mine.list()[0].state is UploadState.READING
    queue.complete(taken_up, UploadResult(outcome=outcome(OutcomeStatus.ACCEPTED)))
    assert mine.list()[0].status is OutcomeStatus.ACCEPTED
    assert taken_up.attempt < MAX_ATTEMPTS


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (UploadResult(outcome=outcome(OutcomeStatus.ACCEPTED)), False),
        (UploadResult(outcome=outcome(OutcomeStatus.SUPERSEDED)), False),
        (UploadResult(outcome=outcome(OutcomeStatus.ALREADY_STORED)), False),
        (UploadResult(outcome=outcome(OutcomeStatus.REFUSED, finding(PERSONAL_DATA))), False),
        (UploadResult(outcome=outcome(OutcomeStatus.REFUSED, finding())), True),
        (UploadResult(outcome=outcome(OutcomeStatus.CHECKED)), True),
        (UploadResult(fault="0123"), True),
    ],
)
def test_content_is_deleted_as_soon_as_it_is_no_longer_needed(
    timed: Store, mine: Uploads, queue: UploadQueue, answer: UploadResult, kept: bool
) -> None:
    number = mine.add(file(), IntakeMode.ASK)
    read(queue, answer)
    assert contents(timed) == int(kept)
    if kept:
        mine.requeue(number)
        assert mine.list()[0].state is UploadState.WAITING
    else:
        with pytest.raises(UnknownUpload):
            mine.requeue(number)
        assert mine.get(number)[1].outcome == answer.outcome


def test_an_upload_is_deleted_a_day_after_its_result_or_when_dismissed(
    timed: Store, mine: Uploads, queue: UploadQueue, clock: Clock
) -> None:
    old, _ = (mine.add(file(content=each), IntakeMode.ASK) for each in (b"1", b"2"))
    read(queue, UploadResult(outcome=outcome(OutcomeStatus.REFUSED, finding())))
    clock.advance(RETENTION * 2)  # the other one still waits: nothing is lost while no worker runs
    assert [one.state for one in mine.list()] == [UploadState.WAITING]
    with pytest.raises(UnknownUpload):
        mine.get(old)
    read(queue, UploadResult(outcome=outcome(OutcomeStatus.CHECKED)))
    assert contents(timed) == 1
    third = mine.add(file(content=b"3"), IntakeMode.ASK)
    claimed = queue.claim()
    mine.dismiss(third)
    assert len(mine.list()) == 2  # being read, so it stays
    assert claimed is not None
    queue.complete(claimed, UploadResult(outcome=outcome(OutcomeStatus.CHECKED)))
    waiting = mine.add(file(content=b"4"), IntakeMode.ASK)
    mine.dismiss()
    assert [one.id for one in mine.list()] == [waiting]
    mine.dismiss(waiting)
    assert (mine.list(), contents(timed), queue.is_empty) == ((), 0, True)
    assert mine.add(file(), IntakeMode.ASK) > waiting  # ids are never reused


def test_uploading_the_same_file_again_replaces_the_first_upload(mine: Uploads, queue: UploadQueue) -> None:
    mine.add(file(), IntakeMode.ASK)
    read(queue, UploadResult(outcome=outcome(OutcomeStatus.CHECKED)))
    again = mine.add(file("khac.xlsx"), IntakeMode.CHECK)
    assert [(one.id, one.name) for one in mine.list()] == [(again, "khac.xlsx")]


@pytest.mark.one_backend
@pytest.mark.parametrize(
    ("source", "said"),
    [
        (file(content=b""), "trống"),
        (file(content=b"x" * (MAX_FILE_BYTES + 1)), "lớn hơn 10 MB"),
        (file("quyet-dinh.pdf"), "lưu thành .xlsx"),
        (file("b1"), "lưu thành .xlsx"),
    ],
)
def test_unsupported_files_are_refused_with_a_message(mine: Uploads, source: SourceFile, said: str) -> None:
    with pytest.raises(UploadError, match=said) as refused:
        mine.add(source, IntakeMode.ASK)
    assert refused.value.text.en.endswith(".")
    assert mine.list() == ()


@pytest.mark.one_backend
def test_uploads_per_account_are_limited(mine: Uploads) -> None:
    for number in range(MAX_UPLOADS):
        mine.add(file(content=b"%d" % number), IntakeMode.ASK)
    with pytest.raises(UploadError, match="cất bớt"):
        mine.add(file(), IntakeMode.ASK)


def test_neither_a_backup_nor_the_database_files_retain_uploaded_content(
    database_url: str, elsewhere: str, tmp_path: Path
) -> None:
    with closing(Store.open(database_url)) as store:
        mine, queue = Uploads(store, MINE), UploadQueue(store)
        mine.add(file(content=SECRET), IntakeMode.ASK)
        backup(store, tmp_path / "x.backup", programs())
        read(queue, UploadResult(outcome=outcome(OutcomeStatus.REFUSED, finding(PERSONAL_DATA))))
        assert len(mine.list()) == 1
    restore(elsewhere, tmp_path / "x.backup", at=datetime.now(UTC), programs=programs())
    with closing(Store.open(elsewhere)) as store, store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(uploads)).scalar_one() == 0
    for url in (database_url, elsewhere):
        path = Path(make_url(url).database or "")
        if path.exists():
            assert SECRET not in path.read_bytes()
