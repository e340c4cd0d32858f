"""The statements that a table can show: values, plans, signals, movements; and the views of the tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from data.reading.queries import Reader
    from indicators.answers.enquiry import Enquiry
    from indicators.answers.rows import RowKind, TableRow


class Statement(StrEnum):
    """Values; level, pace and term progress against plans; signals; why values moved."""

    VALUES = "values"
    LEVEL = "level"
    PACE = "pace"
    COURSE = "course"
    PROGRESS = "progress"
    CONTROL = "control"
    FUNNEL = "funnel"
    FORECAST = "forecast"
    MOVEMENT = "movement"


class TaskView(StrEnum):
    """What one row of the task table represents."""

    TASK = "task"
    OWNER = "owner"
    LINE = "line"


class StatementRows(NamedTuple):
    """The row type of a statement and the function that yields its rows, possibly lazily."""

    kind: RowKind
    rows: Callable[[Reader, Enquiry], Iterable[TableRow]]


def rows_of(statement: Statement) -> StatementRows:
    """The row type and function of a statement, imported lazily so that `--help` stays fast."""
    from indicators.answers import against_plan, enquiry, movement, signals
    from indicators.answers.rows import ValueRow

    made: Mapping[Statement, StatementRows] = {
        Statement.VALUES: StatementRows(ValueRow, enquiry.each),
        Statement.LEVEL: StatementRows(against_plan.LevelRow, against_plan.level_rows),
        Statement.PACE: StatementRows(against_plan.PaceRow, against_plan.pace_rows),
        Statement.COURSE: StatementRows(against_plan.YearToDateRow, against_plan.year_to_date_rows),
        Statement.PROGRESS: StatementRows(against_plan.ProgressRow, against_plan.progress_rows),
        Statement.CONTROL: StatementRows(signals.ControlRow, signals.control_rows),
        Statement.FUNNEL: StatementRows(signals.FunnelRow, signals.funnel_rows),
        Statement.FORECAST: StatementRows(signals.ForecastRow, signals.forecast_rows),
        Statement.MOVEMENT: StatementRows(movement.MovementRow, movement.movement_rows),
    }
    return made[statement]
