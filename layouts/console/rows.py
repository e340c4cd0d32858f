"""What the listings of the command line show of returns, indicators and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.language import Language
from layouts.console import LANGUAGE

if TYPE_CHECKING:
    from data.accounts import Account
    from data.queries import Reader
    from data.records import DueReturn
    from data.tokens import Token
    from indicators.model import Indicator

RETURNS = ("unit", "unit_name", "form", "period", "status", "due", "received_at", "versions", "reporting", "expected")
INDICATORS = ("indicator", "title", "unit_of_measure", "direction", "clause", "meaning")
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
THRESHOLDS = ("setting", "meaning", "value", "default", "source", "changed_at", "changed_by", "reason")
ACCOUNTS = ("account", "role", "unit", "disabled")
TOKENS = ("token", "account", "title", "scopes", "created_at", "expires_at", "revoked_at", "used_at")


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


def indicator_row(indicator: Indicator) -> dict[str, object]:
    """One entry of the catalogue in the language of the command line."""
    return {
        "indicator": indicator.code,
        "title": indicator.title[LANGUAGE],
        "unit_of_measure": indicator.unit[LANGUAGE],
        "direction": indicator.direction,
        "clause": indicator.clause,
        "meaning": indicator.meaning[LANGUAGE],
    }


def catalogue_row(indicator: Indicator) -> dict[str, object]:
    """One entry of the catalogue whole, in both languages.

    `plan` says whose plan a unit is judged by: none, own, inherited; `standard` the one that holds without a decision.
    """
    from data.forms import DERIVED
    from indicators.model import measures_of, operands
    from indicators.reading import sources
    from layouts import formulas

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


def threshold_rows(reader: Reader) -> list[dict[str, object]]:
    """Every threshold as it is now, and its last change."""
    from data.thresholds import THRESHOLDS as DECLARED

    last = {change.code: change for change in reader.threshold_changes()}
    return [
        {
            "setting": code,
            "meaning": threshold.title[LANGUAGE],
            "value": reader.thresholds.value(code),
            "default": threshold.default,
            "source": threshold.source[LANGUAGE],
            "changed_at": last[code].at if code in last else None,
            "changed_by": last[code].actor if code in last else None,
            "reason": last[code].reason if code in last else None,
        }
        for code, threshold in DECLARED.items()
    ]


def account_row(account: Account) -> dict[str, object]:
    """One account; a password is never shown."""
    return {"account": account.name, "role": account.role, "unit": account.unit, "disabled": account.disabled}


def token_row(token: Token) -> dict[str, object]:
    """One token; its secret is not known."""
    return {
        "token": token.id,
        "account": token.account,
        "title": token.title,
        "scopes": " ".join(sorted(token.scopes)),
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
        "used_at": token.used_at,
    }
