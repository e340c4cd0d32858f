"""Due returns: quarterly and yearly forms, versions, forms that are due from their first return on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from data.forms.builtin import BUILTIN, FORMS
from data.periods import Period
from data.sums.due_returns import DueCalendar, due_returns, senders
from data.tables.records import DueReturn, ReturnStatus
from data.viewers import SYSTEM
from data.writing.store import Store
from tests.small_province import movement

YEAR, QUARTER = Period.parse("2019"), Period.parse("2019-Q4")
CELLS: dict[str, dict[str, int | None]] = {unit: {"members_end": 5} for unit in ("H2.1.1", "H2.1.2")}
EACH_PERIOD = {form.code for form in BUILTIN.returns_on(QUARTER.end) if not form.on_call}
NO_CELLS: dict[str, dict[str, int | None]] = {unit: {} for unit in CELLS}


def due(store: Store, period: Period, as_of: datetime | None = None) -> set[tuple[str, str]]:
    """(unit, form) of every return due."""
    return {(item.unit.code, item.form) for item in store.reader(SYSTEM, as_of).returns(period)}


def forms(store: Store, period: Period) -> set[str]:
    return {form for _, form in due(store, period)}


def test_nothing_is_due_for_a_period_that_is_not_opened(province: Store) -> None:
    assert due(province, QUARTER) == set()


def test_a_supplementary_form_is_due_from_its_first_return_on(province: Store) -> None:
    province.accept(movement("H2", "2019-Q3", CELLS), viewer=SYSTEM)
    province.accept(movement("H2", "2019-Q4", NO_CELLS, form="B4"), viewer=SYSTEM)
    assert forms(province, Period.parse("2019-Q3")) == EACH_PERIOD
    assert forms(province, QUARTER) == EACH_PERIOD | {"B4"}
    assert ("H1", "B4") in due(province, QUARTER)


def test_a_yearly_form_is_due_for_the_year_and_makes_no_quarter_overdue(province: Store) -> None:
    province.accept(movement("H2", "2019-Q4", CELLS), viewer=SYSTEM)
    assert due(province, YEAR) == set()
    province.accept(movement("H2", "2019", NO_CELLS, form="B6"), viewer=SYSTEM)
    assert due(province, YEAR) == {("H1", "B6"), ("H2", "B6")}
    assert forms(province, QUARTER) == EACH_PERIOD
    reader = province.reader(SYSTEM)
    assert reader.opened() == (QUARTER, YEAR)
    assert reader.today() == date(2019, 12, 31)


def test_where_returns_are_yearly_every_form_is_due_for_the_year(province: Store) -> None:
    province.accept(movement("H2", "2019", CELLS), viewer=SYSTEM)
    assert forms(province, YEAR) == EACH_PERIOD


def test_a_period_opened_by_hand_makes_every_form_due(province: Store) -> None:
    province.accept(movement("H2", "2019-Q4", CELLS), viewer=SYSTEM)
    before = datetime.now(UTC)
    province.open_period(QUARTER, viewer=SYSTEM)
    province.open_period(YEAR, viewer=SYSTEM)
    declared = list(BUILTIN.returns_on(QUARTER.end))
    quarterly = {form.code for form in declared if QUARTER.frequency in form.frequencies}
    assert forms(province, QUARTER) == quarterly
    assert forms(province, YEAR) == {form.code for form in declared} - quarterly
    assert {form for _, form in due(province, QUARTER, before)} == EACH_PERIOD


def test_a_form_that_is_introduced_later_leaves_the_timeliness_of_earlier_periods_as_it_was(province: Store) -> None:
    opened = tuple(map(Period.parse, ("2019-Q3", "2019-Q4", "2020-Q1")))
    introduced = replace(FORMS["B2"], code="B9", valid_from=date(2020, 2, 1))
    tree = province.reader(SYSTEM).registry.at(opened[2].end)

    def owed(calendar: DueCalendar, period: Period) -> list[DueReturn]:
        return list(due_returns(calendar, period, tree, senders(tree), {}, lambda _: period.end))

    declared = replace(BUILTIN, version=1, versions={**BUILTIN.versions, "B9": (introduced,)})
    before, after = (DueCalendar(vocabulary=vocabulary, opened=opened) for vocabulary in (BUILTIN, declared))
    assert [owed(after, period) for period in opened[:2]] == [owed(before, period) for period in opened[:2]]
    for sent_by in ("H1", "H2"):
        now, then = ([i.form for i in owed(c, opened[2]) if i.unit.code == sent_by] for c in (after, before))
        assert now == [*then, "B9"]


def test_returns_of_a_year_are_those_of_its_quarters_and_its_own(province: Store) -> None:
    late = datetime(2020, 2, 20, tzinfo=UTC)
    for form in ("B1", "B2"):
        province.accept(movement("H2", "2019-Q4", CELLS, form=form), viewer=SYSTEM)
    province.accept(movement("H2", "2019", NO_CELLS, form="B6"), viewer=SYSTEM, received_at=late)
    reader = province.reader(SYSTEM)
    found = {item.unit.code: item for item in reader.returns(YEAR)}
    assert (found["H1"].status, found["H2"].status) == (ReturnStatus.MISSING, ReturnStatus.LATE)
    district = reader.registry.ids["H2"]
    observed = reader.observations(["returns"], [district], [YEAR])
    totals = observed.at("returns", district, YEAR)
    assert totals is not None
    assert totals.sums["returns_due"] == len(EACH_PERIOD) + 1
    assert [(leaf.unit, leaf.values["returns_due"]) for leaf in observed.leaves("returns", district, YEAR)] == [
        (district, len(EACH_PERIOD) + 1)
    ]
