"""What returns were accepted, corrected or withdrawn since an instant, and in whose branches sums differ by that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, or_, select

from data.forms.vocabulary import Vocabulary
from data.organisations.units import Registry
from data.periods import Period
from data.sums.rollup import Sums
from data.sums.substitutes import component_periods, official_forms_for, official_periods
from data.tables.engine import Connects
from data.tables.form_tables import leaf_table
from data.tables.leaves import as_of_clause
from data.tables.schema import submissions

_MAX_IN_CLAUSE = 5_000  # units that a query lists one by one


@dataclass(frozen=True)
class ChangesSince:
    """The changes since `as_of`, read once and shared; `current` is the registry in force now, `registry` that of then.

    With no `as_of` nothing has changed. `sums` caches those of changed branches, by source, measures and period.
    """

    engine: Connects
    vocabulary: Vocabulary
    registry: Registry
    current: Registry
    as_of: datetime | None
    sums: dict[tuple[str, tuple[str, ...], Period], Sums] = field(default_factory=dict, repr=False)
    _branches: dict[tuple[tuple[str, ...], Period], frozenset[int] | None] = field(default_factory=dict, repr=False)

    @cached_property
    def senders(self) -> Mapping[tuple[str, str], frozenset[int]]:
        """Who sent what changed, by form and period code."""
        if self.as_of is None:
            return {}
        query = select(submissions.c.form, submissions.c.period, submissions.c.unit_id).where(
            or_(submissions.c.accepted_at > self.as_of, submissions.c.superseded_at > self.as_of)
        )
        found: dict[tuple[str, str], set[int]] = {}
        with self.engine.connect() as connection:
            for form, period, unit in connection.execute(query.distinct()):
                found.setdefault((form, period), set()).add(unit)
        return {key: frozenset(units) for key, units in found.items()}

    @cached_property
    def official_periods(self) -> Mapping[str, frozenset[Period]]:
        """The periods for which official forms were ever accepted, by the source that they provide counts for."""
        with self.engine.connect() as connection:
            return official_periods(connection, self.vocabulary)

    def has_official_forms(self, source: str, period: Period) -> bool:
        """Whether official forms ever gave counts of a source for a period."""
        return period in self.official_periods.get(source, ())

    def reach(self, form: str, period: Period) -> bool:
        """Whether a form's counts have changed; with official forms, returns of sub-periods affect them too."""
        parts = (
            component_periods(self.vocabulary.stored[form], period)
            if self.has_official_forms(form, period)
            else (period,)
        )
        changed = {(form, part.code) for part in parts} | {(form, "")}
        changed |= {(code, period.code) for code in official_forms_for(self.vocabulary, form)}
        return not changed.isdisjoint(self.senders) or any(map(self.has_other_tree, parts))

    def has_other_tree(self, period: Period) -> bool:
        """Whether another registry places the returns of a period by now."""
        return not self.registry.places_alike(self.current, period.end)

    def branches(self, forms: tuple[str, ...], period: Period) -> frozenset[int] | None:
        """The senders in whose branches, and above them, sums of some forms up to a period differ from those stored.

        None where they may differ anywhere: rows count elsewhere than below their sender, official forms or another
        registry take part, or the tree changed since 1 January.
        """
        if (forms, period) not in self._branches:
            self._branches[forms, period] = self._find(forms, period)
        return self._branches[forms, period]

    def _find(self, forms: tuple[str, ...], period: Period) -> frozenset[int] | None:
        parts, tree = period.to_date, self.registry.at(period.end)
        if any(self.has_other_tree(part) or self.registry.at(part.end).shape != tree.shape for part in parts):
            return None
        if any((form, "") in self.senders or self.has_official_forms(form, part) for form in forms for part in parts):
            return None
        changed = {
            key: self.senders[key] for form in forms for part in parts if (key := (form, part.code)) in self.senders
        }
        senders = frozenset().union(*changed.values())
        if not senders:
            return senders
        if not senders <= {unit.id for unit in tree.senders}:
            return None
        within = {below.id for sender in senders for below in tree.within(sender)}
        if len(within) > _MAX_IN_CLAUSE:
            return None
        with self.engine.connect() as connection:
            rows_stay = all(
                self._rows_stay(connection, form, part, changed.get((form, part.code), ()), within)
                for form in forms
                for part in parts
            )
        return senders if rows_stay else None

    def _rows_stay(
        self, connection: Connection, form: str, period: Period, senders: Collection[int], within: Iterable[int]
    ) -> bool:
        """Whether all rows of a form and period count in the tree, those of some senders within some units."""
        table = leaf_table(self.vocabulary.stored[form])
        outside = self.registry.outside(period.end) | self.current.outside(period.end)
        if len(outside) > _MAX_IN_CLAUSE:
            return False
        rows = select(table.c.unit_id).where(table.c.period == period.code).limit(1)
        strays = [rows.where(table.c.unit_id.in_(sorted(outside)))] if outside else []
        if senders:
            in_force = or_(as_of_clause(None), as_of_clause(self.as_of))
            sent = rows.join(submissions, submissions.c.id == table.c.submission_id).where(
                submissions.c.form == form,
                submissions.c.period == period.code,
                submissions.c.unit_id.in_(sorted(senders)),
                in_force,
            )
            strays.append(sent.where(table.c.unit_id.not_in(sorted(within))))
        return all(connection.execute(query).first() is None for query in strays)
