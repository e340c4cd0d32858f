"""Finds names by the beginnings of their words: without marks, in any order."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def plain(text: str) -> str:
    """Lower case without marks: "Huyện uỷ Đức Hội" is "huyen uy duc hoi"."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).lower()


def words(text: str | None) -> tuple[str, ...]:
    """The words of a search, plain."""
    return tuple(plain(text or "").split())


def matches_words(sought: Sequence[str], normalised: str) -> bool:
    """Whether each of the plain words begins a word of a plain text."""
    spaced = f" {normalised}"
    return all(f" {word}" in spaced for word in sought)
