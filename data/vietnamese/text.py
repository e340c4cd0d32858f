"""Normalises Vietnamese text as typed in offices, for display and as comparison keys. Accents are never dropped."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Lookalikes of Đ, spaces of other widths, zero-width characters, line breaks escaped by Excel.
_LOOK_ALIKES = str.maketrans(
    {
        "Ð": "Đ",
        "Ɖ": "Đ",
        "ð": "đ",
        "ɖ": "đ",
        **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", None),
    }
)
_ESCAPED_BREAK = re.compile(r"_x000[aAdD]_")
_SPACES = re.compile(r"\s+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE = re.compile(f"[{_TONES}]")
_NO_LETTER = re.compile(r"[^\w\u0300-\u036f]+|_+")
# "Mỹ" and "Mĩ" are the same word, "thuỷ" and "thủi" are not: only y as the sole vowel may be spelled i.
_LONE_Y = re.compile(r"\b([hklmst])y\b")

_PREFIXES = (
    "đảng bộ bộ phận",
    "chi bộ cơ sở",
    "đảng bộ cơ sở",
    "đảng bộ",
    "đảng uỷ",
    "chi bộ",
    "chi uỷ",
    "huyện uỷ",
    "thành uỷ",
    "thị uỷ",
    "tỉnh uỷ",
    "đb",
    "đu",
    "cb",
)


@lru_cache(maxsize=2_048)
def clean(raw: str) -> str:
    """Text in composed form, with lookalike letters and spaces folded and whitespace collapsed."""
    folded = _ESCAPED_BREAK.sub(" ", unicodedata.normalize("NFC", raw)).translate(_LOOK_ALIKES)
    return _SPACES.sub(" ", folded).strip()


@lru_cache(maxsize=2_048)
def key(raw: str) -> str:
    """A comparison key that ignores letter case, punctuation and the position of tone marks.

    "HUYỆN UỶ" and "Huyện ủy" have the same key; "Tân An" and "Tân Ân", "đ" and "d" do not.
    """
    plain = _NO_LETTER.sub(" ", unicodedata.normalize("NFD", clean(raw).lower()))
    return " ".join(_syllable(word) for word in plain.split())


def _syllable(word: str) -> str:
    tones = "".join(_TONE.findall(word))
    return _LONE_Y.sub(r"\1i", _TONE.sub("", word)) + tones


def compact_key(raw: str) -> str:
    """The key without spaces, for headers whose words are spread over several cells."""
    return key(raw).replace(" ", "")


@lru_cache(maxsize=2_048)
def proper_key(raw: str) -> str:
    """The key of an organisation's proper name, without a preceding "Chi bộ", "Đảng uỷ" and the like."""
    whole = key(raw)
    for prefix in _PREFIX_KEYS:
        if whole.startswith(f"{prefix} "):
            return whole[len(prefix) + 1 :]
    return whole


_PREFIX_KEYS = tuple(key(prefix) for prefix in _PREFIXES)


def lower_first(title: str) -> str:
    """A title for use within a sentence: its first letter lower case, unless the first word is an abbreviation."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
