"""KH: plans set for the province, districts and base organisations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data.forms.model import Field, FieldType, Form
from data.language import Text


@dataclass(frozen=True, slots=True)
class NamedIndicator:
    """What a plan must know of an indicator: its title, and whether plans may set it; counts are whole numbers."""

    title: Text
    takes_plan: bool
    is_share: bool
    is_count: bool


Indicators = Mapping[str, NamedIndicator]
"""All indicators by code, handed to readers of plans by whoever knows the catalogue."""


def _field(code: str, vi: str, en: str, kind: FieldType = FieldType.TEXT, *, required: bool = True) -> Field:
    return Field(code=code, title=Text(vi, en), type=kind, header=(vi,), required=required)


KH = Form(
    code="KH",
    number="Biểu số KH",
    title=Text("Kế hoạch, chỉ tiêu giao", "Plans"),
    fields=(
        _field("unit_code", "Mã tổ chức", "Code", FieldType.CODE),
        _field("unit_name", "Tên tổ chức đảng", "Organisation", required=False),
        _field("term", "Kỳ kế hoạch", "Plan period"),
        _field("indicator", "Mã chỉ tiêu", "Indicator", FieldType.CODE),
        _field("value", "Giá trị kế hoạch", "Plan", FieldType.NUMBER),
        _field("decision", "Số quyết định", "Decision"),
        _field("decision_date", "Ngày quyết định", "Decision date", FieldType.DATE),
    ),
    valid_from=date(1997, 1, 1),
)
