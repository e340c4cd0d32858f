"""Where is it stuck? The units below, ranked on the share that the conclusion sets a target for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from indicators.answers.rows import ValueRow
from indicators.values.value import State
from layouts.figures.chart import Figure, figure
from layouts.figures.ranking import RankedPlace, ranking
from layouts.parts.components import COLOURS, SYMBOLS, height
from layouts.parts.value_table import value_table
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.ask import Ask
from layouts.views.crossings import met_of
from layouts.views.featured import VILLAGE_HEADS
from layouts.views.figure_links import Aspect, anchored, figure_of
from layouts.views.overview import OverviewFacts
from layouts.views.rows import BELOW, noun_short, planned, rows, short_of_plan, why_missing, written
from layouts.words import formats

_MAX_RANKED = 16


class Stuck(NamedTuple):
    """A chart with its title, its own style, the style of its section, and the table behind it."""

    title: str
    drawn: Figure
    style: dict[str, int]
    box: dict[str, str]
    table: Mapping[str, Any]


def below(asked: Ask, overview: OverviewFacts) -> tuple[ValueRow, ...]:
    """The units below in the last year that has verdicts, except those without villages."""
    level, judged = BELOW.get(asked.unit.kind), overview.judged(VILLAGE_HEADS)
    if level is None or judged is None:
        return ()
    found = rows(asked, (VILLAGE_HEADS,), asked.unit, (judged.until,), level)
    return tuple(row for row in found if row.state is not State.NOT_APPLICABLE)


def by_need(found: Sequence[ValueRow]) -> list[ValueRow]:
    """Units that fall short of the plan, largest gap first."""
    return sorted((row for row in found if short_of_plan(row)), key=lambda row: -(short_of_plan(row) or 0))


def ranked(asked: Ask, found: Sequence[ValueRow]) -> Stuck:
    """The lowest-ranked units, or all if they are few."""
    valued = sorted((row for row in found if row.value is not None), key=lambda row: row.value or 0)
    if not valued:
        return Stuck("", figure([], asked.language), {}, {"display": "none"}, {"head": [], "body": []})
    shown = valued[:_MAX_RANKED] if len(found) > _MAX_RANKED else list(found)
    scale = formats.scale(valued[0].indicator.format, asked.language)
    drawn = ranking([_place(row) for row in shown], asked.language, scale=scale)
    title = _title(asked, found, valued)
    return Stuck(title, drawn, height(drawn), {}, value_table(list(reversed(valued)), many=True))


def _title(asked: Ask, found: Sequence[ValueRow], valued: Sequence[ValueRow]) -> str:
    worst = valued[0]
    href = asked.address("/compare", period=worst.until.code, indicator=worst.indicator.code)
    plan = figure_of(asked, planned(worst), worst, Aspect.PLAN)
    text = t(
        "overview.ranked",
        period=worst.until.title(language()),
        met=anchored(met_of(found), href),
        plan=plan,
        worst=worst.unit_name,
        value=figure_of(asked, written(worst), worst),
    )
    return text + t("overview.ranked_cut", count=_MAX_RANKED) if len(found) > _MAX_RANKED else text


def _place(row: ValueRow) -> RankedPlace:
    short = short_of_plan(row)
    note = written(row) if row.value is not None else why_missing(row)
    if short:
        note += t("overview.short", count=formats.number(short, language()), noun=noun_short(row))
    return RankedPlace(
        name=row.unit_name,
        key=(row.until.code, row.unit),
        value=row.value,
        plan=row.plan,
        note=note,
        hover=sentences.hover(row),
        colour=COLOURS[row.status],
        symbol=SYMBOLS[row.status],
    )
