"""The cache of answers: each made once, within so many bytes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest

from data.reading.known_changes import Seen
from data.reading.reads import note
from data.tables.last_changes import EVERYTHING, DataChange
from indicators.answers.cache import AnswerCache
from indicators.answers.sizes import size_of

NOTHING = Seen({})


class Wrong(Exception):
    """What an answer may fail with."""


def reading(form: str, sender: int, value: object = None) -> Callable[[], object]:
    """The making of an answer from one form of one sender."""

    def made() -> object:
        note((form,), frozenset({sender}))
        return value

    return made


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        (DataChange("B1", 1), False),
        (DataChange("B1", 0), False),
        (EVERYTHING, False),
        (DataChange("B1", 2), True),
        (DataChange("B2", 1), True),
    ],
)
def test_an_answer_holds_until_what_it_read_changes(change: DataChange, holds: bool) -> None:
    cache = AnswerCache()
    cache.get("key", Seen({DataChange("B1", 1): 3}), reading("B1", 1, "before"))
    assert cache.get("key", Seen({change: 4}), reading("B1", 1, "after")) == ("before" if holds else "after")


def test_of_two_answers_made_at_once_the_newer_one_stays() -> None:
    cache = AnswerCache()

    def overtaken() -> str:
        cache.get("key", Seen({EVERYTHING: 2}), lambda: "newer")
        return "older"

    assert cache.get("key", Seen({EVERYTHING: 1}), overtaken) == "older"
    assert cache.get("key", Seen({EVERYTHING: 2}), lambda: "anew") == "newer"


def ask_together(cache: AnswerCache, number: int, make: Callable[[], object]) -> list[Any]:
    """What several threads are told who ask the same at the same moment: an answer, or its failure."""
    together = Barrier(number)

    def one(_: int) -> Any:
        together.wait()
        try:
            return cache.get("key", NOTHING, make)
        except Wrong as wrong:
            return wrong

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(one, range(number)))


def test_many_who_ask_at_the_same_moment_wait_for_one_answer() -> None:
    made: list[int] = []
    cache = AnswerCache()

    def slow() -> int:
        made.append(1)
        while len(cache._awaited) < 7:
            pass
        return 7

    assert ask_together(cache, 8, slow) == [7] * 8
    assert len(made) == 1


def test_a_failure_reaches_all_who_wait_and_is_not_kept() -> None:
    cache = AnswerCache()

    def fails() -> None:
        while len(cache._awaited) < 3:
            pass
        raise Wrong

    assert [type(each) for each in ask_together(cache, 4, fails)] == [Wrong] * 4
    assert cache.get("key", NOTHING, lambda: "right") == "right"


def test_two_answers_that_need_each_other_are_made_and_nobody_waits_for_ever() -> None:
    cache, both = AnswerCache(), Barrier(2)

    def nested(own: str, other: str) -> str:
        def outer() -> str:
            both.wait()
            return cache.get(other, NOTHING, lambda: "alone")

        return cache.get(own, NOTHING, outer)

    with ThreadPoolExecutor(2) as threads:
        told = [threads.submit(nested, *keys) for keys in (("a", "b"), ("b", "a"))]
        assert "alone" in [each.result(timeout=30) for each in told]


def test_who_waits_too_long_makes_the_answer_itself() -> None:
    cache, never, begun = AnswerCache(patience=0.01), Event(), Event()

    def stuck() -> str:
        begun.set()
        never.wait()
        return "late"

    with ThreadPoolExecutor(1) as threads:
        late = threads.submit(cache.get, "key", NOTHING, stuck)
        begun.wait()
        assert cache.get("key", NOTHING, lambda: "own") == "own"
        never.set()
        assert late.result() == "late"


def test_who_has_seen_a_change_does_not_wait_for_an_answer_from_before_it() -> None:
    cache, begun, changed = AnswerCache(), Event(), Event()

    def early() -> str:
        begun.set()
        changed.wait()
        return "early"

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(cache.get, "key", Seen({EVERYTHING: 1}), early)
        begun.wait()
        assert cache.get("key", Seen({EVERYTHING: 2}), lambda: "late") == "late"
        changed.set()
        assert first.result() == "early"


def test_the_cache_holds_so_many_bytes_and_drops_first_what_nobody_asked_for() -> None:
    cache = AnswerCache(limit=100_000)
    for name in "abcdefghijkl":
        cache.get(name, NOTHING, lambda: "x" * 10_000)
        cache.get("a", NOTHING, lambda: "again")
    assert 80_000 < cache.size <= cache.limit
    assert [key for key, _ in cache] == [*"bcdefghijkl", "a"][-len(cache) :]


def test_an_answer_that_would_drive_out_the_others_is_not_kept() -> None:
    cache = AnswerCache(limit=100_000)
    cache.get("small", NOTHING, lambda: "small")
    assert len(cache.get("large", NOTHING, lambda: "x" * 50_000)) == 50_000
    assert [key for key, _ in cache] == ["small"]


@pytest.mark.parametrize(
    "answer", [["x" * 100] * 9, [f"{n:0100}" for n in range(9999)], {n: f"{n:050}" for n in range(999)}]
)
def test_the_size_of_an_answer_is_about_right(answer: Any) -> None:
    parts = [*answer.keys(), *answer.values()] if isinstance(answer, dict) else answer
    whole = sys.getsizeof(answer) + sum({id(part): sys.getsizeof(part) for part in parts}.values())
    assert size_of(answer) == pytest.approx(whole, rel=0.25)
