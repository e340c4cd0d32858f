"""Data validation for the columns of a template: drop-down choices, whole numbers, dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from data.forms.model import Field, FieldType, Form
from data.measures import Kind, Measure
from loaders.messages import MESSAGES
from loaders.templates.fast_page import FastPage

_ONE = {"validate": "list", "source": ["1"]}
_LARGEST = 9_999_999


def add_validation(page: FastPage, form: Form, first: int, last: int, sources: Mapping[str, str] | None = None) -> None:
    """Adds data validation to the columns of a form in zero-based rows; the marks "-" and "x" remain possible.

    `sources` are the ranges of the lists that some fields are chosen from.
    """
    if last < first:
        return
    for column, options, error in _restrictions(form, sources or {}):
        # "stop" would reject the marks
        message = {"error_type": "warning", "error_title": form.number, "error_message": MESSAGES.say(error)}
        page.data_validation(first, column, last, column, {**options, **message})


def _restrictions(form: Form, sources: Mapping[str, str]) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Restricted columns, their validation rule, and the message for invalid input."""
    for column, named in enumerate(form.columns):
        if named.code in sources:
            yield column, {"validate": "list", "source": sources[named.code]}, "only_from_list"
            continue
        found = _of_measure(named) if isinstance(named, Measure) else _of_field(named)
        if found:
            yield column, *found


def _of_measure(measure: Measure) -> tuple[dict[str, Any], str]:
    if measure.kind is Kind.CATEGORY:
        return {"validate": "list", "source": list(measure.choices)}, "only_a_choice"
    if measure.kind is Kind.FLAG:
        return _ONE, "only_one_or_blank"
    if measure.signed:
        between = {"criteria": "between", "minimum": -_LARGEST, "maximum": _LARGEST}
        return {"validate": "integer", **between}, "only_whole"
    return {"validate": "integer", "criteria": ">=", "value": 0}, "only_whole_from_zero"


def _of_field(field: Field) -> tuple[dict[str, Any], str] | None:
    if field.choices:
        return {"validate": "list", "source": list(field.choices)}, "only_a_choice"
    if field.type is FieldType.FLAG:
        return _ONE, "only_one_or_blank"
    if field.type is FieldType.COUNT:
        return {"validate": "integer", "criteria": ">=", "value": 0}, "only_whole_from_zero"
    return None
