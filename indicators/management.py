"""How members are managed: who leaves, who is exempt, who is out of contact."""

from data.language import Text
from indicators.model import Direction, Format, Indicator, Ratio, Total

MEMBERS = Text("đảng viên", "members")
PERCENT = Text("%", "%")

_REMOVED = ("expelled", "struck_off", "resigned")

INDICATORS = (
    Indicator(
        code="removals",
        title=Text("Đảng viên đưa ra khỏi Đảng", "Removals"),
        unit=MEMBERS,
        direction=Direction.NEUTRAL,
        formula=Total(of=_REMOVED),
        clause="II.1",
        meaning=Text(
            "Số đảng viên bị khai trừ, xoá tên và xin ra khỏi Đảng trong kỳ.",
            "Members expelled, struck off and resigned in the period.",
        ),
    ),
    Indicator(
        code="removal_rate",
        title=Text("Tỷ lệ đưa ra khỏi Đảng", "Removal rate"),
        unit=PERCENT,
        direction=Direction.NEUTRAL,
        formula=Ratio(numerator=_REMOVED, denominator=("members_start",)),
        clause="II.1",
        meaning=Text(
            "Số đảng viên bị khai trừ, xoá tên và xin ra khỏi Đảng so với số đảng viên đầu kỳ.",
            "Members expelled, struck off and resigned over members at the start of the period.",
        ),
        format=Format.PERCENT,
    ),
    Indicator(
        code="exempt_share",
        title=Text("Tỷ lệ đảng viên được miễn công tác và sinh hoạt đảng", "Members exempt from duties and meetings"),
        unit=PERCENT,
        direction=Direction.NEUTRAL,
        formula=Ratio(numerator=("exempt_end",), denominator=("members_end",)),
        clause="II.2.1(5)",
        meaning=Text(
            "Số đảng viên được miễn công tác và sinh hoạt đảng so với tổng số đảng viên cuối kỳ.",
            "Members exempt from duties and meetings over all members at the end of the period.",
        ),
        format=Format.PERCENT,
    ),
    Indicator(
        code="abroad_lost_contact",
        title=Text("Đảng viên ở nước ngoài quá hạn, mất liên lạc", "Members abroad, overdue or out of contact"),
        unit=MEMBERS,
        direction=Direction.LOWER,
        formula=Total(of=("abroad_lost_contact",)),
        clause="II.2.1(5)",
        meaning=Text(
            "Số đảng viên ở nước ngoài quá hạn hoặc mất liên lạc đến cuối kỳ.",
            "Members abroad who are overdue or out of contact at the end of the period.",
        ),
    ),
)
