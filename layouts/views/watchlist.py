"""The lagging cells with their follow-up, filtered and sorted for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from data.office_time import office_day
from data.organisations.units import LEVELS, Level, Unit, UnitKind
from data.people.follow_ups import FollowUp, FollowUps
from data.periods import Period
from data.reading.queries import Reader
from data.vietnamese.ordering import vietnamese
from data.vietnamese.search import matches_words, plain, words
from indicators.answers.cell_list import (
    CellKind,
    CellTotals,
    LaggingCell,
    ListCounts,
    belongs,
    count_list,
    count_reasons,
    with_ranks,
)
from indicators.answers.cell_standings import stored_counts
from indicators.answers.lagging_cells import Lagging
from indicators.methods.lagging import Ranked
from indicators.methods.reasons import CellFacts, ListChange, ListPart, Reason, ReasonThresholds, Standing
from layouts.views.ask import Ask

DRAWN_YEARS = 5


class ActionStatus(StrEnum):
    """The state of the follow-up on a cell."""

    NOTHING = "nothing"
    UNDER_WAY = "under_way"
    OVERDUE = "overdue"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedCell:
    """One cell of the list; `years` are its admissions in complete years, latest first."""

    cell: Unit
    base: Unit | None
    district: Unit | None
    listed: LaggingCell
    facts: CellFacts
    years: tuple[int | None, ...]
    search_text: str

    @property
    def kind(self) -> CellKind:
        """The kind of the cell."""
        if self.cell.kind is UnitKind.BASE_CELL:
            return CellKind.BASE_CELL
        return CellKind.RESIDENTIAL if self.cell.residential else CellKind.OTHER

    @property
    def ranked(self) -> Ranked[int] | None:
        """How surprising its admissions are; None if it is not judged."""
        return self.listed.ranked


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """The pooled judged cells of a base organisation or district."""

    unit: Unit
    ranked: Ranked[int]


@dataclass(frozen=True, kw_only=True)
class Watchlist:
    """The page's data of a period, for the reader's whole scope."""

    period: Period
    lines: tuple[WatchedCell, ...]
    totals: Mapping[int, CellTotals]
    limits: ReasonThresholds
    pooled: Mapping[int, Pooled]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistEntry:
    """A line with its follow-up notes, by due date, as of today; a lagging cell has a `rank` within the unit."""

    line: WatchedCell
    rank: int | None
    notes: tuple[FollowUp, ...]
    today: date

    @property
    def doing(self) -> ActionStatus:
        """The state of the follow-up."""
        running = [note for note in self.notes if not note.state.is_closed]
        if any(note.is_overdue(self.today) for note in running):
            return ActionStatus.OVERDUE
        if running:
            return ActionStatus.UNDER_WAY
        return ActionStatus.DONE if self.notes else ActionStatus.NOTHING

    @property
    def note(self) -> FollowUp | None:
        """The note to show: the open one due first, else the last one."""
        running = (note for note in self.notes if not note.state.is_closed)
        return next(running, self.notes[-1] if self.notes else None)


@dataclass(frozen=True, kw_only=True)
class WorklistFilter:
    """The filter and sort order in the URL; without a `part` of the list, its lagging cells.

    Without a part, cells whose return is missing are shown where that is one of the reasons asked for.
    """

    reasons: frozenset[str] = frozenset()
    part: ListPart | None = None
    kind: str = ""
    doing: str = ""
    search_words: tuple[str, ...] = ()
    order: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether it asks for more than a part of the list."""
        return bool(self.reasons or self.kind or self.doing or self.search_words)

    def matches(self, listed: WorklistEntry) -> bool:
        """Whether an entry passes the filter."""
        line = listed.line
        return (
            self._is_in_part(listed)
            and (not self.reasons or bool(self.reasons & set(line.listed.reasons or line.listed.before or ())))
            and (not self.kind or line.kind == self.kind)
            and (not self.doing or listed.doing == self.doing)
            and matches_words(self.search_words, line.search_text)
        )

    def _is_in_part(self, listed: WorklistEntry) -> bool:
        cell = listed.line.listed
        if self.part is not None:
            return belongs(cell, listed.rank, self.part)
        asks_for_missing = Reason.RETURN_MISSING in self.reasons
        return cell.standing is Standing.LAGGING or (asks_for_missing and cell.standing is Standing.MISSING)


def parse_filter(asked: Ask) -> WorklistFilter:
    """Parses the filter from the URL."""
    query = asked.query
    part = query.get("course", "")
    return WorklistFilter(
        reasons=frozenset(query.get("reason", "").split(".")) & frozenset(Reason),
        part=ListPart(part) if part in set(ListPart) else None,
        kind=query.get("kind", ""),
        doing=query.get("doing", ""),
        search_words=words(query.get("q")),
        order=query.get("sort", ""),
    )


def page_filter(asked: Ask) -> WorklistFilter:
    """The filter of the page: it opens on the short list, unless the address asks for something else."""
    wanted = parse_filter(asked)
    return wanted if wanted.part or wanted.is_narrow else replace(wanted, part=ListPart.FIRST)


def watchlist(asked: Ask) -> Watchlist:
    """The list of the period, cached while the data is unchanged."""
    return asked.answered(_build, asked.period)


def _build(reader: Reader, period: Period) -> Watchlist:
    found = Lagging(reader, period)
    tree = found.tree
    pooled = {
        ranked.exposure.unit: Pooled(unit=tree.units[ranked.exposure.unit], ranked=ranked)
        for level in (Level.BASE, Level.DISTRICT)
        for ranked in found.pooled_by(level)
    }
    return Watchlist(
        period=period,
        lines=tuple(_line(found, each) for each in found.cells),
        totals=found.totals,
        limits=found.limits,
        pooled=pooled,
    )


def _line(found: Lagging, listed: LaggingCell) -> WatchedCell:
    cell = listed.cell
    above = (cell, *found.tree.ancestors(cell.id))
    base = next((unit for unit in above if unit.kind in LEVELS[Level.BASE]), None)
    district = next((unit for unit in above if unit.kind in LEVELS[Level.DISTRICT]), None)
    return WatchedCell(
        cell=cell,
        base=base,
        district=district,
        listed=listed,
        facts=found.facts(cell),
        years=found.years.get(cell.id, ()),
        search_text=plain(f"{cell.name} {cell.code} {base.name if base else ''}"),
    )


@dataclass(frozen=True)
class Worklist:
    """The list in a reader's scope: notes are read on each request, the list itself is cached."""

    asked: Ask

    @cached_property
    def watchlist(self) -> Watchlist:
        """The period's list."""
        return watchlist(self.asked)

    @property
    def today(self) -> date:
        """The reference day for overdue notes."""
        return reference_day(self.asked)

    @cached_property
    def notes(self) -> FollowUps:
        """The notes in the reader's scope."""
        return FollowUps(self.asked.store, self.asked.reader.viewer, self.asked.reader.as_of)

    @cached_property
    def entries(self) -> tuple[WorklistEntry, ...]:
        """Every line within the requested unit, with its notes."""
        about: dict[int, list[FollowUp]] = {}
        for note in self.notes.current():
            about.setdefault(note.unit, []).append(note)
        within = {unit.id for unit in self.asked.reader.tree(self.asked.period.end).within(self.asked.unit.id)}
        today = self.today
        lines = {line.cell.id: line for line in self.watchlist.lines if line.cell.id in within}
        return tuple(
            WorklistEntry(line=lines[cell.cell.id], rank=rank, notes=tuple(about.get(cell.cell.id, ())), today=today)
            for cell, rank in with_ranks(line.listed for line in lines.values())
        )

    @cached_property
    def counts(self) -> ListCounts:
        """The counts of the requested unit's list."""
        unit, period = self.asked.unit.id, self.asked.period
        stored = stored_counts(self.asked.reader, period, [unit])
        if stored is not None and unit in stored:
            return stored[unit].counts
        known = self.watchlist.totals.get(self.asked.unit.id, CellTotals())
        return count_list((listed.line.listed for listed in self.entries), known)

    def select(self, wanted: WorklistFilter) -> list[WorklistEntry]:
        """The entries that pass the filter, in its order."""
        found = [listed for listed in self.entries if wanted.matches(listed)]
        name, _, order = wanted.order.partition(".")
        key = ORDERS.get(name)
        if key is None:
            return found
        known = [listed for listed in found if key(listed) is not None]
        lacking = [listed for listed in found if key(listed) is None]
        return [*sorted(known, key=key, reverse=order == "desc"), *lacking]

    def find(self, cell: str) -> WorklistEntry | None:
        """The entry of a cell within the requested unit."""
        return next((listed for listed in self.entries if listed.line.cell.code == cell), None)


def reference_day(asked: Ask) -> date:
    """The day by which notes are overdue: today, or the last day of a sample store."""
    return asked.reader.today() if asked.reader.is_sample else office_day(asked.store.now())


def count_by_reason(found: Iterable[WorklistEntry]) -> Counter[Reason]:
    """Lagging cells by reason, and missing returns."""
    return count_reasons(listed.line.listed for listed in found)


_CHANGE_ORDER = (*ListChange, None)
_ACTION_ORDER = (ActionStatus.OVERDUE, ActionStatus.UNDER_WAY, ActionStatus.NOTHING, ActionStatus.DONE)


def _number(name: str) -> Callable[[WorklistEntry], Any]:
    return lambda listed: getattr(listed.line.ranked, name) if listed.line.ranked else None


ORDERS: Mapping[str, Callable[[WorklistEntry], Any]] = {
    "name": lambda listed: vietnamese(listed.line.cell.name),
    "base": lambda listed: vietnamese(listed.line.base.name) if listed.line.base else None,
    "district": lambda listed: vietnamese(listed.line.district.name) if listed.line.district else None,
    "reasons": lambda listed: (-len(listed.line.listed.reasons), listed.line.listed.reasons),
    "rank": lambda listed: listed.rank,
    "course": lambda listed: _CHANGE_ORDER.index(listed.line.listed.course),
    "streak": lambda listed: listed.line.listed.streak,
    "members": lambda listed: listed.line.listed.members,
    "expected": _number("expected"),
    "probability": _number("probability"),
    "note": lambda listed: (
        _ACTION_ORDER.index(listed.doing),
        listed.note.due if listed.note else date.max,
    ),
}
"""Sort keys; None sorts last in either direction."""
