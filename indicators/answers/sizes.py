"""About how many bytes an answer takes: of long sequences only some items are weighed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import chain, islice
from types import FunctionType, ModuleType
from typing import Any, Final

from data.forms.vocabulary import Vocabulary
from data.organisations.units import Registry, Tree, Unit
from data.periods import Period
from indicators.values.model import Indicator

_SHARED: Final = (type, Enum, FunctionType, ModuleType, Vocabulary, Registry, Tree, Unit, Period, Indicator)
"""What many answers refer to, and none of them holds."""

_WEIGHED = 24  # items of a sequence that are weighed; the others are taken to be like them
_MOST_WEIGHED = 20_000


class _Scales:
    """Weighs one answer; what it refers to twice counts once."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def weigh(self, one: Any) -> float:
        """Bytes of an object with all that it refers to."""
        if one is None or isinstance(one, _SHARED) or id(one) in self._seen or len(self._seen) > _MOST_WEIGHED:
            return 0.0
        self._seen.add(id(one))
        own = float(sys.getsizeof(one))
        if isinstance(one, str | bytes | int | float):
            return own
        if isinstance(one, Mapping):
            return own + self._weigh_some(list(islice(chain.from_iterable(one.items()), 2 * _WEIGHED)), 2 * len(one))
        if isinstance(one, list | tuple | set | frozenset):
            step = max(1, len(one) // _WEIGHED)
            return own + self._weigh_some(list(islice(one, 0, None, step)), len(one))
        return own + sum(self.weigh(part) for part in _parts(one))

    def _weigh_some(self, some: list[Any], number: int) -> float:
        return sum(self.weigh(each) for each in some) * number / len(some) if some else 0.0


def size_of(answer: Any) -> int:
    """About how many bytes an answer takes."""
    return int(_Scales().weigh(answer))


def _parts(one: Any) -> Iterator[Any]:
    """What an object refers to: its fields and attributes, or the text of a fragment of JSON."""
    if is_dataclass(one) and not isinstance(one, type):
        yield from (getattr(one, each.name, None) for each in fields(one))
    yield from getattr(one, "__dict__", {}).values()
    yield getattr(one, "contents", None)
