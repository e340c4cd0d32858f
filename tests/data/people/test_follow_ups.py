"""Follow-up notes: every version is kept, within the writer's scope, and none contains a person's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from data.organisations.units import Level
from data.people.follow_ups import FollowUpError, FollowUpInput, FollowUps, FollowUpState, UnknownFollowUp
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store

BOARD = Viewer("board", Role.BOARD)
READING = Viewer("reading", Role.VIEWER)
GIVEN = FollowUpInput(text="Bồi dưỡng hai quần chúng ưu tú", due=date(2020, 12, 15))


def cells(store: Store, district: str, most: int = 3) -> dict[str, str]:
    """Some of a district's cells, each to be followed up by the district."""
    reader = store.reader(SYSTEM)
    return {unit.code: district for unit in reader.tree().at_level(Level.CELL, reader.unit(district).id)[:most]}


def test_one_action_writes_a_note_for_each_unit_and_changes_no_figure(changing_store: Store) -> None:
    notes, before = FollowUps(changing_store, BOARD), changing_store.reader(SYSTEM).version
    assert notes.add(cells(changing_store, "H01"), GIVEN) == 3
    assert [(note.note, note.version, note.state) for note in notes.current()] == [
        (number, 1, FollowUpState.OPEN) for number in (1, 2, 3)
    ]
    assert changing_store.reader(SYSTEM).version == before


def test_a_correction_keeps_the_earlier_version_and_earlier_instants(changing_store: Store) -> None:
    notes = FollowUps(changing_store, BOARD)
    notes.add(cells(changing_store, "H01", 1), GIVEN)
    then = changing_store.now()
    notes.correct(1, "H02", replace(GIVEN, state=FollowUpState.DONE, text="Đã mở lớp"))
    assert [note.state for note in notes.current()] == [FollowUpState.DONE]
    assert [note.text for note in notes.versions(1)] == ["Đã mở lớp", GIVEN.text]
    known = FollowUps(changing_store, BOARD, then)
    assert [note.text for note in known.current()] == [GIVEN.text]
    with pytest.raises(OutOfScope):
        known.add(cells(changing_store, "H01"), GIVEN)


def test_a_note_is_overdue_until_it_is_closed(changing_store: Store) -> None:
    notes = FollowUps(changing_store, BOARD)
    notes.add(cells(changing_store, "H01", 1), GIVEN)
    (note,) = notes.current()
    assert note.is_overdue(date(2020, 12, 16))
    assert not note.is_overdue(date(2020, 12, 15))
    assert not replace(note, state=FollowUpState.DROPPED).is_overdue(date(2021, 1, 1))


def test_a_district_writes_and_reads_within_its_own_branch(changing_store: Store) -> None:
    district = Viewer("district", Role.DISTRICT, "H01")
    FollowUps(changing_store, BOARD).add(cells(changing_store, "H02"), GIVEN)
    notes = FollowUps(changing_store, district)
    assert notes.current() == ()
    with pytest.raises(UnknownFollowUp):
        notes.versions(1)
    with pytest.raises(UnknownFollowUp):
        notes.correct(1, "H01", GIVEN)
    for owners in (cells(changing_store, "H02"), {"H01": "H02"}):
        with pytest.raises(OutOfScope):
            notes.add(owners, GIVEN)
    assert notes.add(cells(changing_store, "H01", 1), GIVEN) == 1


@pytest.mark.one_backend
def test_read_only_viewers_write_no_notes(tiny_store: Store) -> None:
    assert not FollowUps(tiny_store, READING).may_write
    with pytest.raises(OutOfScope):
        FollowUps(tiny_store, READING).add({"H01": "H01"}, GIVEN)


@pytest.mark.one_backend
def test_a_note_has_a_due_date(tiny_store: Store) -> None:
    with pytest.raises(FollowUpError):
        FollowUps(tiny_store, BOARD).add({"H01": "H01"}, replace(GIVEN, due=None))


@pytest.mark.one_backend
@pytest.mark.parametrize("text", ["", "  ", "x" * 501, "Phân công đồng chí Hoà theo dõi"])
def test_a_note_is_short_not_empty_and_names_nobody(tiny_store: Store, text: str) -> None:
    with pytest.raises(FollowUpError):
        FollowUps(tiny_store, BOARD).add({"H01": "H01"}, replace(GIVEN, text=text))
