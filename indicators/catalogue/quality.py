"""The yearly review and rating of members and cells. What the ratings mean changed in 2018: series do not join."""

from datetime import date
from fractions import Fraction

from data.language import Text
from indicators.values.model import (
    Counted,
    Direction,
    Format,
    Indicator,
    PlanKind,
    Ratio,
    Redefinition,
    ReportPart,
    Shown,
)

PERCENT = Text("%", "%")

_RATED = ("rated_excellent", "rated_good", "rated_fulfilled", "rated_failed")
_RATINGS_CHANGED = (
    Redefinition(
        date=date(2018, 3, 8),
        text=Text(
            "Mức xếp loại theo Quy định số 132-QĐ/TW khác trước, không nối hai chuỗi số liệu",
            "Ratings under Regulation 132-QĐ/TW differ from those before: the series do not join",
        ),
    ),
)

INDICATORS = (
    Indicator(
        code="reviewed_share",
        title=Text("Tỷ lệ đảng viên được kiểm điểm", "Members reviewed"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("reviewed",), denominator=("reviewed_due",)),
        clause="II.2.1(3)",
        meaning=Text(
            "Số đảng viên đã kiểm điểm so với số phải kiểm điểm.", "Members reviewed over those who had to be."
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        standard=Fraction(1),
        report=ReportPart.RATING,
        shown=(Shown.COMPARISON,),
    ),
    Indicator(
        code="rated_excellent_share",
        title=Text("Tỷ lệ đảng viên hoàn thành xuất sắc nhiệm vụ", "Members rated excellent"),
        unit=PERCENT,
        direction=Direction.NEUTRAL,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("rated_excellent",), denominator=_RATED),
        clause="II.2.1(3)",
        meaning=Text(
            "Số đảng viên hoàn thành xuất sắc nhiệm vụ so với số được xếp loại.",
            "Members rated excellent over members rated.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        redefined=_RATINGS_CHANGED,
        report=ReportPart.RATING,
    ),
    Indicator(
        code="rated_failed_share",
        title=Text("Tỷ lệ đảng viên không hoàn thành nhiệm vụ", "Members rated as failed"),
        unit=PERCENT,
        direction=Direction.LOWER,
        counts=Counted.PEOPLE,
        formula=Ratio(numerator=("rated_failed",), denominator=_RATED),
        clause="II.2.1(3)",
        meaning=Text(
            "Số đảng viên không hoàn thành nhiệm vụ so với số được xếp loại.",
            "Members rated as failed over members rated.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        redefined=_RATINGS_CHANGED,
        shown=(Shown.COMPARISON,),
    ),
    Indicator(
        code="cells_excellent_share",
        title=Text("Tỷ lệ chi bộ hoàn thành xuất sắc nhiệm vụ", "Cells rated excellent"),
        unit=PERCENT,
        direction=Direction.NEUTRAL,
        counts=Counted.ORGANISATIONS,
        formula=Ratio(numerator=("cells_excellent",), denominator=("cells_rated",)),
        clause="II.2.1(3)",
        meaning=Text(
            "Số chi bộ hoàn thành xuất sắc nhiệm vụ so với số chi bộ được xếp loại.",
            "Cells rated excellent over cells rated.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        redefined=_RATINGS_CHANGED,
    ),
    Indicator(
        code="cells_failed_share",
        title=Text("Tỷ lệ chi bộ không hoàn thành nhiệm vụ", "Cells rated as failed"),
        unit=PERCENT,
        direction=Direction.LOWER,
        counts=Counted.ORGANISATIONS,
        formula=Ratio(numerator=("cells_failed",), denominator=("cells_rated",)),
        clause="II.2.1(3)",
        meaning=Text(
            "Số chi bộ không hoàn thành nhiệm vụ so với số chi bộ được xếp loại.",
            "Cells rated as failed over cells rated.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        redefined=_RATINGS_CHANGED,
        report=ReportPart.RATING,
    ),
    Indicator(
        code="remedy_plan_share",
        title=Text("Tỷ lệ chi bộ có kế hoạch khắc phục", "Cells with a remedy plan"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.ORGANISATIONS,
        formula=Ratio(numerator=("cells_with_remedy",), denominator=("cells_rated",)),
        clause="II.2.1(3)",
        meaning=Text(
            "Số chi bộ có kế hoạch khắc phục hạn chế sau kiểm điểm so với số chi bộ được xếp loại.",
            "Cells with a plan to remedy what the review found over cells rated.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
)
