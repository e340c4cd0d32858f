"""The gap planner: for a target share, the additional count that each unit needs."""

from __future__ import annotations

from fractions import Fraction

from dash import dcc, html
from dash.development.base_component import Component

from indicators.values.model import COUNTED_NOUNS
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.planning import Needed, Planning, shortfall
from layouts.views.rows import why_missing, written
from layouts.words import formats

_MAX_BAR = 7  # rem, length of the longest bar


def title(seen: Planning, target: Fraction) -> str:
    """A sentence: the count needed by the unit as a whole, and by all units below it together."""
    row, needed = seen.share_of_whole, seen.needed(target)
    name = seen.share.title[language()]
    facts = {
        "name": name[0].lower() + name[1:],
        "target": formats.share(target, language()),
        "counted": _counted(seen),
    }
    if row is None or row.value is None:
        return t("gap.nothing", **facts, year=seen.year.title(language()))
    whole, together = shortfall(row, target), sum(each.more or 0 for each in needed)
    facts |= {"unit": seen.asked.unit.name, "whole": formats.number(whole, language()), "value": written(row)}
    if not whole:
        return t("gap.reached", **facts)
    short = sum(bool(each.more) for each in needed)
    if not needed:
        return t("gap.alone", **facts)
    return t("gap.title", **facts, together=formats.number(together, language()), short=short, all=len(needed))


def table(seen: Planning, target: Fraction) -> list[Component]:
    """A row per unit, largest need first."""
    needed = seen.needed(target)
    if not needed:
        return []
    most = max((each.more or 0 for each in needed), default=0)
    ordered = sorted(needed, key=lambda each: (each.more is None, -(each.more or 0)))
    names = ("unit", "value", "count", "people", "after")
    titles = [sentences.capital(t(f"gap.column_{name}", counted=_counted(seen))) for name in names]
    head = html.Thead(html.Tr([html.Th(title, scope="col") for title in titles]))
    body = html.Tbody([_line(seen, each, most) for each in ordered])
    return [html.Table([head, body], className="plain-table figures-table gap-table")]


def _counted(seen: Planning) -> str:
    return COUNTED_NOUNS[seen.share.counts][language()]


def _line(seen: Planning, each: Needed, most: int) -> Component:
    row, more, speech = each.row, each.more, language()
    point = {"indicator": row.indicator.code, "point": row.until.code, "point_unit": row.unit}
    value = (
        dcc.Link(written(row), href=seen.asked.address("/trend", unit=row.unit, **point))
        if row.value
        else why_missing(row)
    )
    count = formats.NOTHING
    after = formats.NOTHING
    if row.numerator is not None and row.denominator:
        count = f"{formats.number(row.numerator, speech)}/{formats.number(row.denominator, speech)}"
        after = formats.share((row.numerator + (more or 0)) / row.denominator, speech)
    width = _MAX_BAR * (more or 0) / most if most else 0
    bar = html.Span(className="gap-bar", style={"width": f"{width:.2f}rem"})
    text = formats.NOTHING if more is None else formats.number(more, speech) if more else t("gap.enough")
    return html.Tr(
        [
            html.Th(row.unit_name, scope="row"),
            html.Td(value),
            html.Td(count),
            html.Td([html.Span(text), bar], className="gap-cell"),
            html.Td(after),
        ]
    )
