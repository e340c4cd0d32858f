"""Official forms on a real store: they count where no unit below reported, once, on both maps, as of any instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis.strategies import booleans, integers, lists, sampled_from
from sqlalchemy import select

from data.forms.builtin import BUILTIN
from data.observations import Basis, Totals
from data.periods import Frequency, Period
from data.reading.queries import Reader
from data.returns import ParsedWorkbook
from data.sums import rollup_writes
from data.sums.rollup_reads import StoredCounts
from data.sums.stored_observations import StoredObservations
from data.tables.engine import writing
from data.tables.form_tables import rollup_tables
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from tests.data.sums.test_reorganisation import SENT
from tests.reorganisations import EVENTS, reorganised
from tests.small_province import NewProvince, movement, official

ROLLUPS = rollup_tables(BUILTIN)

YEAR, HALF, Q1, Q3 = map(Period.parse, ("2019", "2019-H1", "2019-Q1", "2019-Q3"))
DISTRICT = Viewer("huyen", Role.DISTRICT, "H1")


@pytest.fixture
def kept(new_province: NewProvince) -> Iterator[Store]:
    with new_province() as store:
        yield store


def send(store: Store, *workbooks: ParsedWorkbook) -> None:
    for workbook in workbooks:
        store.accept(workbook, viewer=SYSTEM)


def of_cells(sender: str, period: str, members: int = 10, **more: int) -> ParsedWorkbook:
    return movement(sender, period, {cell: {"members_end": members, **more} for cell in SENT[sender]})


def observed(reader: Reader, *sources: str, basis: Basis = Basis.REPORTED) -> StoredObservations:
    return reader.observations(sources or ("B1",), reader.registry.ids.values(), (YEAR,), basis)


def at(store: Store, unit: str, period: Period = YEAR, source: str = "B1", **how: Basis) -> Totals | None:
    reader = store.reader(SYSTEM)
    return observed(reader, source, **how).at(source, reader.registry.ids[unit], period)


def members(store: Store, *units: str, period: Period = YEAR) -> list[tuple[int | None, int, int]]:
    """Members, leaves that reported, leaves expected; of each unit."""
    found = [at(store, unit, period) for unit in units]
    return [(int(one.sums["members_end"]), one.reporting, one.expected) if one else (None, 0, 0) for one in found]


def test_a_form_counts_for_its_unit_and_those_above_and_for_all_cells_that_it_replaces(province: Store) -> None:
    send(province, official("H1", "2019", members_end=30, admitted=4))
    assert members(province, "T", "H1", "H1.1", "H2") == [(30, 3, 5), (30, 3, 3), (None, 0, 0), (None, 0, 0)]
    found = at(province, "H1")
    assert found is not None
    assert found.sums["admitted"] == 4
    assert found.blanks["female_end"] == 3  # not on form 1: blank for all cells that it replaces


def test_measures_of_the_units_other_forms_are_filled_in(kept: Store) -> None:
    send(kept, official("H1", "2019", members_end=30), official("H1", "2019", "3", members_end=30, female_end=9))
    found = at(kept, "H1")
    assert found is not None
    assert (found.sums["members_end"], found.sums["female_end"], "female_end" in found.blanks) == (30, 9, False)


@pytest.mark.parametrize("period", ["2019", "2019-Q1", "2019-Q4"])
@pytest.mark.parametrize("first", ["the form", "the cells"])
def test_returns_of_cells_for_the_year_or_a_part_of_it_displace_the_form(kept: Store, period: str, first: str) -> None:
    both = [official("H1", "2019", members_end=99), of_cells("H1", period)]
    send(kept, *(both if first == "the form" else reversed(both)), official("H2", "2019", members_end=50))
    of_year = (30, 3, 3) if period == "2019" else (None, 0, 0)
    assert members(kept, "H1") == [of_year]
    assert members(kept, "T") == [(80, 5, 5) if period == "2019" else (50, 2, 5)]


def test_a_form_of_a_lower_unit_displaces_one_above_it(kept: Store) -> None:
    send(kept, official("T", "2019", members_end=99))
    assert members(kept, "T", "H1") == [(99, 5, 5), (None, 0, 0)]
    send(kept, official("H1.1", "2019", members_end=20), official("H1", "2019", members_end=40))
    assert members(kept, "T", "H1", "H1.1") == [(20, 2, 5), (20, 2, 3), (20, 2, 2)]


def test_half_a_year_and_the_year_stand_side_by_side_and_are_never_added(kept: Store) -> None:
    send(kept, official("H1", "2019-H1", admitted=3), official("H1", "2019", admitted=5))
    admitted = [at(kept, "H1", period) for period in (HALF, YEAR)]
    assert [found and found.sums["admitted"] for found in admitted] == [3, 5]


def test_a_form_shows_that_a_base_admitted_nobody_and_only_a_cell_shows_its_size(kept: Store) -> None:
    send(kept, official("H1.1", "2019", admitted=0, members_end=20), official("H1.2", "2019", members_end=2))
    bases, sizes = at(kept, "H1", source="bases"), at(kept, "H1", source="sizes")
    assert bases is not None
    assert (bases.sums["bases_without_admission"], bases.reporting) == (2, 2)
    assert sizes is not None
    assert sizes.sums == {"cells": 1, "small_cells": 1}  # the base cell; cells replaced by a form of H1.1 have no size


def test_a_correction_counts_and_the_earlier_value_can_still_be_queried(province: Store) -> None:
    send(province, official("H1", "2019", members_end=30))
    before = datetime.now(UTC)
    send(province, official("H1", "2019", members_end=31))
    assert members(province, "T") == [(31, 3, 5)]
    reader = province.reader(SYSTEM, before)
    then = observed(reader).at("B1", reader.registry.ids["T"], YEAR)
    assert then is not None
    assert then.sums["members_end"] == 30


def test_forms_are_never_due_so_they_open_no_period_but_their_year_can_be_queried(kept: Store) -> None:
    send(kept, official("H1", "2019", members_end=30))
    reader = kept.reader(SYSTEM)
    assert (reader.opened(), reader.history(), reader.today()) == ((), (YEAR,), YEAR.end)
    assert reader.returns(YEAR) == ()
    assert [(found.form, found.unit_code) for found in reader.submissions(period=YEAR)] == [("O1", "H1")]


def test_a_district_sends_forms_of_its_own_branch_only_and_sees_no_others(province: Store) -> None:
    send(province, official("H2", "2019", members_end=50))
    province.accept(official("H1.1", "2019", members_end=20), viewer=DISTRICT)
    with pytest.raises(OutOfScope):
        province.accept(official("H2", "2019", members_end=20), viewer=DISTRICT)
    reader = province.reader(DISTRICT)
    with pytest.raises(OutOfScope):
        reader.official_counts("H2", YEAR)
    assert observed(reader).at("B1", reader.registry.ids["H2"], YEAR) is None


STEPS = (
    official("T", "2019", members_end=99),
    official("H1", "2019", members_end=40, admitted=4),
    official("H1", "2019", "3", members_end=40, female_end=10),
    official("H1", "2019-H1", members_end=38),
    official("H1.1", "2019", members_end=20),
    official("H1.2", "2019", members_end=9),
    official("H2", "2019", members_end=50),
    official("H2", "2019", "2", admitted=6),
    of_cells("H1", "2019-Q1"),
    movement("H2", "2019-Q2", {"H2.1.1": {"members_end": 7}}),
    of_cells("H1", "2019-Q3"),
    of_cells("H2", "2019"),
    movement("H2", "2019", {cell: {"admitted": 2} for cell in SENT["H2"]}, form="B2"),
)
VALID_EVER = len(STEPS) - 3  # the last ones list cells that a reorganisation may have ended


def sums_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.engine.connect() as connection:
        return {
            code: sorted(tuple(row)[:3] + tuple(row)[4:] for row in connection.execute(select(table)))
            for code, table in ROLLUPS.items()
        }


@pytest.mark.slow
@settings(max_examples=12)
@given(
    steps=lists(sampled_from(range(len(STEPS))), min_size=2, max_size=6, unique=True),
    event=sampled_from([None, *EVENTS]),
    place=integers(0, 6),
)
@example(
    steps=[0, 1, 2, 3, 4, 5], event="districts abolished", place=5
)  # nothing remains of a unit that no longer exists
def test_sums_are_the_same_incrementally_and_rebuilt_and_as_of_each_instant(
    new_province: NewProvince, steps: Sequence[int], event: str | None, place: int
) -> None:
    workbooks = [STEPS[step] for step in steps]
    workbooks[place:place] = [reorganised(event)] if event else []
    sources = tuple(ROLLUPS)
    with new_province() as store:
        known = []
        for workbook in workbooks:
            store.accept(workbook, viewer=SYSTEM)
            known.append((datetime.now(UTC), observed(store.reader(SYSTEM), *sources).loaded))
        for instant, found in known:
            assert observed(store.reader(SYSTEM, instant), *sources).loaded == found
        require_traceable(store)
        before = sums_of(store)
        with writing(store.engine) as connection:
            counts = StoredCounts(connection, BUILTIN, store.reader(SYSTEM).registry, 5)
            rollup_writes.roll_up_all(counts)
        assert sums_of(store) == before


def require_traceable(store: Store) -> None:
    """A sum equals that of the cells in its trace, and that of its leaves."""
    reader = store.reader(SYSTEM)
    found = observed(reader)
    for unit in map(reader.registry.ids.__getitem__, ("T", "H1")):
        totals = found.at("B1", unit, YEAR)
        cells = reader.contributions("B1", ("members_end", "admitted"), unit, YEAR)
        for measure in ("members_end", "admitted"):
            given = totals.sums[measure] if totals else 0
            assert sum(int(cell.value or 0) for cell in cells if cell.measure == measure) == given
            assert sum(leaf.values[measure] or 0 for leaf in found.leaves("B1", unit, YEAR)) == given


@pytest.mark.slow
@settings(max_examples=12)
@given(
    steps=lists(sampled_from(range(VALID_EVER)), min_size=1, max_size=4, unique=True),
    event=sampled_from(EVENTS),
    is_before=booleans(),
)
def test_the_province_has_the_same_sums_on_both_maps(
    new_province: NewProvince, steps: Sequence[int], event: str, is_before: bool
) -> None:
    workbooks = [STEPS[step] for step in steps]
    with new_province() as store:
        send(store, *workbooks, reorganised(event)) if is_before else send(store, reorganised(event), *workbooks)
        reported, today = (observed(store.reader(SYSTEM), basis=basis) for basis in Basis)
        ids = today.context.registry.ids
        for period in (HALF, *YEAR.parts(Frequency.QUARTER), YEAR):
            ours, theirs = (found.at("B1", ids["T"], period) for found in (reported, today))
            assert (ours is None) == (theirs is None)
            if ours is not None and theirs is not None:
                assert (ours.sums, ours.reporting, ours.blanks) == (theirs.sums, theirs.reporting, theirs.blanks)
