"""The columns of a return beside its sender's earlier returns: ranges by line, totals by period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from data.forms.model import LikeBefore
from data.measures import Kind, Measure
from data.periods import Period
from data.reading.queries import Reader
from data.returns import Return, ReturnedRow
from data.tables.current import ColumnTotals

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

PERIODS, FEWEST = 4, 3

_FAR = 5.0
"""Distance from the range of earlier periods, in standard deviations, from which a count is odd."""
_BEYOND_COLUMN, _FAR_BEYOND = 3.5, 10.0


@dataclass(frozen=True, kw_only=True)
class ColumnHistory:
    """Counts of lines that earlier returns report too: `values` (lines x measures, NaN where blank) with their ranges.

    `least`, `most` (NaN: never reported) and `number` of periods have the same shape. `totals` are those of the earlier
    returns, latest first. Returns that count since 1 January are compared in their stocks only.
    """

    given: Return
    period: Period
    measures: tuple[Measure, ...]
    rows: tuple[ReturnedRow, ...]
    values: Numbers
    least: Numbers
    most: Numbers
    number: Numbers
    totals: Mapping[Period, ColumnTotals]
    reader: Reader

    def cell(self, line: int, place: int) -> str:
        """The address of a count."""
        return f"{self.given.columns[self.measures[place].code]}{self.rows[line].row}"

    def column(self, place: int) -> str:
        """The letters of a measure's column."""
        return self.given.columns[self.measures[place].code]

    @cached_property
    def whole(self) -> ColumnTotals:
        """The totals of the return itself."""
        return totals_of(self.given, self.measures)

    @cached_property
    def last(self) -> Numbers:
        """The counts of the period before, of the same lines and measures; NaN where there are none."""
        given, codes = self.given, [measure.code for measure in self.measures]
        before = self.reader.count_ranges(
            given.unit, given.form.code, codes, [self.period.previous], cumulative=given.cumulative
        )
        unknown = np.full((1, *before.numbers.shape[1:]), np.nan)
        places = [before.places.get(row.unit, -1) for row in self.rows]
        return np.asarray(np.concatenate([before.numbers, unknown])[places, :, 1])

    @cached_property
    def odd(self) -> Flags:
        """Counts that the form wants like before and are not; of any measure, those that look mistyped.

        Such are more than twice what the line ever had and far above it; or above all lines, where most have next to
        none; or with fewer periods to compare, farther still.
        """
        rules = (rule for rule in self.given.form.rules if isinstance(rule, LikeBefore))
        like_before = {code for rule in rules for code in rule.measures}
        wanted = np.array([measure.code in like_before for measure in self.measures])
        far, most = self.distances, np.nan_to_num(self.most)
        everywhere = most.max(axis=0)
        mistyped = (far > _FAR) & (self.values > 2 * most)
        mistyped |= (far > _BEYOND_COLUMN) & (self.values > 2 * everywhere + 1)
        above = scaled(self.values) - scaled(most)
        mistyped |= (self.number > 0) & (above > _FAR_BEYOND) & (self.values > 2 * everywhere)
        return np.asarray((wanted & (np.abs(far) > _FAR)) | mistyped)

    @cached_property
    def usual_totals(self) -> Numbers:
        """The return's totals, had its odd counts been within the range of their lines."""
        within = np.clip(self.values, self.least, self.most)
        return np.asarray(self.whole.totals - np.where(self.odd, self.values - within, 0.0).sum(axis=0))

    @cached_property
    def distances(self) -> Numbers:
        """By how many standard deviations of a Poisson count a value lies above (+) or below (-) enough earlier ones.

        On the scale 2 * sqrt(x + 3/8) (Anscombe 1948) a Poisson count has a standard deviation of about 1.
        """
        return np.where(self.number >= FEWEST, distances(self.values, self.least, self.most), 0.0)


def distances(values: Numbers, least: Numbers, most: Numbers) -> Numbers:
    """How far values lie outside ranges on the variance-stabilised scale; 0 within them or where one is NaN."""
    here, low, high = scaled(values), scaled(least), scaled(most)
    outside = np.where(here > high, here - high, np.where(here < low, here - low, 0.0))
    return np.nan_to_num(outside)


def scaled(counts: Numbers) -> Numbers:
    """Counts on the scale on which a Poisson count has a standard deviation of about 1."""
    return np.asarray(2 * np.sqrt(np.maximum(counts, 0) + 3 / 8))


def column_history(given: Return, period: Period, reader: Reader) -> ColumnHistory | None:
    """The history of a return's counts over the last periods; None where there is nothing to compare."""
    measures = tuple(
        measure
        for measure in given.form.counts
        if not measure.signed and (not given.cumulative or measure.aggregation_kind is Kind.STOCK)
    )
    if not measures:
        return None
    codes = [measure.code for measure in measures]
    before = tuple(islice(earlier(period), PERIODS))
    ranges = reader.count_ranges(given.unit, given.form.code, codes, before, cumulative=given.cumulative)
    rows = tuple(row for row in given.rows if row.unit in ranges.places)
    if not rows:
        return None
    totals = reader.column_totals(given.unit, given.form.code, codes, before, cumulative=given.cumulative)
    numbers = ranges.numbers[[ranges.places[row.unit] for row in rows]]
    return ColumnHistory(
        given=given,
        period=period,
        measures=measures,
        rows=rows,
        values=counts_of(rows, given, measures),
        least=numbers[..., 0],
        most=numbers[..., 1],
        number=numbers[..., 2],
        totals={period: totals[period.code] for period in before if period.code in totals},
        reader=reader,
    )


def earlier(period: Period) -> Iterator[Period]:
    """The periods of the same length before one, latest first, without end."""
    while True:
        period = period.previous
        yield period


def counts_of(rows: Sequence[ReturnedRow], given: Return, measures: Sequence[Measure]) -> Numbers:
    """The counts of some lines and measures, NaN where blank."""
    places = [given.form.positions[measure.code] for measure in measures]
    values = np.array([[row.values[place] for place in places] for row in rows], dtype=np.float64)
    return values.reshape(len(rows), len(measures))


def totals_of(given: Return, measures: Sequence[Measure]) -> ColumnTotals:
    """The column totals of a return that is not stored yet."""
    values = counts_of(given.rows, given, measures)
    blank = np.isnan(values).all(axis=0)
    return ColumnTotals(len(given.rows), np.where(blank, np.nan, np.nansum(values, axis=0)))
