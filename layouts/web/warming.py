"""Asks again by itself, after a return, what readers asked lately: the next of them need not wait for the answer."""

from __future__ import annotations

import atexit
import logging
from collections.abc import Sequence
from threading import Condition, Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from flask import Flask, g, request
from flask_login import login_user

from data.language import UserError
from data.people.accounts import Accounts
from data.viewers import SYSTEM
from layouts.text import set_language
from layouts.views.ask import Asked
from layouts.web.sign_in import SignedIn

if TYPE_CHECKING:
    from data.reading.known_changes import Seen
    from indicators.answers.cache import AnswerCache
    from layouts.web.request import Site

_LOG = logging.getLogger(__name__)
_POLL: Final = 0.5  # seconds between looks at what has changed
_RECENT: Final = 3600.0  # seconds since a reader asked
_MOST: Final = 60  # answers made anew after one change
_PATIENCE: Final = 5.0  # seconds that an answer waits for the end of readers' requests
_STOPPING: Final = 5.0
_PROBES = frozenset({"health", "ready", "static", None})


class Warmer:
    """The thread of one server process that does so: one answer at a time, while no reader waits."""

    def __init__(self, server: Flask, site: Site) -> None:
        self._server, self._site = server, site
        self._requests = Condition()
        self._under_way = 0
        self._stopped = Event()
        self._thread: Thread | None = None
        self._seen = -1

    def register(self) -> None:
        """Starts the thread with the first request, since threads do not survive forking."""
        self._server.extensions["warmer"] = self
        self._server.before_request(self._begin)
        self._server.teardown_request(lambda _: self._end())

    def stop(self) -> None:
        """Ends the thread; it finishes the answer that it is making."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(_STOPPING)

    def _begin(self) -> None:
        with self._requests:
            self._under_way += 1
            g.is_counted = True
            if self._thread is None and request.endpoint not in _PROBES:
                self._thread = Thread(target=self._run, name="warmer", daemon=True)
                self._thread.start()
                atexit.register(self.stop)

    def _end(self) -> None:
        # A request that was refused before it was counted ends too, and so do the contexts of answers made here.
        if g.pop("is_counted", False):
            with self._requests:
                self._under_way -= 1
                self._requests.notify_all()

    def _run(self) -> None:
        while not self._stopped.wait(_POLL):
            try:
                self.step()
            except Exception as fault:  # noqa: BLE001 - the thread's last resort: the next change is another one
                _LOG.warning("answers could not be made anew", exc_info=fault)

    def step(self) -> int:
        """Makes anew what a change since the last step has made stale; returns how many answers."""
        newest = self._now().newest
        if newest == self._seen:
            return 0
        self._seen = newest
        # Answers made meanwhile from the returns are not made again for it: both say the same.
        self._site.upload_reader.make_standings()
        made = 0
        for asked in self._stale()[:_MOST]:
            with self._requests:
                self._requests.wait_for(lambda: not self._under_way or self._stopped.is_set(), _PATIENCE)
            if self._stopped.is_set():
                break
            if self._now().newest != self._seen:
                self._seen = -1  # changed again: the next step begins with what was asked last
                break
            made += self._answer(asked)
        return made

    def _stale(self) -> Sequence[Asked]:
        """What was asked of the whole first, then what was asked last."""
        found = self._cache.stale(self._now(), monotonic() - _RECENT)
        return sorted((one for one in found if isinstance(one, Asked)), key=lambda one: one.viewer.unit is not None)

    def _now(self) -> Seen:
        return self._site.store.reader(SYSTEM).seen

    @property
    def _cache(self) -> AnswerCache:
        return self._site.cache

    def _answer(self, asked: Asked) -> bool:
        account = Accounts(self._site.store).get(asked.viewer.name)
        if account is None or account.disabled or account.viewer != asked.viewer:
            return False
        with self._server.test_request_context():
            # In a context that no response leaves: views ask who is signed in.
            login_user(SignedIn(account.viewer))
            set_language(asked.language)
            try:
                asked.again(self._site.store, self._cache)
            except UserError:
                return False  # there is nothing to see any more: the reader will be told so
        return True
