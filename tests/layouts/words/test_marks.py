"""Marks: one place declares them, and an arrow never says how something stands."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from layouts.words import marks

ROOT = Path(__file__).parents[3]
SIGNS = re.compile("[✓✗▲▼◷◐○]")


def test_no_other_module_writes_a_mark() -> None:
    own = Path(marks.__file__)
    written = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "layouts").rglob("*.py")
        if path != own and SIGNS.search(path.read_text(encoding="utf-8"))
    }
    assert written == set()


def test_arrows_are_for_changes_only() -> None:
    standing = {*marks.STATUS.values(), *marks.TASK.values(), *marks.RETURN.values(), *marks.OUTCOME.values()}
    assert standing.isdisjoint({marks.UP, marks.DOWN})
    assert [marks.arrow(Fraction(moved)) for moved in (2, -1, 0)] == [marks.UP, marks.DOWN, marks.SAME]
