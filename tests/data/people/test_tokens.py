"""Tokens grant their scopes until they expire, are revoked, or their account is disabled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select

from data.people.accounts import AccountError, Accounts
from data.people.tokens import Tokens
from data.tables.schema import audit
from data.tables.schema import tokens as table
from data.viewers import OutOfScope, Role, Scope, Viewer
from data.writing.store import Store
from tests.data.people.test_sign_in import PASSWORD, Clock


@pytest.fixture
def clock() -> Clock:
    """The clock of the store."""
    return Clock()


@pytest.fixture
def kept(database_url: str, clock: Clock) -> Iterator[Store]:
    """A store with one account."""
    with closing(Store.open(database_url, clock)) as store:
        Accounts(store).add("ban", PASSWORD, Role.BOARD)
        yield store


def test_a_token_is_its_account_within_its_scopes(kept: Store) -> None:
    _, secret = Tokens(kept).issue("ban", "báo cáo tháng", {Scope.READ}, 30)
    assert Tokens(kept).check(secret, Scope.READ) == Viewer("ban", Role.BOARD)
    assert Tokens(kept).check(secret, Scope.LOAD) is None
    assert Tokens(kept).check("dv_made-up", Scope.READ) is None


def test_only_the_hash_is_stored(kept: Store) -> None:
    _, secret = Tokens(kept).issue("ban", "x", {Scope.READ}, 30)
    with kept.engine.connect() as connection:
        assert all(secret not in str(row) for row in connection.execute(select(table)))
        assert all(secret not in str(row) for row in connection.execute(select(audit)))


def test_a_token_expires_on_its_day(kept: Store, clock: Clock) -> None:
    _, secret = Tokens(kept).issue("ban", "x", {Scope.READ}, 30)
    clock.forward(days=30, seconds=-1)
    assert Tokens(kept).check(secret, Scope.READ)
    clock.forward(seconds=1)
    assert Tokens(kept).check(secret, Scope.READ) is None


def test_a_revoked_token_and_one_of_a_disabled_account_are_refused(kept: Store) -> None:
    first, secret = Tokens(kept).issue("ban", "x", {Scope.READ}, 30)
    _, other = Tokens(kept).issue("ban", "y", {Scope.READ}, 30)
    Tokens(kept).revoke(first.id)
    assert Tokens(kept).check(secret, Scope.READ) is None
    with pytest.raises(AccountError):
        Tokens(kept).revoke(first.id)
    assert Tokens(kept).check(other, Scope.READ)
    Accounts(kept).disable("ban")
    assert Tokens(kept).check(other, Scope.READ) is None


def test_use_is_recorded_at_most_once_an_hour_and_logged_the_first_time(kept: Store, clock: Clock) -> None:
    given, secret = Tokens(kept).issue("ban", "x", {Scope.READ}, 30)
    first = clock.now
    for _ in range(3):
        Tokens(kept).check(secret, Scope.READ)
        clock.forward(minutes=25)
    assert [token.used_at for token in Tokens(kept).list("ban")] == [first]
    Tokens(kept).check(secret, Scope.READ)
    assert Tokens(kept).list()[0].used_at == first + timedelta(minutes=75)
    with kept.engine.connect() as connection:
        told = connection.execute(select(audit.c.details).where(audit.c.action == "token")).scalars().all()
    assert told[0] == {"token": given.id, "issued": ["read"], "days": 30}
    assert told[1:] == [{"token": given.id, "first_use": True}]


@pytest.mark.one_backend
@pytest.mark.parametrize(
    ("account", "title", "scopes", "days"),
    [
        ("nobody", "x", {Scope.READ}, 30),
        ("ban", " ", {Scope.READ}, 30),
        ("ban", "x", set(), 30),
        ("ban", "x", {Scope.READ}, 0),
    ],
)
def test_an_invalid_token_request_is_refused(
    kept: Store, account: str, title: str, scopes: set[Scope], days: int
) -> None:
    with pytest.raises(AccountError):
        Tokens(kept).issue(account, title, scopes, days)


@pytest.mark.one_backend
def test_only_an_administrator_issues_and_revokes_tokens(kept: Store) -> None:
    board = Viewer("ban", Role.BOARD)
    with pytest.raises(OutOfScope):
        Tokens(kept).issue("ban", "x", {Scope.READ}, 30, viewer=board)
    given, _ = Tokens(kept).issue("ban", "x", {Scope.READ}, 30)
    with pytest.raises(OutOfScope):
        Tokens(kept).revoke(given.id, viewer=board)
