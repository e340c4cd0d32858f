"""B2: admissions by group and the cultivation of candidates, by cell."""

from datetime import date

from data.forms.model import RETURN_FREQUENCIES, UNIT_FIELDS, AtMost, Form, LikeBefore, SameAs, flag, flow
from data.language import Text
from data.organisations.units import Grain

_ADMITTED, _OF = "Đảng viên mới kết nạp", "Trong đó"
_PRIVATE = "Đơn vị kinh tế tư nhân"
_INTRODUCED, _COURSE = "Quần chúng được giới thiệu", "Lớp bồi dưỡng nhận thức về Đảng"
_PROBATION = "Đảng viên dự bị hết thời gian dự bị"

B2 = Form(
    code="B2",
    number="Biểu số B2",
    title=Text("Kết nạp đảng viên và tạo nguồn", "Admissions and candidates"),
    grain=Grain.CELL,
    frequencies=RETURN_FREQUENCIES,
    counted_in=Text("người", "people"),
    fields=UNIT_FIELDS,
    measures=(
        flow(
            "admitted",
            "Kết nạp",
            "Admitted",
            _ADMITTED,
            "Tổng số",
            also=(
                ("Kết nạp mới",),
                ("Đảng viên mới kết nạp",),
            ),
        ),
        flow(
            "female_admitted",
            "Kết nạp nữ",
            "Women admitted",
            _ADMITTED,
            _OF,
            "Nữ",
            of="admitted",
            also=(
                ("ĐV nữ",),
                ("Phụ nữ",),
            ),
            sensitive=True,
        ),
        flow(
            "ethnic_minority_admitted",
            "Kết nạp người dân tộc thiểu số",
            "Ethnic minorities admitted",
            _ADMITTED,
            _OF,
            "Dân tộc thiểu số",
            of="admitted",
            also=(
                ("Dân tộc ít người",),
                ("DTTS",),
                ("Người dân tộc thiểu số",),
            ),
            sensitive=True,
        ),
        flow(
            "youth_union_admitted",
            "Kết nạp đoàn viên thanh niên",
            "Youth union members admitted",
            _ADMITTED,
            _OF,
            "Đoàn viên",
            of="admitted",
            also=(
                ("Đoàn viên thanh niên",),
                ("Đoàn viên Đoàn TNCS Hồ Chí Minh",),
            ),
        ),
        flow("readmitted", "Kết nạp lại", "Readmitted", _ADMITTED, _OF, "Kết nạp lại", of="admitted"),
        flow(
            "workers_admitted",
            "Kết nạp công nhân, lao động trực tiếp",
            "Workers admitted",
            _ADMITTED,
            _OF,
            "Công nhân, lao động trực tiếp",
            of="admitted",
            also=(
                ("Công nhân",),
                ("Công nhân, lao động trực tiếp sản xuất",),
            ),
        ),
        flow(
            "private_workers_admitted",
            "Kết nạp công nhân, lao động ở đơn vị kinh tế tư nhân",
            "Workers of private units admitted",
            _ADMITTED,
            _OF,
            _PRIVATE,
            "Công nhân, lao động",
            of="admitted",
        ),
        flow(
            "private_owners_admitted",
            "Kết nạp chủ đơn vị kinh tế tư nhân",
            "Owners of private units admitted",
            _ADMITTED,
            _OF,
            _PRIVATE,
            "Chủ đơn vị",
            of="admitted",
        ),
        flow(
            "good_farmers_admitted",
            "Kết nạp nông dân sản xuất, kinh doanh giỏi",
            "Good farmers admitted",
            _ADMITTED,
            _OF,
            "Nông dân sản xuất, kinh doanh giỏi",
            of="admitted",
            also=(
                ("Nông dân giỏi",),
                ("Nông dân SXKD giỏi",),
            ),
        ),
        flow(
            "village_heads_admitted",
            "Kết nạp trưởng, phó thôn, bản, tổ dân phố",
            "Village heads and deputies admitted",
            _ADMITTED,
            _OF,
            "Trưởng, phó thôn, bản, tổ dân phố",
            of="admitted",
            also=(
                ("Trưởng, phó thôn",),
                ("Trưởng, phó thôn, tổ dân phố",),
            ),
        ),
        flow(
            "mass_heads_admitted",
            "Kết nạp trưởng, phó đoàn thể ở thôn",
            "Heads of mass organisations admitted",
            _ADMITTED,
            _OF,
            "Trưởng, phó đoàn thể ở thôn",
            of="admitted",
            also=(("Trưởng, phó đoàn thể",),),
        ),
        flag(
            "no_masses_left",
            "Không còn quần chúng",
            "No non-members left",
            "Không còn quần chúng (ghi 1)",
        ),
        flow(
            "introduced_by_youth_union",
            "Quần chúng do Đoàn Thanh niên giới thiệu",
            "Introduced by the youth union",
            _INTRODUCED,
            "Đoàn Thanh niên",
            also=(("Đoàn thanh niên giới thiệu",),),
        ),
        flow(
            "introduced_by_trade_union",
            "Quần chúng do Công đoàn giới thiệu",
            "Introduced by the trade union",
            _INTRODUCED,
            "Công đoàn",
            also=(("Công đoàn giới thiệu",),),
        ),
        flow(
            "introduced_by_others",
            "Quần chúng do tổ chức khác giới thiệu",
            "Introduced by others",
            _INTRODUCED,
            "Tổ chức khác",
        ),
        flow(
            "course_attended",
            "Quần chúng dự lớp bồi dưỡng nhận thức",
            "Attended the course",
            _COURSE,
            "Dự lớp",
            also=(
                ("Tham dự",),
                ("Đã học",),
            ),
        ),
        flow(
            "course_tested",
            "Quần chúng dự kiểm tra cuối khoá",
            "Took the final test",
            _COURSE,
            "Dự kiểm tra cuối khoá",
            of="course_attended",
            also=(("Dự kiểm tra",),),
        ),
        flow(
            "course_passed",
            "Quần chúng đạt yêu cầu kiểm tra cuối khoá",
            "Passed the final test",
            _COURSE,
            "Đạt yêu cầu",
            of="course_tested",
            also=(("Đạt",),),
        ),
        flow(
            "new_members_trained", "Đảng viên mới được bồi dưỡng", "New members trained", "Đảng viên mới được bồi dưỡng"
        ),
        flow(
            "made_official",
            "Đảng viên được công nhận chính thức",
            "Made official",
            _PROBATION,
            "Công nhận chính thức",
            also=(("Được công nhận chính thức",),),
        ),
        flow(
            "probation_refused",
            "Đảng viên dự bị không được công nhận",
            "Probation refused",
            _PROBATION,
            "Không được công nhận",
        ),
    ),
    rules=(
        AtMost(part="private_workers_admitted", whole="workers_admitted"),
        SameAs(measure="admitted", form="B1", other="admitted"),
        LikeBefore(measures=("course_attended", "new_members_trained", "made_official")),
    ),
    valid_from=date(1997, 1, 1),
)
