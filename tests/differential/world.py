"""What happened to a store, as the second reading knows it: nothing is summed, nothing is kept but what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from unittest.mock import patch

from data.organisations.units import UnitKind
from data.returns import ParsedWorkbook, RegistryReturn
from tests.second_reading import cells, counted
from tests.second_reading.known import Arrival, Known, Withdrawn
from tests.second_reading.periods import Period
from tests.second_reading.workbooks import PlanLine, Sheet, Spell, Succession

_LEVELS: Mapping[UnitKind, frozenset[str]] = {
    UnitKind.PROVINCE: frozenset({"province"}),
    UnitKind.DISTRICT: frozenset({"district"}),
    UnitKind.BASE_COMMITTEE: frozenset({"base"}),
    UnitKind.BASE_CELL: frozenset({"base", "cell"}),
    UnitKind.SECTION: frozenset(),
    UnitKind.CELL: frozenset({"cell"}),
}
DEFAULTS = {"small_cell_size": counted.SMALL_CELL, "cells_years": counted.STREAK_YEARS}


@dataclass(frozen=True)
class Sent:
    """A workbook as the second reading would have read it from its file."""

    returns: Sequence[Sheet] = ()
    registry: tuple[Sequence[Spell], Sequence[Succession]] | None = None
    plans: Sequence[PlanLine] = ()
    history: Sequence[Any] = ()
    tasks: Sequence[Any] = ()

    @classmethod
    def of(cls, workbook: ParsedWorkbook) -> Sent:
        """The same as the application is given."""
        sheets = [
            Sheet(
                given.form.code,
                given.unit,
                Period.parse(given.period.code),
                given.cumulative,
                {
                    row.unit: dict(zip((m.code for m in given.form.measures), row.values, strict=True))
                    for row in given.rows
                },
            )
            for given in workbook.returns
            if given.period
        ]
        plans = [
            PlanLine(
                line.unit, line.term.first, line.term.last, line.indicator, Fraction(line.value), line.decision_date
            )
            for line in (workbook.plans.plans if workbook.plans else ())
        ]
        return cls(sheets, _registry(workbook.registry) if workbook.registry else None, plans)


def _registry(given: RegistryReturn) -> tuple[Sequence[Spell], Sequence[Succession]]:
    spells = [
        Spell(u.code, _LEVELS[u.kind], u.parent, u.valid_from, u.valid_to or date.max, u.residential)
        for u in given.units
    ]
    lines = [
        Succession(line.date, line.predecessor, line.successor, line.share)
        for line in given.successions
        if line.predecessor and line.successor and line.predecessor != line.successor
    ]
    return spells, lines


class Knowledge(Known):
    """What was known at an instant, where the Board opens periods."""

    _opened: Sequence[Period] = ()

    @property
    def opened(self) -> Sequence[Period]:
        """The periods that were opened by then, closed ones too."""
        return self._opened


@dataclass
class World:
    """Everything that happened, in order."""

    arrivals: list[Arrival] = field(default_factory=list)
    withdrawn: list[Withdrawn] = field(default_factory=list)
    periods: list[tuple[datetime, str, Period]] = field(default_factory=list)
    thresholds: list[tuple[datetime, str, int]] = field(default_factory=list)

    def known(self, as_of: datetime | None = None) -> Knowledge:
        """What was known at an instant, now if None."""
        found = Knowledge(self.arrivals, self.withdrawn, as_of)
        opened = {p for at, change, p in self.periods if change == "open" and (as_of is None or at <= as_of)}
        found._opened = sorted(opened, key=lambda period: (period.end, -period.per_year))
        return found

    def state(self, period: Period) -> str:
        """How a period was last changed; "" if it never was."""
        return next((change for _, change, one in reversed(self.periods) if one == period), "")

    @contextmanager
    def in_force(self, as_of: datetime | None = None) -> Iterator[None]:
        """The second reading counts by the thresholds that were in force."""
        values = DEFAULTS | {code: value for at, code, value in self.thresholds if as_of is None or at <= as_of}
        small, years = values["small_cell_size"], values["cells_years"]
        with (
            patch.multiple(counted, SMALL_CELL=small, STREAK_YEARS=years),
            patch.multiple(cells, SMALL_CELL=small, STREAK_YEARS=years),
        ):
            yield
