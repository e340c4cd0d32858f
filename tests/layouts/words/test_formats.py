from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from data.language import Language
from indicators.values.model import Format
from layouts.words import formats

VI, EN = Language.VI, Language.EN


@pytest.mark.parametrize(
    ("amount", "form", "language", "written"),
    [
        (Fraction(85659), Format.COUNT, VI, "85.659"),
        (Fraction(85659), Format.COUNT, EN, "85,659"),
        (Fraction(704, 1000), Format.PERCENT, VI, "70,4\u00a0%"),
        (Fraction(704, 1000), Format.PERCENT, EN, "70.4%"),
        (Fraction(978, 1000), Format.SIGNED_PERCENT, VI, "+97,8\u00a0%"),
        (Fraction(-12), Format.SIGNED_COUNT, VI, "−12"),
        (Fraction(53800, 23), Format.DECIMAL, VI, "2.339,1"),
        (Fraction(0), Format.SIGNED_COUNT, VI, "0"),
        (None, Format.PERCENT, VI, "–"),
    ],
)
def test_values_are_formatted_by_their_format(
    amount: Fraction | None, form: Format, language: Language, written: str
) -> None:
    assert formats.value(amount, form, language) == written


def test_halves_are_rounded_up_and_not_to_the_even_digit() -> None:
    assert formats.share(Fraction(1225, 10000), VI) == "12,3\u00a0%"
    assert formats.number(Fraction(-5, 2), VI) == "−3"


def test_dates_and_instants_are_in_the_offices_time_zone() -> None:
    assert formats.day(date(2020, 10, 20), VI) == "20/10/2020"
    assert formats.instant(datetime(2020, 10, 19, 18, 30, tzinfo=UTC), VI) == "20/10/2020 01:30"
    assert formats.instant(None, VI) == "–"
