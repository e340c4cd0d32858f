"""The lagging cells by unit: how many, and whether the unit's admissions are fewer than chance explains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from data.organisations.units import Level, Unit
from indicators.answers.cell_list import ListCounts
from indicators.answers.cell_standings import UnitCounts
from indicators.methods.reasons import ListPart, Reason
from layouts.text import language, t
from layouts.views import lagging_sentences
from layouts.views.rows import BELOW
from layouts.views.watched_cells import Pooled
from layouts.views.watchlist import Worklist
from layouts.words import formats, listing, marks

_NAMED = 3
_HEAD = ("unit", "cells", "new", "recovered", "missing", "no_admission", "expected", "probability")


def title(work: Worklist) -> str:
    """A sentence naming the units that admitted fewer than chance explains; empty if there are no units to compare."""
    units = _units(work)
    if not units:
        return ""
    judged = [pooled for unit in units if (pooled := work.watchlist.pooled.get(unit.id)) and _probability(pooled) <= 1]
    if not judged:
        return t("lagging.units_unknown")
    out = [pooled for pooled in judged if pooled.ranked.stands_out]
    if not out:
        return t("lagging.units_none", count=len(judged))
    named = listing.listed([_pooled_text(pooled) for pooled in sorted(out, key=_probability)], _NAMED, language(), "; ")
    return t("lagging.units", count=len(out), all=len(judged), named=named)


def table(work: Worklist, path: str) -> Component | list[Component]:
    """A row per unit, most surprising first; its name links to its own list."""
    units = _units(work)
    if not units:
        return []
    counted = work.counted(units)
    ordered = sorted(units, key=lambda unit: _probability(work.watchlist.pooled.get(unit.id)))
    head = html.Thead(html.Tr([html.Th(t(f"lagging.units_{name}"), scope="col") for name in _HEAD]))
    body = html.Tbody(
        [_line(work, path, unit, counted[unit.id]) for unit in ordered if _lists_any(counted[unit.id].counts)]
    )
    return html.Table([head, body], className="plain-table figures-table")


def _lists_any(counts: ListCounts) -> bool:
    return bool(counts.lagging or counts.recovered or counts.missing)


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


def _line(work: Worklist, path: str, unit: Unit, counted: UnitCounts) -> Component:
    speech, pooled = language(), work.watchlist.pooled.get(unit.id)
    ranked = pooled.ranked if pooled else None
    counts = counted.counts
    expected = (
        f"{formats.number(ranked.exposure.admitted, speech)} / {formats.number(ranked.expected, speech)}"
        if ranked is not None and ranked.expected is not None
        else formats.NOTHING
    )

    def link(text: str, **filters: str | None) -> dcc.Link:
        return dcc.Link(text, href=work.asked.address(path, unit=unit.code, **filters))

    def linked(count: int, **filters: str) -> dcc.Link | str:
        return link(formats.number(count, speech), **filters) if count else formats.number(0, speech)

    compared = counts.totals.compared
    cells: tuple[Any, ...] = (
        [linked(counts.lagging, course=ListPart.ALL), "/", formats.number(counts.totals.reported, speech)],
        linked(counts.new, course=ListPart.NEW) if compared else formats.NOTHING,
        linked(counts.recovered, course=ListPart.RECOVERED) if compared else formats.NOTHING,
        linked(counts.missing, course=ListPart.MISSING),
        linked(counted.reasons[Reason.NO_ADMISSION], course=ListPart.ALL, reason=Reason.NO_ADMISSION),
        expected,
    )
    odd = ranked is not None and ranked.stands_out
    likely = lagging_sentences.chance(ranked, speech) or formats.NOTHING
    kept = {name: work.asked.query.get(name) for name in ("reason", "course", "kind", "doing", "q", "sort")}
    last = html.Td(
        f"{marks.BAD} {likely} · {t('lagging.odd')}" if odd else likely, className="verdict-not_met" if odd else ""
    )
    return html.Tr([html.Th(link(unit.name, **kept), scope="row"), *(html.Td(inside) for inside in cells), last])
