"""What became of an uploaded file: the verdict, findings by cell, and what it would change in the return in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from data.forms import MEASURES
from data.forms.official import printed_code
from data.periods import Period
from data.returns import CellState, Change, Finding, Outcome, OutcomeStatus, Severity
from layouts import formats
from layouts.components import aria, icon
from layouts.text import language, t

MARKS: Final = {
    OutcomeStatus.ACCEPTED: ("✓", "met"),
    OutcomeStatus.SUPERSEDED: ("✓", "met"),
    OutcomeStatus.CHECKED: ("○", "no_plan"),
    OutcomeStatus.ALREADY_STORED: ("–", "no_plan"),
    OutcomeStatus.REFUSED: ("▼", "not_met"),
}
MARK_BUTTON: Final = "returns-mark"
SUBMIT_BUTTON: Final = "returns-submit"
MAP_BUTTON: Final = "returns-map"
EDITOR: Final = "returns-editor"
_RETURNS_SHOWN = 12
_CHANGES_SHOWN = 200
_PERSONAL = "personal_data"


def card(outcome: Outcome, place: int, sha256: str) -> Component:
    """One file's outcome; `place` among the files of one upload and the digest tell its buttons from the others."""
    mark, colour = MARKS[outcome.status]
    errors = sum(finding.severity is Severity.ERROR for finding in outcome.findings)
    inside: list[Component] = []
    if outcome.returns:
        shown = ((printed_code(form, period), unit, period) for form, unit, period in outcome.returns[:_RETURNS_SHOWN])
        held = (" ".join(filter(None, each)) for each in shown)
        inside.append(html.P(", ".join(held), className="note"))
    if outcome.findings:
        inside.append(html.Div(findings_table(outcome.findings), className="scroll"))
    if outcome.changes:
        inside += [
            html.P(_counted(outcome.changes), className="note"),
            html.Div(changes_table(outcome.changes[:_CHANGES_SHOWN]), className="scroll short", tabIndex="0"),
        ]
    inside += _next_steps(outcome, {"place": place, "file": sha256})
    title = t(f"outcome.{_title(outcome)}", file=outcome.file, errors=errors)
    heading = html.H2(
        [html.Span(mark, className="mark", **aria(hidden="true")), title], className=f"verdict-{colour} outcome-title"
    )
    return dmc.Paper([heading, *inside], className=f"card outcome outcome-{colour}")


def _title(outcome: Outcome) -> str:
    return "differs" if outcome.status is OutcomeStatus.CHECKED and outcome.changes else outcome.status.value


def _next_steps(outcome: Outcome, of: Mapping[str, object]) -> list[Component]:
    """Buttons for what can be done now, and the place where a header is mapped."""
    buttons = []
    if outcome.status is OutcomeStatus.CHECKED:
        buttons.append(_button(SUBMIT_BUTTON, t("outcome.submit"), of, "upload", variant="filled"))
    if outcome.has_unknown_header:
        buttons.append(_button(MAP_BUTTON, t("outcome.map"), of, "returns"))
    if outcome.findings:
        # What lists people or cannot be opened is not given back: a list of findings is, and the button says so.
        is_list = not any(f.sheet for f in outcome.findings) or any(f.code == _PERSONAL for f in outcome.findings)
        words = t("outcome.list_findings") if is_list else t("outcome.mark_findings")
        buttons.append(_button(MARK_BUTTON, words, of, "download"))
    if not buttons:
        return []
    return [
        html.Div(buttons, className="actions no-print"),
        html.Div(id={"type": EDITOR, **of}, className="mapping no-print"),
    ]


def _button(kind: str, words: str, of: Mapping[str, object], sign: str, variant: str = "outline") -> Component:
    return dmc.Button(words, id={"type": kind, **of}, leftSection=icon(sign, 18), variant=variant, size="sm")


def findings_table(findings: Sequence[Finding]) -> Component:
    """Findings by sheet and cell, errors first."""
    ordered = sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR)
    head = [t("finding.severity"), t("finding.sheet"), t("finding.cell"), t("finding.message")]
    body = [[t(f"finding.{f.severity}"), f.sheet or "–", f.cell or "–", f.alone(language())] for f in ordered]
    return dmc.Table(data={"head": head, "body": body}, className="plain-table", highlightOnHover=True)


def changes_table(changes: Sequence[Change]) -> Component:
    """The cells that differ from the return in force, in the order given."""
    head = [t(f"change.{name}") for name in ("place", "unit", "period", "measure", "old", "new")]
    body = [
        [
            _place(change),
            f"{change.unit_name} ({change.unit})" if change.unit_name else change.unit,
            Period.parse(change.period).title(language()) if change.period else formats.NOTHING,
            MEASURES[change.measure].title[language()],
            _held(change.old),
            _held(change.new),
        ]
        for change in changes
    ]
    return dmc.Table(data={"head": head, "body": body}, className="plain-table", highlightOnHover=True)


def _counted(changes: Sequence[Change]) -> str:
    said = t("change.count", count=formats.number(len(changes), language()))
    if len(changes) <= _CHANGES_SHOWN:
        return said
    return f"{said} {t('change.first', shown=_CHANGES_SHOWN)}"


def _place(change: Change) -> str:
    if change.new_cell:
        return f"{change.new_sheet}!{change.new_cell}"
    return t("change.old_place", place="!".join(filter(None, (change.old_sheet, change.old_cell))))


def _held(value: int | str | CellState) -> str:
    if isinstance(value, CellState):
        return t(f"change.cell_{value}")
    return value if isinstance(value, str) else formats.number(value, language())
