"""Table exports: memory must not grow with rows; against the obvious alternatives."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from layouts.documents.tables import FileFormat
from tests.benchmarks.against.table_writers import COLUMNS
from tests.benchmarks.processes import Program, sample
from tests.benchmarks.report import Goal, Section, comparison
from tests.benchmarks.rounds import Contender, Measured, measure, ratios

OURS = "this application"
TIMED, MANY, FEW = 20_000, 100_000, 1_000
_INSTEAD = {
    FileFormat.XLSX: {"to_excel": "pandas, openpyxl", "openpyxl": "openpyxl, row by row, values only"},
    FileFormat.CSV: {"to_csv": "pandas"},
    FileFormat.PARQUET: {"to_parquet": "pandas, pyarrow"},
}
_GROWN = f"peak memory with {MANY:,} rows above that with {FEW:,}"
_LIBRARIES = ("xlsxwriter", "openpyxl", "pandas", "pyarrow")


def sections(folder: Path, rounds: int) -> list[Section]:
    """Times the writing of each kind of file, in three rounds at most."""
    return [_section(kind, folder, min(rounds, 3)) for kind in _INSTEAD]


def contenders(kind: FileFormat, folder: Path, number: int = TIMED) -> list[Contender]:
    """This application, then the others."""
    writers = {OURS: str(kind)} | {name: writer for writer, name in _INSTEAD[kind].items()}
    return [
        Contender(name=name, program=_program(writer, number, folder), single=True) for name, writer in writers.items()
    ]


def _program(writer: str, number: int, folder: Path) -> Program:
    path = folder / f"export.{writer}"
    return Program(arguments=("-m", "tests.benchmarks.against.table_writers", writer, str(number), str(path)))


def _section(kind: FileFormat, folder: Path, rounds: int) -> Section:
    measured = measure(contenders(kind, folder), rounds)
    many, few = (sample(_program(kind, number, folder)).memory / 1e6 for number in (MANY, FEW))
    baseline = next(iter(_INSTEAD[kind].values()))
    return Section(
        name=f"exports.{kind}",
        title=f"{TIMED:,} rows of {len(COLUMNS)} columns as {kind}",
        about=(
            "Whole processes that make up the rows and write them. A workbook of this application has formulas, a "
            "chart, number formats,\nand sheets of definitions and of what is missing besides. Peak memory of this "
            f"application with {FEW:,} rows: {few:.0f} MB, with\n{MANY:,}: {many:.0f} MB."
        ),
        table=comparison(measured, baseline),
        goals=[_time(kind, measured, baseline), Goal(what=_GROWN, at_most=30, reached=many - few, unit="MB")],
        libraries=_LIBRARIES,
    )


def _time(kind: FileFormat, measured: Measured, baseline: str) -> Goal:
    """Half of the alternative's time for a workbook, no more than it for what has no formats."""
    share = median(ratios(measured[OURS], measured[baseline]))
    return Goal(what=f"time, of {baseline}", at_most=0.5 if kind is FileFormat.XLSX else 1, reached=share)
