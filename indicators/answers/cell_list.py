"""The cells of a list: where each stands, which part of the list it belongs to, and how many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Protocol, TypeVar

from data.organisations.units import Tree, Unit
from indicators.methods.lagging import FIRST_LOOK, Ranked, Urgency, priority
from indicators.methods.reasons import ListChange, ListPart, Reason, Standing, course, reported, standing


class CellKind(StrEnum):
    """Kinds of cells."""

    RESIDENTIAL = "residential"
    OTHER = "other"
    BASE_CELL = "base_cell"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaggingCell:
    """A cell with the reasons that hold now and held a period before; `ranked` is the surprise of its admissions.

    `before` is None where nothing was returned a period before. `streak` is None for a cell that is not residential or
    is excused. `attainable`: how many people it could still win.
    """

    cell: Unit
    reasons: tuple[Reason, ...]
    before: tuple[Reason, ...] | None
    streak: int | None
    members: Fraction | None
    ranked: Ranked[int] | None
    attainable: float | None

    @property
    def standing(self) -> Standing | None:
        """Lagging, recovered, or its return is missing."""
        return standing(self.reasons, self.before)

    @property
    def course(self) -> ListChange | None:
        """New, still there, recovered; None if it cannot be compared."""
        return course(self.reasons, self.before)

    @property
    def priority(self) -> float:
        """How early it should be looked at."""
        probability = self.ranked.probability if self.ranked else None
        found = Urgency(streak=self.streak, reasons=len(self.reasons), probability=probability, people=self.attainable)
        return priority(found)


class Listed(Protocol):
    """What lists, their parts and their counts need to know of a cell, as `LaggingCell` says it."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons that hold now."""

    @property
    def standing(self) -> Standing | None:
        """Lagging, recovered, or its return is missing."""

    @property
    def course(self) -> ListChange | None:
        """New, still there, recovered; None if it cannot be compared."""


AnyListed = TypeVar("AnyListed", bound=Listed)


def with_ranks(cells: Iterable[AnyListed]) -> Iterator[tuple[AnyListed, int | None]]:
    """Cells in the order of the list, the lagging ones with their rank, from 1."""
    rank = 0
    for cell in cells:
        is_lagging = cell.standing is Standing.LAGGING
        rank += is_lagging
        yield cell, rank if is_lagging else None


def belongs(cell: Listed, rank: int | None, part: ListPart) -> bool:
    """Whether a cell belongs to a part of the list; `all` are the lagging ones, `first` the most urgent of them."""
    match part:
        case ListPart.FIRST:
            return rank is not None and rank <= FIRST_LOOK
        case ListPart.ALL:
            return cell.standing is Standing.LAGGING
        case ListPart.MISSING:
            return cell.standing is Standing.MISSING
        case ListPart.UNCOMPARED:
            return cell.standing is Standing.LAGGING and cell.course is None
    return cell.course == part.value


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTotals:
    """How many cells a unit has; how many have reported; how many reported in the period before, too."""

    cells: int = 0
    reported: int = 0
    compared: int = 0


def totals(tree: Tree, cells: Iterable[LaggingCell]) -> Mapping[int, CellTotals]:
    """The totals of each unit above some cells, and of the cells themselves."""
    found: Counter[tuple[int, str]] = Counter()
    for cell in cells:
        known = reported(cell.reasons)
        names = ["cells", *(["reported"] if known else []), *(["compared"] if known and reported(cell.before) else [])]
        found.update((above.id, name) for above in (cell.cell, *tree.ancestors(cell.cell.id)) for name in names)
    units = {unit for unit, _ in found}
    return {
        unit: CellTotals(**{name: found[unit, name] for name in ("cells", "reported", "compared")}) for unit in units
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCounts:
    """The one count of a list, for every place that gives it.

    `lagging` = `new` + `still` + `uncompared`; a cell whose return is missing is counted in `missing` only.
    """

    totals: CellTotals
    first: int
    lagging: int
    new: int
    still: int
    uncompared: int
    recovered: int
    missing: int

    def of(self, part: ListPart) -> int:
        """How many cells a part of the list holds."""
        return self.lagging if part is ListPart.ALL else int(getattr(self, part.value))


def count_list(cells: Iterable[Listed], known: CellTotals) -> ListCounts:
    """Counts the cells of a list; `known` are the totals of the unit that it is about."""
    listed = list(cells)
    standings, courses = Counter(cell.standing for cell in listed), Counter(cell.course for cell in listed)
    lagging, new, still = standings[Standing.LAGGING], courses[ListChange.NEW], courses[ListChange.STILL]
    return ListCounts(
        totals=known,
        first=min(lagging, FIRST_LOOK),
        lagging=lagging,
        new=new,
        still=still,
        uncompared=lagging - new - still,
        recovered=standings[Standing.RECOVERED],
        missing=standings[Standing.MISSING],
    )


def count_reasons(cells: Iterable[Listed]) -> Counter[Reason]:
    """How many lagging cells are listed for each reason, and how many returns are missing."""
    return Counter(
        reason
        for cell in cells
        for reason in cell.reasons
        if (cell.standing is Standing.MISSING) == (reason is Reason.RETURN_MISSING)
    )
