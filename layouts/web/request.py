"""What a request is about: who asks, for which unit and period, as known when; from the address and the session."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from threading import Lock
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qsl, urlencode

from dash import html
from dash.development.base_component import Component
from flask import current_app, has_request_context
from flask_login import current_user

from data.incoming.uploads import UnknownUpload
from data.language import Language, Text
from data.mappings import FoundHeader, HeaderChoice
from data.observations import Basis
from data.organisations.units import Tree, Unit
from data.people.follow_ups import UnknownFollowUp
from data.periods import Frequency, Period, PeriodError
from data.reading.queries import Reader, UnknownUnit
from data.returns import Outcome, PlannedValue, SourceFile, Taking
from data.viewers import OutOfScope, Role, Viewer
from data.writing.store import Store
from layouts.text import language
from layouts.web.upload_reader import Clerk
from layouts.words.formats import OFFICE

Answer = TypeVar("Answer")
COMMON = ("unit", "period", "as_of", "basis")
_EXTENSION = "indicator_site"


class Services(Protocol):
    """What pages have done by others: whoever makes the application hands in who does it."""

    def load(self, source: SourceFile, viewer: Viewer, taking: Taking, received_at: datetime) -> Outcome:
        """Takes a file in that came at that instant, or only says what would become of it."""

    def template(self, viewer: Viewer, code: str, period: Period) -> tuple[str, bytes]:
        """Name and content of the workbook that a unit fills in."""

    def plan(self, viewer: Viewer, code: str, lines: Sequence[PlannedValue]) -> tuple[str, bytes]:
        """Name and content of a workbook of plans that a unit gives."""

    def annotate(self, source: SourceFile, outcome: Outcome) -> SourceFile:
        """The file with the outcome's findings marked."""

    def headers(
        self, source: SourceFile, viewer: Viewer, choices: Sequence[HeaderChoice] = ()
    ) -> tuple[FoundHeader, ...]:
        """The headers of a file that no form knows, beside the form that each is nearest to or chosen for."""

    def keep_mapping(self, source: SourceFile, viewer: Viewer, choice: HeaderChoice) -> Text | None:
        """Keeps what a header means, for it and all that are like it; says what is wrong, None when it is kept."""


@dataclass(frozen=True)
class Memory:
    """Answers already computed, by a key that holds the data's version and the reader's scope; oldest out first."""

    size: int = 512
    _kept: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        """The answer kept under `key`, else computed and kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: Answer = self._kept[key]
                return found
        answer = compute()
        with self._lock:
            self._kept[key] = answer
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)
        return answer


@dataclass(frozen=True, kw_only=True)
class Site:
    """What every request shares."""

    store: Store
    services: Services
    demo: bool = False
    memory: Memory = field(default_factory=Memory)

    @cached_property
    def clerk(self) -> Clerk:
        """Who reads what waits, in this process."""
        return Clerk(self.store, self.services)

    def attach(self, server: Any) -> None:
        """Makes this the site of a Flask server."""
        server.extensions[_EXTENSION] = self


def site() -> Site:
    """The site that serves this request."""
    found: Site = current_app.extensions[_EXTENSION]
    return found


def is_signed_in() -> bool:
    """Whether somebody asks; the warm-up before the first reader is nobody."""
    return has_request_context() and bool(current_user.is_authenticated)


def viewer() -> Viewer:
    """Who asks; the guard has let only signed-in readers through."""
    found: Viewer = current_user.viewer
    return found


def workbook_link(name: str, sha256: str) -> Component:
    """The name of a stored workbook, a link for readers who may have it."""
    if not viewer().sees_small_numbers:
        return html.Span(name)
    return html.A(name, href=f"/download/file/{sha256}", download=name)


@dataclass(frozen=True)
class Ask:
    """One reader's question, as the frame's controls put it: `unit`, `period`, `as_of` and `basis`, within its rights.

    What only one page asks stands in `query`.
    """

    reader: Reader
    query: Mapping[str, str]
    language: Language
    memory: Memory

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

    def only_for(self, *roles: Role) -> None:
        """Refuses everybody else.

        Raises:
            OutOfScope: the reader has none of the roles.
        """
        if self.reader.viewer.role not in roles:
            raise OutOfScope(f"Tài khoản {self.reader.viewer.name} không được xem trang này.")

    @property
    def as_of(self) -> datetime | None:
        """The instant whose knowledge is asked for; None is now."""
        return self.reader.as_of

    @property
    def basis(self) -> Basis:
        """Whether values are summed over the tree of their own period, or over today's."""
        return Basis.TODAY if self.query.get("basis") == Basis.TODAY else Basis.REPORTED

    def remembered(self, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        """`compute()`, kept by the data's version, the reader's scope, the instant and the language."""
        scope = (
            self.reader.version,
            self.reader.viewer.unit,
            self.reader.viewer.role,
            self.reader.as_of,
            self.language,
        )
        return self.memory.get((scope, key), compute)

    def address(self, path: str, **changes: str | None) -> str:
        """A link to a page with the same unit, period and instant, but for `changes`."""
        wanted = {key: self.query.get(key) for key in COMMON} | changes
        given = {key: value for key, value in wanted.items() if value}
        return f"{path}?{urlencode(given)}" if given else path


def ask(query: Mapping[str, str] | str | None) -> Ask:
    """The question that an address' query puts, for the reader who is signed in.

    Raises:
        PeriodError: `as_of` is no date.
    """
    given = dict(parse_qsl(query.lstrip("?"))) if isinstance(query, str) else dict(query or {})
    at = site()
    reader = at.store.reader(viewer(), known_at(given.get("as_of")))
    return Ask(reader, given, language(), at.memory)


def known_at(text: str | None) -> datetime | None:
    """The instant that an `as_of` means: an ISO instant, or the end of a day in the office's time zone.

    Raises:
        PeriodError: it is neither.
    """
    if not text:
        return None
    try:
        if len(text) == len("2020-10-20"):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59, 999999), OFFICE).astimezone(UTC)
        given = datetime.fromisoformat(text)
    except ValueError:
        raise PeriodError(f"{text!r}: thời điểm viết là 2020-10-20 hoặc 2020-10-20T17:00:00+07:00") from None
    return given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=OFFICE).astimezone(UTC)


FAULTS_OF_THE_ADDRESS = (UnknownUnit, UnknownFollowUp, UnknownUpload, PeriodError)
