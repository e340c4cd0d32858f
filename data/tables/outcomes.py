"""Outcomes and findings as JSON, the way the tables store them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from data.language import Text
from data.returns import CellState, Change, DifferenceKind, Effect, Finding, Outcome, OutcomeStatus, Severity

_VALUES = ("old", "new")
_PLACES = ("old_file", "old_sheet", "old_cell", "new_sheet", "new_cell")
_TEXTS = ("form", "period", "unit", "unit_name", "measure", *_PLACES)


def finding_as_json(finding: Finding) -> dict[str, str]:
    """A finding as JSON, with its message in both languages."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "vi": finding.message.vi,
        "en": finding.message.en,
    }


def finding_of(given: Mapping[str, str]) -> Finding:
    """Inverse of `finding_as_json`."""
    return Finding(
        code=given["code"],
        severity=Severity(given["severity"]),
        message=Text(given["vi"], given["en"]),
        sheet=given["sheet"],
        cell=given["cell"],
    )


def outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON."""
    return {
        "file": outcome.file,
        "status": outcome.status.value,
        "findings": [finding_as_json(finding) for finding in outcome.findings],
        "returns": [list(item) for item in outcome.returns],
        "received_at": outcome.received_at.isoformat() if outcome.received_at else None,
        "changes": [_change_as_json(change) for change in outcome.changes],
        "differences": [_difference_as_json(difference) for difference in outcome.differences],
        "effect": {"count": outcome.effect.count, "lines": _texts_as_json(outcome.effect.lines)}
        if outcome.effect
        else None,
        "compared_with": None if outcome.compared_with is None else sorted(outcome.compared_with),
    }


def outcome_of(given: Mapping[str, Any]) -> Outcome:
    """Inverse of `outcome_as_json`."""
    # Answers that an earlier version wrote into the queue lack what came later.
    effect, compared_with = given.get("effect"), given.get("compared_with")
    return Outcome(
        file=given["file"],
        status=OutcomeStatus(given["status"]),
        findings=tuple(map(finding_of, given["findings"])),
        returns=tuple((form, unit, period) for form, unit, period in given["returns"]),
        received_at=datetime.fromisoformat(given["received_at"]) if given["received_at"] else None,
        changes=tuple(map(_change_of, given["changes"])),
        differences=tuple(map(_difference_of, given.get("differences", ()))),
        effect=Effect(count=effect["count"], lines=_texts_of(effect["lines"])) if effect else None,
        compared_with=None if compared_with is None else frozenset(compared_with),
    )


def _difference_as_json(difference: DifferenceKind) -> dict[str, Any]:
    return {
        "code": difference.code,
        "count": difference.count,
        "message": _texts_as_json([difference.message])[0],
        "lines": _texts_as_json(difference.lines),
    }


def _difference_of(given: Mapping[str, Any]) -> DifferenceKind:
    (message,) = _texts_of([given["message"]])
    return DifferenceKind(code=given["code"], count=given["count"], message=message, lines=_texts_of(given["lines"]))


def _texts_as_json(texts: Iterable[Text]) -> list[list[str]]:
    return [[text.vi, text.en] for text in texts]


def _texts_of(given: Iterable[Sequence[str]]) -> tuple[Text, ...]:
    return tuple(Text(vi, en) for vi, en in given)


def _change_as_json(change: Change) -> dict[str, Any]:
    return {name: getattr(change, name) for name in _TEXTS} | {
        name: _value_as_json(getattr(change, name)) for name in _VALUES
    }


def _change_of(given: Mapping[str, Any]) -> Change:
    texts: dict[str, str] = {name: given[name] for name in _TEXTS}
    return Change(old=_value_of(given["old"]), new=_value_of(given["new"]), **texts)


def _value_as_json(value: int | str | CellState) -> Any:
    # A category's code is a string too: the state of a cell must remain distinguishable from it.
    return {"cell": value.value} if isinstance(value, CellState) else value


def _value_of(given: Any) -> int | str | CellState:
    return CellState(given["cell"]) if isinstance(given, dict) else given
