"""Matches units by name as offices write them: "Đảng uỷ xã Tân An", "ĐB xã Tân An", "TT. Thanh Ba", "Hoà Bình"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from data.organisations.units import Tree, Unit
from data.vietnamese.text import key, proper_key

_CELL, _COMMITTEE = "cell", "committee"
# The prefix states the kind of body; "Huyện uỷ" implies the kind of territory too.
_BODIES: Mapping[str, tuple[str, str]] = {
    key(words): kinds
    for words, kinds in {
        "đảng bộ bộ phận": (_COMMITTEE, ""),
        "đảng bộ cơ sở": (_COMMITTEE, ""),
        "chi bộ cơ sở": (_CELL, ""),
        "đảng bộ": (_COMMITTEE, ""),
        "đảng uỷ": (_COMMITTEE, ""),
        "chi bộ": (_CELL, ""),
        "chi uỷ": (_CELL, ""),
        "tỉnh uỷ": (_COMMITTEE, "tỉnh"),
        "huyện uỷ": (_COMMITTEE, "huyện"),
        "thành uỷ": (_COMMITTEE, "thành phố"),
        "thị uỷ": (_COMMITTEE, "thị xã"),
        "quận uỷ": (_COMMITTEE, "quận"),
        "đbbp": (_COMMITTEE, ""),
        "đb": (_COMMITTEE, ""),
        "đu": (_COMMITTEE, ""),
        "hu": (_COMMITTEE, "huyện"),
        "cbcs": (_CELL, ""),
        "cb": (_CELL, ""),
    }.items()
}
_TERRITORIES: Mapping[str, str] = {
    key(words): name
    for name, spellings in {
        "tỉnh": ("tỉnh",),
        "thành phố": ("thành phố", "tp"),
        "huyện": ("huyện", "h"),
        "quận": ("quận", "q"),
        "thị xã": ("thị xã", "tx"),
        "thị trấn": ("thị trấn", "tt"),
        "xã": ("xã", "x"),
        "phường": ("phường", "p"),
        "đặc khu": ("đặc khu",),
        "thôn": ("thôn",),
        "bản": ("bản",),
        "làng": ("làng",),
        "xóm": ("xóm",),
        "ấp": ("ấp",),
        "buôn": ("buôn",),
        "tổ dân phố": ("tổ dân phố", "tdp"),
        "khu phố": ("khu phố", "kp"),
    }.items()
    for words in spellings
}
_NUMBER_WORD, _BOARD = f"{key('số')} ", f"{key('Ban Tổ chức')} "
_LONGEST = 4


@dataclass(frozen=True, slots=True)
class NameParts:
    """A parsed name: the kind of body, the kind of territory, "" where not stated, and the own name."""

    body: str
    territory: str
    own: str

    def agrees(self, other: NameParts) -> bool:
        """Whether nothing stated by both differs."""
        return _agree(self.body, other.body) and _agree(self.territory, other.territory)


def _agree(one: str, other: str) -> bool:
    return one == other or not (one and other)


@lru_cache(maxsize=2_048)
def parse_name(raw: str) -> NameParts:
    """Parses a name."""
    head, rest = _split(key(raw).removeprefix(_BOARD), _BODIES)
    body, territory = _BODIES.get(head, ("", ""))
    head, rest = _split(rest, _TERRITORIES)
    return NameParts(body, _TERRITORIES.get(head, territory), rest.removeprefix(_NUMBER_WORD))


def _split(words: str, known: Collection[str]) -> tuple[str, str]:
    """The longest known prefix that leaves a remainder, and the remainder."""
    parts = words.split()
    for length in range(min(_LONGEST, len(parts) - 1), 0, -1):
        head = " ".join(parts[:length])
        if head in known:
            return head, " ".join(parts[length:])
    return "", words


def is_name_of(written: str, known: str) -> bool:
    """Whether a written name is a known one, perhaps shortened or abbreviated."""
    if proper_key(written) == proper_key(known) or key(written) == proper_key(known):
        return True
    parts, other = parse_name(written), parse_name(known)
    return parts.own == other.own and parts.agrees(other)


@dataclass(frozen=True, slots=True)
class OwnNames:
    """Whether a text is some unit's own name; names are parsed on first use, as few files need it."""

    names: frozenset[str]

    def __contains__(self, own: object) -> bool:
        return own in _own_of(self.names)


@lru_cache(maxsize=1)
def _own_of(names: frozenset[str]) -> frozenset[str]:
    return frozenset(parse_name(name).own for name in names)


class UnitNames:
    """Units of a tree by name key, within a group."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._exact: dict[int, dict[str, list[Unit]]] = {}
        self._own: dict[int, dict[str, list[Unit]]] = {}

    def find(self, name: str, scopes: Iterable[Unit]) -> Unit | None:
        """The only unit of that name in the nearest scope that has one; None when none has, or when it is ambiguous.

        Failing an exact match, a shortened or abbreviated name matches if it fits a single unit of the widest scope.
        """
        widest: Unit | None = None
        for scope in scopes:
            widest = scope
            names = self._exact.get(scope.id) or self._fill(scope)
            for of in (key, proper_key):
                units = names.get(of(name), [])
                if len(units) == 1:
                    return units[0]
                if units:
                    return None
        return self._short(name, widest) if widest else None

    def _short(self, name: str, scope: Unit) -> Unit | None:
        parts = parse_name(name)
        units = [unit for unit in self._own[scope.id].get(parts.own, []) if parts.agrees(parse_name(unit.name))]
        return units[0] if len(units) == 1 else None

    def _fill(self, scope: Unit) -> dict[str, list[Unit]]:
        names, own = self._exact.setdefault(scope.id, {}), self._own.setdefault(scope.id, defaultdict(list))
        for unit in self._tree.within(scope.id):
            for words in {key(unit.name), proper_key(unit.name)}:
                names.setdefault(words, []).append(unit)
            own[parse_name(unit.name).own].append(unit)
        return names
