"""Signals as rows: what is charted of a flow, a stock and a share, who differs from its peers, what comes next."""

from __future__ import annotations

from itertools import pairwise

import pytest

from data.organisations.units import Level
from data.periods import Period, parse_span
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers import signals
from indicators.answers.enquiry import Enquiry, answer
from indicators.answers.statements import Statement, rows_of
from indicators.catalogue.builtin import CATALOGUE
from indicators.methods.control import xmr
from indicators.methods.forecast import Method
from indicators.methods.funnel import compare
from indicators.methods.gates import Gate
from tests.indicators.answers.test_enquiry import column

HEADS = "village_heads_member_share"
QUARTERS = parse_span("2019-Q1..2020-Q2")


def ask(*indicators: str, periods: tuple[Period, ...] = QUARTERS, level: Level | None = None) -> Enquiry:
    return Enquiry(indicators=indicators, periods=periods, level=level)


def test_of_a_stock_the_change_is_charted_and_of_a_flow_or_share_the_value(tiny_store: Store) -> None:
    reader = tiny_store.reader(SYSTEM)
    stock, flow, share = (signals.control_rows(reader, ask(code)) for code in ("members", "admissions", HEADS))

    values = [float(value) for value in column(stock, "value")]
    assert column(stock, "charted") == [None, *(b - a for a, b in pairwise(values))]
    assert column(flow, "charted") == [float(value) for value in column(flow, "value")]
    assert column(share, "mean") == list(xmr(column(share, "value")).mean)
    assert {row.gate for row in (*stock, *flow)} == {Gate.SHORT}
    assert set(column(flow, "variation")) == {None}


def test_limits_start_afresh_where_they_are_rebased(tiny_store: Store) -> None:
    reader = tiny_store.reader(SYSTEM)
    rows = signals.control_rows(reader, ask("admissions"), rebase=(Period.parse("2020-Q1"),))

    assert column(rows, "mean")[0] != column(rows, "mean")[-1]
    with pytest.raises(ValueError, match="2012"):
        signals.control_rows(reader, ask("admissions"), rebase=(Period(2012),))


SPANS = {
    "the latest quarter": parse_span("2020-Q3"),
    "one year": parse_span("2019"),
    "a half": parse_span("2020-H1"),
    "a month": parse_span("2020-M02"),
    "partial years": parse_span("2018-Q3..2020-Q2"),
    "with a gap": (Period.parse("2018-Q4"), Period.parse("2019-Q2"), Period.parse("2019-Q3")),
    "of several lengths": (Period(2018), Period(2019), *QUARTERS[3:], Period.parse("2020-Q1")),
    "before any return": parse_span("2001"),
}


@pytest.mark.parametrize("statement", list(Statement))
@pytest.mark.parametrize("span", SPANS)
def test_every_statement_answers_whatever_the_periods(tiny_store: Store, statement: Statement, span: str) -> None:
    kind, rows = rows_of(statement)
    asked = ask(*CATALOGUE, periods=SPANS[span])

    assert {type(row) for row in rows(tiny_store.reader(SYSTEM), asked)} <= {kind}


@pytest.mark.parametrize("level", list(Level))
def test_signals_answer_at_every_level(tiny_store: Store, level: Level) -> None:
    asked = ask(*CATALOGUE, periods=(Period.parse("2020-Q3"),), level=level)
    series = ask("members", "admissions", level=level)
    for statement, question in ((Statement.CONTROL, asked), (Statement.FUNNEL, asked), (Statement.FORECAST, series)):
        kind, rows = rows_of(statement)
        assert {type(row) for row in rows(tiny_store.reader(SYSTEM), question)} == {kind}


def test_a_chart_is_of_periods_of_one_length_and_a_gap_is_a_missing_value(tiny_store: Store) -> None:
    reader = tiny_store.reader(SYSTEM)
    gap = signals.control_rows(reader, ask("members", "admissions", periods=SPANS["with a gap"]))
    mixed = signals.control_rows(reader, ask("admissions", periods=SPANS["of several lengths"]))
    years = signals.control_rows(reader, ask("admissions", periods=(Period(2018), Period(2019))))

    assert [(row.until.code, row.charted is None) for row in gap if row.indicator.code == "members"] == [
        ("2018-Q4", True),
        ("2019-Q2", True),
        ("2019-Q3", False),
    ]
    flow = [row for row in gap if row.indicator.code == "admissions"]
    assert len({row.upl for row in flow}) == 1  # limits from the one moving range that is known
    assert [row.until for row in mixed] == [*(row.until for row in years), *QUARTERS[3:]]
    assert mixed[:2] == years


def test_units_are_compared_with_their_own_average(tiny_store: Store) -> None:
    asked = ask(HEADS, "members", periods=(Period(2019),), level=Level.BASE)
    rows = signals.funnel_rows(tiny_store.reader(SYSTEM), asked)
    given = [row for row in answer(tiny_store.reader(SYSTEM), asked) if row.indicator.code == HEADS]

    expected = compare(column(given, "numerator"), column(given, "denominator"))
    assert column(rows, "average") == [expected.average] * len(given)
    assert column(rows, "verdict") == [unit.verdict for unit in expected.units]


def test_what_is_counted_per_thousand_is_compared_as_a_rate(tiny_store: Store) -> None:
    asked = ask("private_worker_admissions_per_1000", periods=(Period(2019),), level=Level.DISTRICT)
    rows = [row for row in signals.funnel_rows(tiny_store.reader(SYSTEM), asked) if row.denominator]

    assert set(column(rows, "kind")) == {"rate"}
    assert column(rows, "average")[0] == pytest.approx(
        1000 * float(sum(column(rows, "numerator")) / sum(column(rows, "denominator")))
    )


def test_the_first_forecast_follows_the_last_value_that_is_known(tiny_store: Store) -> None:
    rows = signals.forecast_rows(tiny_store.reader(SYSTEM), ask("members", "admissions_per_year_mean"), horizon=2)

    assert column(rows, "period") == [Period.parse("2020-Q3"), Period.parse("2020-Q4")]
    assert column(rows, "indicator") == [CATALOGUE["members"]] * 2
    assert {row.method for row in rows} <= {Method.MEAN, Method.NAIVE, Method.DRIFT}


@pytest.mark.parametrize("statement", list(Statement))
def test_every_statement_gives_rows_of_its_kind(tiny_store: Store, statement: Statement) -> None:
    kind, rows = rows_of(statement)
    asked = ask("admissions", HEADS, periods=(Period(2019),), level=Level.DISTRICT)

    assert {type(row) for row in rows(tiny_store.reader(SYSTEM), asked)} <= {kind}
