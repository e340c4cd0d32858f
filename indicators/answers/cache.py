"""An in-memory cache of computed answers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class AnswerCache:
    """A bounded cache keyed by data version and reader's scope; evicts the oldest entry first."""

    size: int = 512
    _kept: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        """The cached answer for `key`, computed on a miss."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: Answer = self._kept[key]
                return found
        answer = compute()
        with self._lock:
            self._kept[key] = answer
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)
        return answer
