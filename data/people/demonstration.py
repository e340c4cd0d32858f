"""Demonstration accounts: one per role."""

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
    """Creates an account per role with a random password: in a demonstration, pages sign visitors in without one."""
    tree = store.reader(SYSTEM).tree()
    district = tree.at_level(Level.DISTRICT)[0].code
    existing = {account.name for account in Accounts(store).list()}
    for name, role in DEMONSTRATION.items():
        if name not in existing:
            unit = district if role is Role.DISTRICT else None
            Accounts(store).add(name, secrets.token_urlsafe(), role, unit)


def has_accounts(store: Store) -> bool:
    """Whether the store holds the sample province and enabled demonstration accounts."""
    return store.is_sample and any(
        account.name in DEMONSTRATION and not account.disabled for account in Accounts(store).list()
    )
