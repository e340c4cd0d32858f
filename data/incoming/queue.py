"""The queue of uploads waiting to be read, across accounts: any number of workers claim files, each file only once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select, update

from data.incoming.uploads import PENDING, RETENTION, UploadResult, UploadState, delete_content, delete_uploads
from data.returns import IntakeMode, Outcome, OutcomeStatus, SourceFile
from data.tables.engine import writing
from data.tables.outcomes import outcome_as_json, outcome_of
from data.tables.schema import upload_contents, uploads
from data.writing.store import Store

LEASE = timedelta(seconds=60)
"""How long a claim holds without being renewed; after that other workers may claim the file."""
MAX_ATTEMPTS = 3
MAX_STORED_CHANGES = 200
# Once its returns are stored, an upload's content is no longer needed.
_STORED = frozenset({OutcomeStatus.ACCEPTED, OutcomeStatus.SUPERSEDED, OutcomeStatus.ALREADY_STORED})


@dataclass(frozen=True, kw_only=True)
class ClaimedUpload:
    """An upload leased to one worker. `attempt` counts from 1; `received_at` is when it was sent.

    `confirmed` are the ids of what was in force when its sender was last shown what it would replace; None: not shown.
    """

    id: int
    account: str
    source: SourceFile
    mode: IntakeMode
    received_at: datetime
    confirmed: frozenset[int] | None
    attempt: int
    claim: str


class UploadQueue:
    """Pending uploads of all accounts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def is_empty(self) -> bool:
        """Whether no upload is pending and none has outlived its retention."""
        remaining = uploads.c.state.in_(PENDING) | (uploads.c.answered_at < self._store.now() - RETENTION)
        with self._store.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(uploads).where(remaining)).scalar_one() == 0

    def claim(self) -> ClaimedUpload | None:
        """Claims the next upload exclusively; None when none can be read now.

        An account's files are read one at a time, so that a correction waits for what it corrects. Files that their
        sender has confirmed come first. A lease that was not renewed has expired.
        """
        now = self._store.now()
        with writing(self._store.engine) as connection:
            delete_uploads(connection, uploads.c.answered_at < now - RETENTION)
            found = _next(connection.execute(_PENDING_UPLOADS).all(), now)
            if found is None:
                return None
            token = secrets.token_hex(16)
            connection.execute(
                update(uploads)
                .where(uploads.c.id == found.id)
                .values(
                    state=UploadState.READING.value,
                    attempts=found.attempts + 1,
                    claim=token,
                    claimed_until=now + LEASE,
                )
            )
            content, answer = connection.execute(
                select(upload_contents.c.content, uploads.c.answer)
                .join(uploads, uploads.c.id == upload_contents.c.upload_id)
                .where(uploads.c.id == found.id)
            ).one()
        return ClaimedUpload(
            id=found.id,
            account=found.account,
            source=SourceFile(name=found.name, content=content),
            mode=IntakeMode(found.taking),
            received_at=found.at,
            confirmed=_confirmed(answer),
            attempt=found.attempts + 1,
            claim=token,
        )

    def renew(self, claimed: ClaimedUpload) -> None:
        """Extends the lease while the file is being read."""
        with writing(self._store.engine) as connection:
            until = self._store.now() + LEASE
            connection.execute(update(uploads).where(*_holding(claimed)).values(claimed_until=until))

    def complete(self, claimed: ClaimedUpload, result: UploadResult) -> None:
        """Records a file's result if the claim still holds; deletes content that is stored or lists people."""
        outcome = result.outcome
        with writing(self._store.engine) as connection:
            if outcome is not None and (outcome.status in _STORED or outcome.lists_people):
                delete_content(connection, *_holding(claimed))
            connection.execute(
                update(uploads)
                .where(*_holding(claimed))
                .values(
                    state=UploadState.ANSWERED.value,
                    status=outcome.status.value if outcome else None,
                    answer=_as_json(result),
                    claim=None,
                    claimed_until=None,
                    answered_at=self._store.now(),
                )
            )

    def discard(self, claimed: ClaimedUpload) -> None:
        """Deletes a file whose sender may no longer upload."""
        with writing(self._store.engine) as connection:
            delete_uploads(connection, *_holding(claimed))


_PENDING_UPLOADS = (
    select(
        *(uploads.c[name] for name in ("id", "account", "name", "taking", "state", "claimed_until", "attempts", "at"))
    )
    .where(uploads.c.state.in_(PENDING))
    .order_by(uploads.c.id)
)


def _next(pending: Sequence[Row[Any]], now: datetime) -> Row[Any] | None:
    busy = {row.account for row in pending if row.state == UploadState.READING.value and row.claimed_until > now}
    free = (row for row in pending if row.account not in busy)
    return min(free, key=lambda row: (row.taking != IntakeMode.STORE.value, row.id), default=None)


def _confirmed(answer: Mapping[str, Any] | None) -> frozenset[int] | None:
    shown = answer["outcome"] if answer else None
    return outcome_of(shown).compared_with if shown else None


def _holding(claimed: ClaimedUpload) -> tuple[Any, ...]:
    return uploads.c.id == claimed.id, uploads.c.claim == claimed.claim


def _as_json(result: UploadResult) -> dict[str, Any]:
    return {
        "outcome": outcome_as_json(_abridged(result.outcome)) if result.outcome else None,
        "change_count": len(result.outcome.changes) if result.outcome else 0,
        "fault": result.fault,
    }


def _abridged(outcome: Outcome) -> Outcome:
    # There may be a hundred thousand; a page shows no more than these.
    return replace(outcome, changes=outcome.changes[:MAX_STORED_CHANGES])
