"""The slots of a page: which property of which component holds what, one declaration for layout and callback."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, get_origin, get_type_hints

from dash import Output, State

from layouts.parts.components import Props

Filled = dict[str, Any]
"""What fills the slots of a page, by their names."""

CONTROLLED: Final = "value"
"""The property of a control that whoever reads the page may change."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A property of a component that follows the address."""

    component: str
    prop: str = "children"


@dataclass(frozen=True, slots=True)
class SlotOfEach:
    """A slot for each of some names; what fills it is a mapping by these names."""

    names: Iterable[str]
    component: Callable[[str], str]
    prop: str = "children"


class Slots:
    """What fills the slots of a page: a frozen dataclass whose fields are annotated with theirs.

    `headline: Annotated[str, Slot(Ids.HEADLINE)]` is all there is to declare; `shown[Ids.HEADLINE]` is what the
    component starts with, and `follow` fills it again.

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
        """The outputs of a callback that fills all slots, by name; `again` where another callback fills them too."""
        return {name: Output(slot.component, slot.prop, allow_duplicate=again) for name, slot in cls._by_name.items()}

    @classmethod
    def controls(cls) -> dict[str, State]:
        """What the controls among the slots hold, by name."""
        slots = cls._by_name.items()
        return {name: State(slot.component, slot.prop) for name, slot in slots if slot.prop == CONTROLLED}

    def values(self) -> Filled:
        """What fills each slot, by name."""
        return dict(self._filled())

    def _filled(self) -> Iterator[tuple[str, Any]]:
        for field, slot in self._by_field.items():
            value = getattr(self, field)
            if isinstance(slot, Slot):
                yield field, value
            else:
                yield from ((f"{field}_{each}", value[each]) for each in slot.names)

    def __getitem__(self, component: str) -> Props:
        """The id of a component and the properties that its slots fill, as arguments to make it with."""
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
