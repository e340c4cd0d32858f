"""What tables can say: of an enquiry its values or a statement made of them, of the tasks how they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from data.reading.queries import Reader
    from indicators.answers.enquiry import Enquiry


class Statement(StrEnum):
    """What is said: values; level, pace and the way of a term, against plans; signals."""

    VALUES = "values"
    LEVEL = "level"
    PACE = "pace"
    COURSE = "course"
    PROGRESS = "progress"
    CONTROL = "control"
    FUNNEL = "funnel"
    FORECAST = "forecast"


class TaskView(StrEnum):
    """What a row about the tasks of the conclusion is of."""

    TASK = "task"
    OWNER = "owner"
    LINE = "line"


class Table(NamedTuple):
    """The stable columns of a statement, and the function that gives its rows, which may be made as they are read."""

    columns: Sequence[str]
    rows: Callable[[Reader, Enquiry], Iterable[dict[str, Any]]]


def table_of(statement: Statement) -> Table:
    """How a statement is made; imported only then, because a command line that only helps should not wait."""
    from indicators.answers import against_plan, signals
    from indicators.answers import enquiry as answers

    tables: Mapping[Statement, Table] = {
        Statement.VALUES: Table(answers.COLUMNS, answers.each),
        Statement.LEVEL: Table(against_plan.LEVEL_COLUMNS, against_plan.level_rows),
        Statement.PACE: Table(against_plan.PACE_COLUMNS, against_plan.pace_rows),
        Statement.COURSE: Table(against_plan.COURSE_COLUMNS, against_plan.course_rows),
        Statement.PROGRESS: Table(against_plan.PROGRESS_COLUMNS, against_plan.progress_rows),
        Statement.CONTROL: Table(signals.CONTROL_COLUMNS, signals.control_rows),
        Statement.FUNNEL: Table(signals.FUNNEL_COLUMNS, signals.funnel_rows),
        Statement.FORECAST: Table(signals.FORECAST_COLUMNS, signals.forecast_rows),
    }
    return tables[statement]
