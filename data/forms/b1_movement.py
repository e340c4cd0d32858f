"""B1: changes in membership during the period, by cell.

Districts were abolished on 1 July 2025: later versions name other places that members transfer between.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from data.forms.model import (
    RETURN_FREQUENCIES,
    UNIT_FIELDS,
    Balance,
    CarriedOver,
    Form,
    LikeBefore,
    NeedsSuccession,
    flow,
    stock,
)
from data.language import Text
from data.measures import Kind, Measure
from data.organisations.units import Grain

_UP, _DOWN, _END = "Tăng trong kỳ", "Giảm trong kỳ", "Đảng viên trong danh sách cuối kỳ"
_IN, _OUT = "Chuyển đến", "Chuyển đi"

INCREASES = (
    "admitted",
    "transferred_in_province",
    "transferred_in_district",
    "transferred_in_base",
    "restored",
)
DECREASES = (
    "died",
    "expelled",
    "struck_off",
    "resigned",
    "transferred_out_province",
    "transferred_out_district",
    "transferred_out_base",
)

B1 = Form(
    code="B1",
    number="Biểu số B1",
    title=Text("Tăng, giảm đảng viên", "Movement of membership"),
    grain=Grain.CELL,
    frequencies=RETURN_FREQUENCIES,
    counted_in=Text("người", "people"),
    fields=UNIT_FIELDS,
    measures=(
        Measure(
            code="members_start",
            title=Text("Đảng viên cuối kỳ trước chuyển sang", "Members brought forward"),
            kind=Kind.OPENING,
            header=("Đảng viên cuối kỳ trước chuyển sang",),
            aliases=(
                ("Đảng viên đầu kỳ",),
                ("Đảng viên kỳ trước chuyển sang",),
                ("Tổng số đảng viên cuối kỳ trước chuyển sang",),
            ),
        ),
        flow(
            "admitted",
            "Kết nạp",
            "Admitted",
            _UP,
            "Kết nạp",
            also=(
                ("Kết nạp mới",),
                ("Mới kết nạp",),
                ("Kết nạp đảng viên",),
            ),
        ),
        flow(
            "transferred_in_province",
            "Chuyển đến từ tỉnh khác",
            "Transferred in, other province",
            _UP,
            _IN,
            "Tỉnh khác",
        ),
        flow(
            "transferred_in_district",
            "Chuyển đến từ huyện khác trong tỉnh",
            "Transferred in, other district",
            _UP,
            _IN,
            "Huyện khác trong tỉnh",
            also=(("Chuyển đến", "Huyện khác"),),
        ),
        flow(
            "transferred_in_base",
            "Chuyển đến từ cơ sở khác trong huyện",
            "Transferred in, other base",
            _UP,
            _IN,
            "Cơ sở khác trong huyện",
        ),
        flow(
            "restored",
            "Phục hồi đảng tịch",
            "Restored",
            _UP,
            "Phục hồi đảng tịch",
            also=(
                ("Phục hồi",),
                ("Khôi phục đảng tịch",),
            ),
        ),
        flow(
            "died",
            "Từ trần",
            "Died",
            _DOWN,
            "Từ trần",
            also=(
                ("Chết",),
                ("Qua đời",),
            ),
        ),
        flow("expelled", "Khai trừ", "Expelled", _DOWN, "Khai trừ", sensitive=True),
        flow(
            "struck_off",
            "Xoá tên",
            "Struck off",
            _DOWN,
            "Xoá tên",
            "Tổng số",
            also=(
                ("Giảm trong kỳ", "Xoá tên"),
                ("Xoá tên trong danh sách đảng viên", "Tổng số"),
            ),
            sensitive=True,
        ),
        flow(
            "struck_off_probationary",
            "Xoá tên đảng viên dự bị",
            "Struck off, probationary",
            _DOWN,
            "Xoá tên",
            "Trong đó: đảng viên dự bị",
            of="struck_off",
            sensitive=True,
        ),
        flow(
            "resigned",
            "Xin ra khỏi Đảng",
            "Resigned",
            _DOWN,
            "Xin ra khỏi Đảng",
            also=(
                ("Xin ra",),
                ("Xin ra Đảng",),
            ),
            sensitive=True,
        ),
        flow(
            "transferred_out_province",
            "Chuyển đi tỉnh khác",
            "Transferred out, other province",
            _DOWN,
            _OUT,
            "Tỉnh khác",
        ),
        flow(
            "transferred_out_district",
            "Chuyển đi huyện khác trong tỉnh",
            "Transferred out, other district",
            _DOWN,
            _OUT,
            "Huyện khác trong tỉnh",
            also=(("Chuyển đi", "Huyện khác"),),
        ),
        flow(
            "transferred_out_base",
            "Chuyển đi cơ sở khác trong huyện",
            "Transferred out, other base",
            _DOWN,
            _OUT,
            "Cơ sở khác trong huyện",
        ),
        flow(
            "reorganised_net",
            "Tăng, giảm do sắp xếp tổ chức (+/-)",
            "Net change by reorganisation",
            "Tăng, giảm do sắp xếp tổ chức (+/-)",
            signed=True,
            also=(
                ("Tăng, giảm do sắp xếp",),
                ("Tăng (+), giảm (-) do sắp xếp tổ chức",),
            ),
        ),
        stock(
            "members_end",
            "Đảng viên trong danh sách cuối kỳ",
            "Members on the roll",
            _END,
            "Tổng số",
            also=(
                ("Đảng viên cuối kỳ", "Tổng số"),
                ("Đảng viên cuối kỳ",),
                ("Tổng số đảng viên cuối kỳ",),
            ),
        ),
        stock(
            "probationary_end",
            "Đảng viên dự bị",
            "Probationary",
            _END,
            "Trong đó",
            "Dự bị",
            of="members_end",
            also=(("ĐV dự bị",),),
        ),
        stock(
            "female_end",
            "Đảng viên nữ",
            "Women",
            _END,
            "Trong đó",
            "Nữ",
            of="members_end",
            also=(
                ("ĐV nữ",),
                ("Phụ nữ",),
            ),
            sensitive=True,
        ),
        stock(
            "ethnic_minority_end",
            "Đảng viên là người dân tộc thiểu số",
            "Ethnic minorities",
            _END,
            "Trong đó",
            "Dân tộc thiểu số",
            of="members_end",
            also=(
                ("Dân tộc ít người",),
                ("DTTS",),
                ("Người dân tộc thiểu số",),
            ),
            sensitive=True,
        ),
        stock(
            "youth_union_end",
            "Đảng viên là đoàn viên thanh niên",
            "Youth union members",
            _END,
            "Trong đó",
            "Đoàn viên",
            of="members_end",
            also=(
                ("Đoàn viên thanh niên",),
                ("Đoàn viên Đoàn TNCS Hồ Chí Minh",),
            ),
        ),
        stock(
            "exempt_end",
            "Đảng viên được miễn công tác và sinh hoạt đảng",
            "Exempt from duties and meetings",
            _END,
            "Trong đó",
            "Được miễn công tác và sinh hoạt đảng",
            of="members_end",
            also=(
                ("Miễn công tác và sinh hoạt đảng",),
                ("Miễn sinh hoạt",),
            ),
        ),
        stock(
            "abroad_end",
            "Đảng viên đang ở nước ngoài",
            "Abroad",
            _END,
            "Trong đó",
            "Đang ở nước ngoài",
            of="members_end",
            also=(("Ở nước ngoài",),),
        ),
        stock(
            "abroad_lost_contact",
            "Đảng viên ở nước ngoài quá hạn, mất liên lạc",
            "Abroad, overdue or out of contact",
            _END,
            "Trong đó",
            "Ở nước ngoài quá hạn, mất liên lạc",
            of="abroad_end",
        ),
    ),
    rules=(
        Balance(total="members_end", plus=("members_start", *INCREASES, "reorganised_net"), minus=DECREASES),
        CarriedOver(opening="members_start", closing="members_end"),
        NeedsSuccession(measure="reorganised_net"),
        LikeBefore(measures=("admitted", "died", "members_end", "female_end", "ethnic_minority_end", "exempt_end")),
    ),
    valid_from=date(1997, 1, 1),
    valid_to=date(2025, 6, 30),
)

_NEIGHBOURS: Mapping[str, tuple[str, str]] = {
    "transferred_in_district": ("Chuyển đến từ xã, phường khác trong tỉnh", "Xã, phường khác trong tỉnh"),
    "transferred_in_base": ("Chuyển đến từ cơ sở khác trong đảng bộ", "Cơ sở khác trong đảng bộ"),
    "transferred_out_district": ("Chuyển đi xã, phường khác trong tỉnh", "Xã, phường khác trong tỉnh"),
    "transferred_out_base": ("Chuyển đi cơ sở khác trong đảng bộ", "Cơ sở khác trong đảng bộ"),
}


def _renamed(measure: Measure) -> Measure:
    """The same measure under the headers in use since districts were abolished."""
    if measure.code not in _NEIGHBOURS:
        return measure
    title, word = _NEIGHBOURS[measure.code]
    return replace(
        measure,
        title=Text(title, measure.title.en.replace("district", "commune")),
        header=(*measure.header[:-1], word),
        aliases=_ALSO[word],
    )


_ALSO = {
    "Xã, phường khác trong tỉnh": (("Đảng bộ khác trong tỉnh",), ("Đảng bộ xã, phường khác trong tỉnh",)),
    "Cơ sở khác trong đảng bộ": (("Cơ sở khác trong xã, phường",),),
}

B1_2025 = replace(
    B1,
    measures=tuple(map(_renamed, B1.measures)),
    version="2025",
    valid_from=date(2025, 7, 1),
    valid_to=None,
)
