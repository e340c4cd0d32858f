"""Signing in by name and password: failures are counted in the database, and lock out for longer each time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from data.people.accounts import Account, Accounts
from data.tables import audit
from data.tables.audit import Action
from data.tables.engine import writing
from data.tables.schema import sign_in_failures
from data.writing.store import Store

_FIRST_LOCK = timedelta(seconds=30)
_LONGEST_LOCK = timedelta(hours=1)
_FORGOTTEN_AFTER = timedelta(days=1)
# An office may share one address.
FREE_BY_ACCOUNT = 5
FREE_BY_ADDRESS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What became of an attempt: the account, or a refusal; `wait` is set when nothing was checked yet."""

    account: Account | None = None
    wait: timedelta = timedelta()


class Guesses:
    """Counts attempts, by the name and by the address that they come from."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, name: str, address: str) -> timedelta:
        """Counts an attempt as failed, before it is looked at, so that many at once are counted too.

        Returns how long the next one has to wait instead; then nothing is counted.
        """
        by_account, by_address = _keys(name, address)
        now = self._store.now()
        with writing(self._store.engine) as connection:
            wait = max(_wait(connection, by_account, now), _wait(connection, by_address, now))
            if not wait:
                _count(connection, by_account, FREE_BY_ACCOUNT, now)
                _count(connection, by_address, FREE_BY_ADDRESS, now)
        return wait

    def right(self, connection: Connection, name: str, address: str) -> None:
        """The attempt that was begun was no guess: the name is cleared, of the address only this attempt."""
        by_account, by_address = _keys(name, address)
        counted = sign_in_failures
        connection.execute(delete(counted).where(counted.c.of_whom == by_account))
        less = {"count": counted.c.count - 1, "locked_until": None}
        connection.execute(update(counted).where(counted.c.of_whom == by_address).values(**less))


class Door:
    """Where people sign in. What it says is the same for names that exist and names that do not."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guesses = Guesses(store)

    def sign_in(self, name: str, password: str, address: str, *, again: bool = False) -> Attempt:
        """Checks name and password, and logs what came of it; of one who is in and asked `again`, only a failure."""
        wait = self._guesses.begin(name, address)
        if wait:
            return Attempt(wait=wait)
        accounts = Accounts(self._store)
        account, known = accounts.check(name, password), accounts.get(name)
        with writing(self._store.engine) as connection:
            if account is not None:
                self._guesses.right(connection, name, address)
            if account is None or not again:
                # Not what was typed: people type passwords where names belong.
                named = known.name if known else "?"
                action = Action.SIGNED_IN if account else Action.SIGN_IN_FAILED
                at, details = self._store.now(), {"address": address}
                audit.append(connection, at=at, actor=named, action=action, subject=named, details=details)
        return Attempt(account=account)


def _keys(name: str, address: str) -> tuple[str, str]:
    """Hashes, for the same reason."""
    return _key("account", name.casefold()), _key("address", address)


def _key(kind: str, of_whom: str) -> str:
    return hashlib.sha256(f"{kind}:{of_whom}".encode()).hexdigest()


def _wait(connection: Connection, key: str, now: datetime) -> timedelta:
    """How long until the next attempt is let through; a clock that was put back locks nobody out for years."""
    row = connection.execute(select(sign_in_failures).where(sign_in_failures.c.of_whom == key)).one_or_none()
    if row is None or row.locked_until is None or not row.last_at <= now < row.locked_until:
        return timedelta()
    return timedelta(seconds=(row.locked_until - now).total_seconds())


def _count(connection: Connection, key: str, free: int, now: datetime) -> None:
    connection.execute(delete(sign_in_failures).where(sign_in_failures.c.last_at < now - _FORGOTTEN_AFTER))
    before = connection.execute(
        select(sign_in_failures.c.count).where(sign_in_failures.c.of_whom == key)
    ).scalar_one_or_none()
    count = (before or 0) + 1
    values = {"count": count, "last_at": now, "locked_until": now + _lock(count - free) if count >= free else None}
    if before is None:
        connection.execute(insert(sign_in_failures).values(of_whom=key, **values))
    else:
        connection.execute(update(sign_in_failures).where(sign_in_failures.c.of_whom == key).values(**values))


def _lock(beyond: int) -> timedelta:
    return min(_FIRST_LOCK * (1 << min(beyond, 16)), _LONGEST_LOCK)
