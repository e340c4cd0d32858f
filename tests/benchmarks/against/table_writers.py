"""`python -m tests.benchmarks.against.table_writers WRITER ROWS FILE`: made-up rows to a file, each as one would."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from data.observations import Basis
from data.organisations.units import Level
from data.periods import Period
from indicators.answers.against_plan import LevelRow
from indicators.answers.rows import columns
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.target import ThreeWay
from indicators.values.value import State, Status
from layouts.documents.tables import FileFormat, Table, TableMetadata, cells
from layouts.documents.writing import write

_ABOUT = TableMetadata(title="100,000", facts=(("-", "-"),), indicators=(CATALOGUE["village_heads_member_share"],))
_AT = datetime(2020, 10, 20, tzinfo=UTC)
_INDICATOR = CATALOGUE["village_heads_member_share"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WideRow(LevelRow):
    """A row of twenty columns."""

    since: datetime


COLUMNS = columns(WideRow)


def rows(number: int) -> Iterator[WideRow]:
    """Shares of villages' heads, every tenth not reported, as the application gives them."""
    for place in range(number):
        over, under, plan = Fraction(place % 400), Fraction(400 + place % 100), Fraction(3, 4)
        known = place % 10 > 0
        value = over / under if known else None
        yield WideRow(
            indicator=_INDICATOR,
            unit=f"H{place:06}",
            unit_name=f"Chi bộ thôn {place}",
            level=Level.CELL,
            period=Period.parse("2020-Q3"),
            value=value,
            numerator=over if known else None,
            denominator=under if known else None,
            plan=plan,
            gap=None if value is None else value - plan,
            status=Status.NOT_MET if known else Status.CANNOT_TELL,
            state=State.REPORTED if known else State.NOT_REPORTED,
            reporting=int(known),
            expected=1,
            as_of=_AT,
            basis=Basis.REPORTED,
            reading=ThreeWay.BEHIND,
            people=3,
            people_of_whole=4,
            since=_AT,
        )


def _ours(kind: FileFormat) -> Callable[[int, Path], None]:
    def made(number: int, path: Path) -> None:
        with path.open("wb") as stream:
            write(Table(kind=WideRow, rows=rows(number), metadata=_ABOUT), kind, stream)

    return made


def _openpyxl(number: int, path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(COLUMNS)
    for row in rows(number):
        sheet.append(list(cells(row).values()))
    book.save(path)


def _frame(number: int) -> Any:
    import pandas as pd

    return pd.DataFrame([cells(row) for row in rows(number)])


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
