"""One unit among its peers: a strip per indicator, from the worst peer on the left to the best on the right."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from indicators.values.value import JUDGED
from layouts.parts.components import aria, verdict
from layouts.text import t
from layouts.views import sentences
from layouts.views.comparison import Comparison, PeerRank
from layouts.views.rows import written

_QUARTER = 4
_NAMED = 3


def title(seen: Comparison, name: str, places: Sequence[PeerRank]) -> str:
    """A sentence: how often the unit is in the best and the worst quarter, and on which indicators."""
    if not places:
        return t("compare.peers_none", unit=name)
    best = [place for place in places if place.interval.high * _QUARTER <= place.interval.of]
    worst = [place for place in places if (place.interval.of - place.interval.low) * _QUARTER < place.interval.of]
    sentence = t("compare.peers", unit=name, count=places[0].of - 1, best=len(best), worst=len(worst), all=len(places))
    if not worst:
        return sentence + "."
    named = sorted(worst, key=lambda place: place.share)[:_NAMED]
    titles = (place.row.indicator.title[seen.asked.language] for place in named)
    return sentence + t("compare.peers_worst", names="; ".join(text[0].lower() + text[1:] for text in titles))


def strips(seen: Comparison, path: str, places: Sequence[PeerRank]) -> Component:
    """A strip for each indicator, linked to its workings."""
    lines: list[Component] = [_line(seen, path, place) for place in places]
    ends = html.Div(
        [html.Span(t(f"compare.{name}")) for name in ("worst", "best")],
        className="strip-ends fine",
        **aria(hidden="true"),
    )
    return html.Div([ends, *lines], className="strips")


def _line(seen: Comparison, path: str, place: PeerRank) -> Component:
    row, asked = place.row, seen.asked
    link = asked.address(
        path,
        **{key: asked.query.get(key) for key in ("indicator", "level", "span", "columns", "peer")},
        point=row.until.code,
        point_unit=row.unit,
        point_indicator=row.indicator.code,
    )
    judged: list[Component] = [verdict(row.status)] if row.status in JUDGED else []
    return dcc.Link(
        [
            html.Span(row.indicator.title[asked.language], className="strip-name"),
            html.Span(
                [html.Strong(written(row)), html.Span(sentences.ranked(place.interval), className="fine"), *judged],
                className="strip-said",
            ),
            html.Span(
                [
                    html.Span(className="strip-middle", style={"left": f"{place.middle:.1%}"}),
                    html.Span(className=f"strip-own strip-{row.status}", style={"left": f"{place.share:.1%}"}),
                ],
                className="strip-rail",
                **aria(hidden="true"),
            ),
        ],
        href=link,
        className="strip",
    )
