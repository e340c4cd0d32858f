"""Questions about whole columns that no rule of a line raises: cumulative, shifted, swapped, repeated figures.

A column is asked about once, by the first of the checks that explains it. The limits are far outside what returns of
the sample province do by themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from data.language import Text
from data.measures import Kind
from data.returns import Finding
from loaders.findings import warning
from loaders.messages import sentence
from loaders.returns.column_history import FEWEST, ColumnHistory, Flags, Numbers, distances
from loaders.vietnamese.numbers import show

_FEWEST_LINES, _FEWEST_REPEATED = 6, 8
_PLACES_SHOWN = 3
_OFF = 1.2
"""Distance from which a count does not fit its line's range; three quarters of Poisson counts are within it."""
_MANY_OFF, _FEW_OFF = 0.4, 0.15
_TOTAL_FAR, _TOTAL_RATIO = 6.0, 1.6
_CUMULATIVE_LEAST, _CUMULATIVE_SHARE = 10.0, 0.6
_CUMULATIVE_RISE, _CUMULATIVE_KEPT, _FEWEST_EVENTS = 1.3, 0.98, 12
_REPEATED, _REPEATED_BEFORE = 0.8, 0.5

Found: TypeAlias = dict[int, Text]
"""What is odd about a column, by its place."""


def check_columns(history: ColumnHistory) -> tuple[list[Finding], frozenset[int]]:
    """Questions about columns, one of a kind; and the places of the columns that they are about."""
    findings: list[Finding] = []
    asked: set[int] = set()
    for code, check in _CHECKS.items():
        found = {place: text for place, text in check(history).items() if place not in asked}
        if found:
            findings.append(_question(code, history, found))
            asked.update(found)
    return findings, frozenset(asked)


def _question(code: str, history: ColumnHistory, found: Found) -> Finding:
    """One sentence about columns of one kind: their number and the first of them."""
    shown = list(found.values())[:_PLACES_SHOWN]
    more = ", …" if len(found) > len(shown) else ""
    columns = Text("; ".join(text.vi for text in shown) + more, "; ".join(text.en for text in shown) + more)
    cell = history.cell(0, min(found))
    return warning(code, history.given.sheet, cell, number=show(len(found)), columns=columns)


def _named(history: ColumnHistory, place: int) -> Text:
    return sentence("named_column", column=history.column(place), title=history.measures[place].title)


def _cumulative(history: ColumnHistory) -> Found:
    """Flows that look like figures since 1 January, if most of the known ones or all lines together do."""
    passed = history.period.index
    if passed == 1 or history.given.cumulative or not history.totals:
        return {}
    before = _totals_before(history)
    usual, most, total = np.mean(before, axis=0), np.max(before, axis=0), history.whole.totals
    flows = np.array([measure.kind is Kind.FLOW for measure in history.measures])
    counted = flows & (usual > 0) & (total > 0)
    times = np.divide(total, usual, out=np.zeros_like(usual), where=counted)
    known = counted & (usual >= _CUMULATIVE_LEAST) & (len(history.totals) >= FEWEST)
    fits = known & (times >= 0.7 * passed) & (times <= 1.5 * passed) & (total >= 1.4 * most)
    if not fits.any() or fits.sum() < _CUMULATIVE_SHARE * known.sum():
        fits = counted & (times >= _CUMULATIVE_RISE) & _adds_to_last(history, flows)
    return {
        place: sentence(
            "column_times",
            column=_named(history, place),
            total=show(int(total[place])),
            times=f"{times[place]:.1f}".replace(".", ",").removesuffix(",0"),
        )
        for place in np.flatnonzero(fits).tolist()
    }


def _adds_to_last(history: ColumnHistory, flows: Flags) -> bool:
    """Whether no line is below the same year's period before: by chance that holds for one line in two at most."""
    before = history.totals.get(history.period.previous)
    if before is None:
        return False
    here, there = np.nansum(history.whole.totals[flows]), np.nansum(before.totals[flows])
    if here < _CUMULATIVE_RISE * there:
        return False
    values, last = history.values[:, flows], history.last[:, flows]
    told = (last > 0) & ~np.isnan(values)
    return bool(told.sum() >= _FEWEST_EVENTS and (values >= last)[told].mean() >= _CUMULATIVE_KEPT)


def _repeated(history: ColumnHistory) -> Found:
    """Columns that give one number for nearly all lines, most of which did not always have it."""
    found = {}
    for place in range(len(history.measures)):
        known = (history.number[:, place] >= FEWEST) & ~np.isnan(history.values[:, place])
        values, lines = history.values[known, place], int(known.sum())
        counts = Counter(values[values > 0].tolist())
        value, times = counts.most_common(1)[0] if counts else (0.0, 0)
        always = (history.least[known, place] == value) & (history.most[known, place] == value)
        if lines >= _FEWEST_REPEATED and times >= _REPEATED * lines and always.mean() < _REPEATED_BEFORE:
            about = {"value": show(int(value)), "times": show(times), "lines": show(lines)}
            found[place] = sentence("column_repeats", column=_named(history, place), **about)
    return found


def _of_other_column(history: ColumnHistory) -> Found:
    """Columns whose counts fit the ranges of another column instead of their own: shifted or swapped."""
    found = {}
    for place in _misfits(history):
        others = (at for at in range(len(history.measures)) if at != place and _off(history, place, at) <= _FEW_OFF)
        other = min(others, key=lambda at: abs(at - place), default=None)
        if other is not None:
            about = {"column": _named(history, place), "other": _named(history, other)}
            found[place] = sentence("column_fits_other", **about)
    return found


def _of_other_line(history: ColumnHistory) -> Found:
    """Columns whose counts fit the ranges of the line above or below."""
    return {
        place: _named(history, place)
        for place in _misfits(history)
        if min(_off(history, place, place, step) for step in (1, -1)) <= _off(history, place, place) / 2
    }


def _misfits(history: ColumnHistory) -> list[int]:
    """Columns where many counts do not fit their lines' ranges; where nothing is reported, nothing is misplaced."""
    values, number = history.values, history.number
    known = (number >= FEWEST) & ~np.isnan(values)
    far = known & (np.abs(history.distances) > _OFF)
    many = (far.sum(axis=0) >= _MANY_OFF * known.sum(axis=0)) & (np.nansum(values, axis=0) > 0)
    return [place for place in np.flatnonzero(many).tolist() if _MANY_OFF <= _off(history, place, place) <= 1]


def _off(history: ColumnHistory, place: int, ranges: int, step: int = 0) -> float:
    """The share of a column's counts, moved down by some lines, that do not fit the ranges of a column.

    Infinite where too few lines are known or most are 0: anything fits those.
    """
    values = np.roll(history.values[:, place], step)
    known = (history.number[:, ranges] >= FEWEST) & ~np.isnan(values)
    filled = known & ((history.most[:, ranges] > 0) | (values > 0))
    if known.sum() < _FEWEST_LINES or 2 * filled.sum() < known.sum():
        return float("inf")
    far = np.abs(distances(values, history.least[:, ranges], history.most[:, ranges])) > _OFF
    return float(far[known].mean())


def _unlike_before(history: ColumnHistory) -> Found:
    """Columns whose totals, also by line, are far above or below those of all the periods before.

    What single odd counts add is left to the questions about those.
    """
    if len(history.totals) < FEWEST:
        return {}
    before = _totals_before(history)
    lines = np.array([[totals.lines] for totals in history.totals.values()], dtype=np.float64)
    total, mean = history.usual_totals, history.usual_totals / history.whole.lines
    least, most = np.nanmin(before, axis=0), np.nanmax(before, axis=0)
    above = (total > _TOTAL_RATIO * np.maximum(most, 1)) & (mean > _TOTAL_RATIO * np.nanmax(before / lines, axis=0))
    below = (
        (history.whole.totals > 0)
        & (total * _TOTAL_RATIO < least)
        & (mean * _TOTAL_RATIO < np.nanmin(before / lines, axis=0))
    )
    far = np.abs(distances(total, least, most)) > _TOTAL_FAR
    found = {
        place: sentence(
            "column_total_unlike",
            column=_named(history, place),
            total=show(int(history.whole.totals[place])),
            least=show(int(least[place])),
            most=show(int(most[place])),
        )
        for place in np.flatnonzero(far & (above | below)).tolist()
    }
    for place in _misfits(history):
        off = show(round(100 * _off(history, place, place)))
        found.setdefault(place, sentence("column_lines_unlike", column=_named(history, place), percent=off))
    return found


def _totals_before(history: ColumnHistory) -> Numbers:
    """Totals of the periods before (periods x measures); 0 where a column was always blank."""
    return np.asarray(np.nan_to_num(np.array([totals.totals for totals in history.totals.values()])))


_CHECKS: dict[str, Callable[[ColumnHistory], Found]] = {
    "looks_cumulative": _cumulative,
    "column_repeated": _repeated,
    "of_other_column": _of_other_column,
    "of_other_line": _of_other_line,
    "column_unlike_before": _unlike_before,
}
