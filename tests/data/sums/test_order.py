"""Random registries and returns: any order of them gives the same values, and no count is lost or added twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis.strategies import randoms

from data.observations import Basis
from data.organisations.units import Event, UnitKind
from data.periods import Period
from data.returns import ParsedWorkbook, RegisteredSuccession, RegisteredUnit, SourceFile
from data.sums.families.builtin import OBLIGATION_FAMILIES
from data.upkeep.verify import verify
from data.viewers import SYSTEM
from data.writing.store import Store
from tests.data.sums.test_reorganisation import at
from tests.reorganisations import numbered
from tests.small_province import movement, registry
from tests.stores import Database, NewDatabase

PERIODS = tuple(map(Period.parse, ("2019-Q2", "2019-Q3")))
DAYS = (date(2019, 5, 2), date(2019, 7, 1), date(2019, 8, 15), date(2019, 11, 1))
DISTRICTS = ("H1", "H2")


@dataclass
class Draft:
    """A version of the registry while it is reorganised; `number` makes the codes of founded units."""

    units: list[RegisteredUnit]
    lines: list[RegisteredSuccession] = field(default_factory=list)
    number: int = 0

    def living(self, *kinds: UnitKind) -> list[RegisteredUnit]:
        return [unit for unit in self.units if unit.valid_to is None and unit.kind in kinds]

    def end(self, unit: RegisteredUnit, day: date) -> None:
        self.units[self.units.index(unit)] = replace(unit, valid_to=day - timedelta(days=1))

    def found(self, parent: str | None, day: date) -> str:
        self.number += 1
        code = f"N{self.number}"
        cell = RegisteredUnit(
            row=90, code=code, name=code, kind=UnitKind.CELL, parent=parent, valid_from=day, valid_to=None
        )
        self.units.append(cell)
        return code

    def line(self, event: Event, before: str, after: str | None, day: date, share: Fraction | None = None) -> None:
        about = {"date": day, "decision": "QĐ", "event": event, "share": share}
        self.lines.append(RegisteredSuccession(row=8, predecessor=before, successor=after, **about))  # type: ignore[arg-type]

    def workbook(self, name: str) -> ParsedWorkbook:
        given = registry()
        assert given.registry is not None
        lines = tuple(replace(line, row=row) for row, line in enumerate(self.lines, start=8))
        changed = replace(given.registry, units=numbered(self.units), successions=lines)
        content = repr((name, self.units, self.lines)).encode()
        return replace(given, source=SourceFile(name=f"{name}.xlsx", content=content), registry=changed)


def merge(draft: Draft, random: Random, day: date) -> None:
    cells = random.sample(draft.living(UnitKind.CELL), 2)
    code = draft.found(random.choice(cells).parent, day)
    for cell in cells:
        draft.end(cell, day)
        draft.line(Event.MERGED, cell.code, code, day)


def absorb(draft: Draft, random: Random, day: date) -> None:
    cell, home = random.sample(draft.living(UnitKind.CELL), 2)
    draft.end(cell, day)
    draft.line(Event.ABSORBED, cell.code, home.code, day)


def split(draft: Draft, random: Random, day: date) -> None:
    cell, bases = random.choice(draft.living(UnitKind.CELL)), draft.living(UnitKind.BASE_COMMITTEE)
    shares = random.choice([(Fraction(1, 3), Fraction(2, 3)), (None, None)])
    for share in shares:
        code = draft.found(random.choice(bases).code, day)
        draft.line(Event.SPLIT, cell.code, code, day, share)
    draft.end(cell, day)


def move_cell(draft: Draft, random: Random, day: date) -> None:
    cell, home = random.choice(draft.living(UnitKind.CELL)), random.choice(draft.living(UnitKind.BASE_COMMITTEE))
    if cell.valid_from < day and cell.parent != home.code:
        draft.end(cell, day)
        draft.units.append(replace(cell, parent=home.code, valid_from=day))


def move_base(draft: Draft, random: Random, day: date) -> None:
    base = random.choice(draft.living(UnitKind.BASE_COMMITTEE, UnitKind.BASE_CELL))
    if base.valid_from < day:
        draft.end(base, day)
        draft.units.append(replace(base, parent=random.choice(DISTRICTS), valid_from=day))


def dissolve(draft: Draft, random: Random, day: date) -> None:
    draft.end(random.choice(draft.living(UnitKind.CELL)), day)


def create(draft: Draft, random: Random, day: date) -> None:
    draft.found(random.choice(draft.living(UnitKind.BASE_COMMITTEE)).code, day)


CHANGES: Sequence[Callable[[Draft, Random, date], None]] = (
    merge,
    absorb,
    split,
    move_cell,
    move_base,
    dissolve,
    create,
)


def reorganise(draft: Draft, random: Random, day: date) -> None:
    """One change on a day, unless few cells are left."""
    if len(draft.living(UnitKind.CELL)) > 1:
        random.choice(CHANGES)(draft, random, day)


def drafts(random: Random) -> list[Draft]:
    """Three versions: as founded, reorganised, and reorganised further or on another day."""
    first = registry().registry
    assert first is not None
    founded = Draft(list(first.units))
    reorganised = Draft(list(first.units))
    days = sorted(random.choices(DAYS, k=random.randint(1, 3)))
    for day in days:
        reorganise(reorganised, random, day)
    if len(set(days)) == 1 and random.random() < 0.5:
        return [founded, reorganised, on_another_day(reorganised, days[0], random.choice((*DAYS, date(2020, 1, 1))))]
    further = Draft(list(reorganised.units), list(reorganised.lines), number=10)
    for day in (day for day in DAYS if day >= days[-1] and random.random() < 0.5):
        reorganise(further, random, day)
    return [founded, reorganised, further]


def on_another_day(draft: Draft, before: date, after: date) -> Draft:
    """The same reorganisation with a corrected date."""
    ends = {before - timedelta(days=1): after - timedelta(days=1), None: None}
    units = [
        replace(unit, valid_from=after if unit.valid_from == before else unit.valid_from, valid_to=ends[unit.valid_to])
        for unit in draft.units
    ]
    return Draft(units, [replace(line, date=after) for line in draft.lines])


def cells_of(draft: Draft, sender: str, day: date) -> list[str]:
    there = {u.code: u for u in draft.units if u.valid_from <= day and (u.valid_to is None or day <= u.valid_to)}

    def district(code: str | None) -> str | None:
        return code if code in DISTRICTS or code is None else district(there[code].parent)

    kinds = {UnitKind.CELL, UnitKind.BASE_CELL}
    return [code for code, unit in there.items() if unit.kind in kinds and district(code) == sender]


def returned(random: Random, draft: Draft, sender: str, period: Period) -> ParsedWorkbook | None:
    cells = [cell for cell in cells_of(draft, sender, period.end) if random.random() < 0.9]
    values = {cell: {"members_end": random.randint(0, 30), "admitted": random.randint(0, 9)} for cell in cells}
    return movement(sender, period.code, values, name=f"{random.random()}.xlsx") if cells else None


Step = tuple[str, int, ParsedWorkbook]
"""A key whose versions keep their order, the version of the registry whose shape it has, and the workbook."""


def orders(random: Random, count: int) -> list[list[ParsedWorkbook]]:
    """Orders of the same registry versions and returns; a return comes after the registry that names its units."""
    versions = drafts(random)
    steps: list[Step] = [("DM", place, draft.workbook(f"dm{place}")) for place, draft in enumerate(versions)]
    for place, draft in enumerate(versions):
        for sender in DISTRICTS:
            for period in PERIODS:
                if random.random() < (0.9, 0.5, 0.4)[place]:
                    workbook = returned(random, draft, sender, period)
                    steps += [(f"{sender} {period}", place, workbook)] if workbook else []
    return [_order(random, steps) for _ in range(count)]


def _order(random: Random, steps: Sequence[Step]) -> list[ParsedWorkbook]:
    left, found, known = list(steps), [], -1
    while left:
        possible = [
            step
            for place, step in enumerate(left)
            if all(other[0] != step[0] for other in left[:place]) and (step[0] == "DM" or step[1] <= known)
        ]
        key, version, workbook = step = random.choice(possible)
        known = version if key == "DM" else known
        left.remove(step)
        found.append(workbook)
    return found


def everything(store: Store) -> Mapping[tuple[str, ...], object]:
    """Every value of the store, on both maps, with who reported and where it is from."""
    reader = store.reader(SYSTEM)
    sources = ("B1", "sizes", "bases", "streaks", *OBLIGATION_FAMILIES)
    units, periods = reader.registry.ids, PERIODS
    found: dict[tuple[str, ...], object] = {}
    for basis in Basis:
        observations = reader.observations(sources, units.values(), periods, basis)
        for source in sources:
            for code, unit in units.items():
                for period in periods:
                    found[basis, source, code, period.code] = observations.at(source, unit, period)
        cells = reader.contributions("B1", ["admitted"], units["T"], PERIODS[-1], basis)
        found[basis, "trace"] = sorted((cell.unit_code, cell.cell, cell.value, cell.share) for cell in cells)
    for due in (each for period in periods for each in reader.returns(period)):
        found["due", due.unit.code, due.form, due.period.code] = due.reporting, due.expected, due.blanks, due.status
    return found


@settings(max_examples=2)
@given(random=randoms(use_true_random=False))
def test_any_order_of_random_registries_and_returns_gives_the_same_values(
    backend: str, empty_database: Database, new_database: NewDatabase, random: Random
) -> None:
    found: list[Mapping[tuple[str, ...], object]] = []
    for order in orders(random, 2):
        with new_database(backend, empty_database(backend)) as url, closing(Store.open(url).of_past_series()) as store:
            for workbook in order:
                store.accept(workbook, viewer=SYSTEM)
            assert verify(store).faults == ()
            assert_nothing_is_lost(store, order)
            assert_leaves_add_up(store)
            found.append(everything(store))
    assert found[0] == found[1]


def assert_leaves_add_up(store: Store) -> None:
    """What is read from stored sums is what is read leaf by leaf."""
    reader = store.reader(SYSTEM)
    units = reader.registry.ids
    for basis in Basis:
        observations = reader.observations(["B1"], units.values(), PERIODS, basis)
        for code, unit in units.items():
            for period in PERIODS:
                total, leaves = observations.at("B1", unit, period), observations.leaves("B1", unit, period)
                counted = sum(leaf.values["admitted"] or 0 for leaf in leaves)
                assert (total.sums["admitted"] if total else 0) == counted, (basis, code, period)


def assert_nothing_is_lost(store: Store, order: Sequence[ParsedWorkbook]) -> None:
    """Where every sender returned once, all counts are in the province's sums, whatever shape the registry has now."""
    for period in PERIODS:
        sent = [given for workbook in order for given in workbook.returns if given.period == period]
        senders = [given.unit for given in sent]
        if len(set(senders)) == len(senders) and all(row.unit.startswith("H") for given in sent for row in given.rows):
            rows = [(row.unit, given.form.positions["members_end"], row) for given in sent for row in given.rows]
            if len({unit for unit, _, _ in rows}) == len(rows) and rows:
                for basis in Basis:
                    total = at(store, "T", period, basis)
                    assert total is not None
                    assert total.sums["members_end"] == sum(int(row.values[place] or 0) for _, place, row in rows)
