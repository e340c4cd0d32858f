"""The marks beside words: the one place that declares them. How something stands has a sign, how it moved an arrow."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from data.returns import OutcomeStatus
from data.tables.records import ReturnStatus
from data.tasks import TaskState
from indicators.methods.pace import PaceVerdict
from indicators.methods.reasons import ListChange
from indicators.values.value import Status

GOOD: Final = "✓"
BAD: Final = "✗"
RISK: Final = "!"
UNCLEAR: Final = "?"
NOTHING: Final = "–"
WAITING: Final = "◷"
HALF: Final = "◐"
HOLLOW: Final = "○"
"""Not begun, or not complete."""
UP: Final = "▲"
DOWN: Final = "▼"
SAME: Final = "="
ADDED: Final = "+"

STATUS: Final[Mapping[Status, str]] = {
    Status.MET: GOOD,
    Status.NOT_MET: BAD,
    Status.CANNOT_TELL: UNCLEAR,
    Status.NO_PLAN: NOTHING,
    Status.NOT_JUDGED: NOTHING,
}
PACE: Final[Mapping[PaceVerdict, str]] = {
    PaceVerdict.REACHED: GOOD,
    PaceVerdict.ON_PACE: GOOD,
    PaceVerdict.AT_RISK: RISK,
    PaceVerdict.UNLIKELY: BAD,
    PaceVerdict.CANNOT_TELL: UNCLEAR,
    PaceVerdict.NO_PLAN: NOTHING,
}
TASK: Final[Mapping[TaskState, str]] = {
    TaskState.DONE: GOOD,
    TaskState.OVERDUE: BAD,
    TaskState.UNDER_WAY: HALF,
    TaskState.NOT_STARTED: HOLLOW,
}
RETURN: Final[Mapping[ReturnStatus, str]] = {
    ReturnStatus.ON_TIME: GOOD,
    ReturnStatus.LATE: WAITING,
    ReturnStatus.MISSING: BAD,
}
OUTCOME: Final[Mapping[OutcomeStatus, str]] = {
    OutcomeStatus.ACCEPTED: GOOD,
    OutcomeStatus.SUPERSEDED: GOOD,
    OutcomeStatus.CHECKED: HOLLOW,
    OutcomeStatus.HELD: HOLLOW,
    OutcomeStatus.WITHDRAWN: BAD,
    OutcomeStatus.ALREADY_STORED: NOTHING,
    OutcomeStatus.REFUSED: BAD,
}
LIST_CHANGE: Final[Mapping[ListChange, str]] = {
    ListChange.NEW: ADDED,
    ListChange.STILL: SAME,
    ListChange.RECOVERED: GOOD,
}


def arrow(moved: Fraction) -> str:
    """The arrow of a change: up, down or unchanged."""
    return UP if moved > 0 else DOWN if moved < 0 else SAME
