"""Indicators are chosen by their declarations; codes that layouts single out are in one module."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from indicators.answers.lagging_cells import LaggingRow
from indicators.catalogue.builtin import CATALOGUE
from layouts.views.planning import DivisionRule

LAYOUTS = Path(__file__).parents[3] / "layouts"
DECLARED = LAYOUTS / "views" / "featured.py"
OTHER_WORDS = {*(field.name for field in fields(LaggingRow)), *map(str, DivisionRule)}
"""Columns of the lagging list and allocation rules, some of which coincide with an indicator's code."""


def literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in CATALOGUE:
            yield node.value


def test_each_singled_out_code_is_declared_once() -> None:
    assert [code for code, count in Counter(literals(DECLARED)).items() if count > 1] == []


def test_no_indicator_code_appears_elsewhere_in_layouts() -> None:
    elsewhere = [path for path in LAYOUTS.rglob("*.py") if path != DECLARED]
    found = {
        str(path.relative_to(LAYOUTS)): codes for path in elsewhere if (codes := set(literals(path)) - OTHER_WORDS)
    }
    assert found == {}
