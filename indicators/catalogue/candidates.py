"""Candidates for admission: who introduces them, and the yield of the induction course."""

from data.language import Text
from indicators.values.model import Counted, Direction, Format, Indicator, Ratio, ReportPart, Total

PEOPLE = Text("người", "people")
PERCENT = Text("%", "%")

INDICATORS = (
    Indicator(
        code="course_pass_share",
        title=Text("Tỷ lệ đạt yêu cầu lớp bồi dưỡng nhận thức về Đảng", "Candidates who passed the course"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("course_passed",), denominator=("course_tested",)),
        clause="II.2.1",
        meaning=Text(
            "Trong số quần chúng dự kiểm tra cuối khoá, tỷ lệ đạt yêu cầu.",
            "Share of the candidates tested at the end of the course who passed.",
        ),
        format=Format.PERCENT,
        report=ReportPart.DEVELOPMENT,
    ),
    Indicator(
        code="course_to_admission",
        title=Text("Kết nạp so với số đạt lớp bồi dưỡng nhận thức", "Admissions over candidates who passed the course"),
        unit=PERCENT,
        direction=Direction.NEUTRAL,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("admitted",), denominator=("course_passed",)),
        clause="II.2.1",
        meaning=Text(
            "Số đảng viên kết nạp so với số quần chúng đạt lớp bồi dưỡng nhận thức trong cùng kỳ.",
            "Admissions over the candidates who passed the course in the same period.",
        ),
        format=Format.PERCENT,
    ),
    Indicator(
        code="introduced_by_unions",
        title=Text("Quần chúng do Đoàn Thanh niên, Công đoàn giới thiệu", "Candidates introduced by unions"),
        unit=PEOPLE,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Total(of=("introduced_by_youth_union", "introduced_by_trade_union")),
        clause="II.2.3",
        meaning=Text(
            "Số quần chúng do Đoàn Thanh niên và Công đoàn giới thiệu trong kỳ.",
            "Candidates introduced by the youth union and the trade unions in the period.",
        ),
        report=ReportPart.UNIONS,
    ),
)
