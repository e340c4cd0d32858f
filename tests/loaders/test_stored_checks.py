"""What a return is asked when the store already holds others: luỹ kế figures, ratings against members."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from data.observations import Totals
from data.periods import Period
from data.returns import OutcomeStatus, SourceFile
from data.store import Store
from data.viewers import SYSTEM
from loaders.intake import intake
from tests.loaders.office import pages, put_together
from tests.loaders.test_intake import registry
from tests.stores import NewDatabase


@pytest.fixture
def store(new_database: NewDatabase) -> Iterator[Store]:
    with new_database("sqlite", None) as url, closing(Store.open(url)) as opened:
        assert intake(opened, registry(), viewer=SYSTEM).status is OutcomeStatus.ACCEPTED
        yield opened


def sent(form: str, period: str, *, cumulative: bool = True, **cells: Any) -> SourceFile:
    (page,) = pages(form, period=Period.parse(period), cumulative=cumulative)
    return SourceFile(name=f"{form} {period}.xlsx", content=put_together([page.put(**cells)]))


def said(store: Store, source: SourceFile, status: OutcomeStatus) -> list[str]:
    outcome = intake(store, source, viewer=SYSTEM)
    assert outcome.status is status
    return [finding.say() for finding in outcome.findings]


def province_in(store: Store, period: str, form: str = "B2") -> Totals:
    reader = store.reader(SYSTEM)
    root, of = reader.root().id, Period.parse(period)
    found = reader.observations([form], [root], [of]).at(form, root, of)
    assert found is not None
    return found


def test_figures_since_january_are_differenced_against_the_period_before(store: Store) -> None:
    assert not said(store, sent("B2", "2020-Q1"), OutcomeStatus.ACCEPTED)
    assert not said(store, sent("B2", "2020-Q2", D15=5, D22=13), OutcomeStatus.ACCEPTED)
    assert province_in(store, "2020-Q1").sums["admitted"] == 10
    assert province_in(store, "2020-Q2").sums["admitted"] == 3


def test_figures_since_january_without_the_period_before_are_accepted_with_a_question(store: Store) -> None:
    assert said(store, sent("B2", "2020-Q3"), OutcomeStatus.ACCEPTED) == [
        (
            "B2: số liệu luỹ kế từ đầu năm, nhưng chưa có báo cáo luỹ kế của Quý II năm 2020 để tính số trong kỳ; "
            "hãy nộp báo cáo kỳ trước."
        )
    ]
    assert province_in(store, "2020-Q3").blanks["admitted"] == 5


def test_the_period_before_must_count_since_january_too(store: Store) -> None:
    said(store, sent("B2", "2020-Q2", cumulative=False), OutcomeStatus.ACCEPTED)
    assert said(store, sent("B2", "2020-Q3"), OutcomeStatus.ACCEPTED) == [
        (
            "B2: số liệu luỹ kế từ đầu năm, nhưng chưa có báo cáo luỹ kế của Quý II năm 2020 để tính số trong kỳ; "
            "hãy nộp báo cáo kỳ trước."
        )
    ]


def test_the_first_quarter_counts_since_january_whatever_it_says(store: Store) -> None:
    said(store, sent("B2", "2020-Q1", cumulative=False), OutcomeStatus.ACCEPTED)
    assert not said(store, sent("B2", "2020-Q2"), OutcomeStatus.ACCEPTED)


def test_figures_since_january_cannot_become_less(store: Store) -> None:
    said(store, sent("B2", "2020-Q1"), OutcomeStatus.ACCEPTED)
    assert said(store, sent("B2", "2020-Q2", D15=1, D22=9), OutcomeStatus.REFUSED) == [
        "B2!D15: số kết nạp luỹ kế từ đầu năm là 1, ít hơn 2 của Quý I năm 2020; hãy kiểm tra lại số liệu của hai kỳ."
    ]


@pytest.mark.parametrize("movement", ["2020", "2020-Q4"])
def test_ratings_are_compared_with_the_members_stored_for_the_end_of_the_year(store: Store, movement: str) -> None:
    said(store, sent("B1", movement, cumulative=False), OutcomeStatus.ACCEPTED)
    assert said(store, sent("B6", "2020", cumulative=False, F13=2, F20=14), OutcomeStatus.ACCEPTED) == [
        (
            "B6!F13: tổng các cột F + G + H + I + J là 20, nhưng số đảng viên trong danh sách cuối kỳ ở biểu B1 đã nạp "
            "là 21; hãy kiểm tra lại."
        )
    ]


def test_the_classes_of_before_2018_are_compared_too(store: Store) -> None:
    said(store, sent("B1", "2017", cumulative=False), OutcomeStatus.ACCEPTED)
    found = said(store, sent("B6", "2017", cumulative=False), OutcomeStatus.ACCEPTED)
    assert len(found) == 5
    assert found[0] == (
        "B6!F13: tổng các cột F + G + H + I + J là 0, nhưng số đảng viên trong danh sách cuối kỳ ở biểu B1 đã nạp "
        "là 21; hãy kiểm tra lại."
    )


def test_each_version_of_the_ratings_is_summed_under_its_own_measures(store: Store) -> None:
    said(store, sent("B6", "2017", cumulative=False, F13=4, F20=4), OutcomeStatus.ACCEPTED)
    said(store, sent("B6", "2018", cumulative=False), OutcomeStatus.ACCEPTED)
    before, after = province_in(store, "2017", "B6"), province_in(store, "2018", "B6")
    assert (before.sums["qualified_excellent"], before.blanks["rated_excellent"]) == (4, 5)
    assert (after.sums["rated_excellent"], after.blanks["qualified_excellent"]) == (15, 5)
    assert "rated_excellent" not in after.blanks
