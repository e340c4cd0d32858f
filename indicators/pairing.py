"""The same sums in two periods, over the units that gave both: growth never counts a unit that is missing in one."""

from __future__ import annotations

from collections.abc import Sequence

from data.forms import SOURCES
from data.observations import Observations
from data.periods import Period
from data.units import Grain
from indicators.model import Measures
from indicators.reading import LeafSums, Question, Reading, Sums, read, read_leaves
from indicators.value import State

_COARSENESS = {grain: place for place, grain in enumerate(Grain)}

Pair = tuple[Reading, Reading]


def read_pair(observations: Observations, measures: Measures, unit: int, periods: tuple[Period, Period]) -> Pair:
    """Readings of the later and of the base period.

    When either is incomplete, they are paired at the coarser grain of the two sources. Leaves of the same grain that
    ended or began in between count on the side on which they existed, so that a merger does not drop anybody.
    """
    now, base = (read(observations, measures, unit, period) for period in periods)
    if not (now.sums and base.sums) or (now.complete and base.complete):
        return now, base
    asked = [
        Question(observations, source, measures, unit, period)
        for source, period in ((now.source, periods[0]), (base.source, periods[1]))
        if source is not None
    ]
    if now.source == base.source:
        return _pair_leaves(read_leaves(asked[0]), read_leaves(asked[1]))
    if _coarseness(asked[0]) >= _coarseness(asked[1]):
        return _pair_coarse(asked[0], asked[1])
    base, now = _pair_coarse(asked[1], asked[0])
    return now, base


def _coarseness(question: Question) -> int:
    grain = SOURCES[question.source].grain
    return -1 if grain is None else _COARSENESS[grain]


def _pair_leaves(now: LeafSums, base: LeafSums) -> Pair:
    return now.reading(without=_missing(now, base)), base.reading(without=_missing(base, now))


def _missing(here: LeafSums, there: LeafSums) -> frozenset[int]:
    """Leaves that gave everything here, existed there, and did not give everything there."""
    if there.complete:
        return frozenset()
    return frozenset(
        leaf
        for leaf in here.given
        if leaf not in there.given and (leaf in there.lacking or there.question.exists(leaf, there.question.period))
    )


def _pair_coarse(coarse: Question, fine: Question) -> Pair:
    """Pairs each leaf of the coarser source with the whole of what is below it in the finer one."""
    there = read_leaves(coarse)
    found = {leaf: read(fine.observations, fine.measures, leaf, fine.period) for leaf in there.given}
    whole = [reading for reading in found.values() if reading.complete and reading.sums]
    without = frozenset(leaf for leaf, reading in found.items() if not (reading.complete and reading.sums))
    return there.reading(without=without), _joined(fine, whole)


def _joined(question: Question, readings: Sequence[Reading]) -> Reading:
    if not readings:
        return question.nothing()
    return Reading(
        source=question.source,
        state=State.INCOMPLETE,
        sums=_sum_of([reading.sums for reading in readings]),
        reporting=sum(reading.reporting for reading in readings),
        expected=question.expected,
        uses=tuple(use for reading in readings for use in reading.uses),
    )


def _sum_of(sums: Sequence[Sums]) -> Sums:
    return {role: sum(values[role] for values in sums) for role in sums[0]}
