"""Due returns after a reorganisation: what predecessors returned counts for their successors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from data.forms.vocabulary import Vocabulary
from data.office_time import office_day
from data.organisations.shapes import Shape
from data.organisations.units import Registry, Tree
from data.periods import Period
from data.sums.due_returns import Versions
from data.tables.records import DueReturn, ReturnStatus
from data.tables.sent_rows import read_senders, read_sent_rows

VersionsByKey = Mapping[tuple[int, str], Versions]


@dataclass(frozen=True, slots=True)
class ReportedUnits:
    """The leaf units that a form was reported for in a period.

    `own` counts by sender those that only the sender above them reported; of all others, `units` are those reported,
    and `senders` those of the rows that count at each.
    """

    own: Mapping[int, int]
    units: frozenset[int]
    senders: Mapping[int, frozenset[int]]


def may_be_reshaped(registry: Registry, period: Period, versions: VersionsByKey) -> bool:
    """Whether returns may count elsewhere than in the branch of their sender: units changed, or a sender ended."""
    before, tree = registry.at(period.start - timedelta(days=1)), registry.at(period.end)
    return before.shape != tree.shape or any(sender not in tree.units for sender, _ in versions)


def read_reported(
    connection: Connection,
    vocabulary: Vocabulary,
    form: str,
    period: Period,
    registry: Registry,
    as_of: datetime | None,
) -> ReportedUnits:
    """Who reported a form, on the tree of the period's last day."""
    declared, shape = vocabulary.stored[form], Shape(registry, period.end)
    sent = read_sent_rows(connection, declared, period, shape.tree, as_of)
    if not sent.strays:
        return ReportedUnits(sent.own, frozenset(), {})
    near = shape.related(sent.strays)
    rows = read_senders(connection, declared, period, as_of, near)
    grained = shape.tree.unit_ids_of_grain(declared.grain)
    above = shape.tree.sender_of
    own = Counter(sent.own)
    own.subtract(sender for unit, sender in rows if unit in grained and above.get(unit) == sender)
    counted = [rows[place] for place in shape.counted(rows)]
    returned = frozenset(unit for unit, _ in counted)
    by_unit: dict[int, frozenset[int]] = {}
    for unit, sender in counted:
        place = shape.place(unit)
        for each in (place.successors or {place.unit}) if place is not None else ():
            by_unit[each] = by_unit.get(each, frozenset()) | {sender}
    found = frozenset(unit for unit in grained.intersection(by_unit) if shape.has_reported(unit, returned))
    return ReportedUnits(own, found, by_unit)


def with_predecessors(
    due: Iterable[DueReturn], tree: Tree, versions: VersionsByKey, reported: Callable[[str], ReportedUnits]
) -> Iterator[DueReturn]:
    """Due returns with what other senders returned for units that belong to a sender by now, without those that left.

    A sender without a return of its own has returned when these name all of its units, and as late as the last of them.
    """
    for each in due:
        found, within = reported(each.form), {unit.id for unit in tree.within(each.unit.id)}
        others = {sender for unit in within for sender in found.senders.get(unit, ())} - {each.unit.id}
        counted = replace(each, reporting=found.own.get(each.unit.id, 0) + len(within & found.units))
        if others and not each.versions and counted.reporting >= counted.expected:
            counted = _received(counted, [versions[sender, each.form] for sender in sorted(others)])
        yield counted


def _received(due: DueReturn, received: Sequence[Versions]) -> DueReturn:
    """A due return that consists of several senders' returns, given the versions of each."""
    first = max(versions.received_at for versions in received)
    return replace(
        due,
        status=ReturnStatus.ON_TIME if office_day(first) <= due.due else ReturnStatus.LATE,
        received_at=first,
        accepted_at=max(versions.accepted_at for versions in received),
        versions=sum(versions.count for versions in received),
        blanks=sum(versions.blanks for versions in received),
    )
