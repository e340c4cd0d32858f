"""Pairs two sums over the units that reported both: growth between periods, ratios between forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from data.observations import Observations
from data.organisations.units import Grain
from data.periods import Period
from indicators.values.model import Measures
from indicators.values.reading import LeafSums, Reading, SumQuery, joined, read, read_leaves, sources
from indicators.values.value import State

# A residential cell is a cell: its rows are paired with those of all cells, leaf by leaf.
_COARSENESS = {Grain.CELL: 0, Grain.RESIDENTIAL_CELL: 0, Grain.BASE: 1, Grain.DISTRICT: 2}

Pair = tuple[Reading, Reading]
Asked = tuple[Measures, Period]
Units = frozenset[int]
Places = Mapping[int, Units]


@dataclass(frozen=True, slots=True)
class _Side:
    """A sum of the pair: what is asked of which observations, and the reading."""

    observations: Observations
    unit: int
    measures: Measures
    period: Period
    reading: Reading

    @property
    def source(self) -> str:
        """The source of the reading, or that from which the unit's sums would come."""
        if self.reading.source is not None:
            return self.reading.source
        given_by, day = sources(self.observations.vocabulary, self.measures), self.period.end
        return next((code for code in given_by if self.observations.expected(code, self.unit, day)), given_by[0])

    @property
    def coarseness(self) -> int:
        """How coarse the source's grain is."""
        grain = self.observations.vocabulary.sources[self.source].grain
        return -1 if grain is None else _COARSENESS[grain]

    def query(self, source: str) -> SumQuery:
        """The query to answer leaf by leaf."""
        return SumQuery(self.observations, source, self.measures, self.unit, self.period)

    def on(self, observations: Observations) -> _Side:
        """The same asked of other observations."""
        return replace(
            self, observations=observations, reading=read(observations, self.measures, self.unit, self.period)
        )


def coarser_source(observations: Observations, unit: int, period: Period, *operands: Measures) -> str | None:
    """The source of the coarser grain among those of two operands; None where both are of the same."""
    one, other = (
        _Side(observations, unit, measures, period, read(observations, measures, unit, period)) for measures in operands
    )
    return _coarser(one, other)


def read_pair(observations: Observations, unit: int, over: Asked, under: Asked) -> Pair:
    """Readings of `over` (later period, numerator) and `under` (base period, denominator).

    Where the unit's perimeter changed in between, the base is that of the later period's units: each leaf unit keeps
    its own past and its predecessors'. A base that cannot be divided so (the history by district) stays as it was
    reported. When either is incomplete, they are paired at the coarser grain of the two sources. Leaves of the same
    grain of which nothing was expected on the other side (they ended or began in between) count on the side on which
    they existed. `reporting` and `expected` are those of the coarser grain at the end of the later period.
    """
    top, bottom = (
        _Side(observations, unit, measures, period, read(observations, measures, unit, period))
        for measures, period in (over, under)
    )
    past = observations.on_map(top.period, bottom.period)
    if past is not observations and observations.perimeter_changes(unit, bottom.period.eve, top.period.end):
        mapped = bottom.on(past)
        if mapped.reading.sums:
            bottom = mapped
    source = _coarser(top, bottom)
    if not (top.reading.sums and bottom.reading.sums):
        found = _recounted(top, bottom, source, 0)
    elif top.reading.complete and bottom.reading.complete:
        found = _recounted(top, bottom, source, None)
    else:
        found = _paired(top, bottom, source, past)
        if not found[0].sums:  # both sides gave something, and no unit gave both
            found = replace(found[0], state=State.INCOMPLETE), replace(found[1], state=State.INCOMPLETE)
    if bottom.observations is observations:
        return found
    return found[0], replace(found[1], map_day=top.period.end)


def _coarser(top: _Side, bottom: _Side) -> str | None:
    """The source of the coarser grain; None where both are of the same."""
    if top.coarseness == bottom.coarseness:
        return None
    return max(top, bottom, key=lambda side: side.coarseness).source


def _recounted(top: _Side, bottom: _Side, source: str | None, reporting: int | None) -> Pair:
    """The readings with the counts of a source's units at the end of the later period (None: all reported)."""
    if source is None:
        return top.reading, bottom.reading
    expected = top.observations.expected(source, top.unit, top.period.end)
    given = expected if reporting is None else reporting
    over, under = (replace(each.reading, reporting=given, expected=expected) for each in (top, bottom))
    return over, under


def _paired(top: _Side, bottom: _Side, coarser: str | None, past: Observations) -> Pair:
    over, under = (side.query(side.source) for side in (top, bottom))
    if coarser is None:
        # Of leaves that merged within the unit, the successor answers for its predecessors.
        base = replace(under, observations=past, _all_returned={})
        return _pair_leaves(read_leaves(over), read_leaves(base))
    coarse, fine = (over, under) if coarser == over.source else (under, over)
    whole, parts, reporting = _pair_coarse(coarse, fine, top, past)
    readings = (whole, parts) if coarse is over else (parts, whole)
    return _recounted(replace(top, reading=readings[0]), replace(bottom, reading=readings[1]), coarser, reporting)


def _expected_leaves(query: SumQuery) -> Places:
    return query.observations.expected_leaves(query.source, query.unit, query.period.end)


def _keys_of(places: Places, targets: Units) -> Callable[[Iterable[int]], Units]:
    """By which keys leaves of two periods are matched: the units that continue them, or else they themselves."""

    def keys(units: Iterable[int]) -> Units:
        return frozenset(chain.from_iterable(places.get(unit, frozenset()) & targets or (unit,) for unit in units))

    return keys


def _pair_leaves(over: LeafSums, under: LeafSums) -> Pair:
    now, before = _expected_leaves(over.query), _expected_leaves(under.query)
    targets: Units = frozenset(chain.from_iterable(now.values()))
    sides = [(over, now, _keys_of(now, targets)), (under, before, _keys_of(before, targets))]
    gone: Units = frozenset(chain.from_iterable(keys(_missing(leaves, owed)) for leaves, owed, keys in sides))
    while True:
        dropped = [_touched(leaves, keys, gone) for leaves, _, keys in sides]
        more = gone.union(
            *(keys(leaves.represented(lost)) for (leaves, _, keys), lost in zip(sides, dropped, strict=True))
        )
        if more == gone:
            return over.reading(without=dropped[0]), under.reading(without=dropped[1])
        gone = more


def _missing(leaves: LeafSums, owed: Places) -> Units:
    """The leaf units that should have reported and did not, or not in full."""
    if leaves.complete:
        return frozenset()
    given = leaves.represented(leaves.given)
    return (leaves.represented(leaves.partial_leaves) | owed.keys()) - given


def _touched(leaves: LeafSums, keys: Callable[[Iterable[int]], Units], gone: Units) -> Units:
    """Leaves with a lost key: one that stands for several units is dropped with any of them."""
    return frozenset(leaf for leaf in leaves.given if not gone.isdisjoint(keys(leaves.represented((leaf,)))))


def _pair_coarse(coarse: SumQuery, fine: SumQuery, top: _Side, past: Observations) -> tuple[Reading, Reading, int]:
    """Pairs the leaves of the coarser source with the totals below those that continue them, and counts these."""
    leaves, later = (
        read_leaves(coarse),
        _expected_leaves(replace(coarse, observations=top.observations, period=top.period)),
    )
    owed = _expected_leaves(coarse if coarse.period == top.period else replace(coarse, observations=past))
    keys = _keys_of(owed, frozenset(chain.from_iterable(later.values())))
    matched = {leaf: keys((leaf,)) for leaf in leaves.given}
    found = {
        key: read(fine.observations, fine.measures, key, fine.period) for key in frozenset().union(*matched.values())
    }
    gone = keys(_missing(leaves, owed)) | {key for key, one in found.items() if not (one.complete and one.sums)}
    while more := frozenset().union(*(own for own in matched.values() if not gone.isdisjoint(own))) - gone:
        gone |= more
    without = frozenset(leaf for leaf, own in matched.items() if not gone.isdisjoint(own))
    kept = {key: one for key, one in found.items() if key not in gone}
    whole = leaves.reading(without=without)
    reporting = sum(kept.keys() >= places for places in later.values())
    return whole, joined(fine, kept.values(), State.INCOMPLETE), reporting
