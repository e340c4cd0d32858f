"""How plans and tasks differ from those in force, line by line."""

from __future__ import annotations

from dataclasses import fields

from data.language import Text
from data.observations import Plan
from data.organisations.units import Registry
from data.reading.queries import Reader
from data.returns import DifferenceKind, PlannedValue, PlanReturn
from data.tasks import STATE_TITLES, Task, TaskLine, TaskReturn
from loaders.differences.said import moved, named, said
from loaders.messages import sentence
from loaders.vietnamese.numbers import show

_PlanKey = tuple[str, str, str]
_TaskKey = tuple[str, str, str]
_COMPARED = tuple({field.name for field in fields(TaskLine)} & {field.name for field in fields(Task)})


def plan_differences(given: PlanReturn, reader: Reader) -> tuple[DifferenceKind, ...]:
    """Plans in force that the given ones would replace: another value, or the same by another decision."""
    registry, indicators = reader.registry, {line.indicator for line in given.plans}
    current = {(_code(registry, p.unit), p.indicator, p.term.code): p for p in reader.plans(indicators)}
    lines = {_plan_key(line): line for line in sorted(given.plans, key=lambda line: line.decision_date)}
    replacing = [
        (current[key], line)
        for key, line in lines.items()
        if key in current and current[key].decision_date <= line.decision_date
    ]
    other = [pair for pair in replacing if pair[0].value != pair[1].value]
    decided = [pair for pair in replacing if pair not in other and pair[0].decision != pair[1].decision]
    decisions = {old.decision for old, _ in replacing}
    dropped = [key for key, plan in current.items() if key not in lines and plan.decision in decisions]
    found = (
        *said("plans_changed", (_plan_line(registry, *pair) for pair in other)),
        *said("plans_redecided", (_decision_line(registry, *pair) for pair in decided)),
    )
    return (*found, *said("plans_left", (_left_line(registry, *key) for key in dropped))) if found else ()


def task_differences(given: TaskReturn, reader: Reader) -> tuple[DifferenceKind, ...]:
    """Tasks in force that the given lines would change, those that they add, and those that stay as they are."""
    registry = reader.registry
    current = {_task_key(registry, task): task for task in reader.tasks()}
    lines = {_line_key(line): line for line in given.tasks}
    changed = [(current[key], line) for key, line in lines.items() if key in current and _differ(current[key], line)]
    if not changed:
        return ()
    return (
        *said("tasks_changed", (_task_change(registry, old, line) for old, line in changed)),
        *said("tasks_added", (_task_line(line.task, line.owner) for key, line in lines.items() if key not in current)),
        *said(
            "tasks_left",
            (_task_line(task.task, _owner(registry, task)) for key, task in current.items() if key not in lines),
        ),
    )


def _plan_key(line: PlannedValue) -> _PlanKey:
    return line.unit, line.indicator, line.term.code


def _plan_line(registry: Registry, old: Plan, line: PlannedValue) -> Text:
    return moved(_left_line(registry, *_plan_key(line)), show(old.value), show(line.value))


def _decision_line(registry: Registry, old: Plan, line: PlannedValue) -> Text:
    return moved(_left_line(registry, *_plan_key(line)), old.decision, line.decision)


def _left_line(registry: Registry, unit: str, indicator: str, term: str) -> Text:
    latest = registry.latest(registry.ids.get(unit, -1))
    return sentence("plan_named", unit=named(latest) if latest else unit, indicator=indicator, term=term)


def _code(registry: Registry, unit: int | None) -> str:
    latest = registry.latest(unit) if unit is not None else None
    return latest.code if latest else ""


def _task_key(registry: Registry, task: Task) -> _TaskKey:
    return task.task, _code(registry, task.unit) or task.owner, task.term.code if task.term else ""


def _line_key(line: TaskLine) -> _TaskKey:
    return line.task, line.owner_code or line.owner, line.term.code if line.term else ""


def _differ(old: Task, line: TaskLine) -> bool:
    return any(getattr(old, name) != getattr(line, name) for name in _COMPARED)


def _owner(registry: Registry, task: Task) -> str:
    latest = registry.latest(task.unit) if task.unit is not None else None
    return named(latest) if latest else task.owner


def _task_change(registry: Registry, old: Task, line: TaskLine) -> Text:
    subject = _task_line(line.task, _owner(registry, old))
    if old.state is not line.state:
        return moved(subject, STATE_TITLES[old.state], STATE_TITLES[line.state])
    return sentence("task_details", task=subject)


def _task_line(task: str, owner: str) -> Text:
    return sentence("task_named", task=task, owner=owner)


__all__ = ["plan_differences", "task_differences"]
