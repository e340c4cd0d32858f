"""Why the value moved: sentences below the headline, and the contribution of each unit, which leads to its trend."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from dash import dcc, html
from dash.development.base_component import Component

from indicators.answers.movement import Moved
from indicators.methods.decomposition import CAUSE_TITLES, Cause
from indicators.values.model import Growth, GrowthGap, Ratio
from layouts.text import language, t
from layouts.views import headlines, movement, sentences
from layouts.views.ask import Ask
from layouts.views.trending import Trending
from layouts.words import changes, formats

_RATIOS = (Ratio, Growth, GrowthGap)


def explained(seen: Trending, path: str) -> list[Component]:
    """Sentences on the change of the period spoken of, and what each unit below contributed to it."""
    found = movement.moved(seen.asked, headlines.read(seen.asked, seen.indicator))
    told = [html.P(text, className="lead") for one in found if (text := movement.sentence(one))]
    return [*told, *(table for one in found if (table := _table(seen.asked, one, path)) is not None)]


def _table(asked: Ask, one: Moved, path: str) -> Component | None:
    """The contributions; None where no units below contributed."""
    table = movement.contributions(one)
    if not any(unit.id != one.unit.id for unit, _ in table.lines):
        return None
    causes = table.causes if len(table.causes) > 1 else ()  # one alone is the contribution
    titles = [t("table.unit"), t("moved.contribution"), *(CAUSE_TITLES[cause][language()] for cause in causes)]
    body = []
    for unit, parts in table.lines:
        query = {"indicator": one.indicator.code, "frequency": asked.query.get("frequency")}
        link = dcc.Link(unit.name, href=asked.address(path, unit=unit.code, **query))
        name = link if unit.id != one.unit.id else t("moved.of_no_unit")
        body.append(html.Tr([html.Th(name, scope="row"), *_cells(one, parts, causes)]))
    whole = html.Tr([html.Th(t("moved.sum"), scope="row"), *_cells(one, table.sums, causes)])
    head = html.Thead(html.Tr([html.Th(title, scope="col") for title in titles]))
    inside = html.Table([head, html.Tbody(body), html.Tfoot(whole)], className="plain-table figures-table")
    since = {"period": sentences.at(one.period), "since": sentences.at(one.base)}
    return html.Details(
        [
            html.Summary(t("moved.table", **since)),
            html.Div(inside, className="scroll"),
            html.P(_note(one), className="fine"),
        ]
    )


def _cells(one: Moved, parts: Mapping[Cause, Fraction], causes: tuple[Cause, ...]) -> list[Component]:
    form = one.indicator.format
    places = changes.places(form) + form.is_share
    given = [sum(parts.values(), start=Fraction(0)), *(parts.get(cause, Fraction(0)) for cause in causes)]
    written = (formats.signed(formats.number(part or None, language(), places), part) for part in given)
    return [html.Td(text) for text in written]


def _note(one: Moved) -> str:
    method = t("moved.method_ratio" if isinstance(one.indicator.formula, _RATIOS) else "moved.method_sum")
    return f"{t('moved.points')} {method}" if one.indicator.format.is_share else method
