"""Organisations of the fictitious province: committees, bases, sections and cells, before any reorganisation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from data.organisations.units import Unit, UnitKind
from loaders.sample import names
from loaders.sample.apportion import apportion
from loaders.sample.bodies import BLOCS, BaseKind, BaseType, Bloc, area_bodies, bloc_bodies
from loaders.sample.scale import BaseGroup, SampleScale

FOUNDED = date(1997, 1, 1)
_CITY_WARDS = 0.6


@dataclass
class _Roll:
    """Units in registry order, numbered consecutively."""

    units: list[Unit] = field(default_factory=list)

    def add(
        self,
        code: str,
        name: str,
        kind: UnitKind,
        parent: Unit | None,
        base_type: str = "",
        *,
        residential: bool = False,
    ) -> Unit:
        unit = Unit(
            id=len(self.units) + 1,
            code=code,
            name=name,
            kind=kind,
            parent=parent.id if parent else None,
            valid_from=FOUNDED,
            base_type=base_type,
            residential=residential,
        )
        self.units.append(unit)
        return unit


@dataclass(frozen=True, slots=True)
class _Base:
    """A planned base organisation: its cells' names, the first `villages` of them residential; none for a base cell."""

    name: str
    type: BaseType
    cells: Sequence[str] = ()
    villages: int = 0
    sections: int = 0


def organisations(scale: SampleScale, rng: np.random.Generator) -> tuple[Unit, ...]:
    """Every unit of the province in registry order, each with its first spell from 1997 on."""
    place = names.places(rng)
    size = len(str(max(scale.districts, 10)))
    roll = _Roll()
    province = roll.add("T", f"Tỉnh uỷ {names.PROVINCE}", UnitKind.PROVINCE, None)
    areas = [names.PROVINCE, *names.take(place, scale.territorial - 1)]
    territories = _territories(scale, rng, place, areas)
    committees = [(f"{'Huyện' if i else 'Thành'} uỷ {area}", territories[i]) for i, area in enumerate(areas)]
    committees += _blocs(scale, rng, place)
    for number, (name, bases) in enumerate(committees, start=1):
        district = roll.add(f"H{number:0{size}d}", name, UnitKind.DISTRICT, province)
        for place_in_district, base in enumerate(bases, start=1):
            _add_base(roll, district, f"{district.code}.{place_in_district:03d}", base)
    return tuple(roll.units)


def _add_base(roll: _Roll, district: Unit, code: str, base: _Base) -> None:
    kind = UnitKind.BASE_COMMITTEE if base.cells else UnitKind.BASE_CELL
    title = "Đảng bộ" if base.cells else "Chi bộ"
    parent = roll.add(code, f"{title} {base.name}", kind, district, base.type)
    sections = [
        roll.add(f"{code}.B{i}", f"Đảng bộ bộ phận Cơ sở {i}", UnitKind.SECTION, parent)
        for i in range(1, base.sections + 1)
    ]
    per_section = len(base.cells) // (base.sections + 1)
    for i, name in enumerate(base.cells):
        above = sections[i // per_section] if sections and i // per_section < len(sections) else parent
        roll.add(f"{code}.{i + 1:02d}", f"Chi bộ {name}", UnitKind.CELL, above, residential=i < base.villages)


def _territories(
    scale: SampleScale, rng: np.random.Generator, place: Iterator[str], areas: Sequence[str]
) -> list[list[_Base]]:
    """Base organisations of the districts and the city: communes first, then offices, schools and firms."""
    communes = _split(scale.communes, scale.territorial, rng, 0.15)
    villages = _split(scale.village_cells, scale.communes, rng, 0.3)
    offices = _split(scale.office_cells, scale.communes, rng, 0.25)
    agencies = _split(scale.agencies.bases, scale.territorial, rng, 0.1)
    cells = _cells_below(scale.agencies, rng)
    found: list[list[_Base]] = []
    commune = agency = 0
    for i, area in enumerate(areas):
        bases: list[_Base] = []
        for nth in range(communes[i]):
            sort = _commune_type(nth, communes[i], city=i == 0)
            bases.append(
                _commune(
                    sort, next(place), villages[commune], offices[commune], rng, bush=i >= scale.territorial * 2 // 3
                )
            )
            commune += 1
        named = f"{'huyện' if i else 'thành phố'} {area}"
        bodies = area_bodies()
        for _ in range(agencies[i]):
            bases.append(_body(next(bodies), place, cells[agency], 0, area=named))
            agency += 1
        found.append(bases)
    return found


def _commune_type(nth: int, count: int, *, city: bool) -> BaseType:
    if city:
        return BaseType.WARD if nth < count * _CITY_WARDS else BaseType.COMMUNE
    return BaseType.TOWN if nth == 0 else BaseType.COMMUNE


def _commune(sort: BaseType, name: str, villages: int, offices: int, rng: np.random.Generator, *, bush: bool) -> _Base:
    """A commune, ward or town with its villages (bản in remote areas, `bush`; numbered groups in wards) and offices."""
    title = sort.lower()
    if sort is BaseType.WARD:
        residential = [f"Tổ dân phố số {i}" for i in range(1, villages + 1)]
    else:
        residential = [f"{'bản' if bush else 'thôn'} {hamlet}" for hamlet in names.hamlets(rng, villages)]
    order = list(range(len(names.OFFICES)))
    others = [
        names.numbered(names.OFFICES, order, i).format(commune=f"{title} {name}", place=name) for i in range(offices)
    ]
    return _Base(f"{title} {name}", sort, (*residential, *others), villages)


def _blocs(scale: SampleScale, rng: np.random.Generator, place: Iterator[str]) -> list[tuple[str, list[_Base]]]:
    """The committees without a territory, and their base organisations."""
    blocs: list[Bloc] = [BLOCS[i % len(BLOCS)] for i in range(scale.attached)]
    counts = 1 + apportion(scale.enterprises.bases - len(blocs), np.array([bloc.weight for bloc in blocs]))
    cells = _cells_below(scale.enterprises, rng)
    largest = set(np.argsort(-np.array(cells), kind="stable")[: scale.sections].tolist())
    found = []
    nth = 0
    for i, bloc in enumerate(blocs):
        turn = i // len(BLOCS)
        bodies = bloc_bodies(bloc)
        bases = []
        for _ in range(counts[i]):
            bases.append(_body(next(bodies), place, cells[nth], int(nth in largest) * (1 + nth % 2)))
            nth += 1
        name = bloc.name.format(province=names.PROVINCE)
        found.append((f"{name} {turn + 1}" if turn else name, bases))
    return found


def _body(body: BaseKind, place: Iterator[str], cells: int, sections: int, area: str = "") -> _Base:
    name = body.name.format(place=next(place), area=area) if "{place}" in body.name else body.name.format(area=area)
    order = list(range(len(names.DEPARTMENTS)))
    return _Base(name, body.type, [names.numbered(names.DEPARTMENTS, order, i) for i in range(cells)], 0, sections)


def _split(total: int, parts: int, rng: np.random.Generator, spread: float) -> list[int]:
    """Splits `total` at random into so many parts of at least one."""
    sizes: list[int] = (1 + apportion(total - parts, rng.lognormal(0.0, spread, parts))).tolist()
    return sizes


def _cells_below(group: BaseGroup, rng: np.random.Generator) -> list[int]:
    """The number of cells under each base organisation of the group; 0 for a base cell."""
    committees = group.bases - group.single
    sizes = 2 + apportion(group.cells - 2 * committees, rng.lognormal(0.0, 0.6, committees))
    cells = np.zeros(group.bases, dtype=np.int64)
    cells[np.sort(rng.permutation(group.bases)[:committees])] = sizes
    found: list[int] = cells.tolist()
    return found
