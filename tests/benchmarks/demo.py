"""The demonstration from an installed environment: workbooks written and loaded, the first page served."""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import median

from tests.benchmarks.processes import Program, time_process
from tests.benchmarks.report import Goal, Section, table


def sections(folder: Path, rounds: int) -> list[Section]:
    """Times `demo` in a new folder, twice at most, and start-up; the last of its stores is kept for what reads it."""
    place = folder / "demonstration"
    seconds = []
    for _ in range(min(rounds, 2)):
        shutil.rmtree(place, ignore_errors=True)
        seconds.append(time_process(Program(arguments=("app.py", "demo", "--no-serve", "--data", str(place)))))
    programs = [Program(arguments=("app.py", *command), environment=_of(place)) for command in (_HELP, _TABLE)]
    rounds_of_both = [[time_process(program) for program in programs] for _ in range(rounds)]
    starts = list(zip(*rounds_of_both, strict=True))
    start = [median(each) for each in starts]
    rows = [
        ("demo --no-serve, whole process", f"{median(seconds):.3g} s ({min(seconds):.3g}-{max(seconds):.3g})"),
        ("--help, whole process", f"{start[0]:.2f} s ({min(starts[0]):.2f}-{max(starts[0]):.2f})"),
        ("table, whole process", f"{start[1]:.2f} s ({min(starts[1]):.2f}-{max(starts[1]):.2f})"),
    ]
    return [
        Section(
            name="demo",
            title="from an installed environment to a store that can be served",
            about="285 workbooks are written, read, checked and stored, and every sum is made.",
            table=table(("", "time"), rows),
            goals=[
                Goal(what="demo until its store is whole", at_most=60, reached=median(seconds), unit="s"),
                Goal(what="app.py --help", at_most=1, reached=start[0], unit="s"),
                Goal(what="app.py table", at_most=1, reached=start[1], unit="s"),
            ],
            libraries=("python-calamine", "XlsxWriter", "SQLAlchemy"),
        )
    ]


_HELP, _TABLE = ("--help",), ("table", "--indicator", "members", "--period", "2019")


def _of(place: Path) -> dict[str, str]:
    return {"DATA_DIR": str(place)}
