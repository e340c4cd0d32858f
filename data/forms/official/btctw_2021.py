"""The set of 2021, "Biểu số n-BTCTW": forms 1, 2, 3 and 7, as changes from the set of 2012."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from data.forms.model import Balance
from data.forms.official import tctw_2012, tctw_2012_yearly
from data.forms.official.model import FormSet, PrintedLine, Split, Within, heading, line, lines, mean
from data.forms.official.vocabulary import YEARS_OF_MEMBERSHIP, schooling, theory, transfers
from data.language import Text

FORM_SET = FormSet(
    code="BTCTW-2021",
    suffix="BTCTW",
    noun="Thống kê",
    document="Hướng dẫn số 11-HD/BTCTW, ngày 13/12/2021",
    valid_from=date(2021, 12, 13),
)

HEADERS = replace(tctw_2012.HEADERS, lines="Tiêu chí", numbers=("1", "2", "3", "4(=2*100/3)"))

MOVEMENT = replace(
    tctw_2012.MOVEMENT,
    form_set=FORM_SET,
    title=Text("Tăng, giảm đảng viên", "Movement of membership"),
    headers=HEADERS,
    lines=(
        line("A -", "Tổng số đảng viên cuối kỳ trước chuyển sang", "members_start"),
        line(
            "B -",
            "Đảng viên tăng trong kỳ",
            parts=(
                line("1.", "Kết nạp", "admitted"),
                line(
                    "2.",
                    "Chuyển đến",
                    parts=(
                        line("a.", "Tỉnh khác chuyển đến", "transferred_in_province"),
                        line("b.", "Huyện khác trong tỉnh chuyển đến", "transferred_in_district"),
                    ),
                ),
                line("3.", "Phục hồi đảng tịch", "restored"),
            ),
        ),
        line(
            "C -",
            "Đảng viên giảm trong kỳ",
            parts=(
                line("1.", "Từ trần", "died"),
                line("2.", "Khai trừ", "expelled"),
                line(
                    "3.",
                    "Xóa tên",
                    "struck_off",
                    of=(line("Trong đó:", "Đảng viên dự bị", "struck_off_probationary"),),
                ),
                line("4.", "Xin ra khỏi Đảng", "resigned"),
                line(
                    "5.",
                    "Chuyển đi",
                    parts=(
                        line("a.", "Chuyển đi tỉnh khác", "transferred_out_province"),
                        line("b.", "Chuyển đi huyện khác trong tỉnh", "transferred_out_district"),
                    ),
                ),
            ),
        ),
        line("D -", "Đảng viên trong danh sách cuối kỳ báo cáo", "members_end"),
    ),
    totals=(Balance(total="D", plus=("A", "B"), minus=("C",)),),
)


def _occupations(workers: str | None) -> tuple[PrintedLine, ...]:
    """Members' occupations; `workers` is the measure of those in direct production."""
    return (
        *lines(
            "-",
            "Cán bộ, công chức cơ quan Nhà nước tính từ cấp huyện trở lên",
            "Cán bộ, công chức cơ quan Đảng, Mặt trận Tổ quốc, đoàn thể chính trị - xã hội tính từ cấp huyện trở lên",
            "Cán bộ, công chức; người hoạt động không chuyên trách ở xã, phường, thị trấn",
            "Người hoạt động không chuyên trách thôn, tổ dân phố, bản (ấp, khóm)",
            "Viên chức trong các đơn vị sự nghiệp công lập",
            "Người lao động trong các đơn vị sự nghiệp ngoài công lập",
        ),
        line(
            "-",
            "Lãnh đạo, quản lý và lao động trong các doanh nghiệp, chia ra:",
            parts=(
                *lines("+", "Người lãnh đạo, quản lý doanh nghiệp", "Nhân viên, người gián tiếp sản xuất"),
                line("+", "Công nhân, lao động trực tiếp sản xuất", workers),
            ),
        ),
        *lines(
            "-",
            "Người làm nông, lâm, ngư nghiệp",
            "Sỹ quan, chiến sỹ quân đội và công an (lực lượng vũ trang)",
            "Sinh viên",
            "Học sinh",
            "Khác (lao động hợp đồng, tự do…)",
        ),
    )


_AGES = heading(
    "2.",
    "Tuổi đời",
    parts=lines(
        "-",
        "Từ 18 - 30 tuổi",
        "Từ 31 - 35 tuổi",
        "Từ 36 - 40 tuổi",
        "Từ 41 - 45 tuổi",
        "Từ 46 - 50 tuổi",
        "Từ 51 - 55 tuổi",
        "Từ 56 - 60 tuổi",
        "Trên 60 tuổi",
    ),
    under=(mean("-", "Tuổi bình quân"),),
)
_QUALIFICATIONS = lines(
    "-",
    "Công nhân kỹ thuật, nhân viên nghiệp vụ, sơ cấp",
    "Trung cấp",
    "Cao đẳng",
    "Đại học",
    "Thạc sỹ",
    "Tiến sỹ",
)
_ACADEMIC = lines("-", "Phó Giáo sư", "Giáo sư")
_ADMITTING = (line("Trong đó: +", "Có kết nạp đảng viên"), line("+", "Không còn quần chúng"))

ADMISSION = replace(
    tctw_2012.ADMISSION,
    form_set=FORM_SET,
    headers=HEADERS,
    lines=(
        line(
            "I.",
            "Tổng số đảng viên mới kết nạp",
            "admitted",
            of=(
                line("-", "Dân tộc thiểu số", "ethnic_minority_admitted"),
                line("-", "Đoàn viên Đoàn TNCS Hồ Chí Minh", "youth_union_admitted"),
                line("-", "Chủ doanh nghiệp tư nhân", "private_owners_admitted"),
                line("-", "Quần chúng vi phạm chính sách KHHGĐ"),
                line("-", "Có quan hệ hôn nhân với người nước ngoài"),
                line("-", "Kết nạp lại", "readmitted"),
            ),
        ),
        heading(
            "II.",
            "Phân tích đảng viên mới kết nạp",
            under=(
                heading("1.", "Nghề nghiệp", parts=_occupations("workers_admitted")),
                _AGES,
                heading("3.", "Trình độ giáo dục phổ thông", parts=schooling("-")),
                heading("4.", "Trình độ chuyên môn nghiệp vụ", parts=_QUALIFICATIONS),
                heading("5.", "Chức danh khoa học", parts=_ACADEMIC),
            ),
        ),
        line(
            "III.",
            "Số tổ chức cơ sở đảng có đến cuối kỳ báo cáo",
            parts=(line("1.", "Đảng bộ cơ sở", of=_ADMITTING), line("2.", "Chi bộ cơ sở", of=_ADMITTING)),
        ),
    ),
    splits=(
        Within(group="II.1", whole="I"),
        Split(group="II.2", whole="I"),
        Split(group="II.3", whole="I"),
        Within(group="II.4", whole="I"),
    ),
)

MEMBERS = replace(
    tctw_2012.MEMBERS,
    form_set=FORM_SET,
    headers=HEADERS,
    lines=(
        line(
            "I.",
            "Đảng viên trong danh sách có đến cuối kỳ báo cáo",
            "members_end",
            of=(
                line("Trong đó: -", "Nữ", "female_end"),
                line("-", "Dự bị", "probationary_end"),
                line("-", "Dân tộc thiểu số", "ethnic_minority_end"),
                line("-", "Người theo tôn giáo"),
                line("-", "Đoàn viên Đoàn TNCS Hồ Chí Minh", "youth_union_end"),
                line("-", "Chủ doanh nghiệp tư nhân"),
                line("-", "Có quan hệ hôn nhân với người nước ngoài"),
            ),
        ),
        heading(
            "II.",
            "Phân tích đội ngũ đảng viên",
            under=(
                heading(
                    "1.",
                    "Nghề nghiệp",
                    parts=(
                        heading("a.", "Đảng viên đang làm việc và công tác", parts=_occupations(None)),
                        line(
                            "b.",
                            "Đảng viên đã nghỉ hưu và nghỉ công tác",
                            of=(line("Trong đó:", "Được miễn công tác và sinh hoạt đảng", "exempt_end"),),
                        ),
                    ),
                ),
                _AGES,
                heading(
                    "3.",
                    "Thời gian kết nạp vào Đảng",
                    parts=lines(
                        "-",
                        "Trước 19/8/1945",
                        "Từ 19/8/1945 đến 20/7/1954",
                        "Từ 21/7/1954 đến 30/4/1975",
                        "Từ 01/5/1975 đến nay",
                    ),
                ),
                heading("4.", "Trình độ giáo dục phổ thông", parts=schooling("-")),
                heading("5.", "Trình độ chuyên môn nghiệp vụ", parts=_QUALIFICATIONS),
                heading("6.", "Chức danh khoa học", parts=_ACADEMIC),
                heading("7.", "Trình độ lý luận chính trị", parts=theory("-")),
            ),
        ),
    ),
    splits=(
        Split(group="II.2", whole="I"),
        Within(group="II.3", whole="I"),
        Split(group="II.4", whole="I"),
        Within(group="II.5", whole="I"),
        Within(group="II.7", whole="I"),
    ),
)

_AWARDS = ("Tặng cờ", "Tặng bằng khen", "Tặng giấy khen")

OPERATIONS = replace(
    tctw_2012_yearly.OPERATIONS,
    number="7",
    form_set=FORM_SET,
    headers=HEADERS,
    lines=(
        heading(
            "I.",
            "Khen thưởng tổ chức đảng và đảng viên trong năm",
            under=(
                heading(
                    "1.",
                    "Khen thưởng tổ chức đảng",
                    under=(
                        line(
                            "a)",
                            "Số tổ chức đảng cấp trên trực tiếp cơ sở được khen, chia ra:",
                            parts=lines("-", *_AWARDS[:2]),
                        ),
                        line("b)", "Số tổ chức cơ sở đảng được khen, chia ra:", parts=lines("-", *_AWARDS)),
                        line(
                            "c)",
                            "Số đảng bộ bộ phận trực thuộc đảng ủy cơ sở được khen, chia ra:",
                            parts=lines("-", *_AWARDS[1:]),
                        ),
                        line(
                            "d)",
                            "Số chi bộ trực thuộc đảng bộ cơ sở được khen, chia ra:",
                            parts=lines("-", *_AWARDS[1:]),
                        ),
                    ),
                ),
                line("2.", "Số đảng viên được khen, chia ra:", parts=lines("-", *_AWARDS[1:])),
            ),
        ),
        heading(
            "II.",
            "Tặng huy hiệu đảng trong năm",
            parts=lines("-", *(f"Huy hiệu Đảng {years} năm" for years in sorted((*YEARS_OF_MEMBERSHIP, 45)))),
        ),
        heading(
            "III.",
            "Phát thẻ đảng viên trong năm",
            under=(
                line("1.", "Số thẻ đảng viên được phát cho đảng viên chính thức"),
                line("2.", "Số thẻ đảng viên được cấp lại cho đảng viên do mất"),
                line("3.", "Số thẻ đảng viên được đổi lại cho đảng viên do bị hỏng"),
            ),
        ),
        heading(
            "IV.",
            "Giới thiệu sinh hoạt Đảng trong năm",
            under=(
                transfers(
                    "1.",
                    "Số lượt đảng viên chuyển sinh hoạt đảng tạm thời",
                    out="transfers_temporary_out",
                    into="transfers_temporary_in",
                ),
                transfers(
                    "2.",
                    "Số lượt đảng viên chuyển sinh hoạt đảng chính thức",
                    out="transfers_official_out",
                    into="transfers_official_in",
                ),
                heading(
                    "3.",
                    "Một số nội dung liên quan đến giới thiệu sinh hoạt đảng",
                    under=(
                        line(
                            "-",
                            "Số đảng viên nơi khác chuyển sinh hoạt đảng đến chưa đúng quy định",
                            "transfers_irregular",
                        ),
                        line(
                            "-", "Số đảng viên giới thiệu sinh hoạt đảng đi chưa đúng quy định", "transfers_irregular"
                        ),
                        line("-", "Số trường hợp phát hiện giả mạo qua giới thiệu sinh hoạt đảng"),
                    ),
                ),
            ),
        ),
    ),
)

FORMS = (MOVEMENT, ADMISSION, MEMBERS, OPERATIONS)
