"""Administration: administrators only; accounts, thresholds with reasons, paginated audit log, verification."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from dash import Dash
from plotly.io.json import to_json_plotly

from data.language import Language, Text
from data.people.accounts import Accounts
from data.tables.audit import Action
from data.tables.thresholds import THRESHOLDS, NewThreshold
from data.upkeep.audit_log import LogFilter, read_log
from data.upkeep.verify import Verification
from data.viewers import OutOfScope, Role, Viewer
from data.writing.store import Store
from indicators.answers.threshold_effect import units_moved
from layouts.pages.admin import accounts, thresholds, upkeep
from layouts.pages.admin import log as admin_log
from layouts.pages.admin import page as admin
from layouts.text import CATALOGUE
from layouts.web.request import ask
from tests.layouts.conftest import PASSWORD, MakeApp, SignIn, asking
from tests.layouts.pages.test_pages import routed, text_of

ADMIN = Viewer("quantri", Role.ADMIN)


def rendered_text(tree: Any) -> str:
    """All text of a component tree as serialised for the browser."""
    return text_of(json.loads(to_json_plotly(tree)))


@pytest.fixture
def app(make_app: MakeApp, store: Store) -> Dash:
    made = make_app(store)
    if Accounts(store).get("quantri") is None:
        Accounts(store).add("quantri", PASSWORD, Role.ADMIN)
    return made


@pytest.mark.parametrize("part", admin.AdminPart)
def test_only_an_administrator_sees_any_part(app: Dash, part: admin.AdminPart) -> None:
    with asking(app, "quantri"):
        assert admin.view(ask(f"?part={part}")).part == part
    with asking(app, "board"), pytest.raises(OutOfScope):
        admin.view(ask(f"?part={part}"))


def test_other_roles_get_a_403_page(app: Dash, sign_in: SignIn) -> None:
    text = text_of(routed(sign_in(app, "board"), "/admin", "").get_json())
    assert "Không có quyền xem" in text
    assert "accounts-table" not in text


def test_an_account_is_added_reset_and_disabled(app: Dash, store: Store) -> None:
    with asking(app, "quantri"):
        message = accounts.add("moi", Role.VIEWER, None)
        password = message.rpartition(" ")[2]
        assert Accounts(store).check("moi", password) is not None
        again = accounts.apply_action(accounts.Ids.RESET, "moi").rpartition(" ")[2]
        assert Accounts(store).check("moi", password) is None
        assert Accounts(store).check("moi", again) is not None
        assert "moi" in accounts.apply_action(accounts.Ids.END, "moi")
        assert "khoá" in accounts.apply_action(accounts.Ids.DISABLE, "moi")
        assert Accounts(store).check("moi", again) is None


def test_invalid_account_actions_are_explained(app: Dash) -> None:
    with asking(app, "quantri"):
        assert "vai trò" in accounts.add("x", None, None)
        assert "gắn với" in accounts.add("x", Role.DISTRICT, None)
        assert "chọn một tài khoản" in accounts.apply_action(accounts.Ids.RESET, None)
        assert "người quản trị khác" in accounts.apply_action(accounts.Ids.DISABLE, "quantri")


def test_a_threshold_is_asked_about_with_the_units_that_it_would_move(make_app: MakeApp, own_province: Store) -> None:
    Accounts(own_province).add("quantri", PASSWORD, Role.ADMIN)
    with asking(make_app(own_province), "quantri"):
        for wrong, told in (
            ((None, "5", "x"), "chọn"),
            (("cells_years", "5", " "), "lý do"),
            (("cells_years", "0", "x"), "từ 1"),
        ):
            lacking = thresholds.ask_threshold(ask(None), *wrong)
            assert (lacking.asked, lacking.keep) == (None, "none")
            assert told in lacking.message
        before = ask(None).reader.thresholds
        moving = thresholds.ask_threshold(ask(None), "small_cell_size", "20", "thử")
        assert (moving.asked, moving.keep) == ({"code": "small_cell_size", "value": "20", "reason": "thử"}, "block")
        text = rendered_text(moving.effect)
        assert "tổ chức có kết luận, cảnh báo hoặc tình trạng thay đổi" in text
        assert "(H01.001.01)" in text
        assert "không kết luận" in rendered_text(thresholds.ask_threshold(ask(None), "report_days", "40", "thử").effect)
        assert ask(None).reader.thresholds == before


@pytest.mark.parametrize("code", THRESHOLDS)
def test_a_threshold_set_to_what_it_is_moves_nothing(own_province: Store, code: str) -> None:
    present = own_province.reader(ADMIN)
    same = NewThreshold.parse(code, str(present.thresholds.value(code)))
    with own_province.rehearse(same, viewer=ADMIN) as after:
        assert units_moved(present, after, code) == []


def test_a_threshold_changes_with_a_reason_only(app: Dash, store: Store) -> None:
    with asking(app, "quantri"):
        assert "lý do" in thresholds.change_threshold(ask(None), "deadline_days", "25", "")
        assert "deadline_days" in thresholds.change_threshold(ask(None), "deadline_days", "nhiều", "thử")
        assert "25" in thresholds.change_threshold(ask(None), "deadline_days", "25", "Công văn mới")
        assert ask(None).reader.thresholds.whole("deadline_days") == 25
        text = rendered_text(thresholds.layout(ask(None)))
        assert "Công văn mới" in text
        assert all(each.title.vi in text for each in THRESHOLDS.values())


def test_the_log_is_newest_first_paginated_and_filtered_by_action(app: Dash, store: Store) -> None:
    for place in range(5):
        store.log(Action.EXPORTED, viewer=ADMIN, subject=f"tệp {place}", details={"rows": place})
    wanted = LogFilter(action=Action.EXPORTED)
    first = read_log(store.engine, ADMIN, wanted, limit=3)
    assert [entry.subject for entry in first.entries] == ["tệp 4", "tệp 3", "tệp 2"]
    rest = read_log(store.engine, ADMIN, LogFilter(action=Action.EXPORTED, before=first.older), limit=3)
    assert [entry.subject for entry in rest.entries] == ["tệp 1", "tệp 0"]
    assert (first.fitting, rest.older) == (5, None)
    assert read_log(store.engine, ADMIN, LogFilter(subject="tệp 4")).fitting == 1
    with pytest.raises(OutOfScope):
        read_log(store.engine, Viewer("board", Role.BOARD), wanted)
    with asking(app, "quantri"):
        page = admin_log.page_of(ask("?action=exported&before=x"))
        assert {entry.action for entry in page.entries} == {Action.EXPORTED}


@pytest.mark.parametrize("action", Action)
def test_every_action_of_the_log_has_a_title(action: Action) -> None:
    assert all(CATALOGUE.say(f"action.{action}", language) for language in Language)


def test_verification_reports_faults_and_the_head_of_the_log() -> None:
    sound = Verification(entries=1200, files=3, sums=4, head="abc", faults=())
    wrong = Verification(entries=1, files=1, sums=1, head="d", faults=(Text("Thiếu tệp.", "A file is missing."),))
    assert "1.200" in rendered_text(upkeep.verification_report(sound))
    text = rendered_text(upkeep.verification_report(wrong))
    assert re.search("1 chỗ không khớp.*Thiếu tệp", text)
