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


class Standing(StrEnum):
    """Where a cell stands in a period: needing attention, no longer, or unknown because its return is missing."""

    LAGGING = "lagging"
    RECOVERED = "recovered"
    MISSING = "missing"


STANDING_TITLES: Mapping[Standing, Text] = {
    Standing.LAGGING: Text("Cần quan tâm", "Needs attention"),
    Standing.RECOVERED: Text("Đã khắc phục", "Recovered"),
    Standing.MISSING: Text("Chưa có báo cáo", "Return missing"),
}


class ListChange(StrEnum):
    """The change of a cell that reported in this period and in the one before."""

    NEW = "new"
    STILL = "still"
    RECOVERED = "recovered"


LIST_CHANGE_TITLES: Mapping[ListChange, Text] = {
    ListChange.NEW: Text("Mới phát sinh", "New"),
    ListChange.STILL: Text("Vẫn còn", "Still"),
    ListChange.RECOVERED: Text("Đã khắc phục", "Recovered"),
}


class ListPart(StrEnum):
    """The parts of the list by which it is filtered, in the order of the page."""

    FIRST = "first"
    ALL = "all"
    NEW = "new"
    STILL = "still"
    UNCOMPARED = "uncompared"
    RECOVERED = "recovered"
    MISSING = "missing"


def reported(found: tuple[Reason, ...] | None) -> bool:
    """Whether a cell's return is there, by the reasons that hold for it; None where it was not looked at."""
    return found is not None and Reason.RETURN_MISSING not in found


def standing(now: tuple[Reason, ...], before: tuple[Reason, ...] | None) -> Standing | None:
    """Where a cell stands; None when nothing is the matter. A missing return is never a lagging cell.

    `before`: the reasons of the period before, None where there was no such cell or no return at all.
    """
    if not reported(now):
        return Standing.MISSING
    if now:
        return Standing.LAGGING
    return Standing.RECOVERED if before and reported(before) else None


def course(now: tuple[Reason, ...], before: tuple[Reason, ...] | None) -> ListChange | None:
    """Whether a cell that reported twice is new on the list, still on it, or off it; else None."""
    if not reported(now) or before is None or not reported(before):
        return None
    if now:
        return ListChange.STILL if before else ListChange.NEW
    return ListChange.RECOVERED if before else None
