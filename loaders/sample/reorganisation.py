"""Reorganisations of the fictitious province: a commune moves to another district, two communes merge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from data.organisations.units import Event, Registry, Succession, Unit, UnitKind
from loaders.sample.bodies import BaseType

MOVE = date(2019, 1, 1)
MERGER = date(2020, 1, 1)
_MOVE_DECISION = "Số 845-QĐ/TU ngày 12/12/2018"
_MERGER_DECISION = "Số 1126-QĐ/TU ngày 16/12/2019"


def reorganised(units: Sequence[Unit], merged_name: str) -> Registry:
    """The registry of all years: every spell, and the successions.

    The last commune of the second territorial district moves to the third (with only two districts, from the first to
    the second); in the last district two communes merge under the given name.
    """
    districts = [unit for unit in units if unit.kind is UnitKind.DISTRICT]
    communes = {
        district.id: [u for u in units if u.parent == district.id and u.base_type == BaseType.COMMUNE]
        for district in districts
    }
    territorial = [district for district in districts if communes[district.id]]
    source, target = territorial[1:3] if len(territorial) > 2 else territorial
    moving = communes[source.id][-1]
    merging = communes[territorial[-1].id][:2]
    roll = _Spells(list(units))
    roll.move(moving, target)
    merged = roll.merge(merging, f"Đảng bộ xã {merged_name}")
    successions = [
        Succession(
            date=MOVE,
            decision=_MOVE_DECISION,
            event=Event.MOVED,
            predecessor=moving.id,
            successor=moving.id,
            share=Fraction(1),
        )
    ]
    successions += [
        Succession(
            date=MERGER,
            decision=_MERGER_DECISION,
            event=Event.MERGED,
            predecessor=u.id,
            successor=merged.id,
            share=Fraction(1),
        )
        for u in merging
    ]
    return Registry(1, tuple(roll.spells), tuple(successions))


@dataclass
class _Spells:
    """All spells in registry order; new ones go to the end of their district."""

    spells: list[Unit]

    def move(self, unit: Unit, district: Unit) -> None:
        """Moves `unit` to another district from the day of the move."""
        self._end([unit], MOVE)
        self._add(district, [replace(unit, parent=district.id, valid_from=MOVE)])

    def merge(self, bases: Sequence[Unit], name: str) -> Unit:
        """Ends the bases and adds one with all their cells."""
        district = next(u for u in self.spells if u.id == bases[0].parent)
        prefix = f"{district.code}."
        number = 1 + max(int(u.code.removeprefix(prefix)[:3]) for u in self.spells if u.code.startswith(prefix))
        merged = replace(
            bases[0], id=max(u.id for u in self.spells) + 1, code=f"{prefix}{number:03d}", name=name, valid_from=MERGER
        )
        below = [u for base in bases for u in self.spells if u.parent == base.id]
        self._end([*bases, *below], MERGER)
        self._add(district, [merged, *(replace(u, parent=merged.id, valid_from=MERGER) for u in below)])
        return merged

    def _end(self, units: Sequence[Unit], day: date) -> None:
        ended = set(units)
        last = day - timedelta(days=1)
        self.spells = [replace(u, valid_to=last) if u in ended else u for u in self.spells]

    def _add(self, district: Unit, spells: Sequence[Unit]) -> None:
        prefix = f"{district.code}."
        place = 1 + max(i for i, u in enumerate(self.spells) if u.code.startswith(prefix))
        self.spells[place:place] = spells


def as_known(registry: Registry, day: date, version: int) -> Registry:
    """The registry as known when the reorganisation of that day had just been decided, and no later one."""
    spells = [u for u in registry.spells if u.valid_from <= day]
    return Registry(
        version,
        tuple(replace(u, valid_to=None) if u.valid_to is not None and u.valid_to >= day else u for u in spells),
        tuple(s for s in registry.successions if s.date <= day),
    )
