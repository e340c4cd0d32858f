"""Checks a return against its sender's earlier ones: outliers, odd columns, a year that disagrees with its quarters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from data.forms.model import LikeBefore
from data.measures import Kind, Measure
from data.periods import Frequency, Period
from data.reading.queries import Reader
from data.returns import Finding, Return
from loaders.findings import grouped, measure_text, warning
from loaders.returns.column_checks import check_columns
from loaders.returns.column_history import ColumnHistory, column_history
from loaders.vietnamese.numbers import show


def check_plausibility(given: Return, reader: Reader) -> Iterator[Finding]:
    """Warnings only: an unusual count may well be right."""
    if given.period is None:
        return
    history = column_history(given, given.period, reader)
    if history is not None:
        findings, asked = check_columns(history)
        yield from findings
        yield from _check_counts(history, asked)
    if given.period.frequency is Frequency.YEAR and Frequency.QUARTER in given.form.frequencies:
        yield from _check_quarters(given, given.period, reader)


def _check_counts(history: ColumnHistory, asked: frozenset[int]) -> Iterator[Finding]:
    """Counts far from those of the line's earlier periods, outside columns that are asked about as a whole."""
    found = [
        warning(
            LikeBefore.code,
            history.given.sheet,
            history.cell(line, place),
            measure=measure_text(history.measures[place]),
            shown=show(int(history.values[line, place])),
            number=show(int(history.number[line, place])),
            least=show(int(history.least[line, place])),
            most=show(int(history.most[line, place])),
        )
        for line, place in np.argwhere(history.odd).tolist()
        if place not in asked
    ]
    yield from grouped(found)


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
