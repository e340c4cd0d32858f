"""NV: the register of the tasks set by the conclusion, their owners and progress."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from data.forms.model import Field, FieldType, Form
from data.language import Text
from data.tasks import RECURRENCE_TITLES, STATE_TITLES, TaskState


@dataclass(frozen=True, slots=True)
class ConclusionTask:
    """A task that the conclusion sets: its clause and what is to be done, in the office's words."""

    clause: str
    text: str


TASKS: Mapping[str, ConclusionTask] = {
    "NV01": ConclusionTask("II.2.1", "Ban hành chương trình hoặc kế hoạch thực hiện Kết luận"),
    "NV02": ConclusionTask("II.2.1", "Xây dựng kế hoạch kết nạp đảng viên của năm"),
    "NV03": ConclusionTask("II.2.1", "Đưa kết quả kết nạp đảng viên vào tiêu chí thi đua, xếp loại"),
    "NV04": ConclusionTask("II.2.1", "Đưa nội dung Kết luận vào kế hoạch kiểm tra, giám sát của năm"),
    "NV05": ConclusionTask("II.2.2", "Tham mưu quy chế phối hợp giữa khối doanh nghiệp và các huyện, thành phố"),
    "NV06": ConclusionTask("II.2.2", "Rà soát đảng viên làm việc trong khu, cụm công nghiệp"),
    "NV07": ConclusionTask("II.2.3", "Thành lập công đoàn, đoàn thanh niên trong doanh nghiệp"),
    "NV08": ConclusionTask("II.2.4", "Biên soạn tài liệu bồi dưỡng đối tượng kết nạp, đảng viên mới và công nhân"),
    "NV09": ConclusionTask("II.2.5", "Đối thoại với chủ doanh nghiệp"),
    "NV10": ConclusionTask("II.2.6", "Tổng hợp, báo cáo Ban Thường vụ Tỉnh uỷ"),
    "NV11": ConclusionTask("I", "Sơ kết việc thực hiện Kết luận"),
}
CLAUSES = ("I", "II.1", "II.2", "II.2.1", "II.2.2", "II.2.3", "II.2.4", "II.2.5", "II.2.6")
"""The parts of the conclusion; a clause may go on within one, as in "II.2.1(4)"."""


def _field(
    code: str,
    vi: str,
    en: str,
    kind: FieldType = FieldType.TEXT,
    *,
    required: bool = False,
    choices: Iterable[Text] = (),
) -> Field:
    taken = tuple(choice.vi for choice in choices)
    return Field(code=code, title=Text(vi, en), type=kind, header=(vi,), required=required, choices=taken)


# Overdue is derived from the due date.
_SAID = [title for state, title in STATE_TITLES.items() if state is not TaskState.OVERDUE]

NV = Form(
    code="NV",
    number="Biểu số NV",
    title=Text("Nhiệm vụ theo Kết luận", "Tasks of the conclusion"),
    fields=(
        _field("task", "Mã nhiệm vụ", "Task", FieldType.CODE, required=True),
        _field("clause", "Mục của Kết luận", "Clause"),
        _field("text", "Nội dung nhiệm vụ", "What is to be done", required=True),
        _field("owner_code", "Mã tổ chức chủ trì", "Owner's code", FieldType.CODE),
        _field("owner", "Cơ quan, đơn vị chủ trì", "Owner", required=True),
        _field("co_owners", "Cơ quan, đơn vị phối hợp", "Co-owners"),
        _field("recurrence", "Định kỳ", "Recurrence", required=True, choices=RECURRENCE_TITLES.values()),
        _field("term", "Kỳ thực hiện", "For the year or term"),
        _field("due", "Thời hạn", "Due", FieldType.DATE),
        _field("evidence_number", "Số văn bản", "Document number"),
        _field("evidence_date", "Ngày văn bản", "Document date", FieldType.DATE),
        _field("evidence_file", "Tên tệp văn bản", "Document file"),
        _field("state", "Tình trạng", "State", required=True, choices=_SAID),
        _field("successor", "Cơ quan, đơn vị kế thừa", "Successor of the owner"),
        _field("meetings", "Số cuộc đối thoại", "Meetings", FieldType.COUNT),
        _field("firms", "Số doanh nghiệp dự", "Firms", FieldType.COUNT),
        _field("proposals", "Số kiến nghị", "Proposals", FieldType.COUNT),
        _field("settled", "Số kiến nghị đã giải quyết", "Settled", FieldType.COUNT),
    ),
    valid_from=date(1997, 1, 1),
)
