"""The vocabulary: missing codes are reported, it can be pickled, and an added form behaves like any other."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from data.forms.builtin import BUILTIN
from data.forms.model import RETURN_FREQUENCIES, UNIT_FIELDS, Form, flow, stock
from data.forms.vocabulary import NotDeclared
from data.language import Text
from data.organisations.units import Grain
from data.periods import Period
from data.returns import OutcomeStatus, SourceFile
from data.tables.form_tables import metadata_of
from data.upkeep.verify import verify
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.catalogue.builtin import CATALOGUE
from indicators.catalogue.lookup import catalogue_of
from indicators.values.compute import compute
from indicators.values.model import CatalogueError, Total, check_catalogue
from indicators.values.target import Plans
from loaders.intake import intake
from loaders.references import References
from loaders.templates import template
from loaders.templates.template import ReturnSheet, outline, sender_of
from loaders.workers.processes import read_isolated
from tests.loaders.office import REGISTRY, TREE, registry
from tests.stores import NewDatabase

QUARTER = Period.parse("2020-Q1")
VISITS = Form(
    code="B9",
    number="Biểu số B9",
    title=Text("Dự sinh hoạt với chi bộ ở cơ sở", "Visits to cells"),
    grain=Grain.CELL,
    frequencies=RETURN_FREQUENCIES,
    fields=UNIT_FIELDS,
    measures=(
        flow("party_visits", "Số lần cấp uỷ viên dự sinh hoạt", "Visits by committee members"),
        flow("party_visits_answered", "Số lần có trả lời kiến nghị", "Visits with an answer", of="party_visits"),
        stock("proposals_open", "Kiến nghị chưa giải quyết", "Proposals not settled"),
    ),
    valid_from=date(2020, 1, 1),
)
DECLARED = replace(BUILTIN, version=1, versions={**BUILTIN.versions, "B9": (VISITS,)})


def visits(sender: str, count: int) -> SourceFile:
    """A unit's return of the form, the same for each of its cells."""
    lines = outline(TREE, TREE.by_code[sender].id, Grain.CELL)
    cells = [unit.code for unit in TREE.within(TREE.by_code[sender].id) if unit.has_grain(Grain.CELL)]
    sheet = ReturnSheet(
        form=VISITS,
        sender=sender_of(TREE, TREE.by_code[sender]),
        period=QUARTER,
        lines=lines,
        values=dict.fromkeys(cells, (count, 1, 0)),
    )
    return SourceFile(name=f"B9 {sender}.xlsx", content=template.workbook([sheet]))


@pytest.fixture
def store(new_database: NewDatabase) -> Iterator[Store]:
    """A store with one form besides the built-in ones, its tables generated like theirs."""
    with new_database("sqlite", None) as url, closing(Store.open(url).of_past_series()) as opened:
        tables = metadata_of(DECLARED).tables
        for name in ("b9", "b9_rollup"):
            tables[name].create(opened.engine)
        declared = Store(opened.engine, vocabulary=DECLARED, opens_periods=True)
        intake(declared, registry(), viewer=SYSTEM)
        yield declared


@pytest.mark.parametrize(
    ("look_up", "nearest"),
    [
        (lambda: BUILTIN.forms["B11"], "B1"),
        (lambda: BUILTIN.measures["admited"], "admitted"),
        (lambda: BUILTIN.sources["rating"], "ratings"),
        (lambda: BUILTIN.form_on("b6x", QUARTER.end), "B6"),
        (lambda: BUILTIN.form_version("B6", "v2018"), "2018"),
        (lambda: CATALOGUE["admision"], "admissions"),
    ],
)
def test_a_missing_code_suggests_the_nearest_one(look_up: object, nearest: str) -> None:
    assert callable(look_up)
    with pytest.raises(NotDeclared) as raised:
        look_up()
    assert raised.value.nearest == nearest
    assert f"the nearest is {nearest!r}" in str(raised.value)


def test_pickling_keeps_the_declarations_and_the_rest_is_derived_again() -> None:
    told = pickle.loads(pickle.dumps(DECLARED))
    assert (told.version, told.versions, told.derived) == (1, DECLARED.versions, DECLARED.derived)
    assert told.measures == DECLARED.measures
    workbook, findings = read_isolated(visits("H1", 2), References(vocabulary=DECLARED, registry=REGISTRY))
    assert workbook is not None, findings
    assert [given.form.code for given in workbook.returns] == ["B9"]


def test_a_sheet_of_an_undeclared_form_is_not_recognised(new_database: NewDatabase) -> None:
    with new_database("sqlite", None) as url, closing(Store.open(url).of_past_series()) as plain:
        intake(plain, registry(), viewer=SYSTEM)
        assert intake(plain, visits("H1", 2), viewer=SYSTEM).status is OutcomeStatus.REFUSED


def test_an_added_form_is_due_read_stored_summed_and_verified_like_any_other(store: Store) -> None:
    outcomes = [intake(store, visits(sender, count), viewer=SYSTEM) for sender, count in (("H1", 2), ("H2", 5))]
    assert [outcome.status for outcome in outcomes] == [OutcomeStatus.ACCEPTED] * 2, outcomes
    reader = store.reader(SYSTEM)
    assert {due.form for due in reader.returns(QUARTER)} >= {"B1", "B9"}
    root = reader.root().id
    cells = [unit for unit in TREE.within(TREE.by_code["T"].id) if unit.has_grain(Grain.CELL)]
    in_h2 = sum(unit.has_grain(Grain.CELL) for unit in TREE.within(TREE.by_code["H2"].id))
    totals = reader.observations(["B9"], [root], [QUARTER]).at("B9", root, QUARTER)
    assert totals is not None
    assert totals.sums["party_visits"] == 2 * (len(cells) - in_h2) + 5 * in_h2
    assert totals.reporting == totals.expected == len(cells)
    held = reader.contributions("B9", ("party_visits",), root, QUARTER)
    assert sum(int(cell.value or 0) for cell in held) == totals.sums["party_visits"]
    assert verify(store).faults == ()


def test_an_indicator_over_its_measures_is_computed_and_others_are_unchanged(store: Store) -> None:
    for sender in ("H1", "H2"):
        intake(store, visits(sender, 3), viewer=SYSTEM)
    assert catalogue_of(DECLARED).keys() == CATALOGUE.keys()
    added = replace(CATALOGUE["admissions"], code="party_visits", formula=Total(of=("party_visits",)))
    catalogue = check_catalogue([*CATALOGUE.values(), added], store.vocabulary)
    reader = store.reader(SYSTEM)
    root = reader.root().id
    observed = reader.observations(["B9"], [root], [QUARTER])
    value = compute(catalogue["party_visits"], root, QUARTER, observed, Plans())
    assert value.value == 3 * value.expected > 0


def test_an_indicator_over_undeclared_measures_is_refused() -> None:
    versions = {code: known for code, known in BUILTIN.versions.items() if code != "B5"}
    with pytest.raises(CatalogueError, match="no form gives private_units"):
        catalogue_of(replace(BUILTIN, version=2, versions=versions))
