"""Pairs two sums over the units that reported both: growth between periods, ratios between forms."""

from __future__ import annotations

from data.observations import Observations
from data.organisations.units import Grain
from data.periods import Period
from indicators.values.model import Measures
from indicators.values.reading import LeafSums, Reading, SumQuery, joined, read, read_leaves
from indicators.values.value import State

# A residential cell is a cell: its rows are paired with those of all cells, leaf by leaf.
_COARSENESS = {Grain.CELL: 0, Grain.RESIDENTIAL_CELL: 0, Grain.BASE: 1, Grain.DISTRICT: 2}

Pair = tuple[Reading, Reading]
Asked = tuple[Measures, Period]


def read_pair(observations: Observations, unit: int, over: Asked, under: Asked) -> Pair:
    """Readings of `over` (later period, numerator) and `under` (base period, denominator).

    When either is incomplete, they are paired at the coarser grain of the two sources. Leaves of the same grain of
    which nothing was expected on the other side (they ended or began in between) count on the side on which they
    existed, so that a merger does not drop anybody.
    """
    top, bottom = (read(observations, measures, unit, period) for measures, period in (over, under))
    if not (top.sums and bottom.sums) or (top.complete and bottom.complete):
        return top, bottom
    asked = [
        SumQuery(observations, reading.source, measures, unit, period)
        for reading, (measures, period) in ((top, over), (bottom, under))
        if reading.source is not None
    ]
    if _coarseness(asked[0]) == _coarseness(asked[1]):
        return _pair_leaves(read_leaves(asked[0]), read_leaves(asked[1]))
    if _coarseness(asked[0]) > _coarseness(asked[1]):
        return _pair_coarse(asked[0], asked[1])
    bottom, top = _pair_coarse(asked[1], asked[0])
    return top, bottom


def _coarseness(query: SumQuery) -> int:
    grain = query.observations.vocabulary.sources[query.source].grain
    return -1 if grain is None else _COARSENESS[grain]


def _pair_leaves(over: LeafSums, under: LeafSums) -> Pair:
    without_over, without_under = _missing(over, under), _missing(under, over)
    while True:
        gone = over.represented(without_over) | under.represented(without_under)
        more_over, more_under = _touched(over, gone), _touched(under, gone)
        if more_over == without_over and more_under == without_under:
            return over.reading(without=without_over), under.reading(without=without_under)
        without_over, without_under = more_over, more_under


def _missing(here: LeafSums, there: LeafSums) -> frozenset[int]:
    """Leaves that reported in full here, existed there, and did not report in full there."""
    if there.complete:
        return frozenset()
    given, partial_leaves = there.represented(there.given), there.represented(there.partial_leaves)

    def is_missing(unit: int) -> bool:
        return unit not in given and (unit in partial_leaves or there.query.existed(unit, there.query.period))

    return frozenset(leaf for leaf in here.given if any(map(is_missing, here.represented((leaf,)))))


def _touched(here: LeafSums, gone: frozenset[int]) -> frozenset[int]:
    """Leaves affected by an exclusion: a leaf that stands for several units is dropped with any of them."""
    return frozenset(leaf for leaf in here.given if not gone.isdisjoint(here.represented((leaf,))))


def _pair_coarse(coarse: SumQuery, fine: SumQuery) -> Pair:
    """Pairs each leaf of the coarser source with the total below it in the finer one."""
    there = read_leaves(coarse)
    found = {leaf: read(fine.observations, fine.measures, leaf, fine.period) for leaf in there.given}
    whole = [reading for reading in found.values() if reading.complete and reading.sums]
    without = frozenset(leaf for leaf, reading in found.items() if not (reading.complete and reading.sums))
    return there.reading(without=without), joined(fine, whole, State.INCOMPLETE)
