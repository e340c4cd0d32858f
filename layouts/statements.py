"""What tables can say: of an enquiry its values or a statement made of them, of the tasks how they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from data.queries import Reader
    from layouts.answers import Enquiry


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
    from layouts import answers, signals, standing

    tables: Mapping[Statement, Table] = {
        Statement.VALUES: Table(answers.COLUMNS, answers.each),
        Statement.LEVEL: Table(standing.LEVEL_COLUMNS, standing.level_rows),
        Statement.PACE: Table(standing.PACE_COLUMNS, standing.pace_rows),
        Statement.COURSE: Table(standing.COURSE_COLUMNS, standing.course_rows),
        Statement.PROGRESS: Table(standing.PROGRESS_COLUMNS, standing.progress_rows),
        Statement.CONTROL: Table(signals.CONTROL_COLUMNS, signals.control_rows),
        Statement.FUNNEL: Table(signals.FUNNEL_COLUMNS, signals.funnel_rows),
        Statement.FORECAST: Table(signals.FORECAST_COLUMNS, signals.forecast_rows),
    }
    return tables[statement]
