"""One count of lagging cells everywhere: page, Tổng quan, report, letters, downloads, API and command."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from flask_login import login_user
from typer.testing import CliRunner

from app import commands
from data.language import Language
from data.periods import Period
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.cell_list import ListCounts
from indicators.answers.lagging_cells import Lagging
from indicators.methods.reasons import ListPart, Reason
from layouts.documents.report.annexes import annexes
from layouts.documents.report.facts import ReportFacts
from layouts.documents.report.sections import shortcomings
from layouts.documents.report.wording import Wording
from layouts.pages.lagging.page import view
from layouts.pages.overview.cards import cards
from layouts.views import lagging_sentences
from layouts.views.overview import facts
from layouts.web.request import ask
from layouts.web.sign_in import SignedIn
from tests.layouts.conftest import MakeApp, SignIn

FIRST, COMPLETE, INCOMPLETE, EMPTY = "2015", "2019", "2020-Q3", "2014"
PERIODS = (FIRST, COMPLETE, INCOMPLETE, EMPTY)


@pytest.fixture(scope="module")
def counted(own_province: Store) -> Mapping[str, ListCounts]:
    reader = own_province.reader(SYSTEM)
    return {period: Lagging(reader, Period.parse(period)).counts for period in PERIODS}


@pytest.fixture
def board(make_app: MakeApp, own_province: Store) -> Iterator[Dash]:
    """The application in a request context of the board."""
    app = make_app(own_province)
    with app.server.test_request_context():
        login_user(SignedIn(SYSTEM))
        yield app


@pytest.fixture
def client(make_app: MakeApp, sign_in: SignIn, own_province: Store) -> FlaskClient:
    return sign_in(make_app(own_province), "board")


def first_number(text: str) -> int:
    found = re.search(r"\d+", text)
    assert found, text
    return int(found[0])


def text_of(component: Any) -> str:
    """All text below a component."""
    inside = component.children if hasattr(component, "children") else component
    if isinstance(inside, list | tuple):
        return " ".join(map(text_of, inside))
    return inside if isinstance(inside, str) else "" if inside is None else text_of(inside)


def test_the_periods_are_a_first_a_complete_an_incomplete_and_an_empty_one(counted: Mapping[str, ListCounts]) -> None:
    assert (counted[FIRST].totals.compared, counted[FIRST].new, counted[FIRST].recovered) == (0, 0, 0)
    assert counted[FIRST].lagging == counted[FIRST].uncompared > 0
    assert counted[COMPLETE].missing == 0 < counted[COMPLETE].new
    assert counted[COMPLETE].recovered > 0
    assert counted[INCOMPLETE].missing > 0 == counted[INCOMPLETE].new
    assert (counted[EMPTY].lagging, counted[EMPTY].totals.reported) == (0, 0)


@pytest.mark.parametrize("period", PERIODS)
def test_the_page_opens_with_the_number_that_led_to_it(
    board: Dash, counted: Mapping[str, ListCounts], period: str
) -> None:
    for part in ListPart:
        shown = view(ask(f"?period={period}&course={part}"))
        count = counted[period].of(part)
        if count or part not in {ListPart.FIRST, ListPart.ALL}:
            assert first_number(shown.headline) == count
        assert first_number(shown.shown_count) == count
        labels = {option["value"]: option["label"] for option in shown.course_options}
        assert part not in labels or f"({count})" in labels[part]
    for reason in Reason:
        shown = view(ask(f"?period={period}&reason={reason}"))
        assert str(first_number(shown.headline)) == shown.counts[reason]


@pytest.mark.parametrize("period", PERIODS)
def test_the_card_says_the_same_and_leads_to_it(board: Dash, counted: Mapping[str, ListCounts], period: str) -> None:
    asked = ask(f"?period={period}")
    (card,) = [card for card in cards(asked, facts(asked)) if "Chi bộ cần quan tâm" in text_of(card)]
    assert first_number(text_of(card).partition("quan tâm")[2]) == counted[period].lagging
    told = lagging_sentences.summary(counted[period], asked.period, Language.VI)
    for part, text in lagging_sentences.parts(counted[period], Language.VI):
        assert " ".join(text.split()) in " ".join(text_of(card).split())
        assert text in told
        assert first_number(text) == counted[period].of(part)
        assert f"course={part}" in str(card) or not counted[period].of(part)


@pytest.mark.parametrize("period", PERIODS)
def test_the_report_says_the_same(own_province: Store, counted: Mapping[str, ListCounts], period: str) -> None:
    given, words = ReportFacts(own_province.reader(SYSTEM), Period.parse(period), Language.VI), Wording(Language.VI)
    assert given.cells == counted[period]
    text = "\n".join(block.text for block in shortcomings(given, words) if hasattr(block, "text"))
    assert lagging_sentences.summary(counted[period], Period.parse(period), Language.VI) in text
    tables = {table.title.partition(",")[0]: table.rows for table in annexes(given, words)}
    total = tables["CHI BỘ CẦN QUAN TÂM THEO ĐƠN VỊ"][-1]
    assert (int(total[2]), int(total[-1])) == (counted[period].lagging, counted[period].missing)
    first = counted[period].first
    assert len(tables.get(f"{first} CHI BỘ CẦN XEM TRƯỚC", ())) == first


@pytest.mark.parametrize("period", PERIODS)
def test_api_download_and_command_count_the_same(
    client: FlaskClient, own_province: Store, counted: Mapping[str, ListCounts], period: str
) -> None:
    expected = counted[period]
    found = client.get(f"/api/v1/lagging?period={period}&limit=1000").get_json()["data"]
    saved = client.get(f"/download/lagging.csv?period={period}").get_data().decode("utf-8-sig")
    printed = CliRunner().invoke(
        commands, ["lagging", "--period", period], env={"DATABASE_URL": own_province.engine.url.render_as_string()}
    )
    command = list(csv.DictReader(io.StringIO(printed.stdout)))
    for rows in (found, command):
        standings, courses = Counter(row["standing"] for row in rows), Counter(row["course"] for row in rows)
        assert standings["lagging"] == expected.lagging
        assert (standings["recovered"], standings["missing"]) == (expected.recovered, expected.missing)
        assert (courses["new"], courses["still"]) == (expected.new, expected.still)
    assert len(list(csv.DictReader(io.StringIO(saved)))) == expected.lagging
    for part in ListPart:
        assert client.get(f"/api/v1/lagging?period={period}&course={part}").get_json()["total"] == expected.of(part)
