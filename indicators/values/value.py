"""The result of computing an indicator: value, inputs, and completeness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from data.language import Text


class State(StrEnum):
    """Why a value is present or absent."""

    REPORTED = "reported"
    NOT_REPORTED = "not_reported"
    NOT_APPLICABLE = "not_applicable"
    INCOMPLETE = "incomplete"
    SUPPRESSED = "suppressed"


class Status(StrEnum):
    """The level verdict against a plan; a part of a year is not judged by the year's plan."""

    MET = "met"
    NOT_MET = "not_met"
    NO_PLAN = "no_plan"
    CANNOT_TELL = "cannot_tell"
    NOT_JUDGED = "not_judged"


JUDGED: Final = frozenset({Status.MET, Status.NOT_MET})


STATE_TITLES: Mapping[State, Text] = {
    State.REPORTED: Text("Đã báo cáo", "Reported"),
    State.NOT_REPORTED: Text("Chưa báo cáo", "Not reported"),
    State.NOT_APPLICABLE: Text("Không áp dụng", "Not applicable"),
    State.INCOMPLETE: Text("Chưa đầy đủ", "Incomplete"),
    State.SUPPRESSED: Text("Đã che: đơn vị dưới mức tối thiểu", "Suppressed: unit under the minimum size"),
}

STATUS_TITLES: Mapping[Status, Text] = {
    Status.MET: Text("Đạt kế hoạch", "Plan met"),
    Status.NOT_MET: Text("Chưa đạt kế hoạch", "Plan not met"),
    Status.NO_PLAN: Text("Không có kế hoạch", "No plan"),
    Status.NOT_JUDGED: Text("Không đánh giá: kế hoạch tính cho cả năm", "Not judged: the plan is for the year"),
    Status.CANNOT_TELL: Text("Chưa đủ số liệu để kết luận", "Cannot tell"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """An indicator's value for one unit and period; exact, shares as fractions of 1.

    `denominator` is None for plain counts. `reporting` of `expected` leaf units of the form's grain gave everything
    that the formula needs. Only a gap between two growths is a value without a numerator. `estimated`: on today's map,
    a decision's share of what a divided unit had returned is in it.
    """

    state: State
    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    reporting: int = 0
    expected: int = 0
    estimated: bool = False
