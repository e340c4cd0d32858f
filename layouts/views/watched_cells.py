"""The list of a period as it is kept, and what is shown of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from data.organisations.units import Level, Tree, Unit
from data.periods import Period
from data.reading.queries import Reader
from indicators.answers.cell_list import CellTotals, LaggingCell
from indicators.answers.cell_standings import RULE, judged_of, place_of, search_text
from indicators.answers.lagging_cells import Lagging
from indicators.answers.placed_cells import PlacedCell, StoredList, listed_of, placed, stored_list
from indicators.methods.lagging import Ranked
from indicators.methods.reasons import CellFacts, ReasonThresholds
from layouts.views.ask import Ask


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
    """The page's data of a period, for the reader's whole scope.

    `lines` and `totals` are None where standings are stored: lines are then read as they are shown.
    """

    period: Period
    cells: tuple[PlacedCell, ...]
    lines: Mapping[int, WatchedCell] | None
    totals: Mapping[int, CellTotals] | None
    limits: ReasonThresholds
    pooled: Mapping[int, Pooled]


def watchlist(asked: Ask) -> Watchlist:
    """The list of the period, cached while the data is unchanged."""
    return asked.answered(_build, asked.period)


def _build(reader: Reader, period: Period) -> Watchlist:
    found = stored_list(reader, period)
    if found is None:
        return _from_returns(reader, period)
    return Watchlist(
        period=period,
        cells=found.cells,
        lines=None,
        totals=None,
        limits=found.limits,
        pooled=_pooled(found),
    )


def _from_returns(reader: Reader, period: Period) -> Watchlist:
    found = Lagging(reader, period)
    return Watchlist(
        period=period,
        cells=placed(found),
        lines={each.cell.id: _line(found.tree, each, found.facts(each.cell), found.years) for each in found.cells},
        totals=found.totals,
        limits=found.limits,
        pooled=_pooled(found),
    )


def _pooled(found: Lagging | StoredList) -> Mapping[int, Pooled]:
    return {
        ranked.exposure.unit: Pooled(unit=found.tree.units[ranked.exposure.unit], ranked=ranked)
        for level in (Level.BASE, Level.DISTRICT)
        for ranked in found.pooled_by(level)
    }


def _line(
    tree: Tree, listed: LaggingCell, facts: CellFacts, years: Mapping[int, tuple[int | None, ...]]
) -> WatchedCell:
    cell = listed.cell
    base, district = place_of(tree, cell)
    return WatchedCell(
        cell=cell,
        base=base,
        district=district,
        listed=listed,
        facts=facts,
        years=years.get(cell.id, ()),
        search_text=search_text(cell, base),
    )


@dataclass(frozen=True)
class Lines:
    """What is shown of cells: of those asked for, read at once; whoever does not ask first reads all."""

    asked: Ask
    places: Mapping[int, PlacedCell]
    _known: dict[int, WatchedCell] = field(default_factory=dict)

    def of(self, cell: int) -> WatchedCell:
        """What is shown of a cell."""
        if cell not in self._known:
            self.read(self.places)
        return self._known[cell]

    def read(self, cells: Iterable[int]) -> None:
        """Reads what is shown of some cells."""
        wanted = [cell for cell in cells if cell not in self._known]
        if not wanted:
            return
        reader, period = self.asked.reader, self.asked.period
        rows, tree = reader.standings(period, RULE.code, RULE.reads.keys(), wanted), reader.tree(period.end)
        if rows is None:
            lines = watchlist_from_returns(self.asked).lines or {}
            self._known.update((cell, lines[cell]) for cell in wanted)
            return
        for cell in wanted:
            judged = judged_of(rows[cell], tree.units[cell])
            listed = listed_of(judged, self.places[cell])
            years = {cell: judged.record.years} if judged.record else {}
            self._known[cell] = _line(tree, listed, judged.facts, years)


def watchlist_from_returns(asked: Ask) -> Watchlist:
    """The same list where standings were forgotten since it was made from them."""
    return asked.answered(_from_returns, asked.period)
