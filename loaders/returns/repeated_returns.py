"""Finds returns that give the same numbers as an earlier period: a file of last time under a new title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

import numpy as np

from data.measures import Kind
from data.periods import Period
from data.reading.queries import Reader
from data.returns import Finding, Return, ReturnedRow
from loaders.findings import period_text, warning
from loaders.returns.column_history import PERIODS, counts_of, earlier, totals_of

_FEWEST_LINES = 6
_FEWEST_EVENTS = 12
"""Counts other than 0: below that, forms with few events repeat themselves."""
_SAME = 0.95
_TELLING = 500
"""Stocks other than 0 that are all the same: so many do not stay so by themselves."""


def check_repeated(returns: Sequence[Return], reader: Reader) -> tuple[list[Finding], frozenset[str]]:
    """One question for each earlier period that returns repeat, and the forms of those returns."""
    repeated: dict[Period, list[Return]] = defaultdict(list)
    alike: dict[Period, list[Return]] = defaultdict(list)
    for given in returns:
        before, is_certain = _repeats(given, reader)
        if before is not None:
            (repeated if is_certain else alike)[before].append(given)
    for before, certain in repeated.items():
        certain.extend(alike[before])
        certain.sort(key=returns.index)
    findings = [_question(before, given) for before, given in repeated.items()]
    return findings, frozenset(given.form.code for each in repeated.values() for given in each)


def _question(before: Period, repeating: Sequence[Return]) -> Finding:
    sheets = ", ".join(given.sheet for given in repeating)
    first = repeating[0]
    return warning("same_as_earlier", first.sheet, before=period_text(before), sheets=sheets)


def _repeats(given: Return, reader: Reader) -> tuple[Period | None, bool]:
    """The earlier period whose stored return gives nearly the same counts, and whether they tell periods apart.

    Few stocks do not: a form of enterprises may well repeat itself, which says something beside other repeated forms.
    """
    if given.period is None or len(given.rows) < _FEWEST_LINES:
        return None, False
    before = tuple(islice(earlier(given.period), PERIODS))
    measures = [measure for measure in given.form.counts if measure.kind is not Kind.OPENING]
    codes = [measure.code for measure in measures]
    known = reader.column_totals(given.unit, given.form.code, codes, before, cumulative=given.cumulative)
    own = totals_of(given, measures).totals
    for period in before:
        totals = known.get(period.code)
        if totals is None or _share(own == totals.totals, (own > 0) | (totals.totals > 0)) < _SAME / 2:
            continue
        stored = reader.current_return(given.unit, given.form.code, period.code)
        sameness = _sameness(given, stored.rows) if stored is not None else 0
        if sameness:
            return period, sameness >= _TELLING
    return None, False


def _sameness(given: Return, stored: Sequence[ReturnedRow]) -> int:
    """How much two returns of nearly the same events, or of the same stocks alone, have in common; else 0."""
    measures = [measure for measure in given.form.counts if measure.kind is not Kind.OPENING]
    before = {row.unit: row for row in stored if len(row.values) == len(given.form.measures)}
    both = [(row, before[row.unit]) for row in given.rows if row.unit in before]
    if len(both) < _FEWEST_LINES:
        return 0
    here, there = (np.nan_to_num(counts_of([pair[place] for pair in both], given, measures)) for place in (0, 1))
    told = (here != 0) | (there != 0)
    events = told & np.array([measure.kind is Kind.FLOW for measure in measures])
    if events.sum() >= _FEWEST_EVENTS:
        is_same = _share(here == there, events) >= _SAME and _share(here == there, told) >= _SAME
        return _TELLING if is_same else 0
    return int(told.sum()) if (here == there).all() else 0


def _share(flags: object, among: object) -> float:
    chosen = np.asarray(flags)[np.asarray(among)]
    return float(chosen.mean()) if chosen.size else 0.0
