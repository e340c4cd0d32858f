"""The lagging cells with their follow-up, filtered and sorted for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from data.office_time import office_day
from data.organisations.units import Tree, Unit
from data.people.follow_ups import FollowUp, FollowUps
from data.vietnamese.ordering import sort_key
from data.vietnamese.search import matches_words, words
from indicators.answers.cell_list import (
    CellTotals,
    ListCounts,
    belongs,
    count_list,
    count_reasons,
    with_ranks,
)
from indicators.answers.cell_standings import RULE, UnitCounts, stored_counts
from indicators.answers.placed_cells import PlacedCell
from indicators.methods.reasons import ListChange, ListPart, Reason, Standing
from layouts.views.ask import Ask
from layouts.views.watched_cells import Lines, WatchedCell, Watchlist, watchlist, watchlist_from_returns

DRAWN_YEARS = 5


class ActionStatus(StrEnum):
    """The state of the follow-up on a cell."""

    NOTHING = "nothing"
    UNDER_WAY = "under_way"
    OVERDUE = "overdue"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistEntry:
    """A cell with its follow-up notes, by due date, as of today; a lagging one has a `rank` within the unit."""

    place: PlacedCell
    lines: Lines = field(repr=False, compare=False)
    rank: int | None
    notes: tuple[FollowUp, ...]
    today: date

    @property
    def line(self) -> WatchedCell:
        """What is shown of the cell."""
        return self.lines.of(self.place.unit)

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
        """Whether an entry passes the filter, but for the words."""
        known = listed.place.known
        return (
            self._is_in_part(listed)
            and (not self.reasons or bool(self.reasons.intersection(known.reasons or known.before or ())))
            and (not self.kind or listed.place.kind == self.kind)
            and (not self.doing or listed.doing == self.doing)
        )

    def _is_in_part(self, listed: WorklistEntry) -> bool:
        cell = listed.place
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
        """Every cell of the list within the requested unit, with its notes."""
        about: dict[int, list[FollowUp]] = {}
        for note in self.notes.current():
            about.setdefault(note.unit, []).append(note)
        notes = {unit: tuple(found) for unit, found in about.items()}
        today, lines = self.today, self._lines
        return tuple(
            WorklistEntry(place=place, lines=lines, rank=rank, notes=notes.get(place.unit, ()), today=today)
            for place, rank in with_ranks(lines.places.values())
        )

    @cached_property
    def _lines(self) -> Lines:
        tree, unit = self.asked.reader.tree(self.asked.period.end), self.asked.unit
        cells, is_whole = self.watchlist.cells, tree.root is not None and tree.root.id == unit.id
        within = {} if is_whole else {each.id for each in tree.within(unit.id)}
        return Lines(
            self.asked,
            {cell.unit: cell for cell in cells if is_whole or cell.unit in within},
            dict(self.watchlist.lines or {}),
        )

    def read(self, shown: Iterable[WorklistEntry]) -> None:
        """Reads at once what is shown of some entries."""
        self._lines.read(listed.place.unit for listed in shown)

    @cached_property
    def counts(self) -> ListCounts:
        """The counts of the requested unit's list."""
        return self.counted([self.asked.unit])[self.asked.unit.id].counts

    def counted(self, units: Sequence[Unit]) -> Mapping[int, UnitCounts]:
        """The counts of the lists of some units, and how many cells they have for each reason."""
        nothing = UnitCounts(counts=count_list((), CellTotals()), reasons=dict.fromkeys(Reason, 0))
        stored = stored_counts(self.asked.reader, self.asked.period, [unit.id for unit in units])
        if stored is not None:
            return {unit.id: stored.get(unit.id, nothing) for unit in units}
        found = self.watchlist if self.watchlist.totals is not None else watchlist_from_returns(self.asked)
        tree = self.asked.reader.tree(self.asked.period.end)
        return {unit.id: _counted(tree, found, unit) for unit in units}

    def select(self, wanted: WorklistFilter) -> list[WorklistEntry]:
        """The entries that pass the filter, in its order."""
        found = [listed for listed in self.entries if wanted.matches(listed)]
        if wanted.search_words:
            sought = self._sought(wanted.search_words)
            found = [listed for listed in found if listed.place.unit in sought]
        name, _, order = wanted.order.partition(".")
        key = self._name_key(name) if name in _NAMES else ORDERS.get(name)
        if key is None:
            return found
        known = [listed for listed in found if key(listed) is not None]
        lacking = [listed for listed in found if key(listed) is None]
        return [*sorted(known, key=key, reverse=order == "desc"), *lacking]

    def _sought(self, sought: Sequence[str]) -> Collection[int]:
        """The cells in which words are found."""
        found = self.asked.reader.standings_sought(self.asked.period, RULE.code, RULE.reads.keys(), sought)
        if found is not None:
            return found
        return {each.place.unit for each in self.entries if matches_words(sought, each.line.search_text)}

    def _name_key(self, name: str) -> Callable[[WorklistEntry], Any]:
        column, named = _NAMES[name]
        keys = self.asked.reader.standing_keys(self.asked.period, RULE.code, RULE.reads.keys(), column)
        if keys is None:
            units = {each.place.unit: named(each.line) for each in self.entries}
            keys = {cell: sort_key(unit.name) if unit else None for cell, unit in units.items()}
        return lambda listed: keys[listed.place.unit]

    def find(self, cell: str) -> WorklistEntry | None:
        """The entry of a cell within the requested unit."""
        units = self.asked.reader.tree(self.asked.period.end).units
        return next((listed for listed in self.entries if units[listed.place.unit].code == cell), None)


def _counted(tree: Tree, found: Watchlist, unit: Unit) -> UnitCounts:
    within = {each.id for each in tree.within(unit.id)}
    cells = [cell for cell in found.cells if cell.unit in within]
    known = (found.totals or {}).get(unit.id, CellTotals())
    reasons = count_reasons(cells)
    return UnitCounts(counts=count_list(cells, known), reasons={reason: reasons[reason] for reason in Reason})


def reference_day(asked: Ask) -> date:
    """The day by which notes are overdue: today, or the last day of a sample store."""
    return asked.reader.today() if asked.reader.is_sample else office_day(asked.store.now())


def count_by_reason(found: Iterable[WorklistEntry]) -> Counter[Reason]:
    """Lagging cells by reason, and missing returns."""
    return count_reasons(listed.place for listed in found)


_CHANGE_ORDER = (*ListChange, None)
_ACTION_ORDER = (ActionStatus.OVERDUE, ActionStatus.UNDER_WAY, ActionStatus.NOTHING, ActionStatus.DONE)


# The stored sort key of each order by name, and whose name it is.
_NAMES: Mapping[str, tuple[str, Callable[[WatchedCell], Unit | None]]] = {
    "name": ("name_key", lambda line: line.cell),
    "base": ("base_key", lambda line: line.base),
    "district": ("district_key", lambda line: line.district),
}


def _number(name: str) -> Callable[[WorklistEntry], Any]:
    return lambda listed: getattr(listed.place.known.ranked, name) if listed.place.known.ranked else None


ORDERS: Mapping[str, Callable[[WorklistEntry], Any]] = {
    "reasons": lambda listed: (-len(listed.place.reasons), listed.place.reasons),
    "rank": lambda listed: listed.rank,
    "course": lambda listed: _CHANGE_ORDER.index(listed.place.course),
    "streak": lambda listed: listed.place.known.streak,
    "members": lambda listed: listed.place.known.members,
    "expected": _number("expected"),
    "probability": _number("probability"),
    "note": lambda listed: (
        _ACTION_ORDER.index(listed.doing),
        listed.note.due if listed.note else date.max,
    ),
}
"""Sort keys but for names; None sorts last in either direction."""
