"""Slots: one declaration gives callback outputs, their contents, and initial arguments of components."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import pytest
from dash import html

from layouts.parts.slots import Slot, SlotOfEach, Slots


class Ids(StrEnum):
    HEADLINE = "a-headline"
    CHOICE = "a-choice"


class Part(StrEnum):
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Slots):
    choice: Annotated[str, Slot(Ids.CHOICE, "value")]
    headline: Annotated[str, Slot(Ids.HEADLINE)]
    choices: Annotated[list[str], Slot(Ids.CHOICE, "data")]
    counts: Annotated[Mapping[Part, int], SlotOfEach(Part, "a-count-{}".format)]


SHOWN = View(choice="b", headline="B", choices=["a", "b"], counts={Part.LAST: 2, Part.FIRST: 1})


def test_contents_and_outputs_match_by_name() -> None:
    outputs, values = View.outputs(), SHOWN.values()

    assert {
        (str(outputs[name].component_id), outputs[name].component_property, str(values[name])) for name in values
    } == {
        ("a-choice", "value", "b"),
        ("a-headline", "children", "B"),
        ("a-choice", "data", "['a', 'b']"),
        ("a-count-first", "children", "1"),
        ("a-count-last", "children", "2"),
    }
    assert outputs.keys() == values.keys()
    assert not any(output.allow_duplicate for output in outputs.values())
    assert all(output.allow_duplicate for output in View.outputs(again=True).values())


def test_a_component_starts_with_the_contents_of_its_slots() -> None:
    assert SHOWN[Ids.CHOICE] == {"id": "a-choice", "value": "b", "data": ["a", "b"]}
    assert html.Span(**SHOWN["a-count-last"]).children == 2
    with pytest.raises(KeyError, match="a-other"):
        SHOWN["a-other"]


def test_controls_are_the_slots_that_hold_a_value() -> None:
    assert [(name, state.component_id) for name, state in View.controls().items()] == [("choice", "a-choice")]


def test_a_subclass_inherits_slots() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class More(View):
        note: Annotated[str, Slot("a-note")] = ""

    assert More.outputs().keys() == View.outputs().keys() | {"note"}


def test_a_field_without_a_slot_raises_type_error() -> None:
    with pytest.raises(TypeError, match=r"Broken\.lead has no slot"):

        class Broken(Slots):
            lead: str
