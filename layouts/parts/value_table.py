"""The table behind a chart: each value with numerator, denominator, plan, verdict and reporting units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indicators.answers.rows import ValueRow
from indicators.values.value import STATUS_TITLES
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.rows import period_title, why_missing, written
from layouts.words import formats, marks

_COLUMNS = ("value", "numerator", "denominator", "plan", "gap", "status", "reporting")


def value_table(found: Sequence[ValueRow], *, many: bool) -> Mapping[str, Any]:
    """Head and body for dmc.Table: a row per period of one unit, or per unit in one period if `many`."""
    head = [t("table.unit") if many else t("table.period"), *(t(f"table.{name}") for name in _COLUMNS)]
    body = [_line(row, many=many) for row in found]
    # Columns that are empty for this indicator are dropped; the last, reporting units, always stays.
    places = [
        i for i in range(len(head)) if i in {0, 1, len(head) - 1} or any(line[i] != formats.NOTHING for line in body)
    ]
    return {"head": [head[i] for i in places], "body": [[line[i] for i in places] for line in body]}


def _line(row: ValueRow, *, many: bool) -> list[str]:
    speech = language()
    ratio = row.denominator is not None
    hollow = "" if row.is_complete else f"{marks.HOLLOW} "
    return [
        row.unit_name if many else period_title(row.period, speech),
        written(row) if row.value is not None else why_missing(row),
        formats.number(row.numerator, speech) if ratio else formats.NOTHING,
        formats.number(row.denominator, speech),
        formats.value(row.plan, row.indicator.format, speech),
        _gap(row),
        f"{marks.STATUS[row.status]} {STATUS_TITLES[row.status][speech]}" if row.plan is not None else formats.NOTHING,
        f"{hollow}{formats.number(row.reporting, speech)}/{formats.number(row.expected, speech)}",
    ]


def _gap(row: ValueRow) -> str:
    if row.gap is None:
        return formats.NOTHING
    text = sentences.points(row.gap) if row.indicator.format.is_share else formats.number(abs(row.gap), language())
    sign = formats.MINUS if row.gap < 0 else "+" if row.gap > 0 else ""
    return f"{sign}{text}{t('table.points') if row.indicator.format.is_share else ''}"
