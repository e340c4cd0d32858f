"""Reads a sheet of the register of tasks (NV): who is responsible for what, by when, and what was done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from rapidfuzz import fuzz, process

from data.forms.nv_tasks import CLAUSES, TASKS
from data.language import Text
from data.organisations.units import Registry
from data.periods import PeriodError, Term
from data.returns import Finding
from data.tasks import RECURRENCE_TITLES, STATE_TITLES, Recurrence, TaskLine, TaskReturn, TaskState
from data.vietnamese.person_names import masked
from data.vietnamese.text import key
from loaders.findings import error, warning
from loaders.registers.register import RegisterRow, checked_term, register_rows
from loaders.registers.register_names import RegisterNames
from loaders.sheets.recognise import Recognised
from loaders.sheets.senders import unknown_unit
from loaders.vietnamese.numbers import show

_TASK = re.compile(r"NV\d{2}")
_CLAUSE_WORDS = re.compile(r"^\s*(?:mục|điểm|khoản|phần)\s+", re.IGNORECASE)
_CLAUSE_DETAIL = re.compile(r"\s*\(.*$|\s*,.*$|\s+của\b.*$", re.IGNORECASE)
_CLOSE_ENOUGH = 70
_HAS_TERM = frozenset({Recurrence.TERM, Recurrence.YEARLY})

_Choice = TypeVar("_Choice", Recurrence, TaskState)


def read_tasks(found: Recognised, registry: Registry | None) -> tuple[TaskReturn, list[Finding]]:
    """The tasks of a sheet; valid only when no finding is an error."""
    findings: list[Finding] = []
    if registry is None or not registry.spells:
        return TaskReturn(sheet=found.name, tasks=()), [error("no_registry", found.name)]
    tasks: list[TaskLine] = []
    seen: dict[tuple[str, str, Term | None], int] = {}
    names = RegisterNames(registry)
    rows = list(register_rows(found, findings))
    for row in rows:
        line = _line(row, registry)
        if line is None:
            continue
        of = line.task, line.owner_code or key(line.owner), line.term
        if of in seen:
            row.reject("task_twice", "task", task=line.task, owner=line.owner, row=seen[of])
            continue
        names.compare(row, "owner_code", "owner")
        seen[of] = line.row
        findings.extend(_remarks(row, line, registry))
        tasks.append(line)
    if not rows:
        findings.append(error("nothing_tasked", found.name))
    return TaskReturn(sheet=found.name, tasks=tuple(tasks)), findings


def _line(row: RegisterRow, registry: Registry) -> TaskLine | None:
    task = _task(row)
    recurrence = _choice(row, "recurrence", RECURRENCE_TITLES)
    state = _choice(row, "state", STATE_TITLES)
    term, owner_code = _term(row, recurrence), _owner(row, registry)
    texts = {code: row.text(code) for code in ("clause", "text", "owner", "co_owners", "successor")}
    evidence = row.text("evidence_number"), row.day("evidence_date"), row.text("evidence_file")
    due = row.day("due")
    meetings, firms, proposals, settled = map(row.count, ("meetings", "firms", "proposals", "settled"))
    if settled is not None and proposals is not None and settled > proposals:
        place = row.cell("proposals")
        row.reject("settled_exceeds_proposals", "settled", settled=settled, proposals=proposals, place=place)
    if recurrence is None or state is None or not row.is_sound:
        return None
    return TaskLine(
        row=row.number,
        task=task,
        owner_code=owner_code,
        recurrence=recurrence,
        term=term,
        due=due,
        evidence_number=evidence[0],
        evidence_date=evidence[1],
        evidence_file=evidence[2],
        state=TaskState.UNDER_WAY if state is TaskState.OVERDUE else state,
        meetings=meetings,
        firms=firms,
        proposals=proposals,
        settled=settled,
        **texts,
    )


def _task(row: RegisterRow) -> str:
    """The code of a task that the conclusion sets, with a clause and a text that are not those of another one."""
    task = row.text("task").upper()
    if task and not _TASK.fullmatch(task):
        row.reject("not_a_task", "task", shown=task)
        return task
    if task and task not in TASKS:
        _reject_unknown(row, task)
        return task
    clause, text = row.text("clause"), row.text("text")
    if clause and _part(clause) not in CLAUSES:
        row.reject("unknown_clause", "clause", written=masked(clause), known=", ".join(CLAUSES))
    other = next((code for code, declared in TASKS.items() if key(declared.text.vi) == key(text)), task)
    if task and other != task:
        row.reject("text_of_other_task", "text", code=task, text=TASKS[task].text.vi, other=other)
    return task


def _part(clause: str) -> str:
    """The part of the conclusion that a clause is in: "II.2.1" of "Mục II.2.1 (4)"."""
    return _CLAUSE_DETAIL.sub("", _CLAUSE_WORDS.sub("", clause)).strip(" .").upper()


def _reject_unknown(row: RegisterRow, task: str) -> None:
    """Suggests the task whose text the row has."""
    words = {code: key(declared.text.vi) for code, declared in TASKS.items()}
    near = process.extractOne(key(row.text("text")), words, scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
    about = {"written": task, "first": min(TASKS), "last": max(TASKS)}
    if near:
        row.reject("unknown_task_suggested", "task", code=near[2], text=TASKS[near[2]].text.vi, **about)
    else:
        row.reject("unknown_task", "task", **about)


def _choice(row: RegisterRow, code: str, titles: Mapping[_Choice, Text]) -> _Choice | None:
    written = row.text(code)
    chosen = next((choice for choice, title in titles.items() if key(title.vi) == key(written)), None)
    if written and chosen is None:
        row.reject(f"unknown_{code}", code, shown=written, known=", ".join(title.vi for title in titles.values()))
    return chosen


def _term(row: RegisterRow, recurrence: Recurrence | None) -> Term | None:
    written = row.text("term")
    if not written:
        if recurrence in _HAS_TERM:
            row.reject("task_term_missing", "term", recurrence=RECURRENCE_TITLES[recurrence])
        return None
    try:
        term = Term.parse(written)
    except PeriodError:
        row.reject("not_a_task_term", "term", shown=written)
        return None
    return checked_term(row, "term", term)


def _owner(row: RegisterRow, registry: Registry) -> str:
    """The owner's code in the registry; "" for a body that is not in it."""
    code = row.text("owner_code")
    if code and code not in registry.ids:
        row.is_sound = False
        units = tuple({spell.id: spell for spell in registry.spells}.values())
        row.findings.append(unknown_unit("unknown_owner", row.found.name, row.cell("owner_code"), code, units))
    return code


def _remarks(row: RegisterRow, line: TaskLine, registry: Registry) -> list[Finding]:
    """Warnings about a task that is kept."""
    findings: list[Finding] = []

    def remark(finding: str, field: str, **values: object) -> None:
        findings.append(warning(finding, row.found.name, row.cell(field), **values))

    if _choice(row, "state", STATE_TITLES) is TaskState.OVERDUE:
        remark("overdue_is_derived", "state")
    if line.state is TaskState.DONE and not line.evidence_number:
        remark("done_without_evidence", "evidence_number")
    if line.evidence_number and line.evidence_date is None:
        remark("evidence_without_date", "evidence_date", number=show(line.evidence_number))
    owner = registry.latest(registry.ids[line.owner_code]) if line.owner_code else None
    if owner and owner.valid_to and line.due and owner.valid_to < line.due and not line.successor:
        remark("successor_missing", "successor", owner=line.owner)
    return findings
