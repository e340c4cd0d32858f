"""What changed between two instants: values and verdicts revised by later returns, plans or registries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from data.periods import Period, Term
from data.reading.queries import Reader
from indicators.answers.enquiry import Enquiry, answer
from indicators.answers.rows import PlacedRow, TableRow, ValueRow
from indicators.values.value import State, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRow(PlacedRow):
    """A value and its verdict as they stood at the earlier instant `since`, and as they stand now."""

    value_before: Fraction | None
    value: Fraction | None
    plan_before: Fraction | None
    plan: Fraction | None
    status_before: Status | None
    status: Status | None
    state_before: State | None
    state: State | None
    since: datetime | None
    as_of: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRow(TableRow):
    """An accepted version; `corrects` is true when it superseded one in force."""

    unit: str
    unit_name: str
    form: str
    period: str
    file: str
    accepted_at: datetime
    corrects: bool


def corrections(then: Reader, now: Reader, enquiry: Enquiry) -> list[CorrectionRow]:
    """Rows of the enquiry whose value, plan, status or state differs between the two readers.

    `then` reads as known at the earlier instant (`since`). A unit that only one of the readers knows has None for the
    other.

    Raises: as `indicators.answers.enquiry.answer`, of either reader.
    """
    before = {_key(row): row for row in answer(then, enquiry)}
    after = {_key(row): row for row in answer(now, enquiry)}
    return [
        _row(then, now, after.get(key) or before[key], before.get(key), after.get(key))
        for key in dict.fromkeys((*after, *before))
        if _compared(before.get(key)) != _compared(after.get(key))
    ]


def returns_since(then: Reader, now: Reader) -> list[AcceptedRow]:
    """Returns accepted after the earlier instant, newest first."""
    if then.as_of is None:
        return []
    versions = now.submissions(since=then.as_of, limit=None)
    replaced = {(one.unit_code, one.form, one.period_code, one.superseded_at) for one in versions}
    return [
        AcceptedRow(
            unit=one.unit_code,
            unit_name=one.unit_name,
            form=one.form,
            period=one.period_code,
            file=one.file_name,
            accepted_at=one.accepted_at,
            corrects=(one.unit_code, one.form, one.period_code, one.accepted_at) in replaced,
        )
        for one in versions
        if one.accepted_at > then.as_of
    ]


def _key(row: ValueRow) -> tuple[str, str, Period | Term]:
    return row.indicator.code, row.unit, row.period


def _compared(row: ValueRow | None) -> tuple[object, ...]:
    return () if row is None else (row.value, row.plan, row.status, row.state)


def _row(then: Reader, now: Reader, named: ValueRow, old: ValueRow | None, new: ValueRow | None) -> CorrectionRow:
    return CorrectionRow(
        **named.place,
        value_before=old.value if old else None,
        value=new.value if new else None,
        plan_before=old.plan if old else None,
        plan=new.plan if new else None,
        status_before=old.status if old else None,
        status=new.status if new else None,
        state_before=old.state if old else None,
        state=new.state if new else None,
        since=then.as_of,
        as_of=now.as_of,
    )
