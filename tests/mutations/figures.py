"""Mistakes in the figures of a whole return that break no rule of a line, seeded: how many are asked about?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data.measures import Kind
from data.periods import Frequency, Period
from data.reading.queries import Reader
from data.returns import Return, ReturnedRow

Counts = NDArray[np.int64]
_FEWEST_LINES, _FEWEST_EVENTS = 8, 40
_BLANK = -1


@dataclass(frozen=True)
class Figures:
    """A return as an array of counts (lines x measures, -1 where blank), and what its sender returned before."""

    given: Return
    reader: Reader
    rng: np.random.Generator

    @property
    def counts(self) -> Counts:
        rows = [[v if isinstance(v, int) else _BLANK for v in row.values] for row in self.given.rows]
        return np.array(rows, dtype=np.int64)

    def with_counts(self, counts: Counts) -> Return:
        """The return with other counts; categories stay."""
        rows = tuple(
            replace(
                row, values=tuple(v if isinstance(v, str) else _cell(n) for v, n in zip(row.values, line, strict=True))
            )
            for row, line in zip(self.given.rows, counts.tolist(), strict=True)
        )
        return replace(self.given, rows=rows)

    def earlier(self, back: int) -> tuple[ReturnedRow, ...]:
        """The lines that the sender returned some periods before; none where it returned no such form."""
        period = self.period
        for _ in range(back):
            period = period.previous
        found = self.reader.current_return(self.given.unit, self.given.form.code, period.code)
        same = found is not None and len(found.rows[0].values) == len(self.given.form.measures)
        return found.rows if found is not None and same else ()

    @property
    def period(self) -> Period:
        assert self.given.period is not None
        return self.given.period

    def column(self, *, least: int = 1, varied: bool = False) -> int | None:
        """A column where at least half of the lines count that much, chosen by the seed; None: there is none."""
        counts = self.counts
        chosen = [
            place
            for place, measure in enumerate(self.given.form.measures)
            if measure.kind in {Kind.STOCK, Kind.FLOW}
            and (counts[:, place] >= least).mean() >= 0.5
            and (not varied or len(np.unique(counts[:, place])) > 3)
        ]
        return int(self.rng.choice(chosen)) if chosen else None


def _cell(count: int) -> int | None:
    return None if count == _BLANK else count


def _cumulative(figures: Figures) -> Return | None:
    """Flows since 1 January under a title of the period."""
    period = figures.period
    before = [figures.earlier(back) for back in range(1, period.index)]
    flows = [p for p, m in enumerate(figures.given.form.measures) if m.kind is Kind.FLOW and not m.signed]
    counts = figures.counts
    if period.frequency is not Frequency.QUARTER or period.index == 1 or not all(before) or not flows:
        return None
    if counts[:, flows].sum() < _FEWEST_EVENTS:
        return None
    places = {row.unit: line for line, row in enumerate(figures.given.rows)}
    for rows in before:
        for row in rows:
            if row.unit in places:
                counts[places[row.unit], flows] += [v if isinstance(v := row.values[p], int) else 0 for p in flows]
    return figures.with_counts(counts)


def _copied(figures: Figures) -> Return | None:
    """The figures of the period before under a new title."""
    before = {row.unit: row.values for row in figures.earlier(1)}
    rows = tuple(replace(row, values=before[row.unit]) for row in figures.given.rows if row.unit in before)
    flows = [p for p, m in enumerate(figures.given.form.measures) if m.kind is Kind.FLOW]
    copied = replace(figures.given, rows=rows)
    events = (replace(figures, given=copied).counts[:, flows] > 0).sum() if rows and flows else 0
    return copied if events >= _FEWEST_EVENTS else None


def _other_column(figures: Figures) -> Return | None:
    """Two neighbouring columns that differ exchanged."""
    counts = figures.counts
    place = figures.column(varied=True)
    if place is None or len(counts) < _FEWEST_LINES:
        return None
    for other in (place + 1, place - 1):
        if 0 <= other < counts.shape[1] and _differ(counts[:, place], counts[:, other]):
            counts[:, [place, other]] = counts[:, [other, place]]
            return figures.with_counts(counts)
    return None


def _differ(one: Counts, other: Counts) -> bool:
    """Whether at least half of the lines differ by a third or more."""
    return bool((np.abs(one - other) >= 0.3 * np.maximum(one, other).clip(1)).mean() >= 0.5)


def _other_line(figures: Figures) -> Return | None:
    """One column pasted a line too low."""
    place, counts = figures.column(least=3, varied=True), figures.counts
    if place is None or len(counts) < _FEWEST_LINES:
        return None
    counts[:, place] = np.roll(counts[:, place], 1)
    return figures.with_counts(counts) if _differ(counts[:, place], np.roll(counts[:, place], -1)) else None


def _filled_down(figures: Figures) -> Return | None:
    """The first count of a column filled down to its end."""
    place, counts = figures.column(varied=True), figures.counts
    if place is None or len(counts) < _FEWEST_LINES or counts[0, place] < 1:
        return None
    filled = np.full(len(counts), counts[0, place])
    if not _differ(counts[:, place], filled):
        return None
    counts[:, place] = filled
    return figures.with_counts(counts)


def _zero_more(figures: Figures) -> Return | None:
    """One count with a zero too many."""
    return _retyped(figures, lambda count: count * 10)


def _typed_twice(figures: Figures) -> Return | None:
    """One count typed twice: 12 as 1212."""
    return _retyped(figures, lambda count: int(f"{count}{count}"))


def _retyped(figures: Figures, typed: Callable[[int], int]) -> Return | None:
    place, counts = figures.column(least=2), figures.counts
    if place is None or figures.given.form.measures[place].kind is Kind.FLAG:
        return None
    line = int(figures.rng.choice(np.flatnonzero(counts[:, place] >= 2)))
    counts[line, place] = typed(int(counts[line, place]))
    return figures.with_counts(counts)


MISTAKES: Mapping[str, Callable[[Figures], Return | None]] = {
    "cumulative under the period's title": _cumulative,
    "figures of the period before": _copied,
    "columns exchanged": _other_column,
    "a column one line too low": _other_line,
    "one count filled down": _filled_down,
    "a zero too many": _zero_more,
    "a count typed twice": _typed_twice,
}
"""By name: the mistaken return, or None where the form or its size has no room for it."""
