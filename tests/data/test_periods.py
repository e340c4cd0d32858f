"""Periods nest within longer ones, and parsing and formatting are inverse."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.language import Language
from data.periods import Frequency, Period, PeriodError, Term, parse_span

periods = st.builds(
    lambda year, frequency, share: Period(year, frequency, share % (12 // frequency.months) + 1),
    st.integers(1990, 2050),
    st.sampled_from(Frequency),
    st.integers(0, 11),
)


@given(periods)
def test_a_code_reads_back_to_the_same_period(period: Period) -> None:
    assert Period.parse(period.code) == period


@given(periods, st.sampled_from(Frequency))
def test_parts_follow_each_other_and_fill_the_period(period: Period, frequency: Frequency) -> None:
    parts = period.parts(frequency)
    if not parts:
        assert frequency.months > period.frequency.months
        return
    assert (parts[0].start, parts[-1].end) == (period.start, period.end)
    assert all(later == earlier.next and later.previous == earlier for earlier, later in itertools.pairwise(parts))
    assert all(period.contains(part) for part in parts)


@given(periods, periods)
def test_order_is_by_last_day(one: Period, other: Period) -> None:
    if one.end < other.end:
        assert one < other


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("2020", "Năm 2020", "Year 2020"),
        ("2020-H1", "6 tháng đầu năm 2020", "First half of 2020"),
        ("2020-Q3", "Quý III năm 2020", "Quarter 3 of 2020"),
        ("2020-M09", "Tháng 9 năm 2020", "Month 9 of 2020"),
    ],
)
def test_titles_read_as_an_office_writes_them(code: str, vi: str, en: str) -> None:
    period = Period.parse(code)
    assert (period.title(), period.title(Language.EN)) == (vi, en)


@pytest.mark.parametrize("text", ["", "20", "2020-Q5", "2020Q3", "2020-M13", "2020-H3", "quý 3"])
def test_an_invalid_period_is_refused_with_the_accepted_notations(text: str) -> None:
    with pytest.raises(PeriodError):
        Period.parse(text)


def test_a_span_of_years_is_expanded_at_the_requested_frequency() -> None:
    assert [p.code for p in parse_span("2019..2020")] == ["2019", "2020"]
    assert [p.code for p in parse_span("2020", Frequency.QUARTER)] == ["2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4"]
    assert [p.code for p in parse_span("2019-Q4..2020-Q2")] == ["2019-Q4", "2020-Q1", "2020-Q2"]


@pytest.mark.parametrize("text", ["2020..2019", "2019..2020-Q1", "2019-Q1..2020-M03"])
def test_a_span_that_runs_backwards_or_mixes_lengths_is_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        parse_span(text)


def test_a_term_covers_its_years() -> None:
    term = Term.parse("2016..2020")
    assert term.covers(2016)
    assert term.covers(2020)
    assert not term.covers(2021)
    assert (term.code, Term.parse("2020").code) == ("2016..2020", "2020")


@pytest.mark.parametrize(
    ("code", "vietnamese", "english"),
    [
        ("2020-Q3", "quý III năm 2020", "quarter 3 of 2020"),
        ("2019", "năm 2019", "2019"),
    ],
)
def test_inside_a_sentence_an_english_year_has_its_article(code: str, vietnamese: str, english: str) -> None:
    period = Period.parse(code)
    assert (period.inside(), period.inside(Language.EN)) == (vietnamese, english)
