"""B4: management of members (duties, residence, dossiers, meetings, study, transfers, inspection), by cell."""

from datetime import date

from data.forms.model import RETURN_FREQUENCIES, UNIT_FIELDS, Ceiling, Form, LikeBefore, flow, stock
from data.language import Text
from data.organisations.units import Grain

_DUTY, _RESIDENCE = "Phân công công tác", "Giữ mối liên hệ nơi cư trú"
_DOSSIERS, _LOST = "Hồ sơ đảng viên", "Bị mất, hỏng trong kỳ"
_MEETINGS, _VISITS, _STUDY = (
    "Sinh hoạt chi bộ",
    "Cấp uỷ viên dự sinh hoạt ở cơ sở",
    "Học nghị quyết, cập nhật kiến thức",
)
_TRANSFERS, _CONTROL = "Chuyển sinh hoạt đảng (lượt)", "Kiểm tra, giám sát"
_OFFICIAL, _TEMPORARY = "Chính thức", "Tạm thời"

B4 = Form(
    code="B4",
    number="Biểu số B4",
    title=Text("Quản lý đảng viên", "Management of members"),
    grain=Grain.CELL,
    frequencies=RETURN_FREQUENCIES,
    on_call=True,
    counted_in=Text("người, hồ sơ, kỳ, lượt, cuộc", "people, dossiers, meetings, attendances, inspections"),
    fields=UNIT_FIELDS,
    measures=(
        stock(
            "duty_due", "Đảng viên phải được phân công công tác", "Members to be given duties", _DUTY, "Phải phân công"
        ),
        stock(
            "duty_assigned",
            "Đảng viên đã được phân công công tác",
            "Members given duties",
            _DUTY,
            "Đã phân công",
            of="duty_due",
        ),
        stock(
            "residence_due",
            "Đảng viên phải giữ mối liên hệ nơi cư trú",
            "Members due to keep contact",
            _RESIDENCE,
            "Phải giới thiệu",
        ),
        stock(
            "residence_introduced",
            "Đảng viên đã được giới thiệu về nơi cư trú",
            "Members introduced to their residence",
            _RESIDENCE,
            "Đã giới thiệu",
            of="residence_due",
        ),
        stock(
            "residence_feedback",
            "Đảng viên có nhận xét của nơi cư trú",
            "Members with feedback",
            _RESIDENCE,
            "Có nhận xét",
            of="residence_introduced",
        ),
        stock("dossiers_due", "Hồ sơ đảng viên phải quản lý", "Dossiers due", _DOSSIERS, "Phải quản lý"),
        stock("dossiers_complete", "Hồ sơ đầy đủ", "Dossiers complete", _DOSSIERS, "Đầy đủ"),
        stock("dossiers_updated", "Hồ sơ được bổ sung kịp thời", "Dossiers updated", _DOSSIERS, "Đã bổ sung"),
        stock("dossiers_missing", "Đảng viên chưa có hồ sơ", "Members without a dossier", _DOSSIERS, "Chưa có hồ sơ"),
        flow("dossiers_lost", "Hồ sơ bị mất, hỏng trong kỳ", "Dossiers lost or damaged", _DOSSIERS, _LOST),
        stock(
            "records_in_database",
            "Đảng viên đã nhập phần mềm cơ sở dữ liệu đảng viên 3.0",
            "Members in the database",
            _DOSSIERS,
            "Đã nhập phần mềm CSDL đảng viên 3.0",
        ),
        flow("meetings_due", "Số kỳ sinh hoạt phải tổ chức", "Meetings due", _MEETINGS, "Phải tổ chức"),
        flow("meetings_held", "Số kỳ sinh hoạt đã tổ chức", "Meetings held", _MEETINGS, "Đã tổ chức"),
        flow("meeting_attendance_due", "Lượt đảng viên phải dự sinh hoạt", "Attendance due", _MEETINGS, "Lượt phải dự"),
        flow("meeting_attendance", "Lượt đảng viên dự sinh hoạt", "Attendance", _MEETINGS, "Lượt dự"),
        flow(
            "committee_visits_due",
            "Lượt cấp uỷ viên phải dự sinh hoạt ở cơ sở",
            "Committee visits due",
            _VISITS,
            "Phải dự",
        ),
        flow(
            "committee_visits_made",
            "Lượt cấp uỷ viên đã dự sinh hoạt ở cơ sở",
            "Committee visits made",
            _VISITS,
            "Đã dự",
        ),
        flow("study_due", "Lượt đảng viên phải học", "Study due", _STUDY, "Phải học"),
        flow("study_attended", "Lượt đảng viên đã học", "Study attended", _STUDY, "Đã học"),
        flow(
            "transfers_official_in",
            "Chuyển sinh hoạt chính thức đến",
            "Official transfers in",
            _TRANSFERS,
            _OFFICIAL,
            "Đến",
        ),
        flow(
            "transfers_official_out",
            "Chuyển sinh hoạt chính thức đi",
            "Official transfers out",
            _TRANSFERS,
            _OFFICIAL,
            "Đi",
        ),
        flow(
            "transfers_temporary_in",
            "Chuyển sinh hoạt tạm thời đến",
            "Temporary transfers in",
            _TRANSFERS,
            _TEMPORARY,
            "Đến",
        ),
        flow(
            "transfers_temporary_out",
            "Chuyển sinh hoạt tạm thời đi",
            "Temporary transfers out",
            _TRANSFERS,
            _TEMPORARY,
            "Đi",
        ),
        flow(
            "transfers_irregular",
            "Chuyển sinh hoạt chưa đúng quy định",
            "Irregular transfers",
            _TRANSFERS,
            "Chưa đúng quy định",
        ),
        flow("inspections_due", "Cuộc kiểm tra theo kế hoạch", "Inspections due", _CONTROL, "Kiểm tra theo kế hoạch"),
        flow("inspections_done", "Cuộc kiểm tra đã thực hiện", "Inspections done", _CONTROL, "Kiểm tra đã thực hiện"),
        flow("supervisions_done", "Cuộc giám sát đã thực hiện", "Supervisions done", _CONTROL, "Giám sát đã thực hiện"),
        flow(
            "violations_found",
            "Vi phạm được phát hiện",
            "Violations found",
            _CONTROL,
            "Vi phạm được phát hiện",
            sensitive=True,
        ),
        flow(
            "irregular_admissions",
            "Kết nạp chưa bảo đảm quy định",
            "Irregular admissions",
            _CONTROL,
            "Kết nạp chưa bảo đảm quy định",
        ),
    ),
    rules=(
        Ceiling(part="duty_due", factors=("dossiers_due",)),
        Ceiling(part="residence_due", factors=("dossiers_due",)),
        Ceiling(part="dossiers_complete", factors=("dossiers_due",)),
        Ceiling(part="dossiers_updated", factors=("dossiers_due",)),
        Ceiling(part="dossiers_missing", factors=("dossiers_due",)),
        Ceiling(part="meeting_attendance_due", factors=("dossiers_due", "meetings_due")),
        Ceiling(part="meeting_attendance", factors=("dossiers_due", "meetings_held")),
        LikeBefore(
            measures=("duty_due", "residence_due", "dossiers_due", "records_in_database", "meetings_due", "study_due")
        ),
    ),
    valid_from=date(1997, 1, 1),
)
