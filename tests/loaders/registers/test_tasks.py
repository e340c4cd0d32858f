"""The register of tasks: reading, the exact message of each rule, and storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from data.forms.builtin import BUILTIN, FORMS
from data.organisations.units import Registry
from data.periods import Term
from data.returns import Finding, OutcomeStatus, ParsedWorkbook, Severity, SourceFile
from data.tasks import Recurrence, Task, TaskState
from data.viewers import SYSTEM, Role, Viewer
from data.writing.store import Store
from loaders.intake import intake
from loaders.reading import read
from loaders.references import References
from loaders.templates import template
from loaders.templates.template import RegisterSheet
from tests.loaders.office import PROVINCE, REFERENCES, REGISTRY, Page, put_together, take_apart

NV = FORMS["NV"]
PLAN = ("NV02", "II.2.1", "Xây dựng kế hoạch kết nạp")
DIALOGUE = ("NV09", "II.2.5", "Đối thoại với chủ doanh nghiệp")
PARTY = "Ban cán sự đảng UBND tỉnh"
NOTHING = (None, None, None, None, None)
DUE = date(2020, 3, 31)
EVIDENCE = ("12-KH/HU", date(2020, 3, 5), "12-KH.pdf")
LATER = ("Đảng uỷ UBND tỉnh", 2, 118, 46, 31)
ROWS: tuple[tuple[Any, ...], ...] = (
    (*PLAN, "H1", "Đảng bộ huyện Thuỷ Sơn", None, "Hằng năm", 2020, DUE, *EVIDENCE, "Đã hoàn thành", *NOTHING),
    (*PLAN, "H2", "Đảng bộ huyện Bắc Lý", None, "Hằng năm", 2020, DUE, None, None, None, "Chưa thực hiện", *NOTHING),
    (*DIALOGUE, None, PARTY, "Ban Dân vận", "Nhiệm kỳ", "2020..2025", *NOTHING[1:], "Đang thực hiện", *LATER),
)


def sheet(rows: Sequence[Sequence[Any]] = ROWS) -> Page:
    return take_apart(template.workbook([RegisterSheet(form=NV, sender=PROVINCE, rows=rows)]))[0]


def reading(page: Page) -> tuple[ParsedWorkbook | None, list[Finding]]:
    return read(SourceFile(name="x.xlsx", content=put_together([page])), REFERENCES)


def test_a_register_is_read_as_it_was_written() -> None:
    workbook, findings = reading(sheet())
    assert not findings
    assert workbook is not None
    assert workbook.tasks is not None
    first, second, third = workbook.tasks.tasks
    assert (first.task, first.clause, first.owner_code, first.state) == ("NV02", "II.2.1", "H1", TaskState.DONE)
    assert (first.term, first.due) == (Term(2020, 2020), date(2020, 3, 31))
    evidence = first.evidence_number, first.evidence_date, first.evidence_file
    assert evidence == ("12-KH/HU", date(2020, 3, 5), "12-KH.pdf")
    assert (second.state, second.evidence_number, second.meetings) == (TaskState.NOT_STARTED, "", None)
    assert (third.owner_code, third.recurrence, third.term) == ("", Recurrence.TERM, Term(2020, 2025))
    assert (third.co_owners, third.successor) == ("Ban Dân vận", "Đảng uỷ UBND tỉnh")
    assert (third.meetings, third.firms, third.proposals, third.settled) == (2, 118, 46, 31)


@pytest.mark.parametrize(
    ("cells", "severity", "sentence"),
    [
        (
            {"A11": "NV2"},
            Severity.ERROR,
            "NV!A11: mã nhiệm vụ “NV2” không đúng dạng; hãy ghi NV và hai chữ số, ví dụ NV02.",
        ),
        ({"A11": ""}, Severity.ERROR, "NV!A11: chưa ghi mã nhiệm vụ; hãy bổ sung."),
        (
            {"D11": "H9"},
            Severity.ERROR,
            (
                "NV!D11: mã tổ chức chủ trì “H9” không có trong danh mục; hãy kiểm tra lại, hoặc để trống nếu "
                "cơ quan chủ trì không thuộc danh mục."
            ),
        ),
        (
            {"D11": "H01"},
            Severity.ERROR,
            "NV!D11: mã tổ chức chủ trì “H01” không có trong danh mục; có phải H1 (Đảng bộ huyện Thuỷ Sơn)?",
        ),
        (
            {"G11": "Đôi khi"},
            Severity.ERROR,
            "NV!G11: định kỳ ghi “Đôi khi”; hãy ghi một trong: Một lần, Nhiệm kỳ, Hằng năm, Định kỳ, Thường xuyên.",
        ),
        (
            {"H11": ""},
            Severity.ERROR,
            "NV!H11: nhiệm vụ “Hằng năm” phải ghi kỳ thực hiện, ví dụ 2020 hoặc 2016..2020; hãy bổ sung.",
        ),
        (
            {"H11": "sắp tới"},
            Severity.ERROR,
            "NV!H11: kỳ thực hiện ghi “sắp tới”; hãy ghi năm (2020) hoặc giai đoạn (2016..2020), hoặc để trống.",
        ),
        (
            {"I11": "cuối năm"},
            Severity.ERROR,
            "NV!I11: thời hạn ghi “cuối năm”, không phải là ngày hợp lệ; hãy ghi theo dạng ngày/tháng/năm.",
        ),
        (
            {"M11": "xong"},
            Severity.ERROR,
            "NV!M11: tình trạng ghi “xong”; hãy ghi một trong: Chưa thực hiện, Đang thực hiện, Đã hoàn thành, Quá hạn.",
        ),
        (
            {"P13": "nhiều"},
            Severity.ERROR,
            "NV!P13: số doanh nghiệp dự ghi “nhiều”, không phải là số; hãy nhập số nguyên từ 0 trở lên.",
        ),
        (
            {"R13": 47},
            Severity.ERROR,
            "NV!R13: số kiến nghị đã giải quyết là 47, lớn hơn số kiến nghị là 46 (ô Q13); hãy kiểm tra hai ô này.",
        ),
        (
            {"D12": "H1"},
            Severity.ERROR,
            (
                "NV!A12: nhiệm vụ NV02 của Đảng bộ huyện Bắc Lý đã có ở dòng 11 với cùng kỳ thực hiện; "
                "hãy để lại một dòng."
            ),
        ),
        (
            {"J11": "", "K11": ""},
            Severity.WARNING,
            "NV!J11: nhiệm vụ ghi đã hoàn thành nhưng chưa có số văn bản; hãy bổ sung.",
        ),
        ({"K11": ""}, Severity.WARNING, "NV!K11: văn bản 12-KH/HU chưa ghi ngày; hãy bổ sung."),
        (
            {"M12": "Quá hạn"},
            Severity.WARNING,
            "NV!M12: tình trạng quá hạn do hệ thống tự tính theo thời hạn; nhiệm vụ được ghi là đang thực hiện.",
        ),
    ],
)
def test_a_rule_says_what_is_there_and_what_to_do(cells: dict[str, Any], severity: Severity, sentence: str) -> None:
    workbook, findings = reading(sheet().put(**cells))
    assert [(finding.severity, finding.say()) for finding in findings] == [(severity, sentence)]
    assert (workbook is None) == (severity is Severity.ERROR)


def test_a_task_of_a_body_that_ended_before_it_was_due_needs_a_successor() -> None:
    ended = replace(next(unit for unit in REGISTRY.spells if unit.code == "H2"), valid_to=date(2019, 12, 31))
    others = [unit for unit in REGISTRY.spells if unit.code != "H2"]
    registry = Registry(2, [*others, ended], REGISTRY.successions)

    def asked(**cells: Any) -> list[tuple[Severity, str]]:
        source = SourceFile(name="x.xlsx", content=put_together([sheet().put(**cells)]))
        _, findings = read(source, References(vocabulary=BUILTIN, registry=registry))
        return [(finding.severity, finding.say()) for finding in findings]

    assert asked() == [
        (
            Severity.WARNING,
            "NV!N12: Đảng bộ huyện Bắc Lý đã kết thúc hoạt động trước thời hạn; hãy ghi cơ quan, đơn vị kế thừa.",
        )
    ]
    assert asked(N12="Đảng bộ huyện Thuỷ Sơn") == []
    assert asked(I12=date(2019, 12, 1)) == []


def test_a_register_without_a_line_is_refused() -> None:
    assert [finding.say() for finding in reading(sheet([]))[1]] == [
        "NV: biểu nhiệm vụ chưa có dòng nào; hãy điền rồi gửi lại."
    ]


def sent(rows: Sequence[Sequence[Any]] = ROWS, **cells: Any) -> SourceFile:
    return SourceFile(name=f"NV {cells}.xlsx", content=put_together([sheet(rows).put(**cells)]))


def task_states(tasks: Sequence[Task], day: date) -> list[tuple[str, str, str]]:
    return [(task.task, task.owner, task.state_on(day).value) for task in tasks]


def test_a_task_is_overdue_when_its_day_has_passed_and_it_is_not_done(province: Store) -> None:
    assert intake(province, sent(), viewer=SYSTEM).returns == (("NV", "H1", ""),)
    tasks = province.reader(SYSTEM).tasks()
    assert task_states(tasks, date(2020, 4, 1)) == [
        ("NV02", "Đảng bộ huyện Thuỷ Sơn", "done"),
        ("NV02", "Đảng bộ huyện Bắc Lý", "overdue"),
        ("NV09", "Ban cán sự đảng UBND tỉnh", "under_way"),
    ]
    assert task_states(tasks, date(2020, 3, 31))[1][2] == "not_started"
    assert [task.unit for task in tasks] == [province.reader(SYSTEM).registry.ids[c] for c in ("H1", "H2")] + [None]


def test_a_later_line_replaces_that_of_its_task_owner_and_term_and_both_are_kept(province: Store) -> None:
    intake(province, sent(), viewer=SYSTEM)
    between = datetime.now(UTC)
    later = intake(province, sent(ROWS[1:2], M11="Đang thực hiện"), viewer=SYSTEM)
    assert later.status is OutcomeStatus.SUPERSEDED
    assert [state for *_, state in task_states(province.reader(SYSTEM).tasks(), DUE)] == [
        "done",
        "under_way",
        "under_way",
    ]
    assert task_states(province.reader(SYSTEM, between).tasks(), DUE)[1][2] == "not_started"
    assert intake(province, sent(ROWS[1:2], H11="2021"), viewer=SYSTEM).status is OutcomeStatus.ACCEPTED
    assert len(province.reader(SYSTEM).tasks()) == 4


def test_a_district_sees_its_own_tasks_and_those_of_provincial_bodies(province: Store) -> None:
    intake(province, sent(), viewer=SYSTEM)
    tasks = province.reader(Viewer("h1", Role.DISTRICT, "H1")).tasks()
    assert [task.owner for task in tasks] == ["Đảng bộ huyện Thuỷ Sơn", "Ban cán sự đảng UBND tỉnh"]


def test_a_district_may_not_send_the_register(province: Store) -> None:
    outcome = intake(province, sent(), viewer=Viewer("h1", Role.DISTRICT, "H1"))
    assert [finding.code for finding in outcome.findings] == ["out_of_scope"]
    assert province.reader(SYSTEM).tasks() == ()
