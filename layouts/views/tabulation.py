"""A table of indicators as an address asks for it: which ones, of which units, over which periods, saying what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from data.organisations.units import Level
from data.periods import Frequency, Period
from indicators.answers.enquiry import Enquiry, requested_units
from indicators.answers.rows import TableRow, ValueRow, columns
from indicators.answers.statements import Statement, rows_of
from layouts.views.ask import Ask
from layouts.views.rows import series

DEFAULTS: Final = {
    "indicators": "members.admissions.village_heads_member_share",
    "statement": str(Statement.VALUES),
    "level": "own",
    "frequency": str(Frequency.YEAR),
    "shape": "wide",
}
MOST_VALUES: Final = 50_000
_ORDER = (Level.PROVINCE, Level.DISTRICT, Level.BASE, Level.CELL)
_USUAL_PERIODS = 3


@dataclass(frozen=True)
class Tabulation:
    """The table that one address asks for; with more than `most` values it has no lines."""

    asked: Ask
    most: int = MOST_VALUES

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Codes in the order asked for; what the catalogue does not have is left out."""
        asked = self._asked("indicators").split(".")
        known = tuple(dict.fromkeys(code for code in asked if code in self.asked.catalogue))
        return known or tuple(DEFAULTS["indicators"].split("."))

    @property
    def statement(self) -> Statement:
        """What is said of them."""
        name = self._asked("statement")
        return Statement(name) if name in set(Statement) else Statement.VALUES

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """Levels below the unit."""
        own = self.asked.unit.level
        place = _ORDER.index(own) if own in _ORDER else len(_ORDER)
        return tuple(level for level in _ORDER[place + 1 :])

    @property
    def level(self) -> Level | None:
        """The level whose units have a line each; None: the unit itself."""
        asked = self._asked("level")
        return next((level for level in self.levels if level == asked), None)

    @property
    def frequency(self) -> Frequency:
        """Length of the periods."""
        asked = self._asked("frequency")
        return Frequency(asked) if asked in set(Frequency) else Frequency.YEAR

    @cached_property
    def known_periods(self) -> tuple[Period, ...]:
        """Kept periods of that length up to the one that the frame asks about, oldest first."""
        last = Period.covering(self.asked.period.end, self.frequency)
        known = series(self.asked, self.frequency, last)
        return known if last in known else (*known, last)

    @property
    def usual_first(self) -> Period:
        """The first of the periods where the address names none."""
        return self.known_periods[-_USUAL_PERIODS:][0]

    @cached_property
    def first(self) -> Period:
        """The first of the periods.

        Raises:
            PeriodError: the address names something that is none.
        """
        asked = self.asked.query.get("from")
        if not asked:
            return self.usual_first
        first = Period.parse(asked)
        if first.frequency is not self.frequency:
            first = Period.covering(first.start, self.frequency)
        return min(first, self.known_periods[-1])

    @property
    def periods(self) -> tuple[Period, ...]:
        """From the first to the one that the frame asks about."""
        return tuple(period for period in self.known_periods if period >= self.first)

    @property
    def is_wide(self) -> bool:
        """Whether a line is a unit and period with a column for each indicator; else the lines are those of files."""
        return self.statement is Statement.VALUES and self._asked("shape") == "wide"

    @property
    def enquiry(self) -> Enquiry:
        """What is asked of the store."""
        return Enquiry(
            indicators=self.indicators,
            unit=self.asked.unit.code,
            level=self.level,
            periods=self.periods,
            basis=self.asked.basis,
        )

    @cached_property
    def units(self) -> int:
        """How many units have lines."""
        return len(requested_units(self.asked.reader, self.enquiry))

    @property
    def size(self) -> int:
        """How many values the table has at most."""
        return self.units * len(self.periods) * len(self.indicators)

    @property
    def lines(self) -> int:
        """How many lines the grid has at most."""
        if self.is_too_large:
            return 0
        return self.units * len(self.periods) if self.is_wide else len(self.rows)

    @property
    def is_too_large(self) -> bool:
        """Whether it is more than a page should compute at once."""
        return self.size > self.most

    @property
    def columns(self) -> Sequence[str]:
        """The stable columns of its lines in files."""
        return columns(rows_of(self.statement).kind)

    @cached_property
    def rows(self) -> Sequence[TableRow]:
        """The lines as files have them; none when there would be too many."""
        if self.is_too_large:
            return ()
        key = ("table", self.statement, self.enquiry)
        return self.asked.cached(key, lambda: list(rows_of(self.statement).rows(self.asked.reader, self.enquiry)))

    @property
    def values(self) -> Sequence[ValueRow]:
        """The lines where they are values."""
        return [row for row in self.rows if isinstance(row, ValueRow)]

    def _asked(self, name: str) -> str:
        return self.asked.query.get(name) or DEFAULTS[name]
