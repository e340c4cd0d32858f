"""B6: the yearly review and rating of members and of the cell, by cell.

The ratings changed in 2018 (QĐ 132-QĐ/TW, 8/3/2018): earlier years have a version with measures of its own, since the
two series are not comparable.
"""

from dataclasses import replace
from datetime import date

from data.forms.model import UNIT_FIELDS, Form, LikeBefore, SumMatches, category, flag, stock
from data.language import Text
from data.organisations.units import Grain
from data.periods import Frequency

_REVIEW, _RATED, _CELL = "Kiểm điểm tự phê bình và phê bình", "Xếp loại chất lượng đảng viên", "Chi bộ"
_CLASSED = "Phân tích chất lượng đảng viên"
_RATINGS = ("rated_excellent", "rated_good", "rated_fulfilled", "rated_failed", "not_rated")
_CLASSES = ("qualified_excellent", "qualified_good", "qualified_fulfilled", "disqualified", "not_classed")

_REVIEWED = (
    stock("reviewed_due", "Đảng viên phải kiểm điểm", "Members due for review", _REVIEW, "Phải kiểm điểm"),
    stock("reviewed", "Đảng viên đã kiểm điểm", "Members reviewed", _REVIEW, "Đã kiểm điểm", of="reviewed_due"),
)

B6_2018 = Form(
    code="B6",
    number="Biểu số B6",
    title=Text("Đánh giá, xếp loại chất lượng", "Review and rating"),
    grain=Grain.CELL,
    frequencies=frozenset({Frequency.YEAR}),
    on_call=True,
    counted_in=Text("người", "people"),
    fields=UNIT_FIELDS,
    measures=(
        *_REVIEWED,
        stock(
            "rated_excellent",
            "Đảng viên hoàn thành xuất sắc nhiệm vụ",
            "Members rated excellent",
            _RATED,
            "Hoàn thành xuất sắc nhiệm vụ",
        ),
        stock(
            "rated_good", "Đảng viên hoàn thành tốt nhiệm vụ", "Members rated good", _RATED, "Hoàn thành tốt nhiệm vụ"
        ),
        stock(
            "rated_fulfilled",
            "Đảng viên hoàn thành nhiệm vụ",
            "Members rated as having fulfilled",
            _RATED,
            "Hoàn thành nhiệm vụ",
        ),
        stock(
            "rated_failed",
            "Đảng viên không hoàn thành nhiệm vụ",
            "Members rated as having failed",
            _RATED,
            "Không hoàn thành nhiệm vụ",
        ),
        stock("not_rated", "Đảng viên chưa xếp loại", "Members not rated", _RATED, "Chưa xếp loại"),
        category(
            "cell_rating",
            "Xếp loại chi bộ",
            "Rating of the cell",
            _CELL,
            "Xếp loại",
            choices=("HTXSNV", "HTTNV", "HTNV", "KHTNV"),
        ),
        flag(
            "remedy_plan",
            "Có kế hoạch khắc phục hạn chế",
            "Has a plan to remedy shortcomings",
            _CELL,
            "Có kế hoạch khắc phục (ghi 1)",
        ),
    ),
    rules=(SumMatches(parts=_RATINGS, form="B1", other="members_end"), LikeBefore(measures=("reviewed_due",))),
    version="2018",
    valid_from=date(2018, 1, 1),
)

B6_2012 = replace(
    B6_2018,
    measures=(
        *_REVIEWED,
        stock(
            "qualified_excellent",
            "Đảng viên đủ tư cách, hoàn thành xuất sắc nhiệm vụ",
            "Members qualified, excellent",
            _CLASSED,
            "Đủ tư cách, hoàn thành xuất sắc nhiệm vụ",
        ),
        stock(
            "qualified_good",
            "Đảng viên đủ tư cách, hoàn thành tốt nhiệm vụ",
            "Members qualified, good",
            _CLASSED,
            "Đủ tư cách, hoàn thành tốt nhiệm vụ",
        ),
        stock(
            "qualified_fulfilled",
            "Đảng viên đủ tư cách, hoàn thành nhiệm vụ",
            "Members qualified, fulfilled",
            _CLASSED,
            "Đủ tư cách, hoàn thành nhiệm vụ",
        ),
        stock(
            "disqualified", "Đảng viên vi phạm tư cách", "Members disqualified", _CLASSED, "Vi phạm tư cách đảng viên"
        ),
        stock("not_classed", "Đảng viên chưa phân tích chất lượng", "Members not classed", _CLASSED, "Chưa phân tích"),
        category(
            "cell_class",
            "Phân loại chi bộ",
            "Class of the cell",
            _CELL,
            "Phân loại",
            choices=("TSVM", "HTTNV", "HTNV", "YK"),
        ),
    ),
    rules=(SumMatches(parts=_CLASSES, form="B1", other="members_end"), LikeBefore(measures=("reviewed_due",))),
    version="2012",
    valid_from=date(1997, 1, 1),
    valid_to=date(2017, 12, 31),
)
