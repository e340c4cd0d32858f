"""B1: how membership rose and fell in the period, cell by cell."""

from data.forms.model import RETURN_FREQUENCIES, UNIT_FIELDS, Balance, CarriedOver, Form, NeedsSuccession, flow, stock
from data.language import Text
from data.measures import Kind, Measure
from data.units import Grain

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
    fields=UNIT_FIELDS,
    measures=(
        Measure(
            code="members_start",
            title=Text("Đảng viên cuối kỳ trước chuyển sang", "Members brought forward"),
            kind=Kind.OPENING,
            header=("Đảng viên cuối kỳ trước chuyển sang",),
        ),
        flow("admitted", "Kết nạp", "Admitted", _UP, "Kết nạp"),
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
        ),
        flow(
            "transferred_in_base",
            "Chuyển đến từ cơ sở khác trong huyện",
            "Transferred in, other base",
            _UP,
            _IN,
            "Cơ sở khác trong huyện",
        ),
        flow("restored", "Phục hồi đảng tịch", "Restored", _UP, "Phục hồi đảng tịch"),
        flow("died", "Từ trần", "Died", _DOWN, "Từ trần"),
        flow("expelled", "Khai trừ", "Expelled", _DOWN, "Khai trừ"),
        flow("struck_off", "Xoá tên", "Struck off", _DOWN, "Xoá tên", "Tổng số"),
        flow(
            "struck_off_probationary",
            "Xoá tên đảng viên dự bị",
            "Struck off, probationary",
            _DOWN,
            "Xoá tên",
            "Trong đó: đảng viên dự bị",
            of="struck_off",
        ),
        flow("resigned", "Xin ra khỏi Đảng", "Resigned", _DOWN, "Xin ra khỏi Đảng"),
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
        ),
        stock("members_end", "Đảng viên trong danh sách cuối kỳ", "Members on the roll", _END, "Tổng số"),
        stock("probationary_end", "Đảng viên dự bị", "Probationary", _END, "Trong đó", "Dự bị", of="members_end"),
        stock("female_end", "Đảng viên nữ", "Women", _END, "Trong đó", "Nữ", of="members_end"),
        stock(
            "ethnic_minority_end",
            "Đảng viên là người dân tộc thiểu số",
            "Ethnic minorities",
            _END,
            "Trong đó",
            "Dân tộc thiểu số",
            of="members_end",
        ),
        stock(
            "youth_union_end",
            "Đảng viên là đoàn viên thanh niên",
            "Youth union members",
            _END,
            "Trong đó",
            "Đoàn viên",
            of="members_end",
        ),
        stock(
            "exempt_end",
            "Đảng viên được miễn công tác và sinh hoạt đảng",
            "Exempt from duties and meetings",
            _END,
            "Trong đó",
            "Được miễn công tác và sinh hoạt đảng",
            of="members_end",
        ),
        stock(
            "abroad_end",
            "Đảng viên đang ở nước ngoài",
            "Abroad",
            _END,
            "Trong đó",
            "Đang ở nước ngoài",
            of="members_end",
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
    ),
)
