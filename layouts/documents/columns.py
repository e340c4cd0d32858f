"""Titles and kinds of table columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from data.language import Language, MessageCatalogue

WORDS: Final = MessageCatalogue(Path(__file__).parent)


class ColumnKind(StrEnum):
    """The kind of a column, by its Table Schema type."""

    TEXT = "string"
    WHOLE = "integer"
    NUMBER = "number"
    FLAG = "boolean"
    DAY = "date"
    INSTANT = "datetime"


_NAMES: Mapping[ColumnKind, str] = {
    ColumnKind.WHOLE: """reporting people people_of_whole years base_year target_year streak members admitted owed
        under_way not_started overdue tasks_due tasks_due_done days_left meetings firms proposals settled lasting
        rank_low rank_high ranked
        rank""",
    ColumnKind.NUMBER: """value numerator denominator plan gap done expected index projection low high likely_low
        likely_high run_rate chance p_behind share year_before base target linear progress score charted mean lpl upl
        near_lower near_upper average lower_95 upper_95 lower_998 upper_998 dispersion tau2 adjusted low_80 high_80
        low_95 high_95 error value_before plan_before probability member_years coverage moved contribution units_part
        mix_part plan_part reporting_part perimeter_part corrections_part priority attainable""",
    ColumnKind.FLAG: "short deseasonalised change corrects stands_out",
    ColumnKind.DAY: "due evidence_date follow_up_due",
    ColumnKind.INSTANT: "as_of since accepted_at received_at",
}
# Formatted by the row's indicator: counts, or fractions of 1.
INDICATOR_FORMATTED: Final = frozenset(
    {
        *("value", "plan", "gap", "value_before", "plan_before", "base", "target", "charted", "mean", "lpl", "upl"),
        *("near_lower", "near_upper", "average", "lower_95", "upper_95", "lower_998", "upper_998"),
        *("low_80", "high_80", "low_95", "high_95"),
        *("moved", "contribution", "units_part", "mix_part", "plan_part", "reporting_part", "perimeter_part"),
        "corrections_part",
    }
)
_KINDS: Mapping[str, ColumnKind] = {name: kind for kind, names in _NAMES.items() for name in names.split()}
# The first column has another meaning in a table that also has the second.
_BESIDE: Mapping[str, tuple[str, ColumnKind]] = {
    "expected": ("reporting", ColumnKind.WHOLE),
    "adjusted": ("dispersion", ColumnKind.FLAG),
    "done": ("owed", ColumnKind.WHOLE),
    "base": ("base_name", ColumnKind.TEXT),
    "rank": ("ranked", ColumnKind.WHOLE),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    code: str
    kind: ColumnKind
    key: str

    def title(self, language: Language) -> str:
        """The title for readers."""
        return WORDS.say(self.key, language)


def described(codes: Sequence[str]) -> tuple[Column, ...]:
    """The columns of a table by their codes."""
    return tuple(_column(code, codes) for code in codes)


def _column(code: str, codes: Sequence[str]) -> Column:
    beside, kind = _BESIDE.get(code, ("", ColumnKind.TEXT))
    if beside in codes:
        return Column(code, kind, f"column.{code}.{beside}")
    return Column(code, _KINDS.get(code, ColumnKind.TEXT), f"column.{code}")
