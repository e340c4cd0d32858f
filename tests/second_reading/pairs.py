"""Two sums over the same units: a ratio across forms, a growth between periods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Protocol

from tests.second_reading.counts import INCOMPLETE, Source, Sum
from tests.second_reading.periods import Period

_COARSENESS = {"cell": 0, "residential": 0, "base": 1, "district": 2}


def coarseness(source: Source) -> int:
    """How coarse the units are that a source's lines are about."""
    return _COARSENESS[source.grain]


@dataclass(frozen=True)
class Operand:
    """Measures of a period, on the map of a day (None: the usual one)."""

    measures: Sequence[str]
    period: Period
    map_day: date | None = None

    def asked(self, unit: str) -> tuple[Sequence[str], str, Period, date | None]:
        """The same, asked of a unit."""
        return self.measures, unit, self.period, self.map_day


class Reading(Protocol):
    """What gives sums."""

    def read(self, measures: Sequence[str], unit: str, period: Period, map_day: date | None = None) -> Sum:
        """The sums of some measures of a unit."""
        ...

    def source(self, name: str, map_day: date | None = None) -> Source:
        """A source on a map."""
        ...


def pair(values: Reading, unit: str, over: Operand, under: Operand) -> tuple[Sum, Sum]:
    """The sums of both over the units that gave both, matched at the coarser grain of the two.

    A unit answers for all that it continues: where a merged cell or one of its predecessors gave nothing, all of them
    are left out on both sides. Who reported is counted at the coarser grain, as of the later period's last day.
    """
    one, other = values.read(*over.asked(unit)), values.read(*under.asked(unit))
    same = coarseness(one.source) == coarseness(other.source)
    coarser = max(one, other, key=lambda found: coarseness(found.source))
    usual = values.source(coarser.source.name)
    reporting = None if same else usual.expected(unit, over.period)
    if not one.sums or not other.sums:
        reporting = None if same else 0
    elif not (one.complete and other.complete):
        if same:
            return _leaf_by_leaf(one, other, over, under)
        one, other, reporting = _at_coarser(values, unit, (one, over), (other, under), over.period)
    if reporting is None:
        return one, other
    expected = usual.expected(unit, over.period)
    return replace(one, reporting=reporting, expected=expected), replace(other, reporting=reporting, expected=expected)


def _keys(found: Sum, operand: Operand, leaf: str, targets: frozenset[str]) -> frozenset[str]:
    """The units by which a leaf is matched: those that continue it on the map, or else it itself."""
    return found.source.continued_by(leaf, operand.period) & targets or frozenset({leaf})


def _leaf_by_leaf(one: Sum, other: Sum, over: Operand, under: Operand) -> tuple[Sum, Sum]:
    everything = frozenset(one.given) | one.lacking
    targets = everything.union(*(one.source.continued_by(leaf, over.period) for leaf in everything))
    sides = [(one, over), (other, under)]
    gone = {key for found, op in sides for leaf in found.lacking for key in _keys(found, op, leaf, targets)}
    while True:
        more = set(gone)
        for found, op in sides:
            for leaf in found.given:
                keys = _keys(found, op, leaf, targets)
                more |= keys if keys & gone else set()
        if more == gone:
            break
        gone = more
    kept = [
        _only(found, [leaf for leaf in found.given if not _keys(found, op, leaf, targets) & gone])
        for found, op in sides
    ]
    return kept[0], kept[1]


def _at_coarser(
    values: Reading, unit: str, one: tuple[Sum, Operand], other: tuple[Sum, Operand], period: Period
) -> tuple[Sum, Sum, int]:
    """The coarser units of which the sums of the finer form below them are complete."""
    one_is_coarse = coarseness(one[0].source) > coarseness(other[0].source)
    (coarse, of_coarse), (fine, of_fine) = (one, other) if one_is_coarse else (other, one)
    usual = values.source(coarse.source.name)
    now = usual.under(period).get(unit, {}).keys()
    targets = frozenset().union(*(usual.continued_by(leaf, period) for leaf in now))
    matched = {leaf: _keys(coarse, of_coarse, leaf, targets) for leaf in coarse.given}
    below = {key: values.read(*of_fine.asked(key)) for keys in matched.values() for key in keys}
    gone = {key for key, found in below.items() if not found.complete or not found.sums}
    gone |= {key for leaf in coarse.lacking for key in _keys(coarse, of_coarse, leaf, targets)}
    while more := {key for keys in matched.values() if keys & gone for key in keys} - gone:
        gone |= more
    kept = _only(coarse, [leaf for leaf, keys in matched.items() if not keys & gone])
    whole = [found for key, found in below.items() if key not in gone]
    sums = {m: sum((found.sums[m] for found in whole), Fraction(0)) for m in of_fine.measures} if whole else {}
    finer = replace(fine, state=INCOMPLETE, sums=sums)
    reporting = sum(usual.continued_by(leaf, period) <= below.keys() - gone for leaf in now)
    return (kept, finer, reporting) if one_is_coarse else (finer, kept, reporting)


def _only(found: Sum, leaves: Iterable[str]) -> Sum:
    """The sums over some of the leaves; incomplete if that is not all."""
    kept = {leaf: found.given[leaf] for leaf in leaves}
    if len(kept) == len(found.given):
        return found
    sums: dict[str, Fraction] = {}
    for of_leaf in kept.values():
        for measure, value in of_leaf.items():
            sums[measure] = sums.get(measure, Fraction(0)) + value
    present = found.present & kept.keys()
    return replace(found, state=INCOMPLETE, sums=sums, given=kept, present=present, reporting=len(present))
