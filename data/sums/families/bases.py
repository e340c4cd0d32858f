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
    """A row for each base organisation of which one can tell whether it admitted somebody."""

    declared = BASES

    def rows(self, forms: FormCounts, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """Bases by the sums of their cells; on today's map those for which any cell stood then."""
        candidates = units_below(forms.tree(period), Level.BASE, below)
        if forms.basis is Basis.TODAY:
            candidates = [base for base in candidates if forms.expected(_MOVEMENT, base.id, period.end)]
        into = {base.id: forms.went_into(base.id, period.end) for base in candidates}
        wanted = frozenset(into).union(*into.values())
        admitted, excused = forms.form(_MOVEMENT, _ADMITTED), forms.form(_ADMISSION, _EXCUSED)
        year = _BaseYear(
            movement={part: forms.totals(admitted, part, wanted) for part in period.to_date},
            admission=forms.totals(excused, period, wanted),
            expected=lambda base, part: forms.expected(_MOVEMENT, base, part.end),
            forebears=into.__getitem__,
        )
        return _told(candidates, year)

    def columns(self, period: Period, opened: Sequence[Period], years: int) -> Sequence[SourceColumns]:
        """Admissions since 1 January, and whether anybody is left to admit."""
        bases = frozenset({UnitKind.BASE_COMMITTEE, UnitKind.BASE_CELL})
        since_january = (
            SourceColumns(form=_MOVEMENT, measures=(_ADMITTED,), period=part, officials=bases)
            for part in period.to_date
        )
        return (*since_january, SourceColumns(form=_ADMISSION, measures=(_EXCUSED,), period=period))


@dataclass(frozen=True, kw_only=True)
class _BaseYear:
    """A year so far, base by base: B1 of each period, B2 of the last one.

    `expected` gives the cells of a base in a period, `forebears` what went into a base, with the day on which it did.
    """

    movement: Mapping[Period, Mapping[int, Totals]]
    admission: Mapping[int, Totals]
    expected: Callable[[int, Period], int]
    forebears: Callable[[int], Mapping[int, date]]

    @cached_property
    def _ends(self) -> Sequence[tuple[Period, date, Mapping[int, Totals]]]:
        return [(period, period.end, given) for period, given in self.movement.items()]

    @cached_property
    def _last(self) -> Period:
        return max(self.movement)

    def admitted(self, base: int) -> tuple[int | Fraction, bool]:
        """Admissions of a base and of what went into it, as long as that was apart; whether all cells gave theirs."""
        admitted: int | Fraction = 0
        complete = True
        apart = {base: date.max, **self.forebears(base)}.items()
        for period, end, given in self._ends:
            for unit, until in apart:
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
        """Whether all its cells said that they have no non-members left."""
        flagged, cells = self.admission.get(base), self.expected(base, self._last)
        return flagged is not None and cells > 0 and flagged.sums[_EXCUSED] >= cells


def _told(candidates: Iterable[Unit], year: _BaseYear) -> LeafRows:
    """Each base organisation of which one can tell whether it admitted somebody since 1 January.

    A base with none admitted and a cell that did not report cannot be told, and is left out; one whose cells all
    have no non-members left is excused: it counts as told, and as neither.
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
