"""Lists that stay readable: the first by name, the rest by number."""

from __future__ import annotations

from collections.abc import Sequence

from data.language import Language
from layouts.text import CATALOGUE


def listed(names: Sequence[str], most: int, language: Language, separator: str = ", ") -> str:
    """The first `most` names and the number of the others; one more than `most` is named, too."""
    named = shown(len(names), most)
    more = len(names) - named
    others = CATALOGUE.say("list.more", language, count=more) if more else ""
    return separator.join(names[:named]) + others


def shown(count: int, most: int) -> int:
    """How many of `count` are named: a number in place of a single name would be no shorter."""
    return count if count <= most + 1 else most
