"""Vietnamese text as offices type it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.vietnamese.text import clean, compact_key, key, lower_first, proper_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Huyện uỷ Hoà Bình", "huyện ủy hòa bình"),
        ("Quý II", "Qúy II"),
        ("Thuỷ Sơn", "THỦY SƠN"),
        ("Mỹ Lý", "Mĩ Lí"),
        ("Ðảng bộ", "Đảng bộ"),
        ("Chi bộ\u00a0thôn  1", "Chi bộ thôn 1"),
        ("Xoá tên_x000D_\n", "Xoá tên"),
        ("Tăng,giảm", "Tăng, giảm"),
        (unicodedata.normalize("NFD", "Đảng uỷ"), "Đảng uỷ"),
        ("quâ\u0323n", "quận"),
    ],
)
def test_spellings_of_one_text_share_a_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tân An", "Tân Ân"),
        ("Bắc Lý", "Bắc Ly"),
        ("Đồi", "Dồi"),
        ("Thuỷ", "Thuý"),
        ("Thuỷ", "Thủi"),
        ("Hoa", "Hoà"),
        ("Sơn", "Son"),
    ],
)
def test_different_names_never_share_a_key(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(st.text(alphabet="aàáâấăằđeêếioôốơớuưứyỳ bcghklmnpqrstvx", max_size=30))
def test_a_decomposed_text_has_the_key_of_the_composed_one(text: str) -> None:
    assert key(unicodedata.normalize("NFD", text)) == key(text)
    assert clean(clean(text)) == clean(text)


def test_a_proper_name_stands_without_the_kind_of_organisation() -> None:
    assert proper_key("Đảng ủy xã Tân An") == proper_key("ĐẢNG BỘ XÃ TÂN AN") == key("xã Tân An")


def test_words_spread_over_cells_are_compared_without_spaces() -> None:
    assert compact_key("S T T") == compact_key("STT")


def test_a_title_inside_a_sentence_starts_small_but_abbreviations_do_not() -> None:
    assert lower_first("Kết nạp") == "kết nạp"
    assert lower_first("CCCD") == "CCCD"
