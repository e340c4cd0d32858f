"""The catalogue as a whole: complete declarations, and faults found all at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from data.forms.builtin import BUILTIN
from data.language import Language, Text
from data.periods import Period
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.compute import compute
from indicators.values.model import (
    COUNTED_NOUNS,
    CatalogueError,
    Counted,
    Direction,
    Growth,
    GrowthGap,
    Indicator,
    Measures,
    PlanKind,
    PlanRate,
    Ratio,
    ReportPart,
    Shown,
    Total,
    check_catalogue,
    measures_of,
)
from indicators.values.reading import sources
from indicators.values.target import Plans
from indicators.values.value import STATE_TITLES, STATUS_TITLES, State, Status
from tests.indicators.in_memory import InMemoryObservations

MEMBERS = CATALOGUE["members"]


def all_but(holds: Callable[[Indicator], bool]) -> list[str]:
    """The indicators for which it does not hold."""
    return [code for code, indicator in CATALOGUE.items() if not holds(indicator)]


def test_each_indicator_says_what_it_is_in_both_languages() -> None:
    assert all_but(lambda each: all(each.title[language] and each.unit[language] for language in Language)) == []
    assert all_but(lambda each: all(each.meaning[language].endswith(".") for language in Language)) == []


def test_each_operand_of_an_indicator_can_be_read_from_one_source() -> None:
    assert all_but(lambda indicator: all(sources(BUILTIN, measures) for measures in indicator.operands)) == []


def is_share(indicator: Indicator) -> bool:
    formula = indicator.formula
    return isinstance(formula, Growth | GrowthGap | PlanRate) or (isinstance(formula, Ratio) and formula.per == 1)


def test_a_share_is_written_as_a_percentage_and_a_count_is_not() -> None:
    assert all_but(lambda indicator: indicator.format.is_share == is_share(indicator)) == []


def test_where_nothing_was_returned_there_is_no_value() -> None:
    nothing = InMemoryObservations("T", "T.1", "T.1.1", "T.1.1.1")
    values = {
        code: compute(indicator, nothing.ids["T"], Period(2019), nothing, Plans())
        for code, indicator in CATALOGUE.items()
    }
    assert {code: value.value for code, value in values.items() if value.value is not None} == {}
    assert {value.state for value in values.values()} <= {State.NOT_REPORTED, State.NOT_APPLICABLE}


def test_the_catalogue_holds_what_the_first_issue_names() -> None:
    assert {
        "members",
        "members_growth_since_1997",
        "members_growth_yoy",
        "admissions",
        "admissions_plan_rate",
        "admissions_per_year_mean",
        "village_heads_member_share",
        "bases_without_admission",
        "small_cells",
        "removals",
        "returns_on_time_share",
        "returns_complete_share",
    } <= set(CATALOGUE)


def test_every_state_and_status_has_words() -> None:
    assert set(STATE_TITLES) == set(State)
    assert set(STATUS_TITLES) == set(Status)
    assert set(COUNTED_NOUNS) == set(Counted)


def test_indicators_with_the_same_numerator_count_the_same() -> None:
    counted: dict[Measures, set[Counted]] = {}
    for indicator in CATALOGUE.values():
        counted.setdefault(operands_of_numerator(indicator), set()).add(indicator.counts)

    assert {measures: kinds for measures, kinds in counted.items() if len(kinds) > 1} == {}


def operands_of_numerator(indicator: Indicator) -> Measures:
    formula = indicator.formula
    return formula.numerator if isinstance(formula, Ratio) else measures_of(formula)


def test_each_subject_is_the_module_that_declares_it() -> None:
    assert CATALOGUE["village_heads_member_share"].subject == "village_heads"
    assert CATALOGUE["task_coverage"].subject == "tasks"


def test_every_topic_of_the_report_and_every_place_has_an_indicator() -> None:
    assert {each.report for each in CATALOGUE.values()} - {None} == set(ReportPart)
    assert {where for each in CATALOGUE.values() for where in each.shown} == set(Shown)


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (replace(MEMBERS, formula=Total(of=("member_end",))), "no form gives member_end"),
        (replace(MEMBERS, formula=Total(of=())), "the formula names no measure"),
        (
            replace(MEMBERS, formula=Total(of=("members_end", "villages"))),
            "no one form gives all of members_end, villages",
        ),
        (
            replace(MEMBERS, formula=Ratio(numerator=("members_end", "villages"), denominator=("course_passed",))),
            "no one form gives all of members_end, villages",
        ),
        (replace(MEMBERS, direction=""), "no direction"),  # type: ignore[arg-type]
        (replace(MEMBERS, counts=""), "does not say what it counts"),  # type: ignore[arg-type]
        (replace(MEMBERS, subject=""), "no subject"),
        (replace(MEMBERS, clause=""), "'' is no clause of the conclusion"),
        (replace(MEMBERS, clause="III.9"), "'III.9' is no clause of the conclusion"),
        (replace(MEMBERS, title=Text("Đảng viên", "")), "no title in en"),
        (replace(MEMBERS, unit=Text(" ", "members")), "no unit in vi"),
        (replace(MEMBERS, meaning=Text("Một. Hai.", "One.")), "the meaning in vi is not one sentence"),
        (replace(MEMBERS, code="Members"), "the code is not lower-case words joined by _"),
        (replace(MEMBERS, plan=PlanKind.INHERITED), "a count's plan is not inherited by the units below"),
        (replace(MEMBERS, standard=Fraction(1)), "a standard without a kind of plan"),
        (
            replace(MEMBERS, formula=PlanRate(of=("admitted",), plan="members")),
            "members is no indicator with a plan of the unit's own",
        ),
        (
            replace(CATALOGUE["village_heads_member_share"], plan=PlanKind.OWN),
            "a share's plan is inherited by the units below",
        ),
    ],
)
def test_a_fault_in_a_declaration_is_named(broken: Indicator, fault: str) -> None:
    with pytest.raises(CatalogueError) as raised:
        check_catalogue([broken], BUILTIN)

    assert f"{broken.code}: {fault}" in str(raised.value).splitlines()


def test_all_faults_are_reported_at_once() -> None:
    nameless = replace(MEMBERS, title=Text("", ""))

    with pytest.raises(CatalogueError) as raised:
        check_catalogue([nameless, replace(MEMBERS, code="other", clause="?"), nameless], BUILTIN)

    assert str(raised.value).splitlines()[0] == "members: declared 2 times"
    assert len(str(raised.value).splitlines()) == 6


def test_directions_are_those_of_the_catalogue() -> None:
    lower = {code for code, indicator in CATALOGUE.items() if indicator.direction is Direction.LOWER}

    listed = {
        "villages_without_members",
        "bases_without_admission",
        "bases_without_admission_share",
        "small_cells",
        "abroad_lost_contact",
        "cells_without_admission_3y",
        "dossiers_missing",
        "dossiers_lost",
        "violations_found",
        "irregular_admissions",
        "transfers_irregular",
        "rated_failed_share",
        "cells_failed_share",
    }
    named = ", ".join(sorted(lower ^ listed))
    assert lower == listed, f"{named}: is a lower value better? Say so in this list and in the declaration alike"
