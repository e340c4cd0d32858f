"""Comparing units: selection, confidence intervals, and rank among peers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from data.language import Language
from data.organisations.units import Level
from data.periods import Period
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.cache import AnswerCache
from indicators.answers.rows import ValueRow
from indicators.answers.unit_ranks import ranked_rows
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.target import ThreeWay, wilson
from indicators.values.value import State, Status
from layouts.pages.compare import spread
from layouts.pages.compare.peers import title
from layouts.parts import heat
from layouts.views.ask import Ask
from layouts.views.comparison import Comparison, interval


def compared(store: Store, **query: str) -> Comparison:
    return Comparison(Ask(store, store.reader(SYSTEM), query, Language.VI, AnswerCache()))


def test_a_plan_is_judged_by_the_last_completed_year_unless_the_url_selects_the_period(tiny_store: Store) -> None:
    assert compared(tiny_store, period="2020-Q3").period == Period(2019)
    assert compared(tiny_store, period="2019-Q4").period == Period(2019)
    assert compared(tiny_store, period="2020-Q3", span="period").period == Period.parse("2020-Q3")
    assert compared(tiny_store, period="2018").period == Period(2018)


def test_a_unit_without_levels_below_is_shown_among_its_peers(tiny_store: Store) -> None:
    assert compared(tiny_store).level is Level.DISTRICT
    assert compared(tiny_store, level="base").level is Level.BASE
    assert compared(tiny_store, unit="H01", level="district").level is Level.BASE
    reader = tiny_store.reader(SYSTEM)
    cell = reader.tree().at_level(Level.CELL, reader.unit("H01").id)[0]
    seen = compared(tiny_store, unit=cell.code, indicator="members")
    assert seen.peer == cell.code
    assert len(seen.rows) > 1
    assert compared(tiny_store, peer="nobody").peer is None


def test_a_share_has_a_wilson_interval_and_a_count_none(tiny_store: Store) -> None:
    row = next(row for row in compared(tiny_store, unit="T", level="district").rows if row.denominator)
    found = interval(row)
    assert found is not None
    assert row.numerator is not None
    assert row.denominator is not None
    assert (float(found.low), float(found.high)) == pytest.approx(wilson(float(row.numerator), float(row.denominator)))
    assert interval(replace(row, state=State.INCOMPLETE)) is None
    hopeless = replace(row, numerator=Fraction(1), denominator=Fraction(400), plan=Fraction(3, 4))
    assert (chance := interval(hopeless)) is not None
    assert chance.reading is ThreeWay.BEHIND
    per_1000 = replace(row, indicator=CATALOGUE["private_worker_admissions_per_1000"], plan=None)
    assert (rate := interval(per_1000)) is not None
    assert rate.low < 1000 * row.numerator / row.denominator < rate.high
    assert all(interval(row) is None for row in compared(tiny_store, indicator="members").rows)


def test_the_best_has_the_first_rank_whichever_way_is_better(tiny_store: Store) -> None:
    for code, best in (("village_heads_member_share", max), ("rated_failed_share", min)):
        seen = compared(tiny_store, columns=code, indicator=code, period="2019", level="base")
        known = [row for row in seen.rows if row.value is not None]
        value = best(row.value for row in known if row.value is not None)
        first = next(row for row in known if row.value == value)
        (place,) = seen.places(first.unit)
        assert (place.rank, place.share) == (1, 1.0)
        assert place.of == len(known)
        assert first.unit_name in title(seen, first.unit_name, [place])


def test_a_funnel_is_of_ratios_of_at_least_three_units(tiny_store: Store) -> None:
    drawn = spread.funnelled(compared(tiny_store, level="base", period="2019"))
    assert drawn is not None
    assert "mức chung" in drawn.title
    assert len(drawn.drawn["data"]) == 5
    assert spread.funnelled(compared(tiny_store, level="base", indicator="members")) is None


def test_a_dot_is_drawn_on_the_side_of_the_limits_on_which_it_is_judged(tiny_store: Store) -> None:
    seen = compared(tiny_store, level="base", period="2019")
    drawn = spread.funnelled(seen)
    assert drawn is not None
    lower = dict(zip(drawn.drawn["data"][2]["x"], drawn.drawn["data"][2]["y"], strict=True))
    upper = dict(zip(drawn.drawn["data"][3]["x"], drawn.drawn["data"][3]["y"], strict=True))
    judged = [row for row in seen.funnel if row.verdict is not None]

    assert judged
    for row in judged:
        assert row.denominator is not None
        assert lower[float(row.denominator)] == pytest.approx(100 * (row.lower_95 or 0))
        assert upper[float(row.denominator)] == pytest.approx(100 * (row.upper_95 or 0))


def test_a_heat_cell_has_a_sort_value_a_text_and_a_verdict(tiny_store: Store) -> None:
    seen = compared(tiny_store, columns="village_heads_member_share.members", period="2019")
    first = heat.lines(seen.table)[0]
    value, text, kind = first["village_heads_member_share"]
    assert kind.startswith("heat-met") if value >= 0.75 else kind.startswith("heat-not_met")
    assert text[0] in "✓✗"
    assert first["members"][2] == "heat-plain"
    columns = heat.columns(seen.table, "members", "members.desc")
    assert [column["sort"] for column in columns] == [None, None, "desc"]
    assert heat.most_and_fewest(seen.table) is not None
    assert heat.most_and_fewest({"members": seen.table["members"]}) is None


def test_units_that_miss_the_same_share_of_their_plans_are_named_together(tiny_store: Store) -> None:
    rows = compared(tiny_store, columns="village_heads_member_share", period="2019").table["village_heads_member_share"]
    one = rows[0]

    def judged(name: str, *statuses: Status) -> list[ValueRow]:
        return [replace(one, unit=name, unit_name=name, status=status) for status in statuses]

    met, missed = Status.MET, Status.NOT_MET
    units = [*judged("A", missed, met), *judged("B", met, missed), *judged("C", met, met), *judged("D", met)]
    assert heat.most_and_fewest({"any": units}) == ((["A", "B"], 1, 2), (["C"], 0, 2))


def test_the_downloaded_table_holds_the_ranks_that_the_page_shows(tiny_store: Store) -> None:
    seen = compared(tiny_store, period="2019")
    found = {row.unit: (row.rank, row.rank_low, row.rank_high, row.ranked) for row in ranked_rows(seen.rows)}
    assert seen.ranks
    assert found == {
        row.unit: (rank.rank, rank.low, rank.high, rank.of) if (rank := seen.ranks.get(row.unit)) else (None,) * 4
        for row in seen.rows
    }
