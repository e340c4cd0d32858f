"""Reporting periods as the Board opened them: which are open, for which forms, and until when returns are on time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, insert, select

from data.forms.official.builtin import CODES
from data.language import Text, UserError
from data.messages import sentence
from data.office_time import office_day
from data.periods import Period
from data.returns import PERIOD_NOT_OPEN
from data.tables.schema import opened_periods

_NAMED = 4  # open periods that a refusal names
_CLOSED = "period_closed"


class PeriodState(StrEnum):
    """Whether returns of an opened period are accepted; CANCELLED: opened in error, it counts as never opened."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PeriodNotOpen(UserError):
    """A return of a period that is not open for its form; the message names the open ones and who opens them."""

    def __init__(self, text: Text, *, code: str) -> None:
        super().__init__(text)
        self.code = code

    @property
    def may_be_opened(self) -> bool:
        """Whether the Board need only open it, not reopen it."""
        return self.code != _CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPeriod:
    """One version of an opened period, in force from `at` until the next version.

    `forms` are the codes of the forms that it is opened for, empty for all of its frequency. `due` is the due day of
    all senders (None: `deadline_days` after the period), `unit_dues` those of single senders by code.
    Forms on call are due if `forms` names them, or if the period has been announced.
    """

    period: Period
    version: int = 1
    state: PeriodState = PeriodState.OPEN
    opened_at: datetime
    announced_at: datetime | None = None
    forms: frozenset[str] = frozenset()
    due: date | None = None
    unit_dues: Mapping[str, date] = field(default_factory=dict)
    reason: str = ""
    actor: str
    at: datetime

    @property
    def is_open(self) -> bool:
        """Whether returns are accepted."""
        return self.state is PeriodState.OPEN

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed, if it is."""
        return self.at if self.state is PeriodState.CLOSED else None

    @property
    def collects_returns(self) -> bool:
        """Whether returns are due, not official forms only."""
        return not self.forms or not self.forms <= CODES

    def includes(self, form: str) -> bool:
        """Whether it was opened for a form."""
        return not self.forms or form in self.forms

    def due_day(self, days: int, unit: str | None = None) -> date:
        """The last day on which returns (of a unit) are on time; `days` after the period unless the Board set one."""
        general = self.due or self.period.end + timedelta(days=days)
        return self.unit_dues.get(unit, general) if unit else general


def read_opened(connection: Connection, as_of: datetime | None = None) -> dict[Period, OpenedPeriod]:
    """Every opened period, as it stands now or stood at an instant; oldest first."""
    latest = {opened.period: opened for opened in read_changes(connection, as_of)}
    return {period: latest[period] for period in sorted(latest) if latest[period].state is not PeriodState.CANCELLED}


def read_collecting(connection: Connection) -> frozenset[Period]:
    """The periods opened for returns, not for official forms only."""
    return frozenset(period for period, opened in read_opened(connection).items() if opened.collects_returns)


def read_changes(connection: Connection, as_of: datetime | None = None) -> tuple[OpenedPeriod, ...]:
    """Every version of every period, period by period, oldest version first."""
    query = select(opened_periods).order_by(opened_periods.c.period, opened_periods.c.version)
    if as_of is not None:
        query = query.where(opened_periods.c.at <= as_of)
    return tuple(_opened_of(row) for row in connection.execute(query).mappings())


def read_period(connection: Connection, period: Period) -> OpenedPeriod | None:
    """The latest version of a period, be it open, closed or cancelled."""
    versions = select(opened_periods).where(opened_periods.c.period == period.code)
    latest = versions.order_by(opened_periods.c.version.desc()).limit(1)
    row = connection.execute(latest).mappings().one_or_none()
    return None if row is None else _opened_of(row)


def store_opened(connection: Connection, opened: OpenedPeriod) -> None:
    """Adds a version."""
    connection.execute(
        insert(opened_periods).values(
            period=opened.period.code,
            version=opened.version,
            state=opened.state.value,
            opened_at=opened.opened_at,
            announced_at=opened.announced_at,
            forms=sorted(opened.forms),
            due=opened.due,
            unit_dues={unit: day.isoformat() for unit, day in opened.unit_dues.items()},
            reason=opened.reason,
            actor=opened.actor,
            at=opened.at,
        )
    )


def _opened_of(row: RowMapping) -> OpenedPeriod:
    return OpenedPeriod(
        period=Period.parse(row["period"]),
        version=row["version"],
        state=PeriodState(row["state"]),
        opened_at=row["opened_at"],
        announced_at=row["announced_at"],
        forms=frozenset(row["forms"]),
        due=row["due"],
        unit_dues={unit: date.fromisoformat(day) for unit, day in row["unit_dues"].items()},
        reason=row["reason"],
        actor=row["actor"],
        at=row["at"],
    )


def why_not_open(opened: Mapping[Period, OpenedPeriod], form: str, period: Period) -> PeriodNotOpen | None:
    """Why a return of a form for a period is not accepted; None where it is."""
    found = opened.get(period)
    about = {"period": period.titles, "open": _open_ones(opened)}
    if found is None:
        return PeriodNotOpen(sentence("period.not_open", **about), code=PERIOD_NOT_OPEN)
    if not found.is_open:
        day = f"{office_day(found.at):%d/%m/%Y}"
        return PeriodNotOpen(sentence("period.closed", day=day, **about), code=_CLOSED)
    if not found.includes(form):
        forms = ", ".join(sorted(found.forms))
        return PeriodNotOpen(sentence("period.form_not_open", form=form, forms=forms, **about), code="form_not_open")
    return None


def _open_ones(opened: Mapping[Period, OpenedPeriod]) -> Text:
    """The latest open periods, named."""
    latest = [period for period in sorted(opened, reverse=True) if opened[period].is_open][:_NAMED]
    if not latest:
        return sentence("period.none_open")
    titles = [period.titles for period in latest]
    return sentence(
        "period.open_ones",
        periods=Text("; ".join(title.vi for title in titles), "; ".join(title.en for title in titles)),
    )
