"""Stored standings of cells say what the returns say, whatever was accepted, corrected, withdrawn or changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import fields, replace
from itertools import count

import pytest
from sqlalchemy import update

from data.organisations.units import Level
from data.periods import Period
from data.reading.queries import Reader
from data.returns import LineWithdrawal, ParsedWorkbook, RegisteredUnit, ReturnWithdrawal
from data.tables.engine import writing
from data.tables.standings import COUNTED, CellStanding, cell_standings, read_counts, read_fresh, read_standings
from data.upkeep.standings import kept_periods, make_standings
from data.upkeep.verify import verify
from data.viewers import SYSTEM, Role, Viewer
from data.writing.store import Store
from indicators.answers.cell_list import count_reasons
from indicators.answers.cell_standings import RULE, CellStandingRule
from indicators.answers.lagging_cells import Lagging, rows
from indicators.methods.reasons import Reason
from tests.small_province import KINDS, START, movement, planned, registry
from tests.stores import Database, NewDatabase, SharedDatabase

QUARTERS = [f"{year}-Q{quarter}" for year in (2017, 2018, 2019) for quarter in range(1, 5)]
H1, H2 = ("H1.1.1", "H1.1.2", "H1.2"), ("H2.1.1", "H2.1.2")
ADMIN = Viewer("admin", Role.ADMIN)
_numbers = count()


def quarter(sender: str, period: str, cells: dict[str, dict[str, int]] | None = None) -> ParsedWorkbook:
    """A return in which the cells of a district admitted 1 or 0 people in turn; `cells` replaces some of them."""
    turn, number = QUARTERS.index(period), next(_numbers)
    given = {
        cell: {"members_end": 12 + place, "admitted": int(cell != "H1.1.1" and (turn + place) % 2 == 0)}
        for place, cell in enumerate(H1 if sender == "H1" else H2)
    }
    return movement(sender, period, given | (cells or {}), name=f"{sender} {period} {number}.xlsx")


def fill(store: Store) -> None:
    """Two years and three quarters, of which H2 has not sent the last; plans for base organisations."""
    store.accept(registry(), viewer=SYSTEM)
    planned_for = ((unit, year) for unit in ("H1.1", "H2.1", "H1.2") for year in ("2018", "2019"))
    store.accept(planned(*((unit, year, "admissions", "9", "2017-01-01") for unit, year in planned_for)), viewer=SYSTEM)
    for period in QUARTERS[:-1]:
        for sender in ("H1", "H2"):
            if (sender, period) != ("H2", QUARTERS[-2]):
                store.accept(quarter(sender, period), viewer=SYSTEM)
    make_standings(Store(store.engine, rule=RULE))


@pytest.fixture
def store(
    backend: str, empty_database: Database, shared_database: SharedDatabase, new_database: NewDatabase
) -> Iterator[Store]:
    """A store of the test's own with the standings of the latest periods."""
    filled = shared_database(backend, "standings", empty_database, fill)
    with new_database(backend, filled) as url, closing(Store.open(url, rule=RULE)) as opened:
        yield opened.of_past_series()


def assert_right(store: Store, *, kept: bool = True) -> None:
    """What is stored is what the returns say; `kept`: nothing was forgotten on the way."""
    reader = store.reader(SYSTEM)
    with store.engine.connect() as connection:
        fresh = [*read_fresh(connection, RULE.code)]
    assert not kept or fresh == [*kept_periods(reader)]
    for period in fresh:
        found, _ = RULE.judge(reader, period, None, None)
        with store.engine.connect() as connection:
            assert read_standings(connection, period) == {row.unit: row for row in found}
            counted = read_counts(connection, period)
        stored, judged = Lagging(reader, period), Lagging(reader, period, from_returns=True)
        assert rows(stored) == rows(judged)
        for unit in (unit for unit in reader.tree(period.end).units.values() if unit.level is not Level.CELL):
            about = replace(judged, unit=unit.id)
            if not about.totals.get(unit.id) or unit.id not in counted:
                continue
            counts, reasons = about.counts, count_reasons(about.cells)
            expected = {field.name: getattr(counts.totals, field.name) for field in fields(counts.totals)}
            expected |= {name: getattr(counts, name) for name in ("new", "still", "uncompared", "recovered", "missing")}
            expected |= {reason.value: reasons[reason] for reason in Reason}
            assert dict(zip(COUNTED, counted[unit.id], strict=True)) == expected
    assert verify(store).faults == ()


def corrected(store: Store) -> None:
    store.accept(quarter("H1", "2019-Q3", {"H1.1.2": {"members_end": 2, "admitted": 0}}), viewer=SYSTEM)


def sent_late(store: Store) -> None:
    store.accept(quarter("H2", "2019-Q3"), viewer=SYSTEM)


def sent_in_other_forms(store: Store) -> None:
    heads = {"H1.1.1": {"village_heads": 2, "village_heads_members": 1}}
    store.accept(movement("H1", "2019-Q3", heads, form="B3"), viewer=SYSTEM)
    store.accept(movement("H1", "2019-Q3", {"H1.1.1": {"no_masses_left": 1}}, form="B2"), viewer=SYSTEM)
    store.accept(
        movement("H1", "2019-Q2", {"H1.2": {"dossiers_due": 9, "dossiers_complete": 1}}, form="B4"), viewer=SYSTEM
    )


def corrected_earlier_this_year(store: Store) -> None:
    store.accept(quarter("H1", "2019-Q1", {"H1.2": {"members_end": 12, "admitted": 9}}), viewer=SYSTEM)


def withdrawn(store: Store) -> None:
    store.withdraw(
        ReturnWithdrawal(unit="H1", period=Period.parse("2019-Q3"), forms=("B1",)), viewer=SYSTEM, reason="x"
    )


def withdrawn_for_the_version_before(store: Store) -> None:
    corrected(store)
    back = ReturnWithdrawal(unit="H1", period=Period.parse("2019-Q3"), forms=("B1",), restore=True)
    store.withdraw(back, viewer=SYSTEM, reason="x")


@pytest.mark.parametrize(
    "change",
    [
        corrected,
        sent_late,
        sent_in_other_forms,
        corrected_earlier_this_year,
        withdrawn,
        withdrawn_for_the_version_before,
    ],
)
def test_the_accepting_transaction_keeps_them_right(store: Store, change: Callable[[Store], None]) -> None:
    change(store)
    assert_right(store)


@pytest.mark.every_backend
def test_changes_that_follow_one_another_keep_them_right_on_both_databases(store: Store) -> None:
    for change in (corrected, sent_late, sent_in_other_forms, withdrawn):
        change(store)
    assert_right(store)
    replanned(store)
    make_standings(store)
    assert_right(store)


def rated(store: Store) -> None:
    store.accept(movement("H1", "2018", {"H1.1.1": {"cell_rating": "KHTNV"}}, form="B6"), viewer=SYSTEM)


def corrected_two_years_back(store: Store) -> None:
    store.accept(quarter("H1", "2017-Q2", {"H1.1.1": {"members_end": 12, "admitted": 3}}), viewer=SYSTEM)


def replanned(store: Store) -> None:
    store.accept(planned(("H1.1", "2019", "admissions", "1", "2019-02-02")), viewer=SYSTEM)


def plan_withdrawn(store: Store) -> None:
    store.withdraw(LineWithdrawal(form="KH", file="kh.xlsx"), viewer=SYSTEM, reason="x")


def other_thresholds(store: Store) -> None:
    store.set_threshold("small_cell_size", "14", viewer=ADMIN, reason="x")


def renamed(store: Store) -> None:
    kind, parent = KINDS["H1.1.2"]
    line = RegisteredUnit(
        row=13,
        code="H1.1.2",
        name="Tên mới",
        kind=kind,
        parent=parent,
        valid_from=START,
        valid_to=None,
        residential=True,
    )
    store.accept(registry(H1_1_2=line), viewer=SYSTEM)


def next_period(store: Store) -> None:
    store.accept(quarter("H1", "2019-Q4"), viewer=SYSTEM)


@pytest.mark.parametrize(
    "change",
    [rated, corrected_two_years_back, replanned, plan_withdrawn, other_thresholds, renamed, next_period],
)
def test_what_is_not_kept_right_is_forgotten_and_made_anew(store: Store, change: Callable[[Store], None]) -> None:
    change(store)
    assert_right(store, kept=False)
    make_standings(store)
    assert_right(store)


class Overtaken(CellStandingRule):
    """Each of the first judgements is overtaken by a return that corrects what it has read."""

    def __init__(self, url: str, times: int) -> None:
        self._url, self.left = url, times

    def judge(
        self, reader: Reader, period: Period, cells: Collection[int] | None, before: Mapping[int, int] | None
    ) -> tuple[Sequence[CellStanding], bool]:
        found = super().judge(reader, period, cells, before)
        if self.left:
            self.left -= 1
            change = {"H1.1.2": {"members_end": 2 + self.left, "admitted": 0}}
            with closing(Store.open(self._url, rule=RULE)) as other:
                other.of_past_series().accept(quarter("H1", "2019-Q3", change), viewer=SYSTEM)
        return found


@pytest.mark.parametrize("times", [1, 3])
def test_a_return_accepted_while_a_period_is_judged_is_in_what_is_stored(store: Store, times: int) -> None:
    other_thresholds(store)
    rule = Overtaken(store.engine.url.render_as_string(hide_password=False), times)
    made = make_standings(Store(store.engine, rule=rule), [Period.parse("2019-Q3")])
    assert (rule.left, made) == (0, (Period.parse("2019-Q3"),))
    assert_right(store, kept=False)


def test_a_store_without_the_rule_leaves_no_standing_that_may_be_wrong(store: Store) -> None:
    corrected(Store(store.engine))
    assert_right(store, kept=False)


def test_what_is_rehearsed_is_judged_from_the_returns_and_leaves_the_standings(store: Store) -> None:
    change = quarter("H1", "2019-Q3", {"H1.1.2": {"members_end": 2, "admitted": 0}})
    with store.rehearse(change, viewer=SYSTEM) as reader:
        listed = {row.unit: row for row in rows(Lagging(reader, Period.parse("2019-Q3")))}
    assert Reason.FEW_MEMBERS in listed["H1.1.2"].reasons
    assert_right(store)


def test_a_district_is_judged_as_the_province_judges_it(store: Store) -> None:
    own, period = Viewer("h1", Role.DISTRICT, "H1"), Period.parse("2019-Q3")
    stored, judged = Lagging(store.reader(own), period), Lagging(store.reader(own), period, from_returns=True)
    assert rows(stored) == rows(judged)
    whole = {row.unit: row.reasons for row in rows(Lagging(store.reader(SYSTEM), period))}
    assert {row.unit: row.reasons for row in rows(stored)} == {
        unit: reasons for unit, reasons in whole.items() if unit.startswith("H1")
    }


def test_a_standing_that_was_tampered_with_is_found(store: Store) -> None:
    cell = store.reader(SYSTEM).unit("H1.2").id
    with writing(store.engine) as connection:
        of_cell = cell_standings.c.unit_id == cell, cell_standings.c.period == "2019-Q3"
        connection.execute(update(cell_standings).where(*of_cell).values(reasons=0))
    (fault,) = verify(store).faults
    assert "H1.2" in fault.en
