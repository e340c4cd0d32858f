"""Who asks: a role and the subtree that it may see; every read and write names its viewer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from data.language import Text, UsersFault


class Role(StrEnum):
    """What an account may do."""

    VIEWER = "viewer"
    BOARD = "board"
    ANALYST = "analyst"
    DISTRICT = "district"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a token is for, within what its account may do."""

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


class OutOfScope(UsersFault, PermissionError):
    """The viewer asked for, or sent, what lies outside its subtree or role."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """An account at work. `unit` is the code of the subtree's root; None is the whole province."""

    name: str
    role: Role
    unit: str | None = None

    @property
    def sees_small_numbers(self) -> bool:
        """Whether counts of a few people are told: to those who collect and check the returns that they stand in."""
        return self.role in _LOADERS

    @property
    def may_load(self) -> bool:
        """Whether it may send returns."""
        return self.role in _LOADERS


SYSTEM = Viewer("hệ thống", Role.ADMIN)
