"""The reader's tree of organisations as a list to choose from: around the chosen unit, or what a search finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.organisations.units import Tree, Unit
from layouts.parts.components import Props
from layouts.views.ask import Ask
from layouts.words.search import matches_words, plain, words

_MOST_FOUND = 60
_FEW_FOUND = 3


def options(asked: Ask, search: str | None = None) -> list[Props]:
    """Options (value, label, depth) in the order of the tree.

    Without a search: the chosen unit with all above it, and those directly below each of these. With one: what has
    every word in its name or code, with all above it; of few, those directly below too.
    """
    tree = asked.tree
    if tree.root is None:
        return []
    sought = words(search) if plain(search or "") != plain(asked.unit.name) else ()
    found = _found(asked, sought) if sought else _around(tree, asked.unit)
    hits = {unit.id for unit in found}
    shown = hits | {above.id for unit in found for above in tree.ancestors(unit.id)}
    # What only stands above a hit says where that is; the keyboard passes it over.
    walk = (unit for unit in tree.within(tree.root.id) if unit.id in shown)
    listed = [_option(tree, unit) | {"disabled": unit.id not in hits} for unit in walk]
    # A unit of former years is in no branch of today; the control needs it to show its name.
    return listed if sought or asked.unit.id in shown else [*listed, _option(tree, asked.unit)]


def _around(tree: Tree, chosen: Unit) -> Sequence[Unit]:
    path = [unit for unit in (chosen, *tree.ancestors(chosen.id)) if unit.id in tree.units]
    whole = [tree.root] if tree.root and not path else []
    return [unit for above in (*path, *whole) for unit in (above, *tree.children(above.id))]


def _found(asked: Ask, sought: Sequence[str]) -> Sequence[Unit]:
    names = asked.cached("plain names", lambda: _names(asked.tree))
    matches = [asked.tree.units[unit] for unit, name in names.items() if matches_words(sought, name)]
    found = sorted(matches, key=lambda unit: len(asked.tree.ancestors(unit.id)))[:_MOST_FOUND]
    if len(found) > _FEW_FOUND:
        return found
    return [unit for each in found for unit in (each, *asked.tree.children(each.id))]


def _names(tree: Tree) -> Mapping[int, str]:
    return {unit.id: plain(f"{unit.name} {unit.code}") for unit in tree.units.values()}


def _option(tree: Tree, unit: Unit) -> Props:
    return {"value": unit.code, "label": unit.name, "depth": len(tree.ancestors(unit.id))}
