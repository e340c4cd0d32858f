"""Names in Vietnamese alphabetical order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.vietnamese.ordering import sort_key, vietnamese


@pytest.mark.parametrize(
    "ordered",
    [
        ("Ấp An", "Ấp Ân", "Ấp Ẩn", "Ba Vì", "Đống Đa", "Thanh Trì"),
        ("Chi bộ thôn 2", "Chi bộ thôn 10", "Chi bộ thôn Ao"),
        ("ma", "mà", "mả", "mã", "má", "mạ", "mă", "mâ"),
        ("Dân Chủ", "Đại Đồng", "Đông Sơn"),
        ("hoa", "hoà", "hoa sen"),
    ],
)
def test_letters_come_before_tones_and_numbers_by_value(ordered: tuple[str, ...]) -> None:
    assert tuple(sorted(set(ordered), key=vietnamese)) == ordered


@given(st.lists(st.text(alphabet="aăâáàbdđ e2190Ấ-²", max_size=8), max_size=8))
def test_the_stored_key_sorts_bytewise_in_the_same_order(names: list[str]) -> None:
    assert sorted(names, key=sort_key) == sorted(names, key=vietnamese)
