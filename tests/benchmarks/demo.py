"""The demonstration from an installed environment: workbooks written and loaded, the first page served."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.benchmarks.processes import Program, timed
from tests.benchmarks.report import Goal, Section, table
from tests.benchmarks.rounds import middle


def sections(folder: Path, rounds: int) -> list[Section]:
    """Times `demo` in a new folder, twice at most; the last of its stores is kept for what reads it."""
    place = folder / "demonstration"
    seconds = []
    for _ in range(min(rounds, 2)):
        shutil.rmtree(place, ignore_errors=True)
        seconds.append(timed(Program(arguments=("app.py", "demo", "--no-serve", "--data", str(place)))))
    start = [timed(Program(arguments=("app.py", *command), environment=_of(place))) for command in (_HELP, _TABLE)]
    rows = [
        ("demo --no-serve, whole process", f"{middle(seconds):.3g} s ({min(seconds):.3g}-{max(seconds):.3g})"),
        ("--help, whole process", f"{start[0]:.2f} s"),
        ("table, whole process", f"{start[1]:.2f} s"),
    ]
    return [
        Section(
            name="demo",
            title="from an installed environment to a store that can be served",
            about="285 workbooks are written, read, checked and stored, and every sum is made.",
            table=table(("", "time"), rows),
            goals=[
                Goal(what="demo until its store is whole", at_most=60, reached=middle(seconds), unit="s"),
                Goal(what="app.py --help", at_most=1, reached=start[0], unit="s"),
                Goal(what="app.py table", at_most=1, reached=start[1], unit="s"),
            ],
            libraries=("python-calamine", "XlsxWriter", "SQLAlchemy"),
        )
    ]


_HELP, _TABLE = ("--help",), ("table", "--indicator", "members", "--period", "2019")


def _of(place: Path) -> dict[str, str]:
    return {"DATA_DIR": str(place)}
