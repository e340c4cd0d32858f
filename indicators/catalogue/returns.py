"""Timeliness and completeness of returns."""

from fractions import Fraction

from data.language import Text
from indicators.values.model import Counted, Direction, Format, Indicator, PlanKind, Ratio, Shown

PERCENT = Text("%", "%")

INDICATORS = (
    Indicator(
        code="returns_on_time_share",
        title=Text("Tỷ lệ báo cáo nộp đúng hạn", "Returns on time"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.RETURNS,
        formula=Ratio(numerator=("returns_on_time",), denominator=("returns_due",)),
        clause="II.2.6",
        meaning=Text(
            "Trong số biểu phải nộp của kỳ, tỷ lệ nhận được trong thời hạn.",
            "Share of the returns due that were received before the deadline.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        standard=Fraction(1),
        shown=(Shown.CARD, Shown.COMPARISON),
    ),
    Indicator(
        code="returns_complete_share",
        title=Text("Tỷ lệ báo cáo đầy đủ", "Returns complete"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.RETURNS,
        formula=Ratio(numerator=("returns_complete",), denominator=("returns_due",)),
        clause="II.2.6",
        meaning=Text(
            "Trong số biểu phải nộp của kỳ, tỷ lệ có đủ đơn vị và không ô nào bỏ trống.",
            "Share of the returns due that have every unit and no blank cell.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        standard=Fraction(1),
    ),
)
