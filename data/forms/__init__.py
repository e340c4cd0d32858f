"""The return forms: FORMS is all of them, MEASURES every count that they give, by code.

Measures that no cell gives but that the store derives (counts of units, of returns) are declared here too, as
DERIVED: an indicator names them like any other measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.forms.b1_movement import B1
from data.forms.b2_admission import B2
from data.forms.b3_villages import B3
from data.forms.dm_registry import DM, SX
from data.forms.kh_plans import KH
from data.forms.ls_history import LS
from data.forms.model import Form
from data.language import Text
from data.measures import Kind, Measure
from data.units import Grain

FORMS: Mapping[str, Form] = {form.code: form for form in (B1, B2, B3, DM, SX, KH, LS)}

RETURNS: tuple[Form, ...] = tuple(form for form in FORMS.values() if form.is_return)


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A family of measures that are counted from returns, not read from a cell."""

    code: str
    grain: Grain
    measures: tuple[Measure, ...]


def _count(code: str, vi: str, en: str, kind: Kind = Kind.STOCK, part_of: str | None = None) -> Measure:
    return Measure(code=code, title=Text(vi, en), kind=kind, header=(), part_of=part_of)


SIZES = Derived(
    code="sizes",
    grain=Grain.CELL,
    measures=(
        _count("cells", "Chi bộ có báo cáo", "Cells that reported"),
        _count("small_cells", "Chi bộ có ít đảng viên", "Small cells", part_of="cells"),
    ),
)

BASES = Derived(
    code="bases",
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

TIMELINESS = Derived(
    code="returns",
    grain=Grain.DISTRICT,
    measures=(
        _count("returns_due", "Báo cáo phải nộp", "Returns due", Kind.FLOW),
        _count("returns_on_time", "Báo cáo nộp đúng hạn", "Returns on time", Kind.FLOW, "returns_due"),
        _count("returns_complete", "Báo cáo đầy đủ", "Returns complete", Kind.FLOW, "returns_due"),
    ),
)

DERIVED: Mapping[str, Derived] = {family.code: family for family in (SIZES, BASES, TIMELINESS)}

SOURCES: Mapping[str, Form | Derived] = {**{f.code: f for f in FORMS.values() if f.measures}, **DERIVED}

MEASURES: dict[str, Measure] = {}
for _source in SOURCES.values():
    for _measure in _source.measures:
        MEASURES.setdefault(_measure.code, _measure)


def source_of(measures: tuple[str, ...]) -> str | None:
    """The form or derived family that gives all of the measures, the first declared one; None when none does."""
    for code, source in SOURCES.items():
        if set(measures) <= {measure.code for measure in source.measures}:
            return code
    return None
