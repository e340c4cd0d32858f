"""Accounts sign in with name and password, and are shut out when disabled."""

from __future__ import annotations

import pytest

from data.accounts import AccountError, Accounts
from data.store import Store
from data.viewers import OutOfScope, Role, Viewer

PASSWORD = "mat-khau-rat-dai"


def test_an_account_signs_in_with_its_own_password_only(province: Store) -> None:
    accounts = Accounts(province)
    accounts.add("bantochuc", PASSWORD, Role.BOARD)
    assert accounts.check("bantochuc", PASSWORD) == Viewer("bantochuc", Role.BOARD)
    assert accounts.check("bantochuc", "mat-khau-khac-han") is None
    assert accounts.check("nobody", PASSWORD) is None


def test_a_disabled_account_does_not_sign_in(province: Store) -> None:
    accounts = Accounts(province)
    accounts.add("h1", PASSWORD, Role.DISTRICT, "H1")
    accounts.disable("h1")
    assert accounts.check("h1", PASSWORD) is None


def test_a_new_password_replaces_the_old_one(province: Store) -> None:
    accounts = Accounts(province)
    accounts.add("h1", PASSWORD, Role.DISTRICT, "H1")
    accounts.set_password("h1", "mat-khau-moi-hon")
    assert accounts.check("h1", PASSWORD) is None
    assert accounts.check("h1", "mat-khau-moi-hon") == Viewer("h1", Role.DISTRICT, "H1")


@pytest.mark.parametrize(
    ("name", "password", "role", "unit"),
    [
        ("", PASSWORD, Role.BOARD, None),
        ("ngan", "ngan", Role.BOARD, None),
        ("huyen", PASSWORD, Role.DISTRICT, None),
        ("ban", PASSWORD, Role.BOARD, "H1"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    province: Store, name: str, password: str, role: Role, unit: str | None
) -> None:
    with pytest.raises(AccountError):
        Accounts(province).add(name, password, role, unit)
    assert Accounts(province).list() == ()


def test_only_an_administrator_manages_accounts(province: Store) -> None:
    with pytest.raises(OutOfScope):
        Accounts(province).add("x", PASSWORD, Role.BOARD, viewer=Viewer("ban", Role.BOARD))
