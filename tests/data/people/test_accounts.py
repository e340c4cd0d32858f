"""Accounts sign in with name and password, and not when disabled."""

from __future__ import annotations

import pytest
from argon2 import Type, extract_parameters

from data.people.accounts import _DUMMY, AccountError, Accounts
from data.periods import Period
from data.viewers import OutOfScope, Role, Viewer
from data.writing.store import Store
from tests.stores import HASHER

PASSWORD = "mat-khau-rat-dai"


def test_a_password_is_as_expensive_to_guess_as_rfc_9106_asks_and_an_unknown_name_costs_as_much() -> None:
    stored = extract_parameters(HASHER.hash(PASSWORD))
    assert (stored.type, stored.time_cost, stored.memory_cost, stored.parallelism) == (Type.ID, 3, 64 * 1024, 4)
    assert extract_parameters(_DUMMY) == stored


def test_an_account_signs_in_with_its_own_password_only(province: Store) -> None:
    accounts = Accounts(province)
    accounts.add("bantochuc", PASSWORD, Role.BOARD)
    known = accounts.check("bantochuc", PASSWORD)
    assert known is not None
    assert known.viewer == Viewer("bantochuc", Role.BOARD)
    assert accounts.check("bantochuc", "mat-khau-khac-han") is None
    assert accounts.check("nobody", PASSWORD) is None


@pytest.mark.one_backend
def test_a_disabled_account_does_not_sign_in(province: Store) -> None:
    accounts = Accounts(province)
    accounts.add("h1", PASSWORD, Role.DISTRICT, "H1")
    accounts.disable("h1")
    assert accounts.check("h1", PASSWORD) is None


@pytest.mark.one_backend
def test_a_new_password_replaces_the_old_one(province: Store) -> None:
    accounts = Accounts(province)
    accounts.add("h1", PASSWORD, Role.DISTRICT, "H1")
    accounts.set_password("h1", "mat-khau-moi-hon")
    assert accounts.check("h1", PASSWORD) is None
    known = accounts.check("h1", "mat-khau-moi-hon")
    assert known is not None
    assert known.viewer == Viewer("h1", Role.DISTRICT, "H1")


@pytest.mark.one_backend
@pytest.mark.parametrize(
    ("name", "password", "role", "unit"),
    [
        ("", PASSWORD, Role.BOARD, None),
        ("ngan", "ngan", Role.BOARD, None),
        ("huyen", PASSWORD, Role.DISTRICT, None),
        ("ban", PASSWORD, Role.BOARD, "H1"),
        ("ten" * 30, PASSWORD, Role.BOARD, None),
        ("hệ thống", PASSWORD, Role.BOARD, None),
        ("ban", "aaaaaaaaaaaaaaaa", Role.BOARD, None),
        ("ban", "password1234", Role.BOARD, None),
        ("bantochuc", "bantochuc2020!", Role.BOARD, None),
        ("ban", "dài" * 100, Role.BOARD, None),
    ],
)
def test_an_invalid_account_is_refused(province: Store, name: str, password: str, role: Role, unit: str | None) -> None:
    with pytest.raises(AccountError):
        Accounts(province).add(name, password, role, unit)
    assert Accounts(province).list() == ()


@pytest.mark.one_backend
def test_only_an_administrator_manages_accounts(province: Store) -> None:
    accounts, board = Accounts(province), Viewer("ban", Role.BOARD)
    accounts.add("khac", PASSWORD, Role.BOARD)
    for change in (
        lambda: accounts.add("x", PASSWORD, Role.BOARD, viewer=board),
        lambda: accounts.disable("khac", viewer=board),
        lambda: accounts.set_password("khac", "mat-khau-moi-hon", viewer=board),
        lambda: accounts.sign_out_everywhere("khac", viewer=board),
        lambda: accounts.disable("ban", viewer=board),
    ):
        with pytest.raises(OutOfScope):
            change()


def test_everybody_may_change_their_own_password_and_end_their_own_sessions(province: Store) -> None:
    accounts, own = Accounts(province), Viewer("h1", Role.DISTRICT, "H1")
    accounts.add("h1", PASSWORD, Role.DISTRICT, "H1")
    accounts.set_password("h1", "mat-khau-moi-hon", viewer=own)
    accounts.sign_out_everywhere("h1", viewer=own)
    changed = accounts.get("h1")
    assert changed is not None
    assert changed.epoch == 2


@pytest.mark.one_backend
def test_every_query_of_a_district_about_another_is_refused_by_the_reader(province: Store) -> None:
    reader, period = province.reader(Viewer("h1", Role.DISTRICT, "H1")), Period.parse("2020-Q1")
    for ask in (
        lambda: reader.unit("H2.1"),
        lambda: reader.unit("T"),
        lambda: reader.closings("H2", "B1", "members_end", period),
        lambda: reader.is_cumulative("H2", "B1", period),
        lambda: reader.current_return("H2", "B1", "2020-Q1"),
        lambda: reader.reported_units("H2", "B1", "2020-Q1"),
        lambda: reader.count_ranges("H2", "B1", ["members_end"], [period], cumulative=False),
        lambda: reader.official_counts("H2", period),
        lambda: reader.submissions(unit="H2"),
    ):
        with pytest.raises(OutOfScope):
            ask()
    assert reader.closings("none", "B1", "members_end", period) == {}
