"""Checking with frictionless: `python -m ... FOLDER DATABASE`; ends with 1 at the first bad sheet. It stores nothing.

The same checks as far as a schema and row constraints say them: whole counts from 0, choices, balances, parts at most
their whole, unknown units. Not: the total row, and units twice (group rows and the total row would break a key).
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
from frictionless import Checklist, Dialect, Resource, Schema, formats

from data.forms.builtin import FORMS
from data.forms.model import AtMost, Balance, Form
from data.measures import Kind, Measure

_FIRST_LABEL, _TOTAL = "A", "Tổng cộng"


def schema(form: Form, units: Collection[str]) -> Schema:
    """The columns of a sheet."""
    fields: list[dict[str, Any]] = [
        {"name": "order", "type": "any"},
        {"name": "unit_name", "type": "string"},
        {"name": "unit_code", "type": "string", "constraints": {"enum": sorted(units)}},
    ]
    fields += [_field(measure) for measure in form.measures]
    return Schema.from_descriptor({"fields": fields, "missingValues": ["", " "]})


def _field(measure: Measure) -> dict[str, Any]:
    if measure.kind is Kind.CATEGORY:
        return {"name": measure.code, "type": "string", "constraints": {"enum": list(measure.choices)}}
    constraints = {} if measure.signed else {"minimum": 0}
    return {"name": measure.code, "type": "integer", "constraints": constraints}


def rules(form: Form) -> Checklist:
    """Its balances and parts; a row that leaves one of the counts blank cannot break them."""
    formulas = []
    for rule in form.rules:
        if isinstance(rule, AtMost):
            formulas.append((rule.named, f"{rule.part} <= {rule.whole}"))
        elif isinstance(rule, Balance):
            less = "".join(f" - {code}" for code in rule.minus)
            formulas.append((rule.named, f"{rule.total} == {' + '.join(rule.plus)}{less}"))
    blank = [" or ".join(f"{code} is None" for code in named) for named, _ in formulas]
    checks = [{"type": "row-constraint", "formula": f"{b} or {f}"} for b, (_, f) in zip(blank, formulas, strict=True)]
    return Checklist.from_descriptor({"checks": checks})


def extents(path: Path) -> dict[str, tuple[int, int]]:
    """The rows of the column labels and of the total in each sheet, from 1: frictionless has to be told."""
    book = openpyxl.load_workbook(path, read_only=True)
    found = {}
    for sheet in book:
        rows = [(a, b) for a, b, *_ in sheet.iter_rows(max_col=2, values_only=True)]
        (labels, *_) = (place for place, (a, _) in enumerate(rows, start=1) if a == _FIRST_LABEL)
        (total, *_) = (place for place, (_, b) in enumerate(rows, start=1) if b == _TOTAL)
        found[sheet.title] = (labels, total)
    book.close()
    return found


def main(folder: Path, database: Path) -> None:
    """Checks every return of the folder against a database that has the table `units`."""
    with closing(sqlite3.connect(database)) as connection:
        units = {code for (code,) in connection.execute("SELECT code FROM units")}
    for path in sorted(folder.glob("H*.xlsx")):
        for name, (labels, total) in extents(path).items():
            form = FORMS[name]
            dialect = Dialect(
                header=False,
                comment_rows=list(range(1, labels + 1)),
                controls=[formats.ExcelControl(sheet=name)],
            )
            resource = Resource(path.name, basepath=str(path.parent), dialect=dialect, schema=schema(form, units))
            report = resource.validate(rules(form), limit_rows=total - labels)
            if not report.valid:
                sys.exit(str(report))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
