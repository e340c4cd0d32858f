"""Vietnamese text in fonts older than Unicode: TCVN3 (ABC) and VNI-Windows, told apart and decoded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from data.vietnamese.syllables import is_syllable


class Encoding(StrEnum):
    """How the bytes of a font stand for Vietnamese letters."""

    TCVN3 = "tcvn3"
    VNI = "vni"


# TCVN 5712:1993, third set. U+00AD, the soft hyphen of other texts, is ư: whoever strips it loses letters.
_TCVN3 = str.maketrans(
    "¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ¡¢£¤¥¦§",
    "ăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
)
# VNI writes a vowel and then its mark; "ô" and "ö" are ơ and ư and take marks themselves.
_VNI_TONES = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_HATS = dict(zip("âáàåãä", "âấầẩẫậ", strict=True))
_VNI_BREVES = dict(zip("êéèúüë", "ăắằẳẵặ", strict=True))
_VNI_LONE = dict(zip("ôöñæóòî", "ơưđỉĩịỵ", strict=True))
_VNI_LETTER = re.compile(r"[aeouyôö][ùøûõïâáàåãäêéèúüë]|[ôöñæóòî]", re.IGNORECASE)

# What a Vietnamese Windows (code page 1258) made of the bytes of such fonts, back to what other systems made of them.
_FROM_1258 = str.maketrans(
    {
        byte.decode("cp1258"): byte.decode("latin-1")
        for byte in (bytes([code]) for code in b"\xc3\xcc\xd0\xd2\xd5\xdd\xde\xe3\xec\xf0\xf2\xf5\xfd\xfe")
    }
)
_UNICODE_ONLY = re.compile("[\u1e00-\u1eff]")
_WORD = re.compile(r"[^\s\d!-@\[-`{-~–—“”‘’…]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_LEAST_WORDS = 3


def encoding_of(font: str) -> Encoding | None:
    """The encoding that a font's name tells: ".VnTime" and its family, "VNI-Times" and its family; None for others."""
    name = font.strip().lower()
    if name.startswith(".vn"):
        return Encoding.TCVN3
    return Encoding.VNI if name.startswith("vni-") else None


def draws_capitals(font: str) -> bool:
    """Whether a TCVN3 font draws small letters as capitals, the only way to toned capitals there: ".VnTimeH"."""
    return font.strip().lower().startswith(".vn") and font.strip().upper().endswith("H")


def decode(raw: str, encoding: Encoding) -> str:
    """Text of such a font in Unicode, composed; letters that the encoding does not know stay."""
    if _UNICODE_ONLY.search(raw):
        return raw
    plain = raw.translate(_FROM_1258)
    if encoding is Encoding.TCVN3:
        return plain.translate(_TCVN3)
    return _VNI_LETTER.sub(_vni_letter, plain)


def decode_by_font(raw: str, font: str) -> str:
    """A cell's text decoded as its font says; text that is Unicode already, whatever its font, stays."""
    encoding = encoding_of(font)
    if encoding is None or not _NOT_ASCII.search(raw):
        return raw.upper() if draws_capitals(font) else raw
    decoded = raw if is_unicode(raw, encoding) else decode(raw, encoding)
    return decoded.upper() if draws_capitals(font) else decoded


def is_unicode(text: str, encoding: Encoding) -> bool:
    """Whether text reads as Vietnamese as it stands and would not after decoding."""
    if _UNICODE_ONLY.search(text):
        return True
    words = _telling_words([text])
    return bool(words) and all(map(is_syllable, words)) and not all(is_syllable(decode(w, encoding)) for w in words)


def guess(texts: Iterable[str]) -> Encoding | None:
    """The encoding of texts whose fonts are not known; None when they are Unicode, another language, or too few.

    Evidence is a word that is a Vietnamese syllable after decoding and none before; French or German words are
    neither, Unicode words are syllables before.
    """
    words = _telling_words(texts)
    plain = sum(map(is_syllable, words))
    found: list[tuple[int, Encoding]] = []
    for encoding in Encoding:
        decoded = sum(not is_syllable(word) and is_syllable(decode(word, encoding)) for word in words)
        if decoded >= _LEAST_WORDS and decoded > plain and 2 * decoded > len(words):
            found.append((decoded, encoding))
    return max(found)[1] if found else None


def decode_likely(raw: str, encoding: Encoding) -> tuple[str, Encoding | None]:
    """A text of a sheet that is mostly in `encoding`, read as what gives most syllables: that, Unicode, or the other.

    Returns:
        The text and the encoding it was in; None for Unicode, as of text that reads the same in all.
    """
    words = _telling_words([raw])
    spoken = {other: sum(is_syllable(decode(word, other)) for word in words) for other in Encoding}
    plain = sum(map(is_syllable, words))
    likeliest = max(Encoding, key=lambda other: (spoken[other], other is encoding))
    if not words or _UNICODE_ONLY.search(raw) or plain > spoken[likeliest]:
        return raw, None
    return decode(raw, likeliest), likeliest


def read_bytes(content: bytes) -> tuple[str, Encoding | None]:
    """Text of a file without a declared encoding, and the encoding of its fonts when it is one.

    By byte order mark, then UTF-8 and UTF-16 where they are sound, then the likeliest of TCVN3, VNI, code pages
    1258 and 1252 by their Vietnamese syllables. The text is not decoded from TCVN3 or VNI.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        return content.decode("utf-8-sig", "replace"), None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), None
    if unmarked := utf16_without_mark(content):
        return content.decode(unmarked, "replace"), None
    try:
        return content.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    western = content.decode("cp1252", "replace")
    if encoding := guess([western]):
        return western, encoding
    vietnamese = unicodedata.normalize("NFC", content.decode("cp1258", "replace"))
    spoken = (sum(map(is_syllable, _telling_words([text]))) for text in (vietnamese, western))
    return (vietnamese if next(spoken) > next(spoken) else western), None


def utf16_without_mark(content: bytes) -> str | None:
    """The codec of two-byte text that has no byte order mark: its zeros are all on one side of the pairs."""
    head = content[:4096]
    first, second = head[0::2].count(0), head[1::2].count(0)
    if 4 * max(first, second) < len(head[0::2]) or 20 * min(first, second) > max(first, second):
        return None
    return "utf-16-be" if first > second else "utf-16-le"


def _vni_letter(found: re.Match[str]) -> str:
    vowel, mark = found[0][0].lower(), found[0][1:].lower()
    letter = _VNI_LONE.get(vowel, vowel)
    if mark in _VNI_TONES:
        letter = unicodedata.normalize("NFC", letter + _VNI_TONES[mark])
    elif mark in _VNI_HATS and vowel in "aeo":
        tone = unicodedata.normalize("NFD", _VNI_HATS[mark])[1:]
        letter = unicodedata.normalize("NFC", vowel + tone)
    elif mark in _VNI_BREVES and vowel == "a":
        letter = _VNI_BREVES[mark]
    else:
        letter += found[0][1:]
    return letter.upper() if found[0][0].isupper() else letter


def _telling_words(texts: Iterable[str]) -> set[str]:
    """The different words with letters beyond ASCII: the only ones that tell encodings apart."""
    return {word for word in set(_WORD.findall("\n".join(texts))) if not word.isascii()}
