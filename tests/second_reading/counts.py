"""Leaf rows of a period, and their sums: what a person adds up who has the returns on the table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.second_reading.known import Known
from tests.second_reading.organisations import WHOLE, Place, Tree
from tests.second_reading.periods import Period
from tests.second_reading.workbooks import FORMS, GRAIN, Counts, Sheet

Leaves = Mapping[str, Counts]
Shares = Mapping[str, Mapping[str, Fraction]]
Addend = tuple[str, str, Period]
"""What is added, under which name, and of which period."""

REPORTED, NOT_REPORTED = "reported", "not_reported"
NOT_APPLICABLE, INCOMPLETE = "not_applicable", "incomplete"


class Source(ABC):
    """A form, or a family of derived counts: its rows by period, and the leaves that units should have had."""

    name: str
    grain: str
    measures: Mapping[str, str]
    last_part_suffices = False

    def __init__(self) -> None:
        self._came: dict[tuple[str, Period], bool] = {}

    @abstractmethod
    def leaves(self, period: Period) -> Leaves:
        """The rows of exactly that period, with the flows of the period."""

    @abstractmethod
    def under(self, period: Period) -> Shares:
        """By unit of the map the leaves that it should have had on the last day, with the share that it has of each."""

    def missing_parts(self, unit: str, period: Period) -> int:
        """How many leaves of the period the unit lacks a part of, because nobody said how they were divided."""
        return 0

    def continued_by(self, leaf: str, period: Period) -> frozenset[str]:
        """The units of the map that continue a leaf of a period: itself, unless it was reorganised."""
        return frozenset({leaf})

    def expected(self, unit: str, period: Period) -> int:
        """How many leaves a unit should have had."""
        return len(self.under(period).get(unit, ())) + self.missing_parts(unit, period)

    def came(self, unit: str, period: Period) -> bool:
        """Whether a row came for any leaf of the unit, for exactly that period."""
        key = unit, period
        if key not in self._came:
            rows = self.leaves(period)
            self._came[key] = bool(rows) and any(leaf in rows for leaf in self.under(period).get(unit, ()))
        return self._came[key]


@dataclass(frozen=True)
class Sum:
    """Sums of some measures over the leaves that gave all of them; `given` are these leaves.

    `source` gave them, or would have, if nothing `came`; `lacking` leaves did not give them.
    """

    source: Source
    state: str
    came: bool = True
    sums: Mapping[str, Fraction] = field(default_factory=dict)
    reporting: int = 0
    expected: int = 0
    given: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()

    @property
    def complete(self) -> bool:
        """Whether every leaf gave everything."""
        return self.state == REPORTED

    def total(self, measures: Sequence[str]) -> Fraction | None:
        """Σ of some measures; None where nobody gave them, or they did not exist yet."""
        return sum((self.sums[m] for m in measures), Fraction(0)) if self.sums.keys() >= set(measures) else None

    @property
    def why_none(self) -> str:
        """The state of a value that cannot be worked out of it."""
        return NOT_APPLICABLE if self.sums else self.state


def addends(source: Source, measures: Sequence[str], cover: Sequence[Period]) -> list[Addend]:
    """Every flow of a cover, the last stock, the first opening balance."""
    found: list[Addend] = []
    for measure in measures:
        kind = source.measures.get(measure)
        if kind is None:  # the historical series opens a year with the members at the end of the one before
            found.append((measure, "members_end", cover[0].before))
        elif kind == "flow":
            found += [(measure, measure, part) for part in cover]
        else:
            found.append((measure, measure, cover[0] if kind == "opening" else cover[-1]))
    return found


def add_up(source: Source, measures: Sequence[str], unit: str, period: Period) -> Sum | None:
    """The sums for a unit and period; None where no return of the source came for it, whole or in parts."""
    covers = list(_covers(source, unit, period))
    if not any(returned for _, returned in covers):
        return None
    usable = [cover for cover, returned in covers if returned and _has_no_gap(source, unit, cover)]
    given: dict[str, Mapping[str, Fraction]] = {}
    present, owed = set[str](), set(source.under(period).get(unit, ()))
    for cover in usable:
        for leaf, sums in _whole_leaves(source, measures, unit, cover):
            if leaf not in given:
                given[leaf] = sums
                present |= {leaf} & source.under(cover[-1]).get(unit, {}).keys()
        owed |= {leaf for leaf in _all_leaves(source, unit, cover) if len(usable) == 1 or leaf not in given}
    expected = source.expected(unit, period)
    lacking = frozenset(owed - given.keys())
    state = REPORTED if usable and not lacking and len(present) >= expected else INCOMPLETE
    if not given and state != REPORTED:
        came_whole = next(cover for cover, returned in covers if returned) == [period]
        state = NOT_REPORTED if came_whole else INCOMPLETE
        return Sum(source, state, expected=expected, lacking=lacking)
    return Sum(source, state, True, _total(given.values()), len(present), expected, given, frozenset(present), lacking)


def _total(given: Iterable[Mapping[str, Fraction]]) -> Mapping[str, Fraction]:
    total: dict[str, Fraction] = {}
    for sums in given:
        for measure, value in sums.items():
            total[measure] = total.get(measure, Fraction(0)) + value
    return total


def _covers(source: Source, unit: str, period: Period) -> Iterator[tuple[Sequence[Period], bool]]:
    for cover in period.covers():
        returned = any(source.came(unit, part) for part in cover)
        yield (cover[-1:] if source.last_part_suffices else cover), returned


def _has_no_gap(source: Source, unit: str, cover: Sequence[Period]) -> bool:
    return all(source.came(unit, part) or not source.under(part).get(unit) for part in cover)


def _all_leaves(source: Source, unit: str, cover: Sequence[Period]) -> set[str]:
    return {leaf for part in cover for leaf in source.under(part).get(unit, ())}


def _whole_leaves(
    source: Source, measures: Sequence[str], unit: str, cover: Sequence[Period]
) -> Iterator[tuple[str, Mapping[str, Fraction]]]:
    """The leaves that returned every part in which the unit had them, and left none of the addends blank."""
    needed = addends(source, measures, cover)
    parts = {*cover, *(part for _, _, part in needed)}
    for leaf in sorted(_all_leaves(source, unit, cover)):
        shares = {part: source.under(part)[unit][leaf] for part in parts if leaf in source.under(part).get(unit, ())}
        if any(leaf not in source.leaves(part) for part in shares):
            continue
        sums: dict[str, Fraction] = {}
        for name, measure, part in needed:
            if part in shares:
                value = source.leaves(part)[leaf][measure]
                if value is None and source.measures[measure] != "flag":
                    break
                sums[name] = sums.get(name, Fraction(0)) + (value or 0) * shares[part]
        else:
            yield leaf, sums


class FormSource(Source):
    """A return form, or the historical series, on the map of one day, or (None) each period on the map of its time."""

    def __init__(self, name: str, known: Known, map_day: date | None = None) -> None:
        super().__init__()
        self.name, self.known, self.map_day = name, known, map_day
        self.measures, self.grain = FORMS[name], GRAIN[name]
        self._leaves: dict[Period, Leaves] = {}
        self._under: dict[Period, tuple[Shares, Mapping[str, int]]] = {}

    def leaves(self, period: Period) -> Leaves:
        """The rows of the units that the form has a line for; flows since 1 January less those of the part before."""
        if period not in self._leaves:
            self._leaves[period] = {leaf: self._of_the_period(leaf, period) for leaf in self._rows(period)}
        return self._leaves[period]

    def _rows(self, period: Period) -> Mapping[str, tuple[bool, Counts]]:
        tree, found, own = self.known.registry.at(period.end), {}, set[str]()
        if self.name == "LS":
            return {u: (False, row) for u, row in self.known.history.get(period, {}).items() if tree.is_leaf("LS", u)}
        for sheet in self.known.returns.get((self.name, period), ()):
            for leaf, counts in _lines(sheet, tree):
                is_above = sheet.sender in tree.above[leaf]
                if is_above or leaf not in own:  # the sender above it counts, else the latest one
                    found[leaf] = sheet.cumulative, counts
                if is_above:
                    own.add(leaf)
        return found

    def _of_the_period(self, leaf: str, period: Period) -> Counts:
        cumulative, now = self._rows(period)[leaf]
        if not cumulative or period.index == 1:
            return now
        was_cumulative, before = self._rows(period.before).get(leaf, (False, None))
        if before is not None and not was_cumulative and period.before.index > 1:
            before = None  # only the year to date is known
        found = dict(now)
        for measure, kind in self.measures.items():
            if kind == "flow":
                known = before is not None and before[measure] is not None and now[measure] is not None
                found[measure] = now[measure] - before[measure] if known and before is not None else None
            elif kind == "opening":
                found[measure] = before["members_end"] if before is not None else None
        return found

    def under(self, period: Period) -> Shares:
        """By unit of the map its leaves of the period's last day."""
        return self._placed(period)[0]

    def missing_parts(self, unit: str, period: Period) -> int:
        """Leaves that were divided by shares that nobody said."""
        return self._placed(period)[1].get(unit, 0) if unit in self.under(period) else 0

    def continued_by(self, leaf: str, period: Period) -> frozenset[str]:
        """Itself, or on another map whatever got a part of it."""
        there = self.known.registry.at(period.end).units
        if self.map_day is None or leaf not in there:
            return frozenset({leaf})
        place = self._place(leaf, period, self.map_day)
        return place.lacking | place.shares.keys()

    def _placed(self, period: Period) -> tuple[Shares, Mapping[str, int]]:
        if period not in self._under:
            then = self.known.registry.at(period.end)
            tree = self.known.registry.at(self.map_day) if self.map_day else then
            found: dict[str, dict[str, Fraction]] = {}
            lacking: dict[str, int] = {}
            for leaf in then.leaves(self.name):
                place = self._place(leaf, period, self.map_day) if self.map_day else Place({leaf: WHOLE})
                for there, share in place.shares.items():
                    for unit in tree.above[there]:
                        of_unit = found.setdefault(unit, {})
                        of_unit[leaf] = of_unit[leaf] + share if leaf in of_unit else share
                for unit in place.lacking:
                    lacking[unit] = lacking.get(unit, 0) + 1
            self._under[period] = found, lacking
        return self._under[period]

    def _place(self, leaf: str, period: Period, map_day: date) -> Place:
        registry = self.known.registry
        place = registry.place(leaf, period.end, map_day)
        if self.grain == "district" and any(registry.is_reshaped(d, period.end, map_day) for d in place.shares):
            # Another perimeter: its past is not this district's, and stays with the province.
            return Place({registry.at(map_day).root: WHOLE}, place.lacking | place.shares.keys())
        return place


def _lines(sheet: Sheet, tree: Tree) -> Iterator[tuple[str, Counts]]:
    return ((unit, counts) for unit, counts in sheet.lines.items() if tree.is_leaf(sheet.form, unit))
