from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.vietnamese.encodings import (
    Encoding,
    decode,
    decode_by_font,
    encoding_of,
    guess,
    has_capital_glyphs,
    read_bytes,
)

LETTERS = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
TCVN3_BYTES = bytes.fromhex(
    "a8a9aeaaabacad b5b6b7b8b9 bbbcbdbec6 c7c8c9cacb cccecfd0d1 d2d3d4d5d6 d7d8dcddde"
    "dfe1e2e3e4 e5e6e7e8e9 eaebecedee eff1f2f3f4 f5f6f7f8f9 fafbfcfdfe"
)
VNI_PAIRS = [
    "aê",
    "aâ",
    "ñ",
    "eâ",
    "oâ",
    "ô",
    "ö",
    "aø",
    "aû",
    "aõ",
    "aù",
    "aï",
    "aè",
    "aú",
    "aü",
    "aé",
    "aë",
    "aà",
    "aå",
    "aã",
    "aá",
    "aä",
    "eø",
    "eû",
    "eõ",
    "eù",
    "eï",
    "eà",
    "eå",
    "eã",
    "eá",
    "eä",
    "ì",
    "æ",
    "ó",
    "í",
    "ò",
    "oø",
    "oû",
    "oõ",
    "où",
    "oï",
    "oà",
    "oå",
    "oã",
    "oá",
    "oä",
    "ôø",
    "ôû",
    "ôõ",
    "ôù",
    "ôï",
    "uø",
    "uû",
    "uõ",
    "uù",
    "uï",
    "öø",
    "öû",
    "öõ",
    "öù",
    "öï",
    "yø",
    "yû",
    "yõ",
    "yù",
    "î",
]


def in_tcvn3(text: str) -> str:
    return text.translate(dict(zip(map(ord, LETTERS), TCVN3_BYTES.decode("latin-1"), strict=True)))


def in_vni(text: str) -> str:
    return text.translate(dict(zip(map(ord, LETTERS), VNI_PAIRS, strict=True)))


def test_every_letter_has_its_byte_in_tcvn3() -> None:
    assert decode(TCVN3_BYTES.decode("latin-1"), Encoding.TCVN3) == LETTERS
    assert decode("¡¢§£¤¥¦", Encoding.TCVN3) == "ĂÂĐÊÔƠƯ"


def test_every_letter_has_its_pair_in_vni_in_both_cases() -> None:
    assert [decode(pair, Encoding.VNI) for pair in VNI_PAIRS] == list(LETTERS)
    assert [decode(pair.upper(), Encoding.VNI) for pair in VNI_PAIRS] == list(LETTERS.upper())


@pytest.mark.parametrize(
    ("raw", "encoding", "text"),
    [
        ("§¶ng bé huyÖn T©n B×nh", Encoding.TCVN3, "Đảng bộ huyện Tân Bình"),
        ("Trung \u00ad¬ng", Encoding.TCVN3, "Trung ương"),
        ("Ñaûng boä tænh Bình Döông", Encoding.VNI, "Đảng bộ tỉnh Bình Dương"),
        ("TOÅNG SOÁ ÑAÛNG VIEÂN, Aán Ñoä", Encoding.VNI, "TỔNG SỐ ĐẢNG VIÊN, Ấn Độ"),
        ("khoeû, hoaø, quyeån, thuyeàn, ngoaøi", Encoding.VNI, "khoẻ, hoà, quyển, thuyền, ngoài"),
        ("1.234 (5) 30/6/2020", Encoding.VNI, "1.234 (5) 30/6/2020"),
        ("§¶ng uû x· \u0110\u00b4ng", Encoding.TCVN3, "Đảng uỷ xã É´ng".replace("É", "é")),
    ],
)
def test_text_is_decoded(raw: str, encoding: Encoding, text: str) -> None:
    assert decode(raw, encoding) == text


def test_bytes_read_by_a_vietnamese_windows_are_decoded_alike() -> None:
    raw = "huyÖn øy ®Ò nghÞ xÐt kÕt n¹p, thóc ®Èy tõng b­íc".encode("latin-1")
    assert decode(raw.decode("cp1258"), Encoding.TCVN3) == decode(raw.decode("latin-1"), Encoding.TCVN3)


@pytest.mark.parametrize(
    ("font", "encoding", "capitals"),
    [
        (".VnTime", Encoding.TCVN3, False),
        (".VnTimeH", Encoding.TCVN3, True),
        (".VNARIALH", Encoding.TCVN3, True),
        ("VNI-Times", Encoding.VNI, False),
        ("Times New Roman", None, False),
        ("Vnuni Times", None, False),
        ("Arial Black H", None, False),
        ("", None, False),
    ],
)
def test_the_name_of_a_font_implies_its_encoding(font: str, encoding: Encoding | None, capitals: bool) -> None:
    assert (encoding_of(font), has_capital_glyphs(font)) == (encoding, capitals)


def test_a_capital_font_gives_capitals_after_decoding() -> None:
    assert decode_by_font("tæng céng n\u00adíc i", ".VnTimeH") == "TỔNG CỘNG NƯỚC I"


@pytest.mark.parametrize("text", ["Đảng bộ tỉnh", "Thái Bình", "Hà Nội", "Chi bộ thôn Hạ", "Tổng cộng"])
def test_unicode_in_an_old_font_stays(text: str) -> None:
    assert decode_by_font(text, ".VnTime") == text


@pytest.mark.parametrize(
    "texts",
    [
        ["Đảng bộ tỉnh Bình Dương", "Thái Bình", "Hà Nam", "Cà Mau", "Quý II"],
        ["Été à Noël", "général très dévoué", "«Oui», coûté à l'école française", "naïf", "Ça va"],
        ["für Größe Köln über Straße", "Bär, Öl, Übung"],
        ["Coca-Cola®", "25 µm", "§ 5", "© 2020", "10 °C ± 2"],
        ["§¶ng"],
        [],
    ],
)
def test_without_evidence_over_the_sheet_nothing_is_guessed(texts: list[str]) -> None:
    assert guess(texts) is None


def test_evidence_over_the_sheet_decides_the_encoding() -> None:
    words = ["Đảng bộ huyện".lower(), "tổng số đảng viên", "dân tộc thiểu số", "tỉnh bình dương"]
    assert guess(map(in_tcvn3, words)) is Encoding.TCVN3
    assert guess(map(in_vni, words)) is Encoding.VNI


@given(st.text(alphabet=LETTERS + " abcdghiklmnopqrstuvxy0123456789.,-", max_size=40))
def test_tcvn3_loses_nothing(text: str) -> None:
    assert decode(in_tcvn3(text), Encoding.TCVN3) == text


SENTENCE = "Đảng bộ huyện Tân Bình; tổng số đảng viên; quý hai; ước thực hiện"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_bytes_are_read(codec: str) -> None:
    assert read_bytes(SENTENCE.encode(codec)) == (SENTENCE, None)


def test_bytes_of_code_page_1258_are_read() -> None:
    composed = unicodedata.normalize("NFD", SENTENCE)
    for pair, letter in {
        "a\u0302": "â",
        "e\u0302": "ê",
        "o\u0302": "ô",
        "a\u0306": "ă",
        "o\u031b": "ơ",
        "u\u031b": "ư",
    }.items():
        composed = composed.replace(pair, letter)
    for pair, letter in {"e\u0323\u0302": "ê\u0323", "o\u0323\u0302": "ô\u0323", "a\u0323\u0302": "â\u0323"}.items():
        composed = composed.replace(pair, letter)
    assert read_bytes(composed.encode("cp1258")) == (SENTENCE, None)


def test_bytes_of_pre_unicode_fonts_are_detected() -> None:
    raw = in_tcvn3(SENTENCE.lower())
    assert read_bytes(raw.encode("latin-1")) == (raw, Encoding.TCVN3)
    raw = in_vni(SENTENCE.lower())
    assert read_bytes(raw.encode("latin-1")) == (raw, Encoding.VNI)
