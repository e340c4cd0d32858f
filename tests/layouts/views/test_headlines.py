"""What is said first: the period asked for; a provisional total only below the last complete one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from dash.development.base_component import Component

from data.language import Language
from data.observations import Basis
from data.organisations.units import Level
from data.periods import Period
from data.tables.records import ReturnStatus
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.rows import ValueRow
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.value import State, Status
from layouts.pages.overview import page as overview
from layouts.pages.plans import page as plans
from layouts.pages.trend import page as trend
from layouts.text import set_language
from layouts.views.freshness import last_year
from layouts.views.headlines import headline, judged_years
from layouts.web.request import ask
from tests.layouts.conftest import MakeApp, asking

QUARTERS = [Period.parse(code) for code in ("2019-Q3", "2019-Q4", "2020-Q1", "2020-Q2", "2020-Q3")]


def row(code: str, period: Period, value: int | None, state: State = State.REPORTED) -> ValueRow:
    return ValueRow(
        indicator=CATALOGUE[code],
        unit="T",
        unit_name="Tỉnh uỷ",
        level=Level.PROVINCE,
        period=period,
        value=None if value is None else Fraction(value),
        numerator=None,
        denominator=None,
        plan=None,
        gap=None,
        status=Status.NO_PLAN,
        state=state,
        reporting=14,
        expected=16,
        as_of=None,
        basis=Basis.REPORTED,
    )


def quarters(code: str, state: State) -> list[ValueRow]:
    """Five quarters, of which the last is in a state."""
    found = [row(code, period, value) for value, period in enumerate(QUARTERS, start=100)]
    return [*found[:-1], replace(found[-1], state=state)]


@pytest.mark.parametrize(
    ("code", "state", "said"),
    [
        ("members", State.REPORTED, "2020-Q3"),
        ("members", State.INCOMPLETE, "2020-Q2"),
        ("admissions", State.INCOMPLETE, "2020-Q2"),
        ("admissions_plan_rate", State.INCOMPLETE, "2020-Q2"),
        ("bases_without_admission", State.INCOMPLETE, "2020-Q2"),
        ("village_heads_member_share", State.INCOMPLETE, "2020-Q3"),
        ("members_growth_yoy", State.INCOMPLETE, "2020-Q3"),
        ("members", State.NOT_REPORTED, "2020-Q3"),
    ],
)
def test_only_an_incomplete_total_gives_way_to_the_last_complete_period(code: str, state: State, said: str) -> None:
    found = headline(quarters(code, state), ())
    assert found.said is not None
    assert (found.said.until.code, found.current.until.code) == (said, "2020-Q3")


def test_a_first_period_that_is_incomplete_has_no_headline_value() -> None:
    found = headline([row("members", QUARTERS[0], 5, State.INCOMPLETE)], ())
    assert found.is_provisional
    assert found.said is None


def test_a_value_is_compared_with_the_same_period_a_year_before_the_one_said() -> None:
    year_before = row("members", Period.parse("2019-Q2"), 99)
    assert headline([year_before, *quarters("members", State.INCOMPLETE)], ()).before == year_before


def text_of(sentence: Sequence[Component | str]) -> str:
    """A sentence without its links."""
    return "".join(part if isinstance(part, str) else str(part.children) for part in sentence)


@pytest.fixture
def _asked(make_app: MakeApp, tiny_store: Store) -> Iterator[None]:
    with asking(make_app(tiny_store), "board"):
        yield


@pytest.mark.usefixtures("_asked")
@pytest.mark.parametrize(("code", "year"), [("2020-Q3", 2019), ("2019-Q4", 2019), ("2019", 2019), ("2020", 2020)])
def test_plans_are_judged_by_the_last_year_that_is_over(code: str, year: int) -> None:
    assert judged_years(ask(f"?period={code}"))[-1] == Period(year)


SAID = {
    "2020-Q2": r"^Quý II năm 2020: tỷ lệ trưởng thôn là đảng viên \d+,\d %; năm 2019: \d+,\d %, kế hoạch 75 %",
    "2020-Q3": r"^Quý III năm 2020: tỷ lệ .* \d+,\d %; năm 2019: \d+,\d %, kế hoạch 75 %",
    "2019": r"^Năm 2019: tỷ lệ .* \d+,\d %, thấp hơn kế hoạch \d+,\d điểm phần trăm; cần thêm",
    "2012": r"^Năm 2012: tổng số đảng viên 520\.$",
    "2020-Q4": r"^Quý IV năm 2020: tỷ lệ .* chưa có giá trị \(chưa báo cáo\); .*năm 2019: \d+,\d %, kế hoạch 75 %",
}
IN_ENGLISH = {
    "2020-Q3": r"^Quarter 3 of 2020: .* \d+\.\d%; 2019: \d+\.\d%, plan 75%",
    "2012": r"^2012: party members 520\.$",
}


@pytest.mark.usefixtures("_asked")
@pytest.mark.parametrize(
    ("language", "period", "said"),
    [
        *((Language.VI, period, said) for period, said in SAID.items()),
        *((Language.EN, period, said) for period, said in IN_ENGLISH.items()),
    ],
)
def test_the_headline_speaks_of_the_period_asked_for(language: Language, period: str, said: str) -> None:
    set_language(language)
    asked = replace(ask(f"?period={period}"), language=language)
    assert re.search(said, text_of(overview.view(asked).headline).replace("\u00a0", " "))


@pytest.mark.usefixtures("_asked")
def test_a_published_mean_is_shown_to_the_province_that_published_it_only() -> None:
    of_province, of_district = (text_of(overview.view(ask(search)).long_note) for search in ("", "?unit=H01"))
    published = "Kết luận của Ban Thường vụ Tỉnh uỷ công bố: 128 đảng viên kết nạp giai đoạn 2012–2019, chia cho 7 năm"
    assert published in of_province
    assert "công bố" not in of_district
    assert "công bố" not in text_of(overview.view(ask("?period=2018")).long_note)
    assert published in trend.view(ask("?indicator=admissions_per_year_mean")).meaning


@pytest.mark.usefixtures("_asked")
def test_pages_state_a_provisional_total_after_the_last_complete_one_and_name_who_is_missing() -> None:
    provisional = r"tạm tính quý III năm 2020: [\d/]+ \(\d/\d đơn vị; chưa nộp: .+\)"
    on_trend = trend.view(ask("?period=2020-Q3&indicator=members&frequency=quarter")).headline
    assert re.search(r"quý III năm 2020 chưa đủ số liệu; quý II năm 2020: tổng số đảng viên \d+;", on_trend)
    assert re.search(provisional, on_trend)
    of_a_share = trend.view(ask("?period=2020-Q3&indicator=dossier_complete_share")).headline
    assert re.search(r"quý III năm 2020: tỷ lệ hồ sơ đảng viên đầy đủ \d+,\d\u00a0% \(2/3 đơn vị\)", of_a_share)
    on_plans = plans.view(ask("?period=2020-Q3"))
    assert re.search(r"^Quý III năm 2020 chưa đủ số liệu; quý II năm 2020,.* \d+/\d+", on_plans.headline)
    assert re.search(provisional, on_plans.lead)


@pytest.mark.parametrize(
    ("period", "came", "year"),
    [("2020-Q4", 0, "2019"), ("2020-Q4", 1, "2020"), ("2020-Q3", 3, "2019"), ("2019", 0, "2019")],
)
def test_a_year_is_over_once_its_last_returns_begin_to_come(
    tiny_store: Store, period: str, came: int, year: str
) -> None:
    due = tiny_store.reader(SYSTEM).returns(Period.parse("2020-Q3"))
    statuses = [ReturnStatus.ON_TIME if place < came else ReturnStatus.MISSING for place, _ in enumerate(due)]
    found = [replace(item, status=status) for item, status in zip(due, statuses, strict=True)]
    assert last_year(Period.parse(period), found).code == year
