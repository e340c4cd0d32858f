"""Accounts: who may sign in, as what, for which branch; passwords are kept as argon2id hashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, RowMapping, insert, select, update

from data import audit
from data.audit import Action
from data.engine import writing
from data.schema import accounts
from data.store import Store, utc_now
from data.viewers import SYSTEM, OutOfScope, Role, Viewer

_HASHER = PasswordHasher()
# Verified for names that nobody has, so that the answer takes as long as for a real account.
_DUMMY = "$argon2id$v=19$m=65536,t=3,p=4$Bmkht1j1ydck63FY9mw4uQ$qaYKXlpNsz3TI4Ebf7R6ZmWZCb99xRkVdFhRIFYVnrY"
MINIMUM_LENGTH = 10


class AccountError(ValueError):
    """An account that cannot be made or changed; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account, without its password."""

    name: str
    role: Role
    unit: str | None
    disabled: bool

    @property
    def viewer(self) -> Viewer:
        """The account at work."""
        return Viewer(self.name, self.role, self.unit)


class Accounts:
    """The accounts of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, name: str, password: str, role: Role, unit: str | None = None, *, viewer: Viewer = SYSTEM) -> Account:
        """Makes an account.

        Raises:
            AccountError: the name is taken or empty, the password too short, or a district account has no unit.
            OutOfScope: only an administrator may.
        """
        if not name.strip() or self.get(name) is not None:
            raise AccountError(f"Tên tài khoản {name!r} trống hoặc đã có; hãy chọn tên khác.")
        if (role is Role.DISTRICT) != (unit is not None):
            raise AccountError("Tài khoản cấp uỷ trực thuộc phải gắn với mã một đơn vị; các vai trò khác thì không.")
        if unit is not None:
            self._store.reader(SYSTEM).unit(unit)
        with writing(self._store.engine) as connection:
            _log(connection, viewer, name, {"added": role.value, "unit": unit})
            connection.execute(
                insert(accounts).values(
                    name=name,
                    role=role.value,
                    unit_code=unit,
                    password_hash=_hashed(password),
                    disabled=False,
                    created_at=utc_now(),
                )
            )
        return Account(name=name, role=role, unit=unit, disabled=False)

    def check(self, name: str, password: str) -> Viewer | None:
        """The viewer, when name and password fit and the account is not disabled."""
        with self._store.engine.connect() as connection:
            row = connection.execute(select(accounts).where(accounts.c.name == name)).mappings().one_or_none()
        try:
            _HASHER.verify(row["password_hash"] if row else _DUMMY, password)
        except VerificationError:
            return None
        return _account(row).viewer if row and not row["disabled"] else None

    def get(self, name: str) -> Account | None:
        """The account of that name."""
        with self._store.engine.connect() as connection:
            row = connection.execute(select(accounts).where(accounts.c.name == name)).mappings().one_or_none()
        return _account(row) if row else None

    def list(self) -> tuple[Account, ...]:
        """All accounts by name."""
        with self._store.engine.connect() as connection:
            return tuple(_account(row) for row in connection.execute(select(accounts).order_by("name")).mappings())

    def disable(self, name: str, *, viewer: Viewer = SYSTEM) -> None:
        """Shuts an account out from its next request on.

        Raises:
            AccountError: nobody has that name.
        """
        self._change(name, viewer, {"disabled": True}, {"disabled": True})

    def set_password(self, name: str, password: str, *, viewer: Viewer = SYSTEM) -> None:
        """Gives an account a new password.

        Raises:
            AccountError: nobody has that name, or the password is too short.
        """
        self._change(name, viewer, {"password_hash": _hashed(password)}, {"password": "changed"})

    def _change(self, name: str, viewer: Viewer, values: dict[str, Any], details: dict[str, Any]) -> None:
        with writing(self._store.engine) as connection:
            _log(connection, viewer, name, details)
            changed = connection.execute(update(accounts).where(accounts.c.name == name).values(**values))
            if not changed.rowcount:
                raise AccountError(f"Không có tài khoản nào tên {name!r}.")


def _hashed(password: str) -> str:
    if len(password) < MINIMUM_LENGTH:
        raise AccountError(f"Mật khẩu phải có ít nhất {MINIMUM_LENGTH} ký tự.")
    return _HASHER.hash(password)


def _log(connection: Connection, viewer: Viewer, name: str, details: dict[str, Any]) -> None:
    if viewer.role is not Role.ADMIN:
        raise OutOfScope(f"Tài khoản {viewer.name} không được quản lý tài khoản.")
    audit.append(connection, at=utc_now(), actor=viewer.name, action=Action.ACCOUNT, subject=name, details=details)


def _account(row: RowMapping) -> Account:
    return Account(name=row["name"], role=Role(row["role"]), unit=row["unit_code"], disabled=row["disabled"])
