"""Reads the files that wait: a thread in each process that serves pages, as long as there is anything to read."""

from __future__ import annotations

import logging
import secrets
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Condition, Thread
from time import monotonic
from typing import TYPE_CHECKING

from flask import Flask, request
from sqlalchemy.exc import OperationalError

from data.incoming.queue import LEASE, MAX_ATTEMPTS, ClaimedUpload, UploadQueue
from data.incoming.uploads import UploadResult
from data.people.accounts import Accounts
from data.returns import Outcome, OutcomeStatus
from data.tables.audit import Action
from data.viewers import OutOfScope, Viewer

if TYPE_CHECKING:
    from data.writing.store import Store
    from layouts.web.services import Services

_LOG = logging.getLogger(__name__)
_BEAT = LEASE.total_seconds() / 4
_PAUSE = 1.0
_EVERY = 600.0
_NO_READER = frozenset({"health", "ready", None})


class Clerk:
    """One process' share in the reading of what all accounts have sent."""

    def __init__(self, store: Store, services: Services) -> None:
        self._store, self._services = store, services
        self._queue = UploadQueue(store)
        self._door = Condition()
        self._called = False
        self._thread: Thread | None = None
        self._looked = -_EVERY

    def register(self, server: Flask) -> None:
        """Has requests remind it of what another process left behind; health checks are made before forking too."""
        server.before_request(lambda: None if request.endpoint in _NO_READER else self._look())

    def call(self) -> None:
        """Says that something waits."""
        with self._door:
            self._called = True
            self._door.notify()
            if self._thread is None:
                self._thread = Thread(target=self._work, name="clerk", daemon=True)
                self._thread.start()

    def _look(self) -> None:
        now = monotonic()
        if now - self._looked >= _EVERY:
            self._looked = now
            if not self._queue.is_empty:
                self.call()

    def _work(self) -> None:
        while True:
            with self._door:
                self._called = False
            try:
                while self._goes_on():
                    pass
            except Exception as fault:  # noqa: BLE001 - nobody else would hear of it; what was claimed is taken up again
                _LOG.error("the reading of files stopped", exc_info=fault)
            with self._door:
                if not self._called:
                    self._thread = None
                    return

    def _goes_on(self) -> bool:
        """Reads a file, or waits for what others are reading; whether anything is left."""
        claimed = self._queue.claim()
        if claimed is not None:
            self._take(claimed)
            return True
        if self._queue.is_empty:
            return False
        with self._door:
            self._door.wait(_PAUSE)
        return True

    def _take(self, claimed: ClaimedUpload) -> None:
        account = Accounts(self._store).get(claimed.account)
        if account is None or account.disabled or not account.viewer.may_load:
            self._queue.discard(claimed)
            return
        with ThreadPoolExecutor(1, thread_name_prefix="clerk") as hands:
            reading = hands.submit(self._answer, claimed, account.viewer)
            while not wait((reading,), _BEAT).done:
                self._queue.renew(claimed)
        self._queue.complete(claimed, reading.result())

    def _answer(self, claimed: ClaimedUpload, viewer: Viewer) -> UploadResult:
        if claimed.attempt > MAX_ATTEMPTS:
            return _fault(claimed, None)
        try:
            outcome = self._services.load(claimed.source, viewer, claimed.mode, claimed.received_at)
        except OperationalError:
            raise  # the database is not there: the file is taken up again when it is
        except OutOfScope as denied:
            details = {"reason": str(denied)}
            self._store.log(Action.DENIED, viewer=viewer, subject=f"upload {claimed.source.name}", details=details)
            return _fault(claimed, denied)
        except Exception as fault:  # noqa: BLE001 - told to its sender with its number; the files behind it go on
            return _fault(claimed, fault)
        if claimed.attempt > 1 and outcome.status is OutcomeStatus.ALREADY_STORED:
            outcome = self._stored_before(claimed, viewer) or outcome
        return UploadResult(outcome=outcome)

    def _stored_before(self, claimed: ClaimedUpload, viewer: Viewer) -> Outcome | None:
        """What an earlier attempt stored before it could say so."""
        kept = (claimed.source.sha256, claimed.account, claimed.received_at)
        found = (
            Outcome(
                file=claimed.source.name,
                status=receipt.status,
                findings=receipt.findings,
                returns=receipt.returns,
                received_at=receipt.received_at,
            )
            for receipt in self._store.reader(viewer).receipts()
            if (receipt.sha256, receipt.sender, receipt.received_at) == kept
        )
        return next(found, None)


def _fault(claimed: ClaimedUpload, fault: Exception | None) -> UploadResult:
    """The answer to a fault of ours, by the number that its line in the log carries."""
    number = secrets.token_hex(8)
    said = {"request": number, "upload": claimed.id, "attempt": claimed.attempt}
    _LOG.error("a file could not be read", exc_info=fault, extra={"fields": said})
    return UploadResult(fault=number)
