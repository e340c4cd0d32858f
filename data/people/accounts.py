"""Accounts: who may sign in, with which role and branch; passwords are stored as argon2id hashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, RowMapping, insert, select, update

from data.language import UserError
from data.messages import sentence
from data.tables import audit
from data.tables.audit import Action
from data.tables.engine import writing
from data.tables.schema import accounts
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store

_HASHER = PasswordHasher()
# Verified for unknown names, so that the response takes as long as for a real account.
_DUMMY = "$argon2id$v=19$m=65536,t=3,p=4$Bmkht1j1ydck63FY9mw4uQ$qaYKXlpNsz3TI4Ebf7R6ZmWZCb99xRkVdFhRIFYVnrY"
MINIMUM_LENGTH = 10
# Long enough for any passphrase; hashing more would only cost time.
MAXIMUM_LENGTH = 200
_FEWEST_SIGNS = 5
_LEAST_OF_ONES_OWN = 6
_LONGEST_NAME = 64
_WELL_KNOWN = ("123456", "password", "matkhau", "mat-khau", "qwerty", "abcdef", "111111", "000000")


class AccountError(UserError, ValueError):
    """An account that cannot be created or changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account, without its password; sessions of an earlier `epoch` are invalid."""

    name: str
    role: Role
    unit: str | None
    disabled: bool
    epoch: int = 0

    @property
    def viewer(self) -> Viewer:
        """The account as a viewer."""
        return Viewer(self.name, self.role, self.unit)


class Accounts:
    """The accounts of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, name: str, password: str, role: Role, unit: str | None = None, *, viewer: Viewer = SYSTEM) -> Account:
        """Creates an account.

        Raises:
            AccountError: the name is taken or empty, the password too weak, or a district account has no unit.
            OutOfScope: only an administrator may.
        """
        if not 0 < len(name.strip()) <= _LONGEST_NAME or name == SYSTEM.name or self.get(name) is not None:
            raise AccountError(sentence("account.name", name=name))
        if (role is Role.DISTRICT) != (unit is not None):
            raise AccountError(sentence("account.unit"))
        if unit is not None:
            self._store.reader(SYSTEM).unit(unit)
        with writing(self._store.engine) as connection:
            self._log(connection, viewer, name, {"added": role.value, "unit": unit})
            connection.execute(
                insert(accounts).values(
                    name=name,
                    role=role.value,
                    unit_code=unit,
                    password_hash=_hashed(name, password),
                    disabled=False,
                    created_at=self._store.now(),
                )
            )
        return Account(name=name, role=role, unit=unit, disabled=False)

    def check(self, name: str, password: str) -> Account | None:
        """The account if name and password match and it is not disabled, else None."""
        with self._store.engine.connect() as connection:
            row = connection.execute(select(accounts).where(accounts.c.name == name)).mappings().one_or_none()
        try:
            _HASHER.verify(row["password_hash"] if row else _DUMMY, password[: MAXIMUM_LENGTH + 1])
        except VerificationError:
            return None
        return _account(row) if row and not row["disabled"] else None

    def get(self, name: str) -> Account | None:
        """The account of that name, if any."""
        with self._store.engine.connect() as connection:
            row = connection.execute(select(accounts).where(accounts.c.name == name)).mappings().one_or_none()
        return _account(row) if row else None

    def list(self) -> tuple[Account, ...]:
        """All accounts by name."""
        with self._store.engine.connect() as connection:
            return tuple(_account(row) for row in connection.execute(select(accounts).order_by("name")).mappings())

    def disable(self, name: str, *, viewer: Viewer = SYSTEM) -> None:
        """Disables an account with effect from its next request.

        Raises:
            AccountError: no account has that name.
        """
        self._change(name, viewer, {"disabled": True}, {"disabled": True})

    def set_password(self, name: str, password: str, *, viewer: Viewer = SYSTEM) -> None:
        """Sets a new password and ends the account's sessions; everybody may change their own.

        Raises:
            AccountError: no account has that name, or the password is too weak.
            OutOfScope: it is another's account and the viewer is not an administrator.
        """
        self._change(name, viewer, {"password_hash": _hashed(name, password)}, {"password": "changed"})

    def sign_out_everywhere(self, name: str, *, viewer: Viewer = SYSTEM) -> None:
        """Ends all sessions of an account; everybody may end their own.

        Raises:
            AccountError: no account has that name.
            OutOfScope: it is another's account and the viewer is not an administrator.
        """
        self._change(name, viewer, {}, {"sessions": "ended"})

    def _change(self, name: str, viewer: Viewer, values: dict[str, Any], details: dict[str, Any]) -> None:
        ended = {"epoch": accounts.c.epoch + 1}
        with writing(self._store.engine) as connection:
            self._log(connection, viewer, name, details)
            changed = connection.execute(update(accounts).where(accounts.c.name == name).values(**values, **ended))
            if not changed.rowcount:
                raise AccountError(sentence("account.unknown", name=name))

    def _log(self, connection: Connection, viewer: Viewer, name: str, details: dict[str, Any]) -> None:
        own = viewer.name == name and details.keys() <= {"password", "sessions"}
        if viewer.role is not Role.ADMIN and not own:
            raise OutOfScope(sentence("may_not.manage_accounts", name=viewer.name))
        at = self._store.now()
        audit.append(connection, at=at, actor=viewer.name, action=Action.ACCOUNT, subject=name, details=details)


def _hashed(name: str, password: str) -> str:
    if not MINIMUM_LENGTH <= len(password) <= MAXIMUM_LENGTH:
        raise AccountError(sentence("password.length", least=MINIMUM_LENGTH, most=MAXIMUM_LENGTH))
    plain = password.casefold()
    if len(set(plain)) < _FEWEST_SIGNS or (len(name) > _FEWEST_SIGNS and name.casefold() in plain):
        raise AccountError(sentence("password.signs", fewest=_FEWEST_SIGNS))
    if min(len(plain.replace(known, "")) for known in ("", *_WELL_KNOWN)) < _LEAST_OF_ONES_OWN:
        raise AccountError(sentence("password.easy"))
    return _HASHER.hash(password)


def _account(row: RowMapping) -> Account:
    return Account(
        name=row["name"], role=Role(row["role"]), unit=row["unit_code"], disabled=row["disabled"], epoch=row["epoch"]
    )
