"""The commands on accounts."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from data.viewers import Role
from layouts.console import note, say
from layouts.console.opening import environment, open_store

users = typer.Typer(help=say("users"), no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help=say("users.name"), metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json", help=say("option.json"))]


@users.command("add", help=say("users.add"))
def add_user(
    name: Name,
    role: Annotated[Role, typer.Option(help=say("users.role"))],
    unit: Annotated[str | None, typer.Option(help=say("option.one_unit"), metavar="CODE")] = None,
) -> None:
    """A new account."""
    from data.accounts import Accounts
    from layouts.console import arguments

    with closing(open_store(environment())) as store:
        Accounts(store).add(name, arguments.password(), role, unit)
    note("user.added", name=name)


@users.command("list", help=say("users.list"))
def list_users(as_json: AsJson = False) -> None:
    """All accounts, without passwords."""
    from data.accounts import Accounts
    from layouts.console import report, rows

    with closing(open_store(environment())) as store:
        report.listing([rows.account_row(item) for item in Accounts(store).list()], rows.ACCOUNTS, as_json=as_json)


@users.command("disable", help=say("users.disable"))
def disable_user(name: Name) -> None:
    """Shuts an account out."""
    from data.accounts import Accounts

    with closing(open_store(environment())) as store:
        Accounts(store).disable(name)
    note("user.disabled", name=name)


@users.command("password", help=say("users.password"))
def set_password(name: Name) -> None:
    """Gives an account a new password."""
    from data.accounts import Accounts
    from layouts.console import arguments

    with closing(open_store(environment())) as store:
        Accounts(store).set_password(name, arguments.password())
    note("user.password", name=name)
