"""The lagging cells as the page works through them: with what is being done about each, narrowed down and ordered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

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
    """What cells are."""

    RESIDENTIAL = "residential"
    OTHER = "other"
    BASE_CELL = "base_cell"


class ActionStatus(StrEnum):
    """What is being done about a cell."""

    NOTHING = "nothing"
    UNDER_WAY = "under_way"
    OVERDUE = "overdue"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedCell:
    """One cell of the list; `years` holds its admissions in complete years, the latest first."""

    cell: Unit
    base: Unit | None
    district: Unit | None
    listed: LaggingCell
    facts: CellFacts
    years: tuple[int | None, ...]
    search_text: str

    @property
    def kind(self) -> CellKind:
        """What it is."""
        if self.cell.kind is UnitKind.BASE_CELL:
            return CellKind.BASE_CELL
        return CellKind.RESIDENTIAL if self.cell.residential else CellKind.OTHER

    @property
    def ranked(self) -> Ranked[int] | None:
        """How surprising its admissions are; None of a cell that is not judged."""
        return self.listed.ranked


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """A base organisation's or district's judged cells as one."""

    unit: Unit
    ranked: Ranked[int]


@dataclass(frozen=True, kw_only=True)
class Watchlist:
    """Everything that the page shows of a period, for all that the reader may see."""

    period: Period
    lines: tuple[WatchedCell, ...]
    cells: Mapping[int, int]
    limits: ReasonThresholds
    pooled: Mapping[int, Pooled]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistEntry:
    """A line with the notes about it, the first due first, as of today."""

    line: WatchedCell
    notes: tuple[FollowUp, ...]
    today: date

    @property
    def doing(self) -> ActionStatus:
        """What is being done about it."""
        running = [note for note in self.notes if not note.state.is_closed]
        if any(note.is_overdue(self.today) for note in running):
            return ActionStatus.OVERDUE
        if running:
            return ActionStatus.UNDER_WAY
        return ActionStatus.DONE if self.notes else ActionStatus.NOTHING

    @property
    def note(self) -> FollowUp | None:
        """The note to show: the first due of those still running, else the last one."""
        running = (note for note in self.notes if not note.state.is_closed)
        return next(running, self.notes[-1] if self.notes else None)


@dataclass(frozen=True, kw_only=True)
class WorklistFilter:
    """Which lines an address asks for."""

    reasons: frozenset[str] = frozenset()
    course: str = ""
    kind: str = ""
    doing: str = ""
    search_words: tuple[str, ...] = ()
    order: str = ""

    def matches(self, listed: WorklistEntry) -> bool:
        """Whether a line is asked for. Without a course, those that are on the list now."""
        line = listed.line
        return (
            (line.listed.course == self.course if self.course else bool(line.listed.reasons))
            and (not self.reasons or bool(self.reasons & set(line.listed.reasons or line.listed.before)))
            and (not self.kind or line.kind == self.kind)
            and (not self.doing or listed.doing == self.doing)
            and matches_words(self.search_words, line.search_text)
        )


def parse_filter(asked: Ask) -> WorklistFilter:
    """What the address asks for."""
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
    """The list of the period, kept for as long as the data does not change."""
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
    """The list as a reader sees it now: notes are read each time, the list itself is kept."""

    asked: Ask

    @cached_property
    def watchlist(self) -> Watchlist:
        """The period's list."""
        return watchlist(self.asked)

    @property
    def today(self) -> date:
        """The day by which notes are overdue."""
        return reference_day(self.asked)

    @cached_property
    def notes(self) -> FollowUps:
        """The notes that the reader may see."""
        return FollowUps(self.asked.store, self.asked.reader.viewer, self.asked.reader.as_of)

    @cached_property
    def entries(self) -> tuple[WorklistEntry, ...]:
        """Every line within the unit asked about, with its notes."""
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
        """The lines asked for, in the order asked for."""
        found = [listed for listed in self.entries if wanted.matches(listed)]
        name, _, order = wanted.order.partition(".")
        key = ORDERS.get(name)
        if key is None:
            return found
        known = [listed for listed in found if key(listed) is not None]
        lacking = [listed for listed in found if key(listed) is None]
        return [*sorted(known, key=key, reverse=order == "desc"), *lacking]

    def find(self, cell: str) -> WorklistEntry | None:
        """The line of a cell within the unit asked about."""
        return next((listed for listed in self.entries if listed.line.cell.code == cell), None)


def reference_day(asked: Ask) -> date:
    """The day by which notes are overdue: the clock's, but of a made-up store its own last day."""
    return asked.reader.today() if asked.reader.is_sample else asked.store.now().date()


def count_by_reason(found: Iterable[WorklistEntry]) -> Counter[Reason]:
    """How many lines each reason holds for."""
    return Counter(reason for listed in found for reason in listed.line.listed.reasons)


def count_by_change(found: Iterable[WorklistEntry]) -> Counter[ListChange | None]:
    """How many lines are new, still there, recovered."""
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
"""What lines can be ordered by; None comes last either way."""
