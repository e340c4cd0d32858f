"""Why a value moved between two periods: parts that add up exactly to its change, by cause and by unit.

Source: Kitagawa, Components of a Difference Between Two Rates (1955), the symmetric split of a difference between two
ratios into rates and composition (shift-share); counts are simply summed. The path goes from the earlier value to the
later one through the units that are compared: first those whose perimeter changed leave, then those that did not report
in both periods; what is left moves; then the others come back in the reverse order.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Generic, TypeVar

from data.language import Text

Unit = TypeVar("Unit", bound=Hashable)
Name = TypeVar("Name", bound=Hashable)


class Cause(StrEnum):
    """Why a value moved, in the order in which causes are stated.

    `units`: what the compared units did, at the mean of their weights. `mix`: their weights in the denominator, at the
    mean of their rates. `plan`: the plan that is the denominator. `reporting`: units that reported in one of the
    periods only. `perimeter`: units that were moved, merged or divided across the boundary, founded or dissolved.
    `corrections`: what later returns made of the same period.
    """

    UNITS = "units"
    MIX = "mix"
    PLAN = "plan"
    REPORTING = "reporting"
    PERIMETER = "perimeter"
    CORRECTIONS = "corrections"


CAUSE_TITLES: Mapping[Cause, Text] = {
    Cause.UNITS: Text("Các đơn vị thực hiện", "What units did"),
    Cause.MIX: Text("Thay đổi cơ cấu (tỷ trọng các đơn vị)", "Mix: weights of units"),
    Cause.PLAN: Text("Thay đổi kế hoạch", "Change of plan"),
    Cause.REPORTING: Text("Đơn vị báo cáo khác nhau giữa hai kỳ", "Who reported"),
    Cause.PERIMETER: Text("Sắp xếp tổ chức", "Reorganisation"),
    Cause.CORRECTIONS: Text("Báo cáo thay thế", "Corrections"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a unit adds to the numerator and to the denominator."""

    numerator: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)

    def __add__(self, other: Terms) -> Terms:
        return Terms(self.numerator + other.numerator, self.denominator + other.denominator)

    def __sub__(self, other: Terms) -> Terms:
        return Terms(self.numerator - other.numerator, self.denominator - other.denominator)


@dataclass(frozen=True, slots=True)
class UnitTerms(Generic[Unit]):
    """What a unit, or a part of it, gave in the two periods.

    `apart` says why the two are not compared, `reporting` or `perimeter`; None: they are.
    """

    unit: Unit
    before: Terms = field(default_factory=Terms)
    after: Terms = field(default_factory=Terms)
    apart: Cause | None = None


@dataclass(frozen=True, slots=True)
class Decomposition(Generic[Unit]):
    """The change of a value as parts: by unit, then by cause."""

    by_unit: Mapping[Unit, Mapping[Cause, Fraction]]

    @property
    def parts(self) -> Mapping[Cause, Fraction]:
        """The parts by cause, in the order of causes; those that are 0 are left out."""
        sums = {cause: sum(given.get(cause, Fraction(0)) for given in self.by_unit.values()) for cause in Cause}
        return {cause: Fraction(part) for cause, part in sums.items() if part}

    @property
    def total(self) -> Fraction:
        """The change."""
        return sum((part for given in self.by_unit.values() for part in given.values()), start=Fraction(0))

    def plus(self, other: Decomposition[Unit], sign: int = 1) -> Decomposition[Unit]:
        """The parts of a change that follows this one; with the sign -1 of the difference of two changes."""
        found = {unit: dict(given) for unit, given in self.by_unit.items()}
        for unit, given in other.by_unit.items():
            own = found.setdefault(unit, {})
            for cause, part in given.items():
                own[cause] = own.get(cause, Fraction(0)) + sign * part
        return Decomposition(found)

    def of_corrections(self) -> Decomposition[Unit]:
        """Of one period as known at two instants: what units gave anew are corrections."""
        kept = {Cause.REPORTING, Cause.PERIMETER}
        found: dict[Unit, dict[Cause, Fraction]] = {}
        for unit, given in self.by_unit.items():
            corrected = sum((part for cause, part in given.items() if cause not in kept), start=Fraction(0))
            found[unit] = {cause: part for cause, part in given.items() if cause in kept}
            found[unit][Cause.CORRECTIONS] = corrected
        return Decomposition(found)


def of_sum(
    given: Iterable[UnitTerms[Unit]], scales: tuple[Fraction, Fraction] = (Fraction(1), Fraction(1))
) -> Decomposition[Unit]:
    """The parts of a change of Σ numerators times the scale of its period, such as 1 over the year's plan.

    The scale's own change, at the mean of the numerators, is the part of the plan.
    """
    earlier, later = scales
    found: dict[Unit, dict[Cause, Fraction]] = {}
    for each in given:
        before, after = each.before.numerator, each.after.numerator
        if each.apart is not None:
            _add(found, each.unit, each.apart, after * later - before * earlier)
            continue
        _add(found, each.unit, Cause.UNITS, (after - before) * (earlier + later) / 2)
        _add(found, each.unit, Cause.PLAN, (later - earlier) * (before + after) / 2)
    return Decomposition(found)


def of_ratio(given: Sequence[UnitTerms[Unit]], per: int = 1) -> Decomposition[Unit] | None:
    """The parts of a change of per * Σ numerators / Σ denominators.

    A unit without a denominator in one of the periods has no rate there: its weight counts as mix, at the rate that it
    has. None where the units that are compared have no denominator, so that nothing can be told apart.
    """
    found: dict[Unit, dict[Cause, Fraction]] = {}
    earlier, compared_before = _leaving([(each, each.before) for each in given], found, sign=-1)
    later, compared_after = _leaving([(each, each.after) for each in given], found, sign=1)
    if earlier is None or later is None:
        return None
    level = (earlier + later) / 2
    for unit in dict.fromkeys((*compared_before, *compared_after)):
        before, after = (given.get(unit, Terms()) for given in (compared_before, compared_after))
        _compare(found, unit, before, after, level)
    return Decomposition({unit: {cause: per * part for cause, part in given.items()} for unit, given in found.items()})


def _leaving(
    given: Sequence[tuple[UnitTerms[Unit], Terms]], found: dict[Unit, dict[Cause, Fraction]], *, sign: int
) -> tuple[Fraction | None, dict[Unit, Terms]]:
    """The ratio of the compared units, and their shares of the whole; the others are taken away, cause by cause."""
    left = sum((terms for _, terms in given), start=Terms())
    for cause in (Cause.PERIMETER, Cause.REPORTING):
        gone = [(each.unit, terms) for each, terms in given if each.apart is cause and terms != Terms()]
        rest = left - sum((terms for _, terms in gone), start=Terms())
        if not (left.denominator and rest.denominator):
            return None, {}
        ratio = rest.numerator / rest.denominator
        for unit, terms in gone:
            # Linear in each unit, so that their parts add up to what they move together.
            moved = (terms.numerator - ratio * terms.denominator) / left.denominator
            _add(found, unit, cause, sign * moved)
        left = rest
    shares: dict[Unit, Terms] = {}
    for each, terms in given:
        if each.apart is None:
            share = Terms(terms.numerator / left.denominator, terms.denominator / left.denominator)
            shares[each.unit] = shares.get(each.unit, Terms()) + share
    return left.numerator / left.denominator, shares


def _compare(
    found: dict[Unit, dict[Cause, Fraction]], unit: Unit, before: Terms, after: Terms, level: Fraction
) -> None:
    """Adds a compared unit's parts; its mix is told from the `level` of all, which leaves their sum as it is."""
    rates = [terms.numerator / terms.denominator for terms in (before, after) if terms.denominator]
    rate = sum(rates, start=Fraction(0)) / len(rates) if rates else level
    weight = after.denominator - before.denominator
    _add(found, unit, Cause.UNITS, after.numerator - before.numerator - rate * weight)
    _add(found, unit, Cause.MIX, (rate - level) * weight)


def _add(found: dict[Unit, dict[Cause, Fraction]], unit: Unit, cause: Cause, part: Fraction) -> None:
    own = found.setdefault(unit, {})
    if part:
        own[cause] = own.get(cause, Fraction(0)) + part


def rounded(parts: Mapping[Name, Fraction], places: int, total: Fraction | None = None) -> dict[Name, Fraction]:
    """The parts rounded so that they add up to `total`, or to their rounded sum, by the largest remainder.

    `total` has no more decimals, and is the sum rounded up or down.
    """
    scale = 10**places
    whole = sum(parts.values(), start=Fraction(0)) * scale
    half_up = floor(abs(whole) + Fraction(1, 2)) * (1 if whole >= 0 else -1)  # away from zero, as it is written
    found = {name: floor(part * scale) for name, part in parts.items()}
    left = (half_up if total is None else int(total * scale)) - sum(found.values())
    for name in sorted(parts, key=lambda name: found[name] - parts[name] * scale)[:left]:
        found[name] += 1
    return {name: Fraction(part, scale) for name, part in found.items()}
