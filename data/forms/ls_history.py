"""LS: yearly totals of the years before cells sent returns (first sheet), and what was published of them (second)."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from data.forms.b1_movement import B1
from data.forms.model import Field, FieldType, Form
from data.language import Text
from data.organisations.units import Grain
from data.periods import Term

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

CB = Form(
    code="CB",
    number="Biểu số LS-2",
    title=Text("Số liệu kết nạp đảng viên đã công bố", "Published figures of admissions"),
    fields=(
        Field(code="unit_code", title=Text("Mã tổ chức", "Code"), type=FieldType.CODE, header=("Mã tổ chức",)),
        Field(
            code="unit_name",
            title=Text("Tên tổ chức đảng", "Organisation"),
            header=("Tên tổ chức đảng",),
            required=False,
        ),
        Field(code="term", title=Text("Giai đoạn", "Years"), header=("Giai đoạn",)),
        Field(
            code="total",
            title=Text("Tổng số đã công bố", "Published total"),
            type=FieldType.COUNT,
            header=("Tổng số đã công bố",),
        ),
        Field(
            code="years",
            title=Text("Số năm tính bình quân", "Years of the published mean"),
            type=FieldType.COUNT,
            header=("Số năm tính bình quân",),
        ),
        Field(code="source", title=Text("Văn bản công bố", "Published in"), header=("Văn bản công bố",)),
    ),
    valid_from=date(1997, 1, 1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTotal:
    """Admissions of a unit over some years as a document published them, and the years that its mean was taken over."""

    row: int
    unit: str
    term: Term
    total: int
    years: int
    source: str

    @property
    def mean(self) -> Fraction:
        """The published mean per year."""
        return Fraction(self.total, self.years)
