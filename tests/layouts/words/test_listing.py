from data.language import Language
from layouts.words.listing import listed

NAMES = ("Gia Hà", "Song Đồng", "Đức Hội", "Phúc Thịnh", "Thịnh Lợi")


def test_the_first_are_named_and_the_rest_counted() -> None:
    assert listed(NAMES, 3, Language.VI) == "Gia Hà, Song Đồng, Đức Hội và 2 đơn vị khác"
    assert listed(NAMES, 3, Language.EN, "; ") == "Gia Hà; Song Đồng; Đức Hội and 2 more"


def test_nobody_is_told_of_one_other_that_could_be_named() -> None:
    assert listed(NAMES[:4], 3, Language.VI) == "Gia Hà, Song Đồng, Đức Hội, Phúc Thịnh"
    assert listed(NAMES[:2], 3, Language.VI) == "Gia Hà, Song Đồng"
    assert listed((), 3, Language.VI) == ""
