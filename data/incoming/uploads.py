"""Uploads: the files an account has sent, how each is to be processed, and its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, delete, func, insert, select, update

from data.language import UserError
from data.messages import sentence
from data.returns import IntakeMode, Outcome, OutcomeStatus, SourceFile
from data.tables.engine import writing
from data.tables.outcomes import outcome_of
from data.tables.schema import upload_contents, uploads
from data.viewers import OutOfScope, Viewer
from data.writing.store import Store

SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods", ".et", ".csv", ".txt", ".htm", ".html", ".xml")
"""Suffixes of the file types that may hold a table."""
MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 10 * MEGABYTE
MAX_UPLOADS = 200
MAX_TOTAL_BYTES = 200 * MEGABYTE
RETENTION = timedelta(days=1)
"""How long an upload is kept after its result, unless the sender dismisses it earlier."""

_MAX_NAME_LENGTH = 255


class UploadError(UserError, ValueError):
    """A file that cannot be uploaded."""


class UnknownUpload(UserError, LookupError):
    """The account has no such upload, or its content has been deleted."""

    def __init__(self) -> None:
        super().__init__(sentence("upload.gone"))


class UploadState(StrEnum):
    """Where an upload stands."""

    WAITING = "waiting"
    READING = "reading"
    ANSWERED = "answered"


PENDING = (UploadState.WAITING.value, UploadState.READING.value)
_ANSWERED = uploads.c.state == UploadState.ANSWERED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file of one account; `status` is None until there is a result, and stays None after an internal error."""

    id: int
    name: str
    sha256: str
    mode: IntakeMode
    state: UploadState
    status: OutcomeStatus | None
    at: datetime
    answered_at: datetime | None

    @property
    def is_pending(self) -> bool:
        """Whether its result is still to come."""
        return self.state is not UploadState.ANSWERED


@dataclass(frozen=True, kw_only=True)
class UploadResult:
    """The result of an upload: an outcome, or in `fault` the id of an internal error in the log.

    The outcome holds only the first of `change_count` changes.
    """

    outcome: Outcome | None = None
    change_count: int = 0
    fault: str = ""


class Uploads:
    """The uploads of one account; other accounts' are out of reach.

    Raises:
        OutOfScope: the viewer may not upload.
    """

    def __init__(self, store: Store, viewer: Viewer) -> None:
        if not viewer.may_load:
            raise OutOfScope(sentence("may_not.change", name=viewer.name))
        self._store = store
        self._viewer = viewer

    def add(self, source: SourceFile, mode: IntakeMode) -> int:
        """Queues a file and returns its id; an earlier upload of the same bytes is dismissed.

        Raises:
            UploadError: the file is empty, too large or of an unsupported type, or the account has too many uploads.
        """
        _check(source)
        now = self._store.now()
        with writing(self._store.engine) as connection:
            delete_uploads(connection, uploads.c.answered_at < now - RETENTION)
            again = uploads.c.state != UploadState.READING.value, uploads.c.sha256 == source.sha256
            delete_uploads(connection, self._owned, *again)
            self._check_quota(connection, len(source.content))
            statement = insert(uploads).values(
                account=self._viewer.name,
                name=source.name[-_MAX_NAME_LENGTH:],
                sha256=source.sha256,
                size=len(source.content),
                taking=mode.value,
                state=UploadState.WAITING.value,
                attempts=0,
                at=now,
            )
            number = int(connection.execute(statement.returning(uploads.c.id)).scalar_one())
            connection.execute(insert(upload_contents).values(upload_id=number, content=source.content))
        return number

    def list(self) -> Sequence[Upload]:
        """All uploads of the account, oldest first."""
        with self._store.engine.connect() as connection:
            return tuple(_upload(row) for row in connection.execute(self._visible().order_by(uploads.c.id)).mappings())

    def results(self, numbers: Sequence[int]) -> Mapping[int, UploadResult]:
        """Results by upload id, of those uploads that have one."""
        query = select(uploads.c.id, uploads.c.answer).where(self._owned, uploads.c.id.in_(numbers), _ANSWERED)
        with self._store.engine.connect() as connection:
            return {row.id: _result(row.answer) for row in connection.execute(query)}

    def get(self, number: int) -> tuple[Upload, UploadResult]:
        """An upload with its result.

        Raises:
            UnknownUpload: no upload has that id, or it has no result yet.
        """
        query = self._visible().add_columns(uploads.c.answer).where(uploads.c.id == number)
        with self._store.engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None or row["state"] != UploadState.ANSWERED.value:
            raise UnknownUpload
        return _upload(row), _result(row["answer"])

    def source(self, number: int) -> SourceFile:
        """The uploaded file.

        Raises:
            UnknownUpload: no upload has that id, or its content has been deleted.
        """
        query = (
            select(uploads.c.name, upload_contents.c.content)
            .join(upload_contents, upload_contents.c.upload_id == uploads.c.id)
            .where(self._owned, uploads.c.id == number)
        )
        with self._store.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownUpload
        return SourceFile(name=row.name, content=row.content)

    def requeue(self, number: int, mode: IntakeMode | None = None) -> None:
        """Queues an upload that has a result once more, in another mode if `mode` is given.

        Its result is kept until the next one: what a sender confirms is what that result has shown.

        Raises:
            UnknownUpload: no upload has that id, or its content has been deleted.
        """
        wanted = {"taking": mode.value} if mode else {}
        held = select(uploads.c.id).join(upload_contents).where(self._owned, uploads.c.id == number)
        with writing(self._store.engine) as connection:
            if connection.execute(held).scalar() is None:
                raise UnknownUpload
            connection.execute(
                update(uploads)
                .where(self._owned, uploads.c.id == number, _ANSWERED)
                .values(
                    state=UploadState.WAITING.value,
                    status=None,
                    attempts=0,
                    at=self._store.now(),
                    answered_at=None,
                    **wanted,
                )
            )

    def dismiss(self, number: int | None = None) -> None:
        """Deletes an upload unless it is being read; without `number`, all that have a result."""
        chosen = uploads.c.id == number if number else _ANSWERED
        with writing(self._store.engine) as connection:
            delete_uploads(connection, self._owned, chosen, uploads.c.state != UploadState.READING.value)

    @property
    def _owned(self) -> ColumnElement[bool]:
        return uploads.c.account == self._viewer.name

    def _visible(self) -> Select[Any]:
        names = ("id", "name", "sha256", "taking", "state", "status", "at", "answered_at")
        kept = uploads.c.answered_at.is_(None) | (uploads.c.answered_at >= self._store.now() - RETENTION)
        return select(*(uploads.c[name] for name in names)).where(self._owned, kept)

    def _check_quota(self, connection: Connection, more: int) -> None:
        files = connection.execute(select(func.count()).select_from(uploads).where(self._owned)).scalar_one()
        held = select(func.coalesce(func.sum(uploads.c.size), 0)).join(upload_contents).where(self._owned)
        if files >= MAX_UPLOADS or connection.execute(held).scalar_one() + more > MAX_TOTAL_BYTES:
            raise UploadError(sentence("upload.too_many", files=files))


def delete_uploads(connection: Connection, *which: ColumnElement[bool]) -> None:
    """Deletes uploads and every byte of their content."""
    delete_content(connection, *which)
    connection.execute(delete(uploads).where(*which))


def delete_content(connection: Connection, *which: ColumnElement[bool]) -> None:
    """Deletes the content of uploads; their records and results stay."""
    lite = connection.dialect.name == "sqlite"
    if lite:  # otherwise SQLite leaves deleted bytes in its file
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    connection.execute(
        delete(upload_contents).where(upload_contents.c.upload_id.in_(select(uploads.c.id).where(*which)))
    )
    if lite:
        connection.exec_driver_sql("PRAGMA secure_delete = OFF")


def _check(source: SourceFile) -> None:
    if not source.content:
        raise UploadError(sentence("upload.empty"))
    if len(source.content) > MAX_FILE_BYTES:
        raise UploadError(sentence("upload.too_large", most=MAX_FILE_BYTES // MEGABYTE))
    if PurePath(source.name).suffix.lower() not in SUFFIXES:
        raise UploadError(sentence("upload.kind"))


def _upload(row: RowMapping) -> Upload:
    return Upload(
        id=row["id"],
        name=row["name"],
        sha256=row["sha256"],
        mode=IntakeMode(row["taking"]),
        state=UploadState(row["state"]),
        status=OutcomeStatus(row["status"]) if row["status"] else None,
        at=row["at"],
        answered_at=row["answered_at"],
    )


def _result(given: Mapping[str, Any]) -> UploadResult:
    outcome = outcome_of(given["outcome"]) if given["outcome"] else None
    return UploadResult(outcome=outcome, change_count=given["change_count"], fault=given["fault"])
