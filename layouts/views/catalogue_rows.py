"""Rows of returns and of the catalogue, as commands and programs get them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.language import Language

if TYPE_CHECKING:
    from data.tables.records import DueReturn
    from indicators.values.model import Indicator

RETURNS = ("unit", "unit_name", "form", "period", "status", "due", "received_at", "versions", "reporting", "expected")
CATALOGUE = (
    "indicator",
    "title_vi",
    "title_en",
    "unit_vi",
    "unit_en",
    "direction",
    "formula",
    "formula_vi",
    "formula_en",
    "measures",
    "forms",
    "clause",
    "meaning_vi",
    "meaning_en",
    "format",
    "plan",
    "standard",
    "note_vi",
    "note_en",
)


def due_row(due: DueReturn) -> dict[str, object]:
    """One return that a unit owes, and how it stands."""
    return {
        "unit": due.unit.code,
        "unit_name": due.unit.name,
        "form": due.form,
        "period": due.period.code,
        "status": due.status,
        "due": due.due,
        "received_at": due.received_at,
        "versions": due.versions,
        "reporting": due.reporting,
        "expected": due.expected,
    }


def catalogue_row(indicator: Indicator) -> dict[str, object]:
    """One entry of the catalogue whole, in both languages.

    `plan` says whose plan a unit is judged by: none, own, inherited; `standard` the one that holds without a decision.
    """
    from data.forms.builtin import DERIVED
    from indicators.values.model import measures_of, operands
    from indicators.values.reading import sources
    from layouts.words import formulas

    given = dict.fromkeys(code for group in operands(indicator.formula) for code in sources(group))
    forms = dict.fromkeys(form for code in given for form in (DERIVED[code].of if code in DERIVED else (code,)))
    texts = {"title": indicator.title, "unit": indicator.unit, "meaning": indicator.meaning, "note": indicator.note}
    said = {f"{name}_{speech}": text[speech] if text else None for name, text in texts.items() for speech in Language}
    return said | {
        "indicator": indicator.code,
        "direction": indicator.direction,
        "formula": formulas.in_codes(indicator),
        **{f"formula_{speech}": formulas.in_words(indicator, speech) for speech in Language},
        "measures": " ".join(measures_of(indicator.formula)),
        "forms": " ".join(forms),
        "clause": indicator.clause,
        "format": indicator.format,
        "plan": indicator.plan,
        "standard": indicator.standard,
    }
