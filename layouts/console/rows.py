"""Rows of the command-line listings: findings, indicators, thresholds, accounts, tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from data.returns import OutcomeStatus, Severity
from data.viewers import Role
from indicators.answers.rows import TableRow
from indicators.values.model import Direction, Indicator
from layouts.console.messages import LANGUAGE

if TYPE_CHECKING:
    from data.people.accounts import Account
    from data.people.tokens import Token
    from data.reading.queries import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow(TableRow):
    """One finding about a file, in both languages."""

    file: str
    status: OutcomeStatus
    sheet: str
    cell: str
    severity: Severity
    code: str
    message_vi: str
    message_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow(TableRow):
    """One entry of the catalogue in the language of the command line."""

    indicator: Indicator
    title: str
    unit_of_measure: str
    direction: Direction
    clause: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdRow(TableRow):
    """A threshold with its current value and last change."""

    setting: str
    meaning: str
    value: Decimal
    default: Decimal
    source: str
    changed_at: datetime | None
    changed_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow(TableRow):
    """One account; a password is never shown."""

    account: str
    role: Role
    unit: str | None
    disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow(TableRow):
    """One token, without its secret."""

    token: int
    account: str
    title: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None


def indicator_row(indicator: Indicator) -> IndicatorRow:
    """One entry of the catalogue."""
    return IndicatorRow(
        indicator=indicator,
        title=indicator.title[LANGUAGE],
        unit_of_measure=indicator.unit[LANGUAGE],
        direction=indicator.direction,
        clause=indicator.clause,
        meaning=indicator.meaning[LANGUAGE],
    )


def threshold_rows(reader: Reader) -> list[ThresholdRow]:
    """Every threshold."""
    from data.tables.thresholds import THRESHOLDS as DECLARED

    last = {change.code: change for change in reader.threshold_changes()}
    return [
        ThresholdRow(
            setting=code,
            meaning=threshold.title[LANGUAGE],
            value=reader.thresholds.value(code),
            default=threshold.default,
            source=threshold.source[LANGUAGE],
            changed_at=last[code].at if code in last else None,
            changed_by=last[code].actor if code in last else None,
            reason=last[code].reason if code in last else None,
        )
        for code, threshold in DECLARED.items()
    ]


def account_row(account: Account) -> AccountRow:
    """One account."""
    return AccountRow(account=account.name, role=account.role, unit=account.unit, disabled=account.disabled)


def token_row(token: Token) -> TokenRow:
    """One token."""
    return TokenRow(
        token=token.id,
        account=token.account,
        title=token.title,
        scopes=tuple(sorted(token.scopes)),
        created_at=token.created_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
        used_at=token.used_at,
    )
