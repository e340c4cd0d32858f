"""Nhiệm vụ: which tasks of the conclusion are not done? Coverage per task, owners by tasks, the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import Dash, dcc, html
from dash.development.base_component import Component

from data.tasks import STATE_TITLES, TaskState
from indicators.answers.task_rows import RegisterLine
from layouts.pages.tasks import register_tables
from layouts.parts.components import Props, action, for_excel, section
from layouts.parts.page import Page, PageGroup, cached_view, follow, write_address
from layouts.parts.slots import Slot, Slots
from layouts.text import language, t
from layouts.views.ask import Ask
from layouts.views.task_board import ALL, URGENCY, by_owner, chosen, coverage, owed
from layouts.words import formats, listing

_PATH = "/tasks"
_NAMED = 3


class Ids(StrEnum):
    """Component ids of this page."""

    HEADLINE = "tasks-headline"
    LEAD = "tasks-lead"
    COVERAGE = "tasks-coverage"
    COVERAGE_TITLE = "tasks-coverage-title"
    OWNERS_TITLE = "tasks-owners-title"
    OWNERS = "tasks-owners"
    TASK = "tasks-task"
    STATE = "tasks-state"
    OWNER = "tasks-owner"
    REGISTER_TITLE = "tasks-register-title"
    REGISTER = "tasks-register"
    CSV = "tasks-csv"
    XLSX = "tasks-xlsx"
    DEFAULTS = "tasks-defaults"
    SINK = "tasks-sink"


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Slots):
    """Contents of the page's slots."""

    headline: Annotated[str, Slot(Ids.HEADLINE)]
    lead: Annotated[str, Slot(Ids.LEAD)]
    coverage_title: Annotated[str, Slot(Ids.COVERAGE_TITLE)]
    coverage: Annotated[Any, Slot(Ids.COVERAGE)]
    owners_title: Annotated[str, Slot(Ids.OWNERS_TITLE)]
    owners: Annotated[Any, Slot(Ids.OWNERS)]
    tasks: Annotated[list[dict[str, str]], Slot(Ids.TASK, "data")]
    task: Annotated[str, Slot(Ids.TASK, "value")]
    state: Annotated[str, Slot(Ids.STATE, "value")]
    owners_known: Annotated[list[dict[str, str]], Slot(Ids.OWNER, "data")]
    owner: Annotated[str, Slot(Ids.OWNER, "value")]
    register_title: Annotated[str, Slot(Ids.REGISTER_TITLE)]
    register: Annotated[Any, Slot(Ids.REGISTER)]
    csv: Annotated[str, Slot(Ids.CSV, "href")]
    xlsx: Annotated[str, Slot(Ids.XLSX, "href")]


def layout(asked: Ask) -> Component:
    """The page for a URL."""
    shown = cached_view(asked, view)
    return html.Div(
        [
            html.H1(**shown[Ids.HEADLINE], className="headline"),
            html.P(**shown[Ids.LEAD], className="lead"),
            section(
                html.Span(**shown[Ids.COVERAGE_TITLE]),
                html.Div(**shown[Ids.COVERAGE], className="scroll"),
            ),
            section(
                html.Span(**shown[Ids.OWNERS_TITLE]),
                html.Div(**shown[Ids.OWNERS], className="scroll"),
                note=register_tables.legend(),
            ),
            section(
                html.Span(**shown[Ids.REGISTER_TITLE]),
                _filters(shown),
                html.Div(**shown[Ids.REGISTER], className="scroll tall-list", tabIndex=0),
                html.Div(
                    [
                        action("download", t("table.xlsx"), **shown[Ids.XLSX]),
                        action("download", t("trend.csv"), **shown[Ids.CSV]),
                    ],
                    className="actions no-print",
                ),
            ),
            dcc.Store(id=Ids.DEFAULTS, data={"task": ALL, "state": ALL, "owner": ALL}),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def view(asked: Ask) -> View:
    """The slot contents for a URL."""
    found = owed(asked)
    listed = chosen(asked)
    query = urlencode(asked.query)
    return View(
        headline=_headline(asked, found),
        lead=t("tasks.lead", day=formats.day(_day(asked), asked.language)),
        coverage_title=_coverage_title(found),
        coverage=register_tables.coverage_table(
            coverage(found), _day(asked), lambda task: asked.address(_PATH, task=task)
        ),
        owners_title=_owners_title(found),
        owners=register_tables.owners_table(by_owner(found), lambda owner: asked.address(_PATH, owner=owner)),
        tasks=_choices(sorted({line.task.task for line in found}), t("tasks.all_tasks")),
        task=asked.query.get("task", ALL),
        state=asked.query.get("state", ALL),
        owners_known=_choices(sorted({line.task.owner for line in found}), t("tasks.all_owners")),
        owner=asked.query.get("owner", ALL),
        register_title=t("tasks.register", shown=len(listed), all=len(found)),
        register=register_tables.register_table(listed),
        csv=for_excel(f"/download/tasks.csv?{query}"),
        xlsx=f"/download/tasks.xlsx?{query}",
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    follow(app, _PATH, View, view)
    write_address(app, View, script="navigation", baseline=Ids.DEFAULTS, sink=Ids.SINK)


def _day(asked: Ask) -> date:
    """The date at which states are evaluated."""
    return min(asked.period.end, asked.reader.today())


def _headline(asked: Ask, found: Sequence[RegisterLine]) -> str:
    if not found:
        return t("tasks.none", unit=asked.unit.name, year=asked.period.year)
    due = [line for line in found if line.is_due]
    done = sum(line.state is TaskState.DONE for line in due)
    overdue = [line for line in found if line.state is TaskState.OVERDUE]
    counts = {"done": done, "due": len(due), "day": formats.day(_day(asked), language()), "all": len(found)}
    state = asked.query.get("state", ALL)
    if state in set(TaskState):
        among = [line for line in found if asked.query.get("task", ALL) in {ALL, line.task.task}]
        listed = sum(line.state == state for line in among)
        words = STATE_TITLES[TaskState(state)][language()].lower()
        return t("tasks.headline_state", count=f"{listed}/{len(among)}", state=words, year=asked.period.year)
    if not due:
        return t("tasks.headline_none_due", **counts)
    if not overdue:
        return t("tasks.headline", **counts)
    named = [f"{line.task.owner} ({line.task.task})" for line in overdue]
    names = listing.listed(named, _NAMED, language())
    return t("tasks.headline_overdue", **counts, overdue=len(overdue), names=names)


def _coverage_title(found: Sequence[RegisterLine]) -> str:
    coming = [line for line in found if line.state is not TaskState.DONE and line.task.due and not line.days_late]
    if not coming:
        return t("tasks.none_due")
    due = min(line.task.due for line in coming if line.task.due)
    count = sum(line.task.due == due for line in coming)
    return t("tasks.next_due", day=formats.day(due, language()), count=count)


def _owners_title(found: Sequence[RegisterLine]) -> str:
    owners = by_owner(found)
    late = sum(any(line.state is TaskState.OVERDUE for line in owned) for owned in owners.values())
    done = sum(all(line.state is TaskState.DONE for line in owned) for owned in owners.values())
    return t("tasks.owners", all=len(owners), late=late, done=done)


def _choices(names: Sequence[str], everything: str) -> list[dict[str, str]]:
    return [{"value": ALL, "label": everything}, *({"value": name, "label": name} for name in names)]


def _filters(shown: View) -> Component:
    states = [{"value": str(state), "label": STATE_TITLES[state][language()]} for state in URGENCY]
    common: Props = {"allowDeselect": False, "searchable": True, "comboboxProps": {"keepMounted": False}}
    return html.Div(
        [
            dmc.Select(**shown[Ids.TASK], label=t("tasks.task"), **common),
            dmc.Select(
                **shown[Ids.STATE],
                label=t("tasks.state"),
                data=[{"value": ALL, "label": t("tasks.all_states")}, *states],
                **common,
            ),
            dmc.Select(
                **shown[Ids.OWNER],
                label=t("tasks.owner"),
                filter={"function": "unitsByWords"},
                className="tasks-owner",
                **common,
            ),
        ],
        className="controls no-print",
    )


PAGE = Page(code="tasks", path=_PATH, group=PageGroup.PLANS, layout=layout, register=register)
