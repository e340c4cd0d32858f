"""Icons after Making Data Count, drawn here: the kind of variation, and assurance of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from indicators.methods.control import Assurance, PointType
from layouts.figures.theme import NOT_MET, SERIES, UNCERTAIN

NEUTRAL: Final = "#7a5ea8"
COLOURS: Final[Mapping[PointType, str]] = {
    PointType.COMMON_CAUSE: UNCERTAIN,
    PointType.IMPROVEMENT: SERIES,
    PointType.CONCERN: NOT_MET,
    PointType.NEUTRAL_HIGH: NEUTRAL,
    PointType.NEUTRAL_LOW: NEUTRAL,
}
SYMBOLS: Final[Mapping[PointType, str]] = {
    PointType.COMMON_CAUSE: "circle",
    PointType.IMPROVEMENT: "diamond",
    PointType.CONCERN: "triangle-down",
    PointType.NEUTRAL_HIGH: "square",
    PointType.NEUTRAL_LOW: "square",
}
_ASSURED: Final[Mapping[Assurance, str]] = {
    Assurance.PASS: SERIES,
    Assurance.FAIL: NOT_MET,
    Assurance.INCONSISTENT: UNCERTAIN,
}
# Heights of the dots from the left, in a circle of 64 across; of what is special the last two are coloured.
_LEVEL, _RISING, _FALLING = (34, 28, 35, 29, 34), (48, 44, 47, 38, 28), (30, 34, 31, 40, 48)
# Position of the target line: below dots that pass, above dots that fail, among the others.
_TARGETS: Final[Mapping[Assurance, tuple[int, tuple[int, ...]]]] = {
    Assurance.PASS: (49, (41, 37, 42, 36, 40)),
    Assurance.FAIL: (33, (45, 41, 46, 40, 44)),
    Assurance.INCONSISTENT: (41, (36, 46, 37, 45, 36)),
}
_LETTERS = {1: (23, 33), -1: (42, 33), 0: (32, 27)}


def variation_icon(kind: PointType, side: int, letter: str) -> str:
    """The icon as a data URL; `side` is 1 for high, -1 for low, `letter` abbreviates it."""
    colour, heights = COLOURS[kind], {1: _RISING, -1: _FALLING}.get(side, _LEVEL)
    special = 5 if kind is PointType.COMMON_CAUSE else 3
    dots = [_dot(place, y, UNCERTAIN if place < special else colour) for place, y in enumerate(heights)]
    return _icon(colour, letter, _LETTERS[side], "".join(dots))


def assurance_icon(kind: Assurance, letter: str) -> str:
    """The icon as a data URL: the dots on one side of the target line, or on both."""
    colour, (y, heights) = _ASSURED[kind], _TARGETS[kind]
    line = f'<path d="M12 {y}H52" stroke="{colour}" stroke-width="3" stroke-dasharray="5 3"/>'
    dots = [_dot(place, height, UNCERTAIN) for place, height in enumerate(heights)]
    return _icon(colour, letter, _LETTERS[0], line + "".join(dots))


def _dot(place: int, y: int, colour: str) -> str:
    return f'<circle cx="{16 + 8 * place}" cy="{y}" r="3" fill="{colour}"/>'


def _icon(colour: str, letter: str, at: tuple[int, int], inside: str) -> str:
    text = (
        f'<text x="{at[0]}" y="{at[1]}" text-anchor="middle" font-family="sans-serif" font-size="17" font-weight="700" '
        f'fill="{colour}">{letter}</text>'
    )
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
        f'<circle cx="32" cy="32" r="29" fill="#fff" stroke="{colour}" stroke-width="5"/>{text}{inside}</svg>'
    )
    return "data:image/svg+xml," + quote(picture, safe="/:=' ,;")
