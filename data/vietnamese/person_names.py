"""Texts that have the shape of a person's full name; what looks like one is never repeated in a message."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from loaders.vietnamese.encodings import Encoding, decode
from loaders.vietnamese.syllables import is_syllable
from loaders.vietnamese.text import clean

_FIRST_WORDS = """
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đoàn mai trịnh lương đào tô tạ
    cao lưu chu thái tống hà quách kiều vi lang sầm lục đàm phùng từ nghiêm văn thạch kim danh châu lò quàng
    giàng vàng sùng lầu cà lường tòng nông hứa triệu bế la ma chẩu mùa thào hờ lù trương vương tăng hầu cù mạc
    bạch khổng phí tiêu ninh lâm âu ôn thân doãn khuất đồng lại mạch nhữ chử đậu giáp khúc lồ lữ mông nhâm
    ông quản sằm thẩm thiều tôn trà uông nùng vừ lềnh thang tẩn
"""
_SURNAMES = frozenset(_FIRST_WORDS.split())
# Between surname and given name; where one of them stands, missing accents do not matter, nor, for some, small letters.
_MIDDLES = frozenset(
    [
        "văn",
        "thị",
        "đức",
        "hữu",
        "xuân",
        "quang",
        "minh",
        "ngọc",
        "đình",
        "công",
        "bá",
        "thế",
        "thanh",
        "viết",
        "duy",
        "quốc",
        "trọng",
    ]
)
_COMMON_SURNAMES = frozenset(
    [
        "nguyễn",
        "trần",
        "lê",
        "phạm",
        "hoàng",
        "phan",
        "vũ",
        "võ",
        "đặng",
        "bùi",
        "đỗ",
        "hồ",
        "ngô",
        "dương",
        "đinh",
        "đoàn",
        "lò",
        "giàng",
        "vàng",
    ]
)
_COMMON_MIDDLES = frozenset(("văn", "thị"))
# Villages are told apart so, people are not named so: "Kim Sơn Thượng".
_PLACE_ENDS = frozenset(["thượng", "hạ", "nội", "ngoại", "đông", "tây", "bắc", "nhất", "nhị"])
# Two syllables that no name has side by side; in capitals, headings begin like names.
_COMPOUNDS = frozenset(
    map(
        str.strip,
        """
    đảng viên, đảng bộ, đảng uỷ, đảng ủy, chi bộ, chi uỷ, cấp uỷ, cấp ủy, huyện uỷ, huyện ủy, tỉnh uỷ, tỉnh ủy,
    thành uỷ, thành ủy, thị uỷ, thị ủy, tổ chức, đơn vị, danh sách, danh mục, danh hiệu, danh dự, lý lịch, lý luận,
    lý do, quản lý, quản trị, văn phòng, văn hoá, văn hóa, văn bản, văn nghệ, từ trần, từ chối, từ chức, từ năm,
    từ ngày, cao đẳng, cao cấp, cao tuổi, cao su, đồng chí, đồng bào, đồng thời, mã số, kim ngạch, nông nghiệp,
    nông thôn, nông dân, nông trường, nông lâm, lâm nghiệp, lâm trường, vi phạm, thân nhân, tôn giáo, ông bà,
    vũ trang, hồ sơ, tiêu chuẩn, tiêu chí, ôn tập, ma tuý, mai táng, lương thực, lương hưu, đào tạo, đoàn viên,
    đoàn thể, đoàn thanh, đoàn kết, đoàn tncs, cao nhất, tăng trong, tăng do, tăng giảm, tăng thêm, tăng cường,
    trong kỳ, trong đó, cuối kỳ, đầu kỳ, kết nạp, công ty, công an, công đoàn, công nhân, công chức, công tác,
    thanh niên, thanh tra, quốc phòng, quốc gia, quân sự, kinh tế, xã hội, chính trị, dân vận, dân tộc, nhà nước,
    tiểu học, trung học, trường học, bệnh viện, y tế, du lịch, hợp tác, doanh nghiệp, khu phố, tổ dân, thị trấn,
    thị xã, thành phố, uỷ ban, ủy ban, hội đồng, mặt trận, phụ nữ, cựu chiến, nhân dân, ngân sách, số lượng
    """.replace("\n", " ").split(","),
    )
)
_FEWEST_WORDS, _USUAL_WORDS, _MOST_WORDS = 3, 4, 6


def _unaccented(word: str) -> str:
    parts = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


_PLAIN_SURNAMES = frozenset(map(_unaccented, _SURNAMES))
_PLAIN_MIDDLES = frozenset(["van", "thi", "duc", "huu", "xuan", "quang", "minh", "ngoc", "dinh"])
_SEPARATORS = re.compile(r"[,;\n•|]+|\s[-–]\s")
_BEFORE = re.compile(
    r"^(?:[\s\d.)(*+–-]*)(?:(?:đ/c|đồng chí|ông|bà|anh|chị|cô|bác|cháu|họ và tên|họ tên)\s*[:.]?\s+)*", re.IGNORECASE
)
_AFTER = re.compile(r"\s*(?:[(/:\d].*|sinh\b.*|sn\b.*)$", re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=65_536)
def names_in(text: str) -> tuple[str, ...]:
    """The full names that a text lists: each alone between commas, lines or dashes, with a title or a number before."""
    pieces = (_AFTER.sub("", _BEFORE.sub("", clean(piece))) for piece in _SEPARATORS.split(text))
    return tuple(piece for piece in pieces if is_full_name(piece))


def is_surname(word: str) -> bool:
    """Whether names may begin with the word."""
    return word.lower() in _SURNAMES


@lru_cache(maxsize=65_536)
def is_full_name(text: str) -> bool:
    """Whether a text has the shape of a person's full name: a surname and two or more syllables, all capitalised.

    Places named for one person ("Trần Phú") have two; longer ones stand alone among others. Names in old fonts,
    without accents or in small letters are known by their middle word.
    """
    words = text.split()
    if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS:
        return False
    if text.isascii():
        return _is_plain_name(words)
    if all(map(is_syllable, words)):
        return _is_name(words)
    return any(_is_name(words) for words in (decode(text, encoding).split() for encoding in Encoding))


def _is_name(words: list[str]) -> bool:
    lowered = [word.lower() for word in words]
    if lowered[0] not in _SURNAMES or not all(map(is_syllable, words)):
        return False
    if any(f"{one} {other}" in _COMPOUNDS for one, other in pairwise(lowered)):
        return False
    if all(word[:1].isupper() and (word[1:].islower() or word.isupper()) for word in words):
        return lowered[1] in _MIDDLES or lowered[-1] not in _PLACE_ENDS
    return (
        words == lowered
        and lowered[0] in _COMMON_SURNAMES
        and lowered[1] in _COMMON_MIDDLES
        and len(words) <= _USUAL_WORDS
    )


def _is_plain_name(words: list[str]) -> bool:
    """Such as "Nguyen Van An", typed without accents."""
    return (
        words[0].lower() in _PLAIN_SURNAMES
        and words[1].lower() in _PLAIN_MIDDLES
        and all(word.isalpha() and word[:1].isupper() for word in words)
    )


def masked(text: str) -> str:
    """A text as it may be repeated: without names of persons."""
    return "…" if names_in(text) else text
