"""Whether the stored 0 or blank of a formula can be its result: where nobody computed it, its inputs say otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from loaders.workbook import Fault, Place, Value

_GUARD = re.compile(r'IF\(COUNTA?\(([^()]*)\)=0,"",(.*)\)', re.DOTALL)
_SUM = re.compile(r"SUM\(([^()]*)\)")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_TERM = re.compile(r"([+-]?)(\d+(?:\.\d+)?)(?:([*/])(\d+(?:\.\d+)?))?")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LONGEST = 2_000
_MOST_INPUTS = 10_000


def uncomputed(found: Iterable[tuple[Place, str]], rows: Sequence[Sequence[Value]]) -> Iterator[Place]:
    """The formulas stored with 0 or a blank whose inputs give another result."""
    for (row, column), formula in found:
        stored = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
        if not isinstance(stored, Fault) and not _may_be_nothing(formula.replace(" ", ""), rows):
            yield row, column


def _may_be_nothing(formula: str, rows: Sequence[Sequence[Value]]) -> bool:
    if not formula or len(formula) > _LONGEST or "!" in formula:  # inputs that are not known here
        return False
    guarded = _GUARD.fullmatch(formula)
    if guarded:
        if all(value == "" for value in _inputs(guarded[1], rows)):
            return True
        formula = guarded[2]
    inputs = [value for value in _inputs(formula, rows) if value != ""]
    result = _sum_of(formula, rows)
    if result is not None:
        return result == 0
    return bool(_REFERENCE.search(formula)) and all(value == 0 for value in inputs)


def _sum_of(formula: str, rows: Sequence[Sequence[Value]]) -> Fraction | None:
    """The value of a formula of sums, products and quotients of two numbers; None where it has anything else."""
    plain = _SUM.sub(lambda found: _sum(found[1], rows), formula)
    plain = _REFERENCE.sub(lambda found: str(_total(_inputs(found[0], rows))), plain)
    plain = plain.replace("+-", "-").replace("--", "+").replace("(0)", "0")
    total, place = Fraction(0), 0
    while place < len(plain):
        term = _TERM.match(plain, place)
        if term is None or (place and not term[1]):
            return None
        value = Fraction(term[2])
        if term[3] == "*":
            value *= Fraction(term[4])
        elif term[3]:
            if Fraction(term[4]) == 0:
                return None
            value /= Fraction(term[4])
        total += -value if term[1] == "-" else value
        place = term.end()
    return total if plain else None


def _sum(arguments: str, rows: Sequence[Sequence[Value]]) -> str:
    """The sum of references and numbers; what is neither stays as it is, which no term matches."""
    parts = re.split("[,;]", arguments)
    if not all(_REFERENCE.fullmatch(part) or _NUMBER.fullmatch(part) for part in parts):
        return arguments
    return _total([*_inputs(arguments, rows), *(float(part) for part in parts if _NUMBER.fullmatch(part))])


def _total(values: Iterable[Value]) -> str:
    numbers = (Fraction(f"{value:.15g}") for value in values if isinstance(value, int | float))
    return f"{float(sum(numbers, Fraction(0))):.15f}".rstrip("0").rstrip(".")


def _inputs(text: str, rows: Sequence[Sequence[Value]]) -> Iterator[Value]:
    """The cells that a formula refers to in its own sheet; beyond the sheet they are blank."""
    left_over = _MOST_INPUTS
    for first, top, last, bottom in _REFERENCE.findall(text):
        left, right = _column(first), _column(last or first)
        for row in rows[int(top) - 1 : int(bottom or top)]:
            for value in row[left : right + 1]:
                left_over -= 1
                if left_over < 0:
                    return
                yield value


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
