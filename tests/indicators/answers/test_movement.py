"""Why values moved: parts add up to the change over random provinces, and each cause is what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis.strategies import dictionaries, fixed_dictionaries, integers, none, sampled_from, tuples

from data.observations import Basis
from data.organisations.lineage import Lineage
from data.organisations.units import Event, Level, Registry, Succession
from data.periods import Period
from data.viewers import SYSTEM, Role, Viewer
from data.writing.store import Store
from indicators.answers.compared_units import Side, UnitComparison
from indicators.answers.enquiry import Enquiry, Inputs, answer
from indicators.answers.movement import Moved, MovementRow, movement_rows, movements, revisions
from indicators.answers.perimeters import PerimeterCache
from indicators.catalogue.builtin import CATALOGUE
from indicators.methods.decomposition import Cause, UnitTerms, of_ratio, of_sum
from indicators.values.model import MeanPerYear
from indicators.values.target import Plans
from tests.indicators.in_memory import InMemoryObservations, Rows
from tests.indicators.values.test_invariants import CELLS, CODES
from tests.reorganisations import fill, reorganised
from tests.small_province import NewProvince, movement

HEADS = "village_heads_member_share"
EARLIER, LATER = Period(2018), Period(2019)
CHANGE = date(2019, 4, 1)
EVE = date(2019, 3, 31)
COUNT = none() | integers(0, 40)
HEAD_ROWS = dictionaries(
    sampled_from(CELLS), fixed_dictionaries({"village_heads_members": COUNT, "village_heads": COUNT})
)
MEMBER_ROWS = dictionaries(sampled_from(CELLS), fixed_dictionaries({"members_end": COUNT}))
# What becomes of cells on a day between the two periods: a move, an end, a merger into another cell.
FATES = dictionaries(
    sampled_from(CELLS), tuples(sampled_from(("moves", "ends", "merges")), sampled_from(CELLS)), max_size=3
)
QUARTERS = (Period.parse("2018-Q4"), Period.parse("2019-Q4"))
VALUES = {
    cell: {"members_start": 5, "admitted": place, "members_end": 10 * place, "reorganised_net": 0}
    for place, cell in enumerate(("H1.1.1", "H1.1.2", "H1.2", "H2.1.1", "H2.1.2"), start=1)
}


def province(fates: Mapping[str, tuple[str, str]], **given_for: tuple[Rows, Rows]) -> InMemoryObservations:
    """Two periods of each form, between which fates befall cells; what does not exist any more returns nothing."""
    found = InMemoryObservations(*CODES)
    spells, lines = {unit.code: [unit] for unit in found.registry.spells}, []
    for cell, (fate, other) in fates.items():
        now, home = spells[cell][-1], spells[other][-1].parent
        spells[cell] = [replace(now, valid_to=EVE)]
        if fate == "moves":
            spells[cell].append(replace(now, parent=home, valid_from=CHANGE))
        elif fate == "merges" and other not in fates:
            lines.append(absorbed(now.id, found.ids[other]))
    found.registry = Registry(1, [spell for each in spells.values() for spell in each], lines)
    there = found.registry.at(LATER.end).units
    for form, (before, after) in given_for.items():
        found.put(form, "2018", before)
        found.put(form, "2019", {cell: row for cell, row in after.items() if found.ids[cell] in there})
    return found


def absorbed(one: int, other: int) -> Succession:
    return Succession(
        date=CHANGE, decision="QĐ", event=Event.ABSORBED, predecessor=one, successor=other, share=Fraction(1)
    )


def compared(given: InMemoryObservations, code: str, unit: str) -> UnitComparison:
    perimeters = PerimeterCache(Lineage(given.registry, LATER.end), Basis.REPORTED)
    asked = Enquiry(indicators=(code,), periods=(EARLIER, LATER))
    inputs = Inputs(enquiry=asked, as_of=None, units={}, trees={}, observations=given, plans=Plans())
    earlier, later = (Side(CATALOGUE[code], perimeters.of(given.ids[unit], each), inputs) for each in (EARLIER, LATER))
    return UnitComparison(earlier, later, perimeters)


def has_no_rate(given: Sequence[UnitTerms[int]]) -> bool:
    """Whether the compared units have no denominator in one of the periods."""
    both = [each for each in given if each.apart is None]
    return not (any(each.before.denominator for each in both) and any(each.after.denominator for each in both))


def given_of(found: UnitComparison) -> Sequence[UnitTerms[int]]:
    assert found.given is not None
    return found.given


def change(found: UnitComparison) -> Fraction | None:
    before, after = (side.whole.value.value for side in (found.before, found.after))
    return None if before is None or after is None else after - before


@settings(max_examples=60)
@given(FATES, HEAD_ROWS, HEAD_ROWS)
def test_the_parts_of_a_share_add_up_to_its_change(
    fates: dict[str, tuple[str, str]], before: Rows, after: Rows
) -> None:
    there = province(fates, B3=(before, after))
    for unit in ("T", "T.1", "T.1.1"):
        found = compared(there, HEADS, unit)
        if (moved := change(found)) is None:
            continue
        split = of_ratio(given_of(found))
        if split is None:
            assert has_no_rate(given_of(found))
        else:
            assert split.total == moved
            assert unit != "T" or Cause.PERIMETER not in split.parts
            assert Cause.PERIMETER not in split.parts or fates


@settings(max_examples=60)
@given(FATES, MEMBER_ROWS, MEMBER_ROWS)
def test_the_parts_of_a_count_add_up_to_its_change(
    fates: dict[str, tuple[str, str]], before: Rows, after: Rows
) -> None:
    there = province(fates, B1=(before, after))
    for code, unit in ((code, unit) for code in ("members", "members_growth_yoy") for unit in ("T", "T.2", "T.2.1")):
        found = compared(there, code, unit)
        if (moved := change(found)) is not None:
            split = of_sum(given_of(found)) if code == "members" else of_ratio(given_of(found))
            assert has_no_rate(given_of(found)) if split is None else split.total == moved


@given(MEMBER_ROWS, MEMBER_ROWS)
@settings(max_examples=40)
def test_who_reported_is_what_cells_gave_that_did_not_report_both_times(before: Rows, after: Rows) -> None:
    found = compared(province({}, B1=(before, after)), "members", "T")
    if change(found) is None:
        return
    then, now = ({c: n for c, row in rows.items() if (n := row["members_end"]) is not None} for rows in (before, after))

    parts = of_sum(given_of(found)).parts
    alone = sum(now[c] for c in now.keys() - then.keys()) - sum(then[c] for c in then.keys() - now.keys())
    assert parts.get(Cause.REPORTING, 0) == alone
    assert parts.get(Cause.UNITS, 0) == sum(now[c] - then[c] for c in now.keys() & then.keys())
    ids = InMemoryObservations(*CODES).ids
    assert found.missing | found.partial == {ids[code[:3]] for code in then.keys() - now.keys()}
    assert found.gained == {ids[code[:3]] for code in now.keys() - then.keys()}
    assert found.missing == {place for place in found.missing | found.partial if not found.after.working(place).parts}


def only(found: Sequence[Moved]) -> Moved:
    assert len(found) == 1
    return found[0]


def parts_of(store: Store, unit: str, basis: Basis = Basis.REPORTED, code: str = "members") -> Mapping[str, Fraction]:
    asked = Enquiry(indicators=(code,), periods=QUARTERS[1:], unit=unit, basis=basis)
    moved = only(movements(store.reader(SYSTEM), asked))
    assert moved.split is not None
    assert moved.split.total == moved.change
    return {str(cause): part for cause, part in moved.split.parts.items()}


def test_a_move_is_reorganisation_for_the_districts_and_nothing_for_the_province(new_province: NewProvince) -> None:
    with new_province() as store:
        fill(store, VALUES, QUARTERS[:1])
        store.accept(reorganised("a base cell moved to another district"), viewer=SYSTEM)
        fill(store, {**VALUES, "H1.2": {**VALUES["H1.2"], "members_end": 37}}, QUARTERS[1:])

        assert parts_of(store, "T") == {"units": 7}
        assert parts_of(store, "H1") == {"perimeter": -30}
        assert parts_of(store, "H2") == {"perimeter": 37}
        assert parts_of(store, "H2", code="admission_rate").keys() == {"perimeter"}
        assert {unit: parts_of(store, unit, Basis.TODAY) for unit in ("H1", "H2")} == {"H1": {}, "H2": {"units": 7}}
        whole = only(movements(store.reader(SYSTEM), Enquiry(indicators=("members",), periods=QUARTERS[1:])))
        assert {unit.code: dict(parts) for unit, parts in whole.by_unit()} == {"H2": {Cause.UNITS: 7}, "H1": {}}


def test_a_merger_is_compared_with_its_predecessors(new_province: NewProvince) -> None:
    with new_province() as store:
        fill(store, VALUES, QUARTERS[:1])
        store.accept(reorganised("two cells made one, across districts"), viewer=SYSTEM)
        fill(store, {**VALUES, "H2.1.9": {**VALUES["H1.1.1"], "members_end": 65}}, QUARTERS[1:])

        # 20 and 40 became 65: the province gained 5; across the districts' boundary it is reorganisation.
        assert parts_of(store, "T") == {"units": 5}
        assert parts_of(store, "H1") == {"perimeter": -20}
        assert parts_of(store, "H2") == {"perimeter": 25}
        assert parts_of(store, "H2", Basis.TODAY) == {"units": 5}


def test_shares_of_a_division_are_estimates(new_province: NewProvince) -> None:
    with new_province() as store:
        fill(store, VALUES, QUARTERS[:1])
        store.accept(reorganised("a cell split by share"), viewer=SYSTEM)
        fill(store, VALUES, QUARTERS[1:])
        asked = Enquiry(indicators=("members",), periods=QUARTERS[1:], level=Level.DISTRICT, basis=Basis.TODAY)

        rows = list(movement_rows(store.reader(SYSTEM), asked))
        # A third of 10 stayed in H1, two thirds went to H2; each successor has 10 since.
        assert {row.unit: row.moved for row in rows} == {"H1": 10 - Fraction(10, 3), "H2": 10 - Fraction(20, 3)}
        assert all(row.estimated for row in rows)
        assert {
            cause for row in rows for cause in ("mix", "reporting", "perimeter") if getattr(row, f"{cause}_part")
        } == set()


def test_what_came_in_since_is_told_from_what_was_corrected(new_province: NewProvince) -> None:
    with new_province() as store:
        given = {"H1.1.1": {"members_end": 10}, "H1.1.2": {"members_end": 20}, "H1.2": {"members_end": 30}}
        store.accept(movement("H1", "2019-Q4", given), viewer=SYSTEM)
        then = store.now()
        corrected = {**given, "H1.2": {"members_end": 26}}
        store.accept(movement("H1", "2019-Q4", corrected, name="again"), viewer=SYSTEM)
        late = {"H2.1.1": {"members_end": 40}, "H2.1.2": {"members_end": 50}}
        store.accept(movement("H2", "2019-Q4", late), viewer=SYSTEM)

        asked = Enquiry(indicators=("members",), periods=QUARTERS[1:])
        revised = only(revisions(store.reader(SYSTEM, then), store.reader(SYSTEM), asked))
        assert revised.split is not None
        assert revised.split.parts == {Cause.CORRECTIONS: -4, Cause.REPORTING: 90}
        assert revised.change == 86
        assert (revised.gained, revised.missing, revised.partial) == (1, 0, 0)


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("level", [None, Level.DISTRICT])
def test_rows_of_every_indicator_add_up_to_what_pages_show(
    tiny_store: Store, basis: Basis, level: Level | None
) -> None:
    reader = tiny_store.reader(SYSTEM)
    timed = tuple(code for code, item in CATALOGUE.items() if not isinstance(item.formula, MeanPerYear))
    period = Period.parse("2020-Q2")
    asked = Enquiry(indicators=timed, periods=(period,), level=level, basis=basis)
    shown = answer(reader, replace(asked, periods=(period.years_ago(1), period)))
    values = {(row.indicator.code, row.unit, row.period): row.value for row in shown}
    rows: dict[tuple[str, str], list[MovementRow]] = {}
    for row in movement_rows(reader, asked):
        rows.setdefault((row.indicator.code, row.unit), []).append(row)

    for code, unit, now in ((code, unit, value) for (code, unit, when), value in values.items() if when == period):
        before = values.get((code, unit, period.years_ago(1)))
        if now is None or before is None:
            assert (code, unit) not in rows
            continue
        given = rows[code, unit]
        assert {row.moved for row in given} == {now - before}
        split = [row for row in given if row.contributor is not None]
        assert not split or sum(row.contribution or 0 for row in split) == now - before
        assert split or CATALOGUE[code].format.is_share


def test_units_whose_counts_are_suppressed_are_not_told_apart(tiny_store: Store) -> None:
    asked = Enquiry(indicators=("removals",), periods=(Period.parse("2020-Q2"),), level=Level.BASE)
    analyst, board = Viewer("analyst", Role.ANALYST), Viewer("board", Role.BOARD)
    readers = [tiny_store.reader(viewer) for viewer in (analyst, board)]
    told, known = ({row.contributor: row for row in movement_rows(reader, asked)} for reader in readers)

    assert {"H01.002.01", "H01.002.02"} <= known.keys() - told.keys()
    (unsplit,) = (row for row in movement_rows(tiny_store.reader(analyst), asked) if row.unit == "H01.002")
    assert (unsplit.contributor, unsplit.contribution, unsplit.units_part) == (None, None, None)
    assert unsplit.moved == sum(known[code].contribution or 0 for code in ("H01.002.01", "H01.002.02"))
