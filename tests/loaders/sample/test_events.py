"""Special events in the sample: reorganisations, late, missing and corrected returns, plans, idle cells."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy as np

from data.forms.builtin import FORMS
from data.office_time import OFFICE_TIME_ZONE
from data.organisations.units import Event, Level, UnitKind
from data.tables.thresholds import THRESHOLDS
from loaders.sample import Province
from loaders.sample.books import ReturnBook
from loaders.sample.plans import PlanLine

B1 = FORMS["B1"].positions


def due(book: ReturnBook) -> date:
    return book.period.end + timedelta(days=int(THRESHOLDS["deadline_days"].default))


def test_registry_has_one_tree_every_day_and_spells_that_do_not_overlap(either: Province) -> None:
    registry = either.registry
    spells = defaultdict(list)
    for spell in registry.spells:
        spells[spell.id].append(spell)
    assert len({spell.code for spell in registry.spells}) == len(spells)
    for found in spells.values():
        for earlier, later in pairwise(found):
            assert earlier.code == later.code
            assert earlier.valid_to == later.valid_from - timedelta(days=1)
        assert all(spell.valid_to is None for spell in found[-1:] if spell.kind in {UnitKind.CELL, UnitKind.DISTRICT})
    for day in (date(1997, 1, 1), date(2018, 12, 31), date(2019, 1, 1), date(2020, 1, 1)):
        units = registry.at(day).units
        assert sum(unit.parent is None for unit in units.values()) == 1
        assert all(unit.parent in units for unit in units.values() if unit.parent is not None)


def test_levels_are_ragged(full: Province) -> None:
    units = full.registry.at(date(2015, 1, 1)).units
    parents = {units[unit.parent].kind for unit in units.values() if unit.kind is UnitKind.CELL and unit.parent}
    assert parents == {UnitKind.BASE_COMMITTEE, UnitKind.SECTION}
    kinds = [unit.kind for unit in units.values()]
    assert kinds.count(UnitKind.BASE_CELL) == 260
    assert kinds.count(UnitKind.SECTION) >= 14
    for unit in units.values():
        assert bool(unit.base_type) == (unit.kind in {UnitKind.BASE_CELL, UnitKind.BASE_COMMITTEE})


def test_a_commune_moved_with_its_cells(either: Province) -> None:
    [move] = [line for line in either.registry.successions if line.event is Event.MOVED]
    assert (move.date, move.predecessor) == (date(2019, 1, 1), move.successor)
    assert move.predecessor is not None
    before, after = either.registry.at(date(2018, 12, 31)), either.registry.at(date(2019, 1, 1))
    assert before.units[move.predecessor].parent != after.units[move.predecessor].parent
    assert before.children(move.predecessor) == after.children(move.predecessor) != ()


def test_two_communes_became_one_that_has_their_cells(either: Province) -> None:
    lines = [line for line in either.registry.successions if line.event is Event.MERGED]
    assert [(line.date, line.share) for line in lines] == [(date(2020, 1, 1), Fraction(1))] * 2
    before, after = either.registry.at(date(2019, 12, 31)), either.registry.at(date(2020, 1, 1))
    cells = {c.code for line in lines if line.predecessor for c in before.children(line.predecessor)}
    [successor] = {line.successor for line in lines}
    assert successor is not None
    assert successor not in before.units
    assert cells == {c.code for c in after.children(successor)}
    assert all(line.predecessor not in after.units for line in lines)


def test_a_registry_knows_only_what_was_decided_when_it_came(either: Province) -> None:
    first, second, third = either.registers
    assert [len(book.registry.successions) for book in either.registers] == [0, 1, 3]
    assert all(spell.valid_to is None for spell in first.registry.spells)
    assert third.registry.spells == either.registry.spells
    assert first.received_at < second.received_at < datetime(2019, 1, 1, tzinfo=OFFICE_TIME_ZONE) < third.received_at


def test_latest_quarter_lacks_some_has_a_late_one_and_a_correction(either: Province) -> None:
    scale = either.scale
    latest = [book for book in either.returns if book.period == scale.latest]
    assert len({book.district for book in latest}) == scale.districts - scale.missing
    assert sum(book.received_at.date() > due(book) for book in latest) == scale.late
    corrections = [book for book in latest if book.correction]
    assert len(corrections) == scale.corrected
    for correction in corrections:
        [first] = [book for book in latest if book.district == correction.district and not book.correction]
        assert first.received_at < correction.received_at
        assert first.forms["B1"].units == correction.forms["B1"].units
        assert any((first.forms[code].values != correction.forms[code].values).any() for code in first.forms)


def test_nothing_else_is_missing_and_few_are_late(full: Province) -> None:
    early = [book for book in full.returns if book.period != full.scale.latest]
    assert len(early) == 16 * (len(full.scale.periods) - 1)
    assert 1 <= sum(book.received_at.date() > due(book) for book in early) <= 16
    assert all(book.received_at.date() > book.period.end for book in early)


def test_instants_are_working_hours_differ_and_end_with_october_2020(either: Province) -> None:
    books: Iterable[datetime] = [
        either.history_received_at,
        *(book.received_at for group in (either.registers, either.plans, either.returns) for book in group),
    ]
    instants = list(books)
    assert len(set(instants)) == len(instants)
    assert max(instants) < datetime(2020, 10, 31, tzinfo=UTC)
    for instant in instants:
        assert instant.utcoffset() == timedelta(hours=7)
        assert 8 <= instant.hour < 17
        assert instant.weekday() < 5


def test_targets_add_up_and_revisions_come_later(either: Province) -> None:
    in_force: dict[tuple[str, int, str], PlanLine] = {}
    for book in sorted(either.plans, key=lambda book: book.received_at):
        for line in book.lines:
            assert re.fullmatch(r"Số \d+-QĐ/(TU|HU|ĐU)", line.decision)
            key = line.unit, book.year, line.indicator
            assert book.revision == (key in in_force)
            if key in in_force:
                assert line.decision_date > in_force[key].decision_date
            in_force[key] = line
        tree = either.registry.at(date(book.year, 1, 1))
        targets = {
            code: line.value
            for (code, year, name), line in in_force.items()
            if (year, name) == (book.year, "admissions")
        }
        assert set(targets) <= set(tree.by_code)
        for level in (Level.PROVINCE, Level.DISTRICT):
            for unit in tree.at_level(level):
                assert targets[unit.code] == sum(targets.get(child.code, 0) for child in tree.children(unit.id))
    years = range(2015, 2021)
    assert all(in_force["T", year, "village_heads_member_share"].value == Fraction(3, 4) for year in years)
    assert sum(book.revision for book in either.plans) == 2


def test_some_cells_admit_nobody_for_years_and_some_have_nobody_left_to_admit(full: Province) -> None:
    admitted: dict[str, int] = defaultdict(int)
    flag = FORMS["B2"].positions["no_masses_left"]
    exhausted: set[str] = set()
    for book in full.returns:
        for cell, movement, admission in zip(
            book.forms["B1"].units, book.forms["B1"].values, book.forms["B2"].values, strict=True
        ):
            admitted[cell] += int(movement[B1["admitted"]])
            if admission[flag] == 1:
                exhausted.add(cell)
    assert 10 < len(exhausted) < 60
    assert all(admitted[cell] == 0 for cell in exhausted)
    assert 60 < sum(count == 0 for count in admitted.values()) < 1000


def test_cells_are_of_plausible_size(full: Province) -> None:
    books = [book for book in full.returns if book.period.code == "2019-Q4"]
    sizes = np.concatenate([book.forms["B1"].values[:, B1["members_end"]] for book in books])
    assert 15 < np.median(sizes) < 20 < sizes.max()
    assert sizes.min() >= 3
    assert 50 < (sizes < 5).sum() < 300
