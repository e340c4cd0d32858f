"""Changes of reporting periods within the store's transaction: opening, closing, extension, reopening, cancellation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from data.forms.official.builtin import CODES
from data.forms.vocabulary import Vocabulary
from data.language import UserError
from data.messages import sentence
from data.organisations.units import Registry
from data.periods import Period
from data.returns import ParsedWorkbook, Return
from data.sums import rollup_writes
from data.sums.due_returns import senders
from data.sums.rollup_reads import StoredCounts
from data.tables import audit
from data.tables.audit import Action
from data.tables.opened import (
    OpenedPeriod,
    PeriodState,
    read_opened,
    read_period,
    store_opened,
    why_not_open,
)
from data.tables.schema import submissions
from data.tables.thresholds import read_thresholds
from data.viewers import Viewer


class PeriodChangeError(UserError, ValueError):
    """A change of a period that cannot be made; the message says why and what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodChange:
    """A change of one period by the Board, at an instant and for a reason."""

    period: Period
    viewer: Viewer
    at: datetime
    reason: str = ""

    def version(self, before: OpenedPeriod | None, state: PeriodState) -> OpenedPeriod:
        """The version that follows `before`; without it, or after a cancelled one, the period is opened anew."""
        made = OpenedPeriod(
            period=self.period,
            version=before.version + 1 if before else 1,
            state=state,
            opened_at=self.at,
            reason=self.reason.strip(),
            actor=self.viewer.name,
            at=self.at,
        )
        if before is None or (before.state is PeriodState.CANCELLED and state is PeriodState.OPEN):
            return made
        return replace(
            made,
            opened_at=before.opened_at,
            announced_at=before.announced_at,
            forms=before.forms,
            due=before.due,
            unit_dues=before.unit_dues,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDay:
    """A due day: of all senders, or of the one with that code."""

    day: date
    unit: str | None = None


def open_period(stored: StoredCounts, change: PeriodChange, forms: Iterable[str], due: DueDay | None) -> None:
    """Opens a period, or an open one for more forms, and announces it, so that forms on call are due.

    Raises:
        PeriodChangeError: it is open already or closed, a form is not one of its frequency, or the due day is invalid.
    """
    connection, before = stored.connection, read_period(stored.connection, change.period)
    if before is not None and before.state is PeriodState.CLOSED:
        raise PeriodChangeError(sentence("period.reopen_instead", period=change.period.titles))
    named = _forms(stored.vocabulary, change.period, forms)
    made = change.version(before, PeriodState.OPEN)
    if before is None or before.state is PeriodState.CANCELLED:
        made = replace(made, forms=named)
    elif due is None and (more := _opened_for_more(before, named)) is not None:
        made = replace(made, forms=more)
    else:
        raise PeriodChangeError(sentence("period.open_already", period=change.period.titles))
    made = replace(made, announced_at=made.announced_at or change.at)
    if due is not None:
        made = _with_due_day(stored.registry, made, due)
    _store(connection, made, "opened")
    rollup_writes.count_opened_period(stored, change.period)


def _opened_for_more(before: OpenedPeriod, named: frozenset[str]) -> frozenset[str] | None:
    """The forms of an open period that is opened once more; None where nothing is added to it."""
    if not named:
        return None if before.announced_at is not None and not before.forms else frozenset()
    more = before.forms | named
    return more if before.forms and more != before.forms else None


def close_period(stored: StoredCounts, change: PeriodChange) -> None:
    """Closes an open period: no return of it is accepted any more.

    Raises:
        PeriodChangeError: it is not open.
    """
    _store(stored.connection, change.version(_open_one(stored, change), PeriodState.CLOSED), "closed")


def extend_period(stored: StoredCounts, change: PeriodChange, due: DueDay) -> None:
    """Sets a later due day of an open period, for all senders or for one.

    Raises:
        PeriodChangeError: it is not open, the day is not later than the present due day, or no such sender.
    """
    before = _open_one(stored, change)
    present = before.due_day(read_thresholds(stored.connection).whole("deadline_days"), due.unit)
    if due.day <= present:
        about = {"due": f"{due.day:%d/%m/%Y}", "present": f"{present:%d/%m/%Y}", "period": change.period.titles}
        raise PeriodChangeError(sentence("period.not_later", **about))
    made = change.version(before, PeriodState.OPEN)
    _store(stored.connection, _with_due_day(stored.registry, made, due), "extended")


def reopen_period(stored: StoredCounts, change: PeriodChange, due: DueDay | None) -> None:
    """Opens a closed period again, with a due day if one is given.

    Raises:
        PeriodChangeError: it is not closed, or the due day is invalid.
    """
    before = read_period(stored.connection, change.period)
    if before is None or before.state is not PeriodState.CLOSED:
        raise PeriodChangeError(sentence("period.not_closed", period=change.period.titles))
    made = change.version(before, PeriodState.OPEN)
    _store(stored.connection, _with_due_day(stored.registry, made, due) if due else made, "reopened")


def cancel_period(stored: StoredCounts, change: PeriodChange) -> None:
    """Takes back an opening made in error: nothing is due, and the period is no longer the latest one.

    Raises:
        PeriodChangeError: it was not opened, or returns of it are in force.
    """
    before = read_period(stored.connection, change.period)
    if before is None or before.state is PeriodState.CANCELLED:
        raise PeriodChangeError(sentence("period.never_opened", period=change.period.titles))
    held = select(func.count()).where(submissions.c.period == change.period.code, submissions.c.superseded_at.is_(None))
    if number := stored.connection.execute(held).scalar_one():
        raise PeriodChangeError(sentence("period.holds_returns", period=change.period.titles, number=number))
    _store(stored.connection, change.version(before, PeriodState.CANCELLED), "cancelled")
    rollup_writes.forget_period(stored, change.period)


def require_open(connection: Connection, workbook: ParsedWorkbook) -> None:
    """Requires the periods of all returns of a workbook to be open, official forms included.

    Raises:
        PeriodNotOpen: one is not; it may have been closed since the workbook was checked.
    """
    opened = read_opened(connection)
    for given, period in _dated(workbook):
        if refusal := why_not_open(opened, given.form.code, period):
            raise refusal


def open_for(connection: Connection, workbook: ParsedWorkbook, viewer: Viewer, at: datetime) -> tuple[Period, ...]:
    """Opens the periods of a workbook's returns, as those of a past series; those with official forms only for these.

    Returns which were opened, or opened for more forms.

    They are not announced: forms on call are due from their first return on. A closed period stays closed.
    """
    wanted: dict[Period, frozenset[str]] = {}
    for given, period in _dated(workbook):
        official = CODES if given.form.code in CODES else frozenset[str]()
        wanted[period] = official if wanted.get(period, official) else frozenset()
    opened: list[Period] = []
    for period, forms in wanted.items():
        before = read_period(connection, period)
        if before is not None and before.is_open and (not before.forms or (forms and forms <= before.forms)):
            continue
        if before is None or before.state is not PeriodState.CLOSED:
            change = PeriodChange(period=period, viewer=viewer, at=at)
            widened = forms if not forms or before is None or not before.is_open else before.forms | forms
            _store(connection, replace(change.version(before, PeriodState.OPEN), forms=widened), "opened")
            opened.append(period)
    return tuple(opened)


def _dated(workbook: ParsedWorkbook) -> Iterator[tuple[Return, Period]]:
    for given in (*workbook.returns, *workbook.official):
        if given.period is not None:
            yield given, given.period


def _open_one(stored: StoredCounts, change: PeriodChange) -> OpenedPeriod:
    found = read_period(stored.connection, change.period)
    if found is None or not found.is_open:
        key = "period.closed_already" if found and found.state is PeriodState.CLOSED else "period.never_opened"
        raise PeriodChangeError(sentence(key, period=change.period.titles))
    return found


def _forms(vocabulary: Vocabulary, period: Period, codes: Iterable[str]) -> frozenset[str]:
    """The codes of forms, as declared; all must be returned at the period's frequency, or be official forms."""
    own = [form.code for form in vocabulary.returns_on(period.end) if period.frequency in form.frequencies]
    known = {code.upper(): code for code in (*own, *sorted(CODES))}
    found = {code: known.get(code.strip().upper()) for code in codes}
    if unknown := [code for code, declared in found.items() if declared is None]:
        about = {"codes": ", ".join(unknown), "period": period.titles, "known": ", ".join(known.values())}
        raise PeriodChangeError(sentence("period.form_unknown", **about))
    return frozenset(filter(None, found.values()))


def _with_due_day(registry: Registry, opened: OpenedPeriod, due: DueDay) -> OpenedPeriod:
    period = opened.period
    if due.day < period.end:
        about = {"due": f"{due.day:%d/%m/%Y}", "end": f"{period.end:%d/%m/%Y}", "period": period.titles}
        raise PeriodChangeError(sentence("period.due_too_early", **about))
    if due.unit is None:
        return replace(opened, due=due.day)
    tree = registry.at(period.end)
    if registry.ids.get(due.unit) not in senders(tree):
        raise PeriodChangeError(sentence("period.no_sender", unit=due.unit, period=period.titles))
    return replace(opened, unit_dues={**opened.unit_dues, due.unit: due.day})


def _store(connection: Connection, opened: OpenedPeriod, how: str) -> None:
    """Stores a version and logs it."""
    store_opened(connection, opened)
    details = {
        "change": how,
        "forms": sorted(opened.forms),
        "due": opened.due.isoformat() if opened.due else None,
        "unit_dues": {unit: day.isoformat() for unit, day in opened.unit_dues.items()},
        "reason": opened.reason,
    }
    audit.append(
        connection,
        at=opened.at,
        actor=opened.actor,
        action=Action.SETTING,
        subject=f"period {opened.period}",
        details=details,
    )
