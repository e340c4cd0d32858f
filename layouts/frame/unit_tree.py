"""The reader's tree of organisations as select options: around the selected unit, or matching a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.organisations.units import Tree, Unit
from data.reading.queries import Reader
from data.vietnamese.search import matches_words, plain, words
from layouts.parts.components import Props
from layouts.views.ask import Ask

_MAX_FOUND = 60
_MAX_EXPANDED = 3


def options(asked: Ask, search: str | None = None) -> list[Props]:
    """Options (value, label, depth) in tree order.

    Without a search: the selected unit, its ancestors and the children of each. With one: the units whose name or code
    contains every word, with their ancestors; where they are few, with their children too.
    """
    tree = asked.tree
    if tree.root is None:
        return []
    sought = words(search) if plain(search or "") != plain(asked.unit.name) else ()
    found = _found(asked, sought) if sought else _around(tree, asked.unit)
    hits = {unit.id for unit in found}
    shown = hits | {above.id for unit in found for above in tree.ancestors(unit.id)}
    # Ancestors only locate a match; disabled, so that the keyboard skips them.
    walk = (unit for unit in tree.within(tree.root.id) if unit.id in shown)
    listed = [_option(tree, unit) | {"disabled": unit.id not in hits} for unit in walk]
    # A dissolved unit is not in today's tree; the control needs the option to show its name.
    return listed if sought or asked.unit.id in shown else [*listed, _option(tree, asked.unit)]


def _around(tree: Tree, chosen: Unit) -> Sequence[Unit]:
    path = [unit for unit in (chosen, *tree.ancestors(chosen.id)) if unit.id in tree.units]
    whole = [tree.root] if tree.root and not path else []
    return [unit for above in (*path, *whole) for unit in (above, *tree.children(above.id))]


def _found(asked: Ask, sought: Sequence[str]) -> Sequence[Unit]:
    names = asked.answered(_names)
    matches = [asked.tree.units[unit] for unit, name in names.items() if matches_words(sought, name)]
    found = sorted(matches, key=lambda unit: len(asked.tree.ancestors(unit.id)))[:_MAX_FOUND]
    if len(found) > _MAX_EXPANDED:
        return found
    return [unit for each in found for unit in (each, *asked.tree.children(each.id))]


def _names(reader: Reader) -> Mapping[int, str]:
    return {unit.id: plain(f"{unit.name} {unit.code}") for unit in reader.tree().units.values()}


def _option(tree: Tree, unit: Unit) -> Props:
    return {"value": unit.code, "label": unit.name, "depth": len(tree.ancestors(unit.id))}
