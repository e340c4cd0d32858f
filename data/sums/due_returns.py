"""Due returns and their status: the forms that each sender owes for an opened period, and by which day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, select

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
    """The calendar of opened periods, with the first returns now or as of an instant."""
    returned = select(submissions.c.form, submissions.c.period).where(submissions.c.period != "").distinct()
    returned = returned.where(~is_withdrawn(as_of))
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


def read_versions(
    connection: Connection, vocabulary: Vocabulary, period: Period, as_of: datetime | None
) -> Mapping[tuple[int, str], Sequence[RowMapping]]:
    """Every accepted version of each return of a period by sender and form, oldest first, without withdrawn ones."""
    # All forms are listed because the index begins with the form.
    of_period = submissions.c.form.in_(sorted({*vocabulary.forms, *CODES})), submissions.c.period == period.code
    query = select(submissions).where(*of_period, ~is_withdrawn(as_of)).order_by(submissions.c.accepted_at)
    if as_of is not None:
        query = query.where(submissions.c.accepted_at <= as_of)
    found: dict[tuple[int, str], list[RowMapping]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault((row["unit_id"], row["form"]), []).append(row)
    return found


def due_returns(
    calendar: DueCalendar,
    period: Period,
    tree: Tree,
    owed_by: Iterable[int],
    versions: Mapping[tuple[int, str], Sequence[RowMapping]],
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
            received = versions.get((sender, form.code), [])
            first, last = (received[0], received[-1]) if received else (None, None)
            status = ReturnStatus.MISSING
            if first is not None:
                status = ReturnStatus.ON_TIME if office_day(first["received_at"]) <= last_day else ReturnStatus.LATE
            yield DueReturn(
                unit=tree.units[sender],
                form=form.code,
                period=period,
                due=last_day,
                status=status,
                received_at=first["received_at"] if first else None,
                accepted_at=last["accepted_at"] if last else None,
                versions=len(received),
                reporting=last["row_count"] if last else 0,
                expected=expected,
                blanks=last["blank_count"] if last else 0,
            )
