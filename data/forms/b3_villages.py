"""B3: villages, their heads and the heads of mass organisations, by residential cell."""

from datetime import date

from data.forms.model import RETURN_FREQUENCIES, UNIT_FIELDS, AtMost, Ceiling, Form, LikeBefore, flow, stock
from data.language import Text
from data.organisations.units import Grain

_VILLAGES, _HEADS = "Thôn, bản, tổ dân phố", "Trưởng thôn, bản, tổ dân phố"
_DEPUTIES, _MASS, _ELECTION = "Phó trưởng thôn", "Trưởng, phó đoàn thể ở thôn", "Bầu trưởng thôn"
_OF = "Trong đó"

B3 = Form(
    code="B3",
    number="Biểu số B3",
    title=Text("Thôn, bản, tổ dân phố", "Villages and residential groups"),
    grain=Grain.RESIDENTIAL_CELL,
    frequencies=RETURN_FREQUENCIES,
    counted_in=Text("thôn, người", "villages, people"),
    fields=UNIT_FIELDS,
    measures=(
        stock(
            "villages",
            "Thôn, bản, tổ dân phố",
            "Villages",
            _VILLAGES,
            "Tổng số",
            also=(
                ("Tổ dân phố", "Tổng số"),
                ("Thôn, tổ dân phố", "Tổng số"),
                ("Thôn, bản", "Tổng số"),
                ("Số thôn, bản, tổ dân phố",),
            ),
        ),
        stock(
            "villages_without_members",
            "Thôn, bản, tổ dân phố chưa có đảng viên",
            "Villages without members",
            _VILLAGES,
            "Chưa có đảng viên",
            of="villages",
            also=(("Chưa có ĐV",),),
        ),
        stock(
            "village_heads",
            "Trưởng thôn, bản, tổ dân phố đương nhiệm",
            "Village heads in post",
            _HEADS,
            "Đương nhiệm",
            also=(("Đang giữ chức",),),
        ),
        stock(
            "village_heads_vacant",
            "Chức danh trưởng thôn còn khuyết",
            "Village head posts vacant",
            _HEADS,
            "Còn khuyết",
            also=(("Khuyết",),),
        ),
        stock(
            "village_heads_members",
            "Trưởng thôn, bản, tổ dân phố là đảng viên",
            "Village heads who are members",
            _HEADS,
            "Là đảng viên",
            of="village_heads",
            also=(
                ("Trưởng thôn", "Là đảng viên"),
                ("Tổ trưởng tổ dân phố", "Là đảng viên"),
                ("Trưởng thôn, tổ trưởng tổ dân phố", "Là đảng viên"),
            ),
        ),
        stock(
            "village_heads_in_committee",
            "Trưởng thôn tham gia cấp uỷ",
            "Village heads in the cell committee",
            _HEADS,
            _OF,
            "Tham gia cấp uỷ",
            of="village_heads_members",
            also=(
                ("Là cấp uỷ viên",),
                ("Tham gia chi uỷ",),
            ),
        ),
        stock(
            "village_heads_deputy_secretary",
            "Trưởng thôn là phó bí thư chi bộ",
            "Village heads who are deputy secretary",
            _HEADS,
            _OF,
            "Phó bí thư chi bộ",
            of="village_heads_members",
        ),
        stock(
            "village_heads_secretary",
            "Bí thư chi bộ đồng thời là trưởng thôn",
            "Village heads who are secretary",
            _HEADS,
            _OF,
            "Bí thư chi bộ",
            of="village_heads_members",
        ),
        stock(
            "village_deputies",
            "Phó trưởng thôn",
            "Village deputies",
            _DEPUTIES,
            "Tổng số",
            also=(
                ("Phó trưởng thôn, bản, tổ dân phố", "Tổng số"),
                ("Phó trưởng thôn, tổ phó tổ dân phố", "Tổng số"),
            ),
        ),
        stock(
            "village_deputies_members",
            "Phó trưởng thôn là đảng viên",
            "Village deputies who are members",
            _DEPUTIES,
            "Là đảng viên",
            of="village_deputies",
            also=(
                ("Phó trưởng thôn, bản, tổ dân phố", "Là đảng viên"),
                ("Phó trưởng thôn, tổ phó tổ dân phố", "Là đảng viên"),
            ),
        ),
        stock(
            "mass_heads",
            "Trưởng, phó đoàn thể ở thôn",
            "Heads of mass organisations",
            _MASS,
            "Tổng số",
            also=(("Trưởng, phó đoàn thể", "Tổng số"),),
        ),
        stock(
            "mass_heads_members",
            "Trưởng, phó đoàn thể ở thôn là đảng viên",
            "Heads of mass organisations who are members",
            _MASS,
            "Là đảng viên",
            of="mass_heads",
            also=(("Trưởng, phó đoàn thể", "Là đảng viên"),),
        ),
        stock(
            "village_terms_aligned",
            "Nhiệm kỳ trưởng thôn đã điều chỉnh sát đại hội chi bộ",
            "Terms aligned with the cell congress",
            "Nhiệm kỳ trưởng thôn đã điều chỉnh sát đại hội chi bộ",
        ),
        flow(
            "members_nominated",
            "Đảng viên được giới thiệu ứng cử trưởng thôn",
            "Members nominated",
            _ELECTION,
            "Đảng viên được giới thiệu ứng cử",
            also=(("Được giới thiệu ứng cử",),),
        ),
        flow(
            "members_elected",
            "Đảng viên trúng cử trưởng thôn",
            "Members elected",
            _ELECTION,
            "Đảng viên trúng cử",
            of="members_nominated",
            also=(("Trúng cử",),),
        ),
    ),
    rules=(
        AtMost(part="village_terms_aligned", whole="villages"),
        Ceiling(part="village_heads", factors=("villages",)),
        Ceiling(part="village_heads_vacant", factors=("villages",)),
        LikeBefore(measures=("villages", "village_heads", "village_deputies", "mass_heads")),
    ),
    valid_from=date(1997, 1, 1),
)
