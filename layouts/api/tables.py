"""The tables that the API gives: what each is asked with, its columns, and where its rows come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from data.language import Text
from data.periods import Period
from data.reading.queries import Reader
from data.tasks import Task
from indicators.answers.enquiry import Enquiry
from indicators.answers.lagging_cells import COLUMNS as LAGGING
from indicators.answers.lagging_cells import Lagging
from indicators.answers.lagging_cells import rows as lagging_rows
from indicators.answers.statements import table_of
from indicators.catalogue.builtin import CATALOGUE as INDICATORS
from layouts.api.parameters import (
    BASIS,
    FREQUENCY,
    INDICATOR,
    LEVEL,
    PERIOD,
    REASON,
    SHOW,
    SPAN,
    UNIT,
    Given,
    Parameter,
    periods_of,
)
from layouts.views.catalogue_rows import CATALOGUE, RETURNS, catalogue_row, due_row

Rows = Sequence[dict[str, Any]]

UNITS = ("unit", "unit_name", "kind", "level", "parent", "residential", "valid_from", "valid_to")
PERIODS = ("period", "frequency", "start", "end")
TASKS = (
    "task",
    "clause",
    "text",
    "owner",
    "unit",
    "recurrence",
    "term",
    "due",
    "state",
    "evidence_number",
    "evidence_date",
    "successor",
    "meetings",
    "firms",
    "proposals",
    "settled",
)


@dataclass(frozen=True, kw_only=True)
class ApiTable:
    """One table: `columns` may depend on what is asked."""

    name: str
    title: Text
    parameters: tuple[Parameter, ...]
    columns: Callable[[Given], Sequence[str]]
    rows: Callable[[Reader, Given], Rows]


def _indicators(_reader: Reader, _given: Given) -> Rows:
    return [catalogue_row(indicator) for indicator in INDICATORS.values()]


def _units(reader: Reader, given: Given) -> Rows:
    day = given[PERIOD].end if given[PERIOD] else None
    tree = reader.tree(day)
    if tree.root is None:
        return []
    asked = reader.unit(given[UNIT]) if given[UNIT] else tree.root
    wanted = tree.within(asked.id) if given[LEVEL] is None else tree.at_level(given[LEVEL], asked.id)
    fields = (
        (
            unit.code,
            unit.name,
            unit.kind,
            unit.level,
            next((above.code for above in tree.ancestors(unit.id)), None),
            unit.residential,
            unit.valid_from,
            unit.valid_to,
        )
        for unit in wanted
    )
    return [dict(zip(UNITS, values, strict=True)) for values in fields]


def _periods(reader: Reader, _given: Given) -> Rows:
    found = sorted({*reader.opened(), *reader.history(), *(period.whole_year for period in reader.opened())})
    return [dict(zip(PERIODS, (p.code, p.frequency, p.start, p.end), strict=True)) for p in found]


def _values(reader: Reader, given: Given) -> Rows:
    enquiry = Enquiry(
        indicators=given[INDICATOR],
        unit=given[UNIT],
        level=given[LEVEL],
        periods=periods_of(given[SPAN] or _latest(reader).code, given[FREQUENCY]),
        basis=given[BASIS],
    )
    return list(table_of(given[SHOW]).rows(reader, enquiry))


def _lagging(reader: Reader, given: Given) -> Rows:
    unit = reader.unit(given[UNIT]).id if given[UNIT] else None
    return lagging_rows(Lagging(reader, given[PERIOD] or _latest(reader), unit), given[REASON])


def _returns(reader: Reader, given: Given) -> Rows:
    return [due_row(due) for due in reader.returns(given[PERIOD] or _latest(reader))]


def _tasks(reader: Reader, _given: Given) -> Rows:
    return [_task(reader, task) for task in reader.tasks()]


def _task(reader: Reader, task: Task) -> dict[str, Any]:
    unit = reader.registry.latest(task.unit) if task.unit is not None else None
    same = {name: getattr(task, name) for name in TASKS if name not in {"unit", "state", "term"}}
    term = task.term.code if task.term else None
    return {**same, "unit": unit.code if unit else None, "term": term, "state": task.state_on(reader.today())}


def _latest(reader: Reader) -> Period:
    opened = reader.opened()
    return opened[-1] if opened else Period(reader.today().year)


def _always(columns: Sequence[str]) -> Callable[[Given], Sequence[str]]:
    return lambda _given: columns


TABLES = (
    ApiTable(
        name="indicators",
        title=Text("Danh mục chỉ tiêu", "Catalogue of indicators"),
        parameters=(),
        columns=_always(CATALOGUE),
        rows=_indicators,
    ),
    ApiTable(
        name="units",
        title=Text("Tổ chức đảng", "Organisations"),
        parameters=(UNIT, LEVEL, PERIOD),
        columns=_always(UNITS),
        rows=_units,
    ),
    ApiTable(
        name="periods",
        title=Text("Kỳ báo cáo", "Periods"),
        parameters=(),
        columns=_always(PERIODS),
        rows=_periods,
    ),
    ApiTable(
        name="values",
        title=Text("Giá trị chỉ tiêu", "Values of indicators"),
        parameters=(INDICATOR, UNIT, LEVEL, SPAN, FREQUENCY, BASIS, SHOW),
        columns=lambda given: table_of(given[SHOW]).columns,
        rows=_values,
    ),
    ApiTable(
        name="lagging",
        title=Text("Chi bộ cần quan tâm", "Cells that need attention"),
        parameters=(UNIT, PERIOD, REASON),
        columns=_always(LAGGING),
        rows=_lagging,
    ),
    ApiTable(
        name="returns",
        title=Text("Tình hình nộp báo cáo", "Returns that are due"),
        parameters=(PERIOD,),
        columns=_always(RETURNS),
        rows=_returns,
    ),
    ApiTable(
        name="tasks",
        title=Text("Nhiệm vụ theo Kết luận", "Tasks of the conclusion"),
        parameters=(),
        columns=_always(TASKS),
        rows=_tasks,
    ),
)
