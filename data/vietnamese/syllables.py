"""Recognises Vietnamese syllables by their phonology, to distinguish encodings and languages without a word list."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE = re.compile(f"[{_TONES}]")
_STOPPED = re.compile(r"(?:ch|[cpt])$")
_STOPPED_TONES = ("\u0301", "\u0323")
_INITIAL = "(?:ngh|ng|nh|n|ch|c|đ|d|gh|gi|g|h|kh|k|l|m|ph|p|qu|r|s|th|tr|t|v|x|b)?"
_RIMES = (
    "a(?:[iouy]|ch|nh|ng|[cmnpt])?",
    "ă(?:ng|[cmnpt])",
    "â(?:[uy]|ng|[cmnpt])",
    "e(?:o|ng|[cmnpt])?",
    "ê(?:u|ch|nh|[mnpt])?",
    "i(?:[au]|ch|nh|[mnpt])?",
    "[iy]ê(?:u|ng|[cmnpt])",
    "o(?:i|ng|[cmnpt])?",
    "oo(?:ng|c)",
    "o?a(?:[ioy]|ch|nh|ng|[cmnpt])?",
    "oă(?:ng|[cmnt])",
    "oe(?:o|[nt])?",
    "ô(?:i|ng|[cmnpt])?",
    "ơ(?:i|[mnpt])?",
    "u(?:[aiy]|ng|[cmnpt])?",
    "uâ(?:y|ng|[nt])",
    "uê(?:ch|nh|n)?",
    "uô(?:i|ng|[cmnt])",
    "uơ",
    "uy(?:[aut]|ch|nh|n|p|ên|êt)?",
    "ư(?:[aiu]|ng|[cmnt])?",
    "ươ(?:[iu]|ng|[cmnpt])",
    "y",
)
_SYLLABLE = re.compile(f"{_INITIAL}(?:{'|'.join(_RIMES)})")


_WORD = re.compile(r"[^\W\d_]+")


def is_vietnamese(text: str) -> bool:
    """Whether all words of a text with non-ASCII letters are Vietnamese syllables."""
    words = _WORD.findall(unicodedata.normalize("NFC", text))
    return all(is_syllable(word) for word in words if not word.isascii())


@lru_cache(maxsize=16_384)
def is_syllable(word: str) -> bool:
    """Whether a word could be a Vietnamese syllable: initial, rime, and at most one tone, which the coda allows."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = _TONE.findall(parts)
    bare = unicodedata.normalize("NFC", _TONE.sub("", parts))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(bare):
        return False
    return not _STOPPED.search(bare) or bool(tones and tones[0] in _STOPPED_TONES)
