"""The long run of all stored years: members and admissions by year, mean admissions per year with the divisor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from data.periods import Frequency, Period
from indicators.answers.rows import ValueRow
from layouts.figures.chart import Figure, figure
from layouts.figures.long_run import long_run
from layouts.figures.trend import TrendPoint
from layouts.text import language, t
from layouts.views import published, sentences
from layouts.views.ask import Ask
from layouts.views.featured import ADMISSIONS, ADMISSIONS_PER_YEAR, MEMBERS
from layouts.views.figure_links import Aspect, figure_of
from layouts.views.rows import by_indicator, rows, series, why_missing, written
from layouts.words import formats, marks


class History(NamedTuple):
    """A chart with title and note, the style of its section, and the table behind it."""

    title: str
    note: str
    drawn: Figure
    box: dict[str, str]
    table: Mapping[str, Any]


def since_first(asked: Ask) -> History:
    """Members and admissions of every stored year up to the selected one."""
    years = series(asked, Frequency.YEAR, Period(asked.period.year))
    if asked.period.whole_year not in years:
        years = (*years, asked.period.whole_year)
    found = by_indicator(rows(asked, (MEMBERS, ADMISSIONS), asked.unit, years))
    members, admissions = _from_first(found[MEMBERS]), _from_first(found[ADMISSIONS])
    full = [row for row in admissions if row.is_complete]
    if len(members) < 2 or not full:
        return History("", "", figure([], asked.language), {"display": "none"}, {"head": [], "body": []})
    mean = _mean(asked, full)
    names = (t("overview.members_axis"), t("overview.admissions_axis"))
    drawn = long_run(
        [_point(row) for row in members],
        [_point(row) for row in admissions],
        asked.language,
        names=names,
        mean=mean.value if mean else None,
    )
    return History(_title(asked, members), _note(asked, mean), drawn, {}, _table(asked, members, admissions))


def _from_first(found: Sequence[ValueRow]) -> list[ValueRow]:
    first = next((place for place, row in enumerate(found) if row.value is not None), len(found))
    return list(found[first:])


def _point(row: ValueRow) -> TrendPoint:
    key = (row.until.code, row.unit)
    return TrendPoint(
        label=row.until.short(language()),
        key=key,
        hover=sentences.hover(row),
        value=row.value,
        plan=row.plan,
        complete=row.is_complete,
    )


def _mean(asked: Ask, full: Sequence[ValueRow]) -> ValueRow | None:
    found = rows(asked, (ADMISSIONS_PER_YEAR,), asked.unit, [row.until for row in full])
    return found[0] if found and found[0].value is not None else None


def _title(asked: Ask, members: Sequence[ValueRow]) -> str:
    full = [row for row in members if row.is_complete and row.value]
    if len(full) < 2:
        return t("overview.long_short", unit=asked.unit.name)
    first, last = full[0], full[-1]
    growth = (last.value or 0) / (first.value or 1) - 1
    written_growth = formats.signed(formats.share(growth, asked.language), growth)
    return t(
        "overview.long",
        first=figure_of(asked, written(first), first),
        first_year=first.until.year,
        last=figure_of(asked, written(last), last),
        last_year=last.until.year,
        growth=figure_of(asked, written_growth, last, Aspect.GROWTH),
    )


def _note(asked: Ask, mean: ValueRow | None) -> str:
    if mean is None:
        return ""
    speech = asked.language
    text = t(
        "overview.mean",
        value=figure_of(asked, written(mean), mean),
        total=figure_of(asked, formats.number(mean.numerator, speech), mean, Aspect.TOTAL),
        years=figure_of(asked, formats.number(mean.denominator, speech), mean, Aspect.YEARS),
        span=mean.period.code.replace("..", "–"),
    )
    return " ".join(part for part in (text, published.note(asked)) if part)


def _table(asked: Ask, members: Sequence[ValueRow], admissions: Sequence[ValueRow]) -> Mapping[str, Any]:
    speech = asked.language
    admitted = {row.until: row for row in admissions}
    head = [t("table.period"), members[0].indicator.title[speech], asked.catalogue[ADMISSIONS].title[speech]]
    body = [[row.until.title(speech), _cell(row), _cell(admitted.get(row.until))] for row in reversed(members)]
    return {"head": head, "body": body}


def _cell(row: ValueRow | None) -> str:
    if row is None:
        return formats.NOTHING
    return (
        why_missing(row) if row.value is None else written(row) if row.is_complete else f"{marks.HOLLOW} {written(row)}"
    )
