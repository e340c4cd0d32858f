"""A kind of change with its count and first places, in words."""

from __future__ import annotations

from collections.abc import Iterable

from data.language import Text
from data.organisations.units import Unit
from data.returns import DifferenceKind, RegisteredUnit
from loaders.messages import sentence
from loaders.vietnamese.numbers import show

_SHOWN = 10


def said(code: str, lines: Iterable[Text], /, **values: object) -> tuple[DifferenceKind, ...]:
    """The difference of that code if it has any lines; `code` is the key of its message, which takes their number."""
    found = list(lines)
    if not found:
        return ()
    message = sentence(code, number=show(len(found)), **values)
    return (DifferenceKind(code=code, count=len(found), message=message, lines=tuple(found[:_SHOWN])),)


def named(unit: Unit | RegisteredUnit) -> str:
    """A unit's name and code."""
    return f"{unit.name} ({unit.code})"


def moved(subject: object, old: object, new: object) -> Text:
    """A line: the subject, what is in force, what would be."""
    return sentence("difference_line", subject=subject, old=old, new=new)


def alone(subject: str) -> Text:
    """A line that only names its subject."""
    return Text(subject, subject)
