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


def check_repeated(returns: Sequence[Return], reader: Reader) -> tuple[list[Finding], frozenset[str]]:
    """One question for each earlier period that returns repeat, and the forms of those returns."""
    repeated: dict[Period, list[Return]] = defaultdict(list)
    for given in returns:
        before = _repeats(given, reader)
        if before is not None:
            repeated[before].append(given)
    findings = [_question(before, given) for before, given in repeated.items()]
    return findings, frozenset(given.form.code for each in repeated.values() for given in each)


def _question(before: Period, repeating: Sequence[Return]) -> Finding:
    sheets = ", ".join(given.sheet for given in repeating)
    first = repeating[0]
    return warning("same_as_earlier", first.sheet, before=period_text(before), sheets=sheets)


def _repeats(given: Return, reader: Reader) -> Period | None:
    """The earlier period whose stored return gives nearly the same counts, if they tell periods apart."""
    if given.period is None or len(given.rows) < _FEWEST_LINES:
        return None
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
        if stored is not None and _is_same(given, stored.rows):
            return period
    return None


def _is_same(given: Return, stored: Sequence[ReturnedRow]) -> bool:
    """Whether nearly all events are those of the stored return; of a form without events, whether all lines are."""
    measures = [measure for measure in given.form.counts if measure.kind is not Kind.OPENING]
    before = {row.unit: row for row in stored if len(row.values) == len(given.form.measures)}
    both = [(row, before[row.unit]) for row in given.rows if row.unit in before]
    if len(both) < _FEWEST_LINES:
        return False
    here, there = (np.nan_to_num(counts_of([pair[place] for pair in both], given, measures)) for place in (0, 1))
    told = (here != 0) | (there != 0)
    flows = np.array([measure.kind is Kind.FLOW for measure in measures])
    events = told & flows
    if events.sum() >= _FEWEST_EVENTS:
        return _share(here == there, events) >= _SAME and _share(here == there, told) >= _SAME
    return bool(told.sum() >= _FEWEST_EVENTS and not events.any() and (here == there).all() and len(both) >= 20)


def _share(flags: object, among: object) -> float:
    chosen = np.asarray(flags)[np.asarray(among)]
    return float(chosen.mean()) if chosen.size else 0.0
