"""Reporting periods: a year, a half, a quarter, a month."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

_LETTERS = {"H": 2, "Q": 4, "M": 12}
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


@dataclass(frozen=True, order=True)
class Period:
    """The `index`-th of `per_year` equal parts of a year."""

    year: int
    per_year: int = 1
    index: int = 1

    @classmethod
    def parse(cls, code: str) -> Period:
        """Of a code such as 2020, 2020-H1, 2020-Q3, 2020-M09."""
        year, _, part = code.partition("-")
        return cls(int(year), _LETTERS[part[0]], int(part[1:])) if part else cls(int(year))

    @classmethod
    def of_title(cls, title: str) -> Period:
        """Of the period line of a sheet, such as "Quý II năm 2020"."""
        year = int(title.rsplit(maxsplit=1)[-1])
        if quarter := re.match(r"Quý (\w+) ", title):
            return cls(year, 4, _ROMAN[quarter[1]])
        if half := re.match(r"6 tháng (đầu|cuối) ", title):
            return cls(year, 2, 1 if half[1] == "đầu" else 2)
        month = re.match(r"Tháng (\d+) ", title)
        return cls(year, 12, int(month[1])) if month else cls(year)

    @property
    def code(self) -> str:
        """As in addresses and files."""
        if self.per_year == 1:
            return str(self.year)
        letter = next(letter for letter, parts in _LETTERS.items() if parts == self.per_year)
        return f"{self.year}-{letter}{self.index:0{2 if self.per_year == 12 else 1}d}"

    @property
    def end(self) -> date:
        """The last day."""
        month = self.index * 12 // self.per_year
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def whole_year(self) -> Period:
        """The year it lies in."""
        return Period(self.year)

    @property
    def before(self) -> Period:
        """The period of the same length before it."""
        return (
            replace(self, index=self.index - 1)
            if self.index > 1
            else Period(self.year - 1, self.per_year, self.per_year)
        )

    def years_before(self, years: int) -> Period:
        """The same period of an earlier year."""
        return replace(self, year=self.year - years)

    def parts(self, per_year: int) -> Sequence[Period]:
        """Its parts of a shorter or the same length; none of a longer one."""
        size, left = divmod(per_year, self.per_year)
        return (
            ()
            if left or not size
            else [Period(self.year, per_year, (self.index - 1) * size + i + 1) for i in range(size)]
        )

    def covers(self) -> list[Sequence[Period]]:
        """The ways to put it together: itself, its halves, its quarters, its months."""
        return [parts for per_year in (1, 2, 4, 12) if (parts := self.parts(per_year))]

    def contains(self, other: Period) -> bool:
        """Whether another period lies wholly inside (a period is inside itself)."""
        return other in self.parts(other.per_year)

    @property
    def since_january(self) -> Sequence[Period]:
        """The periods of this length of the year, up to this one."""
        return [replace(self, index=index + 1) for index in range(self.index)]
