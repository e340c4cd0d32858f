"""The files that wait to be read, whosever they are: any number of processes take them up, each file one at a time."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select, update

from data.incoming.uploads import KEPT, UNDER_WAY, Answer, UploadState, forget_content, remove
from data.returns import Outcome, OutcomeStatus, SourceFile, Taking
from data.tables.engine import writing
from data.tables.outcomes import outcome_as_json
from data.tables.schema import upload_contents, uploads
from data.writing.store import Store

LEASE = timedelta(seconds=60)
"""How long a file belongs to who claimed it without a word from there; then it is taken up by others."""
ATTEMPTS = 3
CHANGES_KEPT = 200
# Nothing more can be wanted of what is stored.
_STORED = frozenset({OutcomeStatus.ACCEPTED, OutcomeStatus.SUPERSEDED, OutcomeStatus.ALREADY_STORED})


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A file to be read, by who alone holds its claim. `attempt` counts from 1; `received_at` is when it was sent."""

    id: int
    account: str
    source: SourceFile
    taking: Taking
    received_at: datetime
    attempt: int
    claim: str


class UploadQueue:
    """The files of all accounts that are under way."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits or is being read, and nothing is kept for longer than it should."""
        left = uploads.c.state.in_(UNDER_WAY) | (uploads.c.answered_at < self._store.now() - KEPT)
        with self._store.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(uploads).where(left)).scalar_one() == 0

    def claim(self) -> Claimed | None:
        """The next file, for whoever asks alone; None when there is none that can be read now.

        An account's files are read one after the other: a correction waits for what it corrects. What its reader has
        decided to send comes first. A claim that was not renewed is void.
        """
        now = self._store.now()
        with writing(self._store.engine) as connection:
            remove(connection, uploads.c.answered_at < now - KEPT)
            found = _next(connection.execute(_UNDER_WAY).all(), now)
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
            content = connection.execute(
                select(upload_contents.c.content).where(upload_contents.c.upload_id == found.id)
            ).scalar_one()
        return Claimed(
            id=found.id,
            account=found.account,
            source=SourceFile(name=found.name, content=content),
            taking=Taking(found.taking),
            received_at=found.at,
            attempt=found.attempts + 1,
            claim=token,
        )

    def renew(self, claimed: Claimed) -> None:
        """Says that the file is still being read."""
        with writing(self._store.engine) as connection:
            until = self._store.now() + LEASE
            connection.execute(update(uploads).where(*_held(claimed)).values(claimed_until=until))

    def answer(self, claimed: Claimed, answer: Answer) -> None:
        """Keeps what became of a file, if its claim still holds; content that is stored or lists people goes."""
        outcome = answer.outcome
        with writing(self._store.engine) as connection:
            if outcome is not None and (outcome.status in _STORED or outcome.lists_people):
                forget_content(connection, *_held(claimed))
            connection.execute(
                update(uploads)
                .where(*_held(claimed))
                .values(
                    state=UploadState.ANSWERED.value,
                    status=outcome.status.value if outcome else None,
                    answer=_as_json(answer),
                    claim=None,
                    claimed_until=None,
                    answered_at=self._store.now(),
                )
            )

    def drop(self, claimed: Claimed) -> None:
        """Forgets a file whose sender may send nothing any more."""
        with writing(self._store.engine) as connection:
            remove(connection, *_held(claimed))


_UNDER_WAY = (
    select(
        *(uploads.c[name] for name in ("id", "account", "name", "taking", "state", "claimed_until", "attempts", "at"))
    )
    .where(uploads.c.state.in_(UNDER_WAY))
    .order_by(uploads.c.id)
)


def _next(under_way: Sequence[Row[Any]], now: datetime) -> Row[Any] | None:
    held = {row.account for row in under_way if row.state == UploadState.READING.value and row.claimed_until > now}
    free = (row for row in under_way if row.account not in held)
    return min(free, key=lambda row: (row.taking != Taking.STORE.value, row.id), default=None)


def _held(claimed: Claimed) -> tuple[Any, ...]:
    return uploads.c.id == claimed.id, uploads.c.claim == claimed.claim


def _as_json(answer: Answer) -> dict[str, Any]:
    return {
        "outcome": outcome_as_json(_first(answer.outcome)) if answer.outcome else None,
        "change_count": len(answer.outcome.changes) if answer.outcome else 0,
        "fault": answer.fault,
    }


def _first(outcome: Outcome) -> Outcome:
    # There may be a hundred thousand, and a page shows no more of them.
    return replace(outcome, changes=outcome.changes[:CHANGES_KEPT])
