"""The chances that were told of plans beside what came: held-out years of the reader's units, and simulated units."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.answers.held_out_years import held_out_years
from indicators.methods.reliability import Band
from layouts.text import language, t
from layouts.views.ask import Ask
from layouts.words import formats

LEAST_CASES = 30
"""Held-out cases below which their table says nothing."""


def held_out(asked: Ask, code: str) -> Sequence[Band]:
    """The bands of the reader's own past years; none where there are too few cases."""
    found = asked.answered(held_out_years, code)
    return found if sum(band.count for band in found) >= LEAST_CASES else ()


def row(band: Band) -> tuple[str, str, str, str]:
    """The band of chance, what was told on average, what came, and the number of cases."""
    low, high, told, came = (
        formats.share(share, language(), 0) for share in (band.low, band.high, band.told, band.came)
    )
    edges = t("dictionary.band", low=low, high=high)
    if band.low == 0:
        edges = t("dictionary.band_first", high=high)
    elif band.high == 1:
        edges = t("dictionary.band_last", low=low)
    return edges, told, came, formats.number(band.count, language())
