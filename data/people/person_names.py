"""Whether a text seems to name a person: nothing that is kept here may."""

from __future__ import annotations

import re
from itertools import pairwise

_FIRST_WORDS = """
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đoàn mai trịnh lương đào tô tạ
    cao lưu chu thái tống hà quách kiều vi lang sầm lục đàm phùng từ nghiêm văn thạch kim danh châu lò quàng
    giàng vàng sùng lầu cà lường tòng nông hứa triệu bế la ma chẩu mùa thào hờ lù trương vương tăng hầu cù mạc
    bạch khổng phí tiêu ninh lâm âu ôn thân doãn khuất đồng lại mạch nhữ chử đậu giáp khúc lồ lữ mã mông nhâm
    ông quản sằm thẩm thiều tôn trà uông nùng vừ lềnh thang tẩn
"""
SURNAMES = frozenset(_FIRST_WORDS.split())
# What is named for a person says before what it is: "xã Lê Hồng Phong", "Trường THPT Ngô Gia Tự".
_KINDS_OF_PLACES = """
    xã phường trấn huyện thôn bản tổ phố khu đường ấp trường thpt thcs viện công ty hợp tác chi đảng bộ uỷ ủy
    quận tỉnh làng cụm chợ
"""
_PLACES = frozenset(_KINDS_OF_PLACES.split())
_TITLED = re.compile(r"\b(?:đồng chí|đ/c|ông|bà|anh|chị|cô|chú|bác)\s+(?=[^\W\d_])(\w+)")
_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 3


def names_person(text: str) -> str | None:
    """The words that seem to name a person: a title before a name, or a surname with two or more capitalised words."""
    for found in _TITLED.finditer(text):
        if found[1][:1].isupper():
            return found[0]
    words = list(_WORD.finditer(text))
    for place, word in enumerate(words):
        if word[0][:1].isupper() and word[0].lower() in SURNAMES:
            name = _capitalised(text, words[place:])
            before = words[place - 1][0].lower() if place else ""
            if len(name) >= _SHORTEST and before not in _PLACES:
                return " ".join(name)
    return None


def _capitalised(text: str, words: list[re.Match[str]]) -> list[str]:
    """The capitalised words running from the first, with nothing but spaces between."""
    name = [words[0][0]]
    for one, other in pairwise(words):
        if text[one.end() : other.start()].strip() or not other[0].istitle():
            break
        name.append(other[0])
    return name
