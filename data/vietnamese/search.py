"""Searches names by word prefixes: without diacritics, in any order."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def plain(text: str) -> str:
    """Lower case without diacritics: "Huyện uỷ Đức Hội" is "huyen uy duc hoi"."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).lower()


def words(text: str | None) -> tuple[str, ...]:
    """The normalised words of a search."""
    return tuple(plain(text or "").split())


def matches_words(sought: Sequence[str], normalised: str) -> bool:
    """Whether each word is a prefix of a word of the normalised text."""
    spaced = f" {normalised}"
    return all(f" {word}" in spaced for word in sought)
