"""The accounts of a demonstration: one a role."""

from __future__ import annotations

import secrets

from data.organisations.units import Level
from data.people.accounts import Accounts
from data.viewers import SYSTEM, Role
from data.writing.store import Store

DEMONSTRATION = {
    "thuongtruc": Role.VIEWER,
    "tochuc": Role.BOARD,
    "phantich": Role.ANALYST,
    "capuy": Role.DISTRICT,
    "quantri": Role.ADMIN,
}


def make_accounts(store: Store) -> None:
    """An account for each role, with passwords that nobody knows: the pages of a demonstration let them in."""
    tree = store.reader(SYSTEM).tree()
    district = tree.at_level(Level.DISTRICT)[0].code
    known = {account.name for account in Accounts(store).list()}
    for name, role in DEMONSTRATION.items():
        if name not in known:
            unit = district if role is Role.DISTRICT else None
            Accounts(store).add(name, secrets.token_urlsafe(), role, unit)


def has_accounts(store: Store) -> bool:
    """Whether the store holds the made-up province and accounts of its demonstration that are open."""
    return store.is_sample and any(
        account.name in DEMONSTRATION and not account.disabled for account in Accounts(store).list()
    )
