"""So sánh: which differences are real? Ranked dots, a funnel plot, a heat table, one unit among its peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from data.organisations.units import Level
from data.periods import Frequency, Period, PeriodError
from data.vietnamese.text import lower_first
from indicators.answers.rows import ValueRow
from layouts.figures.chart import Figure, figure
from layouts.pages.compare import peers, spread
from layouts.parts import heat
from layouts.parts.components import Props, aria, for_excel, graph, height, how, icon, section
from layouts.parts.page import Needs, Page, PageGroup, cached_view, follow, write_address
from layouts.parts.slots import Slot, Slots
from layouts.parts.value_table import value_table
from layouts.parts.workings import panel
from layouts.text import language, t
from layouts.views import freshness, sentences
from layouts.views.ask import Ask
from layouts.views.comparison import Comparison
from layouts.views.featured import VILLAGE_HEADS
from layouts.words import formats

_PATH = "/compare"
_HIDDEN = {"display": "none"}
_KEPT = ("indicator", "level", "span", "columns", "peer", "sort")


class Ids(StrEnum):
    """Component ids of this page."""

    INDICATOR = "compare-indicator"
    LEVEL = "compare-level"
    SPAN = "compare-span"
    PEER = "compare-peer"
    COLUMNS = "compare-columns"
    HEADLINE = "compare-headline"
    MEANING = "compare-meaning"
    RANKING_TITLE = "compare-ranking-title"
    RANKING_NOTE = "compare-ranking-note"
    RANKING = "compare-ranking"
    FUNNEL_TITLE = "compare-funnel-title"
    FUNNEL_NOTE = "compare-funnel-note"
    FUNNEL = "compare-funnel"
    FUNNEL_BOX = "compare-funnel-box"
    PEERS_TITLE = "compare-peers-title"
    PEERS = "compare-peers"
    PEERS_BOX = "compare-peers-box"
    HEAT_TITLE = "compare-heat-title"
    HEAT = "compare-heat"
    TABLE = "compare-table"
    CSV = "compare-csv"
    XLSX = "compare-xlsx"
    DRAWER = "compare-workings"
    WORKINGS = "compare-workings-inside"
    SHOWN = "compare-shown"
    SINK = "compare-sink"


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Slots):
    """Contents of the page's slots."""

    indicator: Annotated[str, Slot(Ids.INDICATOR, "value")]
    levels: Annotated[list[dict[str, str]], Slot(Ids.LEVEL, "data")]
    level: Annotated[str | None, Slot(Ids.LEVEL, "value")]
    span: Annotated[str, Slot(Ids.SPAN, "value")]
    spans: Annotated[bool, Slot(Ids.SPAN, "disabled")]
    peers_known: Annotated[list[dict[str, str]], Slot(Ids.PEER, "data")]
    peer: Annotated[str | None, Slot(Ids.PEER, "value")]
    chosen_columns: Annotated[list[str], Slot(Ids.COLUMNS, "value")]
    headline: Annotated[str, Slot(Ids.HEADLINE)]
    meaning: Annotated[str, Slot(Ids.MEANING)]
    ranking_title: Annotated[str, Slot(Ids.RANKING_TITLE)]
    ranking_note: Annotated[str, Slot(Ids.RANKING_NOTE)]
    ranking: Annotated[Figure, Slot(Ids.RANKING, "figure")]
    ranking_style: Annotated[dict[str, int], Slot(Ids.RANKING, "style")]
    funnel_title: Annotated[str, Slot(Ids.FUNNEL_TITLE)]
    funnel_note: Annotated[str, Slot(Ids.FUNNEL_NOTE)]
    funnel: Annotated[Figure, Slot(Ids.FUNNEL, "figure")]
    funnel_box: Annotated[dict[str, str], Slot(Ids.FUNNEL_BOX, "style")]
    peers_title: Annotated[str, Slot(Ids.PEERS_TITLE)]
    strips: Annotated[Any, Slot(Ids.PEERS)]
    peers_box: Annotated[dict[str, str], Slot(Ids.PEERS_BOX, "style")]
    heat_title: Annotated[str, Slot(Ids.HEAT_TITLE)]
    heat_columns: Annotated[list[Props], Slot(Ids.HEAT, "columnDefs")]
    heat_lines: Annotated[list[Props], Slot(Ids.HEAT, "rowData")]
    heat_options: Annotated[Props, Slot(Ids.HEAT, "dashGridOptions")]
    heat_style: Annotated[Props, Slot(Ids.HEAT, "style")]
    table: Annotated[Any, Slot(Ids.TABLE, "data")]
    csv: Annotated[str, Slot(Ids.CSV, "href")]
    xlsx: Annotated[str, Slot(Ids.XLSX, "href")]
    opened: Annotated[bool, Slot(Ids.DRAWER, "opened")]
    inside: Annotated[Any, Slot(Ids.WORKINGS)]
    shown: Annotated[dict[str, list[str]], Slot(Ids.SHOWN, "data")]


_CLICKED = (
    (Ids.RANKING, "clickData", "point"),
    (Ids.FUNNEL, "clickData", "point"),
    (Ids.DRAWER, "opened", "closed"),
)


def layout(asked: Ask) -> Component:
    """The page for a URL."""
    shown = cached_view(asked, view)
    return html.Div(
        [
            _controls(asked, shown),
            html.H1(**shown[Ids.HEADLINE], className="headline"),
            html.P(**shown[Ids.MEANING], className="lead"),
            html.Div([_ranking(asked, shown), _funnel(asked, shown)], className="pair"),
            _peers(shown),
            _heat(asked, shown),
            dmc.Drawer(
                html.Div(**shown[Ids.WORKINGS]),
                **shown[Ids.DRAWER],
                title=t("workings.title"),
                position="right",
                size="xl",
                padding="md",
                closeButtonProps={"aria-label": t("workings.close")},
            ),
            dcc.Store(**shown[Ids.SHOWN]),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def view(asked: Ask) -> View:
    """The slot contents for a URL."""
    seen = Comparison(asked)
    ranked, funnel = spread.ranked(seen), spread.funnelled(seen)
    lines = heat.lines(seen.table)
    places = seen.places(seen.peer) if seen.peer else ()
    name = next((row.unit_name for row in seen.rows if row.unit == seen.peer), "")
    query = urlencode({"unit": seen.whole.code} | {k: v for k, v in asked.query.items() if k != "unit"})
    return View(
        indicator=seen.indicator.code,
        levels=[{"value": str(level), "label": t(f"level.{level}")} for level in seen.levels],
        level=seen.level,
        span=_span(asked),
        spans=asked.period.frequency is Frequency.YEAR,
        peers_known=[{"value": row.unit, "label": row.unit_name} for row in seen.rows],
        peer=seen.peer,
        chosen_columns=list(seen.columns),
        headline=_headline(seen),
        meaning=_meaning(seen),
        ranking_title=ranked.title,
        ranking_note=ranked.note,
        ranking=ranked.drawn,
        ranking_style=height(ranked.drawn),
        funnel_title=funnel.title if funnel else "",
        funnel_note=funnel.note if funnel else "",
        funnel=funnel.drawn if funnel else figure([], asked.language),
        funnel_box={} if funnel else _HIDDEN,
        peers_title=peers.title(seen, name, places) if seen.peer else "",
        strips=peers.strips(seen, _PATH, places) if places else [],
        peers_box={} if seen.peer else _HIDDEN,
        heat_title=_heat_title(seen),
        heat_columns=heat.columns(seen.table, seen.indicator.code, asked.query.get("sort", "")),
        heat_lines=lines,
        heat_options=heat.options(lines),
        heat_style=heat.style(lines),
        table=_with_ranks(seen, ranked.rows),
        csv=for_excel(f"/download/compare.csv?{query}"),
        xlsx=f"/download/compare.xlsx?{query}",
        **_workings(asked, seen),
        shown={
            "indicator": [seen.indicator.code, VILLAGE_HEADS],
            "level": [str(seen.level), str(next(iter(seen.levels), ""))],
            "span": [_span(asked), "year"],
            "peer": [seen.peer or "", ""],
            "columns": [".".join(seen.columns), ".".join(seen.usual_columns)],
        },
    )


def _with_ranks(seen: Comparison, rows: Sequence[ValueRow]) -> Mapping[str, Any]:
    """The table of the ranked units, each with its rank and the interval that chance leaves it."""
    table = value_table(rows, many=True)
    ranks = [seen.ranks.get(row.unit) for row in rows]
    written = [sentences.capital(sentences.ranked(rank)) if rank else formats.NOTHING for rank in ranks]
    body = [[*line, rank] for line, rank in zip(table["body"], written, strict=True)]
    return {"head": [*table["head"], t("compare.rank_column")], "body": body}


def _span(asked: Ask) -> str:
    return "period" if asked.query.get("span") == "period" else "year"


def register(app: Dash) -> None:
    """The page's callbacks."""
    follow(app, _PATH, View, view)
    write_address(app, View, script="work", baseline=Ids.SHOWN, sink=Ids.SINK)
    for control, prop, name in _CLICKED:
        app.clientside_callback(
            ClientsideFunction("work", name),
            Output(Ids.SINK, "data", allow_duplicate=True),
            Input(control, prop),
            prevent_initial_call=True,
        )


def _controls(asked: Ask, shown: View) -> Component:
    names = [{"value": each.code, "label": each.title[asked.language]} for each in Comparison(asked).comparable]
    spans = [{"value": span, "label": t(f"compare.span_{span}")} for span in ("year", "period")]
    search: Props = {
        "searchable": True,
        "filter": {"function": "unitsByWords"},
        "maxDropdownHeight": 420,
        "comboboxProps": {"keepMounted": False},
    }
    return html.Div(
        [
            dmc.Select(
                **shown[Ids.INDICATOR],
                label=t("trend.indicator"),
                data=names,
                allowDeselect=False,
                nothingFoundMessage=t("trend.no_indicator"),
                className="trend-indicator",
                **search,
            ),
            dmc.Select(
                **shown[Ids.PEER],
                label=t("compare.peer"),
                placeholder=t("compare.peer_none"),
                clearable=True,
                limit=150,
                nothingFoundMessage=t("context.no_unit"),
                className="compare-peer",
                clearButtonProps={"aria-label": t("compare.peer_clear")},
                **search,
            ),
            dmc.SegmentedControl(**shown[Ids.LEVEL], **aria(label=t("compare.level"))),
            dmc.SegmentedControl(**shown[Ids.SPAN], data=spans, **aria(label=t("compare.span"))),
        ],
        className="controls no-print",
    )


def _ranking(asked: Ask, shown: View) -> Component:
    table = dmc.Table(**shown[Ids.TABLE], className="plain-table figures-table", highlightOnHover=True)
    return section(
        html.Span(**shown[Ids.RANKING_TITLE]),
        html.Div(graph(shown[Ids.RANKING], asked.language), className="tall"),
        html.Details([html.Summary(t("compare.table")), html.Div(table, className="scroll")]),
        how(t("compare.how_ranking")),
        note=html.Span(**shown[Ids.RANKING_NOTE]),
    )


def _funnel(asked: Ask, shown: View) -> Component:
    inside = section(
        html.Span(**shown[Ids.FUNNEL_TITLE]),
        graph(shown[Ids.FUNNEL], asked.language, "funnel-chart"),
        how(t("compare.how_funnel")),
        note=html.Span(**shown[Ids.FUNNEL_NOTE]),
    )
    return html.Div(inside, **shown[Ids.FUNNEL_BOX])


def _peers(shown: View) -> Component:
    inside = section(
        html.Span(**shown[Ids.PEERS_TITLE]),
        html.Div(**shown[Ids.PEERS]),
        note=t("compare.peers_note"),
    )
    return html.Div(inside, **shown[Ids.PEERS_BOX])


def _heat(asked: Ask, shown: View) -> Component:
    names = [{"value": each.code, "label": each.title[asked.language]} for each in Comparison(asked).comparable]
    choose = dmc.MultiSelect(
        **shown[Ids.COLUMNS],
        label=t("compare.columns"),
        data=names,
        searchable=True,
        hidePickedOptions=True,
        filter={"function": "unitsByWords"},
        comboboxProps={"keepMounted": False},
    )
    return section(
        html.Span(**shown[Ids.HEAT_TITLE]),
        html.Div(heat.grid(shown[Ids.HEAT]), className="heat-box"),
        html.Div(
            [
                html.A([icon("download", 18), t("trend.csv")], **shown[Ids.CSV], className="action"),
                html.A([icon("download", 18), t("compare.xlsx")], **shown[Ids.XLSX], className="action"),
            ],
            className="actions no-print",
        ),
        html.Details([html.Summary(t("compare.columns_choose")), choose], className="no-print"),
        note=t("compare.heat_note"),
    )


def _headline(seen: Comparison) -> str:
    sentence = sentences.spread(seen.rows, seen.ranks)
    if sentence:
        return sentence + "."
    name, period = lower_first(seen.indicator.title[seen.asked.language]), seen.period.title(seen.asked.language)
    return t("compare.nothing", name=name, unit=seen.whole.name, period=period)


def _meaning(seen: Comparison) -> str:
    if seen.level is None:
        return t("compare.no_peers", unit=seen.whole.name)
    counted = sum(row.value is not None for row in seen.rows)
    compared = t("compare.counted", count=counted, all=len(seen.rows), level=_counted(seen.level), unit=seen.whole.name)
    parts = [seen.indicator.meaning[seen.asked.language], compared]
    if seen.period != seen.asked.period:
        of = {"period": sentences.at(seen.asked.period), "year": sentences.at(seen.period)}
        parts.append(t("compare.of_year", **of))
    return " ".join(parts)


def _counted(level: Level) -> str:
    return t(f"compare.level_{level}")


def _heat_title(seen: Comparison) -> str:
    facts = {"period": seen.period.title(seen.asked.language), "count": len(seen.table)}
    found = heat.most_and_fewest(seen.table)
    if found is None:
        return t("compare.heat", **facts)
    (worst, many, of_many), (best, few, of_few) = found
    if worst == best:
        return t("compare.heat_alike", **facts, missed=many, of=of_many)
    facts |= {"worst": freshness.named(worst, language()), "best": freshness.named(best, language())}
    return t("compare.heat_judged", **facts, many=many, of_many=of_many, few=few, of_few=of_few)


def _workings(asked: Ask, seen: Comparison) -> Props:
    code = asked.query.get("point")
    chosen = asked.catalogue.get(asked.query.get("point_indicator", ""), seen.indicator)
    try:
        period = Period.parse(code) if code else None
    except PeriodError:
        period = None
    if period is None:
        return {"opened": False, "inside": []}
    unit = asked.reader.unit(asked.query["point_unit"]) if asked.query.get("point_unit") else seen.whole
    ways: Sequence[tuple[str, str]] = (
        (t("compare.to_peer"), asked.address(_PATH, **{k: asked.query.get(k) for k in _KEPT} | {"peer": unit.code})),
        (t("compare.to_trend"), asked.address("/trend", unit=unit.code, indicator=chosen.code)),
        (t("compare.to_below"), asked.address(_PATH, unit=unit.code, indicator=chosen.code)),
    )
    links = html.Nav([dcc.Link(text, href=link, className="action") for text, link in ways], className="actions")
    return {"opened": True, "inside": [panel(asked, chosen, unit, period), links]}


PAGE = Page(
    code="compare",
    path=_PATH,
    group=PageGroup.MONITOR,
    layout=layout,
    register=register,
    needs=frozenset({Needs.CHARTS, Needs.GRIDS}),
)
