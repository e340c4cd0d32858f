"""What loaders hand to the store: source files, returns, registers, plans, findings and outcomes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from data.forms.ls_history import PublishedTotal
from data.forms.model import Form
from data.language import Language, Text
from data.messages import sentence
from data.organisations.units import Event, UnitKind
from data.periods import Period, Term
from data.tasks import TaskReturn


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """A workbook as received."""

    name: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 digest of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """One unit's row of a return: its sheet row from 1, and values in the order of the form's measures.

    A count is a number, a category its code as text, and None a blank cell; `not_applicable` holds the measures
    marked "x". `period` is set only where each row has its own year (LS).
    """

    unit: str
    row: int
    values: tuple[int | str | None, ...]
    not_applicable: frozenset[str] = frozenset()
    period: Period | None = None

    def __reduce__(self) -> tuple[type[ReturnedRow], tuple[object, ...]]:
        """Pickles positionally, which is faster than field by field: a worker process sends thousands of rows."""
        return ReturnedRow, (self.unit, self.row, self.values, self.not_applicable, self.period)


@dataclass(frozen=True, kw_only=True)
class Return:
    """One validated sheet: `unit` is the sender's code, `columns` gives each measure's column letters.

    For transposed sheets (official forms), `columns` gives whole cell addresses and the only row is row 0. `period` is
    None for LS, which brings `published` totals. `cumulative`: flows are counted since 1 January, not over the period.
    """

    form: Form
    unit: str
    period: Period | None
    sheet: str
    columns: Mapping[str, str]
    rows: tuple[ReturnedRow, ...]
    cumulative: bool = False
    published: tuple[PublishedTotal, ...] = ()


def cell_of(columns: Mapping[str, str], measure: str, row: int) -> str:
    """The cell address of a count, from `Return.columns` and `ReturnedRow.row`."""
    return f"{columns[measure]}{row or ''}"


def cells_in(address: str) -> tuple[str, ...]:
    """The single cells of an address: "B52+B53" is a count given by two lines of an official form together."""
    return tuple(address.split("+")) if address else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredUnit:
    """A line of the registry's first sheet."""

    row: int
    code: str
    name: str
    kind: UnitKind
    parent: str | None
    valid_from: date
    valid_to: date | None
    base_type: str = ""
    residential: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredSuccession:
    """A line of the registry's second sheet."""

    row: int
    date: date
    decision: str
    event: Event
    predecessor: str | None
    successor: str | None
    share: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class RegistryReturn:
    """A complete registry; it supersedes the previous one."""

    sheet: str
    units: tuple[RegisteredUnit, ...]
    successions: tuple[RegisteredSuccession, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedValue:
    """A line of a plan workbook; `value` is exact, `cell` is the address of the value."""

    row: int
    cell: str
    unit: str
    term: Term
    indicator: str
    value: Fraction
    decision: str
    decision_date: date


@dataclass(frozen=True, kw_only=True)
class PlanReturn:
    """A plan workbook's lines."""

    sheet: str
    plans: tuple[PlannedValue, ...]


@dataclass(frozen=True, kw_only=True)
class ParsedWorkbook:
    """The validated contents of one workbook, ready to be accepted.

    `official` are official forms: counts at the unit's own level, stored beside the returns of its cells.
    """

    source: SourceFile
    returns: tuple[Return, ...] = ()
    official: tuple[Return, ...] = ()
    registry: RegistryReturn | None = None
    plans: PlanReturn | None = None
    tasks: TaskReturn | None = None


class Severity(StrEnum):
    """An error refuses the workbook, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem and its location: `cell` is an address such as F17, or "" for the sheet; `sheet` is "" for the file.

    `message` gives the location, what is there and what to do.
    """

    code: str
    severity: Severity
    message: Text
    sheet: str = ""
    cell: str = ""

    def say(self, language: Language = Language.VI) -> str:
        """The whole message, location first: "B1!F17: ..."."""
        place = "!".join(part for part in (self.sheet, self.cell) if part)
        return f"{place}: {self.message[language]}" if place else self.message[language]

    def alone(self, language: Language = Language.VI) -> str:
        """The message without its location, capitalised."""
        text = self.message[language]
        return text[:1].upper() + text[1:]


def by_kind(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings by severity and code, kinds in order of their first finding."""
    kinds: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((finding.severity, finding.code), []).append(finding)
    return list(kinds.values())


def gathered(findings: Sequence[Finding]) -> list[Finding]:
    """Findings for people to read: of a kind with very many, the first with their number and the first places."""
    return [told for kind in by_kind(findings) for told in ([gathered_kind(kind)] if is_many(kind) else kind)]


def is_many(kind: Sequence[Finding]) -> bool:
    """Whether findings of one kind are too many to be read one by one."""
    return len(kind) > _READ_SINGLY


def gathered_kind(kind: Sequence[Finding]) -> Finding:
    """The first of several findings of a kind, with their number and the first places."""
    one_sheet = len({finding.sheet for finding in kind}) == 1
    places = [finding.cell if one_sheet else "!".join(filter(None, (finding.sheet, finding.cell))) for finding in kind]
    shown = ", ".join(filter(None, places[:_PLACES_SHOWN]))
    about = {"message": kind[0].message, "number": len(kind), "places": shown}
    return replace(kind[0], message=sentence("finding.with_others", **about))


_READ_SINGLY, _PLACES_SHOWN = 5, 3
PERSONAL_DATA = "personal_data"
"""Code of the finding that a file lists people."""
PERIOD_NOT_OPEN = "period_not_open"
"""Code of the finding that nobody has opened the period of a return."""
ASKED = frozenset(
    {
        "absorbed_returned_elsewhere",
        "beyond_ceiling",
        "column_repeated",
        "file_name_period",
        "file_name_sender",
        "looks_cumulative",
        "of_other_column",
        "of_other_line",
        "same_as_earlier",
    }
)
"""Codes of the questions: warnings that a file is hardly what it says, confirmed by somebody before it is stored."""
_OF_HEADERS = frozenset(
    {
        "missing_column",
        "header_misspelt",
        "column_twice",
        "unknown_form",
        "unknown_form_far",
        "title_contradicts_header",
        "no_known_form",
    }
)


class OutcomeStatus(StrEnum):
    """The result of loading a file.

    HELD: it would replace what is in force, or one of its findings is a question, and nobody has confirmed it yet.
    WITHDRAWN: a receipt that tells its sender.
    """

    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    ALREADY_STORED = "already_stored"
    REFUSED = "refused"
    CHECKED = "checked"
    HELD = "held"
    WITHDRAWN = "withdrawn"


class IntakeMode(StrEnum):
    """What to do with a file: only check it, store it unless it changes what is in force, or store it."""

    CHECK = "check"
    ASK = "ask"
    STORE = "store"


class CellState(StrEnum):
    """The content of a count's cell when it is not a number."""

    BLANK = "blank"
    NOT_APPLICABLE = "not_applicable"
    NO_LINE = "no_line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A cell whose value differs from the return in force that it would supersede.

    A value is as in `ReturnedRow`, or the state of a cell that has none; an address is "" where the row is missing.
    `period` is the return's, or the row's for LS.
    """

    form: str
    period: str
    unit: str
    measure: str
    old: int | str | CellState
    new: int | str | CellState
    old_file: str
    old_sheet: str
    old_cell: str
    new_sheet: str
    new_cell: str
    unit_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceKind:
    """One kind of change that a file makes to what is in force: how many there are, and the first of them."""

    code: str
    count: int
    message: Text
    lines: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Values and verdicts that a change would move: how many there are, and the first of them in words."""

    count: int
    lines: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of loading one file, with all findings; SUPERSEDED: it replaced what was in force.

    `returns` lists its contents as (form, unit code, period code or ""). For a file that was not stored, `changes` are
    the cells that differ from the return that it would supersede, `differences` what else it would replace, and
    `effect` the values and verdicts that would move; `compared_with` are the ids of what was in force then (None: it
    was not compared).
    """

    file: str
    status: OutcomeStatus
    findings: tuple[Finding, ...] = ()
    returns: tuple[tuple[str, str, str], ...] = ()
    received_at: datetime | None = None
    changes: tuple[Change, ...] = ()
    differences: tuple[DifferenceKind, ...] = ()
    effect: Effect | None = None
    compared_with: frozenset[int] | None = None

    @property
    def has_unknown_header(self) -> bool:
        """Whether mapping its columns by hand may resolve its findings."""
        return any(finding.code in _OF_HEADERS for finding in self.findings)

    @property
    def period_is_not_open(self) -> bool:
        """Whether it was refused because nobody has opened its period."""
        return any(finding.code == PERIOD_NOT_OPEN for finding in self.findings)

    @property
    def lists_people(self) -> bool:
        """Whether it was refused for listing people: nothing of the file may be kept or returned."""
        return any(finding.code == PERSONAL_DATA for finding in self.findings)

    @property
    def refused(self) -> bool:
        """Whether it was refused because of errors."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def asks(self) -> bool:
        """Whether it contradicts itself or its history: one of its findings is a question."""
        return any(finding.code in ASKED for finding in self.findings)

    @property
    def replaces(self) -> bool:
        """Whether it would change something in force."""
        return bool(self.changes or self.differences)

    @property
    def needs_confirmation(self) -> bool:
        """Whether it is stored only once somebody has confirmed it."""
        return self.replaces or self.asks


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnWithdrawal:
    """A unit's return of a period (None: the historical series), some forms or all; `restore`: the version before."""

    unit: str
    period: Period | None
    forms: tuple[str, ...] = ()
    restore: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWithdrawal:
    """The lines of a plan workbook (KH) or a task register (NV), by file name or digest: all, or some of them."""

    form: str
    file: str
    unit: str | None = None
    indicator: str | None = None
    restore: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryWithdrawal:
    """The registry in force; the one before it is restored, since a store of returns cannot be without."""


Withdrawal = ReturnWithdrawal | LineWithdrawal | RegistryWithdrawal
