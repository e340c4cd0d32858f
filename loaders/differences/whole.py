"""Everything that a workbook would replace of what is in force."""

from __future__ import annotations

from collections.abc import Iterator

from data.language import Text
from data.reading.queries import Reader
from data.returns import DifferenceKind, Finding, ParsedWorkbook, Return
from loaders.differences.lines import plan_differences, task_differences
from loaders.differences.registry import check_lost_units, registry_differences
from loaders.differences.said import said
from loaders.messages import sentence


def differences(workbook: ParsedWorkbook, reader: Reader) -> tuple[DifferenceKind, ...]:
    """What it would replace beyond single cells of returns.

    Raises:
        OutOfScope: the viewer may not see one of the units.
    """
    return (
        *(registry_differences(workbook.registry, reader) if workbook.registry else ()),
        *(plan_differences(workbook.plans, reader) if workbook.plans else ()),
        *(task_differences(workbook.tasks, reader) if workbook.tasks else ()),
        *said("counting_changed", _recounted(workbook, reader)),
    )


def check_replacement(workbook: ParsedWorkbook, reader: Reader) -> list[Finding]:
    """What may not be replaced even when asked."""
    return check_lost_units(workbook.registry, reader) if workbook.registry else []


def _recounted(workbook: ParsedWorkbook, reader: Reader) -> Iterator[Text]:
    """Returns whose flows are counted since 1 January where those in force are of the period, or the reverse."""
    for given in workbook.returns:
        period = given.period.code if given.period else ""
        stored = reader.current_return(given.unit, given.form.code, period)
        if stored is not None and stored.cumulative != given.cumulative:
            yield _counting(given)


def _counting(given: Return) -> Text:
    return sentence("now_cumulative" if given.cumulative else "now_of_the_period", form=given.form.code)
