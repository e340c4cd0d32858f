"""Receipts: all attempts to submit, and the accepted versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from data.forms.official.builtin import printed_code
from data.periods import Period
from data.tables.records import Receipt, Submission
from layouts.pages.returns import withdrawal_form
from layouts.text import language, t
from layouts.web.request import workbook_link
from layouts.words import formats, marks


def receipts_table(receipts: Sequence[Receipt]) -> Component:
    """Attempts to submit, each with its first finding."""
    if not receipts:
        return dmc.Text(t("returns.no_receipts"), c="dimmed", size="sm")
    head = [t(f"receipt.{name}") for name in ("at", "file", "sender", "status", "findings")]
    body = [
        [
            formats.instant(receipt.at, language()),
            receipt.file_name,
            receipt.sender,
            f"{marks.OUTCOME[receipt.status]} {t(f'receipt.{receipt.status}')}",
            receipt.findings[0].say(language()) if receipt.findings else "–",
        ]
        for receipt in receipts
    ]
    return dmc.Table(data={"head": head, "body": body}, className="plain-table", highlightOnHover=True)


def history_table(submissions: Sequence[Submission], withdrawable: Period | None = None) -> Component:
    """Accepted versions, a row per workbook, linked to the workbook as received.

    Those of the period `withdrawable` have a button to withdraw them; on all rows it would slow the page down.
    """
    if not submissions:
        return dmc.Text(t("returns.no_history"), c="dimmed", size="sm")
    # A workbook that was accepted again after a correction has a row for each time.
    workbooks: dict[tuple[str, str, str, datetime], list[Submission]] = {}
    for each in submissions:
        workbooks.setdefault((each.sha256, each.unit_code, each.period_code, each.accepted_at), []).append(each)
    names = ("unit", "period", "form", "received", "accepted", "state", "file")
    head = html.Thead(html.Tr([html.Th(t(f"history.{name}")) for name in names]))
    body = html.Tbody([_workbook(held, withdrawable) for held in workbooks.values()])
    return html.Table([head, body], className="plain-table versions")


def _workbook(held: Sequence[Submission], withdrawable: Period | None) -> Component:
    speech = language()
    first = held[0]
    period = Period.parse(first.period_code).title(speech) if first.period_code else formats.NOTHING
    texts = (
        first.unit_name,
        period,
        ", ".join(sorted(printed_code(each.form, each.period_code) for each in held)),
        formats.instant(first.received_at, speech),
        formats.instant(first.accepted_at, speech),
    )
    may_withdraw = withdrawable is not None and first.period_code == withdrawable.code
    button = withdrawal_form.button(held) if may_withdraw else None
    state: list[Any] = [_state(held), *([" ", button] if button is not None else [])]
    link = workbook_link(first.file_name, first.sha256)
    return html.Tr([*(html.Td(text) for text in texts), html.Td(state), html.Td(link)])


def _state(held: Sequence[Submission]) -> str:
    """Whether a workbook's return is in force, or since when it is not."""
    ended = [each.superseded_at for each in held if each.superseded_at]
    if not ended and not any(each.withdrawal for each in held):
        return t("history.current")
    instant = formats.instant(max(ended), language()) if ended else formats.NOTHING
    key = "history.withdrawn" if any(each.withdrawal for each in held) else "history.superseded"
    return t(key, instant=instant)
