"""The set of 2012, "Biểu số n-TCTW": forms 1, 2 and 3, half-yearly and yearly."""

from __future__ import annotations

from datetime import date

from data.forms.model import Balance
from data.forms.official.model import FormSet, Headers, OfficialForm, Split, Within, heading, line, lines, mean
from data.forms.official.vocabulary import (
    ADMITTED_AS_MOVED,
    BROUGHT_FORWARD,
    CLOSED_AS_MOVED,
    HALF_YEARLY,
    MEASURES,
    YEARS_OF_MEMBERSHIP,
    schooling,
    theory,
)
from data.language import Text

FORM_SET = FormSet(
    code="TCTW-2012",
    suffix="TCTW",
    noun="Báo cáo",
    document="Hướng dẫn số 12-HD/BTCTW, ngày 17/5/2012",
    valid_from=date(2012, 5, 17),
    valid_to=date(2021, 12, 12),
)

HEADERS = Headers(
    lines="Chỉ tiêu",
    above="Thực hiện",
    value="Kỳ này",
    previous="Cùng kỳ năm trước",
    percent="(%) kỳ này so với cùng kỳ năm trước",
    numbers=("1", "2", "3", "4 = 2:3"),
)

MOVEMENT = OfficialForm(
    number="1",
    form_set=FORM_SET,
    title=Text("Tăng giảm đảng viên", "Movement of membership"),
    headers=HEADERS,
    frequencies=HALF_YEARLY,
    measures=MEASURES,
    lines=(
        line("A -", "Đảng viên trong danh sách có đến đầu kỳ báo cáo", "members_start"),
        line(
            "B -",
            "Đảng viên tăng trong kỳ",
            parts=(
                line("1 -", "Kết nạp", "admitted"),
                line(
                    "2 -",
                    "Chuyển đến",
                    parts=(
                        line("a)", "Tỉnh uỷ (và tương đương) khác chuyển đến", "transferred_in_province"),
                        line("b)", "Huyện uỷ (và tương đương) khác trong tỉnh chuyển đến", "transferred_in_district"),
                    ),
                ),
                line("3 -", "Phục hồi đảng tịch", "restored"),
            ),
        ),
        line(
            "C -",
            "Đảng viên giảm trong kỳ",
            parts=(
                line("1 -", "Từ trần", "died"),
                line("2 -", "Khai trừ", "expelled"),
                line("3 -", "Xoá tên", "struck_off"),
                line("4 -", "Xin ra khỏi Đảng", "resigned"),
                line(
                    "5 -",
                    "Chuyển đi",
                    parts=(
                        line("a)", "Đi tỉnh uỷ (và tương đương) khác", "transferred_out_province"),
                        line("b)", "Đi huyện uỷ (và tương đương) khác trong tỉnh", "transferred_out_district"),
                    ),
                ),
            ),
        ),
        line("D -", "Đảng viên trong danh sách có đến cuối kỳ báo cáo", "members_end"),
        line("E -", "Chênh lệch (chuyển đi - chuyển đến)"),
        line("G -", "Đảng viên có mặt đến cuối kỳ báo cáo"),
    ),
    totals=(
        Balance(total="D", plus=("A", "B"), minus=("C",)),
        Balance(total="E", plus=("C.5",), minus=("B.2",)),
    ),
    opens=BROUGHT_FORWARD,
)

_QUALIFICATIONS = (
    "CN kỹ thuật, nhân viên nghiệp vụ",
    "Trung học chuyên nghiệp",
    "Cao đẳng",
    "Đại học",
    "Thạc sĩ",
    "Tiến sĩ",
    "Tiến sĩ khoa học",
)

ADMISSION = OfficialForm(
    number="2",
    form_set=FORM_SET,
    title=Text("Đảng viên mới kết nạp", "New members"),
    headers=HEADERS,
    frequencies=HALF_YEARLY,
    measures=MEASURES,
    lines=(
        line(
            "I -",
            "Đảng viên mới kết nạp",
            "admitted",
            of=(
                line("Trong đó: +", "Kết nạp lại", "readmitted"),
                line("+", "Phụ nữ", "female_admitted"),
                line("+", "Dân tộc thiểu số", "ethnic_minority_admitted"),
                line("+", "Tôn giáo"),
                line("+", "Là Đoàn viên TNCSHCM", "youth_union_admitted"),
                *lines("+", "Cán bộ, công chức nhà nước", "Viên chức hoạt động sự nghiệp", "Viên chức kinh doanh"),
                line("+", "CN, LĐ trong các thành phần kinh tế", "workers_admitted"),
                *lines("+", "Nông dân", "Sĩ quan, chiến sĩ quân đội, công an", "Sinh viên, học sinh"),
            ),
        ),
        heading(
            "II -",
            "Phân tích đảng viên mới kết nạp",
            under=(
                heading(
                    "1.",
                    "Tuổi đời",
                    parts=lines("+", "18 đến 30 tuổi", "31 đến 40 tuổi", "41 đến 50 tuổi", "51 tuổi trở lên"),
                    under=(mean("+", "Tuổi bình quân"),),
                ),
                heading("2.", "Trình độ học vấn phổ thông", parts=schooling("+")),
                heading("3.", "Trình độ chuyên môn nghiệp vụ", parts=lines("+", *_QUALIFICATIONS)),
            ),
        ),
        line(
            "III -",
            "Số đơn vị cơ sở có đến cuối kỳ báo cáo",
            parts=(
                line("Chia ra: 1.", "Số đơn vị cơ sở chưa có TCCSĐ"),
                line(
                    "2.",
                    "Số đơn vị cơ sở đã có TCCSĐ",
                    of=(line("Trong đó: +", "Có kết nạp đảng viên"), line("+", "Không còn quần chúng")),
                ),
            ),
        ),
    ),
    splits=(
        Split(group="II.1", whole="I"),
        Split(group="II.2", whole="I"),
        Within(group="II.3", whole="I"),
    ),
    agrees=ADMITTED_AS_MOVED,
)

MEMBERS = OfficialForm(
    number="3",
    form_set=FORM_SET,
    title=Text("Đội ngũ đảng viên", "Members"),
    headers=HEADERS,
    frequencies=HALF_YEARLY,
    measures=MEASURES,
    lines=(
        line(
            "",
            "Đảng viên trong danh sách có đến cuối kỳ b/c",
            "members_end",
            of=(
                line("Trong đó: +", "Dự bị", "probationary_end"),
                line("+", "Phụ nữ", "female_end"),
                line("+", "Dân tộc thiểu số", "ethnic_minority_end"),
                line("+", "Tôn giáo"),
                line("+", "Là Đoàn viên TNCSHCM", "youth_union_end"),
                line("+", "Quân nhân xuất ngũ"),
                line("+", "Được miễn công tác - sinh hoạt Đảng", "exempt_end"),
            ),
        ),
        heading(
            "",
            "Phân tích đội ngũ đảng viên",
            under=(
                heading(
                    "1 -",
                    "Tuổi đời",
                    parts=lines(
                        "+",
                        "18 đến 30 tuổi",
                        "31 đến 40 tuổi",
                        "41 đến 50 tuổi",
                        "51 đến 60 tuổi",
                        "61 tuổi trở lên",
                    ),
                    under=(mean("+", "Tuổi bình quân"),),
                ),
                heading(
                    "2 -",
                    "Thời gian kết nạp vào Đảng",
                    parts=lines(
                        "+",
                        "Trước tháng 8/1945",
                        "Từ 8/1945 đến 20/7/1954",
                        "Từ 21/7/1954 đến 30/4/1975",
                        "Từ 1/5/1975 đến nay",
                    ),
                ),
                heading(
                    "3 -",
                    "Đảng viên có đủ",
                    under=lines("+", *(f"{years} năm tuổi Đảng" for years in YEARS_OF_MEMBERSHIP)),
                ),
                heading(
                    "4 -",
                    "Trình độ học vấn phổ thông",
                    parts=(line("+", "Chưa biết chữ Quốc ngữ"), *schooling("+")),
                ),
                heading("5 -", "Trình độ chuyên môn nghiệp vụ", parts=lines("+", *_QUALIFICATIONS)),
                heading("6 -", "Chức danh khoa học", parts=lines("+", "Phó Giáo sư", "Giáo sư")),
                heading("7 -", "Trình độ lý luận chính trị", parts=theory("+")),
            ),
        ),
    ),
    splits=(
        Split(group="-2.1", whole="-1"),
        Within(group="-2.2", whole="-1"),
        Split(group="-2.4", whole="-1"),
        Within(group="-2.5", whole="-1"),
        Within(group="-2.7", whole="-1"),
    ),
    agrees=CLOSED_AS_MOVED,
)

FORMS = (MOVEMENT, ADMISSION, MEMBERS)
