"""Thresholds: allowed values, who may change them, and that earlier ones still apply as of their time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from data.periods import Period
from data.tables.thresholds import THRESHOLD_BY_SOURCE, THRESHOLDS, ThresholdError
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from tests.small_province import movement, registry

FEW = {"H1.1.1": {"members_end": 12}, "H1.1.2": {"members_end": 4}, "H1.2": {"members_end": 30}}


@pytest.mark.parametrize("code", THRESHOLDS)
def test_a_default_is_one_of_the_values_that_it_may_have(code: str) -> None:
    found = THRESHOLDS[code]

    assert found.parse(str(found.default)) == found.default
    assert all((found.title.vi, found.title.en, found.source.vi, found.source.en))


@pytest.mark.one_backend
@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("cells_years", "0"),
        ("cells_years", "2.5"),
        ("cells_years", "ba"),
        ("cells_years", ""),
        ("confidence_percent", "100"),
        ("pace_on_percent", "49,9"),
        ("pace_risk_percent", "NaN"),
        ("report_months", "2"),
        ("none", "1"),
    ],
)
def test_an_invalid_value_is_refused_with_the_allowed_ones(province: Store, code: str, value: str) -> None:
    with pytest.raises(ThresholdError, match=code):
        province.set_threshold(code, value, viewer=SYSTEM, reason="thử")
    assert province.reader(SYSTEM).threshold_changes() == ()


@pytest.mark.one_backend
def test_a_change_needs_an_administrator_and_a_reason(province: Store) -> None:
    with pytest.raises(OutOfScope):
        province.set_threshold("cells_years", "2", viewer=Viewer("board", Role.BOARD), reason="thử")
    with pytest.raises(ThresholdError, match="lý do"):
        province.set_threshold("cells_years", "2", viewer=SYSTEM, reason=" ")


def test_a_decimal_comma_is_accepted_and_the_last_change_applies(province: Store) -> None:
    for value in ("15,5", "23.25"):
        province.set_threshold("pace_risk_percent", value, viewer=SYSTEM, reason="thử")
    reader = province.reader(SYSTEM)

    assert float(reader.thresholds.share("pace_risk_percent")) == 0.2325
    assert [(str(change.value), change.actor, change.reason) for change in reader.threshold_changes()] == [
        ("15.5", SYSTEM.name, "thử"),
        ("23.25", SYSTEM.name, "thử"),
    ]


def test_an_instant_keeps_the_threshold_that_it_had(store: Store) -> None:
    at = datetime(2020, 2, 1, tzinfo=UTC)
    store.accept(registry(), viewer=SYSTEM, at=at)
    store.accept(movement("H1", "2019", FEW), viewer=SYSTEM, at=at)
    store.set_threshold("small_cell_size", "13", viewer=SYSTEM, reason="thử")

    def small(as_of: datetime | None) -> int | None:
        reader = store.reader(SYSTEM, as_of)
        found = reader.observations(["sizes"], {reader.root().id}, [Period(2019)])
        totals = found.at("sizes", reader.root().id, Period(2019))
        return None if totals is None else int(totals.sums["small_cells"])

    assert (small(None), small(at + timedelta(days=1))) == (2, 1)
    assert store.reader(SYSTEM, at + timedelta(days=1)).thresholds.whole("small_cell_size") == 5


def test_stored_counts_depend_on_declared_thresholds() -> None:
    assert set(THRESHOLD_BY_SOURCE.values()) <= set(THRESHOLDS)
