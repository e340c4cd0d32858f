"""What an accepted or withdrawn workbook changed, said as narrowly as is certain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import func, select

from data.forms.kh_plans import KH
from data.forms.nv_tasks import NV
from data.forms.official.builtin import CODES
from data.organisations.reporting_lines import ReportingLines
from data.organisations.units import Registry
from data.periods import Period
from data.sums.rollup_reads import StoredCounts
from data.sums.substitutes import sources_of_official
from data.tables.current import ReturnKey
from data.tables.last_changes import EVERYTHING, RECEIPTS, DataChange
from data.tables.schema import submissions


def changes_of(
    stored: StoredCounts, keys: Iterable[ReturnKey], reshaped: Collection[tuple[int, str]] = ()
) -> frozenset[DataChange]:
    """What was changed when something was stored or withdrawn under some keys.

    `reshaped` are the units and periods whose rows may count elsewhere than in the sender's branch.
    """
    lines, by_period = ReportingLines(stored.registry), defaultdict[str, set[ReturnKey]](set)
    for key in keys:
        by_period[key.period].add(key)
    found: set[DataChange] = set()
    for period, given in by_period.items():
        if period and _may_be_first(stored, period, {key.form for key in given}):
            return frozenset({EVERYTHING})
        for key in given:
            found.update(_changes(stored, lines, key, everywhere=(key.unit, period) in reshaped))
    return frozenset(found)


def receipt_change(registry: Registry, unit: int | None) -> frozenset[DataChange]:
    """What the receipt of a unit's workbook changes."""
    return frozenset(DataChange(RECEIPTS, sender) for sender in _senders(ReportingLines(registry), unit))


def _may_be_first(stored: StoredCounts, period: str, forms: Collection[str]) -> bool:
    """Whether a form may have had no return of the period before, or has none now; all pages tell which periods do."""
    query = (
        select(submissions.c.form, func.count())
        .where(submissions.c.form.in_(sorted(forms)), submissions.c.period == period)
        .where(submissions.c.superseded_at.is_(None))
        .group_by(submissions.c.form)
    )
    held: dict[str, int] = dict(stored.connection.execute(query).all())
    return any(held.get(form, 0) <= 1 for form in forms)


def _changes(stored: StoredCounts, lines: ReportingLines, key: ReturnKey, *, everywhere: bool) -> Iterator[DataChange]:
    if key.form in {KH.code, NV.code}:
        yield DataChange(key.form)
    elif not key.period:
        yield EVERYTHING
    else:
        official = key.form in CODES
        tree = stored.registry.at(Period.parse(key.period).end)
        everywhere = everywhere or (official and key.unit not in tree.units)
        sources = sources_of_official(stored.vocabulary, key.form) if official else frozenset[str]()
        for form in {key.form, *sources}:
            for sender in (0,) if everywhere else _senders(lines, key.unit):
                yield DataChange(form, sender)


def _senders(lines: ReportingLines, unit: int | None) -> Collection[int]:
    return (unit is not None and lines.senders(unit)) or (0,)
