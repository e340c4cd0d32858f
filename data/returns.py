"""What passes from the reader of workbooks to the store: files, returns, registers, plans, findings, outcomes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from data.forms.model import Form
from data.language import Language, Text
from data.organisations.units import Event, UnitKind
from data.periods import Period, Term
from data.tasks import TaskReturn


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """A workbook as it came."""

    name: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """Hexadecimal digest of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """One unit's line of a return: its sheet row from 1, and values in the order of the form's measures.

    A count is a number, a category its code as text, and None a cell that was blank; `not_applicable` holds the
    measures whose cell says "x". `period` is given only where the line has its own year (LS).
    """

    unit: str
    row: int
    values: tuple[int | str | None, ...]
    not_applicable: frozenset[str] = frozenset()
    period: Period | None = None

    def __reduce__(self) -> tuple[type[ReturnedRow], tuple[object, ...]]:
        """For its way out of the process that read it: quicker than field by field, and there are thousands."""
        return ReturnedRow, (self.unit, self.row, self.values, self.not_applicable, self.period)


@dataclass(frozen=True, kw_only=True)
class Return:
    """One checked sheet: `unit` is the sender's code, `columns` gives each measure's column letters.

    Where a sheet has its lines in rows (official forms), `columns` gives whole addresses and the one row is row 0.
    `period` is None for LS. `cumulative` tells flows counted since 1 January from flows of the period.
    """

    form: Form
    unit: str
    period: Period | None
    sheet: str
    columns: Mapping[str, str]
    rows: tuple[ReturnedRow, ...]
    cumulative: bool = False


def cell_of(columns: Mapping[str, str], measure: str, row: int) -> str:
    """The address of a count, from what `Return.columns` and `Row.row` hold."""
    return f"{columns[measure]}{row or ''}"


def cells_in(address: str) -> tuple[str, ...]:
    """The single cells of an address: "B52+B53" is a count that two lines of an official form give together."""
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
    """A whole registry; it supersedes the one before."""

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
class ReadWorkbook:
    """All that one workbook holds, recognised and checked, ready for the store.

    `official` are the official forms: counts of the unit itself, kept beside the returns of its cells.
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
    """Something wrong at a place: `cell` is an address such as F17, or "" for the sheet, `sheet` "" for the file.

    `message` says the place, what is there and what to do.
    """

    code: str
    severity: Severity
    message: Text
    sheet: str = ""
    cell: str = ""

    def say(self, language: Language = Language.VI) -> str:
        """The whole sentence, place first: "B1!F17: ..."."""
        place = "!".join(part for part in (self.sheet, self.cell) if part)
        return f"{place}: {self.message[language]}" if place else self.message[language]

    def alone(self, language: Language = Language.VI) -> str:
        """The sentence where its place stands elsewhere, with a capital."""
        text = self.message[language]
        return text[:1].upper() + text[1:]


PERSONAL_DATA = "personal_data"
"""The finding that a file lists people."""
_OF_HEADERS = frozenset({"missing_column", "column_twice", "unknown_form", "title_contradicts_header", "no_known_form"})


class OutcomeStatus(StrEnum):
    """What became of a file."""

    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    ALREADY_STORED = "already_stored"
    REFUSED = "refused"
    CHECKED = "checked"


class Taking(StrEnum):
    """What is to be done with a file: only checked; taken in unless it changes a return in force; taken in."""

    CHECK = "check"
    ASK = "ask"
    STORE = "store"


class CellState(StrEnum):
    """What a cell of counts holds that is no number."""

    BLANK = "blank"
    NOT_APPLICABLE = "not_applicable"
    NO_LINE = "no_line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A cell in which a return differs from the one in force that it would supersede.

    A value is what `ReturnedRow` holds, or the state of a cell without one; an address is "" where there is no line.
    `period` is that of the return, of its line for LS.
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


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one file, with every finding; SUPERSEDED says that it replaced an earlier return.

    `returns` names what it held: (form, unit code, period code or ""). `changes`, when the file was not taken in,
    are the cells that differ from what it would supersede.
    """

    file: str
    status: OutcomeStatus
    findings: tuple[Finding, ...] = ()
    returns: tuple[tuple[str, str, str], ...] = ()
    received_at: datetime | None = None
    changes: tuple[Change, ...] = ()

    @property
    def has_unknown_header(self) -> bool:
        """Whether saying which column is which may put right what is wrong with it."""
        return any(finding.code in _OF_HEADERS for finding in self.findings)

    @property
    def lists_people(self) -> bool:
        """Whether it was refused for that: nothing of the file may be kept or given back."""
        return any(finding.code == PERSONAL_DATA for finding in self.findings)

    @property
    def refused(self) -> bool:
        """Whether an error stopped it."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)
