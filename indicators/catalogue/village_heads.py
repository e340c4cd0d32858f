"""Villages, their heads and the heads of their mass organisations."""

from fractions import Fraction

from data.language import Text
from indicators.values.model import Counted, Direction, Format, Indicator, PlanKind, Ratio, ReportPart, Shown, Total

VILLAGES = Text("thôn, bản, tổ dân phố", "villages")
PERCENT = Text("%", "%")

INDICATORS = (
    Indicator(
        code="village_heads_member_share",
        title=Text("Tỷ lệ trưởng thôn là đảng viên", "Village heads who are members"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("village_heads_members",), denominator=("village_heads",)),
        clause="I(1)",
        meaning=Text(
            "Trong số trưởng thôn, bản, tổ dân phố đương nhiệm, tỷ lệ là đảng viên; chức danh còn khuyết không tính.",
            "Share of the village heads in post who are Party members, vacant posts left out.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        standard=Fraction(3, 4),  # the only target that the conclusion itself sets
        report=ReportPart.DEVELOPMENT,
        shown=(Shown.CARD, Shown.ANNEX, Shown.COMPARISON),
    ),
    Indicator(
        code="village_deputies_member_share",
        title=Text("Tỷ lệ phó trưởng thôn là đảng viên", "Village deputies who are members"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("village_deputies_members",), denominator=("village_deputies",)),
        clause="II.2.1",
        meaning=Text(
            "Số phó trưởng thôn, bản, tổ dân phố là đảng viên so với tổng số phó trưởng thôn.",
            "Village deputies who are Party members over all village deputies.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        report=ReportPart.DEVELOPMENT,
        shown=(Shown.COMPARISON,),
    ),
    Indicator(
        code="mass_heads_member_share",
        title=Text("Tỷ lệ trưởng, phó đoàn thể ở thôn là đảng viên", "Heads of mass organisations who are members"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("mass_heads_members",), denominator=("mass_heads",)),
        clause="II.2.1",
        meaning=Text(
            "Số trưởng, phó đoàn thể ở thôn là đảng viên so với tổng số trưởng, phó đoàn thể ở thôn.",
            "Heads and deputy heads of village mass organisations who are Party members over all of them.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        shown=(Shown.COMPARISON,),
    ),
    Indicator(
        code="village_heads_in_committee_share",
        title=Text("Tỷ lệ trưởng thôn tham gia cấp uỷ", "Village heads in the cell committee"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("village_heads_in_committee",), denominator=("village_heads",)),
        clause="II.2.1",
        meaning=Text(
            "Số trưởng thôn tham gia cấp uỷ chi bộ so với tổng số trưởng thôn đương nhiệm.",
            "Village heads who sit in the cell committee over all village heads in post.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="village_heads_deputy_secretary_share",
        title=Text("Tỷ lệ trưởng thôn là phó bí thư chi bộ", "Village heads who are also deputy cell secretaries"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("village_heads_deputy_secretary",), denominator=("village_heads",)),
        clause="II.2.1",
        meaning=Text(
            "Số trưởng thôn giữ chức phó bí thư chi bộ so với tổng số trưởng thôn đương nhiệm.",
            "Village heads who are deputy secretary of their cell over all village heads in post.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="village_heads_secretary_share",
        title=Text("Tỷ lệ trưởng thôn đồng thời là bí thư chi bộ", "Village heads who are also cell secretaries"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("village_heads_secretary",), denominator=("village_heads",)),
        clause="II.2.1",
        meaning=Text(
            "Số trưởng thôn đồng thời là bí thư chi bộ so với tổng số trưởng thôn đương nhiệm.",
            "Village heads who are secretary of their cell over all village heads in post.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        report=ReportPart.DEVELOPMENT,
    ),
    Indicator(
        code="village_terms_aligned_share",
        title=Text(
            "Tỷ lệ thôn có nhiệm kỳ trưởng thôn sát đại hội chi bộ",
            "Villages whose head's term follows the cell congress",
        ),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.VILLAGES,
        formula=Ratio(numerator=("village_terms_aligned",), denominator=("villages",)),
        clause="II.2.1",
        meaning=Text(
            "Số thôn đã điều chỉnh nhiệm kỳ trưởng thôn sát với đại hội chi bộ so với tổng số thôn.",
            "Villages whose head's term was moved next to the cell congress over all villages.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="villages_without_members",
        title=Text("Thôn, bản, tổ dân phố chưa có đảng viên", "Villages without members"),
        unit=VILLAGES,
        direction=Direction.LOWER,
        counts=Counted.VILLAGES,
        formula=Total(of=("villages_without_members",)),
        clause="II.2.1",
        meaning=Text(
            "Số thôn, bản, tổ dân phố cuối kỳ chưa có đảng viên nào.",
            "Villages that have no Party member at the end of the period.",
        ),
        plan=PlanKind.OWN,
        standard=Fraction(0),
        report=ReportPart.DEVELOPMENT,
    ),
    Indicator(
        code="elected_share",
        title=Text("Tỷ lệ đảng viên ứng cử trưởng thôn trúng cử", "Members nominated as village head who were elected"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("members_elected",), denominator=("members_nominated",)),
        clause="II.2.1",
        meaning=Text(
            "Trong số đảng viên được giới thiệu ứng cử trưởng thôn trong kỳ, tỷ lệ trúng cử.",
            "Share of the members nominated as village head in the period who were elected.",
        ),
        format=Format.PERCENT,
    ),
)
