"""Sums of measures for one unit and period, from the returns that cover it, over the leaves that reported in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache, cached_property, lru_cache

from data.forms.vocabulary import Vocabulary
from data.measures import Kind
from data.observations import Observations, Totals
from data.periods import Frequency, Period
from indicators.values.model import Measures
from indicators.values.value import State

Cover = tuple[Period, ...]
Values = Mapping[str, int | Fraction | None]
Sums = Mapping[str, int | Fraction]

_CACHE_SIZE = 50_000  # bounded, so that entries of an older vocabulary are evicted


@dataclass(frozen=True, slots=True)
class Addend:
    """One measure of one return, added up under the name `role`: in LS last year's closing is this year's opening."""

    role: str
    measure: str
    period: Period


@dataclass(frozen=True, slots=True)
class Use:
    """The returns that a reading summed, and over which leaves of the unit (None: all present)."""

    unit: int
    cover: Cover
    leaves: frozenset[int] | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Sums by measure for a unit and period.

    `sums` has no entry for a measure that did not exist for the unit, and is empty when no leaf reported in full;
    `state` says why. `reporting` counts the leaves that reported in full and still exist at the period's end.
    `estimated`: a decision's share of what a divided unit had returned is in the sums. `map_day` is the day of the
    unit's map where that is not the basis's.
    """

    source: str | None
    state: State
    sums: Sums = field(default_factory=dict)
    reporting: int = 0
    expected: int = 0
    uses: tuple[Use, ...] = ()
    estimated: bool = False
    map_day: date | None = None

    @property
    def complete(self) -> bool:
        """Whether every expected leaf reported in full."""
        return self.state is State.REPORTED

    @property
    def returned(self) -> frozenset[Period]:
        """The periods whose returns were summed."""
        return frozenset(period for use in self.uses for period in use.cover)

    def total(self, measures: Iterable[str]) -> Fraction | None:
        """Σ of some of the measures; None when one of them is missing."""
        measures = tuple(measures)
        if any(measure not in self.sums for measure in measures):
            return None
        return Fraction(sum(self.sums[measure] for measure in measures))


@cache
def covers(period: Period) -> tuple[Cover, ...]:
    """The partitions of a period: itself, then halves, quarters and months where shorter."""
    return tuple(parts for frequency in Frequency if (parts := period.parts(frequency)))


@lru_cache(_CACHE_SIZE)
def sources(vocabulary: Vocabulary, measures: Measures) -> tuple[str, ...]:
    """The sources that provide all of the measures, in order of preference.

    One without opening balances (LS) opens with what the form says that they are carried over from.
    """
    closings = vocabulary.closings
    return tuple(
        code
        for code, source in vocabulary.sources.items()
        if all(m in source.by_code or closings.get(m) in source.by_code for m in measures)
    )


def fetched(vocabulary: Vocabulary, measures: Iterable[str]) -> frozenset[str]:
    """All measures that readings may sum: the given ones, and the closings that become their opening balances."""
    named, closings = frozenset(measures), vocabulary.closings
    return named.union(closings[measure] for measure in named if measure in closings)


@lru_cache(_CACHE_SIZE)
def addends(vocabulary: Vocabulary, source: str, measure: str, cover: Cover) -> tuple[Addend, ...]:
    """The addends of a measure over a cover: every flow, the last stock, the first opening balance."""
    if measure not in vocabulary.sources[source].by_code:
        return (Addend(measure, vocabulary.closings[measure], cover[0].previous),)
    kind = vocabulary.measures[measure].aggregation_kind
    if kind is Kind.FLOW:
        return tuple(Addend(measure, measure, period) for period in cover)
    return (Addend(measure, measure, cover[0] if kind is Kind.OPENING else cover[-1]),)


@dataclass(frozen=True)
class SumQuery:
    """Measures of one source for a unit and period; a part of a unit uses the covers of its `whole`."""

    observations: Observations
    source: str
    measures: Measures
    unit: int
    period: Period
    whole: SumQuery | None = None
    _all_returned: dict[Period, bool] = field(default_factory=dict, repr=False, compare=False)

    def at(self, period: Period) -> Totals | None:
        """The unit's totals for exactly that period."""
        return self.observations.at(self.source, self.unit, period)

    def exists(self, period: Period) -> bool:
        """Whether anything is expected of the unit for a period."""
        return self.observations.expected(self.source, self.unit, period.end) > 0

    def existed(self, leaf: int, period: Period) -> bool:
        """Whether a row was expected of a leaf for a period."""
        return self.observations.exists(self.source, leaf, period.end)

    def all_returned(self, period: Period) -> bool:
        """Whether every existing leaf sent a return for exactly that period."""
        if period not in self._all_returned:
            totals = self.at(period)
            there = not self.exists(period) if totals is None else totals.reporting >= totals.expected
            self._all_returned[period] = there
        return self._all_returned[period]

    @cached_property
    def expected(self) -> int:
        """Leaves expected at the end of the period."""
        return self.observations.expected(self.source, self.unit, self.period.end)

    @cached_property
    def returned(self) -> tuple[Cover, ...]:
        """The covers of which at least one return came, longest periods first."""
        return tuple(c for c in covers(self.period) if any(self.at(p) is not None for p in c))

    @cached_property
    def covers(self) -> tuple[Cover, ...]:
        """The usable covers: a sub-period without returns, though some were expected, is a gap.

        Derived stocks describe the end of the period: the last sub-period suffices.
        """
        if self.whole is not None:
            return self.whole.covers
        vocabulary = self.observations.vocabulary
        stocks = all(vocabulary.measures[measure].aggregation_kind is not Kind.FLOW for measure in self.measures)
        derived = stocks and self.source in vocabulary.derived
        found = (cover[-1:] if derived else cover for cover in self.returned)
        return tuple(c for c in found if all(self.at(p) is not None or not self.exists(p) for p in c))

    def addends(self, cover: Cover) -> tuple[Addend, ...]:
        """All addends over a cover."""
        vocabulary, source = self.observations.vocabulary, self.source
        return tuple(addend for measure in self.measures for addend in addends(vocabulary, source, measure, cover))

    def empty(self) -> Reading:
        """The reading when no leaf reported in full."""
        in_part = bool(self.returned) and self.returned[0] != (self.period,)
        state = State.INCOMPLETE if in_part else State.NOT_REPORTED
        return Reading(source=self.source, state=state, expected=self.expected)


def read(observations: Observations, measures: Measures, unit: int, period: Period) -> Reading:
    """Sums of the measures for a unit and period, from the first source with complete data, else with any."""
    if at_once := _fast_path(observations, measures, unit, period):
        return at_once
    given_by = sources(observations.vocabulary, measures)
    queries = [SumQuery(observations, source, measures, unit, period) for source in given_by]
    found: list[Reading] = []
    for query in queries:
        if query.returned:
            found.append(_read_branch(query))
            if found[-1].complete:
                return found[-1]
    if found:
        return next((reading for reading in found if reading.sums), found[0])
    asked = next((query for query in queries if query.expected), None)
    if asked is None:
        return Reading(source=None, state=State.NOT_APPLICABLE)
    return Reading(source=None, state=State.NOT_REPORTED, expected=asked.expected)


def _fast_path(observations: Observations, measures: Measures, unit: int, period: Period) -> Reading | None:
    """The fast path for the usual case, every leaf complete for exactly that period; None otherwise."""
    vocabulary = observations.vocabulary
    source = next(iter(sources(vocabulary, measures)), None)
    totals = observations.at(source, unit, period) if source is not None else None
    if source is None or totals is None or totals.reporting < totals.expected:
        return None
    if not _all_own(vocabulary, source, measures):
        return None
    if totals.blanks and any(measure in totals.blanks for measure in measures):
        return None
    return Reading(
        source=source,
        state=State.REPORTED,
        sums={measure: totals.sums[measure] for measure in measures},
        reporting=totals.reporting,
        expected=observations.expected(source, unit, period.end),
        uses=(Use(unit, (period,)),),
        estimated=totals.estimated,
    )


@lru_cache(_CACHE_SIZE)
def _all_own(vocabulary: Vocabulary, source: str, measures: Measures) -> bool:
    return vocabulary.sources[source].by_code.keys() >= set(measures)


def _read_branch(query: SumQuery) -> Reading:
    return _read_sums(query) or _read_below(query) or read_leaves(query).reading()


def _read_below(query: SumQuery) -> Reading | None:
    """The reading assembled from the units below, most of which are complete; None without such units."""
    addends_by_cover = {cover: query.addends(cover) for cover in query.covers}
    periods = {
        period for cover, needed in addends_by_cover.items() for period in (*cover, *(each.period for each in needed))
    }
    below = query.observations.additive_children(query.source, query.unit, periods)
    if not below:
        return None
    whole = query.whole or query
    parts = [
        _read_branch(SumQuery(whole.observations, whole.source, whole.measures, unit, whole.period, whole))
        for unit in below
    ]
    complete = all(part.complete for part in parts)
    return joined(query, parts, State.REPORTED if complete else State.INCOMPLETE)


def joined(query: SumQuery, parts: Iterable[Reading], state: State) -> Reading:
    """Readings of disjoint units merged into one of the given state; those without sums are ignored."""
    given = [part for part in parts if part.sums]
    if not given:
        return query.empty()
    sums: dict[str, int | Fraction] = {}
    for part in given:
        for role, value in part.sums.items():
            sums[role] = sums.get(role, 0) + value
    return Reading(
        source=query.source,
        state=state,
        sums=sums,
        reporting=sum(part.reporting for part in given),
        expected=query.expected,
        uses=tuple(use for part in given for use in part.uses),
        estimated=any(part.estimated for part in given),
    )


def _read_sums(query: SumQuery) -> Reading | None:
    """The reading straight from the unit's sums; None where leaves must be examined one by one."""
    if not query.covers:
        return query.empty()
    cover = query.covers[0]
    needed = query.addends(cover)
    totals = {period: query.at(period) for period in (*cover, *(addend.period for addend in needed))}
    whole = all(query.all_returned(period) for period in totals)
    blank = any(addend.measure in given.blanks for addend in needed if (given := totals[addend.period]))
    alone = query.covers == ((query.period,),) and set(totals) == {query.period}
    if blank or not (whole or alone):
        return None
    sums: dict[str, int | Fraction] = {}
    for addend in needed:
        if given := totals[addend.period]:
            sums[addend.role] = sums.get(addend.role, 0) + given.sums[addend.measure]
    last = totals[cover[-1]]
    return Reading(
        source=query.source,
        state=State.REPORTED if whole else State.INCOMPLETE,
        sums=sums,
        reporting=last.reporting if last else 0,
        expected=query.expected,
        uses=(Use(query.unit, cover),),
        estimated=any(given.estimated for given in totals.values() if given),
    )


@dataclass(frozen=True)
class LeafSums:
    """A query answered leaf by leaf: the sums of each complete leaf, and the cover that they are over.

    `partial_leaves` reported something but not all that was expected. An official form of a higher unit is one leaf
    here and stands for several.
    """

    query: SumQuery
    given: Mapping[int, tuple[Cover, Sums]]
    partial_leaves: frozenset[int]
    present: frozenset[int]
    estimated: frozenset[int] = frozenset()
    substitutes_for: Mapping[int, frozenset[int]] = field(default_factory=dict)

    @cached_property
    def complete(self) -> bool:
        """Whether every expected leaf reported in full."""
        covers = self.query.covers
        in_full = len(covers) > 1 or all(self.query.all_returned(period) for period in covers[0])
        return in_full and not self.partial_leaves and len(self.represented(self.present)) >= self.query.expected

    def represented(self, leaves: Iterable[int]) -> frozenset[int]:
        """The leaf units that the given leaves are or stand for."""
        return frozenset(unit for leaf in leaves for unit in self.substitutes_for.get(leaf, (leaf,)))

    def reading(self, without: frozenset[int] = frozenset()) -> Reading:
        """The sum over the leaves, except `without`."""
        query = self.query
        sums: dict[str, int | Fraction] = {}
        leaves: dict[Cover, set[int]] = {}
        for leaf, (cover, values) in self.given.items():
            if leaf not in without:
                leaves.setdefault(cover, set()).add(leaf)
                for role, value in values.items():
                    sums[role] = sums.get(role, 0) + value
        if not leaves:
            return query.empty()
        return Reading(
            source=query.source,
            state=State.REPORTED if self.complete and not without else State.INCOMPLETE,
            sums=sums,
            reporting=len(self.represented(self.present - without)),
            expected=query.expected,
            uses=tuple(Use(query.unit, cover, frozenset(units)) for cover, units in leaves.items()),
            estimated=bool(self.estimated - without),
        )


def read_leaves(query: SumQuery) -> LeafSums:
    """Answers a query leaf by leaf. A leaf is complete if it is for each sub-period in which it existed."""
    addends_by_cover = {cover: query.addends(cover) for cover in query.covers}
    periods = {period for cover, needed in addends_by_cover.items() for period in (*cover, *(a.period for a in needed))}
    observed = query.observations.leaves
    found_in = {p: observed(query.source, query.unit, p) if query.at(p) is not None else () for p in periods}
    rows = {p: {leaf.unit: leaf.values for leaf in leaves} for p, leaves in found_in.items()}
    given: dict[int, tuple[Cover, Sums]] = {}
    left = dict.fromkeys(unit for values in rows.values() for unit in values)
    partial: set[int] = set()
    for cover, needed in addends_by_cover.items():
        whole = dict(_over(query, cover, needed, rows, left))
        partial |= left.keys() - whole
        # Who existed in no part of one cover may have in another's: a year's return does not name who ended before.
        given |= {leaf: (cover, sums) for leaf, sums in whole.items() if sums}
        left = {leaf: None for leaf in left if leaf not in given}
    present = frozenset(leaf for leaf, (cover, _) in given.items() if leaf in rows[cover[-1]])
    every = [leaf for leaves in found_in.values() for leaf in leaves]
    substitutes_for = {leaf.unit: leaf.substitutes_for for leaf in every if leaf.substitutes_for is not None}
    estimated = given.keys() & {leaf.unit for leaf in every if leaf.estimated}
    return LeafSums(query, given, frozenset(partial - given.keys()), present, frozenset(estimated), substitutes_for)


def _over(
    query: SumQuery,
    cover: Cover,
    needed: Sequence[Addend],
    rows: Mapping[Period, Mapping[int, Values]],
    leaves: Iterable[int],
) -> Iterator[tuple[int, Sums]]:
    """Sums of leaves over a cover, without those that existed in a sub-period but did not report its addends.

    A leaf that existed in none of them yields empty sums.
    """
    periods = {*cover, *(addend.period for addend in needed)}
    owed = [(period, rows[period]) for period in periods if not query.all_returned(period)]
    parts = [(addend.role, addend.measure, rows[addend.period]) for addend in needed]
    for leaf in leaves:
        if any(leaf not in given and query.existed(leaf, period) for period, given in owed):
            continue
        sums: dict[str, int | Fraction] = {}
        for role, measure, given in parts:
            if leaf in given:
                value = given[leaf].get(measure)
                if value is None:
                    break
                sums[role] = sums.get(role, 0) + value
        else:
            yield leaf, sums
