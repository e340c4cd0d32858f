"""The forms: VERSIONS is all of them, FORMS those of the source's date, MEASURES every count that they give, by code.

Measures that no cell gives but that the store derives (counts of units, of returns) are declared here too, as
DERIVED: an indicator names them like any other measure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from data.forms.b1_movement import B1, B1_2025
from data.forms.b2_admission import B2
from data.forms.b3_villages import B3
from data.forms.b4_management import B4
from data.forms.b5_enterprises import B5
from data.forms.b6_rating import B6_2012, B6_2018
from data.forms.dm_registry import DM, SX
from data.forms.kh_plans import KH
from data.forms.ls_history import LS
from data.forms.model import Form, check_measures
from data.forms.nv_tasks import NV
from data.language import Text
from data.measures import Kind, Measure
from data.organisations.units import Grain

VERSIONS: Mapping[str, tuple[Form, ...]] = {
    versions[0].code: versions
    for versions in ((B1, B1_2025), (B2,), (B3,), (B4,), (B5,), (B6_2012, B6_2018), (DM,), (SX,), (KH,), (LS,), (NV,))
}
"""Each form's versions, oldest first; no two are in force on one day."""

_SOURCE = date(2020, 12, 31)


def form_on(code: str, day: date) -> Form:
    """The version of a form that is in force on a day; before the first one, that; after the last one, that."""
    return _version_on(VERSIONS[code], day)


def _version_on(versions: tuple[Form, ...], day: date) -> Form:
    return next((form for form in reversed(versions) if form.valid_from <= day), versions[0])


def form_version(code: str, version: str) -> Form:
    """The version of that name, such as "2015".

    Raises:
        KeyError: the form has no such version.
    """
    return {form.version: form for form in VERSIONS[code]}[version]


FORMS: Mapping[str, Form] = {code: form_on(code, _SOURCE) for code in VERSIONS}

RETURNS: tuple[Form, ...] = tuple(form for form in FORMS.values() if form.is_return)


def returns_on(day: date, among: Mapping[str, tuple[Form, ...]] = VERSIONS) -> Iterator[Form]:
    """The versions of the return forms that are in force on a day."""
    found = (_version_on(versions, day) for versions in among.values())
    return (form for form in found if form.is_return and form.valid_on(day))


def _stored(versions: tuple[Form, ...]) -> Form:
    """The newest version with the measures of all: what the tables hold."""
    newest = versions[-1]
    others = {m.code: m for form in versions for m in form.measures if m.code not in newest.by_code}
    return replace(newest, measures=(*newest.measures, *others.values())) if others else FORMS[newest.code]


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A family of measures that are counted, not read from a cell: from the forms `of`; `stored`, or on asking."""

    code: str
    grain: Grain
    measures: tuple[Measure, ...]
    of: tuple[str, ...] = ()
    stored: bool = True

    def __post_init__(self) -> None:
        check_measures(self.code, self.measures)

    @property
    def counts(self) -> tuple[Measure, ...]:
        """The measures that are added up: all of them."""
        return self.measures


def _count(code: str, vi: str, en: str, kind: Kind = Kind.STOCK, part_of: str | None = None) -> Measure:
    return Measure(code=code, title=Text(vi, en), kind=kind, header=(), part_of=part_of)


SIZES = Derived(
    code="sizes",
    of=("B1",),
    grain=Grain.CELL,
    measures=(
        _count("cells", "Chi bộ có báo cáo", "Cells that reported"),
        _count("small_cells", "Chi bộ có ít đảng viên", "Small cells", part_of="cells"),
    ),
)

RATINGS = Derived(
    code="ratings",
    of=("B6",),
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
    of=("B1", "B2"),
    grain=Grain.BASE,
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
    of=("B1", "B2"),
    grain=Grain.RESIDENTIAL_CELL,
    stored=False,
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
    of=("NV",),
    grain=Grain.DISTRICT,
    stored=False,
    measures=(
        _count("tasks_owed", "Đầu việc phải thực hiện", "Tasks owed"),
        _count("tasks_done", "Đầu việc đã hoàn thành", "Tasks done", part_of="tasks_owed"),
        _count("tasks_overdue", "Đầu việc quá hạn", "Tasks overdue", part_of="tasks_owed"),
    ),
)

DERIVED: Mapping[str, Derived] = {family.code: family for family in (SIZES, RATINGS, BASES, STREAKS, TIMELINESS, TASKS)}

STORED: Mapping[str, Form] = {code: _stored(versions) for code, versions in VERSIONS.items() if versions[0].measures}
"""The forms as the tables hold them: with the measures of every version."""

SOURCES: Mapping[str, Form | Derived] = {**STORED, **DERIVED}

MEASURES: dict[str, Measure] = {}
for _source in SOURCES.values():
    for _measure in _source.measures:
        MEASURES.setdefault(_measure.code, _measure)


SENSITIVE = frozenset(code for code, measure in MEASURES.items() if measure.sensitive)
"""The measures that may identify people where few are behind them."""


def source_of(measures: tuple[str, ...]) -> str | None:
    """The form or derived family that gives all of the measures, the first declared one; None when none does."""
    for code, source in SOURCES.items():
        if set(measures) <= {measure.code for measure in source.measures}:
            return code
    return None
