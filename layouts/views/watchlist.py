"""The lagging cells with their follow-up, filtered and sorted for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from data.office_time import office_day
from data.organisations.units import LEVELS, Level, Unit, UnitKind
from data.people.follow_ups import FollowUp, FollowUps
from data.periods import Period
from indicators.answers.lagging_cells import Lagging, LaggingCell
from indicators.methods.lagging import Ranked
from indicators.methods.reasons import CellFacts, ListChange, Reason, ReasonThresholds
from layouts.views.ask import Ask
from layouts.words.ordering import vietnamese
from layouts.words.search import matches_words, plain, words

DRAWN_YEARS = 5


class CellKind(StrEnum):
    """Kinds of cells."""

    RESIDENTIAL = "residential"
    OTHER = "other"
    BASE_CELL = "base_cell"


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
    cells: Mapping[int, int]
    limits: ReasonThresholds
    pooled: Mapping[int, Pooled]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistEntry:
    """A line with its follow-up notes, by due date, as of today."""

    line: WatchedCell
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
    """The filter and sort order in the URL."""

    reasons: frozenset[str] = frozenset()
    course: str = ""
    kind: str = ""
    doing: str = ""
    search_words: tuple[str, ...] = ()
    order: str = ""

    def matches(self, listed: WorklistEntry) -> bool:
        """Whether an entry passes the filter; without `course` only cells on the list now do."""
        line = listed.line
        return (
            (line.listed.course == self.course if self.course else bool(line.listed.reasons))
            and (not self.reasons or bool(self.reasons & set(line.listed.reasons or line.listed.before)))
            and (not self.kind or line.kind == self.kind)
            and (not self.doing or listed.doing == self.doing)
            and matches_words(self.search_words, line.search_text)
        )


def parse_filter(asked: Ask) -> WorklistFilter:
    """Parses the filter from the URL."""
    query = asked.query
    return WorklistFilter(
        reasons=frozenset(query.get("reason", "").split(".")) & frozenset(Reason),
        course=query.get("course", ""),
        kind=query.get("kind", ""),
        doing=query.get("doing", ""),
        search_words=words(query.get("q")),
        order=query.get("sort", ""),
    )


def watchlist(asked: Ask) -> Watchlist:
    """The list of the period, cached while the data is unchanged."""
    return asked.cached(("watchlist", asked.period), lambda: _build(asked))


def _build(asked: Ask) -> Watchlist:
    found = Lagging(asked.reader, asked.period)
    tree = found.tree
    count = Counter(above.id for cell in tree.at_level(Level.CELL) for above in (cell, *tree.ancestors(cell.id)))
    pooled = {
        ranked.exposure.unit: Pooled(unit=tree.units[ranked.exposure.unit], ranked=ranked)
        for level in (Level.BASE, Level.DISTRICT)
        for ranked in found.pooled_by(level)
    }
    return Watchlist(
        period=asked.period,
        lines=tuple(_line(found, each) for each in found.cells),
        cells=count,
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
        return tuple(
            WorklistEntry(line=line, notes=tuple(about.get(line.cell.id, ())), today=today)
            for line in self.watchlist.lines
            if line.cell.id in within
        )

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
    """Number of entries by reason."""
    return Counter(reason for listed in found for reason in listed.line.listed.reasons)


def count_by_change(found: Iterable[WorklistEntry]) -> Counter[ListChange | None]:
    """Number of entries by list change."""
    return Counter(listed.line.listed.course for listed in found)


_CHANGE_ORDER = tuple(ListChange)
_ACTION_ORDER = (ActionStatus.OVERDUE, ActionStatus.UNDER_WAY, ActionStatus.NOTHING, ActionStatus.DONE)


def _number(name: str) -> Callable[[WorklistEntry], Any]:
    return lambda listed: getattr(listed.line.ranked, name) if listed.line.ranked else None


ORDERS: Mapping[str, Callable[[WorklistEntry], Any]] = {
    "name": lambda listed: vietnamese(listed.line.cell.name),
    "base": lambda listed: vietnamese(listed.line.base.name) if listed.line.base else None,
    "district": lambda listed: vietnamese(listed.line.district.name) if listed.line.district else None,
    "reasons": lambda listed: (-len(listed.line.listed.reasons), listed.line.listed.reasons),
    "course": lambda listed: _CHANGE_ORDER.index(listed.line.listed.course) if listed.line.listed.course else None,
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
