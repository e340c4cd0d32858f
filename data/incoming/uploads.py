"""Files on their way in: what an account has sent, what is to be done with each, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, delete, func, insert, select, update

from data.language import UsersFault
from data.messages import sentence
from data.returns import Outcome, OutcomeStatus, SourceFile, Taking
from data.tables.engine import writing
from data.tables.outcomes import outcome_of
from data.tables.schema import upload_contents, uploads
from data.viewers import OutOfScope, Viewer
from data.writing.store import Store

KINDS = (".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods", ".et", ".csv", ".txt", ".htm", ".html", ".xml")
"""How the names of files end that may hold a table."""
MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
MOST = 200
MOST_BYTES = 200 * MEGABYTE
KEPT = timedelta(days=1)
"""How long a file stays after it was answered, unless its sender puts it away before."""

_LONGEST_NAME = 255


class UploadError(UsersFault, ValueError):
    """A file that is not taken up."""


class UnknownUpload(UsersFault, LookupError):
    """No such file of this account, or it is not kept any more."""

    def __init__(self) -> None:
        super().__init__(sentence("upload.gone"))


class UploadState(StrEnum):
    """Where a file is."""

    WAITING = "waiting"
    READING = "reading"
    ANSWERED = "answered"


UNDER_WAY = (UploadState.WAITING.value, UploadState.READING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file of one account; `status` is None until it is answered, and for good where a fault of ours hindered."""

    id: int
    name: str
    sha256: str
    taking: Taking
    state: UploadState
    status: OutcomeStatus | None
    at: datetime
    answered_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        """Whether an answer is still to come."""
        return self.state is not UploadState.ANSWERED


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of a file: an outcome, or the number under which the log tells of a fault of ours.

    Of `change_count` changes the outcome holds the first.
    """

    outcome: Outcome | None = None
    change_count: int = 0
    fault: str = ""


class Uploads:
    """The files that one account has sent; nobody sees or moves another's.

    Raises:
        OutOfScope: the viewer may send nothing.
    """

    def __init__(self, store: Store, viewer: Viewer) -> None:
        if not viewer.may_load:
            raise OutOfScope(sentence("may_not.change", name=viewer.name))
        self._store = store
        self._viewer = viewer

    def add(self, source: SourceFile, taking: Taking) -> int:
        """Keeps a file until it is read; gives its number. The same file sent before is put away.

        Raises:
            UploadError: nothing in it, too large, of no kind that is read, or too many files are kept.
        """
        _check(source)
        now = self._store.now()
        with writing(self._store.engine) as connection:
            remove(connection, uploads.c.answered_at < now - KEPT)
            again = uploads.c.state != UploadState.READING.value, uploads.c.sha256 == source.sha256
            remove(connection, self._mine, *again)
            self._make_room(connection, len(source.content))
            added = insert(uploads).values(
                account=self._viewer.name,
                name=source.name[-_LONGEST_NAME:],
                sha256=source.sha256,
                size=len(source.content),
                taking=taking.value,
                state=UploadState.WAITING.value,
                attempts=0,
                at=now,
            )
            number = int(connection.execute(added.returning(uploads.c.id)).scalar_one())
            connection.execute(insert(upload_contents).values(upload_id=number, content=source.content))
        return number

    def list(self) -> Sequence[Upload]:
        """All of them in the order in which they came."""
        with self._store.engine.connect() as connection:
            return tuple(_upload(row) for row in connection.execute(self._shown().order_by(uploads.c.id)).mappings())

    def answers(self, numbers: Sequence[int]) -> Mapping[int, Answer]:
        """The answers to some of them, as far as there are any."""
        query = select(uploads.c.id, uploads.c.answer).where(
            self._mine, uploads.c.id.in_(numbers), uploads.c.answer.is_not(None)
        )
        with self._store.engine.connect() as connection:
            return {row.id: _answer(row.answer) for row in connection.execute(query)}

    def one(self, number: int) -> tuple[Upload, Answer]:
        """One of them with its answer.

        Raises:
            UnknownUpload: there is none of that number, or it is not answered.
        """
        query = self._shown().add_columns(uploads.c.answer).where(uploads.c.id == number)
        with self._store.engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None or row["answer"] is None:
            raise UnknownUpload
        return _upload(row), _answer(row["answer"])

    def source(self, number: int) -> SourceFile:
        """The file itself.

        Raises:
            UnknownUpload: there is none of that number, or its content is not kept any more.
        """
        query = (
            select(uploads.c.name, upload_contents.c.content)
            .join(upload_contents, upload_contents.c.upload_id == uploads.c.id)
            .where(self._mine, uploads.c.id == number)
        )
        with self._store.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownUpload
        return SourceFile(name=row.name, content=row.content)

    def again(self, number: int, taking: Taking | None = None) -> None:
        """Has an answered file read again, to be dealt with as `taking` says, or as before.

        Raises:
            UnknownUpload: there is none of that number, or its content is not kept any more.
        """
        wanted = {"taking": taking.value} if taking else {}
        answered = uploads.c.state == UploadState.ANSWERED.value
        held = select(uploads.c.id).join(upload_contents).where(self._mine, uploads.c.id == number)
        with writing(self._store.engine) as connection:
            if connection.execute(held).scalar() is None:
                raise UnknownUpload
            connection.execute(
                update(uploads)
                .where(self._mine, uploads.c.id == number, answered)
                .values(
                    state=UploadState.WAITING.value,
                    status=None,
                    answer=None,
                    attempts=0,
                    at=self._store.now(),
                    answered_at=None,
                    **wanted,
                )
            )

    def put_away(self, number: int | None = None) -> None:
        """Forgets a file that is not being read just now; None: all that are answered."""
        chosen = uploads.c.id == number if number else uploads.c.state == UploadState.ANSWERED.value
        with writing(self._store.engine) as connection:
            remove(connection, self._mine, chosen, uploads.c.state != UploadState.READING.value)

    @property
    def _mine(self) -> ColumnElement[bool]:
        return uploads.c.account == self._viewer.name

    def _shown(self) -> Select[Any]:
        names = ("id", "name", "sha256", "taking", "state", "status", "at", "answered_at")
        kept = uploads.c.answered_at.is_(None) | (uploads.c.answered_at >= self._store.now() - KEPT)
        return select(*(uploads.c[name] for name in names)).where(self._mine, kept)

    def _make_room(self, connection: Connection, more: int) -> None:
        files = connection.execute(select(func.count()).select_from(uploads).where(self._mine)).scalar_one()
        held = select(func.coalesce(func.sum(uploads.c.size), 0)).join(upload_contents).where(self._mine)
        if files >= MOST or connection.execute(held).scalar_one() + more > MOST_BYTES:
            raise UploadError(sentence("upload.too_many", files=files))


def remove(connection: Connection, *which: ColumnElement[bool]) -> None:
    """Forgets uploads, and every byte of their content."""
    forget_content(connection, *which)
    connection.execute(delete(uploads).where(*which))


def forget_content(connection: Connection, *which: ColumnElement[bool]) -> None:
    """Forgets what was in uploads; what is told of them stays."""
    lite = connection.dialect.name == "sqlite"
    if lite:  # which else leaves deleted bytes in its file
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    connection.execute(
        delete(upload_contents).where(upload_contents.c.upload_id.in_(select(uploads.c.id).where(*which)))
    )
    if lite:
        connection.exec_driver_sql("PRAGMA secure_delete = OFF")


def _check(source: SourceFile) -> None:
    if not source.content:
        raise UploadError(sentence("upload.empty"))
    if len(source.content) > LARGEST:
        raise UploadError(sentence("upload.too_large", most=LARGEST // MEGABYTE))
    if PurePath(source.name).suffix.lower() not in KINDS:
        raise UploadError(sentence("upload.kind"))


def _upload(row: RowMapping) -> Upload:
    return Upload(
        id=row["id"],
        name=row["name"],
        sha256=row["sha256"],
        taking=Taking(row["taking"]),
        state=UploadState(row["state"]),
        status=OutcomeStatus(row["status"]) if row["status"] else None,
        at=row["at"],
        answered_at=row["answered_at"],
    )


def _answer(given: Mapping[str, Any]) -> Answer:
    outcome = outcome_of(given["outcome"]) if given["outcome"] else None
    return Answer(outcome=outcome, change_count=given["change_count"], fault=given["fault"])
