"""NV: the register of the tasks set by the conclusion, their owners and progress."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from data.forms.model import Field, FieldType, Form
from data.language import Language, Text
from data.tasks import RECURRENCE_TITLES, STATE_TITLES, Task, TaskState


@dataclass(frozen=True, slots=True)
class ConclusionTask:
    """A task that the conclusion sets: its clause and what is to be done; in Vietnamese in the office's words."""

    clause: str
    text: Text


TASKS: Mapping[str, ConclusionTask] = {
    "NV01": ConclusionTask(
        "II.2.1",
        Text(
            "Ban hành chương trình hoặc kế hoạch thực hiện Kết luận",
            "Issue a programme or plan to carry out the conclusion",
        ),
    ),
    "NV02": ConclusionTask(
        "II.2.1", Text("Xây dựng kế hoạch kết nạp đảng viên của năm", "Draw up the year's plan for admissions")
    ),
    "NV03": ConclusionTask(
        "II.2.1",
        Text(
            "Đưa kết quả kết nạp đảng viên vào tiêu chí thi đua, xếp loại",
            "Count admissions among the criteria for commending and rating",
        ),
    ),
    "NV04": ConclusionTask(
        "II.2.1",
        Text(
            "Đưa nội dung Kết luận vào kế hoạch kiểm tra, giám sát của năm",
            "Put the conclusion into the year's plan of inspection and supervision",
        ),
    ),
    "NV05": ConclusionTask(
        "II.2.2",
        Text(
            "Tham mưu quy chế phối hợp giữa khối doanh nghiệp và các huyện, thành phố",
            "Propose rules of cooperation between the enterprises' committee and the districts and city",
        ),
    ),
    "NV06": ConclusionTask(
        "II.2.2",
        Text(
            "Rà soát đảng viên làm việc trong khu, cụm công nghiệp", "Survey the members who work in industrial zones"
        ),
    ),
    "NV07": ConclusionTask(
        "II.2.3",
        Text(
            "Thành lập công đoàn, đoàn thanh niên trong doanh nghiệp",
            "Found trade unions and youth union cells in enterprises",
        ),
    ),
    "NV08": ConclusionTask(
        "II.2.4",
        Text(
            "Biên soạn tài liệu bồi dưỡng đối tượng kết nạp, đảng viên mới và công nhân",
            "Write course material for candidates, new members and workers",
        ),
    ),
    "NV09": ConclusionTask("II.2.5", Text("Đối thoại với chủ doanh nghiệp", "Hold dialogues with enterprise owners")),
    "NV10": ConclusionTask(
        "II.2.6",
        Text("Tổng hợp, báo cáo Ban Thường vụ Tỉnh uỷ", "Compile results and report to the Standing Committee"),
    ),
    "NV11": ConclusionTask(
        "I", Text("Sơ kết việc thực hiện Kết luận", "Review midway how the conclusion is carried out")
    ),
}
CLAUSES = ("I", "II.1", "II.2", "II.2.1", "II.2.2", "II.2.3", "II.2.4", "II.2.5", "II.2.6")
"""The parts of the conclusion; a clause may go on within one, as in "II.2.1(4)"."""


def text_of(task: Task, language: Language) -> str:
    """What is to be done: as the register says it; in English by the conclusion's own list, where that has the task."""
    declared = TASKS.get(task.task)
    return declared.text.en if language is Language.EN and declared else task.text


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
