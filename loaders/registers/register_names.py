"""Compares the names of units beside their codes in the rows of plans, tasks and the historical series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from data.organisations.units import Registry, Unit
from data.vietnamese.person_names import masked
from data.vietnamese.text import key
from loaders.registers.register import RegisterRow
from loaders.vietnamese.unit_names import is_name_of


@dataclass
class RegisterNames:
    """The names of a registry, of past units too; built when a name disagrees with its code."""

    registry: Registry

    def compare(self, row: RegisterRow, code: str, name: str) -> None:
        """Refuses a row whose field `name` is exactly the name of another unit than that of the field `code`."""
        written, of = row.text(name), self.registry.ids.get(row.text(code))
        if not written or of is None:
            return
        if any(is_name_of(written, spell.name) for spell in self.registry.spells_of[of]):
            return
        other, unit = self._by_name.get(key(written)), self.registry.latest(of)
        if other is not None and unit is not None:
            about = {"written": masked(written), "other": other.code, "code": unit.code, "name": unit.name}
            row.reject("name_of_other_unit", name, **about)

    @cached_property
    def _by_name(self) -> Mapping[str, Unit]:
        return {key(spell.name): spell for spell in reversed(self.registry.spells)}
