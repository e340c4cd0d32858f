"""Base organisations by whether they admitted anybody since 1 January."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from data.forms.derived import BASES
from data.observations import Basis, Totals
from data.organisations.units import Level, Unit, UnitKind
from data.periods import Period
from data.sums.families.model import FormCounts, SourceColumns, StoredFamily, rows_of, units_below
from data.tables.leaf_rows import LeafRows

_MOVEMENT, _ADMISSION = BASES.reads_from
_ADMITTED, _EXCUSED = "admitted", "no_masses_left"


class BaseFamily(StoredFamily):
    """A row for each base organisation for which it is known whether it admitted somebody."""

    declared = BASES

    def rows(self, forms: FormCounts, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """Bases by the sums of their cells; on today's map, those that any cell of the period maps to."""
        candidates = units_below(forms.tree(period), Level.BASE, below)
        if forms.basis is Basis.TODAY:
            candidates = [base for base in candidates if forms.expected(_MOVEMENT, base.id, period.end)]
        predecessors = {base.id: forms.all_predecessors(base.id, period.end) for base in candidates}
        wanted = frozenset(predecessors).union(*predecessors.values())
        admitted, excused = forms.form(_MOVEMENT, _ADMITTED), forms.form(_ADMISSION, _EXCUSED)
        year = _BaseYear(
            movement={part: forms.totals(admitted, part, wanted) for part in period.to_date},
            admission=forms.totals(excused, period, wanted),
            expected=lambda base, part: forms.expected(_MOVEMENT, base, part.end),
            predecessors=predecessors.__getitem__,
        )
        return _determined(candidates, year)

    def columns(self, period: Period, opened: Sequence[Period], years: int) -> Sequence[SourceColumns]:
        """Admissions since 1 January, and whether any non-members are left to admit."""
        bases = frozenset({UnitKind.BASE_COMMITTEE, UnitKind.BASE_CELL})
        since_january = (
            SourceColumns(form=_MOVEMENT, measures=(_ADMITTED,), period=part, officials=bases)
            for part in period.to_date
        )
        return (*since_january, SourceColumns(form=_ADMISSION, measures=(_EXCUSED,), period=period))


@dataclass(frozen=True, kw_only=True)
class _BaseYear:
    """The year to date by base: B1 of each period, B2 of the last one.

    `expected` gives the number of a base's cells in a period, `predecessors` the units merged into a base and when.
    """

    movement: Mapping[Period, Mapping[int, Totals]]
    admission: Mapping[int, Totals]
    expected: Callable[[int, Period], int]
    predecessors: Callable[[int], Mapping[int, date]]

    @cached_property
    def _ends(self) -> Sequence[tuple[Period, date, Mapping[int, Totals]]]:
        return [(period, period.end, given) for period, given in self.movement.items()]

    @cached_property
    def _last(self) -> Period:
        return max(self.movement)

    def admitted(self, base: int) -> tuple[int | Fraction, bool]:
        """Admissions of a base and, until their mergers, of its predecessors; and whether all cells reported theirs."""
        admitted: int | Fraction = 0
        complete = True
        ends = {base: date.max, **self.predecessors(base)}.items()
        for period, end, given in self._ends:
            for unit, until in ends:
                totals = given.get(unit)
                if end >= until:
                    continue
                expected = self.expected(unit, period)
                if totals is None:
                    complete = complete and expected == 0
                    continue
                admitted += totals.sums[_ADMITTED]
                complete = complete and totals.reporting >= expected and _ADMITTED not in totals.blanks
        return admitted, complete

    def is_excused(self, base: int) -> bool:
        """Whether all its cells stated that they have no non-members left."""
        flagged, cells = self.admission.get(base), self.expected(base, self._last)
        return flagged is not None and cells > 0 and flagged.sums[_EXCUSED] >= cells


def _determined(candidates: Iterable[Unit], year: _BaseYear) -> LeafRows:
    """The base organisations for which it is known whether they admitted somebody since 1 January.

    A base with no admissions and a cell that did not report is undetermined and left out; one whose cells all have no
    non-members left is excused: it has a row, but counts neither way.
    """
    units: list[int] = []
    values: list[tuple[float, float]] = []
    for base in candidates:
        admitted, complete = year.admitted(base.id)
        excused = year.is_excused(base.id)
        if admitted or complete or excused:
            units.append(base.id)
            values.append((0.0, 0.0) if excused else (1.0, float(admitted == 0)))
    return rows_of(BASES, units, values)
