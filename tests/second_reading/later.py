"""What came to the tiny province after its own workbooks end: the cases that they lack.

With the registry of 2021 a base is divided by shares, a cell by shares and another without, one absorbs its neighbour,
one is dissolved; two cells merge in mid-year. Returns are cumulative (with and without one to subtract), incomplete,
of a year beside quarters, corrected, withdrawn, with blanks. Plans are revised, and set for units below and for terms.
The historical series gains 1997 and lines of the province.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from data.forms.builtin import FORMS
from data.forms.dm_registry import DM, SX
from data.forms.kh_plans import KH
from data.forms.ls_history import LS
from data.organisations.units import EVENT_TITLES, KIND_TITLES, Event, Registry, Succession, Unit
from data.periods import Period
from loaders.sample import NOTE, TINY
from loaders.templates.template import RegisterSheet, ReturnSheet, Sender, Sheet, outline, sender_of, workbook
from tests.second_reading.known import VIETNAM
from tests.workbooks import made_up

TURN, MID_YEAR = date(2021, 1, 1), date(2021, 7, 1)
CORRECTED = "H01_2021-Q2_dinh-chinh.xlsx"
WITHDRAWN, WITHDRAWN_AT = ("H03", "2021-Q2"), datetime(2022, 3, 1, 9, tzinfo=VIETNAM)
BEFORE_CORRECTION, BEFORE_WITHDRAWAL = (datetime(2021, 10, 20, tzinfo=VIETNAM), datetime(2022, 2, 28, tzinfo=VIETNAM))
# Before the correction that the tiny province itself sends, and before its merger was registered.
FIRST_RETURN, BEFORE_MERGER = (datetime(2020, 10, 15, tzinfo=VIETNAM), datetime(2019, 12, 20, tzinfo=VIETNAM))

Line = tuple[str | int | Fraction | date | None, ...]


def write(folder: Path) -> None:
    """Writes the workbooks and their times of receipt."""
    folder.mkdir(exist_ok=True)
    with (folder / "received.csv").open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(("file", "instant"))
        for name, day, sheets in _books():
            (folder / name).write_bytes(workbook(sheets, note=NOTE))
            rows.writerow((name, datetime.fromisoformat(f"{day}T09:00:00+07:00").isoformat()))


def _books() -> Iterator[tuple[str, str, Sequence[Sheet]]]:
    registry = _registry()
    yield "LS_1997-2014.xlsx", "2020-11-02", [_history(registry)]
    yield "DM_2020-12-24.xlsx", "2020-12-24", _registers(registry)
    yield "KH_2021.xlsx", "2021-01-11", [_plans(registry, 7, _PLANS)]
    yield "KH_2021_dieu-chinh.xlsx", "2021-06-21", [_plans(registry, 6, _REVISED)]
    for name, day, forms, basis in _RETURNS:
        district, period = name.removesuffix(".xlsx").split("_")[:2]
        sheets = _returns(registry, district, Period.parse(period), forms.split(), cumulative=basis == "cumulative")
        yield name, day, sheets if name != CORRECTED else [_corrected(sheet) for sheet in sheets]


_RETURNS = (
    ("H01_2020-Q4.xlsx", "2021-01-12", "B1 B2 B3 B4 B5 B6", "in period"),
    ("H02_2020-Q4.xlsx", "2021-01-13", "B1 B2 B3 B5", "cumulative"),  # nothing to subtract: only the year is known
    ("H03_2020-Q4.xlsx", "2021-01-26", "B1 B2 B5", "in period"),
    ("H01_2021-Q1.xlsx", "2021-04-20", "B1 B2 B3 B5", "in period"),  # on the last day in time
    ("H02_2021-Q1.xlsx", "2021-04-12", "B1 B2 B3 B5", "in period"),
    ("H03_2021-Q1.xlsx", "2021-04-13", "B1 B2 B5", "in period"),
    ("H01_2021-Q2.xlsx", "2021-07-09", "B1 B2 B3", "cumulative"),
    ("H03_2021-Q2.xlsx", "2021-07-12", "B1 B2", "in period"),
    ("H01_2021-Q3.xlsx", "2021-10-11", "B1 B2 B3", "cumulative"),
    ("H03_2021-Q3.xlsx", "2021-10-12", "B1 B2", "in period"),
    (CORRECTED, "2021-10-25", "B1 B2", "cumulative"),  # the third quarter is less by then
    ("H01_2021-Q4.xlsx", "2022-01-11", "B1 B2 B3 B5", "in period"),
    ("H02_2021.xlsx", "2022-01-12", "B1 B2 B3 B5", "in period"),
    ("H03_2021-Q4.xlsx", "2022-01-13", "B1 B2 B5", "in period"),
)

_PLANS = (
    ("T", "2021", "admissions", 20),
    ("H01", "2021", "admissions", 8),
    ("H01.001", "2021", "admissions", 3),
    ("H01.002", "2021", "admissions", 0),
    ("H02", "2021", "admissions", 9),
    ("H03", "2021", "admissions", 3),
    ("T", "2021", "female_admission_share", Fraction(1, 2)),
    ("H02", "2021", "female_admission_share", Fraction(2, 5)),
    ("H02.001", "2021", "female_admission_share", Fraction(1, 3)),
    ("T", "2021..2025", "village_heads_member_share", Fraction(4, 5)),
    ("T", "2021..2025", "unions_founded", 9),
    ("H01", "2021", "village_heads_member_share", Fraction(7, 10)),
    ("T", "2021..2025", "villages_without_members", 1),
)
_REVISED = (("H01", "2021", "admissions", 6), ("T", "2021", "female_admission_share", Fraction(9, 20)))


def _plans(registry: Registry, month: int, lines: Sequence[tuple[str, str, str, int | Fraction]]) -> Sheet:
    tree = registry.at(TURN)
    rows = [
        (
            unit,
            tree.by_code[unit].name,
            term,
            indicator,
            value,
            f"Số {month}-QĐ/TU",
            date(2020 if month == 7 else 2021, month, 1),
        )
        for unit, term, indicator, value in lines
    ]
    return RegisterSheet(form=KH, sender=_province(registry), rows=rows, subtitle="Năm 2021")


def _province(registry: Registry) -> Sender:
    tree = registry.at(TURN)
    return sender_of(tree, tree.by_code["T"])


def _history(registry: Registry) -> Sheet:
    """The series as sent before, with 1997, and the province's own lines, which are compared and never added."""
    lines = [(line.district, line.year, line.members_end, line.admitted) for line in made_up(TINY).history]
    lines += [("H01", 1997, 120, 3), ("H02", 1997, 160, 4), ("H03", 1997, 90, 0)]
    for year in sorted({year for _, year, *_ in lines}):
        members, admitted = (
            sum(counts) for counts in zip(*(line[2:] for line in lines if line[1] == year), strict=True)
        )
        lines.append(("T", year, members, admitted))
    tree = registry.at(TURN)
    rows: list[Line] = [
        (place, code, tree.by_code[code].name, year, members, admitted)
        for place, (code, year, members, admitted) in enumerate(lines, start=1)
    ]
    return RegisterSheet(form=LS, sender=_province(registry), rows=rows, subtitle="1997 - 2014")


class _Reorganised:
    """A registry that is being changed."""

    def __init__(self, registry: Registry) -> None:
        self.spells, self.lines = list(registry.spells), list(registry.successions)

    def _id(self, code: str) -> int:
        return next(unit.id for unit in self.spells if unit.code == code)

    def end(self, code: str, day: date) -> Unit:
        """Ends a unit."""
        place, unit = next((p, u) for p, u in enumerate(self.spells) if u.code == code and u.valid_to is None)
        self.spells[place] = replace(unit, valid_to=day - timedelta(days=1))
        return unit

    def add(self, like: Unit, day: date, code: str, parent: str | None = None) -> None:
        """Founds a unit, or has one go on elsewhere."""
        known = {unit.code: unit.id for unit in self.spells}
        number, above = known.get(code, max(known.values()) + 1), known[parent] if parent else like.parent
        name = like.name if code == like.code else f"{like.name} {code[-1]}"
        self.spells.append(replace(like, id=number, code=code, name=name, parent=above, valid_from=day, valid_to=None))

    def divide(self, code: str, shares: Mapping[str, Fraction | None]) -> None:
        """Divides a unit among new ones."""
        divided = self.end(code, TURN)
        for each in shares:
            self.add(divided, TURN, each)
        self.follow(TURN, Event.SPLIT, code, shares)

    def follow(self, day: date, event: Event, before: str, after: Mapping[str, Fraction | None]) -> None:
        """Says who follows a unit."""
        for code, share in after.items():
            self.lines.append(
                Succession(
                    date=day,
                    decision="Số 12-QĐ/TU",
                    event=event,
                    predecessor=self._id(before),
                    successor=self._id(code) if code else None,
                    share=share,
                )
            )


def _registry() -> Registry:
    roll = _Reorganised(made_up(TINY).registry)
    base = roll.end("H02.005", TURN)
    cells = [unit for unit in roll.spells if unit.parent == base.id and unit.valid_to is None]
    for code, share, old in (("H02.006", Fraction(3, 5), "H02.002"), ("H02.007", Fraction(2, 5), "H02.003")):
        roll.add(base, TURN, code)
        roll.follow(TURN, Event.SPLIT, base.code, {code: share})
        for cell in cells:
            if cell.code.startswith(old):
                roll.end(cell.code, TURN)
                roll.add(cell, TURN, cell.code, parent=code)
    roll.divide("H01.001.03", {"H01.001.04": Fraction(1, 3), "H01.001.05": Fraction(2, 3)})
    roll.divide("H02.001.01", {"H02.001.05": None, "H02.001.06": None})
    for day, code, into in ((TURN, "H01.002.01", "H01.002.02"), (MID_YEAR, "H03.001.02", "H03.001.01")):
        roll.end(code, day)
        roll.follow(day, Event.ABSORBED, code, {into: Fraction(1)})
    roll.end("H03.002.03", TURN)
    roll.follow(TURN, Event.DISSOLVED, "H03.002.03", {"": None})
    return Registry(1, tuple(roll.spells), tuple(roll.lines))


def _registers(registry: Registry) -> list[Sheet]:
    codes = {unit.id: unit.code for unit in registry.spells}
    units: list[Line] = [
        (
            unit.code,
            unit.name,
            KIND_TITLES[unit.kind].vi,
            codes[unit.parent] if unit.parent else None,
            unit.valid_from,
            unit.valid_to,
            unit.base_type or None,
            1 if unit.residential else None,
        )
        for unit in registry.spells
    ]
    lines: list[Line] = [
        (
            line.date,
            line.decision,
            EVENT_TITLES[line.event].vi,
            codes[line.predecessor] if line.predecessor else None,
            codes[line.successor] if line.successor else None,
            line.share,
        )
        for line in registry.successions
    ]
    sender = _province(registry)
    return [RegisterSheet(form=DM, sender=sender, rows=units), RegisterSheet(form=SX, sender=sender, rows=lines)]


def _returns(
    registry: Registry, district: str, period: Period, forms: Sequence[str], *, cumulative: bool
) -> list[ReturnSheet]:
    tree = registry.at(period.end)
    sheets = []
    for form in (FORMS[code] for code in forms):
        leaves = [unit.code for unit in tree.within(tree.by_code[district].id) if unit.has_grain(form.grain)]
        quarters = _quarters(period, cumulative=cumulative)
        sheets.append(
            ReturnSheet(
                form=form,
                sender=sender_of(tree, tree.by_code[district]),
                period=period.whole_year if form.code == "B6" else period,
                lines=outline(tree, tree.by_code[district].id, form.grain),
                values={leaf: _row(form.code, leaf, quarters) for leaf in leaves},
                cumulative=cumulative,
            )
        )
    return sheets


def _quarters(period: Period, *, cumulative: bool) -> range:
    """The quarters that a return counts."""
    last = period.index if period.code[-2] == "Q" else 4
    first = 1 if cumulative or period == period.whole_year else last
    return range(4 * period.year + first, 4 * period.year + last + 1)


def _admitted(leaf: str, quarters: range) -> int:
    return sum((_number(leaf) + quarter) % 4 == 0 for quarter in quarters)


def _number(leaf: str) -> int:
    """A number of its own for each unit."""
    return sum(map(ord, leaf)) + 7 * int(leaf[-1])


def _row(form: str, leaf: str, quarters: range) -> list[int | str | None]:
    """Made-up figures that keep the rules of the form."""
    number, admitted, last = _number(leaf), _admitted(leaf, quarters), quarters[-1]
    start = 4 + number % 9 + quarters[0] % 3
    end = start + admitted
    given: dict[str, int | str | None] = {
        "members_start": start,
        "admitted": admitted,
        "members_end": end,
        "female_end": end // 3,
        "exempt_end": end // 4,
        "female_admitted": admitted * (number % 2),
        # Not every cell knows it.
        "youth_union_admitted": None if number % 5 == 0 else admitted,
        "workers_admitted": admitted,
        "private_workers_admitted": admitted,
        "no_masses_left": 1 if number % 6 == 0 else None,
        "course_attended": admitted + 2,
        "course_tested": admitted + 1,
        "course_passed": admitted,
        "made_official": number % 3,
        "villages": 1 + number % 2,
        "village_heads": 1 + number % 2,
        "village_heads_members": number % 2,
        "village_deputies": 2,
        "village_deputies_members": number % 3,
        "mass_heads": 5,
        "mass_heads_members": None if number % 7 == 0 else 3,
        "dossiers_due": end,
        "dossiers_complete": end * 3 // 4,
        "records_in_database": end - number % 2,
        "private_units": number % 4,
        "private_units_with_union": number % 4 // 2,
        "private_workers": 20 + number % 40 + last % 4,
        "unions_founded": last % 2,
        "zone_members_moved": number % 3,
        "zone_members_resident": number % 5,
        "reviewed_due": end,
        "reviewed": end - 1,
        "rated_good": end,
        "cell_rating": ("HTXSNV", "HTTNV", "HTNV", "KHTNV")[number % 4],
        "remedy_plan": 1 if number % 4 > 1 else None,
    }
    return [given.get(measure.code, 0) for measure in FORMS[form].measures]


def _corrected(sheet: ReturnSheet) -> ReturnSheet:
    """The same with one more admission, in its first line."""
    leaf, *_ = sheet.values
    codes = [measure.code for measure in sheet.form.measures]
    more = {"admitted", "members_end", "workers_admitted"} if sheet.form.code == "B1" else {"admitted"}
    row = [
        v + 1 if isinstance(v, int) and code in more else v for code, v in zip(codes, sheet.values[leaf], strict=True)
    ]
    return replace(sheet, values={**sheet.values, leaf: row})
