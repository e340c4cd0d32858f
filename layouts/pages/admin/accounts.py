"""Accounts, for the administrator: list, add, disable, reset the password, end sessions."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import dash_mantine_components as dmc
from dash import Dash, Input, State, ctx, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.organisations.units import Level
from data.people.accounts import AccountError, Accounts
from data.reading.queries import UnknownUnit
from data.viewers import ROLE_TITLES, OutOfScope, Role
from layouts.parts.components import Props, aria, section
from layouts.parts.slots import Filled, Slot, Slots
from layouts.text import language, t
from layouts.views.ask import Ask
from layouts.web.request import ask, site, viewer
from layouts.words import marks

_PASSWORD_BYTES = 12


class Ids(StrEnum):
    """Component ids of this part."""

    TABLE = "accounts-table"
    NAME = "accounts-name"
    ROLE = "accounts-role"
    UNIT = "accounts-unit"
    ADD = "accounts-add"
    CHOSEN = "accounts-chosen"
    RESET = "accounts-reset"
    END = "accounts-end"
    DISABLE = "accounts-disable"
    MESSAGE = "accounts-said"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedAccounts(Slots):
    """Slots updated by a change: the accounts, their names to select from, a message."""

    table: Annotated[Props, Slot(Ids.TABLE, "data")]
    names: Annotated[list[str], Slot(Ids.CHOSEN, "data")]
    message: Annotated[str, Slot(Ids.MESSAGE)]


def layout(asked: Ask) -> Component:
    """The accounts, a form to add one, and actions on an existing one."""
    return html.Div(
        [
            section(
                t("accounts.title"),
                html.Div(dmc.Table(data=_table(), id=Ids.TABLE, className="plain-table"), className="scroll"),
                html.P(id=Ids.MESSAGE, className="note", **aria(live="assertive")),
            ),
            html.Div([_change(), _new(asked)], className="pair"),
        ],
        className="stack",
    )


def _change() -> Component:
    buttons = [
        dmc.Button(t("accounts.reset"), id=Ids.RESET, variant="outline"),
        dmc.Button(t("accounts.end"), id=Ids.END, variant="outline", color="gray"),
        dmc.Button(t("accounts.disable"), id=Ids.DISABLE, variant="outline", color="red"),
    ]
    chosen = dmc.Select(
        id=Ids.CHOSEN,
        label=t("accounts.account"),
        data=_names(),
        searchable=True,
        comboboxProps={"keepMounted": False},
    )
    return section(t("accounts.change"), html.Div([chosen, *buttons], className="controls"))


def _new(asked: Ask) -> Component:
    districts = [{"value": unit.code, "label": unit.name} for unit in asked.tree.at_level(Level.DISTRICT)]
    common: Props = {"comboboxProps": {"keepMounted": False}, "searchable": True}
    fields = [
        dmc.TextInput(id=Ids.NAME, label=t("accounts.name")),
        dmc.Select(
            id=Ids.ROLE,
            label=t("accounts.role"),
            data=[{"value": str(role), "label": ROLE_TITLES[role][language()]} for role in Role],
            **common,
        ),
        dmc.Select(id=Ids.UNIT, label=t("accounts.unit"), data=districts, clearable=True, limit=100, **common),
        dmc.Button(t("accounts.add"), id=Ids.ADD),
    ]
    return section(t("accounts.new"), html.Div(fields, className="controls"), note=t("accounts.new_note"))


def register(app: Dash) -> None:
    """The callback of this part."""

    @app.callback(
        Input(Ids.ADD, "n_clicks"),
        Input(Ids.RESET, "n_clicks"),
        Input(Ids.END, "n_clicks"),
        Input(Ids.DISABLE, "n_clicks"),
        State(Ids.NAME, "value"),
        State(Ids.ROLE, "value"),
        State(Ids.UNIT, "value"),
        State(Ids.CHOSEN, "value"),
        output=ChangedAccounts.outputs(),
        prevent_initial_call=True,
    )
    def change(*given: Any) -> Filled:
        if not ctx.triggered[0]["value"]:
            raise PreventUpdate
        ask(None).require_role(Role.ADMIN)
        name, role, unit, chosen = given[4:]
        message = add(name, role, unit) if ctx.triggered_id == Ids.ADD else apply_action(str(ctx.triggered_id), chosen)
        return ChangedAccounts(table=_table(), names=_names(), message=message).values()


def add(name: str | None, role: str | None, unit: str | None) -> str:
    """Creates an account with a random password; returns the message, which shows the password this once."""
    if not role:
        return t("accounts.choose_role")
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    try:
        Accounts(site().store).add((name or "").strip(), password, Role(role), unit or None, viewer=viewer())
    except (AccountError, UnknownUnit, OutOfScope) as fault:
        return fault.text[language()]
    return t("accounts.added", name=(name or "").strip(), password=password)


def apply_action(action: str, name: str | None) -> str:
    """Applies an action to an account; returns the message."""
    if not name:
        return t("accounts.choose_account")
    if action == Ids.DISABLE and name == viewer().name:
        return t("accounts.not_oneself")
    accounts, password = Accounts(site().store), secrets.token_urlsafe(_PASSWORD_BYTES)
    try:
        if action == Ids.RESET:
            accounts.set_password(name, password, viewer=viewer())
            return t("accounts.was_reset", name=name, password=password)
        if action == Ids.END:
            accounts.sign_out_everywhere(name, viewer=viewer())
            return t("accounts.ended", name=name)
        accounts.disable(name, viewer=viewer())
    except (AccountError, OutOfScope) as fault:
        return fault.text[language()]
    return t("accounts.disabled", name=name)


def _names() -> list[str]:
    return [account.name for account in Accounts(site().store).list()]


def _table() -> Props:
    speech = language()
    head = [t(f"accounts.{name}") for name in ("name", "role", "unit", "state")]
    body = [
        [
            account.name,
            ROLE_TITLES[account.role][speech],
            account.unit or t("login.whole_province"),
            f"{marks.BAD} {t('accounts.is_disabled')}" if account.disabled else f"{marks.GOOD} {t('accounts.is_open')}",
        ]
        for account in Accounts(site().store).list()
    ]
    return {"head": head, "body": body}
