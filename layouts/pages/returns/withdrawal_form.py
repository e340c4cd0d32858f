"""Withdrawing what was accepted: a button in the list of accepted versions, what would move, the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.forms.official.builtin import printed_code
from data.language import UserError
from data.periods import Period
from data.returns import ReturnWithdrawal
from data.tables.records import Submission
from data.tables.withdrawn import WithdrawnReturn
from layouts.parts.components import Props, aria
from layouts.parts.effects import listed
from layouts.parts.slots import Filled, Slot, Slots
from layouts.text import language, t
from layouts.views.effects import assess
from layouts.web.request import ask
from layouts.words import formats

WITHDRAW: Final = "returns-withdraw"
"""Type of the buttons that open the form."""


class Ids(StrEnum):
    """Component ids of the form."""

    FORM = "withdrawal-form"
    TARGET = "withdrawal-target"
    ABOUT = "withdrawal-about"
    EFFECT = "withdrawal-effect"
    REASON = "withdrawal-reason"
    RESTORE = "withdrawal-restore"
    FAULT = "withdrawal-fault"
    SAVE = "withdrawal-save"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedWithdrawal(Slots):
    """Slots of the form, filled for the button that was clicked."""

    target: Annotated[Mapping[str, Any], Slot(Ids.TARGET, "data")]
    about: Annotated[str, Slot(Ids.ABOUT)]
    effect: Annotated[Any, Slot(Ids.EFFECT)]
    reason: Annotated[str, Slot(Ids.REASON, "value")] = ""
    restore: Annotated[bool, Slot(Ids.RESTORE, "checked")] = False
    opened: Annotated[bool, Slot(Ids.FORM, "opened")] = True
    fault: Annotated[str, Slot(Ids.FAULT)] = ""


def form() -> list[Component]:
    """The form in its modal, filled when opened."""
    inside = [
        html.P(id=Ids.ABOUT),
        html.Div(id=Ids.EFFECT, className="scroll short", tabIndex="0"),
        dmc.Switch(id=Ids.RESTORE, label=t("withdrawal.restore")),
        dmc.Textarea(
            id=Ids.REASON,
            label=t("withdrawal.reason"),
            description=t("withdrawal.reason_note"),
            autosize=True,
            minRows=2,
            required=True,
        ),
        html.P(id=Ids.FAULT, className="verdict-not_met", role="alert"),
        dmc.Group([dmc.Button(t("withdrawal.save"), id=Ids.SAVE)], justify="flex-end"),
    ]
    return [
        dmc.Modal(
            dmc.Stack(inside, gap="sm"),
            id=Ids.FORM,
            opened=False,
            title=t("withdrawal.title"),
            size="lg",
            keepMounted=True,
            closeButtonProps={"aria-label": t("workings.close")},
        ),
        dcc.Store(id=Ids.TARGET),
    ]


def button(held: Sequence[Submission]) -> Component | None:
    """The button for what is in force of one workbook's return of a period; None where nothing is."""
    current = [one for one in held if one.superseded_at is None and one.withdrawal is None]
    if not current:
        return None
    first = current[0]
    of = {
        "type": WITHDRAW,
        "unit": first.unit_code,
        "period": first.period_code,
        "forms": ",".join(sorted(one.form for one in current)),
    }
    period = Period.parse(first.period_code).title(language())
    named = t(
        "withdrawal.open_named", forms=", ".join(one.form for one in current), period=period, unit=first.unit_name
    )
    look = {"variant": "subtle", "size": "compact-sm"}
    return dmc.Button(t("withdrawal.open"), id=of, **look, **aria(label=named))


def notices(withdrawn: Sequence[WithdrawnReturn]) -> list[Component]:
    """A sentence to the sender for each return that was withdrawn and has not been sent again."""
    speech = language()
    return [
        dmc.Alert(
            t(
                "withdrawal.notice",
                unit=one.unit_name,
                forms=", ".join(printed_code(form, one.period_code) for form in one.forms),
                period=Period.parse(one.period_code).title(speech),
                instant=formats.instant(one.at, speech),
                reason=one.reason,
            ),
            color="red",
            mb="xs",
        )
        for one in withdrawn
    ]


def register(app: Dash, changed: Output) -> None:
    """The callbacks; `changed` takes the version of the data, once something is withdrawn."""

    @app.callback(
        Input({"type": WITHDRAW, "unit": ALL, "period": ALL, "forms": ALL}, "n_clicks"),
        output=OpenedWithdrawal.outputs(),
        prevent_initial_call=True,
    )
    def open_form(_: Any) -> Filled:
        # Newly rendered buttons trigger the callback too, without a click.
        if not (ctx.triggered and ctx.triggered[0]["value"]):
            raise PreventUpdate
        target = dict(ctx.triggered_id)
        return OpenedWithdrawal(target=target, about=_about(target), effect=t("effect.pending")).values()

    # The form opens at once: working out what would move may take seconds.
    @app.callback(
        Output(Ids.EFFECT, "children", allow_duplicate=True),
        Input(Ids.RESTORE, "checked"),
        Input(Ids.TARGET, "data"),
        prevent_initial_call=True,
        running=[(Output(Ids.SAVE, "disabled"), True, False)],
    )
    def assess_effect(restore: bool | None, target: Any) -> Any:
        if not isinstance(target, dict):
            raise PreventUpdate
        return _effect(_meant(target, restore=bool(restore)))

    @app.callback(
        Input(Ids.SAVE, "n_clicks"),
        State(Ids.TARGET, "data"),
        State(Ids.REASON, "value"),
        State(Ids.RESTORE, "checked"),
        output={
            "opened": Output(Ids.FORM, "opened", allow_duplicate=True),
            "fault": Output(Ids.FAULT, "children", allow_duplicate=True),
            "changed": changed,
        },
        prevent_initial_call=True,
        running=[(Output(Ids.SAVE, "loading"), True, False)],
    )
    def save(clicks: int | None, target: Any, reason: str | None, restore: bool | None) -> Any:
        if not clicks or not isinstance(target, dict):
            raise PreventUpdate
        asked = ask(None)
        what = _meant(target, restore=bool(restore))
        try:
            asked.store.withdraw(what, viewer=asked.reader.viewer, reason=reason or "")
        except UserError as fault:
            return {"opened": True, "fault": _sentence(fault), "changed": no_update}
        return {"opened": False, "fault": "", "changed": ask(None).reader.version}


def _meant(target: Props, *, restore: bool = False) -> ReturnWithdrawal:
    """What the button of a row stands for."""
    forms = tuple(filter(None, str(target.get("forms", "")).split(",")))
    period = Period.parse(str(target.get("period", "")))
    return ReturnWithdrawal(unit=str(target.get("unit", "")), period=period, forms=forms, restore=restore)


def _about(target: Props) -> str:
    reader, code = ask(None).reader, str(target["period"])
    period = Period.parse(code).title(language())
    forms = [printed_code(form, code) for form in str(target["forms"]).split(",")]
    return t("withdrawal.about", forms=", ".join(forms), period=period, unit=reader.unit(str(target["unit"])).name)


def _effect(what: ReturnWithdrawal) -> Component:
    """What would move, or why it cannot be withdrawn."""
    asked = ask(None)
    try:
        effect = assess(asked.store, what, asked.reader.viewer)
    except UserError as fault:
        return html.P(_sentence(fault), className="verdict-not_met")
    count = formats.number(effect.count, language())
    said = t("withdrawal.effect", count=count) if effect.count else t("withdrawal.no_effect")
    return listed(said, effect.lines, effect.count)


def _sentence(fault: UserError) -> str:
    words = fault.text[language()]
    return words[:1].upper() + words[1:]
