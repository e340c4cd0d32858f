"""Returns as submitted: one workbook per district and period, including late and missing ones and corrections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from data.forms.b1_movement import B1
from data.forms.b2_admission import B2
from data.forms.b3_villages import B3
from data.forms.model import Form
from data.measures import Kind
from data.organisations.units import Grain
from data.periods import Period
from loaders.sample.apportion import places_by
from loaders.sample.calendar import SampleCalendar
from loaders.sample.cells import SampleCells
from loaders.sample.membership import Columns
from loaders.sample.scale import SampleScale

Values = NDArray[np.int32]

BLANK = np.iinfo(np.int32).min
_FIRST_DAYS = 7  # days into the following month until a return that is later corrected arrives
_CORRECTED_AFTER = 12
_GAPS = 0.02
_GAPPED = ("abroad_lost_contact", "new_members_trained", "introduced_by_others", "mass_heads_members")


@dataclass(frozen=True)
class SampleCounts:
    """Values of one form: a row per unit, a column per measure, BLANK for an empty cell.

    A category is the one-based index of its choice; `choices` lists those of each category column.
    """

    units: tuple[str, ...]
    values: Values
    choices: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def rows(self) -> dict[str, list[int | str | None]]:
        """Each unit's row, None for an empty cell."""
        rows: list[list[int | str | None]] = self.values.tolist()
        for column, choices in self.choices.items():
            for row, place in enumerate(self.values[:, column].tolist()):
                rows[row][column] = choices[place - 1]
        for row, column in np.argwhere(self.values == BLANK).tolist():
            rows[row][column] = None
        return dict(zip(self.units, rows, strict=True))


@dataclass(frozen=True, kw_only=True)
class ReturnBook:
    """A district's workbook for a period: values by form code, and the instant of its receipt.

    The workbook for the last period of a year also holds the yearly forms.
    """

    district: str
    period: Period
    received_at: datetime
    forms: Mapping[str, SampleCounts]
    correction: bool = False


@dataclass(frozen=True)
class Simulated:
    """Values of a form by quarter for its `units`: indices into the cells, or into the `bases`.

    A quarter for which the form is not due has no columns.
    """

    units: NDArray[np.int64]
    quarters: Sequence[Columns]
    bases: bool = False

    def homes(self, cells: SampleCells, day: date) -> NDArray[np.int64]:
        """The district of each unit on a day, -1 for a base that does not exist then."""
        if not self.bases:
            return cells.district(day)[self.units]
        home = np.full(len(cells.bases), -1, dtype=np.int64)
        home[cells.base(day)] = cells.district(day)
        return home[self.units]

    def codes(self, cells: SampleCells) -> tuple[str, ...]:
        """The codes that `units` index."""
        return cells.bases if self.bases else cells.codes


def zeros(form: Form, scale: SampleScale, cells: SampleCells) -> Simulated | None:
    """A form that nothing simulates is returned from its first period on, every count 0; None where districts fill it.

    The demonstration then has every declared form, and misses no return for one that was added.
    """
    units = {
        Grain.CELL: np.arange(len(cells.ids)),
        Grain.RESIDENTIAL_CELL: np.flatnonzero(cells.residential),
        Grain.BASE: np.arange(len(cells.bases)),
    }.get(form.grain or Grain.DISTRICT)
    if units is None:
        return None
    row = {measure.code: np.full(len(units), 1 if measure.choices else 0) for measure in form.measures}

    def is_asked(quarter: Period) -> bool:
        ends = {Period.covering(quarter.end, frequency).end for frequency in form.frequencies}
        return form.valid_on(quarter.end) and quarter.end in ends

    quarters = [row if is_asked(quarter) else {} for quarter in scale.quarters]
    return Simulated(units, quarters, bases=form.grain is Grain.BASE)


def books(
    declared: Mapping[str, Form],
    scale: SampleScale,
    cells: SampleCells,
    simulated: Mapping[str, Simulated],
    calendar: SampleCalendar,
    rng: np.random.Generator,
) -> tuple[ReturnBook, ...]:
    """All returns, oldest period first, districts in registry order, a correction right after what it corrects."""
    found: list[ReturnBook] = []
    for period in scale.periods:
        asked = {code: given for code, given in simulated.items() if given.quarters[_places(scale, period)[-1]]}
        province = {code: _values(declared[code], given, scale, period) for code, given in asked.items()}
        rows = {code: _rows_by_district(given.homes(cells, period.end), cells) for code, given in asked.items()}
        for place, district in enumerate(cells.districts):
            forms = {}
            for code, given in asked.items():
                here = rows[code][place]
                if len(here):
                    values = _with_gaps(declared[code], province[code][here], rng)
                    codes = given.codes(cells)
                    forms[code] = SampleCounts(
                        tuple(codes[i] for i in given.units[here]), values, _choices(declared[code])
                    )
            book = ReturnBook(district=district, period=period, received_at=calendar.usual(period), forms=forms)
            found += _latest(book, place, scale, calendar, rng) if period == scale.latest else [book]
    return tuple(found)


def _places(scale: SampleScale, period: Period) -> list[int]:
    return [i for i, quarter in enumerate(scale.quarters) if period.contains(quarter)]


def _rows_by_district(homes: NDArray[np.int64], cells: SampleCells) -> list[NDArray[np.int64]]:
    there = np.flatnonzero(homes >= 0)
    return [there[rows] for rows in places_by(homes[there], len(cells.districts))]


def _choices(form: Form) -> dict[int, tuple[str, ...]]:
    return {place: measure.choices for place, measure in enumerate(form.measures) if measure.choices}


def _values(form: Form, given: Simulated, scale: SampleScale, period: Period) -> Values:
    """The form's values for a period: openings of the first quarter, sums of flows, stocks of the last quarter."""
    asked = [given.quarters[place] for place in _places(scale, period) if given.quarters[place]]
    columns = []
    for measure in form.measures:
        if measure.aggregation_kind is Kind.FLOW:
            columns.append(np.sum([quarter[measure.code] for quarter in asked], axis=0))
        else:
            columns.append(asked[0 if measure.kind is Kind.OPENING else -1][measure.code])
        if measure.kind is Kind.FLAG:
            columns[-1] = np.where(columns[-1] > 0, 1, BLANK)
    return np.column_stack(columns).astype(np.int32)


def _with_gaps(form: Form, values: Values, rng: np.random.Generator) -> Values:
    """Blanks some cells at random, in columns that little depends on."""
    columns = [form.positions[code] for code in _GAPPED if code in form.positions]
    if columns and rng.random() < _GAPS:
        values[rng.integers(len(values)), rng.choice(columns)] = BLANK
    return values


def _latest(
    book: ReturnBook, place: int, scale: SampleScale, calendar: SampleCalendar, rng: np.random.Generator
) -> Iterator[ReturnBook]:
    """The latest period: the first districts send a correction, those after them are late, some others never report."""
    silent = np.linspace(scale.districts - 1, scale.territorial // 2, scale.missing).astype(int).tolist()
    if place in silent:
        return
    if place < scale.corrected:
        first = calendar.working(scale.latest.next.start + timedelta(days=_FIRST_DAYS))
        yield replace(book, received_at=first, forms=_mistaken(book.forms, rng))
        yield replace(
            book, received_at=calendar.working(first.date() + timedelta(days=_CORRECTED_AFTER)), correction=True
        )
    elif place < scale.corrected + scale.late:
        yield replace(book, received_at=calendar.late(book.period))
    else:
        yield replace(book, received_at=calendar.on_time(book.period))


def _mistaken(forms: Mapping[str, SampleCounts], rng: np.random.Generator) -> dict[str, SampleCounts]:
    """The return before its correction, which lacks two admissions and a village head who is a member."""
    movement, admission = forms["B1"].values.copy(), forms["B2"].values.copy()
    b1, b2 = B1.positions, B2.positions
    who_admitted = np.flatnonzero(movement[:, b1["admitted"]] > 0)
    forgotten = rng.permutation(who_admitted)[:2]
    for form, values in ((B1, movement), (B2, admission)):
        parts = [(form.positions[m.code], form.positions[m.part_of]) for m in form.measures if m.part_of]
        values[forgotten, form.positions["admitted"]] -= 1
        if form is B1:
            values[forgotten, b1["members_end"]] -= 1
        for part, whole in parts:
            values[forgotten, part] = np.minimum(values[forgotten, part], values[forgotten, whole])
    limit = admission[:, b2["workers_admitted"]]
    admission[:, b2["private_workers_admitted"]] = np.minimum(admission[:, b2["private_workers_admitted"]], limit)
    changed = {"B1": movement, "B2": admission}
    if "B3" in forms:
        changed["B3"] = _fewer_heads(forms["B3"].values, rng)
    return {code: replace(counts, values=changed.get(code, counts.values)) for code, counts in forms.items()}


def _fewer_heads(values: Values, rng: np.random.Generator) -> Values:
    form = B3
    changed = values.copy()
    column = form.positions["village_heads_members"]
    row = rng.permutation(np.flatnonzero(changed[:, column] > 0))[:1]
    changed[row, column] -= 1
    for measure in form.measures:
        if measure.part_of == "village_heads_members":
            place = form.positions[measure.code]
            changed[row, place] = np.minimum(changed[row, place], changed[row, column])
    return changed
