"""The returns in force in the end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from loaders.sample import Province
from loaders.sample.books import ReturnBook


def final(province: Province) -> tuple[ReturnBook, ...]:
    """The returns without superseded ones."""
    return tuple(_final(province.returns))


def _final(returns: tuple[ReturnBook, ...]) -> Iterator[ReturnBook]:
    for book, after in pairwise((*returns, None)):
        if book is not None and not (after is not None and after.correction):
            yield book
