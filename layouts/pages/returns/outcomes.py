"""The outcome of an upload: verdict, findings by cell, differences from the return in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from data.forms.official.builtin import printed_code
from data.forms.vocabulary import Vocabulary
from data.incoming.uploads import Upload, UploadResult
from data.periods import Period
from data.returns import CellState, Change, Finding, Outcome, OutcomeStatus, Severity, gathered
from layouts.parts.components import action, aria, icon
from layouts.parts.effects import listed
from layouts.text import language, t
from layouts.words import formats, marks

COLOURS: Final = {
    OutcomeStatus.ACCEPTED: "met",
    OutcomeStatus.SUPERSEDED: "met",
    OutcomeStatus.CHECKED: "no_plan",
    OutcomeStatus.HELD: "no_plan",
    OutcomeStatus.WITHDRAWN: "not_met",
    OutcomeStatus.ALREADY_STORED: "no_plan",
    OutcomeStatus.REFUSED: "not_met",
}
SUBMIT_BUTTON: Final = "returns-submit"
RETRY_BUTTON: Final = "returns-again"
DISMISS_BUTTON: Final = "returns-put-away"
DECISIONS: Final = (SUBMIT_BUTTON, RETRY_BUTTON, DISMISS_BUTTON)
"""Buttons of a card that change the state of its upload."""
MAP_BUTTON: Final = "returns-map"
EDITOR: Final = "returns-editor"
_RETURNS_SHOWN = 12


def card(file: Upload, answer: UploadResult, vocabulary: Vocabulary) -> Component:
    """The card of an upload with its outcome and the available actions."""
    if answer.outcome is None:
        again = _button(RETRY_BUTTON, t("outcome.again"), file, "upload")
        inside: list[Component] = [html.Div([again], className="actions no-print")]
        return _paper(
            file, marks.UNCLEAR, "cannot_tell", t("outcome.failed", file=file.name, number=answer.fault), inside
        )
    outcome = answer.outcome
    mark, colour = marks.OUTCOME[outcome.status], COLOURS[outcome.status]
    errors = sum(finding.severity is Severity.ERROR for finding in outcome.findings)
    title = t(f"outcome.{_title(outcome)}", file=outcome.file, errors=errors)
    details = _details(outcome, answer.change_count, vocabulary)
    return _paper(file, mark, colour, title, [*details, *_next_steps(file, outcome)])


def _paper(file: Upload, mark: str, colour: str, title: str, inside: Sequence[Component]) -> Component:
    heading = html.H2(
        [html.Span(mark, className="mark", **aria(hidden="true")), title], className=f"verdict-{colour} outcome-title"
    )
    away = dmc.ActionIcon(
        "×",
        id={"type": DISMISS_BUTTON, "upload": file.id},
        variant="subtle",
        color="gray",
        className="outcome-away no-print",
        **aria(label=t("outcome.put_away", file=file.name)),
    )
    return dmc.Paper([away, heading, *inside], className=f"card outcome outcome-{colour}")


def _details(outcome: Outcome, change_count: int, vocabulary: Vocabulary) -> list[Component]:
    """The content of a file, its findings, and its differences from the return in force."""
    parts: list[Component] = []
    if outcome.returns:
        shown = ((printed_code(form, period), unit, period) for form, unit, period in outcome.returns[:_RETURNS_SHOWN])
        held = (" ".join(filter(None, each)) for each in shown)
        parts.append(html.P(", ".join(held), className="note"))
    if outcome.findings:
        parts.append(html.Div(findings_table(outcome.findings), className="scroll"))
    if outcome.changes:
        parts += [
            html.P(_counted(change_count, len(outcome.changes)), className="note"),
            html.Div(changes_table(outcome.changes, vocabulary), className="scroll short", tabIndex="0"),
        ]
    parts += [listed(each.message[language()], each.lines, each.count) for each in outcome.differences]
    if outcome.effect is not None:
        count = formats.number(outcome.effect.count, language())
        said = t("effect.count", count=count) if outcome.effect.count else t("effect.none")
        parts.append(listed(said, outcome.effect.lines, outcome.effect.count))
    return parts


def _title(outcome: Outcome) -> str:
    return "differs" if outcome.status is OutcomeStatus.CHECKED and outcome.replaces else outcome.status.value


def _next_steps(file: Upload, outcome: Outcome) -> list[Component]:
    """Buttons for the available actions, and the container of the mapping form."""
    buttons = []
    if outcome.status in {OutcomeStatus.CHECKED, OutcomeStatus.HELD}:
        buttons.append(_button(SUBMIT_BUTTON, t("outcome.submit"), file, "upload", variant="filled"))
    if outcome.has_unknown_header:
        buttons.append(_button(MAP_BUTTON, t("outcome.map"), file, "returns"))
    if outcome.findings:
        # A file that lists people or cannot be opened is not returned, only its findings: the link says so.
        is_list = outcome.lists_people or not any(finding.sheet for finding in outcome.findings)
        words = t("outcome.list_findings") if is_list else t("outcome.mark_findings")
        buttons.append(action("download", words, f"/download/marked/{file.id}", download=True))
    if not buttons:
        return []
    return [
        html.Div(buttons, className="actions no-print"),
        html.Div(id={"type": EDITOR, "upload": file.id}, className="mapping no-print"),
    ]


def _button(kind: str, words: str, file: Upload, sign: str, variant: str = "outline") -> Component:
    of = {"type": kind, "upload": file.id}
    return dmc.Button(words, id=of, leftSection=icon(sign, 18), variant=variant, size="sm")


def findings_table(findings: Sequence[Finding]) -> Component:
    """Findings by sheet and cell, errors first; of a kind with very many, the first and how many there are."""
    ordered = gathered(sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR))
    head = [t("finding.severity"), t("finding.sheet"), t("finding.cell"), t("finding.message")]
    body = [[t(f"finding.{f.severity}"), f.sheet or "–", f.cell or "–", f.alone(language())] for f in ordered]
    return dmc.Table(data={"head": head, "body": body}, className="plain-table", highlightOnHover=True)


def changes_table(changes: Sequence[Change], vocabulary: Vocabulary) -> Component:
    """The cells that differ from the return in force, in the given order."""
    head = [t(f"change.{name}") for name in ("place", "unit", "period", "measure", "old", "new")]
    body = [
        [
            _place(change),
            f"{change.unit_name} ({change.unit})" if change.unit_name else change.unit,
            Period.parse(change.period).title(language()) if change.period else formats.NOTHING,
            vocabulary.measures[change.measure].title[language()],
            _value_text(change.old),
            _value_text(change.new),
        ]
        for change in changes
    ]
    return dmc.Table(data={"head": head, "body": body}, className="plain-table", highlightOnHover=True)


def _counted(count: int, shown: int) -> str:
    said = t("change.count", count=formats.number(count, language()))
    return said if count <= shown else f"{said} {t('change.first', shown=shown)}"


def _place(change: Change) -> str:
    if change.new_cell:
        return f"{change.new_sheet}!{change.new_cell}"
    return t("change.old_place", place="!".join(filter(None, (change.old_sheet, change.old_cell))))


def _value_text(value: int | str | CellState) -> str:
    if isinstance(value, CellState):
        return t(f"change.cell_{value}")
    return value if isinstance(value, str) else formats.number(value, language())
