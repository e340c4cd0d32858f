"""Files on their way in: each account's own, read one after the other by whoever is there, gone when they may be."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from data.incoming.queue import ATTEMPTS, CHANGES_KEPT, LEASE, UploadQueue
from data.incoming.uploads import KEPT, LARGEST, MOST, Answer, UnknownUpload, UploadError, Uploads, UploadState
from data.language import Text
from data.returns import PERSONAL_DATA, CellState, Change, Finding, Outcome, OutcomeStatus, Severity, SourceFile, Taking
from data.tables.schema import upload_contents, uploads
from data.upkeep.backup import backup, restore
from data.viewers import OutOfScope, Role, Viewer
from data.writing.store import Store
from tests.postgres import programs
from tests.stores import NewDatabase

MINE, OTHER = Viewer("mot", Role.DISTRICT, "H1"), Viewer("hai", Role.BOARD)
SECRET = b"Nguyen Van An, so the 012345"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
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


def read(queue: UploadQueue, answer: Answer) -> None:
    claimed = queue.claim()
    assert claimed is not None
    queue.answer(claimed, answer)


def test_a_file_waits_is_read_and_is_answered_with_all_that_was_said(mine: Uploads, queue: UploadQueue) -> None:
    number = mine.add(file(), Taking.ASK)
    assert [(one.id, one.name, one.state, one.taking) for one in mine.list()] == [
        (number, "b1.xlsx", UploadState.WAITING, Taking.ASK)
    ]
    claimed = queue.claim()
    assert claimed is not None
    assert (claimed.account, claimed.source.content, claimed.attempt) == ("mot", b"counts", 1)
    assert claimed.received_at == mine.list()[0].at
    assert mine.list()[0].state is UploadState.READING
    said = outcome(
        OutcomeStatus.CHECKED, finding(), changes=(change(1, CellState.BLANK), change("blank", 3), change("T", "x"))
    )
    queue.answer(claimed, Answer(outcome=said))
    (one,) = mine.list()
    assert (one.state, one.status) == (UploadState.ANSWERED, OutcomeStatus.CHECKED)
    assert mine.one(number)[1] == Answer(outcome=said, change_count=3)
    assert queue.is_empty


def test_of_many_changes_the_first_are_kept_and_all_are_counted(mine: Uploads, queue: UploadQueue) -> None:
    number = mine.add(file(), Taking.ASK)
    read(queue, Answer(outcome=outcome(OutcomeStatus.CHECKED, changes=(change(1, 2),) * 1000)))
    answer = mine.answers([number])[number]
    assert answer.outcome is not None
    assert (len(answer.outcome.changes), answer.change_count) == (CHANGES_KEPT, 1000)


def test_nobody_sees_or_moves_the_files_of_another(timed: Store, mine: Uploads, queue: UploadQueue) -> None:
    number, others = mine.add(file(), Taking.ASK), Uploads(timed, OTHER)
    read(queue, Answer(outcome=outcome(OutcomeStatus.CHECKED)))
    assert (others.list(), others.answers([number])) == ((), {})
    for ask in (others.source, others.one, others.again):
        with pytest.raises(UnknownUpload, match="gửi lại"):
            ask(number)
    others.put_away(number)
    others.put_away()
    others.add(file(), Taking.ASK)
    assert mine.source(number).content == b"counts"
    with pytest.raises(OutOfScope):
        Uploads(timed, Viewer("xem", Role.VIEWER))


def test_the_files_of_an_account_are_read_in_order_and_those_of_others_meanwhile(
    timed: Store, mine: Uploads, queue: UploadQueue
) -> None:
    first, second = (mine.add(file(content=each), Taking.ASK) for each in (b"1", b"2"))
    other = Uploads(timed, OTHER).add(file(content=b"3"), Taking.ASK)
    claims = [queue.claim(), queue.claim(), queue.claim()]
    assert [claimed and claimed.id for claimed in claims] == [first, other, None]
    assert claims[0] is not None
    queue.answer(claims[0], Answer(outcome=outcome(OutcomeStatus.CHECKED)))
    mine.again(first, Taking.STORE)
    decided, last = queue.claim(), queue.claim()
    assert decided is not None
    assert (decided.id, decided.taking, last) == (first, Taking.STORE, None)
    queue.answer(decided, Answer(outcome=outcome(OutcomeStatus.ACCEPTED)))
    last = queue.claim()
    assert last is not None
    assert last.id == second


def test_of_many_who_ask_at_once_each_file_is_given_to_one(timed: Store) -> None:
    for number in range(6):
        Uploads(timed, Viewer(f"ban{number}", Role.BOARD)).add(file(), Taking.ASK)
    with ThreadPoolExecutor(6) as pool:
        claims = [each.result() for each in [pool.submit(UploadQueue(timed).claim) for _ in range(12)]]
    given = [claimed.id for claimed in claims if claimed]
    assert len(given) == len(set(given)) == 6


def test_a_claim_that_is_not_renewed_is_void_and_its_file_is_taken_up_again(
    mine: Uploads, queue: UploadQueue, clock: Clock
) -> None:
    number = mine.add(file(), Taking.STORE)
    lost = queue.claim()
    assert lost is not None
    clock.pass_by(LEASE * 0.9)
    queue.renew(lost)
    clock.pass_by(LEASE * 0.9)
    assert queue.claim() is None
    clock.pass_by(LEASE * 0.2)
    taken_up = queue.claim()
    assert taken_up is not None
    assert (taken_up.id, taken_up.attempt) == (number, 2)
    queue.answer(lost, Answer(fault="0123"))
    queue.drop(lost)
    assert mine.list()[0].state is UploadState.READING
    queue.answer(taken_up, Answer(outcome=outcome(OutcomeStatus.ACCEPTED)))
    assert mine.list()[0].status is OutcomeStatus.ACCEPTED
    assert taken_up.attempt < ATTEMPTS


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (Answer(outcome=outcome(OutcomeStatus.ACCEPTED)), False),
        (Answer(outcome=outcome(OutcomeStatus.SUPERSEDED)), False),
        (Answer(outcome=outcome(OutcomeStatus.ALREADY_STORED)), False),
        (Answer(outcome=outcome(OutcomeStatus.REFUSED, finding(PERSONAL_DATA))), False),
        (Answer(outcome=outcome(OutcomeStatus.REFUSED, finding())), True),
        (Answer(outcome=outcome(OutcomeStatus.CHECKED)), True),
        (Answer(fault="0123"), True),
    ],
)
def test_the_content_goes_as_soon_as_nobody_needs_it(
    timed: Store, mine: Uploads, queue: UploadQueue, answer: Answer, kept: bool
) -> None:
    number = mine.add(file(), Taking.ASK)
    read(queue, answer)
    assert contents(timed) == int(kept)
    if kept:
        mine.again(number)
        assert mine.list()[0].state is UploadState.WAITING
    else:
        with pytest.raises(UnknownUpload):
            mine.again(number)
        assert mine.one(number)[1].outcome == answer.outcome


def test_everything_goes_a_day_after_its_answer_or_when_it_is_put_away(
    timed: Store, mine: Uploads, queue: UploadQueue, clock: Clock
) -> None:
    old, _ = (mine.add(file(content=each), Taking.ASK) for each in (b"1", b"2"))
    read(queue, Answer(outcome=outcome(OutcomeStatus.REFUSED, finding())))
    clock.pass_by(KEPT * 2)  # the other one still waits: nothing is lost while nobody reads
    assert [one.state for one in mine.list()] == [UploadState.WAITING]
    with pytest.raises(UnknownUpload):
        mine.one(old)
    read(queue, Answer(outcome=outcome(OutcomeStatus.CHECKED)))
    assert contents(timed) == 1
    third = mine.add(file(content=b"3"), Taking.ASK)
    claimed = queue.claim()
    mine.put_away(third)
    assert len(mine.list()) == 2  # being read: it stays
    assert claimed is not None
    queue.answer(claimed, Answer(outcome=outcome(OutcomeStatus.CHECKED)))
    waiting = mine.add(file(content=b"4"), Taking.ASK)
    mine.put_away()
    assert [one.id for one in mine.list()] == [waiting]
    mine.put_away(waiting)
    assert (mine.list(), contents(timed), queue.is_empty) == ((), 0, True)
    assert mine.add(file(), Taking.ASK) > waiting  # a number is never given out twice


def test_the_same_file_again_takes_the_place_of_the_first(mine: Uploads, queue: UploadQueue) -> None:
    mine.add(file(), Taking.ASK)
    read(queue, Answer(outcome=outcome(OutcomeStatus.CHECKED)))
    again = mine.add(file("khac.xlsx"), Taking.CHECK)
    assert [(one.id, one.name) for one in mine.list()] == [(again, "khac.xlsx")]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (file(content=b""), "trống"),
        (file(content=b"x" * (LARGEST + 1)), "lớn hơn 10 MB"),
        (file("quyet-dinh.pdf"), "lưu thành .xlsx"),
        (file("b1"), "lưu thành .xlsx"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(mine: Uploads, source: SourceFile, said: str) -> None:
    with pytest.raises(UploadError, match=said) as refused:
        mine.add(source, Taking.ASK)
    assert refused.value.text.en.endswith(".")
    assert mine.list() == ()


def test_an_account_keeps_so_many_files_and_no_more(mine: Uploads) -> None:
    for number in range(MOST):
        mine.add(file(content=b"%d" % number), Taking.ASK)
    with pytest.raises(UploadError, match="cất bớt"):
        mine.add(file(), Taking.ASK)


@pytest.fixture
def elsewhere(new_database: NewDatabase, database_url: str) -> Iterator[str]:
    """The address of an empty database of the same kind as the store's."""
    with new_database(database_url.partition(":")[0].partition("+")[0], None) as url:
        yield url


def test_no_backup_and_no_file_of_the_database_keeps_what_was_sent(
    database_url: str, elsewhere: str, tmp_path: Path
) -> None:
    with closing(Store.open(database_url)) as store:
        mine, queue = Uploads(store, MINE), UploadQueue(store)
        mine.add(file(content=SECRET), Taking.ASK)
        backup(store, tmp_path / "x.backup", programs())
        read(queue, Answer(outcome=outcome(OutcomeStatus.REFUSED, finding(PERSONAL_DATA))))
        assert len(mine.list()) == 1
    restore(elsewhere, tmp_path / "x.backup", at=datetime.now(UTC), programs=programs())
    with closing(Store.open(elsewhere)) as store, store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(uploads)).scalar_one() == 0
    for url in (database_url, elsewhere):
        path = Path(make_url(url).database or "")
        if path.exists():
            assert SECRET not in path.read_bytes()
