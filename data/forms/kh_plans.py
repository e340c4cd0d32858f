"""KH: plans set for the province, districts and base organisations."""

from datetime import date

from data.forms.model import Field, FieldType, Form
from data.language import Text


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
