"""Cells by their rating in the yearly review."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from data.forms.derived import RATINGS
from data.organisations.shapes import Shape
from data.periods import Period
from data.sums.families.model import FormCounts, SourceColumns, StoredFamily, rows_of
from data.tables.form_tables import leaf_table
from data.tables.leaf_rows import LeafRows
from data.tables.leaves import as_of_clause
from data.tables.schema import submissions

_REVIEW = "B6", "cell_rating", "remedy_plan"
_RATED_AS = ("HTXSNV", "HTTNV", "HTNV", "KHTNV")


class RatingFamily(StoredFamily):
    """A row for each rated cell: its rating, and whether it has a remedy plan."""

    declared = RATINGS

    def rows(self, forms: FormCounts, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """All rated cells; official forms rate no cells."""
        return self.own_rows(forms, period)

    def own_rows(self, forms: FormCounts, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """The ratings in the rows of B6 in force."""
        table = leaf_table(forms.form(*_REVIEW))
        query = (
            select(table.c.unit_id, submissions.c.unit_id, table.c.cell_rating, table.c.remedy_plan)
            .join(submissions, submissions.c.id == table.c.submission_id)
            .where(table.c.period == period.code, as_of_clause(forms.as_of), table.c.cell_rating.is_not(None))
            .order_by(submissions.c.id)
        )
        if units is not None:
            near = {*units, *forms.registry.outside(period.end)}
            query = query.where(table.c.unit_id.in_(sorted(near)))
        rated = forms.connection.execute(query).all()
        shape = Shape(forms.registry, period.end)
        found: dict[int, set[tuple[str, bool]]] = {}
        for row in shape.counted([(row[0], row[1]) for row in rated]):
            unit, _, rating, remedy = rated[row]
            place = shape.place(unit)
            if place is not None and not place.successors:
                found.setdefault(place.unit, set()).add((rating, bool(remedy)))
        # Cells that were merged have a rating together only if they were rated alike.
        alike = {unit: ratings.pop() for unit, ratings in found.items() if len(ratings) == 1}
        wanted = [unit for unit in alike if units is None or unit in units]
        values = [(1, *(alike[unit][0] == choice for choice in _RATED_AS), alike[unit][1]) for unit in wanted]
        return rows_of(RATINGS, wanted, values)

    def columns(self, period: Period, opened: Sequence[Period], years: int) -> Sequence[SourceColumns]:
        """The rating and the remedy plan."""
        form, *measures = _REVIEW
        return (SourceColumns(form=form, measures=measures, period=period),)
