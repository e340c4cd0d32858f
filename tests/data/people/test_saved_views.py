"""Saved views: each account has its own by title; addresses of other sites are refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from data.people.saved_views import LONGEST_TITLE, SavedViewError, SavedViews
from data.tables.schema import audit
from data.viewers import Role, Viewer
from data.writing.store import Store

ANALYST, OTHER = Viewer("phantich", Role.ANALYST), Viewer("khac", Role.ANALYST)


def test_a_view_is_saved_replaced_by_title_and_removed_with_audit_entries(store: Store) -> None:
    mine = SavedViews(store, ANALYST)
    mine.save(" Cơ sở ", "/table?level=base")
    mine.save("Cơ sở", "/table?level=cell")
    (view,) = mine.list()
    assert (view.title, view.address) == ("Cơ sở", "/table?level=cell")
    before = store.reader(ANALYST).version
    mine.remove(view.id)
    assert mine.list() == ()
    assert store.reader(ANALYST).version == before
    with store.engine.connect() as connection:
        told = connection.execute(select(audit.c.subject).where(audit.c.action == "saved_view")).scalars().all()
    assert told == ["Cơ sở"] * 3


@pytest.mark.one_backend
def test_the_views_of_other_accounts_are_out_of_reach(store: Store) -> None:
    mine, others = SavedViews(store, ANALYST), SavedViews(store, OTHER)
    mine.save("Của tôi", "/table")
    assert others.list() == ()
    others.remove(mine.list()[0].id)
    assert len(mine.list()) == 1


@pytest.mark.one_backend
@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("", "/table"),
        ("x" * (LONGEST_TITLE + 1), "/table"),
        ("a", "https://example.org/"),
        ("a", "//example.org/"),
        ("a", "/\\example.org"),
        ("a", "table"),
        ("a", "/table?" + "x" * 2000),
    ],
)
def test_invalid_views_are_refused_with_a_message(store: Store, title: str, address: str) -> None:
    views = SavedViews(store, ANALYST)
    with pytest.raises(SavedViewError) as refused:
        views.save(title, address)
    assert refused.value.text.vi.endswith((".", "ký tự."))
    assert views.list() == ()
