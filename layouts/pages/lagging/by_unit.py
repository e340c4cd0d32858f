"""The lagging cells by unit: how many, and whether the unit's admissions are fewer than chance explains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from data.organisations.units import LEVELS, Level, Unit
from indicators.methods.reasons import ListChange, Reason
from layouts.pages.lagging.grid import chance
from layouts.text import language, t
from layouts.views.rows import BELOW
from layouts.views.watchlist import Pooled, Worklist, WorklistEntry, count_by_change, count_by_reason
from layouts.words import formats, marks

_NAMED = 3
_HEAD = ("unit", "cells", "new", "recovered", "no_admission", "expected", "probability")


def title(work: Worklist) -> str:
    """A sentence naming the units that admitted fewer than chance explains; empty if there are no units to compare."""
    units = _units(work)
    if not units:
        return ""
    out = [pooled for unit in units if (pooled := work.watchlist.pooled.get(unit.id)) and pooled.ranked.stands_out]
    if not out:
        return t("lagging.units_none", count=len(units))
    named = "; ".join(_pooled_text(pooled) for pooled in sorted(out, key=_probability)[:_NAMED])
    more = t("freshness.more", count=len(out) - _NAMED) if len(out) > _NAMED else ""
    return t("lagging.units", count=len(out), all=len(units), named=named + more)


def table(work: Worklist, path: str) -> Component | list[Component]:
    """A row per unit, most surprising first; its name links to its own list."""
    units = _units(work)
    if not units:
        return []
    level = BELOW[work.asked.unit.kind]
    held: Mapping[int, list[WorklistEntry]] = defaultdict(list)
    for listed in work.entries:
        above = next(
            (unit for unit in (listed.line.base, listed.line.district) if unit and unit.kind in LEVELS[level]), None
        )
        if above is not None:
            held[above.id].append(listed)
    ordered = sorted(units, key=lambda unit: _probability(work.watchlist.pooled.get(unit.id)))
    head = html.Thead(html.Tr([html.Th(t(f"lagging.units_{name}"), scope="col") for name in _HEAD]))
    body = html.Tbody([_line(work, path, unit, held[unit.id]) for unit in ordered if held[unit.id]])
    return html.Table([head, body], className="plain-table figures-table")


def _units(work: Worklist) -> Sequence[Unit]:
    level = BELOW.get(work.asked.unit.kind)
    if level not in {Level.DISTRICT, Level.BASE}:
        return ()
    return work.asked.reader.tree(work.asked.period.end).at_level(level, work.asked.unit.id)


def _probability(pooled: Pooled | None) -> float:
    found = pooled.ranked.probability if pooled else None
    return 2.0 if found is None else found


def _pooled_text(pooled: Pooled) -> str:
    ranked = pooled.ranked
    return t(
        "lagging.units_told",
        unit=pooled.unit.name,
        admitted=formats.number(ranked.exposure.admitted, language()),
        expected=formats.number(ranked.expected, language()),
    )


def _line(work: Worklist, path: str, unit: Unit, held: Sequence[WorklistEntry]) -> Component:
    speech, pooled = language(), work.watchlist.pooled.get(unit.id)
    ranked = pooled.ranked if pooled else None
    now = [listed for listed in held if listed.line.listed.reasons]
    every = work.watchlist.cells[unit.id]
    course, reasons = count_by_change(held), count_by_reason(now)
    judged = ranked is not None and ranked.expected is not None
    texts = (
        t("lagging.of", count=formats.number(len(now), speech), all=formats.number(every, speech)),
        formats.number(course[ListChange.NEW], speech),
        formats.number(course[ListChange.RECOVERED], speech),
        formats.number(reasons[Reason.NO_ADMISSION], speech),
        f"{formats.number(ranked.exposure.admitted, speech)} / {formats.number(ranked.expected, speech)}"
        if ranked and judged
        else formats.NOTHING,
    )
    odd = ranked is not None and ranked.stands_out
    likely = chance(ranked) or formats.NOTHING
    kept = {name: work.asked.query.get(name) for name in ("reason", "course", "kind", "doing", "q", "sort")}
    link = dcc.Link(unit.name, href=work.asked.address(path, unit=unit.code, **kept))
    last = html.Td(
        f"{marks.BAD} {likely} · {t('lagging.odd')}" if odd else likely, className="verdict-not_met" if odd else ""
    )
    return html.Tr([html.Th(link, scope="row"), *(html.Td(text) for text in texts), last])
