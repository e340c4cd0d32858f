"""Admissions: how many, against the plan, and which groups they came from."""

from fractions import Fraction

from data.language import Text
from indicators.values.model import Direction, Format, Indicator, MeanPerYear, PlanKind, PlanRate, Ratio, Total

ADMITTED = Text("đảng viên", "members")
PEOPLE = Text("người", "people")
PERCENT = Text("%", "%")

INDICATORS = (
    Indicator(
        code="admissions",
        title=Text("Đảng viên mới kết nạp", "Admissions"),
        unit=ADMITTED,
        direction=Direction.HIGHER,
        formula=Total(of=("admitted",)),
        clause="I, II.2.1",
        meaning=Text("Số đảng viên được kết nạp trong kỳ.", "People admitted to the Party in the period."),
        plan=PlanKind.OWN,
    ),
    Indicator(
        code="admissions_plan_rate",
        title=Text("Tỷ lệ thực hiện kế hoạch kết nạp", "Admission plan carried out"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=PlanRate(of=("admitted",), plan="admissions"),
        clause="II.2.1",
        meaning=Text(
            "Số đảng viên kết nạp từ đầu năm so với kế hoạch năm của chính đơn vị.",
            "Admissions since 1 January over the unit's own plan for the year.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        standard=Fraction(1),
    ),
    Indicator(
        code="admission_rate",
        title=Text("Tỷ lệ kết nạp so với đảng viên đầu kỳ", "Admission rate"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("admitted",), denominator=("members_start",)),
        clause="I, II.2.1",
        meaning=Text(
            "Số đảng viên kết nạp trong kỳ so với số đảng viên đầu kỳ.",
            "Admissions in the period over members at its start.",
        ),
        format=Format.PERCENT,
    ),
    Indicator(
        code="admissions_per_year_mean",
        title=Text("Kết nạp bình quân mỗi năm", "Admissions per year, mean"),
        unit=ADMITTED,
        direction=Direction.HIGHER,
        formula=MeanPerYear(of=("admitted",)),
        clause="I, II.2.1",
        meaning=Text(
            "Tổng số đảng viên kết nạp trong các năm chia cho số năm, số năm được ghi kèm.",
            "Admissions over a span of years divided by the number of years, which is printed.",
        ),
        format=Format.DECIMAL,
        note=Text(
            "Kết luận lấy 53.800 chia cho 22 năm, được 2.445; tính đủ 23 năm 1997-2019 thì được 2.339.",
            "The conclusion divides 53,800 by 22 years, which gives 2,445; over all 23 years 1997-2019 it is 2,339.",
        ),
    ),
    Indicator(
        code="readmissions",
        title=Text("Đảng viên kết nạp lại", "Readmissions"),
        unit=ADMITTED,
        direction=Direction.NEUTRAL,
        formula=Total(of=("readmitted",)),
        clause="II.2.1",
        meaning=Text(
            "Số người được kết nạp lại, nằm trong tổng số kết nạp.", "People admitted again, within all admissions."
        ),
    ),
    Indicator(
        code="made_official",
        title=Text("Đảng viên dự bị được công nhận chính thức", "Probationary members made official"),
        unit=ADMITTED,
        direction=Direction.NEUTRAL,
        formula=Total(of=("made_official",)),
        clause="II.2.1",
        meaning=Text(
            "Số đảng viên dự bị được công nhận chính thức trong kỳ.",
            "Probationary members made official in the period.",
        ),
    ),
    Indicator(
        code="probation_refused_share",
        title=Text("Tỷ lệ đảng viên dự bị không được công nhận", "Probation refused"),
        unit=PERCENT,
        direction=Direction.NEUTRAL,
        formula=Ratio(numerator=("probation_refused",), denominator=("made_official", "probation_refused")),
        clause="II.2.1",
        meaning=Text(
            "Trong số đảng viên dự bị được xét, tỷ lệ không được công nhận chính thức.",
            "Share of the probationary members decided on who were not made official.",
        ),
        format=Format.PERCENT,
    ),
    Indicator(
        code="female_admission_share",
        title=Text("Tỷ lệ nữ trong đảng viên mới kết nạp", "Women among those admitted"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("female_admitted",), denominator=("admitted",)),
        clause="II.2.1",
        meaning=Text("Số nữ được kết nạp so với tổng số kết nạp.", "Women admitted over all admissions."),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="ethnic_minority_admission_share",
        title=Text(
            "Tỷ lệ người dân tộc thiểu số trong đảng viên mới kết nạp", "Ethnic minorities among those admitted"
        ),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("ethnic_minority_admitted",), denominator=("admitted",)),
        clause="II.2.1",
        meaning=Text(
            "Số người dân tộc thiểu số được kết nạp so với tổng số kết nạp.",
            "Members of ethnic minorities admitted over all admissions.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="youth_union_admission_share",
        title=Text(
            "Tỷ lệ đoàn viên thanh niên trong đảng viên mới kết nạp", "Youth union members among those admitted"
        ),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("youth_union_admitted",), denominator=("admitted",)),
        clause="II.2.1",
        meaning=Text(
            "Số đoàn viên thanh niên được kết nạp so với tổng số kết nạp.",
            "Youth union members admitted over all admissions.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="worker_admissions",
        title=Text("Kết nạp công nhân, lao động trực tiếp", "Workers admitted"),
        unit=PEOPLE,
        direction=Direction.HIGHER,
        formula=Total(of=("workers_admitted",)),
        clause="I(1), II.2.1",
        meaning=Text("Số công nhân, lao động trực tiếp được kết nạp trong kỳ.", "Workers admitted in the period."),
        plan=PlanKind.OWN,
    ),
    Indicator(
        code="private_worker_admissions",
        title=Text("Kết nạp công nhân, lao động ở đơn vị kinh tế tư nhân", "Workers of private units admitted"),
        unit=PEOPLE,
        direction=Direction.HIGHER,
        formula=Total(of=("private_workers_admitted",)),
        clause="I(1), II.2.1",
        meaning=Text(
            "Số công nhân, lao động ở đơn vị kinh tế tư nhân được kết nạp trong kỳ.",
            "Workers of private economic units admitted in the period.",
        ),
        plan=PlanKind.OWN,
    ),
    Indicator(
        code="private_owner_admissions",
        title=Text("Kết nạp chủ đơn vị kinh tế tư nhân", "Owners of private units admitted"),
        unit=PEOPLE,
        direction=Direction.HIGHER,
        formula=Total(of=("private_owners_admitted",)),
        clause="I(1), II.2.1",
        meaning=Text(
            "Số chủ đơn vị kinh tế tư nhân được kết nạp trong kỳ.",
            "Owners of private economic units admitted in the period.",
        ),
        plan=PlanKind.OWN,
    ),
    Indicator(
        code="good_farmer_admissions",
        title=Text("Kết nạp nông dân sản xuất, kinh doanh giỏi", "Good farmers admitted"),
        unit=PEOPLE,
        direction=Direction.HIGHER,
        formula=Total(of=("good_farmers_admitted",)),
        clause="I(1), II.2.1",
        meaning=Text(
            "Số nông dân sản xuất, kinh doanh giỏi được kết nạp trong kỳ.",
            "Farmers recognised as good producers admitted in the period.",
        ),
        plan=PlanKind.OWN,
    ),
    Indicator(
        code="village_head_admissions",
        title=Text("Kết nạp trưởng, phó thôn, bản, tổ dân phố", "Village heads and deputies admitted"),
        unit=PEOPLE,
        direction=Direction.HIGHER,
        formula=Total(of=("village_heads_admitted",)),
        clause="I(1), II.2.1",
        meaning=Text(
            "Số trưởng, phó thôn, bản, tổ dân phố được kết nạp trong kỳ.",
            "Heads and deputy heads of villages admitted in the period.",
        ),
        plan=PlanKind.OWN,
    ),
    Indicator(
        code="mass_head_admissions",
        title=Text("Kết nạp trưởng, phó đoàn thể ở thôn", "Heads of mass organisations admitted"),
        unit=PEOPLE,
        direction=Direction.HIGHER,
        formula=Total(of=("mass_heads_admitted",)),
        clause="I(1), II.2.1",
        meaning=Text(
            "Số trưởng, phó các đoàn thể ở thôn, bản, tổ dân phố được kết nạp trong kỳ.",
            "Heads and deputy heads of village mass organisations admitted in the period.",
        ),
        plan=PlanKind.OWN,
    ),
)
