"""The places of cells in a list: what orders, filters and counts it, without what only the rows shown need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from data.organisations.units import Level, Tree
from data.periods import Period
from data.reading.queries import Reader
from data.tables.standings import ListedStanding
from indicators.answers.cell_list import CellKind, LaggingCell
from indicators.answers.cell_standings import RULE, kind_of, place_of, reasons_of
from indicators.answers.judged_cells import JudgedCell, reason_thresholds
from indicators.answers.lagging_cells import Lagging
from indicators.methods.lagging import Exposure, Ranked, Urgency, attainable, pooled, priority, ranked, ranked_alike
from indicators.methods.reasons import ListChange, Reason, ReasonThresholds, Standing, course, standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said alike of all cells that are alike in what it follows from; as in `LaggingCell`."""

    reasons: tuple[Reason, ...]
    before: tuple[Reason, ...] | None
    standing: Standing | None
    course: ListChange | None
    streak: int | None
    members: float | None
    ranked: Ranked[int] | None
    attainable: float | None
    priority: float


class PlacedCell(NamedTuple):
    """A cell's place in the list and in the tree."""

    unit: int
    base: int | None
    district: int | None
    kind: CellKind
    known: Verdict

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons that hold now."""
        return self.known.reasons

    @property
    def standing(self) -> Standing | None:
        """Lagging, recovered, or its return is missing."""
        return self.known.standing

    @property
    def course(self) -> ListChange | None:
        """New, still there, recovered; None if it cannot be compared."""
        return self.known.course


@dataclass(frozen=True)
class StoredList:
    """The list of the reader's scope from stored standings; cells that are alike are judged once."""

    reader: Reader
    period: Period
    standings: Sequence[ListedStanding]

    @cached_property
    def limits(self) -> ReasonThresholds:
        """The thresholds in force."""
        return reason_thresholds(self.reader)

    @cached_property
    def tree(self) -> Tree:
        """The organisations on the period's last day."""
        return self.reader.tree(self.period.end)

    @cached_property
    def cells(self) -> tuple[PlacedCell, ...]:
        """The cells in the order of `Lagging.cells`."""
        verdicts: dict[tuple[int | None, ...], Verdict] = {}
        found: list[PlacedCell] = []
        for row in self.standings:
            key = row[4:]
            known = verdicts.get(key)
            if known is None:
                known = verdicts[key] = self._verdict(row)
            if known.standing is not None:
                found.append(PlacedCell(row.unit, row.base, row.district, _KINDS[row.kind], known))
        return tuple(sorted(found, key=self._in_order))

    def pooled_by(self, level: Level) -> tuple[Ranked[int], ...]:
        """As `Lagging.pooled_by`."""
        judged = [row for row in self.standings if row.excused is False]
        above = ((row.base if level is Level.BASE else row.district, self._exposure(row)) for row in judged)
        exposures = pooled((unit, exposure) for unit, exposure in above if unit is not None)
        return ranked(exposures, self._rate, self._false_alarms)

    def _in_order(self, cell: PlacedCell) -> tuple[int, float, str]:
        known = cell.known
        urgent = -known.priority if known.standing is Standing.LAGGING else 0.0
        return _ORDER[known.standing], urgent, self.tree.units[cell.unit].code

    def _verdict(self, row: ListedStanding) -> Verdict:
        now, before = reasons_of(row.reasons), None if row.before is None else reasons_of(row.before)
        found = self._ranked[self._exposure(row)] if row.excused is False else None
        judged = (found.expected, found.exposure.admitted) if found else (None, None)
        people = attainable(*judged, row.heads, row.heads_members)
        return Verdict(
            reasons=now,
            before=before,
            standing=standing(now, before),
            course=course(now, before),
            streak=row.streak,
            members=row.members,
            ranked=found,
            attainable=people,
            priority=priority(
                Urgency(
                    streak=row.streak,
                    reasons=len(now),
                    probability=found.probability if found else None,
                    people=people,
                )
            ),
        )

    @cached_property
    def _ranked(self) -> Mapping[Exposure[int], Ranked[int]]:
        return ranked_alike(self._exposed, self._rate, self._false_alarms)

    @cached_property
    def _exposed(self) -> Mapping[Exposure[int], int]:
        alike = Counter((row.admitted, row.members) for row in self.standings if row.excused is False)
        return {self._exposures[key]: count for key, count in alike.items()}

    def _exposure(self, row: ListedStanding) -> Exposure[int]:
        """How much a cell is exposed; its unit stands for all cells alike."""
        return self._exposures[row.admitted, row.members]

    @cached_property
    def _exposures(self) -> Mapping[tuple[int | None, int | None], Exposure[int]]:
        units = {(row.admitted, row.members): row.unit for row in self.standings if row.excused is False}
        return {
            (admitted, members): Exposure(
                unit=unit,
                admitted=admitted,
                members=None if members is None else float(members),
                years=self.limits.years,
            )
            for (admitted, members), unit in units.items()
        }

    @cached_property
    def _rate(self) -> float | None:
        """Annual admissions per member over all these cells."""
        judged = [
            (exposure.admitted * count, exposure.members * exposure.years * count)
            for exposure, count in self._exposed.items()
            if exposure.admitted is not None and exposure.members
        ]
        exposed = sum(size for _, size in judged)
        return sum(admitted for admitted, _ in judged) / exposed if exposed else None

    @property
    def _false_alarms(self) -> float:
        return float(self.reader.thresholds.share("false_alarms_percent"))


_ORDER: Mapping[Standing | None, int] = {each: place for place, each in enumerate((*Standing, None))}
_KINDS: Mapping[str, CellKind] = {kind.value: kind for kind in CellKind}


def stored_list(reader: Reader, period: Period) -> StoredList | None:
    """The list from stored standings; None where cells must be judged from the returns."""
    found = reader.listed_standings(period, RULE.code, RULE.reads.keys())
    return None if found is None else StoredList(reader, period, found)


def placed(listed: Lagging) -> tuple[PlacedCell, ...]:
    """The places of the cells of a list that was made from the returns."""
    return tuple(_placed(listed.tree, cell) for cell in listed.cells)


def _placed(tree: Tree, cell: LaggingCell) -> PlacedCell:
    base, district = place_of(tree, cell.cell)
    return PlacedCell(
        cell.cell.id,
        base.id if base else None,
        district.id if district else None,
        kind_of(cell.cell),
        Verdict(
            reasons=cell.reasons,
            before=cell.before,
            standing=cell.standing,
            course=cell.course,
            streak=cell.streak,
            members=None if cell.members is None else float(cell.members),
            ranked=cell.ranked,
            attainable=cell.attainable,
            priority=cell.priority,
        ),
    )


def listed_of(judged: JudgedCell, place: PlacedCell) -> LaggingCell:
    """A cell of the list as it is shown, from its stored row and its place."""
    found = place.known.ranked
    return LaggingCell(
        cell=judged.cell,
        reasons=judged.reasons,
        before=judged.before,
        streak=judged.facts.streak,
        members=judged.facts.members,
        ranked=replace(found, exposure=replace(found.exposure, unit=judged.cell.id)) if found else None,
        attainable=place.known.attainable,
    )
