"""Checks a return against its sender's earlier ones: outliers, and a year that disagrees with its quarters.

Counts are compared on the variance-stabilised scale 2 * sqrt(x + 3/8) (Anscombe 1948), on which a Poisson count has
a standard deviation of about 1. A count more than five of these outside the range of earlier periods is queried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from data.forms.model import LikeBefore
from data.measures import Kind, Measure
from data.periods import Frequency, Period
from data.reading.queries import Reader
from data.returns import Finding, Return
from loaders.findings import measure_text, warning
from loaders.vietnamese.numbers import show

_PERIODS, _FEWEST = 4, 3
_FAR = 5.0


def check_plausibility(given: Return, reader: Reader) -> Iterator[Finding]:
    """Warnings only: an unusual count may well be right."""
    if given.period is None:
        return
    for rule in given.form.checks:
        if isinstance(rule, LikeBefore):
            yield from _check_like_before(rule, given, given.period, reader)
    if given.period.frequency is Frequency.YEAR and Frequency.QUARTER in given.form.frequencies:
        yield from _check_quarters(given, given.period, reader)


def _check_like_before(rule: LikeBefore, given: Return, period: Period, reader: Reader) -> Iterator[Finding]:
    measures = [code for code in rule.measures if not given.cumulative or _is_stock(given.form.by_code[code])]
    if not measures:
        return
    before = tuple(islice(_earlier(period), _PERIODS))
    ranges = reader.count_ranges(given.unit, given.form.code, measures, before, cumulative=given.cumulative)
    known = [row for row in given.rows if row.unit in ranges.places]
    columns = [given.form.positions[code] for code in measures]
    values = np.array([[row.values[place] for place in columns] for row in known], dtype=np.float64)
    numbers = ranges.numbers[[ranges.places[row.unit] for row in known]]
    for line, place in np.argwhere(_are_far(values.reshape(len(known), len(columns)), numbers)).tolist():
        row, code = known[line], measures[place]
        least, most, number = (int(count) for count in numbers[line, place])
        yield warning(
            rule.code,
            given.sheet,
            f"{given.columns[code]}{row.row}",
            measure=measure_text(given.form.by_code[code]),
            shown=show(int(values[line, place])),
            number=show(number),
            least=show(least),
            most=show(most),
        )


def _are_far(values: NDArray[np.float64], numbers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which counts (rows x measures, NaN where blank) lie far outside enough known earlier ones."""
    here, least, most = (2 * np.sqrt(np.maximum(x, 0) + 3 / 8) for x in (values, numbers[..., 0], numbers[..., 1]))
    return (numbers[..., 2] >= _FEWEST) & ((here > most + _FAR) | (here < least - _FAR))


def _is_stock(measure: Measure) -> bool:
    return measure.aggregation_kind is Kind.STOCK


def _earlier(period: Period) -> Iterator[Period]:
    while True:
        period = period.previous
        yield period


def _check_quarters(given: Return, year: Period, reader: Reader) -> Iterator[Finding]:
    """Compares a year's return with its quarters: flows are their sum, stocks the last one's, openings the first's."""
    known = []
    for quarter in year.parts(Frequency.QUARTER):
        found = reader.current_return(given.unit, given.form.code, quarter.code)
        if found is None or found.cumulative:
            return
        known.append({row.unit: row.values for row in found.rows})
    for place, measure in enumerate(given.form.measures):
        differing = []
        for row in given.rows:
            whole = _of_year(measure, [values.get(row.unit, ())[place : place + 1] for values in known])
            value = row.values[place]
            if isinstance(value, int) and whole is not None and value != whole:
                differing.append((row, value, whole))
        if differing:
            row, value, whole = differing[0]
            yield warning(
                "year_differs_from_quarters",
                given.sheet,
                f"{given.columns[measure.code]}{row.row}",
                measure=measure_text(measure),
                shown=show(value),
                known=show(whole),
                number=show(len(differing)),
            )


def _of_year(measure: Measure, quarters: Sequence[Sequence[int | str | None]]) -> int | None:
    """A measure's value for the year from its four quarters; None where a needed one is blank or missing."""
    wanted = {Kind.FLOW: quarters, Kind.OPENING: quarters[:1]}.get(measure.aggregation_kind, quarters[-1:])
    counts = [value for values in wanted for value in values if isinstance(value, int)]
    return sum(counts) if len(counts) == len(wanted) else None
