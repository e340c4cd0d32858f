"""How surprising a cell's few admissions are. The list itself follows administrative rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from indicators.methods.series import number, numbers

FALSE_DISCOVERY_RATE = 0.05

Key = TypeVar("Key", bound=Hashable)
Group = TypeVar("Group", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure(Generic[Key]):
    """Admissions and member-years of a unit; `unit` is any hashable key."""

    unit: Key
    admitted: float | None
    members: float | None
    years: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked(Generic[Key]):
    """A unit with the admissions expected at its peers' rate and the probability of as few as observed.

    `adjusted` is that probability corrected for multiple testing; `stands_out` when it is small.
    """

    exposure: Exposure[Key]
    expected: float | None
    probability: float | None
    adjusted: float | None
    stands_out: bool


def expected(members: float | None, rate: float | None, years: float | None) -> float | None:
    """Admissions that a unit of so many members would have at its peers' rate a year; None when an input is missing.

    Raises:
        ValueError: an input below 0.
    """
    known = numbers((members, rate, years))
    if any(value is not None and value < 0 for value in known):
        raise ValueError(f"{members} members at {rate} a year over {years} years: none may be below 0")
    mean = 1.0
    for value in known:
        if value is None:
            return None
        mean *= value
    return mean


def surprise(admitted: float | None, members: float | None, rate: float | None, years: float | None) -> float | None:
    """P(X <= admitted) where X is Poisson with mean members*rate*years: small is surprising. None: an input is missing.

    Raises:
        ValueError: an input below 0.
    """
    count, mean = number(admitted), expected(members, rate, years)
    if count is not None and count < 0:
        raise ValueError(f"{admitted} admitted: a count is 0 or more")
    if count is None or mean is None:
        return None
    from scipy.special import pdtr

    return float(pdtr(count, mean))


def discoveries(
    probabilities: Sequence[float | None], share: float = FALSE_DISCOVERY_RATE
) -> list[tuple[float | None, bool]]:
    """For each probability its Benjamini-Hochberg adjusted one and whether it stands out; missing ones never do.

    Of those that stand out the expected share of false ones is at most `share` (Benjamini and Hochberg 1995). Here in
    full, because importing statsmodels takes seconds that a page does not have; the tests hold it against its `fdr_bh`.

    Raises:
        ValueError: a probability outside 0..1.
    """
    known = [value for value in numbers(probabilities) if value is not None]
    if not all(0 <= value <= 1 for value in known):
        raise ValueError("probabilities lie between 0 and 1")
    count, least, stands_out = len(known), 1.0, False
    found: dict[float, tuple[float, bool]] = {}
    for rank, value in sorted(enumerate(sorted(known), start=1), reverse=True):
        least, stands_out = min(least, value / (rank / count)), stands_out or value <= rank / count * share
        found[value] = least, stands_out
    return [(None, False) if value is None else found[value] for value in numbers(probabilities)]


def ranked(
    exposures: Iterable[Exposure[Key]], rate: float | None, share: float = FALSE_DISCOVERY_RATE
) -> tuple[Ranked[Key], ...]:
    """The units, the most surprising first, those that cannot be judged last.

    Raises:
        ValueError: as `surprise`.
    """
    units = list(exposures)
    chances = [surprise(unit.admitted, unit.members, rate, unit.years) for unit in units]
    found = [
        Ranked(
            exposure=unit,
            expected=expected(unit.members, rate, unit.years),
            probability=chance,
            adjusted=adjusted,
            stands_out=stands_out,
        )
        for unit, chance, (adjusted, stands_out) in zip(units, chances, discoveries(chances, share), strict=True)
    ]
    return tuple(sorted(found, key=lambda unit: (unit.probability is None, unit.probability)))


def pooled(exposures: Iterable[tuple[Group, Exposure[Key]]]) -> tuple[Exposure[Group], ...]:
    """The units of each group (base organisation, district) as one, because a cell alone is too small for a verdict.

    Members count by the years that they were there, so the pooled `members` are member-years over one year. A unit that
    lacks a number is left out of both sums.
    """
    groups: dict[Group, list[Exposure[Key]]] = defaultdict(list)
    for group, exposure in exposures:
        groups[group].append(exposure)
    return tuple(_pool(group, units) for group, units in groups.items())


def _pool(group: Group, units: Iterable[Exposure[Key]]) -> Exposure[Group]:
    counted: list[tuple[Any, Any]] = [
        (unit.admitted, unit.members * unit.years)
        for unit in units
        if unit.admitted is not None and unit.members is not None
    ]
    if not counted:
        return Exposure(unit=group, admitted=None, members=None, years=1)
    return Exposure(
        unit=group, admitted=sum(admitted for admitted, _ in counted), members=sum(size for _, size in counted), years=1
    )
