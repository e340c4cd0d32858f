"""Timeliness of returns: units by periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from data.periods import Period
from data.tables.records import DueReturn, ReturnStatus
from layouts.text import language, t
from layouts.words import formats, marks


def matrix(due: Mapping[Period, Sequence[DueReturn]]) -> Component:
    """Units by periods; a cell shows on time, late, missing or corrected, by mark and word."""
    speech = language()
    units = {item.unit.id: item.unit for items in due.values() for item in items}
    if not units:
        return dmc.Text(t("returns.empty_matrix"), c="dimmed")
    head = html.Thead(html.Tr([html.Th(t("returns.unit")), *(html.Th(p.short(speech), scope="col") for p in due)]))
    body = html.Tbody(
        [
            html.Tr(
                [
                    html.Th(unit.name, scope="row"),
                    *(_cell([item for item in items if item.unit.id == unit.id]) for items in due.values()),
                ]
            )
            for unit in units.values()
        ]
    )
    return html.Table([head, body], className="matrix")


def _cell(items: Sequence[DueReturn]) -> Component:
    if not items:
        return html.Td("", className="due-none")
    missing = [item.form for item in items if item.status is ReturnStatus.MISSING]
    late = [item for item in items if item.status is ReturnStatus.LATE]
    status = ReturnStatus.MISSING if missing else ReturnStatus.LATE if late else ReturnStatus.ON_TIME
    word = t(f"returns.{status}")
    if missing and len(missing) < len(items):
        word = t("returns.partly", forms=", ".join(missing))
    elif not missing and any(item.versions > 1 for item in items):
        word = t("returns.corrected", word=word)
    return html.Td(f"{marks.RETURN[status]} {word}", className=f"due-{status}", title=_status_text(items))


def _status_text(items: Sequence[DueReturn]) -> str:
    return "\n".join(
        t(
            "returns.cell",
            form=item.form,
            status=t(f"returns.{item.status}"),
            received=formats.instant(item.received_at, language()),
            due=formats.day(item.due, language()),
            reporting=item.reporting,
            expected=item.expected,
        )
        for item in items
    )


def legend() -> str:
    """The legend of the marks."""
    return " · ".join(f"{mark} {t(f'returns.{status}')}" for status, mark in marks.RETURN.items())
