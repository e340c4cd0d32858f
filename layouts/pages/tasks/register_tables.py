"""The tables of the tasks page: coverage per task, owners by tasks, the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from dash import dcc, html
from dash.development.base_component import Component

from data.forms.nv_tasks import text_of
from data.tasks import RECURRENCE_TITLES, STATE_TITLES, TaskState
from indicators.answers.task_rows import RegisterLine
from layouts.parts.components import aria
from layouts.text import language, t
from layouts.views.task_board import URGENCY, Coverage, Rail, rail
from layouts.words import formats, marks

_QUANTITIES = ("meetings", "firms", "proposals", "settled")


def legend() -> str:
    """The legend of the marks."""
    return " · ".join(f"{marks.TASK[state]} {STATE_TITLES[state][language()]}" for state in URGENCY)


def coverage_table(tasks: Sequence[Coverage], today: date, address: Callable[[str], str]) -> Component:
    """A row per task: title, done of what was due, due date."""
    shown = rail(tasks, today)
    head = _head("task", "text", "coverage", "due", "timeline")
    body = [
        html.Tr(
            [
                html.Th(dcc.Link(task.task, href=address(task.task)), scope="row"),
                html.Td([task.text, html.Span(t("tasks.clause", clause=task.clause), className="fine block")]),
                html.Td(_bar(task)),
                html.Td(_due(task, today), className="day"),
                html.Td(_timeline(task, shown, today), className="rail-cell"),
            ]
        )
        for task in tasks
    ]
    return html.Table([head, html.Tbody(body)], className="plain-table wrapped")


def _due(task: Coverage, today: date) -> list[str | Component]:
    if task.due is None:
        return [formats.NOTHING]
    parts: list[str | Component] = [formats.day(task.due, language())]
    if task.open:
        days = (task.due - today).days
        key = "tasks.days_left" if days > 0 else "tasks.due_today" if days == 0 else "tasks.days_over"
        parts.append(html.Span(t(key, days=formats.number(abs(days), language())), className="fine block"))
    return parts


def _timeline(task: Coverage, shown: Rail, today: date) -> Component:
    """The due dates on a timeline with today; decorative, since the text beside it gives the date and the days left."""
    days: dict[date, list[tuple[TaskState, int]]] = {}
    for (day, state), count in task.dues.items():
        days.setdefault(day, []).append((state, count))
    marks = [_mark(day, states, f"{100 * shown.place(day):.1f}%") for day, states in days.items()]
    now = html.Span(className="rail-today", style={"left": f"{100 * shown.place(today):.1f}%"})
    return html.Div([now, *marks], className="rail", **aria(hidden="true"))


def _mark(day: date, states: Sequence[tuple[TaskState, int]], left: str) -> Component:
    speech = language()
    ordered = sorted(states, key=lambda item: URGENCY.index(item[0]))
    text = "; ".join(f"{STATE_TITLES[state][speech]}: {count}" for state, count in ordered)
    signs = [html.Span(f"{marks.TASK[state]}\u00a0{count}", className=f"task-{state}") for state, count in ordered]
    title = t("tasks.due_tip", day=formats.day(day, speech), told=text)
    return html.Span(signs, className="rail-mark", style={"left": left}, title=title)


def _bar(task: Coverage) -> Component:
    if not task.due_lines:
        return html.Div(
            html.Span(t("tasks.nothing_due" if task.due else "tasks.no_due"), className="fine"), className="bar-line"
        )
    text = t("tasks.done_of", done=task.done, due=task.due_lines)
    late = (
        [
            html.Span(
                f"{marks.TASK[TaskState.OVERDUE]} {t('tasks.late_count', count=task.overdue)}", className="task-overdue"
            )
        ]
        if task.overdue
        else []
    )
    share = f"{100 * task.done / task.due_lines:.0f}%"
    bar = html.Span(html.Span(style={"width": share}), className="bar", **aria(hidden="true"))
    return html.Div([bar, html.Span([text, " ", *late], className="bar-said")], className="bar-line")


def owners_table(owners: Mapping[str, Sequence[RegisterLine]], address: Callable[[str], str]) -> Component:
    """Owners by tasks, with a mark and a word per cell; owners with most overdue first."""
    tasks = sorted({line.task.task for owned in owners.values() for line in owned})
    head = html.Thead(
        html.Tr([html.Th(t("tasks.owner"), scope="col"), *(html.Th(task, scope="col") for task in tasks)])
    )
    body = [
        html.Tr(
            [
                html.Th(dcc.Link(owner, href=address(owner)), scope="row"),
                *(_state_cell([line for line in owned if line.task.task == task]) for task in tasks),
            ]
        )
        for owner, owned in owners.items()
    ]
    return html.Table([head, html.Tbody(body)], className="matrix")


def _state_cell(owned: Sequence[RegisterLine]) -> Component:
    if not owned:
        return html.Td("", className="due-none")
    worst = min((line.state for line in owned), key=URGENCY.index)
    word = t(f"tasks.short_{worst}")
    return html.Td(f"{marks.TASK[worst]} {word}", className=f"task-{worst}", title="\n".join(map(_state_text, owned)))


def _state_text(line: RegisterLine) -> str:
    return f"{text_of(line.task, language())}: {_state(line)}"


def _state(line: RegisterLine) -> str:
    word = STATE_TITLES[line.state][language()]
    if not line.days_late:
        return word
    return t("tasks.late_done" if line.state is TaskState.DONE else "tasks.late_open", word=word, days=line.days_late)


def register_table(listed: Sequence[RegisterLine]) -> Component:
    """The rows of the register, with their evidence."""
    if not listed:
        return html.P(t("tasks.nothing_fits"), className="fine")
    head = _head("task", "text", "owner", "due", "state", "evidence")
    return html.Table([head, html.Tbody([_line(line) for line in listed])], className="plain-table wrapped")


def _line(line: RegisterLine) -> Component:
    task, speech = line.task, language()
    owner: list[str | Component] = [task.owner]
    if task.co_owners:
        owner.append(html.Span(t("tasks.with", owners=task.co_owners), className="fine block"))
    if task.successor:
        owner.append(html.Span(t("tasks.successor", owner=task.successor), className="fine block"))
    when = f" {task.term.code}" if task.term else ""
    about = f"{t('tasks.clause', clause=task.clause)}; {RECURRENCE_TITLES[task.recurrence][speech]}{when}"
    return html.Tr(
        [
            html.Th(task.task, scope="row"),
            html.Td([text_of(task, speech), html.Span(about, className="fine block")]),
            html.Td(owner),
            html.Td(formats.day(task.due, speech), className="day"),
            html.Td(html.Span(f"{marks.TASK[line.state]} {_state(line)}", className=f"task-mark task-{line.state}")),
            html.Td(_evidence(line)),
        ]
    )


def _evidence(line: RegisterLine) -> list[str | Component]:
    task, speech = line.task, language()
    parts: list[str | Component] = []
    if task.evidence_number:
        day = formats.day(task.evidence_date, speech)
        parts.append(t("tasks.evidence_of", number=task.evidence_number, day=day))
    if task.evidence_file:
        parts.append(html.Span(task.evidence_file, className="fine block"))
    counted = [(name, getattr(task, name)) for name in _QUANTITIES]
    amounts = [t(f"tasks.{name}", count=formats.number(count, speech)) for name, count in counted if count is not None]
    if amounts:
        parts.append(html.Span("; ".join(amounts), className="block"))
    return parts or [formats.NOTHING]


def _head(*names: str) -> Component:
    return html.Thead(html.Tr([html.Th(t(f"tasks.{name}"), scope="col") for name in names]))
