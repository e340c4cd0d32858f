"""The tree of organisations on a day, and where the organisations of an earlier day are to be found on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from tests.second_reading.workbooks import GRAIN, Spell, Succession

_DAY = timedelta(days=1)
WHOLE = Fraction(1)


class Tree:
    """The organisations of a day."""

    def __init__(self, spells: Iterable[Spell]) -> None:
        self.units = {spell.code: spell for spell in spells}
        self.above = {code: self._line(code) for code in self.units}
        self.below: dict[str, set[str]] = {code: set() for code in self.units}
        for code, line in self.above.items():
            for unit in line:
                self.below[unit].add(code)

    def _line(self, code: str | None) -> list[str]:
        line: list[str] = []
        while code in self.units and code is not None:
            line.append(code)
            code = self.units[code].parent
        return line

    @cached_property
    def root(self) -> str:
        """The province."""
        return next(code for code, spell in self.units.items() if spell.parent is None)

    @property
    def senders(self) -> Sequence[str]:
        """Who sends returns: the units directly below the province."""
        return [code for code, spell in self.units.items() if spell.parent == self.root]

    def at_level(self, level: str) -> Sequence[str]:
        """The units that are listed at a level."""
        return [code for code, spell in self.units.items() if level in spell.levels]

    def district(self, code: str) -> str | None:
        """The district that a unit is or belongs to."""
        return next((up for up in self.above.get(code, ()) if "district" in self.units[up].levels), None)

    def is_leaf(self, form: str, code: str) -> bool:
        """Whether a form has a line for the unit."""
        spell, grain = self.units.get(code), GRAIN[form]
        if spell is None:
            return False
        return "cell" in spell.levels and spell.residential if grain == "residential" else grain in spell.levels

    def leaves(self, form: str) -> Sequence[str]:
        """The units that a form has a line for."""
        return [code for code in self.units if self.is_leaf(form, code)]

    def common(self, codes: Iterable[str]) -> str | None:
        """The lowest unit above all of some, not one of them."""
        lines = [self.above[code][1:] for code in codes]
        return next((unit for unit in lines[0] if all(unit in line for line in lines)), None) if lines else None


@dataclass(frozen=True)
class Place:
    """Where a unit went: shares of 1 by unit; `lacking` are units that got a part of it nobody knows the size of."""

    shares: Mapping[str, Fraction]
    lacking: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Registry:
    """Every spell of every unit, and who followed whom."""

    spells: Sequence[Spell]
    successions: Sequence[Succession]
    _trees: dict[tuple[int, ...], Tree] = field(default_factory=dict)
    _days: dict[date, Tree] = field(default_factory=dict)
    _places: dict[tuple[str, date, date], Place] = field(default_factory=dict)
    _changed: dict[date, set[str]] = field(default_factory=dict)

    def at(self, day: date) -> Tree:
        """The tree of a day."""
        if day not in self._days:
            there = tuple(place for place, spell in enumerate(self.spells) if spell.first <= day <= spell.last)
            if there not in self._trees:
                self._trees[there] = Tree(self.spells[place] for place in there)
            self._days[day] = self._trees[there]
        return self._days[day]

    def place(self, unit: str, day: date, today: date) -> Place:
        """Where a unit of a day is on the map of `today`.

        A merged unit went to its successor; a divided one by the shares of the decision, and what these leave stays
        with it if it lives on; without shares it went to the lowest unit above all that followed it.
        """
        key = unit, day, today
        if key not in self._places:
            self._places[key] = self._follow(unit, day, today)
        return self._places[key]

    def _follow(self, unit: str, day: date, today: date) -> Place:
        later = sorted({s.day for s in self.successions if s.before == unit and day < s.day <= today})
        if not later:
            return self._stayed(unit, day, today)
        turn = later[0]
        shares = {s.after: s.share for s in self.successions if s.before == unit and s.day == turn}
        lives_on = unit in self.at(turn).units
        known = [share for share in shares.values() if share is not None]
        if len(shares) == 1 and not lives_on:
            shares = dict.fromkeys(shares, WHOLE)
        elif len(known) == len(shares) and lives_on and sum(known) < 1:
            shares[unit] = WHOLE - sum(known)
        elif len(known) < len(shares) or sum(known) != 1:
            return self._nobody_said([*shares, *([unit] if lives_on else [])], turn, today)
        found: dict[str, Fraction] = {}
        lacking: frozenset[str] = frozenset()
        for after, share in shares.items():
            place = self.place(after, turn, today)
            lacking |= place.lacking
            for there, part in place.shares.items():
                found[there] = found.get(there, Fraction(0)) + part * (share or 0)
        return Place(found, lacking)

    def _stayed(self, unit: str, day: date, today: date) -> Place:
        if unit in self.at(today).units:
            return Place({unit: WHOLE})
        spells = [spell for spell in self.spells if spell.code == unit and spell.first <= today]
        last = max(spells, key=lambda spell: spell.first, default=None)
        return self.place(last.parent, max(day, last.last), today) if last and last.parent else Place({})

    def _nobody_said(self, successors: Sequence[str], turn: date, today: date) -> Place:
        places = [self.place(unit, turn, today) for unit in successors]
        there, tree = [code for place in places for code in place.shares], self.at(today)
        common = tree.common(there)
        lacking = {up for code in there for up in tree.above[code] if common and common in tree.above[up][1:]}
        return Place({common: WHOLE} if common else {}, frozenset(lacking).union(*(p.lacking for p in places)))

    @cached_property
    def turns(self) -> Sequence[date]:
        """The days on which anything changed."""
        ends = {spell.last + _DAY for spell in self.spells if spell.last < date.max}
        return sorted({spell.first for spell in self.spells} | ends | {line.day for line in self.successions})

    def changed(self, day: date) -> set[str]:
        """The units that on a day gained units from others or lost some to them."""
        if day not in self._changed:
            self._changed[day] = self._find_changed(day)
        return self._changed[day]

    def _find_changed(self, day: date) -> set[str]:
        before, after, found = self.at(day - _DAY), self.at(day), self.lacking(day)
        for unit in before.units:
            was, now = dict.fromkeys(before.above[unit], WHOLE), dict[str, Fraction]()
            for there, share in self.place(unit, day - _DAY, day).shares.items():
                for above in after.above[there]:
                    now[above] = now.get(above, Fraction(0)) + share
            found |= {above for above in was.keys() | now.keys() if was.get(above) != now.get(above)}
        return found

    def lacking(self, day: date) -> set[str]:
        """The units that on a day got parts of others that nobody said the size of."""
        places = (self.place(unit, day - _DAY, day) for unit in self.at(day - _DAY).units)
        return {unit for place in places for unit in place.lacking}

    def is_reshaped(self, district: str, day: date, today: date) -> bool:
        """Whether a district of the map gained a unit from another one or lost one to it since a day."""
        then, now = self.at(day), self.at(today)
        for unit in then.units:
            home = then.district(unit)
            if home is None or home == unit:
                continue
            before = {now.district(code) or code for code in self.place(home, day, today).shares}
            after = {now.district(code) or code for code in self.place(unit, day, today).shares}
            if before != after and district in before | after:
                return True
        return False

    def merged_into(self, unit: str, day: date) -> Mapping[str, date]:
        """Every unit that went into a unit by a day, directly or through others, and when."""
        found: dict[str, date] = {}
        pending = [(unit, day)]
        while pending:
            after, until = pending.pop()
            for line in self.successions:
                if line.after == after and line.day <= until and line.before not in {unit, *found}:
                    found[line.before] = line.day
                    pending.append((line.before, line.day))
        return found
