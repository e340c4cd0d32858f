"""Password guessing is locked out by account and by address, without revealing which names exist."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from data.people.accounts import Accounts
from data.people.sign_in import FREE_BY_ACCOUNT, FREE_BY_ADDRESS, AttemptLimiter, SignIn
from data.tables.engine import writing
from data.tables.schema import audit, sign_in_failures
from data.viewers import Role
from data.writing.store import Store

PASSWORD = "mat-khau-rat-dai"
HERE = "192.0.2.1"


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The current instant."""
        return self.now

    def forward(self, **by: float) -> None:
        """Sets it forward, or back."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    """The clock of the store."""
    return Clock()


@pytest.fixture
def store(database_url: str, clock: Clock) -> Iterator[Store]:
    """An empty store with that clock."""
    with closing(Store.open(database_url, clock)) as opened:
        yield opened


@pytest.fixture
def guesses(store: Store) -> AttemptLimiter:
    """The limiter of that store."""
    return AttemptLimiter(store)


def waits(guesses: AttemptLimiter, times: int, name: str = "ban") -> list[float]:
    """The seconds that each of some attempts from one address has to wait."""
    return [guesses.begin(name, HERE).total_seconds() for _ in range(times)]


def right(store: Store, guesses: AttemptLimiter, name: str = "ban") -> None:
    """An attempt with the right password."""
    assert not guesses.begin(name, HERE)
    with writing(store.engine) as connection:
        guesses.succeed(connection, name, HERE)


def test_after_some_failures_every_attempt_waits_and_longer_each_time(guesses: AttemptLimiter, clock: Clock) -> None:
    assert waits(guesses, FREE_BY_ACCOUNT) == [0] * FREE_BY_ACCOUNT
    told = []
    for _ in range(9):
        wait = guesses.begin("ban", HERE).total_seconds()
        told.append(wait)
        clock.forward(seconds=wait)
        assert waits(guesses, 1) == [0]
    assert told == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


@pytest.mark.one_backend
def test_after_the_wait_the_right_password_signs_in_and_resets_the_count(
    store: Store, guesses: AttemptLimiter, clock: Clock
) -> None:
    waits(guesses, FREE_BY_ACCOUNT)
    clock.forward(seconds=30)
    right(store, guesses)
    assert waits(guesses, FREE_BY_ACCOUNT) == [0] * FREE_BY_ACCOUNT


def test_the_count_is_in_the_database_and_holds_for_every_process(
    guesses: AttemptLimiter, database_url: str, clock: Clock
) -> None:
    waits(guesses, FREE_BY_ACCOUNT)
    with closing(Store.open(database_url, clock)) as another:
        assert waits(AttemptLimiter(another), 1) == [30]


@pytest.mark.one_backend
def test_unknown_names_are_locked_out_just_the_same(store: Store, guesses: AttemptLimiter) -> None:
    Accounts(store).add("ban", PASSWORD, Role.BOARD)
    times = FREE_BY_ACCOUNT + 1
    assert waits(guesses, times, "ban") == waits(guesses, times, "nobody")


@pytest.mark.one_backend
def test_an_account_is_locked_from_many_addresses_and_an_address_for_many_accounts(guesses: AttemptLimiter) -> None:
    spread = [guesses.begin("ban", f"192.0.2.{n}") for n in range(FREE_BY_ACCOUNT + 1)]
    assert not any(spread[:-1])
    assert spread[-1]
    assert waits(guesses, 1, "somebody else") == [0]
    tried = [guesses.begin(f"name {n}", "198.51.100.7") for n in range(FREE_BY_ADDRESS + 1)]
    assert not any(tried[:-1])
    assert tried[-1]


@pytest.mark.one_backend
def test_signing_in_does_not_reset_an_addresss_failures_for_other_accounts(
    store: Store, guesses: AttemptLimiter
) -> None:
    for n in range(FREE_BY_ADDRESS - 1):
        guesses.begin(f"name {n}", HERE)
    right(store, guesses)
    assert waits(guesses, 2, "another") == [0, 30]


def test_a_clock_set_back_by_a_year_locks_nobody_out_for_a_year(guesses: AttemptLimiter, clock: Clock) -> None:
    waits(guesses, FREE_BY_ACCOUNT)
    clock.forward(days=-365)
    assert waits(guesses, 2) == [0, 60]


def test_the_log_records_both_and_never_an_unknown_name_as_typed(store: Store) -> None:
    Accounts(store).add("ban", PASSWORD, Role.BOARD)
    door = SignIn(store)
    assert door.sign_in("my password by mistake", "x", HERE).account is None
    assert door.sign_in("ban", "wrong", HERE).account is None
    assert door.sign_in("ban", PASSWORD, HERE).account == Accounts(store).get("ban")
    with store.engine.connect() as connection:
        told = connection.execute(select(audit.c.action, audit.c.subject).order_by(audit.c.id)).all()
        counted = connection.execute(select(sign_in_failures.c.of_whom)).scalars().all()
    assert [tuple(row) for row in told[1:]] == [
        ("sign_in_failed", "?"),
        ("sign_in_failed", "ban"),
        ("signed_in", "ban"),
    ]
    assert all(len(key) == 64 for key in counted)
