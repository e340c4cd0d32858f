"""Records returned by the reader, and their conversion from table rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from sqlalchemy import RowMapping

from data.forms.header_mappings import HeaderMapping
from data.observations import Plan
from data.organisations.units import Unit
from data.periods import Period, Term
from data.returns import Finding, OutcomeStatus
from data.tables.outcomes import finding_of


class ReturnStatus(StrEnum):
    """The status of a due return."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReturn:
    """One return due from a unit for a period; `received_at` is that of its first version."""

    unit: Unit
    form: str
    period: Period
    due: date
    status: ReturnStatus
    received_at: datetime | None = None
    accepted_at: datetime | None = None
    versions: int = 0
    reporting: int = 0
    expected: int = 0
    blanks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One accepted version of a return, a registry or a plan; `withdrawal` is the reason if it was withdrawn."""

    id: int
    form: str
    unit_code: str
    unit_name: str
    period_code: str
    file_name: str
    sha256: str
    sheet: str
    sender: str
    received_at: datetime
    accepted_at: datetime
    superseded_at: datetime | None
    withdrawal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One attempt to load a file, accepted or refused; `returns` as in `Outcome`."""

    id: int
    at: datetime
    received_at: datetime
    file_name: str
    sha256: str
    sender: str
    status: OutcomeStatus
    findings: tuple[Finding, ...]
    returns: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One workbook cell behind a sum.

    `share` is the fraction that counts: 1, the share of a divided unit, or negative for the preceding period's cell,
    which is subtracted from a count since 1 January.
    """

    file: str
    sha256: str
    sheet: str
    cell: str
    form: str
    unit: int
    unit_code: str
    unit_name: str
    period: Period
    measure: str
    value: int | str | None
    share: int | Fraction = 1


def mapping_of(row: RowMapping) -> HeaderMapping:
    """From a row of `mappings`."""
    rows = row["mapping"]["header_rows"]
    return HeaderMapping(
        fingerprint=row["fingerprint"],
        form=row["form"],
        columns=row["mapping"]["columns"],
        header_rows=(rows[0], rows[1]) if rows else None,
    )


def plan_of(row: RowMapping) -> Plan:
    """From a row of `plans`."""
    return Plan(
        unit=row["unit_id"],
        term=Term.parse(row["term"]),
        indicator=row["indicator"],
        value=Fraction(row["value"]),
        decision=row["decision"],
        decision_date=row["decision_date"],
        accepted_at=row["accepted_at"],
        superseded_at=row["superseded_at"],
    )


def submission_of(row: RowMapping, unit_name: str) -> Submission:
    """From a row of `submissions` joined with its file's name and its unit's code."""
    return Submission(
        id=row["id"],
        form=row["form"],
        unit_code=row["unit_code"],
        unit_name=unit_name,
        period_code=row["period"],
        file_name=row["file_name"],
        sha256=row["sha256"],
        sheet=row["sheet"],
        sender=row["sender"],
        received_at=row["received_at"],
        accepted_at=row["accepted_at"],
        superseded_at=row["superseded_at"],
        withdrawal=row["withdrawal"],
    )


def receipt_of(row: RowMapping) -> Receipt:
    """From a row of `receipts`."""
    return Receipt(
        id=row["id"],
        at=row["at"],
        received_at=row["received_at"],
        file_name=row["file_name"],
        sha256=row["sha256"],
        sender=row["sender"],
        status=OutcomeStatus(row["status"]),
        findings=tuple(map(finding_of, row["findings"])),
        returns=tuple((form, unit, period) for form, unit, period in row["returns"]),
    )
