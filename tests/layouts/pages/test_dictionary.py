"""The dictionary: every indicator has a complete entry, in both languages."""

from __future__ import annotations

from data.forms.builtin import BUILTIN
from data.writing.store import Store
from indicators.catalogue.builtin import CATALOGUE
from layouts.views.definitions import facts
from tests.layouts.conftest import MakeApp, SignIn
from tests.layouts.pages.test_pages import components, shown, text_of

NEEDED = {"Công thức", "Biểu, cột", "Điểm trong Kết luận", "Chiều đánh giá", "Kế hoạch", "Cách tổng hợp"}


def missing_parts(code: str) -> set[str]:
    """Required parts missing from the entry of an indicator."""
    entry = dict(facts(CATALOGUE[code], BUILTIN))
    empty = {name for name, lines in entry.items() if name != "Phương pháp" and not (lines and all(lines))}
    return (NEEDED - set(entry)) | empty


def test_every_indicator_has_a_formula_a_source_a_direction_a_rule_and_a_method() -> None:
    assert {code: found for code in CATALOGUE if (found := missing_parts(code))} == {}


def test_a_share_names_the_columns_of_its_formula() -> None:
    entry = dict(facts(CATALOGUE["village_heads_member_share"], BUILTIN))
    assert entry["Biểu, cột"] == (
        "Biểu B3, cột 5: Trưởng thôn, bản, tổ dân phố › Là đảng viên",
        "Biểu B3, cột 3: Trưởng thôn, bản, tổ dân phố › Đương nhiệm",
    )
    assert "75,0\u00a0%" in entry["Kế hoạch"][0]


def test_a_counted_indicator_names_its_form() -> None:
    assert dict(facts(CATALOGUE["small_cells"], BUILTIN))["Biểu, cột"] == (
        "Chi bộ có ít đảng viên: chương trình đếm từ biểu B1",
    )


def test_the_page_has_an_entry_with_an_anchor_for_each_indicator(
    make_app: MakeApp, sign_in: SignIn, tiny_store: Store
) -> None:
    tree = shown(sign_in(make_app(tiny_store), "viewer"), "/dictionary")
    entries = {part["props"]["id"] for part in components(tree) if part["type"] == "Article"}
    anchors = {part["props"]["href"] for part in components(tree) if part["type"] == "A"}
    assert entries == set(CATALOGUE)
    assert {f"#{code}" for code in CATALOGUE} <= anchors
    assert text_of(tree).count("Công thức") == len(CATALOGUE)
    subjects = {each.subject for each in CATALOGUE.values()}
    assert len([part for part in components(tree) if part["type"] == "H2"]) == 2 * len(subjects)


def test_admissions_show_how_told_chances_came_true(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    tree = shown(sign_in(make_app(tiny_store), "viewer"), "/dictionary")
    captions = [text_of(part) for part in components(tree) if part["type"] == "Caption"]
    assert "mô phỏng" in captions[-1]
    assert "Đã nói, đã xảy ra" in text_of(tree)
