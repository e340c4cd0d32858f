"""Sign-in by name and password: failures are counted in the database, and each one locks out for longer."""

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
# A whole office may share one IP address.
FREE_BY_ACCOUNT = 5
FREE_BY_ADDRESS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The result of an attempt: the account, or None; with `wait` the attempt was rejected unchecked."""

    account: Account | None = None
    wait: timedelta = timedelta()


class AttemptLimiter:
    """Rate limit on attempts, by account name and by IP address."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, name: str, address: str) -> timedelta:
        """Counts an attempt as failed before it is checked, so that concurrent ones are counted too.

        While locked out, returns the time left to wait and counts nothing.
        """
        by_account, by_address = _keys(name, address)
        now = self._store.now()
        with writing(self._store.engine) as connection:
            wait = max(_wait(connection, by_account, now), _wait(connection, by_address, now))
            if not wait:
                _count(connection, by_account, FREE_BY_ACCOUNT, now)
                _count(connection, by_address, FREE_BY_ADDRESS, now)
        return wait

    def succeed(self, connection: Connection, name: str, address: str) -> None:
        """Marks the attempt as successful: resets the name's count and takes this attempt off the address's."""
        by_account, by_address = _keys(name, address)
        counted = sign_in_failures
        connection.execute(delete(counted).where(counted.c.of_whom == by_account))
        less = {"count": counted.c.count - 1, "locked_until": None}
        connection.execute(update(counted).where(counted.c.of_whom == by_address).values(**less))


class SignIn:
    """Signs people in. Its responses are the same for known and unknown names."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._limiter = AttemptLimiter(store)

    def sign_in(self, name: str, password: str, address: str, *, reauthenticating: bool = False) -> Attempt:
        """Checks name and password and logs the result; when `reauthenticating`, only a failure is logged."""
        wait = self._limiter.begin(name, address)
        if wait:
            return Attempt(wait=wait)
        accounts = Accounts(self._store)
        account, existing = accounts.check(name, password), accounts.get(name)
        with writing(self._store.engine) as connection:
            if account is not None:
                self._limiter.succeed(connection, name, address)
            if account is None or not reauthenticating:
                # Never what was typed: people type passwords into the name field.
                actor = existing.name if existing else "?"
                action = Action.SIGNED_IN if account else Action.SIGN_IN_FAILED
                at, details = self._store.now(), {"address": address}
                audit.append(connection, at=at, actor=actor, action=action, subject=actor, details=details)
        return Attempt(account=account)


def _keys(name: str, address: str) -> tuple[str, str]:
    """Hashed keys, because people type passwords into the name field."""
    return _key("account", name.casefold()), _key("address", address)


def _key(kind: str, of_whom: str) -> str:
    return hashlib.sha256(f"{kind}:{of_whom}".encode()).hexdigest()


def _wait(connection: Connection, key: str, now: datetime) -> timedelta:
    """The time until the next attempt is allowed; a clock set back must not lock anybody out for years."""
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
