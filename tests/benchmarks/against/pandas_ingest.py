"""Loading with pandas, pandera and to_sql: `python -m ... FOLDER DATABASE ENGINE`; ends with 1 at the first bad sheet.

The same checks as the application's: whole counts from 0, choices, balances, parts at most their whole, the total row,
unknown units, units twice. It keeps a line for each value, with its file, sheet and row.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal, cast

import pandas as pd
import pandera.pandas as pa

from data.forms.builtin import FORMS
from data.forms.model import AtMost, Balance, Form
from data.measures import Kind

_FIRST_LABEL, _TOTAL = "A", "Tổng cộng"
_ROW, _FILE, _SHEET = "row", "file", "sheet"

Engine = Literal["openpyxl", "calamine"]


def schema(form: Form, units: Collection[str]) -> pa.DataFrameSchema:
    """What the leaf rows of a sheet must keep to."""
    columns = {"unit_code": pa.Column(str, pa.Check.isin(units)), _ROW: pa.Column(int)}
    for measure in form.measures:
        if measure.kind is Kind.CATEGORY:
            columns[measure.code] = pa.Column(object, pa.Check.isin(measure.choices), nullable=True)
        else:
            least = [] if measure.signed else [pa.Check.ge(0)]
            columns[measure.code] = pa.Column("Int64", least, nullable=True, coerce=True)
    checks = [_check(rule) for rule in form.rules if isinstance(rule, Balance | AtMost)]
    return pa.DataFrameSchema(columns, checks=checks, unique=["unit_code"], strict=False)


def _check(rule: Balance | AtMost) -> pa.Check:
    if isinstance(rule, AtMost):
        return pa.Check(lambda rows: ~(rows[rule.part] > rows[rule.whole]).fillna(value=False), name=rule.code)

    def balanced(rows: pd.DataFrame) -> pd.Series[bool]:
        result = rows[list(rule.plus)].sum(axis=1, skipna=False) - rows[list(rule.minus)].sum(axis=1, skipna=False)
        return ~(rows[rule.total] != result).fillna(value=False)

    return pa.Check(balanced, name=rule.code)


def leaves(form: Form, cells: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows below the header that count something, with their row numbers, and the total row."""
    (labels, *_) = cells.index[cells[0] == _FIRST_LABEL]
    measures = [measure.code for measure in form.measures]
    body = cells.iloc[labels + 1 :, : len(form.fields) + len(measures)]
    body.columns = pd.Index(["order", "unit_name", "unit_code", *measures])
    body = body.assign(**{_ROW: body.index + 1})
    units = body[body["unit_code"].notna()]
    return units.dropna(how="all", subset=measures), body[body["unit_name"] == _TOTAL]


def facts(path: Path, engine: Engine, schemas: dict[str, pa.DataFrameSchema]) -> Iterator[pd.DataFrame]:
    """Checked values of each sheet, one a line."""
    for name, cells in pd.read_excel(path, sheet_name=None, header=None, na_values=" ", engine=engine).items():
        form = FORMS[str(name)]
        rows, total = leaves(form, cells)
        checked = schemas[form.code].validate(rows, lazy=True)
        counts = [measure.code for measure in form.measures if measure.kind is not Kind.CATEGORY]
        if (checked[counts].sum(min_count=1) != total[counts].iloc[0].astype("Int64")).any():
            raise ValueError(f"{path.name} {name}: the total row differs from the sum of its rows")
        measures = [measure.code for measure in form.measures]
        lines = checked.melt(["unit_code", _ROW], measures, "measure", "value").dropna(subset=["value"])
        yield lines.assign(**{_FILE: path.name, _SHEET: name})


def main(folder: Path, database: Path, engine: Engine) -> None:
    """Loads every return of the folder into a database that has the table `units`."""
    with closing(sqlite3.connect(database)) as connection:
        units = set(pd.read_sql("SELECT code FROM units", connection)["code"])
        schemas = {code: schema(form, units) for code, form in FORMS.items() if form.is_return}
        for path in sorted(folder.glob("H*.xlsx")):
            with connection:
                for lines in facts(path, engine, schemas):
                    lines.to_sql("facts", connection, if_exists="append", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), cast("Engine", sys.argv[3]))
