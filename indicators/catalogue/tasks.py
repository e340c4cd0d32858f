"""Implementation of the tasks set by the conclusion."""

from data.language import Text
from indicators.values.model import Counted, Direction, Format, Indicator, Ratio

PERCENT = Text("%", "%")

INDICATORS = (
    Indicator(
        code="task_coverage",
        title=Text("Tỷ lệ đầu việc theo Kết luận đã hoàn thành", "Tasks of the conclusion carried out"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        counts=Counted.TASKS,
        formula=Ratio(numerator=("tasks_due_done",), denominator=("tasks_due",)),
        clause="II.2.1, II.2.6",
        meaning=Text(
            "Trong số đầu việc theo Kết luận đến hạn tính đến cuối kỳ, tỷ lệ đã hoàn thành; việc chưa đến hạn hoặc "
            "không có thời hạn không tính.",
            "Share of the tasks of the conclusion due by the end of the period that were done by then; what is not due "
            "yet, or has no due date, is left out.",
        ),
        format=Format.PERCENT,
    ),
)
