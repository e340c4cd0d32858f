"""How numbers, dates and instants are written: 85.659; 70,4 %; 20/10/2020."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from data.language import Language
from data.office_time import OFFICE_TIME_ZONE
from indicators.values.model import Format

NOTHING = "–"
LEAST_CHANCE = 0.01
MINUS = "\u2212"
_LOCALE = {Language.VI: "vi", Language.EN: "en_GB"}
_PERCENT = {Language.VI: "\u00a0%", Language.EN: "%"}
_DAY = {Language.VI: "dd/MM/yyyy", Language.EN: "d MMM yyyy"}


@lru_cache(maxsize=16_384)  # a page formats the same value in its chart, table and sentences
def number(value: Fraction | float | None, language: Language, places: int = 0) -> str:
    """A count or a mean: `85.659`; a dash for None."""
    if value is None:
        return NOTHING
    pattern = "#,##0" + ("." + "0" * places if places else "")
    scale = 10**places
    rounded = Fraction(_half_up(Fraction(value) * scale), scale)
    exact = int(rounded) if places == 0 else float(rounded)
    return format_decimal(exact, pattern, locale=_LOCALE[language]).replace("-", MINUS)


def share(value: Fraction | float | None, language: Language, places: int = 1) -> str:
    """A fraction as a percentage: `70,4 %`."""
    return NOTHING if value is None else number(Fraction(value) * 100, language, places) + _PERCENT[language]


def chance(probability: float | None, language: Language) -> str:
    """A probability as a whole percentage, capped where it would claim certainty: `81 %`, `< 1 %`."""
    if probability is None or LEAST_CHANCE <= probability <= 1 - LEAST_CHANCE:
        return share(probability, language, 0)
    edge = share(LEAST_CHANCE if probability < LEAST_CHANCE else 1 - LEAST_CHANCE, language, 0)
    return f"{'<' if probability < LEAST_CHANCE else '>'} {edge}"


def value(amount: Fraction | float | None, form: Format, language: Language) -> str:
    """An indicator's value in its format."""
    if amount is None:
        return NOTHING
    text = share(amount, language) if form.is_share else number(amount, language, form.decimals)
    return signed(text, amount) if form in {Format.SIGNED_COUNT, Format.SIGNED_PERCENT} else text


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of an axis: values times `factor`, in the d3 format `ticks`, with `suffix`."""

    factor: int
    ticks: str
    suffix: str = ""

    def place(self, amount: Fraction | float | None) -> float | None:
        """The position of a value."""
        return None if amount is None else float(amount * self.factor)

    @property
    def axis(self) -> dict[str, str]:
        """The settings of the axis."""
        return {"tickformat": self.ticks, "ticksuffix": self.suffix}


COUNTS = Scale(1, ",d")


def scale(form: Format, language: Language) -> Scale:
    """The scale for values of a format."""
    if form.is_share:
        return Scale(100, ",~f", _PERCENT[language])
    return COUNTS if form.decimals == 0 else Scale(1, ",.1f")


def signed(text: str, value: Fraction | float) -> str:
    """`text` with a plus sign for a positive value; a minus is already in it."""
    return f"+{text}" if value > 0 else text


def day(value: date | None, language: Language) -> str:
    """`20/10/2020`."""
    return NOTHING if value is None else format_date(value, _DAY[language], locale=_LOCALE[language])


def instant(value: datetime | None, language: Language) -> str:
    """Day and minute in the office's time zone: `20/10/2020 09:15`."""
    if value is None:
        return NOTHING
    there = value.astimezone(OFFICE_TIME_ZONE)
    return f"{day(there.date(), language)} {there:%H:%M}"


def _half_up(value: Fraction) -> int:
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole
