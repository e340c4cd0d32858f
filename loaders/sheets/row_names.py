"""Names of units in the rows of a return: whether they agree with the codes beside them, and fit a single unit."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz

from data.language import Text
from data.organisations.units import LEVELS, Level, Registry, Tree, Unit
from data.returns import Finding
from data.vietnamese.person_names import masked
from data.vietnamese.text import key, proper_key
from loaders.findings import error, first_places, warning
from loaders.messages import sentence
from loaders.sheets.recognise import Recognised
from loaders.vietnamese.numbers import show
from loaders.vietnamese.unit_names import is_name_of, parse_name

# Below the first a name is another one altogether; from the second on it is the unit's own, misspelt or shortened.
_UNLIKE, _ALMOST = 60, 85
_CODES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _NamedRow:
    row: int
    name: str
    units: tuple[Unit, ...]


@dataclass
class RowNames:
    """Collects rows whose names contradict their codes, fit nothing, or fit several units; `scope` is the sender."""

    found: Recognised
    tree: Tree
    registry: Registry
    scope: Unit
    of_others: list[_NamedRow] = field(default_factory=list)
    unlike: list[_NamedRow] = field(default_factory=list)
    ambiguous: list[_NamedRow] = field(default_factory=list)

    def compare(self, row: int, name: str, unit: Unit) -> None:
        """Compares the name in a zero-based row with the unit of the code beside it."""
        words = key(name)
        if not words or any(is_name_of(name, spell.name) for spell in self.registry.spells_of.get(unit.id, (unit,))):
            return
        similar = _similarity(words, key(unit.name))
        above = {unit.id, *(other.id for other in self.tree.ancestors(unit.id))}
        others = [other for other in self._alike(name) if other.id not in above]
        near = [other for other in others if self._base(other) == self._base(unit)]
        if near or (others and similar < _ALMOST):
            self.of_others.append(_NamedRow(row, name, (unit, (near or others)[0])))
        elif not others and (similar < _UNLIKE or _are_unlike(_bare(name), _bare(unit.name))):
            self.unlike.append(_NamedRow(row, name, (unit,)))

    def is_ambiguous(self, row: int, name: str) -> bool:
        """Whether several units of the sender have the name in a row without a code."""
        units = self._alike(name)
        if len(units) > 1:
            self.ambiguous.append(_NamedRow(row, name, tuple(units)))
        return len(units) > 1

    def findings(self) -> Iterator[Finding]:
        """A finding for each kind of row."""
        for code, say, rows, place in (
            ("names_of_others", error, self.of_others, self._beside),
            ("names_unlike", warning, self.unlike, self._beside),
            ("names_ambiguous", error, self.ambiguous, self._alone),
        ):
            if rows:
                cell = self.found.cell(rows[0].row, "unit_name")
                # Of a name in many rows one is enough to show what is meant.
                shown = {key(named.name): named for named in reversed(rows)}
                about = {"number": show(len(rows)), "places": first_places(map(place, reversed(shown.values())))}
                yield say(code, self.found.name, cell, **about)

    def _beside(self, named: _NamedRow) -> Text:
        unit = named.units[0]
        about = {"cell": self._cell(named), "written": masked(named.name), "code": unit.code, "name": unit.name}
        return sentence("name_beside_code", **about)

    def _alone(self, named: _NamedRow) -> Text:
        codes = ", ".join(unit.code for unit in named.units[:_CODES_SHOWN])
        more = ", …" if len(named.units) > _CODES_SHOWN else ""
        return sentence("name_alone", cell=self._cell(named), written=masked(named.name), codes=codes + more)

    def _cell(self, named: _NamedRow) -> str:
        return self.found.cell(named.row, "unit_name")

    def _alike(self, name: str) -> list[Unit]:
        exact = self._by_name.get(key(name), [])
        return exact or self._by_name.get(proper_key(name), [])

    def _base(self, unit: Unit) -> int:
        """The base of a unit, itself where it has none above it."""
        above = (unit, *self.tree.ancestors(unit.id))
        return next((each.id for each in above if each.kind in LEVELS[Level.BASE]), unit.id)

    @cached_property
    def _by_name(self) -> Mapping[str, list[Unit]]:
        """The sender's units by the keys of their names."""
        found: dict[str, list[Unit]] = {}
        for unit in self.tree.within(self.scope.id):
            for words in {key(unit.name), proper_key(unit.name)}:
                found.setdefault(words, []).append(unit)
        return found


def _similarity(one: str, other: str) -> float:
    return max(fuzz.ratio(one, other), fuzz.token_set_ratio(one, other))


def _are_unlike(own: str, other: str) -> bool:
    """Whether own names have nothing in common: no similar words, and neither abbreviates the other."""
    initials = "".join(word[0] for word in other.split())
    return _similarity(own, other) < _UNLIKE and own.replace(" ", "") not in initials


def _bare(name: str) -> str:
    """A unit's own name without its kind and without accents: kinds alone make names alike."""
    letters = unicodedata.normalize("NFD", parse_name(name).own.replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
