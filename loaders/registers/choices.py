"""What the columns of plans and tasks are chosen from: indicators, tasks of the conclusion, units."""

from __future__ import annotations

from collections.abc import Sequence

from data.forms.kh_plans import KH, Indicators
from data.forms.nv_tasks import NV, TASKS
from data.organisations.units import LEVELS, Level, Tree, Unit
from loaders.messages import MESSAGES
from loaders.templates.template import CodeList

_LISTED = LEVELS[Level.PROVINCE] | LEVELS[Level.DISTRICT] | LEVELS[Level.BASE]


def lists_of(form: str, tree: Tree, sender: Unit, indicators: Indicators) -> Sequence[CodeList]:
    """The lists for the template of a register; none but for plans and tasks."""
    if form == KH.code:
        planned = [(code, named.title.vi) for code, named in indicators.items() if named.takes_plan]
        titles = MESSAGES.say("lists_indicator"), MESSAGES.say("lists_indicator_title")
        return (
            CodeList(fields=("indicator",), titles=titles, lines=planned),
            _units(tree, sender, ("unit_code", "unit_name")),
        )
    if form == NV.code:
        tasks = [(code, task.clause, task.text.vi) for code, task in TASKS.items()]
        heads = tuple(MESSAGES.say(f"lists_{column}") for column in ("task", "clause", "task_text"))
        return (
            CodeList(fields=("task", "clause", "text"), titles=heads, lines=tasks),
            _units(tree, sender, ("owner_code", "owner")),
        )
    return ()


def _units(tree: Tree, sender: Unit, fields: tuple[str, ...]) -> CodeList:
    """The sender and the committees and bases below it."""
    units = [(unit.code, unit.name) for unit in tree.within(sender.id) if unit.kind in _LISTED]
    titles = MESSAGES.say("lists_unit"), MESSAGES.say("lists_unit_name")
    return CodeList(fields=fields, titles=titles, lines=units)
