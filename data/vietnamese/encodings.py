"""Vietnamese text in pre-Unicode fonts: detects and decodes TCVN3 (ABC) and VNI-Windows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from data.vietnamese.syllables import is_syllable


class Encoding(StrEnum):
    """Encodings of pre-Unicode Vietnamese fonts."""

    TCVN3 = "tcvn3"
    VNI = "vni"


# TCVN 5712:1993, third set. U+00AD, elsewhere the soft hyphen, is ư here: stripping it would lose letters.
_TCVN3 = str.maketrans(
    "¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ¡¢£¤¥¦§",
    "ăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
)
# VNI encodes a vowel followed by its mark; "ô" and "ö" are ơ and ư and take marks themselves.
_VNI_TONES = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_HATS = dict(zip("âáàåãä", "âấầẩẫậ", strict=True))
_VNI_BREVES = dict(zip("êéèúüë", "ăắằẳẵặ", strict=True))
_VNI_LONE = dict(zip("ôöñæóòî", "ơưđỉĩịỵ", strict=True))
_VNI_LETTER = re.compile(r"[aeouyôö][ùøûõïâáàåãäêéèúüë]|[ôöñæóòî]", re.IGNORECASE)

# Maps bytes of such fonts that were decoded as code page 1258 to what code page 1252 makes of them.
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
    """The encoding implied by a font's name: the families of ".VnTime" and "VNI-Times"; None for others."""
    name = font.strip().lower()
    if name.startswith(".vn"):
        return Encoding.TCVN3
    return Encoding.VNI if name.startswith("vni-") else None


def has_capital_glyphs(font: str) -> bool:
    """Whether a TCVN3 font, such as ".VnTimeH", has capital glyphs for small letters, its only toned capitals."""
    return font.strip().lower().startswith(".vn") and font.strip().upper().endswith("H")


def decode(raw: str, encoding: Encoding) -> str:
    """Decodes text of such a font to composed Unicode; characters unknown to the encoding are kept."""
    if _UNICODE_ONLY.search(raw):
        return raw
    plain = raw.translate(_FROM_1258)
    if encoding is Encoding.TCVN3:
        return plain.translate(_TCVN3)
    return _VNI_LETTER.sub(_vni_letter, plain)


def decode_by_font(raw: str, font: str) -> str:
    """Decodes a cell's text by its font; text that is already Unicode is kept, whatever its font."""
    encoding = encoding_of(font)
    if encoding is None or not _NOT_ASCII.search(raw):
        return raw.upper() if has_capital_glyphs(font) else raw
    decoded = raw if is_unicode(raw, encoding) else decode(raw, encoding)
    return decoded.upper() if has_capital_glyphs(font) else decoded


def is_unicode(text: str, encoding: Encoding) -> bool:
    """Whether text reads as Vietnamese as it is and would not after decoding."""
    if _UNICODE_ONLY.search(text):
        return True
    words = _distinctive_words([text])
    return bool(words) and all(map(is_syllable, words)) and not all(is_syllable(decode(w, encoding)) for w in words)


def guess(texts: Iterable[str]) -> Encoding | None:
    """Detects the encoding of texts of unknown fonts; None when they are Unicode, another language, or too few.

    Evidence is a word that is a Vietnamese syllable only after decoding; French or German words never are, Unicode
    words are before decoding.
    """
    words = _distinctive_words(texts)
    plain = sum(map(is_syllable, words))
    found: list[tuple[int, Encoding]] = []
    for encoding in Encoding:
        decoded = sum(not is_syllable(word) and is_syllable(decode(word, encoding)) for word in words)
        if decoded >= _LEAST_WORDS and decoded > plain and 2 * decoded > len(words):
            found.append((decoded, encoding))
    return max(found)[1] if found else None


def decode_likely(raw: str, encoding: Encoding) -> tuple[str, Encoding | None]:
    """Decodes a text from a sheet mostly in `encoding` by whichever of both encodings or Unicode yields most syllables.

    Returns:
        The text and the encoding it was in; None for Unicode and for text that reads the same in all.
    """
    words = _distinctive_words([raw])
    spoken = {other: sum(is_syllable(decode(word, other)) for word in words) for other in Encoding}
    plain = sum(map(is_syllable, words))
    likeliest = max(Encoding, key=lambda other: (spoken[other], other is encoding))
    if not words or _UNICODE_ONLY.search(raw) or plain > spoken[likeliest]:
        return raw, None
    return decode(raw, likeliest), likeliest


def read_bytes(content: bytes) -> tuple[str, Encoding | None]:
    """Decodes a file without a declared encoding; returns its text and the encoding of its fonts, if any.

    Tries the byte order mark, then valid UTF-8 and UTF-16, then the likeliest of TCVN3, VNI and code pages 1258 and
    1252 by their Vietnamese syllables. TCVN3 and VNI are detected but not decoded.
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
    spoken = (sum(map(is_syllable, _distinctive_words([text]))) for text in (vietnamese, western))
    return (vietnamese if next(spoken) > next(spoken) else western), None


def utf16_without_mark(content: bytes) -> str | None:
    """The codec of two-byte text without a byte order mark, whose zero bytes are all on one side of the pairs."""
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


def _distinctive_words(texts: Iterable[str]) -> set[str]:
    """The distinct words with non-ASCII letters: only these distinguish encodings."""
    return {word for word in set(_WORD.findall("\n".join(texts))) if not word.isascii()}
