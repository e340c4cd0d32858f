"""The cells of the fictitious province as arrays: their place in the tree by period, their size and activity."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.organisations.units import LEVELS, Level, Registry, Tree, UnitKind
from loaders.sample.apportion import Counts, Weights
from loaders.sample.bodies import FIRMS, PRIVATE, BaseType

Flags = NDArray[np.bool_]

_COMMUNES = frozenset({BaseType.COMMUNE, BaseType.WARD, BaseType.TOWN})


@dataclass(frozen=True)
class SampleCells:
    """Cells in registry order of the first day; every array has one element per cell.

    `district` and `base` number the units that contain a cell by index into `districts` and `bases`.
    """

    registry: Registry
    first: date

    @cached_property
    def _tree(self) -> Tree:
        return self.registry.at(self.first)

    @cached_property
    def ids(self) -> tuple[int, ...]:
        """Unit ids."""
        return tuple(unit.id for unit in self._tree.at_level(Level.CELL))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Registry codes."""
        return tuple(self._tree.units[cell].code for cell in self.ids)

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """Codes of the committees that send returns."""
        return tuple(unit.code for unit in self._tree.at_level(Level.DISTRICT))

    @cached_property
    def territorial(self) -> tuple[bool, ...]:
        """Whether each district has communes."""
        home = self.district(self.first)
        return tuple(bool(self.in_commune[home == place].any()) for place in range(len(self.districts)))

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """Codes of all base organisations that ever existed."""
        return tuple(dict.fromkeys(u.code for u in self.registry.spells if u.kind in LEVELS[Level.BASE]))

    @cached_property
    def residential(self) -> Flags:
        """Whether a cell is residential."""
        return np.array([self._tree.units[cell].residential for cell in self.ids])

    @cached_property
    def _types(self) -> list[str]:
        units = self._tree.units
        return [
            next(u.base_type for u in (units[cell], *self._tree.ancestors(cell)) if u.base_type) for cell in self.ids
        ]

    def of_type(self, types: AbstractSet[BaseType]) -> Flags:
        """Whether a cell's base organisation is of one of the types."""
        return np.array([kind in types for kind in self._types])

    @cached_property
    def in_firm(self) -> Flags:
        """Whether a cell is in an enterprise or cooperative."""
        return self.of_type(FIRMS)

    @cached_property
    def private(self) -> Flags:
        """Whether a cell is in a private unit."""
        return self.of_type(PRIVATE)

    @cached_property
    def in_commune(self) -> Flags:
        """Whether a cell is in a commune, ward or town."""
        return self.of_type(_COMMUNES)

    def district(self, day: date) -> Counts:
        """The district index of each cell on a day."""
        return self._places(day)[0]

    def base(self, day: date) -> Counts:
        """The base organisation index of each cell on a day."""
        return self._places(day)[1]

    @cached_property
    def _changes(self) -> tuple[date, ...]:
        return tuple(sorted({spell.valid_from for spell in self.registry.spells}))

    @cached_property
    def _known(self) -> dict[date, tuple[Counts, Counts]]:
        return {}

    def _places(self, day: date) -> tuple[Counts, Counts]:
        since = max(change for change in self._changes if change <= day)
        if since not in self._known:
            tree = self.registry.at(since)
            district_of = {code: i for i, code in enumerate(self.districts)}
            base_of = {code: i for i, code in enumerate(self.bases)}
            districts, bases = [], []
            for cell in self.ids:
                for unit in (tree.units[cell], *tree.ancestors(cell)):
                    if unit.kind is UnitKind.DISTRICT:
                        districts.append(district_of[unit.code])
                    elif unit.kind in LEVELS[Level.BASE]:
                        bases.append(base_of[unit.code])
            self._known[since] = np.array(districts), np.array(bases)
        return self._known[since]


@dataclass(frozen=True)
class Habits:
    """How cells differ: weights of size and of admissions by year, and shares of groups among their members."""

    size: Weights
    drive: Weights
    dormant: Flags
    exhausted: Flags
    female: Weights
    minority: Weights
    youth: Weights
    exempt: Weights
    rounding: Weights

    def chance(self, members: Counts, year: int) -> Weights:
        """Each cell's weight in the year's admissions, given its members: zero where it is dormant or exhausted."""
        active = ~self.exhausted & ~self.dormant[year % len(self.dormant)]
        return np.where(active, self.drive * members**0.7, 0.0)


_YEARS_OF_HABIT = 12
_GROUPS = 7


def habits(cells: SampleCells, rng: np.random.Generator) -> Habits:
    """Draws the differences between cells. Districts differ in activity and in their ethnic minorities."""
    count = len(cells.ids)
    home = cells.district(cells.first)
    districts = len(cells.districts)
    mean = np.select([cells.residential, cells.in_commune, cells.in_firm], [1.0, 0.82, 0.95], default=1.12)
    exhausted = ~cells.residential & (rng.random(count) < 0.012)
    pull = np.select([cells.residential, cells.in_commune, cells.private], [0.85, 1.1, 1.5], default=1.25)
    drive = pull * rng.gamma(3.0, 1 / 3.0, count) * _spread(districts, 0.24, rng)[home]
    minority = np.clip(
        np.linspace(0.02, 0.5, districts)[rng.permutation(districts)][home] + rng.normal(0, 0.03, count), 0, 1
    )
    return Habits(
        size=mean * rng.lognormal(0.0, 0.62, count),
        drive=drive,
        dormant=_dormant(cells.residential, rng),
        exhausted=exhausted,
        female=np.clip(np.where(cells.residential, 0.33, 0.46) + rng.normal(0, 0.1, count), 0.02, 0.95),
        minority=minority,
        youth=np.clip(np.where(cells.residential, 0.11, 0.2) + rng.normal(0, 0.05, count), 0, 0.6),
        exempt=np.where(cells.residential, np.clip(0.1 + rng.normal(0, 0.04, count), 0, 0.4), 0.002),
        rounding=rng.random((_GROUPS, count)),
    )


def _spread(count: int, sigma: float, rng: np.random.Generator) -> Weights:
    """Factors evenly spread on a logarithmic scale, shuffled: some clearly above 1, some below."""
    return np.exp(sigma * np.linspace(-1.6, 1.6, count)[rng.permutation(count)])


def _dormant(residential: Flags, rng: np.random.Generator) -> Flags:
    """Years (rows, in rotation) in which a cell admits nobody: runs of three years and more in some villages."""
    count = len(residential)
    starts = rng.integers(0, _YEARS_OF_HABIT, count)
    length = np.where(rng.random(count) < np.where(residential, 0.12, 0.05), rng.integers(3, _YEARS_OF_HABIT, count), 0)
    years = np.arange(_YEARS_OF_HABIT)[:, None]
    return (years - starts) % _YEARS_OF_HABIT < length
