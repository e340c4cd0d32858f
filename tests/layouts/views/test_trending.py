"""One indicator over time: query, signals, and values before a correction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

import pytest

from data.language import Language
from data.office_time import OFFICE_TIME_ZONE
from data.periods import Period
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.cache import AnswerCache
from indicators.catalogue.builtin import CATALOGUE
from indicators.methods.control import Flag
from indicators.methods.gates import Gate
from indicators.methods.movement import Grade
from indicators.values.model import Direction
from layouts.pages.trend import contributions, series_chart, variation
from layouts.pages.trend import page as trend
from layouts.views import headlines, movement
from layouts.views.ask import Ask
from layouts.views.trending import Trending
from layouts.web.request import ask
from layouts.words import changes
from tests.layouts.conftest import MakeApp, asking


@pytest.fixture
def _asked(make_app: MakeApp, tiny_store: Store) -> Iterator[None]:
    with asking(make_app(tiny_store), "board"):
        yield


pytestmark = pytest.mark.usefixtures("_asked")


def test_the_control_chart_ends_with_the_last_complete_period() -> None:
    seen = Trending(ask("?indicator=members"))
    assert not seen.shown[-1].is_complete
    assert seen.signals[-1].period == Period(2019)
    assert seen.signals[-1].change is True
    assert variation.title(seen).startswith("Mức thay đổi của tổng số đảng viên")


def test_a_sentence_tells_what_the_points_do_and_grades_only_what_goes_that_way(own_province: Store) -> None:
    for code in ("chart_points", "chart_events"):
        own_province.set_threshold(code, "7" if code == "chart_points" else "1", viewer=SYSTEM, reason="thử")
    told = []
    for code in list(CATALOGUE)[::4]:
        query = {"indicator": code, "frequency": "quarter"}
        seen = Trending(Ask(own_province, own_province.reader(SYSTEM), query, Language.VI, AnswerCache()))
        if not seen.signals or seen.signals[-1].gate is not None:
            continue
        last, sentence = seen.signals[-1], variation.title(seen)
        told.append(last.flag)
        icon = str(variation.icons(seen)[0])
        for word, grade, against in (("ốt lên", Grade.IMPROVING, "giảm"), ("ấu đi", Grade.WORSENING, "tăng")):
            assert (word in sentence) == (word in icon) == (last.grade is grade)
            lower_is_better = seen.indicator.direction is Direction.LOWER
            assert word not in sentence or lower_is_better or against not in sentence.split("; ")[0]
        if last.flag is Flag.COMMON:
            assert "dao động bình thường quanh" in sentence
    assert Flag.COMMON in told
    assert len(set(told)) > 1


def test_the_value_before_a_correction_is_shown_beside_the_current_one() -> None:
    seen = Trending(ask("?indicator=members&frequency=quarter&unit=H01"))
    (found,) = seen.superseded
    assert found.now.period == Period.parse("2020-Q3")
    assert found.then.value != found.now.value
    assert any("đã được đính chính" in str(note) for note in series_chart.notes(seen))
    until = (found.instant - timedelta(seconds=1)).astimezone(OFFICE_TIME_ZONE).replace(tzinfo=None).isoformat()
    then = Trending(ask(f"?indicator=members&frequency=quarter&unit=H01&as_of={until}"))
    assert then.rows[-1].value == found.then.value
    assert then.superseded == ()


def test_limits_are_rebased_at_a_displayed_period_only() -> None:
    whole = Trending(ask("?indicator=admissions"))
    parted = Trending(ask(f"?indicator=admissions&rebase={whole.shown[-3].period.code}"))
    assert len({row.mean for row in whole.signals}) == 1
    assert len({row.mean for row in parted.signals}) == 2
    assert parted.signals[-1].gate is Gate.SHORT
    assert "mới có 2 kỳ" in variation.title(parted)
    assert Trending(ask("?indicator=admissions&rebase=1950")).rebase_period is None


def test_a_changed_definition_is_marked_and_splits_the_limits() -> None:
    seen = Trending(ask("?indicator=rated_excellent_share"))
    drawn = [row.period for row in seen.shown]
    assert [each.period for each in seen.breaks if each.is_definition] == [p for p in drawn[1:] if p == Period(2018)]


def test_without_layers_nothing_is_drawn_but_values_and_plan() -> None:
    shown = trend.view(ask("?indicator=village_heads_member_share&layers=none&frequency=quarter&unit=H01"))
    assert shown.layers == []
    assert shown.ahead["body"] == []
    assert not any("Dự báo" in str(note) for note in shown.notes)


def test_a_forecast_has_an_interval_and_a_table() -> None:
    shown = trend.view(ask("?indicator=members"))
    assert "nếu diễn biến như trước, năm 2021 khoảng" in shown.course_title
    assert [line[0] for line in shown.ahead["body"]] == ["Năm 2020", "Năm 2021"]


def test_the_plan_is_cited_with_its_decision() -> None:
    seen = Trending(ask("?indicator=village_heads_member_share"))
    (plan, *_) = series_chart.notes(seen)
    assert "QĐ/TU" in str(plan)


def test_a_change_is_explained_and_the_contributions_add_up_to_it() -> None:
    for code in ("members", "village_heads_member_share", "admissions_plan_rate", "members_growth_yoy"):
        asked = ask(f"?indicator={code}&period=2020-Q3")
        for one in movement.moved(asked, headlines.read(asked, asked.catalogue[code])):
            table, told = movement.contributions(one), movement.sentence(one)
            scale = 100 if one.indicator.format.is_share else 1
            assert changes.change(one, Language.VI) in told or not changes.written_change(one)
            assert abs(sum(table.sums.values()) - scale * one.change) <= Fraction(1, 200)
            for cause, total in table.sums.items():
                assert sum(parts[cause] for _, parts in table.lines) == total


def test_each_contribution_leads_to_the_trend_of_its_unit() -> None:
    found = contributions.explained(Trending(ask("?indicator=members&period=2020-Q3&frequency=quarter")), "/trend")

    links = re.findall(r"href='(/trend\?[^']*)'", str(found))
    assert links
    assert all("unit=H0" in link and "indicator=members" in link and "frequency=quarter" in link for link in links)
    assert "tạm tính" not in str(found[0])
    assert "do thiếu báo cáo của" in str(found[1])


def test_the_series_of_a_unit_begins_with_the_period_in_which_it_was_there(tiny_store: Store) -> None:
    registry, opened = tiny_store.reader(SYSTEM).registry, tiny_store.reader(SYSTEM).opened()
    first = [spells[0] for spells in registry.spells_of.values()]
    later = [unit for unit in first if opened[0].end < unit.valid_from <= opened[-1].end]
    assert later
    for unit in later:
        seen = Trending(ask(f"?indicator=members&unit={unit.code}&period={opened[-1].code}"))
        assert all(row.until.end >= unit.valid_from for row in seen.shown)
