"""What the listings of the command line show of returns, indicators and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layouts.console.messages import LANGUAGE

if TYPE_CHECKING:
    from data.people.accounts import Account
    from data.people.tokens import Token
    from data.reading.queries import Reader
    from indicators.values.model import Indicator

INDICATORS = ("indicator", "title", "unit_of_measure", "direction", "clause", "meaning")
THRESHOLDS = ("setting", "meaning", "value", "default", "source", "changed_at", "changed_by", "reason")
ACCOUNTS = ("account", "role", "unit", "disabled")
TOKENS = ("token", "account", "title", "scopes", "created_at", "expires_at", "revoked_at", "used_at")


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


def threshold_rows(reader: Reader) -> list[dict[str, object]]:
    """Every threshold as it is now, and its last change."""
    from data.tables.thresholds import THRESHOLDS as DECLARED

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
