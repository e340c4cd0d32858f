"""Due returns and their status: the forms that each sender owes for an opened period, and by which day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from data.forms.ls_history import LS
from data.forms.model import Form
from data.forms.official.builtin import CODES
from data.forms.vocabulary import Vocabulary
from data.office_time import office_day
from data.organisations.units import Tree
from data.periods import Period
from data.tables.form_tables import leaf_table
from data.tables.leaves import as_of_clause
from data.tables.opened import OpenedPeriod
from data.tables.records import DueReturn, ReturnStatus
from data.tables.schema import submissions
from data.tables.withdrawn import is_withdrawn


@dataclass(frozen=True, kw_only=True)
class DueCalendar:
    """What determines the due forms: opened periods, those announced, the forms named for them, and first returns."""

    vocabulary: Vocabulary
    opened: Collection[Period]
    announced: Collection[Period] = ()
    named: Mapping[Period, Collection[str]] = field(default_factory=dict)
    first: Mapping[str, Period] = field(default_factory=dict)

    def due(self, period: Period) -> tuple[Form, ...]:
        """The forms due for an opened period: those of its frequency, unless they are reported for sub-periods."""
        return tuple(form for form in self.vocabulary.returns_on(period.end) if self._is_due(form, period))

    def _is_due(self, form: Form, period: Period) -> bool:
        if period.frequency not in form.frequencies or period not in self.opened:
            return False
        shorter = {other.frequency for other in self.opened if other != period and period.contains(other)}
        if shorter & form.frequencies:
            return False
        if named := self.named.get(period):
            return form.code in named
        first = self.first.get(form.code)
        return not form.on_call or period in self.announced or (first is not None and first.end <= period.end)


def senders(tree: Tree) -> tuple[int, ...]:
    """The ids of the units that send returns."""
    return tuple(unit.id for unit in tree.senders)


def read_calendar(
    connection: Connection, vocabulary: Vocabulary, opened: Mapping[Period, OpenedPeriod], as_of: datetime | None
) -> DueCalendar:
    """The calendar of opened periods, with the first returns on call, now or as of an instant."""
    on_call = sorted(code for code, form in vocabulary.stored.items() if form.on_call)
    returned = select(submissions.c.form, submissions.c.period).where(submissions.c.form.in_(on_call)).distinct()
    returned = returned.where(submissions.c.period != "", ~is_withdrawn(as_of))
    if as_of is not None:
        returned = returned.where(submissions.c.accepted_at <= as_of)
    first: dict[str, Period] = {}
    for form, code in connection.execute(returned):
        period = Period.parse(code)
        first[form] = min(period, first.get(form, period))
    return DueCalendar(
        vocabulary=vocabulary,
        opened=[period for period, found in opened.items() if found.collects_returns],
        announced=[period for period, found in opened.items() if found.announced_at is not None],
        named={period: found.forms for period, found in opened.items() if found.forms},
        first=first,
    )


def read_history_periods(connection: Connection, as_of: datetime | None) -> frozenset[Period]:
    """The periods of the historical series and of official forms, for which nothing is due."""
    history = leaf_table(LS)
    of_history = select(history.c.period).join(submissions, submissions.c.id == history.c.submission_id)
    of_officials = select(submissions.c.period).where(submissions.c.form.in_(sorted(CODES)))
    found = (query.where(as_of_clause(as_of)).distinct() for query in (of_history, of_officials))
    return frozenset(Period.parse(code) for query in found for code in connection.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Versions:
    """The accepted versions of a return: when the first was received, and when the last was accepted, with its size."""

    count: int
    received_at: datetime
    accepted_at: datetime
    rows: int
    blanks: int


def read_versions(
    connection: Connection, vocabulary: Vocabulary, period: Period, as_of: datetime | None
) -> Mapping[tuple[int, str], Versions]:
    """The accepted versions of each return of a period by sender and form, without withdrawn ones."""
    # All forms are listed because the index begins with the form.
    of_period = submissions.c.form.in_(sorted({*vocabulary.forms, *CODES})), submissions.c.period == period.code
    key = submissions.c.unit_id, submissions.c.form
    # The order of ids is that of acceptance, and the index alone answers which of a key's is first and last.
    number = submissions.c.id
    ends = func.count().label("number"), func.min(number).label("first"), func.max(number).label("last")
    query = select(*key, *ends).where(*of_period, ~is_withdrawn(as_of)).group_by(*key)
    if as_of is not None:
        query = query.where(submissions.c.accepted_at <= as_of)
    of_key, first, last = query.subquery(), submissions.alias(), submissions.alias()
    about = first.c.received_at, last.c.accepted_at, last.c.row_count, last.c.blank_count
    ends_of = of_key.join(first, first.c.id == of_key.c.first).join(last, last.c.id == of_key.c.last)
    rows = connection.execute(select(of_key.c.unit_id, of_key.c.form, of_key.c.number, *about).select_from(ends_of))
    return {(unit, form): Versions(*found) for unit, form, *found in rows}


def due_returns(
    calendar: DueCalendar,
    period: Period,
    tree: Tree,
    owed_by: Iterable[int],
    versions: Mapping[tuple[int, str], Versions],
    due_day: Callable[[str], date],
) -> Iterator[DueReturn]:
    """The status of every return that some senders owe for a period, by sender and form.

    `due_day` gives the last day on which a sender's returns are on time, by its code.
    """
    for sender in owed_by:
        last_day = due_day(tree.units[sender].code)
        for form in calendar.due(period):
            expected = tree.expected(sender, form.grain)
            if not expected:
                continue
            received = versions.get((sender, form.code))
            status = ReturnStatus.MISSING
            if received is not None:
                status = ReturnStatus.ON_TIME if office_day(received.received_at) <= last_day else ReturnStatus.LATE
            yield DueReturn(
                unit=tree.units[sender],
                form=form.code,
                period=period,
                due=last_day,
                status=status,
                received_at=received.received_at if received else None,
                accepted_at=received.accepted_at if received else None,
                versions=received.count if received else 0,
                reporting=received.rows if received else 0,
                expected=expected,
                blanks=received.blanks if received else 0,
            )
