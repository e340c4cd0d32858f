"""The commands on accounts."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from data.office_time import office_day
from data.viewers import Role, Scope
from layouts.console.messages import note, say
from layouts.console.opening import environment, open_store

users = typer.Typer(help=say("users"), no_args_is_help=True, rich_markup_mode=None)

tokens = typer.Typer(help=say("users.token"), no_args_is_help=True, rich_markup_mode=None)
users.add_typer(tokens, name="token")

Name = Annotated[str, typer.Argument(help=say("users.name"), metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json", help=say("option.json"))]


@users.command("add", help=say("users.add"))
def add_user(
    name: Name,
    role: Annotated[Role, typer.Option(help=say("users.role"))],
    unit: Annotated[str | None, typer.Option(help=say("option.one_unit"), metavar="CODE")] = None,
) -> None:
    """A new account."""
    from data.people.accounts import Accounts
    from layouts.console import arguments

    with closing(open_store(environment())) as store:
        Accounts(store).add(name, arguments.password(), role, unit)
    note("user.added", name=name)


@users.command("list", help=say("users.list"))
def list_users(as_json: AsJson = False) -> None:
    """All accounts, without passwords."""
    from data.people.accounts import Accounts
    from layouts.console import report, rows

    with closing(open_store(environment())) as store:
        report.listing(rows.AccountRow, [rows.account_row(item) for item in Accounts(store).list()], as_json=as_json)


@users.command("disable", help=say("users.disable"))
def disable_user(name: Name) -> None:
    """Disables an account."""
    from data.people.accounts import Accounts

    with closing(open_store(environment())) as store:
        Accounts(store).disable(name)
    note("user.disabled", name=name)


@users.command("password", help=say("users.password"))
def set_password(name: Name) -> None:
    """Sets an account's password."""
    from data.people.accounts import Accounts
    from layouts.console import arguments

    with closing(open_store(environment())) as store:
        Accounts(store).set_password(name, arguments.password())
    note("user.password", name=name)


@users.command("sign-out", help=say("users.sign_out"))
def sign_out_everywhere(name: Name) -> None:
    """Revokes an account's sessions."""
    from data.people.accounts import Accounts

    with closing(open_store(environment())) as store:
        Accounts(store).sign_out_everywhere(name)
    note("user.signed_out", name=name)


@tokens.command("add", help=say("users.token.add"))
def add_token(
    name: Name,
    title: Annotated[str, typer.Option(help=say("users.token.title"), metavar="TEXT")],
    scope: Annotated[list[Scope], typer.Option(help=say("users.token.scope"))],
    days: Annotated[int, typer.Option(help=say("users.token.days"), metavar="N")] = 90,
) -> None:
    """A new token, printed once."""
    from data.people.tokens import Tokens

    with closing(open_store(environment())) as store:
        made, secret = Tokens(store).issue(name, title, scope, days)
    typer.echo(secret)
    note("token.added", number=made.id, name=name, until=office_day(made.expires_at).isoformat())


@tokens.command("list", help=say("users.token.list"))
def list_tokens(
    account: Annotated[str | None, typer.Option(help=say("users.token.account"), metavar="NAME")] = None,
    as_json: AsJson = False,
) -> None:
    """The tokens, without their secrets."""
    from data.people.tokens import Tokens
    from layouts.console import report, rows

    with closing(open_store(environment())) as store:
        report.listing(rows.TokenRow, [rows.token_row(item) for item in Tokens(store).list(account)], as_json=as_json)


@tokens.command("revoke", help=say("users.token.revoke"))
def revoke_token(
    number: Annotated[int, typer.Argument(help=say("users.token.number"), metavar="NUMBER")],
) -> None:
    """Revokes a token."""
    from data.people.tokens import Tokens

    with closing(open_store(environment())) as store:
        Tokens(store).revoke(number)
    note("token.revoked", number=number)
