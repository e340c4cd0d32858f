"""Ratings of cells are stored as reported and counted, up the tree and as of any instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from data.forms.builtin import BUILTIN
from data.observations import Basis, Totals
from data.periods import Period
from data.tables.form_tables import leaf_tables
from data.viewers import SYSTEM
from data.writing.store import Store
from tests.data.writing.test_store import totals
from tests.small_province import movement

LEAVES = leaf_tables(BUILTIN)

YEAR = Period.parse("2019")
RATED: dict[str, dict[str, int | str | None]] = {
    "H1.1.1": {"rated_good": 9, "cell_rating": "HTXSNV", "remedy_plan": None},
    "H1.1.2": {"rated_good": 4, "cell_rating": "KHTNV", "remedy_plan": 1},
    "H1.2": {"rated_good": 20, "cell_rating": None, "remedy_plan": 1},
}


@pytest.fixture
def rated(province: Store) -> Store:
    province.accept(movement("H1", "2019", RATED, form="B6"), viewer=SYSTEM)
    return province


def test_a_rating_stays_readable_in_the_table(rated: Store) -> None:
    table = LEAVES["B6"]
    with rated.engine.connect() as connection:
        assert connection.execute(select(table.c.cell_rating).order_by(table.c.row)).scalars().all() == [
            "HTXSNV",
            "KHTNV",
            None,
        ]


def test_cells_are_counted_by_their_rating(rated: Store) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    expected = {
        "cells_rated": 2,
        "cells_excellent": 1,
        "cells_good": 0,
        "cells_fulfilled": 0,
        "cells_failed": 1,
        "cells_with_remedy": 1,
    }
    ways: list[dict[str, object]] = [{}, {"as_of": later}, {"basis": Basis.TODAY}]
    for how in ways:
        whole = totals(rated, "T", YEAR, "ratings", **how)
        assert whole is not None
        assert (whole.sums, whole.reporting, whole.expected) == (expected, 2, 5)
        cell = totals(rated, "H1.1.2", YEAR, "ratings", **how)
        assert cell is not None
        assert (cell.sums["cells_rated"], cell.sums["cells_failed"]) == (1, 1)


def test_the_cells_behind_a_count_show_their_rating(rated: Store) -> None:
    reader = rated.reader(SYSTEM)
    found = reader.contributions("ratings", ["cells_failed"], reader.registry.ids["H1.1"], YEAR)
    assert [(c.measure, c.value) for c in found] == [
        ("cell_rating", "HTXSNV"),
        ("remedy_plan", None),
        ("cell_rating", "KHTNV"),
        ("remedy_plan", 1),
    ]


def test_a_corrected_rating_is_recounted(rated: Store) -> None:
    corrected = RATED | {"H1.1.2": {"rated_good": 4, "cell_rating": "HTTNV"}}
    rated.accept(movement("H1", "2019", corrected, form="B6", name="sửa"), viewer=SYSTEM)
    whole: Totals | None = totals(rated, "H1", YEAR, "ratings")
    assert whole is not None
    assert (whole.sums["cells_good"], whole.sums["cells_failed"]) == (1, 0)


def test_base_organisations_are_the_leaves_of_their_form(province: Store) -> None:
    given: dict[str, dict[str, int | str | None]] = {"H1.1": {"private_units": 4}, "H1.2": {"private_units": 1}}
    province.accept(movement("H1", "2019-Q4", given, form="B5"), viewer=SYSTEM)
    for unit, units, reporting, expected in (("H1.1", 4, 1, 1), ("H1.2", 1, 1, 1), ("H1", 5, 2, 2), ("T", 5, 2, 3)):
        for how in ({}, {"basis": Basis.TODAY}):
            found = totals(province, unit, Period.parse("2019-Q4"), "B5", **how)
            assert found is not None
            assert (found.sums["private_units"], found.reporting, found.expected) == (units, reporting, expected)
