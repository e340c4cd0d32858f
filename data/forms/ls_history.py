"""LS: yearly totals of the years before cells sent returns."""

from dataclasses import replace
from datetime import date

from data.forms.b1_movement import B1
from data.forms.model import Field, FieldType, Form
from data.language import Text
from data.organisations.units import Grain

LS = Form(
    code="LS",
    number="Biểu số LS",
    title=Text("Chuỗi lịch sử số lượng đảng viên và kết nạp đảng viên", "Historical series"),
    grain=Grain.DISTRICT,
    fields=(
        Field(code="order", title=Text("STT", "No."), header=("STT",), required=False),
        Field(code="unit_code", title=Text("Mã tổ chức", "Code"), type=FieldType.CODE, header=("Mã tổ chức",)),
        Field(
            code="unit_name",
            title=Text("Tên tổ chức đảng", "Organisation"),
            header=("Tên tổ chức đảng",),
            required=False,
        ),
        Field(code="year", title=Text("Năm", "Year"), type=FieldType.NUMBER, header=("Năm",)),
    ),
    measures=(
        replace(B1.by_code["members_end"], header=("Đảng viên trong danh sách cuối năm",)),
        replace(B1.by_code["admitted"], header=("Kết nạp trong năm",)),
    ),
    valid_from=date(1997, 1, 1),
)
