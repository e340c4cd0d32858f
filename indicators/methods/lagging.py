"""How surprising a cell's few admissions are. The list itself follows administrative rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from indicators.methods.reasons import Reason
from indicators.methods.series import number, numbers

FALSE_DISCOVERY_RATE = 0.05
FIRST_LOOK = 50
"""How many cells the short list holds, those to be looked at first."""
LONGEST_STREAK = 10
"""The years without admission that are counted, at most."""
_MOST_REASONS = len(Reason) - 1  # a missing return is not one

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """Why a cell should be looked at early; None where a number is not known.

    `streak`: years running without an admission; `reasons`: how many hold; `probability`: of so few admissions by
    chance alone; `people`: how many could still be won, as `attainable` gives them.
    """

    streak: int | None
    reasons: int
    probability: float | None
    people: float | None


def attainable(
    wanted: float | None, admitted: float | None, heads: float | None, members: float | None
) -> float | None:
    """How many people a cell could still win: what it lacks of its peers' admissions, or its heads who are no members.

    The greater of the two, because a head who is admitted is an admission. None: neither is known.
    """
    pairs = ((wanted, admitted), (heads, members))
    known = [max(0.0, whole - part) for whole, part in pairs if whole is not None and part is not None]
    return max(known) if known else None


def priority(cell: Urgency) -> float:
    """How early a cell should be looked at, from 0 to 1 (ours): the mean of four parts, each from 0 to 1.

    How long (years of `LONGEST_STREAK`), how many reasons (of six), how unlikely by chance (1 - probability), and how
    much could still change (n people: n/(n + 1)). What is not known adds nothing. No part depends on other cells, so
    two cells stand in the same order in the list of a base organisation, a district and the province.
    """
    parts = (
        min(cell.streak or 0, LONGEST_STREAK) / LONGEST_STREAK,
        min(cell.reasons, _MOST_REASONS) / _MOST_REASONS,
        0.0 if cell.probability is None else 1 - cell.probability,
        0.0 if cell.people is None else cell.people / (cell.people + 1),
    )
    return sum(parts) / len(parts)


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


def ranked_alike(
    counts: Mapping[Exposure[Key], int], rate: float | None, share: float = FALSE_DISCOVERY_RATE
) -> dict[Exposure[Key], Ranked[Key]]:
    """The same for units of which many are alike: `counts` tells how many there are of each exposure.

    Raises:
        ValueError: as `surprise`.
    """
    chances = {unit: surprise(unit.admitted, unit.members, rate, unit.years) for unit in counts}
    every = [chance for unit, chance in chances.items() for _ in range(counts[unit])]
    judged = dict(zip(every, discoveries(every, share), strict=True))
    return {
        unit: Ranked(
            exposure=unit,
            expected=expected(unit.members, rate, unit.years),
            probability=chance,
            adjusted=judged[chance][0],
            stands_out=judged[chance][1],
        )
        for unit, chance in chances.items()
    }


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
