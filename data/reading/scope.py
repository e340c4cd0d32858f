"""A viewer's scope of the store: branch, periods and settings, within which every query is answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Self

from sqlalchemy import select

from data.forms.b1_movement import B1
from data.forms.vocabulary import Vocabulary
from data.language import UserError
from data.messages import sentence
from data.organisations.units import Registry, Tree, Unit
from data.periods import Frequency, Period
from data.reading.known_changes import KnownChanges, Seen
from data.reading.reads import Senders, UnrecordedReads, note
from data.reading.registries import RegistryCache
from data.sums.disclosure import Disclosure
from data.sums.due_returns import read_history_periods
from data.tables.current import has_returns
from data.tables.engine import Connects
from data.tables.opened import OpenedPeriod, read_opened
from data.tables.schema import settings
from data.viewers import OutOfScope, Viewer


class UnknownUnit(UserError, LookupError):
    """No organisation has that code."""


class ScopedReader:
    """Reads for one viewer, now or as of an instant; nothing outside the viewer's branch exists for it."""

    def __init__(
        self,
        engine: Connects,
        vocabulary: Vocabulary,
        viewer: Viewer,
        as_of: datetime | None = None,
        registries: RegistryCache | None = None,
        disclosure: Disclosure | None = None,
        changes: KnownChanges | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.viewer = viewer
        self.as_of = as_of
        # What belongs to every answer is read from `_frame`; a method that reads more says what, or is taken to have
        # read everything.
        self._frame, self._engine = engine, UnrecordedReads(engine)
        self._registries = registries or RegistryCache()
        self._changes = changes or KnownChanges()
        self._disclosure = disclosure or Disclosure()
        self._suppressed: dict[Period, frozenset[int]] = {}

    def at(self, as_of: datetime) -> Self:
        """The same reader as of an instant: of the same database."""
        known = self._registries, self._disclosure, self._changes
        return type(self)(self._frame, self.vocabulary, self.viewer, as_of, *known)

    @cached_property
    def seen(self) -> Seen:
        """The last changes before this reader read anything that is said to be read at their state."""
        with self._frame.connect() as connection:
            return self._changes.seen(connection)

    @cached_property
    def version(self) -> int:
        """Increases with every change of what the viewer may see; the entry of the last one in the log."""
        newest = self.seen.newest_of(None, self._own_senders)
        # What is suppressed for it depends on the members of units that it may not see.
        return newest if self.viewer.sees_small_numbers else max(newest, self.seen.newest_of(B1.code, None))

    @cached_property
    def latest_news(self) -> int:
        """The last change that the viewer is told of: of returns, none that was sent outside its branch."""
        own = self.registry.ids.get(self.viewer.unit) if self.viewer.unit else None
        lines = self._registries.reporting_lines(self.registry)
        return self.seen.newest_of(None, None if own is None else lines.senders(own) or None)

    @cached_property
    def _own_senders(self) -> Senders:
        """The senders whose returns may count in the viewer's branch; None: all."""
        own = self.registry.ids.get(self.viewer.unit) if self.viewer.unit else None
        return None if own is None else self._senders_behind((own,))

    def _senders_behind(self, units: Iterable[int]) -> Senders:
        return self._registries.reporting_lines(self.registry).behind(units)

    def _note_own(self, forms: Iterable[str] | None = None) -> None:
        """Notes that forms (None: all) of the viewer's whole branch are read."""
        note(forms, self._own_senders)

    def _note_sums(self, sources: Iterable[str], units: Iterable[int]) -> None:
        """Notes that sums of some sources are read, or what they are summed from."""
        derived, senders, own = self.vocabulary.derived, self._senders_behind(units), self._own_senders
        if own is not None:
            senders = own if senders is None else senders & own  # of units above the viewer's it sees nothing
        for source in sources:
            # Obligations are counted from the returns of all forms.
            note((source,) if source not in derived else derived[source].reads_from or None, senders)

    @cached_property
    def is_sample(self) -> bool:
        """Whether the store holds the sample province."""
        return self._setting("sample") == "1"

    @cached_property
    def registry(self) -> Registry:
        """The complete registry in force; pages use `tree`, the viewer's branch of it."""
        with self._frame.connect() as connection:
            return self._registries.get(connection, self.as_of)

    @cached_property
    def _current_registry(self) -> Registry:
        if self.as_of is None:
            return self.registry
        with self._frame.connect() as connection:
            return self._registries.get(connection, None)

    def tree(self, day: date | None = None) -> Tree:
        """The viewer's branch on a day (default: today)."""
        whole = self.registry.at(day or self.today())
        if self.viewer.unit is None:
            return whole
        root = whole.by_code.get(self.viewer.unit)
        return whole.branch(root.id) if root else Tree({}, None)

    def root(self) -> Unit:
        """The root of the viewer's tree.

        Raises:
            UnknownUnit: there is no registry yet, or it does not contain the viewer's unit.
        """
        found = self.tree().root
        if found is None:
            raise UnknownUnit(sentence("unit.no_registry"))
        return found

    def _unit_id(self, code: str) -> int:
        """The id of the unit with that code, or -1.

        Raises:
            OutOfScope: it never belonged to the viewer's branch.
        """
        return self.unit(code).id if code in self.registry.ids else -1

    def unit(self, code: str) -> Unit:
        """The latest spell of the unit with that code.

        Raises:
            UnknownUnit: no unit has or ever had that code.
            OutOfScope: it never belonged to the viewer's branch.
        """
        unit = self.registry.latest(self.registry.ids.get(code, -1))
        if unit is None:
            raise UnknownUnit(sentence("unit.unknown", code=code))
        if not self.may_see(unit.id):
            raise OutOfScope(sentence("may_not.see_unit", name=self.viewer.name, code=code))
        return unit

    def may_see(self, unit: int) -> bool:
        """Whether the unit with that id ever belonged to the viewer's branch."""
        if self.viewer.unit is None:
            return True
        days = {spell.valid_from for spell in self.registry.spells_of.get(unit, ())}
        return any(self._visible(unit, day) for day in (*days, self._today))

    def _visible(self, unit: int, day: date) -> bool:
        if self.viewer.unit is None:
            return True
        tree = self.registry.at(day)
        branch = tree.by_code.get(self.viewer.unit)
        return branch is not None and (unit == branch.id or branch.id in {u.id for u in tree.ancestors(unit)})

    def opened(self, frequency: Frequency | None = None) -> tuple[Period, ...]:
        """The periods opened for returns, closed ones included, oldest first."""
        return tuple(p for p in self._opened if frequency is None or p.frequency is frequency)

    @cached_property
    def current_period(self) -> Period | None:
        """The latest opened period that a return is in force for, else the latest opened; None if none was opened.

        A period opened in advance is not spoken of before anything is known of it.
        """
        with self._frame.connect() as connection:
            for period in reversed(self._opened):
                if has_returns(connection, self.vocabulary, period, self.as_of):
                    return period
        return self._opened[-1] if self._opened else None

    @cached_property
    def opened_periods(self) -> Mapping[Period, OpenedPeriod]:
        """The periods that the Board opened, closed ones included, oldest first; the viewer's own due days only."""
        with self._frame.connect() as connection:
            found = read_opened(connection, self.as_of)
        if self.viewer.unit is None:
            return found
        return {period: self._own_view(opened) for period, opened in found.items()}

    def _own_view(self, opened: OpenedPeriod) -> OpenedPeriod:
        ids, day = self.registry.ids, opened.period.end
        own = {code: due for code, due in opened.unit_dues.items() if code in ids and self._visible(ids[code], day)}
        return replace(opened, unit_dues=own)

    @cached_property
    def _opened(self) -> tuple[Period, ...]:
        return tuple(period for period, opened in self.opened_periods.items() if opened.collects_returns)

    @cached_property
    def _history_periods(self) -> frozenset[Period]:
        with self._frame.connect() as connection:
            return read_history_periods(connection, self.as_of)

    def history(self) -> tuple[Period, ...]:
        """Periods of the historical series and of official forms, for which nothing is due, oldest first."""
        return tuple(sorted(self._history_periods))

    def today(self) -> date:
        """The last day of the latest period, so that a store of past years does not show everything as late."""
        return self._today

    @cached_property
    def _today(self) -> date:
        periods = (*self._opened, *self.history())
        return max((period.end for period in periods), default=date(1997, 1, 1))

    def _setting(self, code: str) -> str | None:
        with self._frame.connect() as connection:
            return connection.execute(select(settings.c.value).where(settings.c.code == code)).scalar()
