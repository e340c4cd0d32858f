"""Reporting periods (year, half, quarter, month) and the terms that plans are set for."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, total_ordering

from data.language import Language, Text, UserError
from data.messages import MESSAGES, sentence
from data.vietnamese.text import lower_first


class Frequency(StrEnum):
    """How often a return is due."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"

    @property
    def months(self) -> int:
        """Length in months."""
        return _MONTHS[self]


_MONTHS = {Frequency.YEAR: 12, Frequency.HALF: 6, Frequency.QUARTER: 3, Frequency.MONTH: 1}
_LETTER = {Frequency.HALF: "H", Frequency.QUARTER: "Q", Frequency.MONTH: "M"}


@cache
def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


_FREQUENCY = {letter: frequency for frequency, letter in _LETTER.items()}
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class PeriodError(UserError, ValueError):
    """A text that is not a period; the message quotes it and shows the accepted notations."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """One reporting period: `2020`, `2020-H1`, `2020-Q3` or `2020-M09`.

    Periods order by last day, a shorter one before the longer one that ends with it.
    """

    year: int
    frequency: Frequency = Frequency.YEAR
    index: int = 1

    def __post_init__(self) -> None:
        if not _FIRST_YEAR <= self.year <= _LAST_YEAR:
            raise PeriodError(sentence("period.year", text=self.code, first=_FIRST_YEAR, last=_LAST_YEAR))
        if not 1 <= self.index <= 12 // self.frequency.months:
            raise PeriodError(sentence("period.none", text=self.code))

    @classmethod
    def parse(cls, text: str) -> Period:
        """Parses a period code.

        Raises:
            PeriodError: the text is not a period.
        """
        found = re.fullmatch(r"(\d{4})(?:-([HQM])(\d{1,2}))?", text.strip())
        if not found:
            raise PeriodError(sentence("period.format", text=text))
        year, letter, index = found.groups()
        return cls(int(year)) if letter is None else cls(int(year), _FREQUENCY[letter], int(index))

    @classmethod
    def covering(cls, day: date, frequency: Frequency) -> Period:
        """The period of that frequency that contains `day`."""
        return cls(day.year, frequency, (day.month - 1) // frequency.months + 1)

    @property
    def code(self) -> str:
        """`2020`, `2020-H1`, `2020-Q3` or `2020-M09`."""
        if self.frequency is Frequency.YEAR:
            return str(self.year)
        width = 2 if self.frequency is Frequency.MONTH else 1
        return f"{self.year}-{_LETTER[self.frequency]}{self.index:0{width}d}"

    def __str__(self) -> str:
        return self.code

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, (self.index - 1) * self.frequency.months + 1, 1)

    @property
    def eve(self) -> date:
        """The day before the first."""
        return self.start - timedelta(days=1)

    @property
    def end(self) -> date:
        """Last day."""
        return _last_day(self.year, self.index * self.frequency.months)

    @property
    def previous(self) -> Period:
        """The preceding period of the same length."""
        return Period.covering(self.start - timedelta(days=1), self.frequency)

    @property
    def next(self) -> Period:
        """The following period of the same length."""
        return Period.covering(self.end + timedelta(days=1), self.frequency)

    @property
    def whole_year(self) -> Period:
        """The year that this period lies in."""
        return Period(self.year)

    def years_ago(self, years: int) -> Period:
        """The same period, so many years earlier."""
        return Period(self.year - years, self.frequency, self.index)

    def contains(self, other: Period) -> bool:
        """Whether `other` lies wholly within (a period contains itself)."""
        return self.start <= other.start and other.end <= self.end

    def parts(self, frequency: Frequency) -> tuple[Period, ...]:
        """The periods of that length that make up this one; empty when this one is shorter."""
        if frequency.months > self.frequency.months:
            return ()
        first = Period.covering(self.start, frequency)
        count = self.frequency.months // frequency.months
        return tuple(Period(self.year, frequency, first.index + i) for i in range(count))

    @property
    def to_date(self) -> tuple[Period, ...]:
        """The periods of this length from 1 January to this one."""
        return tuple(Period(self.year, self.frequency, i) for i in range(1, self.index + 1))

    def __lt__(self, other: Period) -> bool:
        return (self.end, self.frequency.months) < (other.end, other.frequency.months)

    def title(self, language: Language = Language.VI) -> str:
        """In full, as in titles: "Quý III năm 2020", "Third quarter of 2020"."""
        of_the_year = f"_{self.index}" if self.frequency in {Frequency.HALF, Frequency.QUARTER} else ""
        key = f"period_title.{self.frequency}{of_the_year}"
        return MESSAGES.say(key, language, year=self.year, index=self.index)

    def inside(self, language: Language = Language.VI) -> str:
        """As inside a sentence: "quý III năm 2020", "năm 2019"; "quarter 3 of 2020", "2019"."""
        if self.frequency is Frequency.YEAR and language is Language.EN:
            return str(self.year)
        return lower_first(self.title(language))

    @property
    def titles(self) -> Text:
        """The title in both languages."""
        return Text(self.title(Language.VI), self.title(Language.EN))

    def short(self, language: Language = Language.VI) -> str:
        """Abbreviated, as on axes: "Q3/2020", "2020", "T9/2020"."""
        if self.frequency is Frequency.YEAR:
            return str(self.year)
        letter = _LETTER[self.frequency]
        if language is Language.VI:
            letter = {"H": "N", "M": "T"}.get(letter, letter)
        return f"{letter}{self.index}/{self.year}"


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """The years that a plan is set for: one, or a term such as 2016..2020."""

    first: int
    last: int

    @classmethod
    def parse(cls, text: str) -> Term:
        """Parses `2020` or `2016..2020`.

        Raises:
            PeriodError: the text is neither.
        """
        found = re.fullmatch(r"(\d{4})(?:\s*(?:\.\.|-|–)\s*(\d{4}))?", text.strip())
        if not found or int(found[2] or found[1]) < int(found[1]):
            raise PeriodError(sentence("period.term", text=text))
        return cls(int(found[1]), int(found[2] or found[1]))

    @property
    def code(self) -> str:
        """`2020` or `2016..2020`."""
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"

    def __str__(self) -> str:
        return self.code

    def covers(self, year: int) -> bool:
        """Whether it includes the year."""
        return self.first <= year <= self.last


def parse_span(text: str, frequency: Frequency = Frequency.YEAR) -> tuple[Period, ...]:
    """Parses one period or an inclusive range: `2020-Q3`, `2015..2020`, `2019-Q1..2020-Q3`.

    A range of years is expanded at `frequency`: `2019..2020` by quarter is eight quarters.

    Raises:
        PeriodError: an end is not a period, the ends differ in frequency, or the range runs backwards.
    """
    first_text, dots, last_text = text.partition("..")
    first = Period.parse(first_text)
    last = Period.parse(last_text) if dots else first
    if first.frequency is not last.frequency or last < first:
        raise PeriodError(sentence("period.span", text=text))
    if first.frequency is Frequency.YEAR and (dots or frequency is not Frequency.YEAR):
        return tuple(p for year in range(first.year, last.year + 1) for p in Period(year).parts(frequency))
    periods = [first]
    while periods[-1] < last:
        periods.append(periods[-1].next)
    return tuple(periods)
