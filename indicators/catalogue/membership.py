"""How many members there are, and how their number moves."""

from data.language import Text
from indicators.values.model import Counted, Difference, Direction, Format, Growth, Indicator, ReportPart, Shown, Total

MEMBERS = Text("đảng viên", "members")
PERCENT = Text("%", "%")

INDICATORS = (
    Indicator(
        code="members",
        title=Text("Tổng số đảng viên", "Party members"),
        unit=MEMBERS,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Total(of=("members_end",)),
        clause="I",
        meaning=Text("Số đảng viên trong danh sách đến cuối kỳ.", "Members on the roll at the end of the period."),
        report=ReportPart.DEVELOPMENT,
        shown=(Shown.CARD, Shown.ANNEX),
    ),
    Indicator(
        code="members_growth_since_1997",
        title=Text("Tốc độ tăng đảng viên so với năm 1997", "Growth of membership since 1997"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Growth(of=("members_end",), since=1997),
        clause="I",
        meaning=Text(
            "Số đảng viên cuối kỳ tăng bao nhiêu phần trăm so với ngày 31/12/1997.",
            "How much larger membership is than on 31 December 1997.",
        ),
        format=Format.SIGNED_PERCENT,
    ),
    Indicator(
        code="members_growth_yoy",
        title=Text("Tốc độ tăng đảng viên so với cùng kỳ năm trước", "Growth of membership over a year"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Growth(of=("members_end",), years=1),
        clause="I",
        meaning=Text(
            "Số đảng viên cuối kỳ tăng bao nhiêu phần trăm so với cuối cùng kỳ năm trước.",
            "How much larger membership is than at the end of the same period a year earlier.",
        ),
        format=Format.SIGNED_PERCENT,
    ),
    Indicator(
        code="net_change",
        title=Text("Đảng viên tăng, giảm trong kỳ", "Net change of membership"),
        unit=MEMBERS,
        direction=Direction.NEUTRAL,
        counts=Counted.PEOPLE,
        formula=Difference(plus=("members_end",), minus=("members_start",)),
        clause="I",
        meaning=Text(
            "Số đảng viên cuối kỳ trừ số đảng viên cuối kỳ trước chuyển sang.",
            "Members at the end of the period less members brought forward.",
        ),
        format=Format.SIGNED_COUNT,
    ),
)
