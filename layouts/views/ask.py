"""One reader's question: for which unit and period, as known when, on which map."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlencode

from data.forms.vocabulary import Vocabulary
from data.incoming.uploads import UnknownUpload
from data.language import Language
from data.observations import Basis
from data.organisations.units import Tree, Unit
from data.people.follow_ups import UnknownFollowUp
from data.periods import Frequency, Period, PeriodError
from data.reading.queries import Reader, UnknownUnit
from data.viewers import OutOfScope, Role
from data.writing.store import Store
from indicators.answers.cache import AnswerCache
from indicators.catalogue.lookup import catalogue_of
from indicators.values.model import Catalogue
from layouts.text import both
from layouts.words.formats import OFFICE_TIME_ZONE

Answer = TypeVar("Answer")
COMMON = ("unit", "period", "as_of", "basis")
ADDRESS_ERRORS = (UnknownUnit, UnknownFollowUp, UnknownUpload, PeriodError)


@dataclass(frozen=True)
class Ask:
    """One reader's question, as the frame's controls put it: `unit`, `period`, `as_of` and `basis`, within its rights.

    What only one page asks stands in `query`.
    """

    store: Store
    reader: Reader
    query: Mapping[str, str]
    language: Language
    cache: AnswerCache

    @property
    def vocabulary(self) -> Vocabulary:
        """The forms, measures and derived counts that there are."""
        return self.reader.vocabulary

    @property
    def catalogue(self) -> Catalogue:
        """The indicators that there are."""
        return catalogue_of(self.reader.vocabulary)

    @cached_property
    def tree(self) -> Tree:
        """The reader's branch today."""
        return self.reader.tree()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return self.tree.root is None or not self.periods

    @cached_property
    def unit(self) -> Unit:
        """The unit that the address names, else the root of the reader's tree.

        Raises:
            UnknownUnit: no such unit.
            OutOfScope: it is none of the reader's.
        """
        code = self.query.get("unit")
        return self.reader.unit(code) if code else self.reader.root()

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Periods to choose from, oldest first: the opened ones, and the years that these or the history make up."""
        opened = self.reader.opened()
        years = {p.whole_year for p in opened if p.frequency is Frequency.YEAR or p.end == p.whole_year.end}
        return tuple(sorted({*opened, *years, *self.reader.history()}))

    @cached_property
    def period(self) -> Period:
        """The period that the address names, else the latest.

        Raises:
            PeriodError: the address names something that is none.
        """
        code = self.query.get("period")
        if code:
            return Period.parse(code)
        opened = self.reader.opened()
        return opened[-1] if opened else self.periods[-1]

    def at_instant(self, instant: datetime) -> Ask:
        """The same question, answered by what was known at an instant."""
        return replace(self, reader=self.store.reader(self.reader.viewer, instant))

    def require_role(self, *roles: Role) -> None:
        """Refuses everybody else.

        Raises:
            OutOfScope: the reader has none of the roles.
        """
        if self.reader.viewer.role not in roles:
            raise OutOfScope(both("notice.may_not_see_page", name=self.reader.viewer.name))

    @property
    def as_of(self) -> datetime | None:
        """The instant whose knowledge is asked for; None is now."""
        return self.reader.as_of

    @property
    def basis(self) -> Basis:
        """Whether values are summed over the tree of their own period, or over today's."""
        return Basis.TODAY if self.query.get("basis") == Basis.TODAY else Basis.REPORTED

    def cached(self, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        """`compute()`, kept by the data's version, the reader's scope, the instant and the language."""
        scope = (
            self.reader.version,
            self.reader.viewer.unit,
            self.reader.viewer.role,
            self.reader.as_of,
            self.language,
        )
        return self.cache.get((scope, key), compute)

    def address(self, path: str, **changes: str | None) -> str:
        """A link to a page with the same unit, period and instant, but for `changes`."""
        wanted = {key: self.query.get(key) for key in COMMON} | changes
        given = {key: value for key, value in wanted.items() if value}
        return f"{path}?{urlencode(given)}" if given else path


def parse_as_of(text: str | None) -> datetime | None:
    """The instant that an `as_of` means: an ISO instant, or the end of a day in the office's time zone.

    Raises:
        PeriodError: it is neither.
    """
    if not text:
        return None
    try:
        if len(text) == len("2020-10-20"):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59, 999999), OFFICE_TIME_ZONE).astimezone(
                UTC
            )
        given = datetime.fromisoformat(text)
    except ValueError:
        raise PeriodError(both("notice.no_instant", text=text)) from None
    return given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=OFFICE_TIME_ZONE).astimezone(UTC)
