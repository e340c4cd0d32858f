"""Tables to files: what is kept in memory must not grow with the rows; against what one would take instead."""

from __future__ import annotations

from pathlib import Path

from layouts.documents.tables import FileFormat
from tests.benchmarks.against.table_writers import COLUMNS
from tests.benchmarks.processes import Program
from tests.benchmarks.report import Goal, Section, comparison
from tests.benchmarks.rounds import Contender, Measured, measure, middle, ratios

ROWS, FEW = 100_000, 1_000
_INSTEAD = {
    FileFormat.XLSX: {"to_excel": "pandas, openpyxl", "openpyxl": "openpyxl, row by row, values only"},
    FileFormat.CSV: {"to_csv": "pandas"},
    FileFormat.PARQUET: {"to_parquet": "pandas, pyarrow"},
}
_LIBRARIES = ("xlsxwriter", "openpyxl", "pandas", "pyarrow")


def sections(folder: Path, rounds: int) -> list[Section]:
    """Times the writing of each kind of file."""
    return [_section(kind, folder, rounds) for kind in _INSTEAD]


def contenders(kind: FileFormat, folder: Path, number: int = ROWS) -> list[Contender]:
    """This application first, with few rows and with all of them, then the others."""

    def one(name: str, writer: str, count: int) -> Contender:
        path = folder / f"export{kind.suffix}"
        arguments = ("-m", "tests.benchmarks.against.table_writers", writer, str(count), str(path))
        return Contender(name=name, program=Program(arguments=arguments))

    ours = [one(_named(count), kind, count) for count in (FEW, number)]
    return [*ours, *(one(name, writer, number) for writer, name in _INSTEAD[kind].items())]


def _named(count: int) -> str:
    return f"this application, {count:,} rows"


def _section(kind: FileFormat, folder: Path, rounds: int) -> Section:
    measured = measure(contenders(kind, folder), rounds)
    baseline = next(iter(_INSTEAD[kind].values()))
    return Section(
        name=f"exports.{kind}",
        title=f"{ROWS:,} rows of {len(COLUMNS)} columns as {kind}",
        about=(
            "Whole processes that make up the rows and write them. A workbook of this application has formulas, a "
            "chart, number formats,\nand sheets of definitions and of what is missing besides."
        ),
        table=comparison(measured, baseline),
        goals=goals(measured, baseline),
        libraries=_LIBRARIES,
    )


def goals(measured: Measured, baseline: str) -> list[Goal]:
    """No slower than what one would take, and no more memory for a hundred times the rows."""
    many, few, other = (measured[name] for name in (_named(ROWS), _named(FEW), baseline))
    found = [Goal(what=f"time, of {baseline}", at_most=1, reached=middle(ratios(many, other)))]
    if many.taken and few.taken:
        grown = (many.taken.memory - few.taken.memory) / 1e6
        found.append(Goal(what=f"memory above that of {FEW:,} rows", at_most=30, reached=grown, unit="MB"))
    return found
