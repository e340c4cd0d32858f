"""What is on the sheets: returns B1 to B6, the registers DM, SX, KH, LS, NV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl

from tests.second_reading.periods import Period

# The measures of each form in the order of its column numbers, and how they add up over the parts of a year: a flow is
# summed, of a stock or a flag (1 or blank) the last one counts, of an opening balance the first one.
_COLUMNS = """
B1 opening members_start
B1 flow    admitted transferred_in_province transferred_in_district transferred_in_base restored died expelled
B1 flow    struck_off struck_off_probationary resigned transferred_out_province transferred_out_district
B1 flow    transferred_out_base reorganised_net
B1 stock   members_end probationary_end female_end ethnic_minority_end youth_union_end exempt_end abroad_end
B1 stock   abroad_lost_contact
B2 flow    admitted female_admitted ethnic_minority_admitted youth_union_admitted readmitted workers_admitted
B2 flow    private_workers_admitted private_owners_admitted good_farmers_admitted village_heads_admitted
B2 flow    mass_heads_admitted
B2 flag    no_masses_left
B2 flow    introduced_by_youth_union introduced_by_trade_union introduced_by_others course_attended course_tested
B2 flow    course_passed new_members_trained made_official probation_refused
B3 stock   villages villages_without_members village_heads village_heads_vacant village_heads_members
B3 stock   village_heads_in_committee village_heads_deputy_secretary village_heads_secretary village_deputies
B3 stock   village_deputies_members mass_heads mass_heads_members village_terms_aligned
B3 flow    members_nominated members_elected
B4 stock   duty_due duty_assigned residence_due residence_introduced residence_feedback dossiers_due
B4 stock   dossiers_complete dossiers_updated dossiers_missing
B4 flow    dossiers_lost
B4 stock   records_in_database
B4 flow    meetings_due meetings_held meeting_attendance_due meeting_attendance committee_visits_due
B4 flow    committee_visits_made study_due study_attended transfers_official_in transfers_official_out
B4 flow    transfers_temporary_in transfers_temporary_out transfers_irregular inspections_due inspections_done
B4 flow    supervisions_done violations_found irregular_admissions
B5 stock   private_units private_units_with_party private_units_with_union private_units_with_youth
B5 stock   private_workers zone_members_resident
B5 flow    party_orgs_founded unions_founded youth_cells_founded zone_members_persuaded zone_members_moved
B6 stock   reviewed_due reviewed rated_excellent rated_good rated_fulfilled rated_failed not_rated cell_rating
B6 flag    remedy_plan
LS stock   members_end
LS flow    admitted
"""


def _forms() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in _COLUMNS.strip().splitlines():
        form, kind, *measures = line.split()
        found.setdefault(form, {}).update(dict.fromkeys(measures, kind))
    return found


FORMS = _forms()

# What a form's lines are about.
GRAIN = {"B1": "cell", "B2": "cell", "B3": "residential", "B4": "cell", "B5": "base", "B6": "cell", "LS": "district"}

# Which levels a kind of organisation is listed at: a base cell is a base and a cell at once.
LEVELS = {
    "Đảng bộ tỉnh": {"province"},
    "Đảng bộ trực thuộc Tỉnh uỷ": {"district"},
    "Đảng bộ cơ sở": {"base"},
    "Chi bộ cơ sở": {"base", "cell"},
    "Đảng bộ bộ phận": set[str](),
    "Chi bộ": {"cell"},
}

Counts = Mapping[str, Any]
"""A number, a category or None (blank) by measure."""


@dataclass(frozen=True)
class Sheet:
    """A return: of one sender, form and period, with a line for each unit."""

    form: str
    sender: str
    period: Period
    cumulative: bool
    lines: Mapping[str, Counts]


@dataclass(frozen=True)
class Spell:
    """An organisation while its parent stays the same."""

    code: str
    levels: frozenset[str]
    parent: str | None
    first: date
    last: date
    residential: bool


@dataclass(frozen=True)
class Succession:
    """On a day, `share` of one organisation (None: not said) passed to another."""

    day: date
    before: str
    after: str
    share: Fraction | None


@dataclass(frozen=True)
class PlanLine:
    """A plan for a unit over the years `first` to `last`."""

    unit: str
    first: int
    last: int
    indicator: str
    value: Fraction
    decided: date


@dataclass(frozen=True)
class TaskLine:
    """A line of the register of tasks; `owner` is "" for a body outside the registry."""

    task: str
    owner: str
    name: str
    first: int | None
    last: int | None
    due: date | None
    evidence: date | None
    done: bool


@dataclass(frozen=True)
class Workbook:
    """The rows of an .xlsx by sheet, read when they are asked for."""

    path: Path

    @cached_property
    def _rows(self) -> Mapping[str, list[tuple[Any, ...]]]:
        book = openpyxl.load_workbook(self.path, read_only=True, data_only=True)
        found = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
        book.close()
        return found

    @cached_property
    def returns(self) -> Sequence[Sheet]:
        """The returns in it."""
        return [_return(form, rows) for form, rows in self._rows.items() if form in FORMS and form != "LS"]

    @cached_property
    def registry(self) -> tuple[Sequence[Spell], Sequence[Succession]] | None:
        """The registry, if it is one."""
        if "DM" not in self._rows:
            return None
        spells = [
            Spell(code, frozenset(LEVELS[kind]), parent, _day(first), _day(last, date.max), bool(residential))
            for code, _, kind, parent, first, last, _, residential in self._body("DM", 8)
        ]
        return spells, [
            Succession(_day(day), before, after, None if share is None else exact(share))
            for day, _, _, before, after, share in self._body("SX", 6)
            if before and after and before != after
        ]

    @cached_property
    def plans(self) -> Sequence[PlanLine]:
        """The plans in it."""
        found = []
        for unit, _, term, indicator, value, _, decided in self._body("KH", 7):
            first, last = years_of(term)
            found.append(PlanLine(unit, first, last, indicator, exact(value), _day(decided)))
        return found

    @cached_property
    def history(self) -> Sequence[tuple[str, int, Counts]]:
        """The historical series in it: unit, year, members at its end and admissions."""
        return [
            (unit, year, {"members_end": members, "admitted": admitted})
            for _, unit, _, year, members, admitted in self._body("LS", 6)
        ]

    @cached_property
    def tasks(self) -> Sequence[TaskLine]:
        """The lines of the register of tasks in it."""
        found = []
        for task, _, _, owner, name, _, _, term, due, _, evidence, _, state, *_ in self._body("NV", 18):
            first, last = years_of(term) if term else (None, None)
            by, on = (None if day is None else _day(day) for day in (due, evidence))
            found.append(TaskLine(task, owner or "", name, first, last, by, on, state == "Đã hoàn thành"))
        return found

    def _body(self, sheet: str, columns: int) -> Iterator[tuple[Any, ...]]:
        """The lines below the column-number row, down to the first empty one."""
        rows = iter(self._rows.get(sheet, ()))
        for row in rows:
            last = [str(cell) for cell in row[columns - 2 : columns]]
            if all(map(str.isdigit, last)) and int(last[1]) == int(last[0]) + 1:
                break
        for row in rows:
            if not any(row[:columns]):
                return
            yield row[:columns]


def _return(form: str, rows: Sequence[tuple[Any, ...]]) -> Sheet:
    sender = next(str(row[0]).split(": ")[1] for row in rows if str(row[0]).startswith("Mã đơn vị"))
    basis = next(place for place, row in enumerate(rows) if str(row[0]).startswith("Số liệu: "))
    header = next(place for place, row in enumerate(rows) if row[:3] == ("A", "B", "C"))
    measures = FORMS[form]
    lines = {
        str(row[2]): {measure: row[3 + place] for place, measure in enumerate(measures)}
        for row in rows[header + 1 :]
        if row[2]
    }
    period = Period.of_title(str(rows[basis - 1][0]))
    return Sheet(form, sender, period, "luỹ kế" in str(rows[basis][0]), lines)


def _day(written: Any, blank: date = date.min) -> date:
    if written is None:
        return blank
    if isinstance(written, datetime):
        return written.date()
    day, month, year = str(written).split("/")
    return date(int(year), int(month), int(day))


def years_of(term: Any) -> tuple[int, int]:
    """The first and last year of a plan period: 2020, 2016-2020, 2016..2020."""
    years = str(term).replace("..", "-").split("-")
    return int(years[0]), int(years[-1])


def exact(number: Any) -> Fraction:
    """A number as Excel shows it: 15 significant digits."""
    return Fraction(format(number, ".15g")) if isinstance(number, float) else Fraction(number)
