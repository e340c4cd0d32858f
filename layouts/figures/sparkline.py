"""Sparklines as SVG images: cheap to draw in numbers, and sharp in print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import quote

from layouts.figures.theme import PLAN, SERIES

_MARGIN = 5.0


@dataclass(frozen=True, slots=True)
class SparkFrame:
    """Size in pixels, and the value range when several are to be compared."""

    width: int = 120
    height: int = 36
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of the line; None leaves a gap, an incomplete one is drawn hollow and not joined."""

    value: Fraction | None
    complete: bool = True
    plan: Fraction | None = None


def sparkline(marks: Sequence[Mark], frame: SparkFrame = SparkFrame()) -> str:
    """An SVG image as a data URL; the last value carries the dot, hollow when it is incomplete."""
    known = [float(v) for mark in marks for v in (mark.value, mark.plan) if v is not None]
    low = frame.low if frame.low is not None else min(known, default=0.0)
    high = frame.high if frame.high is not None else max(known, default=1.0)
    across = (frame.width - 2 * _MARGIN) / max(len(marks) - 1, 1)

    def place(index: int, value: Fraction) -> tuple[float, float]:
        share = (float(value) - low) / (high - low) if high > low else 0.5
        return round(_MARGIN + index * across, 1), round(
            frame.height - _MARGIN - share * (frame.height - 2 * _MARGIN), 1
        )

    dots = [None if mark.value is None else place(i, mark.value) for i, mark in enumerate(marks)]
    line = [dot if mark.complete else None for dot, mark in zip(dots, marks, strict=True)]
    plan = [None if mark.plan is None else place(i, mark.plan) for i, mark in enumerate(marks)]
    parts = [
        _path(plan, f'stroke="{PLAN}" stroke-width="1.5" stroke-dasharray="4 3"'),
        _path(line, f'stroke="{SERIES}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"'),
        *(_dot(dots[i], marks[i].complete) for i in _dotted(marks)),
    ]
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {frame.height}" '
        f'width="{frame.width}" height="{frame.height}">{"".join(parts)}</svg>'
    )
    return "data:image/svg+xml," + quote(picture, safe="/:=' ,;")


def _dotted(marks: Sequence[Mark]) -> list[int]:
    known = [i for i, mark in enumerate(marks) if mark.value is not None]
    return sorted({*known[-1:], *(i for i in known if not marks[i].complete)})


def _dot(place: tuple[float, float] | None, complete: bool) -> str:
    if place is None:
        return ""
    fill = SERIES if complete else "#fff"
    return f'<circle cx="{place[0]}" cy="{place[1]}" r="3" fill="{fill}" stroke="{SERIES}" stroke-width="1.5"/>'


def _path(places: Sequence[tuple[float, float] | None], style: str) -> str:
    steps: list[str] = []
    down = False
    for place in places:
        if place is not None:
            steps.append(f"{'L' if down else 'M'}{place[0]} {place[1]}")
        down = place is not None
    return f'<path d="{"".join(steps)}" fill="none" {style}/>' if steps else ""
