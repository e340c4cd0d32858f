"""Viewers: a role and the subtree that it may access; every read and write is made for one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from data.language import Text, UserError


class Role(StrEnum):
    """What an account may do."""

    VIEWER = "viewer"
    BOARD = "board"
    ANALYST = "analyst"
    DISTRICT = "district"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a token permits, within its account's own permissions."""

    READ = "read"
    LOAD = "load"


ROLE_TITLES = {
    Role.VIEWER: Text("Thường trực, Ban Thường vụ", "Standing Committee"),
    Role.BOARD: Text("Ban Tổ chức", "Organisation Board"),
    Role.ANALYST: Text("Phân tích số liệu", "Analyst"),
    Role.DISTRICT: Text("Cấp uỷ trực thuộc", "District committee"),
    Role.ADMIN: Text("Quản trị", "Administrator"),
}

_LOADERS = frozenset({Role.BOARD, Role.DISTRICT, Role.ADMIN})


class OutOfScope(UserError, PermissionError):
    """The viewer requested or sent something outside its subtree or role."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """An account in whose name data is accessed. `unit` is the code of its subtree's root; None: the province."""

    name: str
    role: Role
    unit: str | None = None

    @property
    def sees_small_numbers(self) -> bool:
        """Whether small numbers are disclosed to it: only to those who collect and check the returns."""
        return self.role in _LOADERS

    @property
    def may_load(self) -> bool:
        """Whether it may load returns."""
        return self.role in _LOADERS

    @property
    def may_open_periods(self) -> bool:
        """Whether it may open, extend and close reporting periods."""
        return self.role in {Role.ADMIN, Role.BOARD}

    @property
    def may_withdraw(self) -> bool:
        """Whether it may withdraw returns and registers that were accepted."""
        return self.role in {Role.ADMIN, Role.BOARD}


SYSTEM = Viewer("hệ thống", Role.ADMIN)
