"""How members are managed: who leaves or is out of contact; duties, dossiers, meetings, study, inspection."""

from fractions import Fraction

from data.language import Text
from data.organisations.units import Level
from indicators.values.model import ByLevel, Difference, Direction, Format, Indicator, PlanKind, Ratio, Total

MEMBERS = Text("đảng viên", "members")
PERCENT = Text("%", "%")
DOSSIERS = Text("hồ sơ", "dossiers")
CASES = Text("trường hợp", "cases")

_REMOVED = ("expelled", "struck_off", "resigned")
_BETWEEN_BASES = Difference(plus=("transferred_in_base",), minus=("transferred_out_base",))
_BETWEEN_DISTRICTS = Difference(
    plus=("transferred_in_district", *_BETWEEN_BASES.plus), minus=("transferred_out_district", *_BETWEEN_BASES.minus)
)

INDICATORS = (
    Indicator(
        code="removals",
        title=Text("Đảng viên ra khỏi Đảng", "Removals"),
        unit=MEMBERS,
        direction=Direction.NEUTRAL,
        formula=Total(of=_REMOVED),
        clause="II.1",
        meaning=Text(
            "Số đảng viên bị khai trừ, xoá tên và xin ra khỏi Đảng trong kỳ.",
            "Members expelled, struck off and resigned in the period.",
        ),
    ),
    Indicator(
        code="removal_rate",
        title=Text("Tỷ lệ đảng viên ra khỏi Đảng", "Removal rate"),
        unit=PERCENT,
        direction=Direction.NEUTRAL,
        formula=Ratio(numerator=_REMOVED, denominator=("members_start",)),
        clause="II.1",
        meaning=Text(
            "Số đảng viên bị khai trừ, xoá tên và xin ra khỏi Đảng so với số đảng viên đầu kỳ.",
            "Members expelled, struck off and resigned over members at the start of the period.",
        ),
        format=Format.PERCENT,
    ),
    Indicator(
        code="in_transit",
        title=Text("Chênh lệch chuyển đến, chuyển đi trong tỉnh", "Transfers within the province that do not meet"),
        unit=MEMBERS,
        direction=Direction.NEUTRAL,
        formula=ByLevel(at=((Level.PROVINCE, _BETWEEN_DISTRICTS), (Level.DISTRICT, _BETWEEN_BASES))),
        clause="II.2.1(5)",
        meaning=Text(
            "Số đảng viên đã tính chuyển đến trừ số đã tính chuyển đi: toàn tỉnh gồm chuyển giữa các huyện và giữa các "
            "cơ sở, mỗi huyện chỉ gồm chuyển giữa các cơ sở trong huyện.",
            "Members counted as arrived less those counted as gone: in the province between districts and bases, in a "
            "district between its bases only.",
        ),
        format=Format.SIGNED_COUNT,
        plan=PlanKind.OWN,
        standard=Fraction(0),
    ),
    Indicator(
        code="exempt_share",
        title=Text("Tỷ lệ đảng viên được miễn công tác và sinh hoạt đảng", "Members exempt from duties and meetings"),
        unit=PERCENT,
        direction=Direction.NEUTRAL,
        formula=Ratio(numerator=("exempt_end",), denominator=("members_end",)),
        clause="II.2.1(5)",
        meaning=Text(
            "Số đảng viên được miễn công tác và sinh hoạt đảng so với tổng số đảng viên cuối kỳ.",
            "Members exempt from duties and meetings over all members at the end of the period.",
        ),
        format=Format.PERCENT,
    ),
    Indicator(
        code="abroad_lost_contact",
        title=Text("Đảng viên ở nước ngoài quá hạn, mất liên lạc", "Members abroad, overdue or out of contact"),
        unit=MEMBERS,
        direction=Direction.LOWER,
        formula=Total(of=("abroad_lost_contact",)),
        clause="II.2.1(5)",
        meaning=Text(
            "Số đảng viên ở nước ngoài quá hạn hoặc mất liên lạc đến cuối kỳ.",
            "Members abroad who are overdue or out of contact at the end of the period.",
        ),
    ),
    Indicator(
        code="duty_assigned_share",
        title=Text("Tỷ lệ đảng viên được phân công công tác", "Members with an assigned duty"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("duty_assigned",), denominator=("duty_due",)),
        clause="I(2), II.2.1(2)",
        meaning=Text(
            "Số đảng viên đã được phân công công tác so với số phải phân công.",
            "Members with an assigned duty over those who must have one.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="residence_contact_share",
        title=Text(
            "Tỷ lệ đảng viên được giới thiệu giữ mối liên hệ nơi cư trú", "Members introduced at their residence"
        ),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("residence_introduced",), denominator=("residence_due",)),
        clause="I(2)",
        meaning=Text(
            "Số đảng viên đã được giới thiệu giữ mối liên hệ nơi cư trú so với số phải giới thiệu.",
            "Members introduced to the party organisation of their residence over those who must be.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="residence_feedback_share",
        title=Text("Tỷ lệ đảng viên được nơi cư trú nhận xét", "Introduced members with feedback from their residence"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("residence_feedback",), denominator=("residence_introduced",)),
        clause="I(2)",
        meaning=Text(
            "Số đảng viên được nơi cư trú nhận xét so với số đã giới thiệu.",
            "Members whom the party organisation of their residence reported on over those introduced.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="dossier_complete_share",
        title=Text("Tỷ lệ hồ sơ đảng viên đầy đủ", "Dossiers complete"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("dossiers_complete",), denominator=("dossiers_due",)),
        clause="I(2)",
        meaning=Text(
            "Số hồ sơ đảng viên đầy đủ so với số hồ sơ phải quản lý.",
            "Complete dossiers of members over all dossiers that must be kept.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="dossier_updated_share",
        title=Text("Tỷ lệ hồ sơ đảng viên được bổ sung", "Dossiers updated"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("dossiers_updated",), denominator=("dossiers_due",)),
        clause="I(2)",
        meaning=Text(
            "Số hồ sơ đảng viên đã bổ sung lý lịch so với số hồ sơ phải quản lý.",
            "Dossiers brought up to date over all dossiers that must be kept.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="dossiers_missing",
        title=Text("Hồ sơ đảng viên còn thiếu", "Dossiers missing"),
        unit=DOSSIERS,
        direction=Direction.LOWER,
        formula=Total(of=("dossiers_missing",)),
        clause="I(2)",
        meaning=Text("Số đảng viên cuối kỳ chưa có hồ sơ.", "Members without a dossier at the end of the period."),
        plan=PlanKind.OWN,
        standard=Fraction(0),
    ),
    Indicator(
        code="dossiers_lost",
        title=Text("Hồ sơ đảng viên bị mất", "Dossiers lost"),
        unit=DOSSIERS,
        direction=Direction.LOWER,
        formula=Total(of=("dossiers_lost",)),
        clause="I(2)",
        meaning=Text("Số hồ sơ đảng viên bị mất trong kỳ.", "Dossiers of members lost in the period."),
        plan=PlanKind.OWN,
        standard=Fraction(0),
    ),
    Indicator(
        code="database_share",
        title=Text("Tỷ lệ đảng viên có trong cơ sở dữ liệu", "Members in the database"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("records_in_database",), denominator=("members_end",)),
        clause="II.2.1(6)",
        meaning=Text(
            "Số bản ghi trong phần mềm cơ sở dữ liệu đảng viên so với số đảng viên trong danh sách cuối kỳ.",
            "Records in the membership database over members on the roll at the end of the period.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        standard=Fraction(1),
        note=Text(
            "Hiệu của tử số và mẫu số là số bản ghi thừa (+) hoặc thiếu (-).",
            "Numerator less denominator is the number of records too many (+) or too few (-).",
        ),
    ),
    Indicator(
        code="meetings_held_share",
        title=Text("Tỷ lệ kỳ sinh hoạt chi bộ được tổ chức", "Cell meetings held"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("meetings_held",), denominator=("meetings_due",)),
        clause="II.2.1(4)",
        meaning=Text(
            "Số kỳ sinh hoạt chi bộ đã tổ chức so với số kỳ phải tổ chức.", "Cell meetings held over those due."
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="meeting_attendance_share",
        title=Text("Tỷ lệ đảng viên dự sinh hoạt chi bộ", "Attendance of cell meetings"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("meeting_attendance",), denominator=("meeting_attendance_due",)),
        clause="II.2.1(4)",
        meaning=Text(
            "Số lượt đảng viên dự sinh hoạt so với số lượt phải dự.",
            "Members present at cell meetings over those who should have been, counted at each meeting.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="committee_visits_share",
        title=Text("Tỷ lệ cấp uỷ viên dự sinh hoạt ở cơ sở", "Committee members' visits made"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("committee_visits_made",), denominator=("committee_visits_due",)),
        clause="II.2.1",
        meaning=Text(
            "Số lượt cấp uỷ viên đã dự sinh hoạt ở cơ sở so với số lượt phải dự.",
            "Visits of committee members to meetings below them over those due.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        standard=Fraction(1),
    ),
    Indicator(
        code="study_share",
        title=Text("Tỷ lệ đảng viên học nghị quyết, cập nhật kiến thức", "Members who attended study courses"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("study_attended",), denominator=("study_due",)),
        clause="II.2.1",
        meaning=Text(
            "Số lượt đảng viên đã học nghị quyết, cập nhật kiến thức so với số lượt phải học.",
            "Attendances of study courses over those due.",
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
    ),
    Indicator(
        code="inspections_share",
        title=Text("Tỷ lệ cuộc kiểm tra đã thực hiện", "Inspections done"),
        unit=PERCENT,
        direction=Direction.HIGHER,
        formula=Ratio(numerator=("inspections_done",), denominator=("inspections_due",)),
        clause="II.2.1",
        meaning=Text(
            "Số cuộc kiểm tra đã thực hiện so với số cuộc theo kế hoạch.", "Inspections done over those planned."
        ),
        format=Format.PERCENT,
        plan=PlanKind.INHERITED,
        standard=Fraction(1),
    ),
    Indicator(
        code="violations_found",
        title=Text("Vi phạm phát hiện qua kiểm tra", "Violations found"),
        unit=CASES,
        direction=Direction.LOWER,
        formula=Total(of=("violations_found",)),
        clause="I(1), II.2.1(5)",
        meaning=Text(
            "Số trường hợp vi phạm phát hiện qua kiểm tra, giám sát trong kỳ.",
            "Violations found by inspection and supervision in the period.",
        ),
        plan=PlanKind.OWN,
        standard=Fraction(0),
    ),
    Indicator(
        code="irregular_admissions",
        title=Text("Kết nạp chưa bảo đảm quy định", "Irregular admissions"),
        unit=CASES,
        direction=Direction.LOWER,
        formula=Total(of=("irregular_admissions",)),
        clause="I(1), II.2.1(5)",
        meaning=Text(
            "Số trường hợp kết nạp chưa bảo đảm quy định trong kỳ.",
            "Admissions in the period that did not follow the rules.",
        ),
        plan=PlanKind.OWN,
        standard=Fraction(0),
    ),
    Indicator(
        code="transfers_irregular",
        title=Text("Chuyển sinh hoạt chưa đúng quy định", "Irregular transfers"),
        unit=CASES,
        direction=Direction.LOWER,
        formula=Total(of=("transfers_irregular",)),
        clause="I(1), II.2.1(5)",
        meaning=Text(
            "Số trường hợp chuyển sinh hoạt đảng chưa đúng quy định trong kỳ.",
            "Transfers of membership in the period that did not follow the rules.",
        ),
        plan=PlanKind.OWN,
        standard=Fraction(0),
    ),
)
