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
        formula=Ratio(numerator=("tasks_done",), denominator=("tasks_owed",)),
        clause="II.2.1, II.2.6",
        meaning=Text(
            "Trong số đầu việc mà các cơ quan, đơn vị phải thực hiện trong năm theo Kết luận, tỷ lệ đã hoàn thành đến "
            "cuối kỳ.",
            "Share of what offices and units owe in the year by the conclusion that was done by the end of the period.",
        ),
        format=Format.PERCENT,
    ),
)
