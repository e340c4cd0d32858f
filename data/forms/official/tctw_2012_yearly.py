"""The set of 2012: yearly forms 7A and 7B (ratings), and 10, which became form 7 of the next set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from data.forms.official.model import Headers, OfficialForm, PrintedLine, Split, heading, line, lines
from data.forms.official.tctw_2012 import FORM_SET, HEADERS
from data.forms.official.vocabulary import MEASURES, YEARLY, YEARS_OF_MEMBERSHIP, transfers
from data.language import Text

# The ratings were replaced in 2018 (QĐ 132-QĐ/TW, 8/3/2018), before the rest of the set.
_RATED = replace(FORM_SET, valid_to=date(2017, 12, 31))
_RATING_HEADERS = Headers(lines="Chỉ tiêu", value="Tổng số", percent="Tỷ lệ(%)", numbers=("1", "2 = 4+...+14", "3"))


def _organisation_ratings(marker: str) -> tuple[PrintedLine, ...]:
    return (
        line(f"{marker}a)", "Trong sạch vững mạnh", of=lines("Trong đó:", "Trong sạch vững mạnh tiêu biểu")),
        line("b)", "Hoàn thành tốt nhiệm vụ"),
        line("c)", "Hoàn thành nhiệm vụ"),
        line("d)", "Yếu kém"),
    )


ORGANISATION_RATINGS = OfficialForm(
    number="7A",
    form_set=_RATED,
    title=Text("Đánh giá chất lượng tổ chức cơ sở đảng", "Ratings of base organisations"),
    headers=_RATING_HEADERS,
    frequencies=YEARLY,
    measures=MEASURES,
    lines=(
        line(
            "A.",
            "Số tổ chức cơ sở đảng có đến cuối năm (A = 1+2)",
            parts=(
                line(
                    "1.",
                    "Số tổ chức cơ sở đảng được đánh giá chất lượng",
                    under=(heading("", "Kết quả đánh giá", parts=_organisation_ratings("")),),
                ),
                line(
                    "2.",
                    "Số tổ chức cơ sở đảng chưa được đánh giá chất lượng",
                    of=lines("Trong đó:", "Số mới thành lập"),
                ),
            ),
        ),
        line(
            "B.",
            "Số chi bộ trực thuộc đảng bộ cơ sở",
            of=(
                line(
                    "Trong đó:",
                    "Số chi bộ đã được đánh giá chất lượng",
                    under=(heading("", "Kết quả đánh giá", parts=_organisation_ratings("")),),
                ),
            ),
        ),
    ),
    splits=(Split(group="A.1.-1", whole="A.1"), Split(group="B.-1.-1", whole="B.-1")),
)

MEMBER_RATINGS = replace(
    ORGANISATION_RATINGS,
    number="7B",
    title=Text("Đánh giá chất lượng đảng viên", "Ratings of members"),
    lines=(
        line(
            "",
            "Đảng viên có đến thời điểm đánh giá chất lượng",
            parts=(
                line("Chia ra: 1)", "Đảng viên được miễn đánh giá chất lượng", "not_classed"),
                line("2)", "Đảng viên chưa được đánh giá chất lượng", "not_classed"),
                line("3)", "Đảng viên đã được đánh giá chất lượng"),
            ),
        ),
        heading(
            "",
            "Phân tích kết quả đảng viên đã được đ/g chất lượng",
            parts=(
                line("A.", "Đảng viên đủ tư cách, hoàn thành xuất sắc nhiệm vụ", "qualified_excellent"),
                line("B.", "Đảng viên đủ tư cách, hoàn thành tốt nhiệm vụ", "qualified_good"),
                line(
                    "C.",
                    "Đảng viên đủ tư cách, hoàn thành nhiệm vụ",
                    "qualified_fulfilled",
                    of=(
                        line(
                            "Trong đó:",
                            "Đủ tư cách nhưng có mặt còn hạn chế",
                            parts=(
                                line("Chia ra: 1)", "Chưa tận tuỵ với công việc …"),
                                line("2)", "Còn khuyết điểm trong công tác SHĐ…"),
                                line(
                                    "3)",
                                    "Là người đứng đầu cơ quan, đơn vị; là bí thư cấp uỷ chưa hoàn thành nhiệm vụ…",
                                ),
                            ),
                        ),
                    ),
                ),
                line(
                    "D.",
                    "Đảng viên vi phạm tư cách",
                    "disqualified",
                    parts=(
                        line("Chia ra: 1)", "Bị thi hành kỷ luật của Đảng, chính quyền, đoàn thể trong năm"),
                        line("2)", "Qua kiểm điểm phát hiện vi phạm tư cách đảng viên"),
                        line("3)", "Cơ quan quản lý, chi bộ đánh giá không hoàn thành nhiệm vụ"),
                        line("4)", "Không chấp hành sự phân công, gây mất đoàn kết …"),
                    ),
                ),
            ),
        ),
    ),
    splits=(Split(group="-2", whole="-1.3"),),
)

_AWARDS = ("Tặng cờ", "Tặng bằng khen", "Tặng giấy khen")

OPERATIONS = OfficialForm(
    number="10",
    form_set=FORM_SET,
    title=Text("Nghiệp vụ công tác đảng viên", "Work with members"),
    headers=replace(HEADERS, value="Năm báo cáo", previous="Năm trước", percent="(%) so năm báo cáo với năm trước"),
    frequencies=YEARLY,
    measures=MEASURES,
    lines=(
        heading(
            "I -",
            "Tổ chức đảng và đảng viên",
            under=(
                line(
                    "1.",
                    "Số đảng bộ huyện (tương đương)",
                    parts=lines("-", "Huyện", "Quận", "Thị xã", "Thành phố trực thuộc tỉnh", "Tương đương cấp huyện"),
                ),
                line(
                    "2.",
                    "Tổng số đơn vị cơ sở",
                    of=(
                        line("Trong đó: -", "Số đơn vị cơ sở chưa có tổ chức cơ sở đảng"),
                        line(
                            "-",
                            "Số đơn vị cơ sở đã có tổ chức cơ sở đảng",
                            under=(
                                line(
                                    "a -",
                                    "Đảng bộ cơ sở",
                                    under=(
                                        line("Trong đó: +", "Đảng bộ bộ phận"),
                                        line("+", "Chi bộ trực thuộc đảng bộ cơ sở"),
                                    ),
                                ),
                                line("b -", "Chi bộ cơ sở"),
                            ),
                        ),
                    ),
                ),
                line(
                    "3.",
                    "Số đơn vị trực thuộc đơn vị cơ sở chưa có đảng viên",
                    under=lines(
                        "-",
                        "Thôn, bản, làng, ấp, khu phố",
                        "Trường tiểu học, trung học cơ sở, mẫu giáo, mầm non",
                        "Phân xưởng, đội sản xuất, HTX tiểu thủ công nghiệp…",
                    ),
                ),
            ),
        ),
        heading(
            "II -",
            "Kết nạp đảng viên trong năm",
            under=(
                line("1.", "Số đảng viên được công nhận chính thức", "made_official"),
                line("2.", "Số đ/v dự bị không được công nhận chính thức", "probation_refused"),
                heading(
                    "3.",
                    "Một số nội dung liên quan",
                    under=lines(
                        "-",
                        "Số tổ chức cơ sở đảng không có kết nạp đảng viên",
                        "Số đảng bộ cơ sở được giao quyền kết nạp",
                        "Số quần chúng ưu tú được xét là cảm tình Đảng",
                        "Số cảm tình Đảng dự lớp nhận thức về Đảng",
                    ),
                ),
            ),
        ),
        heading(
            "III -",
            "Phát thẻ đảng viên trong năm",
            under=(
                line("1.", "Đảng viên chính thức đã có thẻ đảng viên"),
                line("2.", "Đảng viên chính thức chưa có thẻ đảng viên"),
                line("3.", "Đảng viên bị mất thẻ đảng viên", of=lines("Trong đó:", "chưa cấp lại")),
                line("4.", "Đảng viên bị hỏng thẻ đảng viên", of=lines("Trong đó:", "chưa được làm lại")),
            ),
        ),
        heading(
            "IV -",
            "Quản lý hồ sơ đảng viên",
            under=(
                line(
                    "1.",
                    "Tổng số hồ sơ đảng viên",
                    parts=lines("-", "Do tổ chức cơ sở đảng quản lý", "Do huyện (tương đương) quản lý"),
                ),
                line("2.", "Số tổ chức cơ sở đảng quản lý hồ sơ đảng viên"),
                line("3.", "Số tổ chức cơ sở đảng chưa quản lý hồ sơ đảng viên"),
                heading(
                    "4.",
                    "Tình hình quản lý hồ sơ đảng viên ở huyện uỷ và tương đương",
                    under=lines(
                        "-",
                        "Hồ sơ kết nạp Đảng của đảng viên dự bị",
                        "Hồ sơ của đảng viên bị đưa ra khỏi Đảng",
                        "Hồ sơ của đảng viên từ trần",
                    ),
                ),
                heading(
                    "5.",
                    "Một số nội dung liên quan đến hồ sơ đảng viên",
                    under=(
                        line("-", "Số đảng viên chưa có hồ sơ đảng viên", "dossiers_missing"),
                        line("-", "Số HSĐV bị hư hỏng mất mát trong năm", "dossiers_lost"),
                        line("-", "Số HSĐV phát hiện giả mạo trong năm"),
                        line(
                            "-",
                            "Số huyện (tương đương) đối khớp danh sách đảng viên với cấp uỷ cơ sở (6 tháng, 1 năm)"
                            " trong năm",
                        ),
                    ),
                ),
            ),
        ),
        heading(
            "V -",
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
                    "Số lượt đ/v chuyển sinh hoạt đảng chính thức",
                    out="transfers_official_out",
                    into="transfers_official_in",
                ),
                heading(
                    "3.",
                    "Một số nội dung liên quan đến giới thiệu SHĐ",
                    under=(
                        line("-", "Số đ/v nơi khác chuyển SHĐ đến chưa đúng quy định", "transfers_irregular"),
                        line("-", "Số đ/v giới thiệu SHĐ đi chưa đúng quy định", "transfers_irregular"),
                        line("-", "Số trường hợp phát hiện giả mạo qua giới thiệu SHĐ"),
                    ),
                ),
            ),
        ),
        heading(
            "VI -",
            "Khen thưởng tổ chức đảng và đảng viên trong năm",
            under=(
                heading(
                    "1.",
                    "Khen thưởng tổ chức đảng",
                    under=(
                        line("a)", "Số huyện và tương đương được khen (nếu có)", parts=lines("-", *_AWARDS[:2])),
                        line("b)", "Số tổ chức cơ sở đảng được khen", parts=lines("-", *_AWARDS)),
                        line("c)", "Số chi bộ trực thuộc đảng bộ cơ sở được khen", parts=lines("-", *_AWARDS[1:])),
                    ),
                ),
                heading(
                    "2.",
                    "Khen thưởng đảng viên",
                    under=(
                        heading(
                            "a)",
                            "Tặng Huy hiệu Đảng",
                            parts=lines(
                                "-", *(f"Huy hiệu Đảng {years} năm" for years in reversed(YEARS_OF_MEMBERSHIP))
                            ),
                        ),
                        line("b)", "Số đảng viên được khen thưởng", parts=lines("-", *_AWARDS[1:])),
                    ),
                ),
            ),
        ),
        heading(
            "VII -",
            "Một số nội dung liên quan đến ng/vụ công tác đảng viên",
            under=(
                line(
                    "1.",
                    "Số đảng viên bị kỷ luật Đảng trong năm",
                    parts=lines("-", "Khiển trách", "Cảnh cáo", "Cách chức", "Khai trừ ra khỏi Đảng"),
                ),
                line(
                    "2.",
                    "Số đảng viên bị xoá tên trong năm",
                    under=lines(
                        "-",
                        "Đảng viên dự bị không đủ điều kiện",
                        "Đảng viên xin ra khỏi Đảng",
                        "Đảng viên bị xoá tên theo Điều 8, Điều lệ Đảng",
                    ),
                ),
                line(
                    "3.",
                    "Số cán bộ làm ng/vụ công tác đảng viên chuyên trách",
                    parts=lines("-", "Ban Tổ chức tỉnh, thành uỷ…", "Ban Tổ chức huyện, thị…"),
                ),
            ),
        ),
    ),
)

FORMS = (ORGANISATION_RATINGS, MEMBER_RATINGS, OPERATIONS)
