"""Repairs misencoded Vietnamese: UTF-8 decoded as code page 1252 ("Äáº£ng"), and VIQR ("DDa?ng")."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Mapping
from enum import StrEnum
from typing import TypeVar

from data.vietnamese.syllables import is_syllable, is_vietnamese

_FEWEST = 3
# Bytes undefined in code page 1252 came through as control characters.
_BYTES = {bytes([byte]).decode("cp1252", "ignore") or chr(byte): byte for byte in range(256)}
_MARKS = dict(zip("^(+'`?~.", "\u0302\u0306\u031b\u0301\u0300\u0309\u0303\u0323", strict=True))
_FOREIGN_LETTER = re.compile(r"[^\W\d_a-zA-Z]")
_UTF8_PAIR = re.compile("á[º»]|Ã[\x80-\xbf]|Ä[\x80-\xbf‘]|Æ[°¡]")
_VIQR_LETTER = re.compile(r"dd|(?:[aeo]\^|a\(|[ou]\+|[aeiouy])(?:['`?~.])?", re.IGNORECASE)
_TELLING = re.compile(r"dd|[aeo]\^|a\(|[ou]\+", re.IGNORECASE)
_VIQR_WORD = re.compile(r"[a-z^(+'`?~.]+", re.IGNORECASE)


Key = TypeVar("Key", bound=Hashable)


class Misencoding(StrEnum):
    """The misencoding of a text."""

    UTF8 = "utf8"
    VIQR = "viqr"


def repaired(texts: Mapping[Key, str]) -> tuple[Misencoding | None, Mapping[Key, str]]:
    """Repaired texts of a sheet, changed ones only, if enough of them read as Vietnamese when repaired."""
    foreign = {key: raw for key, raw in texts.items() if not raw.isascii()}
    if not any(map(_FOREIGN_LETTER.search, foreign.values())):
        return _from_ascii(texts)
    if not any(map(_UTF8_PAIR.search, foreign.values())):
        return None, {}
    meant = {key: text for key, raw in foreign.items() if (text := _from_utf8(raw))}
    if (
        2 * len(meant) > len(foreign)
        and sum(not text.isascii() and is_vietnamese(text) for text in meant.values()) >= _FEWEST
    ):
        return Misencoding.UTF8, meant
    return None, {}


def _from_ascii(texts: Mapping[Key, str]) -> tuple[Misencoding | None, Mapping[Key, str]]:
    words = {word for raw in texts.values() if _TELLING.search(raw) for word in _VIQR_WORD.findall(raw)}
    telling = list(filter(_TELLING.search, words))
    read = [word for word in telling if is_syllable(_from_viqr(word))]
    if len(read) < _FEWEST or 2 * len(read) <= len(telling):
        return None, {}
    spelt = {key: _VIQR_WORD.sub(_viqr_word, raw) for key, raw in texts.items()}
    return Misencoding.VIQR, {key: text for key, text in spelt.items() if text != texts[key]}


def _from_utf8(raw: str) -> str | None:
    try:
        return bytes(_BYTES[letter] for letter in raw).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None


def _viqr_word(found: re.Match[str]) -> str:
    """The word in Unicode when that is a syllable; a final sign may be punctuation."""
    for end in (0, 1):
        word, rest = (found[0], "") if not end else (found[0][:-1], found[0][-1])
        if is_syllable(spelt := _from_viqr(word)):
            return spelt + rest
    return found[0]


def _from_viqr(word: str) -> str:
    return unicodedata.normalize("NFC", _VIQR_LETTER.sub(_viqr_letter, word))


def _viqr_letter(found: re.Match[str]) -> str:
    if found[0].lower() == "dd":
        return "Đ" if found[0][0] == "D" else "đ"
    return found[0][0] + "".join(_MARKS[mark] for mark in found[0][1:])
