"""The slots of a page: properties of components, declared once for layout and callbacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, get_origin, get_type_hints

from dash import Output, State

from layouts.parts.components import Props

Filled = dict[str, Any]
"""Contents of slots by name."""

CONTROLLED: Final = "value"
"""The property of a control that the reader can change."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A component property that follows the URL."""

    component: str
    prop: str = "children"


@dataclass(frozen=True, slots=True)
class SlotOfEach:
    """A slot for each of several names, filled by a mapping."""

    names: Iterable[str]
    component: Callable[[str], str]
    prop: str = "children"


class Slots:
    """Base of frozen dataclasses whose fields are annotated with the slots that they fill.

    `headline: Annotated[str, Slot(Ids.HEADLINE)]` is the whole declaration; `shown[Ids.HEADLINE]` gives the component's
    initial arguments, and `follow` updates them.

    Raises:
        TypeError: a field is declared without a slot.
    """

    __slots__ = ()
    _by_field: ClassVar[Mapping[str, Slot | SlotOfEach]] = {}
    _by_name: ClassVar[Mapping[str, Slot]] = {}

    def __init_subclass__(cls) -> None:
        hints = get_type_hints(cls, include_extras=True)
        cls._by_field = {
            name: _slot(cls, name, hint) for name, hint in hints.items() if get_origin(hint) is not ClassVar
        }
        cls._by_name = dict(cls._expanded())

    @classmethod
    def _expanded(cls) -> Iterator[tuple[str, Slot]]:
        for field, slot in cls._by_field.items():
            if isinstance(slot, Slot):
                yield field, slot
            else:
                yield from ((f"{field}_{each}", Slot(slot.component(each), slot.prop)) for each in slot.names)

    @classmethod
    def outputs(cls, *, again: bool = False) -> dict[str, Output]:
        """The outputs of a callback that fills all slots, by name; `again` if another callback fills them too."""
        return {name: Output(slot.component, slot.prop, allow_duplicate=again) for name, slot in cls._by_name.items()}

    @classmethod
    def controls(cls) -> dict[str, State]:
        """The states of the controls among the slots, by name."""
        slots = cls._by_name.items()
        return {name: State(slot.component, slot.prop) for name, slot in slots if slot.prop == CONTROLLED}

    def values(self) -> Filled:
        """The content of each slot, by name."""
        return dict(self._filled())

    def _filled(self) -> Iterator[tuple[str, Any]]:
        for field, slot in self._by_field.items():
            value = getattr(self, field)
            if isinstance(slot, Slot):
                yield field, value
            else:
                yield from ((f"{field}_{each}", value[each]) for each in slot.names)

    def __getitem__(self, component: str) -> Props:
        """The keyword arguments of a component: its id and the properties that its slots fill."""
        slots = self._by_name
        filled = {slots[name].prop: value for name, value in self._filled() if slots[name].component == component}
        if not filled:
            raise KeyError(component)
        return {"id": component, **filled}


def _slot(shown: type[Any], field: str, hint: Any) -> Slot | SlotOfEach:
    slot = next((each for each in getattr(hint, "__metadata__", ()) if isinstance(each, Slot | SlotOfEach)), None)
    if slot is None:
        raise TypeError(f"{shown.__qualname__}.{field} has no slot")
    return slot
