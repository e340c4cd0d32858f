"""DM: the registry of organisations (first sheet) and their reorganisations (second sheet)."""

from collections.abc import Iterable
from datetime import date

from data.forms.model import Field, FieldType, Form
from data.language import Text
from data.organisations.units import EVENT_TITLES, KIND_TITLES


def _field(
    code: str,
    vi: str,
    en: str,
    kind: FieldType = FieldType.TEXT,
    *,
    required: bool = True,
    choices: Iterable[Text] = (),
) -> Field:
    taken = tuple(choice.vi for choice in choices)
    return Field(code=code, title=Text(vi, en), type=kind, header=(vi,), required=required, choices=taken)


DM = Form(
    code="DM",
    number="Biểu số DM-1",
    title=Text("Danh mục tổ chức đảng", "Registry of organisations"),
    fields=(
        _field("unit_code", "Mã tổ chức", "Code", FieldType.CODE),
        _field("unit_name", "Tên tổ chức đảng", "Name"),
        _field("kind", "Loại tổ chức", "Kind", choices=KIND_TITLES.values()),
        _field("parent_code", "Mã tổ chức cấp trên", "Parent code", FieldType.CODE, required=False),
        _field("valid_from", "Hiệu lực từ ngày", "Valid from", FieldType.DATE),
        _field("valid_to", "Hiệu lực đến ngày", "Valid to", FieldType.DATE, required=False),
        _field("base_type", "Loại hình cơ sở", "Type of base", required=False),
        _field("residential", "Khu dân cư (ghi 1)", "Residential", FieldType.FLAG, required=False),
    ),
    valid_from=date(1997, 1, 1),
)

SX = Form(
    code="SX",
    number="Biểu số DM-2",
    title=Text("Sắp xếp tổ chức đảng", "Reorganisations"),
    fields=(
        _field("date", "Ngày hiệu lực", "Date", FieldType.DATE),
        _field("decision", "Quyết định", "Decision"),
        _field("event", "Hình thức sắp xếp", "Event", choices=EVENT_TITLES.values()),
        _field("from_code", "Mã tổ chức trước sắp xếp", "From code", FieldType.CODE, required=False),
        _field("to_code", "Mã tổ chức sau sắp xếp", "To code", FieldType.CODE, required=False),
        _field("share", "Tỷ lệ chia", "Share", FieldType.NUMBER, required=False),
    ),
    valid_from=date(1997, 1, 1),
)
