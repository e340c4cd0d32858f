"""Detects names of persons in lists and sentences: nothing stored may contain them, and no message may repeat them.

One detector for workbooks and user input. A full name is recognised by its shape, with or without accents; after a
title, a single name is enough. What is named after a person is introduced by its kind: "xã Lê Hồng Phong", "đảng bộ
Nguyễn Trãi".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from data.vietnamese.encodings import Encoding, decode
from data.vietnamese.syllables import is_syllable
from data.vietnamese.text import clean, key

_FIRST_WORDS = """
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đoàn mai trịnh lương đào tô tạ
    cao lưu chu thái tống hà quách kiều vi lang sầm lục đàm phùng từ nghiêm văn thạch kim danh châu lò quàng
    giàng vàng sùng lầu cà lường tòng nông hứa triệu bế la ma chẩu mùa thào hờ lù trương vương tăng hầu cù mạc
    bạch khổng phí tiêu ninh lâm âu ôn thân doãn khuất đồng lại mạch nhữ chử đậu giáp khúc lồ lữ mông nhâm
    ông quản sằm thẩm thiều tôn trà uông nùng vừ lềnh thang tẩn
"""
_SURNAMES = frozenset(_FIRST_WORDS.split())
# Middle names; they identify a full name even without accents and, some of them, in small letters.
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
# Suffixes that distinguish villages ("Kim Sơn Thượng") and do not occur in people's names.
_PLACE_ENDS = frozenset(["thượng", "hạ", "nội", "ngoại", "đông", "tây", "bắc", "nhất", "nhị"])
# Pairs of syllables that occur in no name; headings in capitals begin like names.
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
# After a title these denote a post and not a name: "đồng chí Bí thư".
_POSTS = _COMPOUNDS | frozenset(
    map(
        str.strip,
        """
    bí thư, phó bí, nguyên bí, tổng bí, chủ tịch, chủ nhiệm, phó chủ, phó trưởng, phó giám, phó ban, giám đốc,
    hiệu trưởng, trưởng ban, trưởng thôn, trưởng bản, trưởng ấp, trưởng xóm, trưởng phòng, tổ trưởng, đội trưởng,
    uỷ viên, ủy viên, thường vụ, thường trực, chánh văn, chánh thanh, cán bộ, thủ trưởng, chỉ huy
    """.replace("\n", " ").split(","),
    )
)
_KINDS = """
    xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh|thôn|bản|làng|xóm|ấp|buôn|tổ|khu|phố|khối|cụm|chợ|đường|ngõ|
    hẻm|cầu|trường|thpt|thcs|tiểu học|trung học|mầm non|mẫu giáo|bệnh viện|học viện|trạm|công ty|cty|tnhh|cổ phần|
    hợp tác|hợp tác xã|htx|doanh nghiệp|tư nhân|cơ sở|mang tên|chi|đảng|bộ|uỷ|ủy
"""
_KIND_BEFORE = re.compile(
    rf"\b(?:{''.join(_KINDS.split(chr(10))).replace(' ' * 4, '')})(?:\s+(?:số\s+)?\d+)?\s*[\"“']?$", re.IGNORECASE
)
# A city, a youth union and a campaign are named after him; a text that mentions him means one of these.
_HO_CHI_MINH = key("Hồ Chí Minh")
_FEWEST_WORDS, _USUAL_WORDS, _MOST_WORDS = 3, 4, 6


def _unaccented(word: str) -> str:
    parts = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


_PLAIN_SURNAMES = frozenset(map(_unaccented, _SURNAMES))
_COMMON_PLAIN_MIDDLES = frozenset(map(_unaccented, _COMMON_MIDDLES))
_PLAIN_MIDDLES = frozenset(["van", "thi", "duc", "huu", "xuan", "quang", "minh", "ngoc", "dinh"])
_SEPARATORS = re.compile(r"[,;\n•|]+|\s[-–]\s")
_BEFORE = re.compile(
    r"^(?:[\s\d.)(*+–-]*)(?:(?:đ/c|đồng chí|ông|bà|anh|chị|cô|bác|cháu|họ và tên|họ tên)\s*[:.]?\s+)*", re.IGNORECASE
)
_AFTER = re.compile(r"\s*(?:[(/:\d].*|sinh\b.*|sn\b.*)$", re.IGNORECASE | re.DOTALL)
_TITLES = r"(?<!\w)(đồng chí|đ/c|ông|bà|anh|chị|cô|chú|bác)[:.]?\s+"
_TITLE = re.compile(_TITLES, re.IGNORECASE)
_TITLE_BEFORE = re.compile(rf"{_TITLES}$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=65_536)
def find_person_names(text: str) -> tuple[str, ...]:
    """The names of persons in a text, in order: in a list, after a title, or as full names in a sentence."""
    return tuple(name for piece in _SEPARATORS.split(text) for name in _names_of(clean(piece)))


def find_person_name(text: str, units: Iterable[str] = ()) -> str | None:
    """The first person named in a text, disregarding names of the given units."""
    names = find_person_names(text)
    ends = [unit.casefold() for unit in units] if names else []
    return next((name for name in names if not any(end.endswith(name.casefold()) for end in ends)), None)


def _names_of(piece: str) -> Iterator[str]:
    alone = _AFTER.sub("", _BEFORE.sub("", piece))
    if is_full_name(alone):
        yield alone
        return
    words = list(_WORD.finditer(piece)) if _may_name(piece) else []
    while words:
        run = _run(piece, words)
        yield from _names_of_run(run, piece)
        words = words[max(1, len(run)) :]


def _may_name(piece: str) -> bool:
    """Whether the text contains any title or surname; most texts contain neither, which saves the full search."""
    return _TITLE.search(piece) is not None or any(is_surname(word[0]) for word in _WORD.finditer(piece))


def _run(piece: str, words: Sequence[re.Match[str]]) -> Sequence[re.Match[str]]:
    """The run of capitalised words from the first one, separated by spaces only."""
    end = words[0].start()
    for place, word in enumerate(words):
        if piece[end : word.start()].strip() or not _is_capitalised(word[0]):
            return words[:place]
        end = word.end()
    return words


def _is_capitalised(word: str) -> bool:
    return word[:1].isupper() and (word[1:].islower() or word.isupper())


def _names_of_run(run: Sequence[re.Match[str]], piece: str) -> Iterator[str]:
    """The names in a run of capitalised words; what follows a kind of place or organisation is the name of that."""
    place = 0
    while place < len(run):
        start = run[place].start()
        words = [word[0] for word in run[place : place + _MOST_WORDS]]
        if _KIND_BEFORE.search(piece[:start]):
            return
        title = _TITLE_BEFORE.search(piece[:start])
        if title and _is_called(words, title[1], piece[start:]):
            size = len(words)
        else:
            size = next((size for size in (_USUAL_WORDS, _FEWEST_WORDS) if _stands_out(words[:size], place > 0)), 0)
        if size:
            yield " ".join(words[:size])
        place += size or 1


def _is_called(run: Sequence[str], title: str, onwards: str) -> bool:
    """Whether the words after a title are a name; "Bà Rịa", "Cô Tô" and headings in capitals are places and posts."""
    if " ".join(onwards.split()[:2]).lower() in _POSTS:
        return False
    return title.islower() or title in {"Đồng chí", "Đ/c"} or (len(run) > 1 and is_surname(run[0]))


def _stands_out(words: Sequence[str], inside: bool) -> bool:
    """Whether words in a sentence are a full name; in a run of capitals only the middle name can show it."""
    if not is_surname(words[0]) or not is_full_name(" ".join(words)):
        return False
    if words[0].lower() == "ông" and is_surname(words[1]):
        return False  # the title
    middle = _unaccented(words[1].lower())
    if words[0].isupper():  # headings begin like names
        return middle in _COMMON_PLAIN_MIDDLES
    return not inside or middle in _PLAIN_MIDDLES


def is_surname(word: str) -> bool:
    """Whether the word is a surname, with or without accents."""
    return word.lower() in _SURNAMES or word.lower() in _PLAIN_SURNAMES


@lru_cache(maxsize=65_536)
def is_full_name(text: str) -> bool:
    """Whether a text has the shape of a full name: a surname and two or more syllables, all capitalised.

    Places named after a person ("Trần Phú") have two syllables. Names in pre-Unicode fonts, without accents or in small
    letters are recognised by their middle name.
    """
    words = text.split()
    if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS or key(text) == _HO_CHI_MINH:
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
    """Whether it is a name typed without accents, such as "Nguyen Van An"."""
    return (
        words[0].lower() in _PLAIN_SURNAMES
        and words[1].lower() in _PLAIN_MIDDLES
        and all(word.isalpha() and word[:1].isupper() for word in words)
    )


def masked(text: str) -> str:
    """A text with names of persons masked, so that it may be repeated."""
    return "…" if find_person_names(text) else text
