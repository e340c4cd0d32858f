"""The house rule on imports: one way, lazily, with nothing done on the way."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("data", "indicators", "layouts", "loaders")
VOCABULARY = {"forms", "language", "measures", "observations", "periods", "units"}


def imported(path: Path) -> Iterator[str]:
    """Names of the modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sorted((ROOT / "indicators").rglob("*.py")), ids=lambda path: path.stem)
def test_indicators_take_only_the_vocabulary_from_data(path: Path) -> None:
    parts = (name.split(".") for name in imported(path))
    taken = {part[1] for part in parts if part[0] == "data" and len(part) > 1}
    assert taken <= VOCABULARY


def test_nothing_imports_the_entry_that_sees_all() -> None:
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    assert [path for path in files if "app" in imported(path)] == []


def test_the_program_answers_help_without_database_pages_or_frames() -> None:
    heavy = "{'dash', 'pandas', 'sqlalchemy', 'flask', 'plotly', 'statsmodels', 'pyarrow'}"
    script = f"import app, sys; print(sorted({heavy} & set(sys.modules)))"
    finished = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"


def test_importing_every_module_does_nothing_else(tmp_path: Path) -> None:
    modules = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts
    )
    script = f"import importlib, app\nfor name in {modules!r}: importlib.import_module(name)"
    environment = {"PYTHONPATH": str(ROOT), "DATA_DIR": str(tmp_path / "var"), "DATABASE_URL": "postgresql://nowhere"}
    finished = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
