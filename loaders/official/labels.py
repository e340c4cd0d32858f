"""Keys of the line labels of an official form, ignoring markers and common abbreviations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from data.vietnamese.text import clean, key
from loaders.workbook import Value

_OF_WHICH = r"\*?\s*(?:trong\s+đó|chia\s+ra|gồm)\s*(?::|$)\s*"
_MARKER = r"(?:[ivx]{1,4}|\d{1,2}|[a-zđ])"
_LEAD = re.compile(
    rf"(?:{_OF_WHICH})?(?:[-+*–—•]\s*)?(?:{_MARKER}\s*(?:\.|\)|[-–:](?=\s))\s*)?(?:[-+–—]\s*)?", re.IGNORECASE
)
_LONE_MARKER = re.compile(rf"(?:[-+*–—•]|{_OF_WHICH}[-+]?|{_MARKER}\s*[-.):]?)", re.IGNORECASE)
_SUM = re.compile(r"\([^()]*=[^()]*\)")
_DIVIDED = re.compile(r",?\s*(?:chia ra|trong đó|gồm)\s*:?\s*$", re.IGNORECASE)
_SHORT = (
    (re.compile(r"\bb/c\b", re.IGNORECASE), "báo cáo"),
    (re.compile(r"\bđ/?v\b", re.IGNORECASE), "đảng viên"),
    (re.compile(r"\bđ/g\b", re.IGNORECASE), "đánh giá"),
    (re.compile(r"\bng/vụ\b", re.IGNORECASE), "nghiệp vụ"),
    (re.compile(r"\bSHĐ\b", re.IGNORECASE), "sinh hoạt đảng"),
    (re.compile(r"\bTCCSĐ\b", re.IGNORECASE), "tổ chức cơ sở đảng"),
    (re.compile(r"\bHSĐV\b", re.IGNORECASE), "hồ sơ đảng viên"),
    (re.compile(r"\bCN\b"), "công nhân"),
    (re.compile(r"\bLĐ\b"), "lao động"),
    (re.compile(r"\bTNCS\s?HCM\b", re.IGNORECASE), "TNCS Hồ Chí Minh"),
)


def label_of(cells: Sequence[Value]) -> str:
    """The label of a row: its marker, if that has a cell of its own, then its words."""
    pieces = [_words(cell) for cell in cells]
    return " ".join(piece for piece in pieces if piece)


def _words(cell: Value) -> str:
    if isinstance(cell, str):
        return clean(cell)
    return f"{cell:g}" if isinstance(cell, int | float) and not isinstance(cell, bool) else ""


def row_key(cells: Sequence[Value]) -> str:
    """The key of a row's label; a marker in a cell of its own is ignored like one before the words."""
    pieces = [piece for piece in map(_words, cells) if piece]
    if len(pieces) > 1 and _LONE_MARKER.fullmatch(pieces[0]):
        pieces = pieces[1:]
    return line_key(" ".join(pieces))


@lru_cache(maxsize=4096)
def line_key(label: str) -> str:
    """The key shared by all spellings of a line: no marker, no "Trong đó:", no formula, abbreviations expanded."""
    words = _DIVIDED.sub("", _SUM.sub("", clean(label)))
    lead = _LEAD.match(words)
    words = words[lead.end() :] if lead and lead.end() < len(words) else words
    for short, full in _SHORT:
        words = short.sub(full, words)
    return key(words)
