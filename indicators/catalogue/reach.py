"""Gaps in admission: bases that admitted nobody, cells with few members."""

from data.language import Text
from indicators.values.model import Counted, Direction, Format, Indicator, Ratio, ReportPart, Shown, Total

BASES = Text("tổ chức cơ sở đảng", "base organisations")
CELLS = Text("chi bộ", "cells")
PERCENT = Text("%", "%")

INDICATORS = (
    Indicator(
        code="bases_without_admission",
        title=Text("Tổ chức cơ sở đảng không kết nạp được đảng viên", "Base organisations that admitted nobody"),
        unit=BASES,
        direction=Direction.LOWER,
        counts=Counted.ORGANISATIONS,
        formula=Total(of=("bases_without_admission",)),
        clause="I(1)",
        meaning=Text(
            "Số tổ chức cơ sở đảng từ đầu năm chưa kết nạp được đảng viên nào, không tính nơi không còn quần chúng.",
            "Base organisations that have admitted nobody since 1 January, those with no non-members left not counted.",
        ),
        report=ReportPart.DEVELOPMENT,
        shown=(Shown.CARD, Shown.ANNEX),
    ),
    Indicator(
        code="bases_without_admission_share",
        title=Text(
            "Tỷ lệ tổ chức cơ sở đảng không kết nạp được đảng viên", "Share of base organisations that admitted nobody"
        ),
        unit=PERCENT,
        direction=Direction.LOWER,
        counts=Counted.ORGANISATIONS,
        formula=Ratio(numerator=("bases_without_admission",), denominator=("bases_not_excused",)),
        clause="I(1)",
        meaning=Text(
            "Số tổ chức cơ sở đảng từ đầu năm chưa kết nạp được đảng viên so với số tổ chức cơ sở đảng còn quần chúng.",
            "Base organisations that have admitted nobody since 1 January over those that have non-members left.",
        ),
        format=Format.PERCENT,
        shown=(Shown.COMPARISON,),
    ),
    Indicator(
        code="cells_without_admission_3y",
        title=Text("Chi bộ nhiều năm liền không kết nạp được đảng viên", "Cells that admitted nobody for years"),
        unit=CELLS,
        direction=Direction.LOWER,
        counts=Counted.ORGANISATIONS,
        formula=Total(of=("cells_without_admission_3y",)),
        clause="II.2.1",
        meaning=Text(
            "Số chi bộ ở thôn, tổ dân phố không kết nạp được ai trong từng năm của số năm trọn vẹn gần nhất đã đặt "
            "(mặc định 3 năm), tính cả các chi bộ đã sáp nhập vào, không tính nơi không còn quần chúng.",
            "Residential cells that admitted nobody in each of the last complete years that are set (3 by default), "
            "what merged into them counted, those with no non-members left not.",
        ),
        report=ReportPart.DEVELOPMENT,
    ),
    Indicator(
        code="small_cells",
        title=Text("Chi bộ có ít đảng viên", "Small cells"),
        unit=CELLS,
        direction=Direction.LOWER,
        counts=Counted.ORGANISATIONS,
        formula=Total(of=("small_cells",)),
        clause="II.2.1",
        meaning=Text(
            "Số chi bộ cuối kỳ có số đảng viên dưới ngưỡng đã đặt.",
            "Cells whose members at the end of the period are fewer than the threshold that is set.",
        ),
        report=ReportPart.DEVELOPMENT,
        shown=(Shown.ANNEX,),
    ),
)
