"""A table of indicators as requested by a URL: indicators, units, periods and statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from data.organisations.units import Level
from data.periods import Frequency, Period
from data.reading.queries import Reader
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
    """The table requested by a URL; with more than `most` values it has no lines."""

    asked: Ask
    most: int = MOST_VALUES

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Codes in the requested order; unknown codes are dropped."""
        asked = self._asked("indicators").split(".")
        known = tuple(dict.fromkeys(code for code in asked if code in self.asked.catalogue))
        return known or tuple(DEFAULTS["indicators"].split("."))

    @property
    def statement(self) -> Statement:
        """The statement shown."""
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
        """The level of the units in the lines; None: the unit itself."""
        asked = self._asked("level")
        return next((level for level in self.levels if level == asked), None)

    @property
    def frequency(self) -> Frequency:
        """Length of the periods."""
        asked = self._asked("frequency")
        return Frequency(asked) if asked in set(Frequency) else Frequency.YEAR

    @cached_property
    def known_periods(self) -> tuple[Period, ...]:
        """Stored periods of that frequency up to the requested one, oldest first."""
        last = Period.covering(self.asked.period.end, self.frequency)
        known = series(self.asked, self.frequency, last)
        return known if last in known else (*known, last)

    @property
    def usual_first(self) -> Period:
        """The default first period."""
        return self.known_periods[-_USUAL_PERIODS:][0]

    @cached_property
    def first(self) -> Period:
        """The first of the periods.

        Raises:
            PeriodError: not a period.
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
        """The periods from the first to the requested one."""
        return tuple(period for period in self.known_periods if period >= self.first)

    @property
    def is_wide(self) -> bool:
        """Whether a line is a unit and period with a column per indicator; otherwise lines are as in files."""
        return self.statement is Statement.VALUES and self._asked("shape") == "wide"

    @property
    def enquiry(self) -> Enquiry:
        """The enquiry for the store."""
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
        """Whether the table is too large for a page."""
        return self.size > self.most

    @property
    def columns(self) -> Sequence[str]:
        """The stable columns of its lines in files."""
        return columns(rows_of(self.statement).kind)

    @cached_property
    def rows(self) -> Sequence[TableRow]:
        """The lines as in files; empty when too many."""
        if self.is_too_large:
            return ()
        return self.asked.answered(_rows, self.statement, self.enquiry)

    @property
    def values(self) -> Sequence[ValueRow]:
        """The lines, where the statement is values."""
        return [row for row in self.rows if isinstance(row, ValueRow)]

    def _asked(self, name: str) -> str:
        return self.asked.query.get(name) or DEFAULTS[name]


def _rows(reader: Reader, statement: Statement, enquiry: Enquiry) -> Sequence[TableRow]:
    return list(rows_of(statement).rows(reader, enquiry))
