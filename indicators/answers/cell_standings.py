"""The rule by which the store keeps how each cell stands: what a row says of a cell, and a cell from its row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from data.organisations.units import LEVELS, Level, Tree, Unit, UnitKind
from data.periods import Period
from data.reading.queries import Reader
from data.sums.streaks import CellRecord
from data.tables.standings import COUNTED, CellStanding
from data.vietnamese.ordering import sort_key
from data.vietnamese.search import plain
from indicators.answers.cell_list import CellKind, CellTotals, ListCounts
from indicators.answers.judged_cells import COMPARED, JudgedCell, Judgement
from indicators.methods.lagging import FIRST_LOOK, LONGEST_STREAK
from indicators.methods.reasons import CellFacts, ListChange, Reason, course, reported

_NO_YEARS = "-"  # an empty text is one undetermined year
_BITS: Mapping[Reason, int] = {reason: 1 << place for place, reason in enumerate(Reason)}


def bits_of(found: Iterable[Reason]) -> int:
    """Reasons as bits."""
    return sum(_BITS[reason] for reason in found)


def reasons_of(bits: int) -> tuple[Reason, ...]:
    """Reasons from bits."""
    return _REASONS[bits]


_REASONS = tuple(tuple(reason for reason in Reason if bits & _BITS[reason]) for bits in range(1 << len(Reason)))


class CellStandingRule:
    """Implements `data.writing.standings.StandingRule`."""

    code = "1"
    """Changes with what is stored for the same returns: stores opened afterwards make their standings anew."""
    reads = COMPARED
    plans = frozenset({"admissions"})
    years_back = LONGEST_STREAK

    def judge(
        self,
        reader: Reader,
        period: Period,
        cells: Collection[int] | None,
        before: Mapping[int, int] | None,
    ) -> tuple[Sequence[CellStanding], bool]:
        """The rows of some cells or of all, and whether a verdict may have used the province's season.

        `before`: the stored bits of the period before, None where they are not stored.
        """
        known = None if before is None else {cell: reasons_of(bits) for cell, bits in before.items()}
        judgement = Judgement(reader, period, None if cells is None else frozenset(cells), known)
        places, years = _Places(reader.tree(period.end)), judgement.limits.years
        rows = [_row(judged, places, years) for judged in judgement.cells()]
        return rows, judgement.borrows

    def counts(self, row: CellStanding) -> tuple[int, ...]:
        """What a cell counts for, in the order of `data.tables.standings.COUNTED`."""
        key = row.reasons, row.before
        if key not in _COUNTS:
            _COUNTS[key] = _counts(*key)
        return _COUNTS[key]


RULE = CellStandingRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCounts:
    """The counts of a unit's list, and how many of its cells are listed for each reason."""

    counts: ListCounts
    reasons: Mapping[Reason, int]


def stored_counts(reader: Reader, period: Period, units: Collection[int]) -> Mapping[int, UnitCounts] | None:
    """The counts of some units above cells, as stored; those without cells are left out. None: they must be counted."""
    found = reader.standing_counts(period, RULE.code, RULE.reads.keys(), units)
    return None if found is None else {unit: _unit_counts(counts) for unit, counts in found.items()}


def _unit_counts(given: Sequence[int]) -> UnitCounts:
    counted = dict(zip(COUNTED, given, strict=True))
    lagging = counted["new"] + counted["still"] + counted["uncompared"]
    return UnitCounts(
        counts=ListCounts(
            totals=CellTotals(**{name: counted[name] for name in ("cells", "reported", "compared")}),
            first=min(lagging, FIRST_LOOK),
            lagging=lagging,
            **{name: counted[name] for name in ("new", "still", "uncompared", "recovered", "missing")},
        ),
        reasons={reason: counted[reason.value] for reason in Reason},
    )


_COUNTS: dict[tuple[int, int | None], tuple[int, ...]] = {}


def _counts(bits: int, bits_before: int | None) -> tuple[int, ...]:
    now, before = reasons_of(bits), None if bits_before is None else reasons_of(bits_before)
    is_there, change = reported(now), course(now, before)
    how = (
        True,
        is_there,
        is_there and reported(before),
        change is ListChange.NEW,
        change is ListChange.STILL,
        is_there and bool(now) and change is None,
        change is ListChange.RECOVERED,
        not is_there,
    )
    return tuple(map(int, (*how, *(counts_for(reason, now) for reason in Reason))))


def counts_for(reason: Reason, now: Collection[Reason]) -> bool:
    """Whether a cell is counted for a reason: a missing return only for that, a lagging cell for the others."""
    return reason in now and reported(tuple(now)) == (reason is not Reason.RETURN_MISSING)


class _Places:
    """The place of each cell in a tree, and its sort keys."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._keys: dict[int, bytes] = {}

    def key(self, unit: Unit | None) -> bytes | None:
        """The sort key of a unit's name."""
        if unit is None:
            return None
        if unit.id not in self._keys:
            self._keys[unit.id] = sort_key(unit.name)
        return self._keys[unit.id]

    def above(self, cell: Unit) -> tuple[Unit | None, Unit | None]:
        """The base organisation and the district of a cell."""
        return place_of(self._tree, cell)


def place_of(tree: Tree, cell: Unit) -> tuple[Unit | None, Unit | None]:
    """The base organisation and the district of a cell; it may itself be the one."""
    line = (cell, *tree.ancestors(cell.id))
    base, district = (
        next((unit for unit in line if unit.kind in LEVELS[level]), None) for level in (Level.BASE, Level.DISTRICT)
    )
    return base, district


def kind_of(cell: Unit) -> CellKind:
    """The kind of a cell."""
    if cell.kind is UnitKind.BASE_CELL:
        return CellKind.BASE_CELL
    return CellKind.RESIDENTIAL if cell.residential else CellKind.OTHER


def search_text(cell: Unit, base: Unit | None) -> str:
    """The text in which a cell is sought: its name and code, and its base organisation."""
    return plain(f"{cell.name} {cell.code} {base.name if base else ''}")


def _row(judged: JudgedCell, places: _Places, years: int) -> CellStanding:
    cell, facts, record = judged.cell, judged.facts, judged.record
    base, district = places.above(cell)
    return CellStanding(
        unit=cell.id,
        base=base.id if base else None,
        district=district.id if district else None,
        kind=kind_of(cell).value,
        code_key=cell.code.encode(),
        name_key=sort_key(cell.name),
        base_key=places.key(base),
        district_key=places.key(district),
        sought=search_text(cell, base),
        reasons=bits_of(judged.reasons),
        before=None if judged.before is None else bits_of(judged.before),
        streak=facts.streak,
        years=None if record is None else _stored_years(record.years),
        excused=None if record is None else record.excused,
        admitted=admitted_over(record, years),
        members=_whole(facts.members),
        heads=_whole(facts.heads),
        heads_members=_whole(facts.heads_members),
        dossiers_due=_whole(facts.dossiers_due),
        dossiers_complete=_whole(facts.dossiers_complete),
        failed=facts.failed,
        behind=facts.behind,
    )


def admitted_over(record: CellRecord | None, years: int) -> int | None:
    """A cell's admissions over the last complete years; None where one is undetermined or it is younger."""
    last = record.years[:years] if record else ()
    return sum(count or 0 for count in last) if len(last) == years and None not in last else None


def judged_of(row: CellStanding, cell: Unit) -> JudgedCell:
    """A cell as it is stored."""
    return JudgedCell(
        cell=cell,
        facts=CellFacts(
            returned=reported(reasons_of(row.reasons)),
            streak=row.streak,
            members=_exact(row.members),
            behind=row.behind,
            heads=_exact(row.heads),
            heads_members=_exact(row.heads_members),
            failed=row.failed,
            dossiers_due=_exact(row.dossiers_due),
            dossiers_complete=_exact(row.dossiers_complete),
        ),
        record=None
        if row.years is None
        else CellRecord(unit=row.unit, excused=bool(row.excused), years=_years(row.years)),
        reasons=reasons_of(row.reasons),
        before=None if row.before is None else reasons_of(row.before),
    )


def _record(row: CellStanding) -> CellRecord | None:
    if row.years is None:
        return None
    return CellRecord(unit=row.unit, excused=bool(row.excused), years=_years(row.years))


@cache  # counts of cells are small and recur
def _exact(count: int | None) -> Fraction | None:
    return None if count is None else Fraction(count)


def _stored_years(years: Sequence[int | None]) -> str:
    return ",".join("" if count is None else str(count) for count in years) if years else _NO_YEARS


@cache
def _years(stored: str) -> tuple[int | None, ...]:
    return tuple(int(count) if count else None for count in stored.split(",")) if stored != _NO_YEARS else ()


def _whole(count: Fraction | None) -> int | None:
    """What a cell reported is a whole number."""
    if count is None:
        return None
    if count.denominator != 1:
        raise ValueError(f"{count} of a cell: as reported, counts of cells are whole")
    return count.numerator
