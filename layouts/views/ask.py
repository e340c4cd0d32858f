"""A reader's request: unit, period, as-of instant and basis, within the reader's scope."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from data.forms.vocabulary import Vocabulary
from data.incoming.uploads import UnknownUpload
from data.language import Language
from data.observations import Basis
from data.office_time import end_of, localised
from data.organisations.units import Tree, Unit
from data.people.follow_ups import UnknownFollowUp
from data.periods import Frequency, Period, PeriodError
from data.reading.queries import Reader, UnknownUnit
from data.reading.reads import is_recorded
from data.viewers import OutOfScope, Role, Viewer
from data.writing.store import Store
from indicators.answers.cache import AnswerCache
from indicators.catalogue.lookup import catalogue_of
from indicators.values.model import Catalogue
from layouts.text import both

Answer = TypeVar("Answer")
Given = ParamSpec("Given")
COMMON = ("unit", "period", "as_of", "basis")
ADDRESS_ERRORS = (UnknownUnit, UnknownFollowUp, UnknownUpload, PeriodError)


@dataclass(frozen=True, eq=False)
class Asked:
    """A question that a reader asked for one answer, to be asked again."""

    viewer: Viewer
    as_of: datetime | None
    query: tuple[tuple[str, str], ...]
    language: Language
    key: Hashable
    compute: Callable[[Ask], object]

    def again(self, store: Store, cache: AnswerCache) -> None:
        """Asks it once more, in the same scope."""
        reader = store.reader(self.viewer, self.as_of)
        asked = Ask(store, reader, dict(self.query), self.language, cache, by_itself=True)
        cache.get(self.key, reader.seen, lambda: self.compute(asked))


@dataclass(frozen=True)
class Ask:
    """A reader's request from the frame's controls: `unit`, `period`, `as_of` and `basis`, within the reader's scope.

    Parameters of a single page are in `query`. What the server asks `by_itself` does not count as asked by a reader.
    """

    store: Store
    reader: Reader
    query: Mapping[str, str]
    language: Language
    cache: AnswerCache
    by_itself: bool = False

    def __post_init__(self) -> None:
        # What the reader keeps for itself must not be older than what its answers are said to be made from.
        _ = self.reader.seen

    @property
    def vocabulary(self) -> Vocabulary:
        """The forms, measures and derived counts in force."""
        return self.reader.vocabulary

    @property
    def catalogue(self) -> Catalogue:
        """The indicators in force."""
        return catalogue_of(self.reader.vocabulary)

    @cached_property
    def tree(self) -> Tree:
        """The reader's branch today."""
        return self.reader.tree()

    @property
    def is_empty(self) -> bool:
        """Whether the store has no data to show yet."""
        return self.tree.root is None or not self.periods

    @cached_property
    def unit(self) -> Unit:
        """The unit in the URL, else the root of the reader's tree.

        Raises:
            UnknownUnit: no such unit.
            OutOfScope: the unit is outside the reader's scope.
        """
        code = self.query.get("unit")
        return self.reader.unit(code) if code else self.reader.root()

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Selectable periods, oldest first: open ones, and the years covered by them or by the historical series."""
        opened = self.reader.opened()
        years = {p.whole_year for p in opened if p.frequency is Frequency.YEAR or p.end == p.whole_year.end}
        return tuple(sorted({*opened, *years, *self.reader.history()}))

    @cached_property
    def period(self) -> Period:
        """The period in the URL, else the latest that returns came for.

        Raises:
            PeriodError: not a period.
        """
        code = self.query.get("period")
        if code:
            return Period.parse(code)
        return self.reader.current_period or self.periods[-1]

    def at_instant(self, instant: datetime) -> Ask:
        """The same request as of an instant."""
        return replace(self, reader=self.reader.at(instant))

    def require_role(self, *roles: Role) -> None:
        """Requires one of the roles.

        Raises:
            OutOfScope: the reader has none of the roles.
        """
        if self.reader.viewer.role not in roles:
            raise OutOfScope(both("notice.may_not_see_page", name=self.reader.viewer.name))

    @property
    def as_of(self) -> datetime | None:
        """The as-of instant; None is now."""
        return self.reader.as_of

    @property
    def basis(self) -> Basis:
        """Whether values are summed over the tree of their own period, or over today's."""
        return Basis.TODAY if self.query.get("basis") == Basis.TODAY else Basis.REPORTED

    def answered(
        self, function: Callable[Concatenate[Reader, Given], Answer], *args: Given.args, **kwargs: Given.kwargs
    ) -> Answer:
        """What a module's function says of the data in the reader's scope and at its instant, kept while it holds."""
        key = (function, args, tuple(sorted(kwargs.items())))
        return self._kept(key, lambda asked: function(asked.reader, *args, **kwargs))

    def cached(
        self, function: Callable[Concatenate[Ask, Given], Answer], *args: Given.args, **kwargs: Given.kwargs
    ) -> Answer:
        """The same of a function that asks further questions: of this one it may use no more than what it is given."""
        key = (function, args, tuple(sorted(kwargs.items())), self.language)
        return self._kept(key, lambda asked: function(asked, *args, **kwargs))

    def cached_whole(
        self, function: Callable[Concatenate[Ask, Given], Answer], *args: Given.args, **kwargs: Given.kwargs
    ) -> Answer:
        """The same of a function that may use all of this question, and know who asks."""
        whole = (self.reader.viewer, tuple(sorted(self.query.items())), self.language)
        key = (function, args, tuple(sorted(kwargs.items())), whole)
        return self._kept(key, lambda asked: function(asked, *args, **kwargs))

    def _kept(self, key: Hashable, compute: Callable[[Ask], Answer]) -> Answer:
        viewer, as_of = self.reader.viewer, self.reader.as_of
        key = (viewer.unit, viewer.role, as_of, key)
        origin = None
        if not self.by_itself and not is_recorded():
            origin = Asked(viewer, as_of, tuple(self.query.items()), self.language, key, compute)
        return self.cache.get(key, self.reader.seen, lambda: compute(self), origin)

    def address(self, path: str, **changes: str | None) -> str:
        """A link to a page for the same request, with `changes` to its parameters."""
        wanted = {key: self.query.get(key) for key in COMMON} | changes
        given = {key: value for key, value in wanted.items() if value}
        return f"{path}?{urlencode(given)}" if given else path


def parse_as_of(text: str | None) -> datetime | None:
    """Parses an `as_of`: an ISO instant, or the end of a day in the office's time zone.

    Raises:
        PeriodError: neither.
    """
    if not text:
        return None
    try:
        if len(text) == len("2020-10-20"):
            return end_of(date.fromisoformat(text)).astimezone(UTC)
        given = datetime.fromisoformat(text)
    except ValueError:
        raise PeriodError(both("notice.no_instant", text=text)) from None
    return localised(given).astimezone(UTC)
