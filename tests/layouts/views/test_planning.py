"""Plans: pace in words, people needed for a target, an allocation saved as a workbook that can be loaded."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest

from data.language import Language
from data.periods import Term
from data.returns import IntakeMode, OutcomeStatus, SourceFile
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from indicators.answers.cache import AnswerCache
from layouts.pages.plans import allocation_grid, gap_planner, pace_view
from layouts.pages.plans.page import gap_at
from layouts.views.ask import Ask
from layouts.views.planning import DivisionRule, Planning, parse_edits, parse_target
from layouts.words import formats
from loaders.workbook_services import WorkbookServices
from tests.layouts.conftest import MakeApp, SignIn
from tests.layouts.pages.test_pages import text_of

DISTRICT = Viewer("district", Role.DISTRICT, "H01")


def planning(store: Store, viewer: Viewer = SYSTEM, **query: str) -> Planning:
    return Planning(Ask(store, store.reader(viewer), query, Language.VI, AnswerCache()))


def test_counts_with_a_plan_of_their_own_are_paced_and_shares_of_people_are_raised(tiny_store: Store) -> None:
    seen = planning(tiny_store)
    assert "admissions" in seen.paced
    assert "members" not in seen.paced
    assert "village_heads_member_share" in seen.shares
    assert not {"rated_failed_share", "private_worker_gap", "admissions_plan_rate"} & set(seen.shares)


def test_the_headline_states_progress_in_the_year(tiny_store: Store) -> None:
    seen = planning(tiny_store, period="2020-Q2")
    row = seen.whole
    assert row is not None
    assert f"{row.done}/{row.plan}" in pace_view.headline(seen)
    assert len(seen.units) == len(seen.asked.tree.children(seen.asked.unit.id))
    assert pace_view.title(seen)
    assert pace_view.drawn(seen)["data"][2]["y"]
    assert "chưa có" in pace_view.headline(planning(tiny_store, period="1998"))
    assert planning(tiny_store, unit="H01.001").level is None


def test_a_year_that_is_over_is_named_and_its_result_is_no_range(tiny_store: Store) -> None:
    seen = planning(tiny_store, period="2019")
    assert pace_view.headline(seen).startswith("Năm 2019, ")
    told = repr(pace_view.table(seen, "/plans")).replace("\\xa0", "\xa0")
    assert seen.whole is not None
    assert formats.share(seen.whole.index, Language.VI) in told
    assert not re.search(r"\d–\d", told)


@pytest.mark.parametrize(
    ("code", "counted"),
    [
        ("village_heads_member_share", " người"),
        ("returns_on_time_share", " báo cáo"),
        ("meetings_held_share", " kỳ sinh"),
    ],
)
def test_the_gap_is_stated_in_the_unit_that_the_share_counts(tiny_store: Store, code: str, counted: str) -> None:
    seen = planning(tiny_store, share=code)
    shown = gap_planner.title(seen, Fraction(1)) + str(gap_planner.table(seen, Fraction(1)))

    assert counted in shown
    assert ("người" in shown) == (counted == " người")


def test_the_people_needed_bring_every_unit_to_the_target_and_one_fewer_does_not(tiny_store: Store) -> None:
    seen, target = planning(tiny_store), Fraction(9, 10)
    for each in seen.needed(target):
        row = each.row
        if row.numerator is not None and row.denominator and each.more:
            assert (row.numerator + each.more) / row.denominator >= target
            assert (row.numerator + each.more - 1) / row.denominator < target
    shown = gap_at(seen, target)
    assert "90,0" in shown.gap_title
    assert shown.gap
    assert gap_at(seen, None).gap_title == gap_planner.title(seen, seen.target)


@pytest.mark.parametrize(
    ("text", "target"), [("75", Fraction(3, 4)), ("77.5", Fraction(31, 40)), ("77,5", Fraction(31, 40))]
)
def test_a_target_is_a_percentage(text: str, target: Fraction) -> None:
    assert parse_target(text) == target


@pytest.mark.parametrize("text", ["", "x", "101", "-1", None, "1/0"])
def test_anything_else_is_not_a_target(text: str | None) -> None:
    assert parse_target(text) is None


@pytest.mark.parametrize("rule", DivisionRule)
def test_a_plan_is_divided_by_each_rule_without_remainder(tiny_store: Store, rule: DivisionRule) -> None:
    seen = planning(tiny_store, total="173", rule=str(rule), target="90")
    assert sum(part.proposed for part in seen.parts) == 173
    assert seen.left == 0
    assert "173" in allocation_grid.title(seen)


def test_editing_an_allocation_leaves_a_remainder_that_is_shown(tiny_store: Store) -> None:
    first = planning(tiny_store, total="100").parts[0]
    seen = planning(tiny_store, total="100", set=f"{first.code}_{first.proposed - 3}~nobody_7")
    assert seen.left == 3
    assert "3" in allocation_grid.remainder(seen)
    assert parse_edits("H01_5~bad~H02_x") == {"H01": 5}
    assert allocation_grid.link(seen) == ""


def test_the_workbook_of_an_allocation_loads_and_its_values_take_effect(changing_store: Store) -> None:
    seen = planning(changing_store, total="120", decision="Số 9-QĐ/TU", decided="2020-12-20")
    services = WorkbookServices(changing_store)
    name, content = services.plan(SYSTEM, seen.asked.unit.code, seen.lines())
    outcome = services.load(SourceFile(name=name, content=content), SYSTEM, IntakeMode.STORE)
    assert outcome.status is OutcomeStatus.ACCEPTED, outcome.findings
    reader = changing_store.reader(SYSTEM)
    kept = {plan.unit: plan for plan in reader.plans(("admissions",)) if plan.term == Term(2021, 2021)}
    assert {unit: plan.value for unit, plan in kept.items()} == {
        reader.unit(line.unit).id: line.value for line in seen.lines()
    }
    assert {plan.decision_date for plan in kept.values()} == {date(2020, 12, 20)}


def test_a_district_allocates_only_its_own_plan(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    assert {part.code[:3] for part in planning(tiny_store, DISTRICT, total="10").parts} == {"H01"}
    with pytest.raises(OutOfScope):
        WorkbookServices(tiny_store).plan(DISTRICT, "H02", [])
    client = sign_in(make_app(tiny_store), "district1")
    given = "total=10&decision=1&decided=2020-12-01"
    assert client.get(f"/download/plan.xlsx?{given}").get_data()[:2] == b"PK"
    assert client.get(f"/download/plan.xlsx?unit=H02&{given}").status_code == 403
    assert client.get("/download/plan.xlsx?total=10").status_code == 400


def test_the_pace_table_ends_with_the_total(tiny_store: Store) -> None:
    seen = planning(tiny_store, period="2020-Q2")
    table = pace_view.table(seen, "/plans").to_plotly_json()
    foot = table["props"]["children"][2].to_plotly_json()
    assert seen.asked.unit.name in text_of(foot) or seen.asked.unit.name in str(foot)
