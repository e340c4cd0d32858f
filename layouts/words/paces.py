"""How the verdict on a pace is said: the same word and mark on every page."""

from __future__ import annotations

from indicators.answers.against_plan import PaceRow
from indicators.methods.pace import PaceVerdict
from layouts.text import t
from layouts.words import marks


def word(row: PaceRow) -> str:
    """The verdict in a word or two; a plan that the year has ended without reaching is missed."""
    missed = row.verdict is PaceVerdict.UNLIKELY and is_over(row)
    return t("pace.missed") if missed else t(f"pace.{row.verdict}")


def marked(row: PaceRow) -> str:
    """The verdict with its mark before it."""
    return f"{marks.PACE[row.verdict]} {word(row)}"


def is_over(row: PaceRow) -> bool:
    """Whether the year has ended, so that nothing is left to chance."""
    return row.until.end == row.until.whole_year.end
