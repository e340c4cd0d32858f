"""How a registry differs from the one in force, and the units that it may not lose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from data.language import Text
from data.organisations.units import KIND_TITLES, Registry, Unit
from data.reading.queries import Reader
from data.returns import DifferenceKind, Finding, RegisteredUnit, RegistryReturn
from loaders.differences.said import alone, moved, named, said
from loaders.findings import error
from loaders.messages import sentence
from loaders.vietnamese.numbers import show

_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Pair:
    """A unit that both registries have: its spells in each, oldest first."""

    old: Sequence[Unit]
    new: Sequence[RegisteredUnit]

    @property
    def is_ended(self) -> bool:
        """Whether only the new registry ends it."""
        return self.old[-1].valid_to is None and self.new[-1].valid_to is not None


def registry_differences(given: RegistryReturn, reader: Reader) -> tuple[DifferenceKind, ...]:
    """How a registry differs from the one in force: units lost and ended first; nothing without one in force."""
    registry = reader.registry
    if not registry.spells:
        return ()
    old, new = _old_spells(registry), _new_spells(given)
    pairs = [_Pair(old[code], new[code]) for code in new if code in old]
    ended = [pair for pair in pairs if pair.is_ended]
    return (
        *said("units_lost", (alone(named(spells[-1])) for code, spells in old.items() if code not in new)),
        *said("units_without_successor", _without_successor(ended, given, reader)),
        *said("units_ended", (_ending(pair) for pair in ended)),
        *said("units_reopened", (alone(named(pair.new[-1])) for pair in pairs if _is_reopened(pair))),
        *said("units_added", (alone(named(spells[-1])) for code, spells in new.items() if code not in old)),
        *said("units_renamed", _changed(pairs, lambda unit: unit.name, lambda unit: unit.name)),
        *said("units_moved", _changed(pairs, _parent_of(registry), lambda unit: unit.parent or "")),
        *said(
            "units_retyped", _changed(pairs, lambda unit: KIND_TITLES[unit.kind], lambda unit: KIND_TITLES[unit.kind])
        ),
        *said("units_redated", (alone(named(pair.new[-1])) for pair in pairs if _is_otherwise_changed(pair, registry))),
        *said("successions_changed", _successions(given, registry)),
    )


def check_lost_units(given: RegistryReturn, reader: Reader) -> list[Finding]:
    """Units of the registry in force that hold returns may not be missing from the one that replaces it."""
    codes = {line.code for line in given.units}
    lost = {code: unit for code, unit in reader.registry.ids.items() if code not in codes}
    holding = reader.units_with_returns(lost.values())
    found = [named(spell) for code, unit in lost.items() if unit in holding and (spell := reader.registry.latest(unit))]
    if not found:
        return []
    names = ", ".join(found[:_NAMED]) + (", …" if len(found) > _NAMED else "")
    return [error("units_with_returns_lost", given.sheet, number=show(len(found)), names=names)]


def _old_spells(registry: Registry) -> Mapping[str, Sequence[Unit]]:
    latest = {unit: spells[-1].code for unit, spells in registry.spells_of.items()}
    return {code: registry.spells_of[unit] for unit, code in latest.items()}


def _new_spells(given: RegistryReturn) -> Mapping[str, Sequence[RegisteredUnit]]:
    found: dict[str, list[RegisteredUnit]] = defaultdict(list)
    for line in sorted(given.units, key=lambda line: line.valid_from):
        found[line.code].append(line)
    return found


def _without_successor(ended: Sequence[_Pair], given: RegistryReturn, reader: Reader) -> Iterator[Text]:
    """Ended units whose members pass to nobody: no reorganisation names them, or it dissolves them with members."""
    followed = {line.predecessor for line in given.successions if line.successor not in {None, line.predecessor}}
    dissolved = {line.predecessor for line in given.successions if line.successor is None}
    opened = reader.opened()
    members = reader.cell_counts("B1", ("members_end",), opened[-1]) if opened and dissolved else {}
    for pair in ended:
        unit = pair.old[-1]
        holds = any(members.get(unit.id, ()))
        if unit.code not in followed and (unit.code not in dissolved or holds):
            yield alone(named(unit))


def _ending(pair: _Pair) -> Text:
    return sentence("unit_ended", unit=named(pair.new[-1]), day=show(pair.new[-1].valid_to))


def _is_reopened(pair: _Pair) -> bool:
    return pair.old[-1].valid_to is not None and pair.new[-1].valid_to is None


def _changed(
    pairs: Sequence[_Pair], before: Callable[[Unit], object], after: Callable[[RegisteredUnit], object]
) -> Iterator[Text]:
    for pair in pairs:
        old, new = before(pair.old[-1]), after(pair.new[-1])
        if old != new:
            yield moved(named(pair.new[-1]), old, new)


def _kind(unit: Unit | RegisteredUnit) -> Text:
    return KIND_TITLES[unit.kind]


def _parent_of(registry: Registry) -> Callable[[Unit], str]:
    return lambda unit: _code(registry, unit.parent)


def _code(registry: Registry, unit: int | None) -> str:
    latest = registry.latest(unit) if unit is not None else None
    return latest.code if latest else ""


def _is_otherwise_changed(pair: _Pair, registry: Registry) -> bool:
    """Whether its spells differ, but not in what the other differences say of the last one."""
    last, now = pair.old[-1], pair.new[-1]
    said_of = (last.name, _code(registry, last.parent), last.kind, last.valid_to is None)
    if said_of != (now.name, now.parent or "", now.kind, now.valid_to is None):
        return False
    old = [
        (s.name, s.kind, _code(registry, s.parent), s.valid_from, s.valid_to, s.base_type, s.residential)
        for s in pair.old
    ]
    new = [(s.name, s.kind, s.parent or "", s.valid_from, s.valid_to, s.base_type, s.residential) for s in pair.new]
    return old != new


def _successions(given: RegistryReturn, registry: Registry) -> Iterator[Text]:
    """Reorganisations of the registry in force that the new one no longer has, and those that it adds."""
    old = {
        (one.date, one.event, _code(registry, one.predecessor), _code(registry, one.successor), one.share)
        for one in registry.successions
    }
    new = {(one.date, one.event, one.predecessor or "", one.successor or "", one.share) for one in given.successions}
    for key, changed in (("succession_lost", old - new), ("succession_added", new - old)):
        for day, _, predecessor, successor, _ in sorted(changed, key=lambda one: (one[0], one[2], one[3])):
            yield sentence(key, day=show(day), predecessor=predecessor or "–", successor=successor or "–")
