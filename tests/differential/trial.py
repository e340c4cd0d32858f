"""Takes steps on both databases and compares after each: with plain code, with one another, with what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random

from data.language import Language
from data.observations import Basis
from data.organisations.units import Level, UnitKind
from data.periods import Period as Asked
from data.reading.queries import Reader
from data.returns import ParsedWorkbook, RegisteredUnit, ReturnWithdrawal
from data.upkeep.standings import make_standings
from data.upkeep.verify import verify
from data.viewers import SYSTEM, Role, Viewer
from data.writing.store import Store
from indicators.answers.cache import AnswerCache
from indicators.answers.cell_standings import RULE
from indicators.answers.enquiry import Enquiry, answer
from indicators.answers.lagging_cells import Lagging, rows
from layouts.views.ask import Ask
from tests.data.sums.test_order import DAYS, DISTRICTS, Draft, reorganise
from tests.differential.world import DEFAULTS, Sent, World
from tests.second_reading.comparison import DISTRICTS as DISTRICTS_ONLY
from tests.second_reading.comparison import EVERY_LEVEL, Comparison, Readings
from tests.second_reading.known import Arrival, Withdrawn
from tests.second_reading.periods import Period
from tests.small_province import movement, planned, registry

PERIODS = ("2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4", "2020-Q1")
OPENED = ("2019-Q2", "2019-Q4")  # a period after the latest opened one is on no map of today
FORMS = ("B1", "B2", "B3")
ASKED = ("2019-Q2", "2019-Q3", "2019")
SAID = (
    "members",
    "net_change",
    "members_growth_yoy",
    "admissions",
    "admissions_plan_rate",
    "female_admission_share",
    "bases_without_admission_share",
    "cells_without_admission_3y",
    "small_cells",
    "returns_complete_share",
    "returns_on_time_share",
)
_START, _PACE = datetime(2019, 4, 1, 3, tzinfo=UTC), timedelta(days=9)
_REMEMBERED = 2  # instants whose answers are asked again after each step

Answers = Mapping[tuple[object, ...], object]


@dataclass
class Trial:
    """A store on each database, to which the same happens; `steps` are the names and seeds of what happened."""

    stores: Sequence[Store]
    now: datetime = _START
    steps: list[tuple[str, int]] = field(default_factory=list)
    world: World = field(default_factory=World)
    draft: Draft = field(default_factory=lambda: Draft(list(_founded())))
    said: dict[datetime, Answers] = field(default_factory=dict)
    fields: int = 0

    def __post_init__(self) -> None:
        self.stores = [Store(store.engine, lambda: self.now, rule=RULE) for store in self.stores]
        self._kept = [AnswerCache() for _ in self.stores]
        self._accept(registry())
        for code in OPENED:
            self.now += _PACE
            self._change_period("open", Period.parse(code))

    def take(self, name: str, seed: int) -> None:
        """One step, and everything compared after it; a step that is not possible now is left out."""
        self.now += _PACE
        if STEPS[name](self, Random(f"{name} {seed}")):
            self.steps.append((name, seed))
            self.compare()
            self.said[self.now] = self._said(self.now)

    def _accept(self, workbook: ParsedWorkbook) -> bool:
        self.world.arrivals.append(Arrival(Sent.of(workbook), self.now, self.now))  # type: ignore[arg-type]
        for store in self.stores:
            assert not store.accept(workbook, viewer=SYSTEM).refused
        return True

    def _change_period(self, change: str, period: Period) -> bool:
        self.world.periods.append((self.now, change, period))
        for store in self.stores:
            ways: Mapping[str, Callable[..., None]] = {
                "open": partial(store.open_period, forms=FORMS),
                "close": store.close_period,
                "reopen": store.reopen_period,
            }
            ways[change](Asked.parse(period.code), viewer=SYSTEM, reason="thử")
        return True

    def send(self, random: Random) -> bool:
        """A return, a correction of one, or one of a district that was reorganised meanwhile."""
        known, period = self.world.known(), Period.parse(random.choice(PERIODS))
        if self.world.state(period) not in {"open", "reopen"}:
            return False
        tree, form = known.registry.at(period.end), random.choice(("B1", "B1", "B1", "B2"))
        sender = random.choice(tree.senders)
        leaves = [leaf for leaf in tree.leaves(form) if sender in tree.above[leaf] and random.random() < 0.85]
        lines = {leaf: _counts(random, form) for leaf in leaves}
        return bool(lines) and self._accept(movement(sender, period.code, lines, form=form, name=f"{self.now}.xlsx"))

    def withdraw(self, random: Random) -> bool:
        """All returns of a sender for a period."""
        there = sorted({(sender, period.code) for _, sender, period in self.world.known().versions})
        if not there:
            return False
        sender, period = random.choice(there)
        self.world.withdrawn.append(Withdrawn(sender, Period.parse(period), self.now))
        for store in self.stores:
            store.withdraw(ReturnWithdrawal(unit=sender, period=Asked.parse(period)), viewer=SYSTEM, reason="thử")
        return True

    def reorganise(self, random: Random) -> bool:
        """Another version of the registry: merged, absorbed, split, moved, dissolved, founded."""
        last = max((line.valid_from for line in self.draft.units), default=DAYS[0])
        days = [day for day in DAYS if day >= last]
        if not days:
            return False
        before = deepcopy(self.draft)
        reorganise(self.draft, random, random.choice(days))
        if not _bases_have_cells(self.draft):
            self.draft = before
            return False
        return self._accept(self.draft.workbook(f"dm{self.now}"))

    def rename(self, random: Random) -> bool:
        """Another name for a unit."""
        unit = random.choice(self.draft.living(*UnitKind))
        self.draft.units[self.draft.units.index(unit)] = replace(unit, name=f"{unit.name} ({self.now:%d/%m})")
        return self._accept(self.draft.workbook(f"dm{self.now}"))

    def plan(self, random: Random) -> bool:
        """Plans for some units."""
        units = random.sample([unit.code for unit in self.draft.living(*UnitKind)], 2)
        decided, term = date(2019, 1, random.randint(1, 28)), random.choice(("2019", "2020", "2016-2020"))
        lines = [(unit, term, "admissions", str(random.randint(0, 9)), decided.isoformat()) for unit in units]
        return self._accept(planned(*lines))

    def threshold(self, random: Random) -> bool:
        """Another threshold of what counts."""
        code, value = random.choice(sorted(DEFAULTS)), random.randint(2, 6)
        self.world.thresholds.append((self.now, code, value))
        for store in self.stores:
            store.set_threshold(code, str(value), viewer=SYSTEM, reason="thử")
        return True

    def period(self, random: Random) -> bool:
        """A period is opened, closed or opened again."""
        period = Period.parse(random.choice(PERIODS))
        change = {"": "open", "open": "close", "close": "reopen", "reopen": "close"}[self.world.state(period)]
        return self._change_period(change, period)

    def compare(self) -> None:
        """Both databases now; what is kept; what was said of earlier instants; the stored sums."""
        for store in self.stores:
            make_standings(store)
        ours, other = (_everything(store.reader(SYSTEM)) for store in self.stores)
        assert ours == other, _first(ours, other)
        self._compare_with_plain()
        self._compare_kept()
        for place, instant in enumerate(_some(list(self.said))):
            again = self._said(instant, place)
            assert again == self.said[instant], (instant, _first(self.said[instant], again))
        for store in self.stores:
            assert verify(store).faults == ()

    def _said(self, instant: datetime, place: int = 0) -> Answers:
        """What one of the databases says as of an instant."""
        return _everything(self.stores[place % len(self.stores)].reader(SYSTEM, instant))

    def _compare_kept(self) -> None:
        """What is kept from before the step, where it holds, is what is said now."""
        for viewer, enquiry in _kept_enquiries():
            now = answer(self.stores[0].reader(viewer), enquiry)
            for store, kept in zip(self.stores, self._kept, strict=True):
                asked = Ask(store, store.reader(viewer), {}, Language.VI, kept)
                assert asked.answered(answer, enquiry) == now, (store.engine.name, viewer, enquiry)

    def _compare_with_plain(self) -> None:
        for as_of in (None, *_some(list(self.said))[:1]):
            found, known = Comparison(), self.world.known(as_of)
            with self.world.in_force(as_of):
                readings = Readings.of(self.stores[0], known, found)
                asked = [code for code in ASKED if Period.parse(code).end <= known.today]
                readings.compare_values(asked, DISTRICTS_ONLY if as_of else EVERY_LEVEL, SAID)
                readings.compare_cells([period.code for period in known.opened])
            self.fields += found.fields
            assert not found.differences, "\n".join((f"as of {as_of}", *found.differences[:20]))


STEPS: Mapping[str, Callable[[Trial, Random], bool]] = {
    "send": Trial.send,
    "withdraw": Trial.withdraw,
    "reorganise": Trial.reorganise,
    "rename": Trial.rename,
    "plan": Trial.plan,
    "threshold": Trial.threshold,
    "period": Trial.period,
}


def _founded() -> Sequence[RegisteredUnit]:
    first = registry().registry
    assert first is not None
    return first.units


def _bases_have_cells(draft: Draft) -> bool:
    """A committee without cells is not counted by the second reading, and waited for by the application."""
    homes = {cell.parent for cell in draft.living(UnitKind.CELL)}
    return all(base.code in homes for base in draft.living(UnitKind.BASE_COMMITTEE))


def _counts(random: Random, form: str) -> Mapping[str, int | None]:
    admitted = None if random.random() < 0.1 else random.choice((0, 0, 1, 5))
    if form == "B2":
        return {"admitted": admitted, "female_admitted": admitted and random.randint(0, admitted)}
    return {"members_start": random.randint(0, 9), "admitted": admitted, "members_end": random.randint(0, 9)}


def _enquiries() -> Sequence[Enquiry]:
    about = Enquiry(indicators=SAID, periods=tuple(map(Asked.parse, ASKED)))
    return [
        *(replace(about, level=level) for level in (Level.DISTRICT, Level.CELL)),
        replace(about, level=Level.BASE, basis=Basis.TODAY),
    ]


def _everything(reader: Reader) -> Answers:
    """What is said of every unit, every cell and every return."""
    found: dict[tuple[object, ...], object] = {}
    for enquiry in _enquiries():
        for row in answer(reader, enquiry):
            found["value", row.basis, row.indicator.code, row.unit, row.period] = row
    for period in reader.opened():
        for cell in rows(Lagging(reader, period)):
            found["cell", period, cell.unit] = cell
        for due in reader.returns(period):
            found["return", period, due.unit.code, due.form] = due.status, due.versions, due.reporting, due.expected
    return found


def _kept_enquiries() -> Sequence[tuple[Viewer, Enquiry]]:
    """Of the whole province, and of one district each, which the other's returns leave as they are."""
    about = Enquiry(indicators=SAID, periods=tuple(map(Asked.parse, ASKED)))
    return [
        (SYSTEM, replace(about, level=Level.DISTRICT, basis=Basis.TODAY)),
        *((SYSTEM, replace(about, unit=district, level=Level.CELL)) for district in DISTRICTS),
        (Viewer("huyện", Role.DISTRICT, DISTRICTS[0]), replace(about, level=Level.CELL)),
    ]


def _some(instants: Sequence[datetime]) -> Sequence[datetime]:
    return [*instants[:1], *instants[-_REMEMBERED + 1 :]] if len(instants) > _REMEMBERED else instants


def _first(ours: Answers, other: Answers) -> object:
    keys = [key for key in {**ours, **other} if ours.get(key) != other.get(key)]
    return keys[0], ours.get(keys[0]), other.get(keys[0]), len(keys)
