"""Level and pace are two statements; the gap in people adds up; a term's way is told for stocks and shares."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis.strategies import dictionaries, fractions, integers, sampled_from, tuples

from data.language import Text
from data.observations import Plan
from data.periods import Period, Term
from indicators.catalogue.builtin import CATALOGUE
from indicators.methods.pace import PaceVerdict, ShareSource
from indicators.methods.progress import ProgressStatus
from indicators.values.against_plan import PaceCase, gap_in_counts, gap_in_people, has_pace, level, term_progress
from indicators.values.model import noun_of
from indicators.values.target import Plans, Target, ThreeWay
from indicators.values.value import State, Status, Value
from tests.indicators.in_memory import InMemoryObservations

SHARE, COUNT = CATALOGUE["village_heads_member_share"], CATALOGUE["admissions"]
CODES = ("T", "T.1", "T.1.1", "T.1.1.1", "T.2", "T.2.1", "T.2.1.1")


def share_of(numerator: int, denominator: int) -> Value:
    value = Fraction(numerator, denominator) if denominator else None
    state = State.REPORTED if denominator else State.NOT_APPLICABLE
    return Value(state=state, value=value, numerator=Fraction(numerator), denominator=Fraction(denominator))


def plan(unit: int, value: str, term: str = "2020", indicator: str = "admissions") -> Plan:
    return Plan(
        unit=unit,
        term=Term.parse(term),
        indicator=indicator,
        value=Fraction(value),
        decision="QĐ 1",
        decision_date=date(2020, 1, 5),
        accepted_at=datetime(2020, 1, 6, tzinfo=UTC),
    )


def test_a_share_has_its_status_its_reading_and_its_gap_in_people() -> None:
    found = level(SHARE, share_of(55, 100), Target(Fraction(3, 4)))

    assert (found.status, found.reading, found.people) == (Status.NOT_MET, ThreeWay.BEHIND, 20)
    assert level(SHARE, share_of(3, 5), Target(Fraction(3, 4))).reading is ThreeWay.TOO_FEW


def test_a_plan_is_compared_exactly() -> None:
    assert gap_in_people(SHARE, share_of(55, 100), Fraction("0.55")) == 0
    assert (
        gap_in_people(COUNT, Value(state=State.REPORTED, value=Fraction(7), numerator=Fraction(7)), Fraction(10)) == 3
    )
    assert gap_in_people(CATALOGUE["rated_failed_share"], share_of(3, 10), Fraction(0)) is None


def test_a_gap_is_in_people_only_where_people_are_counted() -> None:
    founded = Value(state=State.REPORTED, value=Fraction(7), numerator=Fraction(7))

    assert gap_in_people(CATALOGUE["party_orgs_founded"], founded, Fraction(10)) is None
    for code in (
        "returns_on_time_share",
        "meetings_held_share",
        "dossier_complete_share",
        "village_terms_aligned_share",
    ):
        assert gap_in_people(CATALOGUE[code], share_of(3, 10), Fraction(1)) is None
    assert gap_in_people(CATALOGUE["residence_feedback_share"], share_of(3, 10), Fraction(1)) == 7


@pytest.mark.parametrize(
    ("code", "count", "noun"),
    [
        ("dossier_complete_share", 7, Text("hồ sơ", "dossiers")),
        ("returns_on_time_share", 1, Text("báo cáo", "return")),
        ("meetings_held_share", 2, Text("kỳ sinh hoạt", "meetings")),
        ("village_heads_member_share", 1, Text("người", "person")),
    ],
)
def test_what_a_share_lacks_is_counted_in_what_its_numerator_counts(code: str, count: int, noun: Text) -> None:
    assert gap_in_counts(CATALOGUE[code], share_of(10 - count, 10), Fraction(1)) == count
    assert noun_of(CATALOGUE[code].counts, count) == noun


def test_without_a_plan_or_a_value_there_is_no_gap() -> None:
    assert level(SHARE, share_of(1, 2), None).people is None
    assert level(SHARE, share_of(0, 0), Target(Fraction(1))).status is Status.CANNOT_TELL


PARTS = dictionaries(
    sampled_from(range(8)), tuples(integers(0, 50), integers(1, 50)).map(lambda pair: (min(pair), pair[1])), min_size=1
)


@given(PARTS, fractions(0, 1))
def test_what_the_districts_need_is_at_least_what_the_province_needs(
    parts: dict[int, tuple[int, int]], goal: Fraction
) -> None:
    values = {unit: share_of(*pair) for unit, pair in parts.items()}
    whole = share_of(sum(x for x, _ in parts.values()), sum(n for _, n in parts.values()))

    needed = gap_in_people(SHARE, whole, goal)

    assert needed is not None
    assert sum(gap_in_people(SHARE, value, goal) or 0 for value in values.values()) >= needed


def seasons(*years: tuple[int, tuple[int, int, int, int]]) -> InMemoryObservations:
    """The same quarterly admissions in the one cell of each of two districts."""
    found = InMemoryObservations(*CODES)
    for year, flows in years:
        for quarter, flow in enumerate(flows, start=1):
            rows = {cell: {"admitted": flow} for cell in ("T.1.1.1", "T.2.1.1")}
            found.put("B1", f"{year}-Q{quarter}", rows)
    return found


def pace_of(
    observations: InMemoryObservations, unit: str = "T", period: str = "2020-Q2", value: str = "100"
) -> PaceCase:
    return PaceCase(
        indicator=COUNT,
        period=Period.parse(period),
        observations=observations,
        plans=Plans([plan(observations.ids[unit], value)]),
        province=observations.ids["T"],
    )


def test_the_season_is_the_mean_share_of_past_complete_years() -> None:
    given = seasons((2018, (10, 10, 20, 60)), (2019, (20, 20, 20, 40)), (2020, (15, 15, 0, 0)))

    found = pace_of(given).pace(given.ids["T"])

    assert (found.basis, found.years) == (ShareSource.HISTORY, 2)
    assert [found.share, found.expected, found.index] == pytest.approx([0.3, 30, 2])
    assert found.verdict is PaceVerdict.ON_PACE


def test_one_past_year_gives_way_to_the_provinces_season() -> None:
    given = seasons((2019, (20, 20, 20, 40)), (2020, (1, 1, 0, 0)))

    found = pace_of(given, "T.1").pace(given.ids["T.1"])

    assert (found.basis, found.verdict) == (ShareSource.POOLED, PaceVerdict.UNLIKELY)


def test_a_quarter_that_is_missing_leaves_the_pace_open() -> None:
    given = seasons((2019, (20, 20, 20, 40))).put("B1", "2020-Q2", {"T.1.1.1": {"admitted": 3}})

    found = pace_of(given).pace(given.ids["T"])

    assert found.verdict is PaceVerdict.CANNOT_TELL


def test_only_flows_with_a_plan_of_their_own_have_a_pace() -> None:
    paced = {code for code, indicator in CATALOGUE.items() if has_pace(indicator)}
    assert paced >= {"admissions", "party_orgs_founded"}
    assert not has_pace(CATALOGUE["dossiers_lost"])
    assert not has_pace(CATALOGUE["members"])
    assert not has_pace(SHARE)


def test_the_way_of_a_term_runs_from_the_year_before_it() -> None:
    given = InMemoryObservations(*CODES)
    for year, heads in (("2015", 60), ("2018", 69)):
        given.put("B3", year, {"T.1.1.1": {"village_heads": 100, "village_heads_members": heads}})
        given.put("B3", year, {"T.2.1.1": {"village_heads": 100, "village_heads_members": heads}})
    plans = Plans([plan(given.ids["T"], "0.75", "2016..2020", SHARE.code)])

    found = term_progress(SHARE, given.ids["T"], Period(2018), given, plans)

    assert found is not None
    assert (found.base, found.value) == (Fraction(60, 100), Fraction(69, 100))
    assert found.progress.linear == pytest.approx(1)
    assert found.progress.status is ProgressStatus.SUBSTANTIAL
    assert term_progress(COUNT, given.ids["T"], Period(2018), given, plans) is None


def test_a_merged_base_has_the_past_years_of_its_predecessors() -> None:
    day, gone = date(2020, 1, 1), (date(1990, 1, 1), date(2019, 12, 31))
    old, new = ("T.1.1", "T.1.2"), "T.1.3"
    given = InMemoryObservations(
        *("T", "T.1", *old, new, "T.1.1.1", "T.1.2.1", "T.1.3.1"),
        lives={unit: gone for base in old for unit in (base, f"{base}.1")}
        | {new: (day, None), f"{new}.1": (day, None)},
        merged=dict.fromkeys(old, (new, day)) | {f"{base}.1": (f"{new}.1", day) for base in old},
    )
    for year, shares in ((2018, ((1, 2, 3, 4), (9, 8, 7, 6))), (2019, ((2, 2, 2, 4), (8, 8, 8, 6)))):
        for quarter in range(4):
            rows = {f"{base}.1": {"admitted": share[quarter]} for base, share in zip(old, shares, strict=True)}
            given.put("B1", f"{year}-Q{quarter + 1}", rows)
    for term in ("2020-Q1", "2020-Q2"):
        given.put("B1", term, {f"{new}.1": {"admitted": 10}})
    case = replace(pace_of(given, new, value="40"), predecessors=given.registry.predecessors)

    found = case.pace(given.ids[new])

    assert (found.basis, found.years, found.share) == (ShareSource.HISTORY, 2, 0.5)
    assert case.flows(given.ids[new], 2019) == [10] * 4
    assert found.verdict is PaceVerdict.ON_PACE
    assert replace(case, predecessors={}).pace(given.ids[new]).basis is ShareSource.LINEAR
