"""Private enterprises and industrial zones: admissions and party organisations."""

from fractions import Fraction

from data.language import Text
from indicators.values.model import Counted, Direction, Format, GrowthGap, Indicator, PlanKind, Ratio, ReportPart, Total

ORGANISATIONS = Text("tổ chức", "organisations")
PER_1000 = Text("người/1.000 lao động", "per 1,000 workers")
PERCENT = Text("%", "%")
POINTS = Text("điểm %", "percentage points")

INDICATORS = (
    Indicator(
        code="private_worker_admissions_per_1000",
        title=Text(
            "Kết nạp công nhân, lao động ở đơn vị kinh tế tư nhân trên 1.000 lao động",
            "Private workers admitted per 1,000",
        ),
        unit=PER_1000,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("private_workers_admitted",), denominator=("private_workers",), per=1000),
        clause="I(1)",
        meaning=Text(
            "Số công nhân, lao động ở đơn vị kinh tế tư nhân được kết nạp trên một nghìn lao động của khu vực này.",
            "Workers of private units admitted per 1,000 workers of private units.",
        ),
        format=Format.DECIMAL,
    ),
    Indicator(
        code="private_worker_gap",
        title=Text(
            "Chênh lệch tốc độ tăng kết nạp công nhân và tốc độ tăng lao động ở đơn vị kinh tế tư nhân",
            "Growth of private workers' admissions over growth of private workers",
        ),
        unit=POINTS,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=GrowthGap(of=("private_workers_admitted",), against=("private_workers",)),
        clause="I(1)",
        meaning=Text(
            "Tốc độ tăng kết nạp công nhân, lao động trừ tốc độ tăng số lao động tư nhân, so với cùng kỳ năm trước.",
            "Growth over a year of private workers admitted less growth of private workers, in percentage points.",
        ),
        format=Format.SIGNED_PERCENT,
        plan=PlanKind.INHERITED,
        standard=Fraction(0),
    ),
    Indicator(
        code="private_units_with_party_share",
        title=Text("Tỷ lệ đơn vị kinh tế tư nhân có tổ chức đảng", "Private units with a party organisation"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.ENTERPRISES,
        formula=Ratio(numerator=("private_units_with_party",), denominator=("private_units",)),
        clause="II.2.1, II.2.3",
        meaning=Text(
            "Số đơn vị kinh tế tư nhân có tổ chức đảng so với tổng số đơn vị.",
            "Private units with a party organisation over all private units.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        report=ReportPart.ENTERPRISES,
    ),
    Indicator(
        code="private_units_with_union_share",
        title=Text("Tỷ lệ đơn vị kinh tế tư nhân có công đoàn", "Private units with a trade union"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.ENTERPRISES,
        formula=Ratio(numerator=("private_units_with_union",), denominator=("private_units",)),
        clause="II.2.1, II.2.3",
        meaning=Text(
            "Số đơn vị kinh tế tư nhân có tổ chức công đoàn so với tổng số đơn vị.",
            "Private units with a trade union over all private units.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        report=ReportPart.ENTERPRISES,
    ),
    Indicator(
        code="private_units_with_youth_share",
        title=Text("Tỷ lệ đơn vị kinh tế tư nhân có tổ chức Đoàn", "Private units with a youth union cell"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.ENTERPRISES,
        formula=Ratio(numerator=("private_units_with_youth",), denominator=("private_units",)),
        clause="II.2.1, II.2.3",
        meaning=Text(
            "Số đơn vị kinh tế tư nhân có tổ chức Đoàn Thanh niên so với tổng số đơn vị.",
            "Private units with a youth union cell over all private units.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        report=ReportPart.ENTERPRISES,
    ),
    Indicator(
        code="party_orgs_founded",
        title=Text(
            "Tổ chức đảng thành lập mới ở đơn vị kinh tế tư nhân", "Party organisations founded in private units"
        ),
        unit=ORGANISATIONS,
        direction=Direction.HIGHER,
        counts=Counted.ORGANISATIONS,
        formula=Total(of=("party_orgs_founded",)),
        clause="II.2.1, II.2.3",
        meaning=Text(
            "Số tổ chức đảng thành lập mới ở đơn vị kinh tế tư nhân trong kỳ.",
            "Party organisations founded in private units in the period.",
        ),
        plan=PlanKind.OWN,
        report=ReportPart.ENTERPRISES,
    ),
    Indicator(
        code="unions_founded",
        title=Text("Công đoàn cơ sở thành lập mới ở đơn vị kinh tế tư nhân", "Trade unions founded in private units"),
        unit=ORGANISATIONS,
        direction=Direction.HIGHER,
        counts=Counted.ORGANISATIONS,
        formula=Total(of=("unions_founded",)),
        clause="II.2.1, II.2.3",
        meaning=Text(
            "Số công đoàn cơ sở thành lập mới ở đơn vị kinh tế tư nhân trong kỳ.",
            "Trade unions founded in private units in the period.",
        ),
        plan=PlanKind.OWN,
        report=ReportPart.ENTERPRISES,
    ),
    Indicator(
        code="youth_cells_founded",
        title=Text("Tổ chức Đoàn thành lập mới ở đơn vị kinh tế tư nhân", "Youth union cells founded in private units"),
        unit=ORGANISATIONS,
        direction=Direction.HIGHER,
        counts=Counted.ORGANISATIONS,
        formula=Total(of=("youth_cells_founded",)),
        clause="II.2.1, II.2.3",
        meaning=Text(
            "Số tổ chức Đoàn Thanh niên thành lập mới ở đơn vị kinh tế tư nhân trong kỳ.",
            "Youth union cells founded in private units in the period.",
        ),
        plan=PlanKind.OWN,
        report=ReportPart.ENTERPRISES,
    ),
    Indicator(
        code="zone_members_moved_share",
        title=Text(
            "Tỷ lệ đảng viên ở khu, cụm công nghiệp đã chuyển sinh hoạt về nơi làm việc",
            "Members in industrial zones moved to their workplace",
        ),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Ratio(
            numerator=("zone_members_moved",),
            denominator=(
                "zone_members_moved",
                "zone_members_resident",
            ),
        ),
        clause="II.2.2",
        meaning=Text(
            "Trong số đảng viên ở khu, cụm công nghiệp, tỷ lệ đã chuyển sinh hoạt từ nơi cư trú về nơi làm việc.",
            "Share of the members in industrial zones who moved from their residence's cell to their workplace's.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        report=ReportPart.ENTERPRISES,
    ),
)
