"""The rows of a blank return: sender, groups and leaves, numbered as offices number them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from data.organisations.units import LEVELS, Grain, Level, Tree, Unit, UnitKind
from loaders.templates.sheet_frame import Sender

_NUMERALS = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A row of a return: a group (base organisation, section) or a leaf, with its label in the first column."""

    number: str
    name: str
    code: str
    leaf: bool = True


def sender_of(tree: Tree, unit: Unit) -> Sender:
    """The title block's sender for a unit of the tree."""
    above = tree.ancestors(unit.id)
    return Sender(code=unit.code, name=unit.name, superior=above[0].name if above else "")


def outline(tree: Tree, unit: int, grain: Grain | None) -> tuple[OutlineLine, ...]:
    """The rows of a unit's return: base organisations I, II, ..., their sections a, b, ..., leaves 1, 2, ...

    A base cell is a leaf numbered like a group. Groups without a leaf of the grain are omitted.
    """
    return tuple(_lines(tree, unit, grain))


def _lines(tree: Tree, unit: int, grain: Grain | None) -> Iterator[OutlineLine]:
    bases = sections = leaves = 0
    for member in tree.within(unit):
        if not tree.expected(member.id, grain):
            continue
        if member.kind in LEVELS[Level.BASE]:
            bases, sections, leaves = bases + 1, 0, 0
            number = roman(bases)
        elif member.kind is UnitKind.SECTION:
            sections, leaves = sections + 1, 0
            number = xl_col_to_name(sections - 1).lower()
        elif member.has_grain(grain):
            leaves += 1
            number = str(leaves)
        else:
            continue
        yield OutlineLine(number, member.name, member.code, leaf=member.has_grain(grain))


def roman(number: int) -> str:
    """A positive number in Roman numerals."""
    text = ""
    for value, sign in _NUMERALS:
        text += sign * (number // value)
        number %= value
    return text
