"""`python -m tests.benchmarks.against.table_writers WRITER ROWS FILE`: made-up rows to a file, each as one would."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from data.observations import Basis
from data.organisations.units import Level
from indicators.values.value import State, Status
from layouts.documents.tables import About, FileFormat, Table, plain
from layouts.documents.writing import write

COLUMNS = (
    *(
        "indicator",
        "unit",
        "unit_name",
        "level",
        "period",
        "value",
        "numerator",
        "denominator",
        "plan",
        "gap",
        "status",
    ),
    *("state", "reporting", "expected", "as_of", "basis", "reading", "people", "people_of_whole", "since"),
)
_ABOUT = About(title="100,000", facts=(("-", "-"),), indicators=("village_heads_member_share",))
_AT = datetime(2020, 10, 20, tzinfo=UTC)


def rows(number: int) -> Iterator[dict[str, object]]:
    """Shares of villages' heads, every tenth not reported, as the application gives them."""
    for place in range(number):
        over, under, plan = Fraction(place % 400), Fraction(400 + place % 100), Fraction(3, 4)
        known = place % 10 > 0
        value = over / under if known else None
        said = (
            *("village_heads_member_share", f"H{place:06}", f"Chi bộ thôn {place}", Level.CELL, "2020-Q3", value),
            *((over, under) if known else (None, None)),
            *(plan, None if value is None else value - plan, Status.NOT_MET if known else Status.CANNOT_TELL),
            *(State.REPORTED if known else State.NOT_REPORTED, int(known), 1, _AT, Basis.REPORTED),
            *("behind", 3, 4, _AT),
        )
        yield dict(zip(COLUMNS, said, strict=True))


def _ours(kind: FileFormat) -> Callable[[int, Path], None]:
    def made(number: int, path: Path) -> None:
        with path.open("wb") as stream:
            write(Table(columns=COLUMNS, rows=rows(number), about=_ABOUT), kind, stream)

    return made


def _openpyxl(number: int, path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(COLUMNS)
    for row in rows(number):
        sheet.append([plain(row[column]) for column in COLUMNS])
    book.save(path)


def _frame(number: int) -> Any:
    import pandas as pd

    return pd.DataFrame([{column: plain(row[column]) for column in COLUMNS} for row in rows(number)])


WRITERS: Mapping[str, Callable[[int, Path], None]] = {
    **{str(kind): _ours(kind) for kind in FileFormat},
    "openpyxl": _openpyxl,
    "to_excel": lambda number, path: _frame(number).to_excel(path, index=False, engine="openpyxl"),
    "to_csv": lambda number, path: _frame(number).to_csv(path, index=False),
    "to_parquet": lambda number, path: _frame(number).to_parquet(path, index=False),
}

if __name__ == "__main__":
    writer, count, file = sys.argv[1:]
    WRITERS[writer](int(count), Path(file))
