"""The frame: tree of organisations, state of the controls for a URL, navigation by role."""

from __future__ import annotations

import pytest

from data.observations import Basis
from data.version import VERSION
from data.vietnamese.search import matches_words, plain, words
from data.viewers import Role
from data.writing.store import Store
from layouts.frame import context, unit_tree
from layouts.web.request import ask
from tests.layouts.conftest import MakeApp, SignIn, asking
from tests.layouts.pages.test_pages import components


@pytest.mark.parametrize(
    ("search", "name", "found"),
    [
        ("huyen uy ha", "Huyện uỷ Hà Lâm", True),
        ("ha huyen", "Huyện uỷ Hà Lâm", True),
        ("đức", "Huyện uỷ Đức Hội", True),
        ("uyen", "Huyện uỷ Hà Lâm", False),
        ("lam khe", "Huyện uỷ Hà Lâm", False),
    ],
)
def test_words_are_found_without_marks_from_their_beginning(search: str, name: str, found: bool) -> None:
    assert matches_words(words(search), plain(name)) is found


def test_the_tree_opens_around_the_chosen_unit(make_app: MakeApp, tiny_store: Store) -> None:
    with asking(make_app(tiny_store), "board"):
        asked = ask("?unit=H01")
        shown = [option["value"] for option in unit_tree.options(asked)]
        below = {unit.code for unit in asked.tree.children(asked.unit.id)}
        districts = {unit.code for unit in asked.tree.children(asked.tree.by_code[shown[0]].id)}
        assert set(shown) == {shown[0]} | districts | below
        depths = {option["value"]: option["depth"] for option in unit_tree.options(asked)}
        assert (depths[shown[0]], depths["H01"], {depths[code] for code in below}) == (0, 1, {2})


def test_a_search_finds_cells_and_shows_what_is_above_them(make_app: MakeApp, tiny_store: Store) -> None:
    with asking(make_app(tiny_store), "board"):
        asked = ask("")
        cell = next(unit for unit in asked.tree.units.values() if len(asked.tree.ancestors(unit.id)) >= 3)
        shown = [option["value"] for option in unit_tree.options(asked, cell.code.lower())]
        assert cell.code in shown
        assert {above.code for above in asked.tree.ancestors(cell.id)} <= set(shown)
        assert unit_tree.options(asked, asked.unit.name) == unit_tree.options(asked)
        assert unit_tree.options(asked, "không có đơn vị nào tên như thế") == []


def test_a_district_finds_nothing_outside_its_branch(make_app: MakeApp, tiny_store: Store) -> None:
    with asking(make_app(tiny_store), "district1"):
        assert all(option["value"].startswith("H01") for option in unit_tree.options(ask(""), "h0"))


def test_the_controls_follow_the_url(make_app: MakeApp, tiny_store: Store) -> None:
    with asking(make_app(tiny_store), "board"):
        said = context.view_of("?unit=H01&period=2019&as_of=2020-06-30&basis=today", "/trend")
        assert (said.unit, said.period, said.as_of, said.basis) == ("H01", "2019", "2020-06-30", "today")
        assert "30/06/2020 23:59" in said.freshness
        assert "theo tổ chức đảng hiện nay" in said.freshness
        asked = ask("?basis=today")
        assert (asked.basis, asked.as_of) == (Basis.TODAY, None)
        assert "tổ chức đảng hiện nay" not in context.view_of("?unit=H01", "/").freshness


def test_what_an_address_asks_for_in_vain_is_said_with_what_is_shown_instead(
    make_app: MakeApp, tiny_store: Store
) -> None:
    with asking(make_app(tiny_store), "board"):
        said = context.view_of("?indicator=unknown&level=foo", "/compare").replaced
        assert "chỉ tiêu “unknown” như địa chỉ đã ghi; đang hiện: tỷ lệ trưởng thôn là đảng viên." in said
        assert "cấp so sánh “foo” như địa chỉ đã ghi; đang hiện: cấp uỷ trực thuộc." in said
        assert "lý do “lazy”" in context.view_of("?reason=few_members.lazy", "/lagging").replaced
        # What another page reads is no fault here, nor is what this page has.
        assert context.view_of("?indicator=members&frequency=quarter&level=foo", "/trend").replaced == ""


def test_every_role_has_a_start_page_and_no_link_to_what_it_may_not_open(
    make_app: MakeApp, sign_in: SignIn, tiny_store: Store
) -> None:
    from layouts.pages.registry import PAGES

    assert all(page.roles == frozenset(Role) for page in PAGES if page.path == "/")
    layout = sign_in(make_app(tiny_store), "district1").get("/_dash-layout").get_json()
    linked = {part["props"]["href"] for part in components(layout) if part["type"] == "NavLink"}
    assert linked == {page.path for page in PAGES if Role.DISTRICT in page.roles}


def test_the_foot_of_every_page_names_the_version(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    layout = sign_in(make_app(tiny_store), "board").get("/_dash-layout").get_json()
    (foot,) = (part for part in components(layout) if part["type"] == "Footer")
    assert foot["props"]["children"].endswith(f"Phiên bản {VERSION}.")
