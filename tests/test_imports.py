"""Structure: no import cycles, no side effects of imports, size limits, unique class names."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Container, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("data", "indicators", "layouts", "loaders")
MODULE_LINES, FUNCTION_LINES = 400, 60


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def forgotten() -> Iterator[None]:
    """The trees are not kept longer than these tests: they take more memory than the application."""
    yield
    parsed.cache_clear()


def imports_of(path: Path, modules: Container[str] = ()) -> Iterator[str]:
    """The imports of a file: a module of the project if the name is one, else the package named after `from`."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in modules else node.module for name in inside)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports() -> Mapping[str, set[str]]:
    """Project modules that each module imports, including the packages that Python executes to reach them."""
    modules = {module_of(path): path for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    graph: dict[str, set[str]] = {}
    for module, path in modules.items():
        named = {name for name in imports_of(path, modules) if name in modules}
        on_the_way = {parent for name in named for parent in parents(name) if not module.startswith(f"{parent}.")}
        graph[module] = (named | on_the_way) - {module}
    return graph


def parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    yield from (".".join(parts[:length]) for length in range(1, len(parts)))


def cycles(graph: Mapping[str, set[str]]) -> list[str]:
    """The modules on import cycles: what remains after repeatedly removing modules without remaining imports."""
    left = {module: set(needed) for module, needed in graph.items()}
    while free := {module for module, needed in left.items() if not needed & left.keys()}:
        left = {module: needed for module, needed in left.items() if module not in free}
    # Modules that merely import a cycle are not part of it.
    while outside := left.keys() - {name for needed in left.values() for name in needed}:
        left = {module: needed for module, needed in left.items() if module not in outside}
    return [f"{module} -> {', '.join(sorted(needed & left.keys()))}" for module, needed in sorted(left.items())]


def test_modules_have_no_import_cycles() -> None:
    assert cycles(imports()) == []


def test_a_cycle_is_detected_and_reported() -> None:
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == ["b -> c", "c -> b"]


def test_rooms_have_no_import_cycles() -> None:
    """A room is a package directly below one of the four folders; a module beside the rooms is a room of its own."""
    modules = imports()
    rooms: dict[str, set[str]] = {}
    for module, needed in modules.items():
        rooms.setdefault(room(module, modules), set()).update(room(name, modules) for name in needed)
    assert cycles({name: needed - {name} for name, needed in rooms.items()}) == []


def room(module: str, modules: Mapping[str, set[str]]) -> str:
    place = ".".join(module.split(".")[:2])
    return place if place in modules else module


@pytest.mark.parametrize(("folder", "most"), [("data", 12), ("loaders", 12), ("indicators", 6), ("layouts", 12)])
def test_few_modules_lie_beside_the_rooms(folder: str, most: int) -> None:
    assert len(list((ROOT / folder).glob("*.py"))) <= most


def test_modules_and_functions_are_short() -> None:
    long: list[str] = []
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if (lines := text.count("\n")) > MODULE_LINES:
            long.append(f"{module_of(path)}: {lines} lines")
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                long += [f"{module_of(path)}.{node.name}: {lines} lines"] if lines > FUNCTION_LINES else []
    assert long == []


OF_EACH_PAGE = frozenset({"Ids", "View"})
"""Class names that every page defines; underscored names are private to their module."""


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in parsed(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name not in OF_EACH_PAGE:
                places.setdefault(node.name, []).append(module_of(path))
    assert {name: sorted(modules) for name, modules in places.items() if len(modules) > 1} == {}


def test_nothing_imports_the_entry_point() -> None:
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    assert [path for path in files if "app" in imports_of(path)] == []


def test_help_loads_neither_database_nor_dash_nor_pandas() -> None:
    heavy = "{'dash', 'pandas', 'sqlalchemy', 'flask', 'plotly', 'statsmodels', 'pyarrow'}"
    script = f"import app, sys; print(sorted({heavy} & set(sys.modules)))"
    finished = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"


def test_imports_have_no_side_effects(tmp_path: Path) -> None:
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
