"""The workings of a value: its parts, its plan with the decision, reporting units, and the cells behind it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from data.organisations.units import Unit
from data.periods import Period
from indicators.answers.enquiry import TraceRow, trace
from indicators.answers.rows import ValueRow
from indicators.values.model import Indicator
from indicators.values.target import Plans, Target, plan_for
from indicators.values.value import STATUS_TITLES
from layouts.parts.components import for_excel, icon
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.ask import Ask
from layouts.views.rows import rows, why_missing, written
from layouts.web.request import workbook_link
from layouts.words import formats, formulas

_MAX_CELLS = 200


def panel(asked: Ask, indicator: Indicator, unit: Unit, period: Period) -> Component:
    """The workings of one value."""
    found = rows(asked, (indicator.code,), unit, (period,))
    if not found:
        return html.P(t("workings.none"), className="fine")
    row = found[0]
    cells = asked.answered(trace, indicator.code, unit.code, period, basis=asked.basis)
    return html.Div(
        [
            html.H2(f"{row.unit_name}. {sentences.sentence(row)}."),
            _facts(asked, row, _target(asked, indicator, unit, period)),
            html.Div([html.H3(t("workings.files")), _files(asked, cells)]),
            html.Div([html.H3(t("workings.cells")), _cells(asked, cells), _all_cells(asked, row)]),
        ],
        className="workings",
    )


def _all_cells(asked: Ask, row: ValueRow) -> Component:
    query = {
        "indicator": row.indicator.code,
        "unit": row.unit,
        "period": row.until.code,
        "as_of": asked.query.get("as_of", ""),
        "basis": asked.query.get("basis", ""),
    }
    link = for_excel(f"/download/cells.csv?{urlencode({key: value for key, value in query.items() if value})}")
    return html.Div(
        html.A([icon("download", 18), t("workings.all_cells")], href=link, className="action"), className="actions"
    )


def _target(asked: Ask, indicator: Indicator, unit: Unit, period: Period) -> Target | None:
    above = [each.id for each in asked.reader.registry.at(period.end).ancestors(unit.id)]
    plans = Plans(asked.reader.plans((indicator.code,), {unit.id, *above}))
    return plan_for(indicator, unit.id, period, plans, above)


def _facts(asked: Ask, row: ValueRow, target: Target | None) -> Component:
    speech = asked.language
    facts = [(t("workings.formula"), formulas.in_words(row.indicator, speech))]
    if row.numerator is not None and row.denominator is not None:
        facts.append((t("table.numerator"), formats.number(row.numerator, speech)))
        facts.append((t("table.denominator"), formats.number(row.denominator, speech)))
    facts.append((t("table.value"), written(row) if row.value is not None else why_missing(row)))
    facts.append((t("table.reporting"), sentences.reporting(row)))
    if target is not None:
        plan = formats.value(target.value, row.indicator.format, speech)
        source = t("workings.standard", clause=row.indicator.clause)
        if target.plan is not None:
            source = t(
                "workings.decision", decision=target.plan.decision, date=formats.day(target.plan.decision_date, speech)
            )
        facts.append((t("table.plan"), f"{plan} ({source})"))
        facts.append((t("table.status"), STATUS_TITLES[row.status][speech]))
    facts.append((t("workings.clause"), row.indicator.clause))
    known = asked.reader.as_of
    if known is not None:
        facts.append((t("context.as_of"), formats.instant(known, speech)))
    return html.Dl([part for name, value in facts for part in (html.Dt(name), html.Dd(value))], className="facts")


def _files(asked: Ask, cells: Sequence[TraceRow]) -> Component:
    measures = list(dict.fromkeys(str(cell.measure) for cell in cells if cell.sha256))
    sums: dict[tuple[str, str], dict[str, int | Fraction]] = {}
    for cell in cells:
        if cell.sha256 and cell.file:
            held = sums.setdefault((cell.sha256, cell.file), {})
            held[cell.measure] = held.get(cell.measure, 0) + (1 if isinstance(cell.value, str) else cell.value)
    if not sums:
        return html.P(t("workings.no_files"), className="fine")
    titles = (asked.vocabulary.measures[measure].title[language()] for measure in measures)
    head = html.Thead(html.Tr([html.Th(t("history.file")), *map(html.Th, titles)]))
    body = [
        html.Tr(
            [
                html.Td(workbook_link(name, sha256)),
                *(html.Td(formats.number(held.get(measure), language())) for measure in measures),
            ]
        )
        for (sha256, name), held in sums.items()
    ]
    return html.Div(html.Table([head, html.Tbody(body)], className="plain-table figures-table"), className="scroll")


def _cells(asked: Ask, cells: Sequence[TraceRow]) -> Component:
    if not cells:
        return html.P(t("workings.no_cells"), className="fine")
    head = [t(f"cells.{name}") for name in ("unit", "measure", "period", "value", "place")]
    body = [list(_cell_texts(asked, cell)) for cell in cells[:_MAX_CELLS]]
    table = html.Div(dmc.Table(data={"head": head, "body": body}, className="plain-table"), className="scroll")
    if len(cells) <= _MAX_CELLS:
        return table
    return html.Div([html.P(t("workings.cut", shown=_MAX_CELLS, all=len(cells)), className="fine"), table])


def _cell_texts(asked: Ask, cell: TraceRow) -> tuple[str, ...]:
    measure = asked.vocabulary.measures.get(str(cell.measure))
    title = measure.title[language()] if measure else t("table.plan")
    place = "!".join(str(part) for part in (cell.sheet, cell.cell) if part)
    return (
        str(cell.unit_name),
        title,
        str(cell.period),
        _contribution(cell),
        f"{cell.file or ''} {place}".strip(),
    )


def _contribution(cell: TraceRow) -> str:
    """The amount that a cell contributes; if only a share of it counts, also the whole."""
    value, share = cell.value, Fraction(cell.share)
    if isinstance(value, str):
        return value
    if share.denominator == 1:
        return formats.number(value, language())
    return f"{formats.number(value, language(), 1)} ({formats.number(value / share, language())} × {share})"
