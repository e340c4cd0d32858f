"""Why a cell is listed as lagging: administrative rules over what it returned, each a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from data.language import Text


class Reason(StrEnum):
    """The rules, in the order in which they are listed."""

    NO_ADMISSION = "no_admission"
    FEW_MEMBERS = "few_members"
    BEHIND_PLAN = "behind_plan"
    HEAD_NOT_MEMBER = "head_not_member"
    RATED_FAILED = "rated_failed"
    DOSSIERS_INCOMPLETE = "dossiers_incomplete"
    RETURN_MISSING = "return_missing"


REASON_TITLES: Mapping[Reason, Text] = {
    Reason.NO_ADMISSION: Text("Nhiều năm liền không kết nạp được đảng viên", "Admitted nobody for years"),
    Reason.FEW_MEMBERS: Text("Ít đảng viên", "Few members"),
    Reason.BEHIND_PLAN: Text("Chậm tiến độ kế hoạch kết nạp", "Behind the admission plan"),
    Reason.HEAD_NOT_MEMBER: Text("Trưởng thôn chưa là đảng viên", "A village head is no member"),
    Reason.RATED_FAILED: Text("Xếp loại không hoàn thành nhiệm vụ", "Rated as failed"),
    Reason.DOSSIERS_INCOMPLETE: Text("Hồ sơ đảng viên chưa đầy đủ", "Dossiers incomplete"),
    Reason.RETURN_MISSING: Text("Chưa có báo cáo", "Return missing"),
}


_ALL = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonThresholds:
    """The thresholds in force: complete years without admission, the size of a small cell, the share of dossiers."""

    years: int
    few: int
    dossiers: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFacts:
    """The facts about a cell; None where nothing was returned, in which case no rule that needs it holds.

    `streak` counts complete years running without an admission, of residential cells that are not excused.
    """

    returned: bool
    streak: int | None = None
    members: Fraction | None = None
    behind: bool = False
    heads: Fraction | None = None
    heads_members: Fraction | None = None
    failed: bool = False
    dossiers_due: Fraction | None = None
    dossiers_complete: Fraction | None = None


def reasons(cell: CellFacts, limits: ReasonThresholds) -> tuple[Reason, ...]:
    """Every reason that holds for a cell."""
    holds = (
        (Reason.NO_ADMISSION, cell.streak is not None and cell.streak >= limits.years),
        (Reason.FEW_MEMBERS, cell.members is not None and cell.members < limits.few),
        (Reason.BEHIND_PLAN, cell.behind),
        (Reason.HEAD_NOT_MEMBER, _fewer(cell.heads_members, cell.heads, _ALL)),
        (Reason.RATED_FAILED, cell.failed),
        (Reason.DOSSIERS_INCOMPLETE, _fewer(cell.dossiers_complete, cell.dossiers_due, limits.dossiers)),
        (Reason.RETURN_MISSING, not cell.returned),
    )
    return tuple(reason for reason, does in holds if does)


def _fewer(part: Fraction | None, whole: Fraction | None, share: Fraction) -> bool:
    return part is not None and whole is not None and part < share * whole


class ListChange(StrEnum):
    """The change in a cell's place on the list since the period before."""

    NEW = "new"
    STILL = "still"
    RECOVERED = "recovered"


LIST_CHANGE_TITLES: Mapping[ListChange, Text] = {
    ListChange.NEW: Text("Mới phát sinh", "New"),
    ListChange.STILL: Text("Vẫn còn", "Still"),
    ListChange.RECOVERED: Text("Đã khắc phục", "Recovered"),
}


def course(now: tuple[Reason, ...], before: tuple[Reason, ...]) -> ListChange | None:
    """Whether a cell is new on the list, still on it, or off it; None when it is on neither."""
    if now:
        return ListChange.STILL if before else ListChange.NEW
    return ListChange.RECOVERED if before else None
