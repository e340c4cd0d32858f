"""Answers are kept for as long as nothing changes that they were made from: never longer, and not much shorter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.language import Language, UserError
from data.observations import Basis
from data.organisations.units import Level
from data.periods import Period
from data.reading.queries import Reader
from data.returns import ReturnWithdrawal, SourceFile
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.periods import DueDay
from data.writing.store import Store
from indicators.answers.against_plan import pace_rows
from indicators.answers.cache import AnswerCache
from indicators.answers.enquiry import Enquiry, answer, trace
from indicators.answers.lagging_cells import Lagging
from indicators.answers.movement import movements
from indicators.answers.task_rows import lines
from layouts.views.ask import Ask
from tests.reorganisations import EVENTS, reorganised
from tests.small_province import NewProvince, movement, official, planned
from tests.stores import ROOT

H1, H2 = (Viewer(f"cap uy {code}", Role.DISTRICT, code) for code in ("H1", "H2"))
COMMITTEE = Viewer("thuong vu", Role.VIEWER)
YEAR, QUARTERS = Period.parse("2019"), tuple(map(Period.parse, ("2019-Q1", "2019-Q2", "2019-Q3")))
CELLS: Mapping[str, Sequence[str]] = {"H1": ("H1.1.1", "H1.1.2", "H1.2"), "H2": ("H2.1.1", "H2.1.2")}
SHOWN = (
    "members",
    "members_growth_yoy",
    "admissions",
    "admissions_plan_rate",
    "bases_without_admission_share",
    "cells_without_admission_3y",
    "small_cells",
    "removals",
    "returns_on_time_share",
    "task_coverage",
)


def sent(sender: str, period: str, count: int, form: str = "B1") -> Any:
    """A return whose cells all have some members and admissions."""
    values = {"members_end": 9 + count, "admitted": count, "expelled": count}
    known = {name: value for name, value in values.items() if form == "B1"}
    return movement(sender, period, dict.fromkeys(CELLS[sender], known), form=form)


def watched(reader: Reader, period: Period) -> Any:
    """What the page of lagging cells is made from."""
    found = Lagging(reader, period)
    return found.cells, found.totals, found.years


@dataclass
class Readers:
    """Readers who ask through one cache, by account."""

    store: Store
    cache: AnswerCache

    def ask(self, viewer: Viewer, **query: str) -> Ask:
        return Ask(self.store, self.store.reader(viewer), query, Language.VI, self.cache)

    def is_kept(self, viewer: Viewer, function: Callable[..., Any], *args: Any) -> bool:
        """Whether the viewer's question is answered without being made again."""
        before = self.cache.misses
        self.ask(viewer).answered(function, *args)
        return self.cache.misses == before


@pytest.fixture
def readers(province: Store) -> Readers:
    """Of the small province, whose districts both returned two quarters."""
    for period in ("2019-Q1", "2019-Q2"):
        for sender in CELLS:
            for form in ("B1", "B2"):
                province.accept(sent(sender, period, 1, form), viewer=SYSTEM)
    plans = [(unit, "2019", "admissions", "9", "2019-01-05") for unit in ("T", *CELLS)]
    province.accept(planned(*plans), viewer=SYSTEM)
    return Readers(province, AnswerCache())


def of(unit: str, *indicators: str, level: Level | None = None, basis: Basis = Basis.REPORTED) -> Enquiry:
    """An enquiry of a unit for the second quarter."""
    return Enquiry(indicators=indicators or ("members",), periods=QUARTERS[1:2], unit=unit, level=level, basis=basis)


@pytest.mark.every_backend
def test_a_return_leaves_what_is_known_of_the_other_district(readers: Readers) -> None:
    asked: list[tuple[Any, ...]] = [
        (H2, answer, of("H2")),
        (SYSTEM, answer, of("H2", *SHOWN, level=Level.CELL)),
        (SYSTEM, answer, of("H2", basis=Basis.TODAY)),
        (SYSTEM, Reader.returns, QUARTERS[1], "H2"),
        (H2, watched, YEAR),
        (SYSTEM, trace, "members", "H2", QUARTERS[1]),
        (SYSTEM, lines, YEAR),
    ]
    for question in asked:
        assert not readers.is_kept(*question)
    readers.store.accept(sent("H1", "2019-Q2", 5), viewer=SYSTEM)
    assert [readers.is_kept(*question) for question in asked] == [True] * len(asked)


@pytest.mark.every_backend
def test_a_return_makes_what_it_counts_in_anew(readers: Readers) -> None:
    asked: list[tuple[Any, ...]] = [
        (H1, answer, of("H1")),
        (SYSTEM, answer, of("T")),
        (SYSTEM, answer, of("H1.2")),
        (SYSTEM, answer, of("T", level=Level.DISTRICT)),
        (SYSTEM, Reader.returns, QUARTERS[1]),
        (SYSTEM, watched, YEAR),
    ]
    for question in asked:
        readers.is_kept(*question)
    readers.store.accept(sent("H1", "2019-Q2", 5), viewer=SYSTEM)
    assert [readers.is_kept(*question) for question in asked] == [False] * len(asked)


@pytest.mark.every_backend
def test_a_return_of_one_form_leaves_the_others(readers: Readers) -> None:
    readers.is_kept(SYSTEM, answer, of("T", "members"))
    readers.store.accept(sent("H1", "2019-Q2", 5, "B2"), viewer=SYSTEM)
    assert readers.is_kept(SYSTEM, answer, of("T", "members"))


def test_who_may_not_see_small_numbers_is_told_anew_what_is_suppressed(readers: Readers) -> None:
    readers.is_kept(COMMITTEE, answer, of("H2", "removals"))
    readers.store.accept(sent("H1", "2019-Q2", 5), viewer=SYSTEM)
    assert not readers.is_kept(COMMITTEE, answer, of("H2", "removals"))


@pytest.mark.every_backend
def test_what_is_told_of_periods_thresholds_and_the_registry_belongs_to_every_answer(readers: Readers) -> None:
    changes: list[Callable[[], Any]] = [
        lambda: readers.store.open_period(Period.parse("2019-Q4"), viewer=SYSTEM),
        lambda: readers.store.extend_period(Period.parse("2019-Q4"), DueDay(day=date(2020, 12, 31)), viewer=SYSTEM),
        lambda: readers.store.set_threshold("deadline_days", "40", viewer=SYSTEM, reason="đổi"),
        lambda: readers.store.accept(reorganised(EVENTS[0]), viewer=SYSTEM),
        # The first return of a period: it is the latest one that anything is known of.
        lambda: readers.store.accept(sent("H1", "2019-Q3", 1), viewer=SYSTEM),
    ]
    for change in changes:
        readers.is_kept(H2, answer, of("H2"))
        change()
        assert not readers.is_kept(H2, answer, of("H2"))


def test_a_refusal_changes_what_is_told_of_receipts_only(readers: Readers) -> None:
    def received(reader: Reader) -> Any:
        return reader.receipts()

    for viewer in (H1, H2, SYSTEM):
        readers.is_kept(viewer, received)
    readers.is_kept(H1, answer, of("H1"))
    readers.store.refuse(SourceFile(name="x.xlsx", content=b"x"), (), viewer=H1)
    assert [readers.is_kept(viewer, received) for viewer in (H1, H2, SYSTEM)] == [False, True, False]
    assert readers.is_kept(H1, answer, of("H1"))


def test_a_query_that_nobody_declared_counts_as_one_of_everything(readers: Readers) -> None:
    def closings(reader: Reader) -> Any:
        return reader.closings("H2", "B1", "members_end", QUARTERS[0])

    readers.is_kept(SYSTEM, closings)
    readers.store.accept(sent("H1", "2019-Q2", 5), viewer=SYSTEM)
    assert not readers.is_kept(SYSTEM, closings)


def test_an_answer_has_read_what_the_answers_have_that_it_uses(readers: Readers) -> None:
    def outer(asked: Ask) -> Any:
        return asked.answered(answer, of("H1"))

    readers.ask(SYSTEM).answered(answer, of("H1"))
    before = readers.ask(SYSTEM).cached(outer)
    readers.store.accept(sent("H1", "2019-Q2", 5), viewer=SYSTEM)
    assert readers.ask(SYSTEM).cached(outer) != before


def test_a_change_while_an_answer_is_made_makes_it_anew(readers: Readers) -> None:
    def slow(reader: Reader) -> Any:
        found = answer(reader, of("H1"))
        readers.store.accept(sent("H1", "2019-Q2", 5), viewer=SYSTEM)
        return found

    before = readers.ask(H1).answered(slow)
    assert readers.ask(H1).answered(slow) != before


@pytest.mark.every_backend
def test_what_another_process_accepts_is_read_by_the_next_request(readers: Readers) -> None:
    before = readers.ask(H1).answered(answer, of("H1"))
    readers.is_kept(H2, answer, of("H2"))
    code = (
        "import sys; from data.writing.store import Store; from data.viewers import SYSTEM;"
        "from tests.layouts.views.test_kept_answers import sent;"
        "Store.open(sys.argv[1]).of_past_series().accept(sent('H1', '2019-Q2', 5), viewer=SYSTEM)"
    )
    url = readers.store.engine.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-c", code, url], cwd=ROOT, check=True)
    (was,), (now,) = before, readers.ask(H1).answered(answer, of("H1"))
    assert now.value != was.value
    assert readers.is_kept(H2, answer, of("H2"))


def test_a_district_s_version_is_that_of_its_own_changes(readers: Readers) -> None:
    before = {viewer: readers.store.reader(viewer).version for viewer in (H1, H2, COMMITTEE)}
    readers.store.accept(sent("H1", "2019-Q2", 5), viewer=SYSTEM)
    after = {viewer: readers.store.reader(viewer).version for viewer in before}
    assert [viewer for viewer in before if after[viewer] != before[viewer]] == [H1, COMMITTEE]


def test_readers_of_a_database_that_is_behind_keep_what_it_has(readers: Readers) -> None:
    behind = readers.store.reader(H1).seen
    readers.store.accept(sent("H1", "2019-Q2", 5), viewer=SYSTEM)
    cache = AnswerCache()
    cache.get("key", behind, lambda: readers.store.reader(H1).returns(QUARTERS[1]))
    cache.get("key", readers.store.reader(H1).seen, lambda: "anew")
    assert cache.misses == 1 + 1 * (behind.newest < readers.store.reader(H1).seen.newest)


# Random changes, each by its name.
SENDERS, PERIODS = st.sampled_from(sorted(CELLS)), st.sampled_from([period.code for period in QUARTERS])
CHANGES = st.one_of(
    st.tuples(st.just("return"), SENDERS, PERIODS, st.integers(0, 3), st.sampled_from(("B1", "B2", "B6"))),
    st.tuples(st.just("return"), SENDERS, PERIODS, st.integers(0, 3), st.just("B1")),
    st.tuples(st.just("withdrawal"), SENDERS, PERIODS, st.booleans()),
    st.tuples(st.just("official"), st.sampled_from(("H1", "H2", "H1.1", "T")), st.integers(0, 9)),
    st.tuples(st.just("plan"), st.sampled_from(("T", "H1", "H2")), st.integers(1, 9)),
    st.tuples(st.just("threshold"), st.sampled_from(("small_cell_size", "disclosure_size")), st.integers(3, 9)),
    st.tuples(st.just("registry"), st.sampled_from(EVENTS)),
    st.tuples(st.just("period"), PERIODS, st.booleans()),
)


def change(store: Store, name: str, *given: Any) -> None:
    """Makes one of the changes, unless it is refused."""
    try:
        match name, given:
            case "return", (sender, period, count, form):
                store.accept(sent(sender, period, count, form), viewer=SYSTEM)
            case "withdrawal", (sender, period, restore):
                what = ReturnWithdrawal(unit=sender, period=Period.parse(period), restore=restore)
                store.withdraw(what, viewer=SYSTEM, reason="thử")
            case "official", (unit, count):
                store.accept(official(unit, "2019", admitted=count, members_end=count + 5), viewer=SYSTEM)
            case "plan", (unit, count):
                store.accept(planned((unit, "2019", "admissions", str(count), "2019-01-05")), viewer=SYSTEM)
            case "threshold", (code, value):
                store.set_threshold(code, str(value), viewer=SYSTEM, reason="thử")
            case "registry", (event,):
                store.accept(reorganised(event), viewer=SYSTEM)
            case "period", (period, closing):
                act = store.close_period if closing else store.reopen_period
                act(Period.parse(period), viewer=SYSTEM, reason="thử")
    except (UserError, OutOfScope):
        pass


def questions() -> Iterator[tuple[Viewer, Callable[..., Any], tuple[Any, ...]]]:
    """What readers of every scope ask of units of every level, on either map."""
    for viewer, units in (
        (SYSTEM, ("T", "H1", "H2", "H1.1", "H2.1.1")),
        (H1, ("H1", "H1.1")),
        (COMMITTEE, ("T", "H2")),
    ):
        for unit in units:
            for basis in Basis:
                asked = Enquiry(indicators=SHOWN, periods=(YEAR, QUARTERS[1]), unit=unit, basis=basis)
                yield viewer, answer, (asked,)
            yield viewer, answer, (Enquiry(indicators=SHOWN, periods=(YEAR,), unit=unit, level=Level.CELL),)
            yield viewer, movements, (Enquiry(indicators=("admissions",), periods=(YEAR,), unit=unit),)
            yield viewer, pace_rows, (Enquiry(indicators=("admissions",), periods=(YEAR,), unit=unit),)
            yield viewer, trace, ("admissions", unit, QUARTERS[1])
        yield viewer, watched, (YEAR,)
        yield viewer, Reader.returns, (QUARTERS[1],)
        yield viewer, Reader.submissions, ()
        yield viewer, Reader.receipts, ()
    for sender in CELLS:
        yield SYSTEM, Reader.returns, (QUARTERS[1], sender)


def said(function: Callable[..., Any], *args: Any) -> Any:
    """The answer, or why there is none."""
    try:
        return function(*args)
    except (UserError, OutOfScope) as refused:
        return type(refused), str(refused)


@pytest.mark.slow
@given(changes=st.lists(CHANGES, min_size=2, max_size=3))
@settings(max_examples=3)
def test_whatever_changes_every_kept_answer_equals_one_made_afresh(
    new_province: NewProvince, changes: list[tuple[Any, ...]]
) -> None:
    with new_province() as store:
        for sender in CELLS:
            store.accept(sent(sender, "2019-Q2", 1), viewer=SYSTEM)
        readers = Readers(store, AnswerCache())
        for each in ((), *changes):
            if each:
                change(store, *each)
            for viewer, function, args in questions():
                kept = said(readers.ask(viewer).answered, function, *args)
                assert kept == said(function, store.reader(viewer), *args), (each, viewer, function, args)
