"""The part "Kỳ báo cáo" of Nộp báo cáo: who sees which periods, and how the Board changes them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dash import Dash
from plotly.io.json import to_json_plotly

from data.periods import Period
from data.viewers import OutOfScope
from data.writing.periods import PeriodChangeError
from data.writing.store import Store
from layouts.pages.returns import period_form
from layouts.web.request import ask
from tests.layouts.conftest import MakeApp, asking
from tests.layouts.pages.test_pages import text_of

NEXT = Period.parse("2021-Q1")


@pytest.fixture
def app(make_app: MakeApp, changing_store: Store) -> Dash:
    return make_app(changing_store)


def change(**given: str) -> str:
    blank = dict.fromkeys(("change", "period", "due", "unit", "reason"), "")
    return period_form.change_period(ask(None), {**blank, **given})


def shown(tree: Any) -> str:
    return text_of(json.loads(to_json_plotly(tree)))


def test_the_board_opens_extends_closes_and_reopens_a_period(app: Dash) -> None:
    with asking(app, "board"):
        said = [
            change(change="open", period="2021-Q1", due="2021-04-15", reason="theo kế hoạch"),
            change(change="extend", period="2021-Q1", due="2021-04-20T00:00:00", unit="H01"),
            change(change="extend", period="2021-Q1"),
            change(change="close", period="2021-Q1"),
            change(change="reopen", period="2021-Q1"),
            change(change="open", period=""),
        ]
        assert said == [
            "Đã mở Quý I năm 2021, hạn nộp 15/04/2021.",
            "Đã gia hạn Quý I năm 2021 đến hết ngày 20/04/2021.",
            "Chưa chọn hạn nộp mới.",
            "Đã đóng Quý I năm 2021 (hạn nộp 15/04/2021).",
            "Đã mở lại Quý I năm 2021, hạn nộp 15/04/2021.",
            "Chưa chọn kỳ.",
        ]
        with pytest.raises(PeriodChangeError, match="đang mở rồi"):
            change(change="open", period="2021-Q1")
        text = shown(period_form.table(ask(None)))
        assert "20/04/2021" in text
        assert "0/3 đơn vị" in text


def test_a_sender_sees_the_open_periods_with_its_own_due_day_and_no_form(app: Dash) -> None:
    with asking(app, "board"):
        change(change="open", period="2021-Q1", due="2021-04-15")
        change(change="extend", period="2021-Q1", due="2021-04-20", unit="H01")
        change(change="close", period="2020-Q2")
    for sender, day in (("district1", "20/04/2021"), ("district2", "15/04/2021")):
        with asking(app, sender):
            asked = ask(None)
            text = shown(period_form.table(asked))
            assert day in text
            assert "Quý II năm 2020" not in text
            assert period_form.Ids.SAVE not in to_json_plotly(period_form.layout(asked, {"id": "x"}))
            with pytest.raises(OutOfScope):
                change(change="close", period="2021-Q1")


def test_the_first_period_can_be_opened_in_an_empty_store(make_app: MakeApp, store: Store) -> None:
    with asking(make_app(store), "board"):
        offered = period_form.layout(ask(None), {"id": "x"})
        assert Period(store.now().year).code in to_json_plotly(offered)
        change(change="open", period="2021-Q1")
        assert ask(None).reader.opened() == (NEXT,)
