"""Derived families: measures that no cell reports and the store counts. Indicators use them like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from data.forms.model import check_measures
from data.language import Text
from data.measures import Kind, Measure
from data.organisations.units import Grain


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A family of measures that are counted rather than reported; `data.sums.families` implements the counting.

    It is counted from the forms `reads_from`, the first of which has a row for every unit that existed. Its sums are
    `stored` or computed on demand. A family `since_january` changes with each return of the year to date.
    `counts_units`: on today's map it counts today's units, by everything merged into them. `threshold` is the one that
    stored counts depend on.
    """

    code: str
    grain: Grain
    measures: tuple[Measure, ...]
    reads_from: tuple[str, ...] = ()
    stored: bool = True
    since_january: bool = False
    counts_units: bool = False
    threshold: str | None = None

    def __post_init__(self) -> None:
        check_measures(self.code, self.measures)

    @property
    def counts(self) -> tuple[Measure, ...]:
        """The measures that are summed: all of them."""
        return self.measures

    @cached_property
    def count_codes(self) -> tuple[str, ...]:
        """The codes of the summed measures."""
        return tuple(measure.code for measure in self.measures)

    @cached_property
    def by_code(self) -> Mapping[str, Measure]:
        """Measures by code."""
        return {measure.code: measure for measure in self.measures}


def _count(code: str, vi: str, en: str, kind: Kind = Kind.STOCK, part_of: str | None = None) -> Measure:
    return Measure(code=code, title=Text(vi, en), kind=kind, header=(), part_of=part_of)


SIZES = Derived(
    code="sizes",
    reads_from=("B1",),
    grain=Grain.CELL,
    counts_units=True,
    threshold="small_cell_size",
    measures=(
        _count("cells", "Chi bộ có báo cáo", "Cells that reported"),
        _count("small_cells", "Chi bộ có ít đảng viên", "Small cells", part_of="cells"),
    ),
)

RATINGS = Derived(
    code="ratings",
    reads_from=("B6",),
    grain=Grain.CELL,
    measures=(
        _count("cells_rated", "Chi bộ được xếp loại", "Cells rated"),
        _count(
            "cells_excellent", "Chi bộ hoàn thành xuất sắc nhiệm vụ", "Cells rated excellent", part_of="cells_rated"
        ),
        _count("cells_good", "Chi bộ hoàn thành tốt nhiệm vụ", "Cells rated good", part_of="cells_rated"),
        _count("cells_fulfilled", "Chi bộ hoàn thành nhiệm vụ", "Cells rated as fulfilled", part_of="cells_rated"),
        _count("cells_failed", "Chi bộ không hoàn thành nhiệm vụ", "Cells rated as failed", part_of="cells_rated"),
        _count("cells_with_remedy", "Chi bộ có kế hoạch khắc phục", "Cells with a remedy plan", part_of="cells_rated"),
    ),
)

BASES = Derived(
    code="bases",
    reads_from=("B1", "B2"),
    grain=Grain.BASE,
    since_january=True,
    counts_units=True,
    measures=(
        _count("bases_not_excused", "Tổ chức cơ sở đảng còn nguồn kết nạp", "Base organisations not excused"),
        _count(
            "bases_without_admission",
            "Tổ chức cơ sở đảng không kết nạp được đảng viên từ đầu năm",
            "Base organisations that admitted nobody since 1 January",
            part_of="bases_not_excused",
        ),
    ),
)

STREAKS = Derived(
    code="streaks",
    reads_from=("B1", "B2"),
    grain=Grain.RESIDENTIAL_CELL,
    stored=False,
    counts_units=True,
    measures=(
        _count("cells_not_excused", "Chi bộ ở thôn, tổ dân phố còn nguồn kết nạp", "Residential cells not excused"),
        _count(
            "cells_without_admission_3y",
            "Chi bộ ở thôn, tổ dân phố nhiều năm liền không kết nạp được đảng viên",
            "Residential cells that admitted nobody for years",
            part_of="cells_not_excused",
        ),
    ),
)

TIMELINESS = Derived(
    code="returns",
    grain=Grain.DISTRICT,
    stored=False,
    measures=(
        _count("returns_due", "Báo cáo phải nộp", "Returns due", Kind.FLOW),
        _count("returns_on_time", "Báo cáo nộp đúng hạn", "Returns on time", Kind.FLOW, "returns_due"),
        _count("returns_complete", "Báo cáo đầy đủ", "Returns complete", Kind.FLOW, "returns_due"),
    ),
)

TASKS = Derived(
    code="tasks",
    reads_from=("NV",),
    grain=Grain.DISTRICT,
    stored=False,
    measures=(
        _count("tasks_owed", "Đầu việc phải thực hiện", "Tasks owed"),
        _count("tasks_done", "Đầu việc đã hoàn thành", "Tasks done", part_of="tasks_owed"),
        _count("tasks_overdue", "Đầu việc quá hạn", "Tasks overdue", part_of="tasks_owed"),
        _count("tasks_due", "Đầu việc đến hạn", "Tasks due", part_of="tasks_owed"),
        _count("tasks_due_done", "Đầu việc đến hạn đã hoàn thành", "Tasks due and done", part_of="tasks_due"),
    ),
)

FAMILIES = (SIZES, RATINGS, BASES, STREAKS, TIMELINESS, TASKS)
