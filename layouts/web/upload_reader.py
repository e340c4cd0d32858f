"""Processes the upload queue: a thread in each server process, running while there is something to do.

When the queue is empty it stores how cells stand where a change has had that forgotten.
"""

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
from data.upkeep.standings import lacking_standings, make_standings
from data.viewers import OutOfScope, Viewer

if TYPE_CHECKING:
    from data.writing.store import Store
    from layouts.web.services import Services

_LOG = logging.getLogger(__name__)
_HEARTBEAT = LEASE.total_seconds() / 4
_POLL_INTERVAL = 1.0
_CHECK_INTERVAL = 60.0
_PROBES = frozenset({"health", "ready", None})


class UploadReader:
    """Worker of one process on the shared queue of uploads."""

    def __init__(self, store: Store, services: Services) -> None:
        self._store, self._services = store, services
        self._queue = UploadQueue(store)
        self._condition = Condition()
        self._notified = False
        self._thread: Thread | None = None
        self._last_check = -_CHECK_INTERVAL

    def register(self, server: Flask) -> None:
        """Checks on requests for what was left elsewhere; not on probes, which precede forking."""
        server.before_request(lambda: None if request.endpoint in _PROBES else self._check_queue())

    def notify(self) -> None:
        """Wakes the worker thread, or starts it: the queue may hold uploads."""
        with self._condition:
            self._notified = True
            self._condition.notify()
            if self._thread is None:
                self._thread = Thread(target=self._run, name="upload-reader", daemon=True)
                self._thread.start()

    def _check_queue(self) -> None:
        now = monotonic()
        if now - self._last_check >= _CHECK_INTERVAL:
            self._last_check = now
            if not self._queue.is_empty:
                self.notify()
            else:
                self.make_standings()

    def make_standings(self) -> None:
        """Wakes the worker thread, or starts it, where a change has had standings forgotten."""
        if lacking_standings(self._store):
            self.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                self._notified = False
            try:
                while self._step():
                    pass
                make_standings(self._store)
            except Exception as fault:  # noqa: BLE001 - the thread's last resort: logged, and the claim expires
                _LOG.error("the reading of files stopped", exc_info=fault)
            with self._condition:
                if not self._notified:
                    self._thread = None
                    return

    def _step(self) -> bool:
        """Processes one upload, or waits for those claimed elsewhere; returns whether the queue holds any."""
        claimed = self._queue.claim()
        if claimed is not None:
            self._process(claimed)
            return True
        if self._queue.is_empty:
            return False
        with self._condition:
            self._condition.wait(_POLL_INTERVAL)
        return True

    def _process(self, claimed: ClaimedUpload) -> None:
        account = Accounts(self._store).get(claimed.account)
        if account is None or account.disabled or not account.viewer.may_load:
            self._queue.discard(claimed)
            return
        with ThreadPoolExecutor(1, thread_name_prefix="upload-reader") as executor:
            reading = executor.submit(self._answer, claimed, account.viewer)
            while not wait((reading,), _HEARTBEAT).done:
                self._queue.renew(claimed)
        self._queue.complete(claimed, reading.result())

    def _answer(self, claimed: ClaimedUpload, viewer: Viewer) -> UploadResult:
        if claimed.attempt > MAX_ATTEMPTS:
            return _internal_error(claimed, None)
        try:
            outcome = self._services.load(claimed.source, viewer, claimed.mode, claimed.received_at, claimed.confirmed)
        except OperationalError:
            raise  # database unavailable: the claim expires and the upload is retried
        except OutOfScope as denied:
            details = {"reason": str(denied)}
            self._store.log(Action.DENIED, viewer=viewer, subject=f"upload {claimed.source.name}", details=details)
            return _internal_error(claimed, denied)
        except Exception as fault:  # noqa: BLE001 - reported to the sender by id; the queue goes on
            return _internal_error(claimed, fault)
        if claimed.attempt > 1 and outcome.status is OutcomeStatus.ALREADY_STORED:
            outcome = self._stored_earlier(claimed, viewer) or outcome
        return UploadResult(outcome=outcome)

    def _stored_earlier(self, claimed: ClaimedUpload, viewer: Viewer) -> Outcome | None:
        """The outcome of an earlier attempt that stored the file but died before answering."""
        key = (claimed.source.sha256, claimed.account, claimed.received_at)
        found = (
            Outcome(
                file=claimed.source.name,
                status=receipt.status,
                findings=receipt.findings,
                returns=receipt.returns,
                received_at=receipt.received_at,
            )
            for receipt in self._store.reader(viewer).receipts()
            if (receipt.sha256, receipt.sender, receipt.received_at) == key
        )
        return next(found, None)


def _internal_error(claimed: ClaimedUpload, fault: Exception | None) -> UploadResult:
    """Logs an internal error and returns the answer that carries its id."""
    number = secrets.token_hex(8)
    fields = {"request": number, "upload": claimed.id, "attempt": claimed.attempt}
    _LOG.error("a file could not be read", exc_info=fault, extra={"fields": fields})
    return UploadResult(fault=number)
