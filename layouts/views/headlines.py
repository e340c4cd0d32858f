"""What is said first of an indicator: the period asked for; a provisional total only below the last complete one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from data.periods import Frequency, Period
from data.tables.records import DueReturn
from indicators.answers.rows import ValueRow
from indicators.values.model import Indicator, PlanRate
from indicators.values.value import JUDGED, State
from layouts.text import language, t
from layouts.views import freshness, sentences
from layouts.views.ask import Ask
from layouts.views.rows import planned, rows, series, short_of_plan, why_missing, written
from layouts.words import formats

COMPARED: Final = 6
"""Periods read: by quarter, the last complete one and the same quarter a year before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The rows that a headline is made from.

    `current` is of the period asked for, `complete` the last complete one up to it, `before` of the same period a year
    before the one said, `judged` of the last whole year with a verdict.
    """

    current: ValueRow
    complete: ValueRow | None
    before: ValueRow | None
    judged: ValueRow | None

    @property
    def is_provisional(self) -> bool:
        """Whether the current value is a total that returns are missing from, so that nothing is read off it."""
        return self.current.indicator.is_total and self.current.state is State.INCOMPLETE

    @property
    def said(self) -> ValueRow | None:
        """The row whose value stands first: in place of a provisional total the last complete one, if there is any."""
        return self.complete if self.is_provisional else self.current


def headline(recent: Sequence[ValueRow], years: Sequence[ValueRow]) -> Headline:
    """The headline of an indicator: `recent` are its rows up to the period asked for, `years` those of whole years."""
    current = recent[-1]
    full = [row for row in recent if row.is_complete and row.value is not None]
    judged = [row for row in years if row.status in JUDGED]
    found = Headline(current=current, complete=full[-1] if full else None, before=None, judged=None)
    said = found.said or current
    wanted = said.until.years_ago(1)
    return Headline(
        current=current,
        complete=found.complete,
        before=next((row for row in recent if row.until == wanted), None),
        judged=judged[-1] if judged else None,
    )


def read(asked: Ask, indicator: Indicator) -> Headline:
    """The headline of an indicator for the unit and period asked for."""
    recent = rows(asked, (indicator.code,), asked.unit, recent_periods(asked, COMPARED))
    return headline(recent, rows(asked, (indicator.code,), asked.unit, judged_years(asked)))


def recent_periods(asked: Ask, most: int) -> tuple[Period, ...]:
    """The last stored periods up to the one asked for, which comes last."""
    found = series(asked, asked.period.frequency, asked.period, most)
    return found if asked.period in found else (*found, asked.period)


def judged_years(asked: Ask) -> tuple[Period, Period]:
    """The last year that is over by the end of the period asked for, after the one before it."""
    year = asked.period.whole_year
    last = year if asked.period.end == year.end else year.previous
    return last.previous, last


def sentence(asked: Ask, found: Headline, *, with_unit: bool = False) -> str:
    """As "Quý III năm 2020: tỷ lệ ... 70,9 % (14/16 đơn vị); năm 2019: 70,4 %, kế hoạch 75 %".

    With the unit it says also how the value moved.
    """
    judged, said = found.judged, found.said or found.current
    parts = [_current(asked, found, with_unit=with_unit)]
    if with_unit:
        parts.append(sentences.change(said, found.before))
    if found.is_provisional:
        parts.append(provisional(asked, found.current) if found.current.value is not None else "")
    elif said.value is None and found.complete is not None and found.complete.until != (judged or said).until:
        parts.append(last_complete(found.complete))
    if judged is not None and judged.until != said.until:
        parts.append(level(judged))
    return "; ".join(part for part in parts if part)


def mean(asked: Ask, indicator: Indicator) -> str:
    """As "Tỉnh uỷ ..., 1997–2019: kết nạp bình quân mỗi năm 2.339,1 (53.800 : 23 năm)"; of whole years only."""
    years = series(asked, Frequency.YEAR, judged_years(asked)[-1])
    found = rows(asked, (indicator.code,), asked.unit, years) if years else ()
    if not found or found[0].value is None:
        return t("trend.nothing", name=indicator.title[language()], unit=asked.unit.name)
    row, speech = found[0], language()
    total, count = (formats.number(amount, speech) for amount in (row.numerator, row.denominator))
    span = t("finding.unit_at", unit=row.unit_name, period=row.period.code.replace("..", "–"))
    value = t("finding.value", period=span, name=sentences.name(row), value=written(row))
    return t("headline.mean", value=value, total=total, years=count)


def last_complete(row: ValueRow) -> str:
    """As "kỳ gần nhất đủ số liệu, quý II năm 2020: 86.463"."""
    return t("overview.last_full", period=sentences.at(row.until), value=written(row))


def level(judged: ValueRow) -> str:
    """As "năm 2019: 70,4 %, kế hoạch 75 %; cần thêm 102 người"."""
    text = t("overview.judged", period=sentences.at(judged.until), value=written(judged), plan=planned(judged))
    short = short_of_plan(judged)
    return text + (t("overview.short", count=formats.number(short, language())) if short else "")


def provisional(asked: Ask, row: ValueRow) -> str:
    """As "tạm tính quý III năm 2020: 71.096 (13/16 đơn vị; chưa nộp: Huyện uỷ ...)"."""
    if row.value is None:
        return t("headline.no_total", period=sentences.at(row.until), reports=reports(asked, row))
    return provisionally(row.until, written(row), reports(asked, row))


def provisionally(period: Period, value: str, sent: str) -> str:
    """A provisional amount of a period, with who sent what it is made from."""
    return t("headline.provisional", period=sentences.at(period), value=value, reports=sent)


def reports(asked: Ask, row: ValueRow, *, since_january: bool = False) -> str:
    """Both parts of `who_sent`."""
    return "; ".join(part for part in who_sent(asked, row, since_january=since_january) if part)


def who_sent(asked: Ask, row: ValueRow, *, since_january: bool = False) -> tuple[str, str]:
    """How many committees sent what an incomplete value is made from, and which did not; "" where that is no matter."""
    pending, opened = _periods(asked, row, since_january=since_january)
    if pending:
        return t("headline.pending", periods=", ".join(period.short(language()) for period in pending)), ""
    state = freshness.completeness(_returns(asked, row.indicator, opened))
    if not state.missing:
        return sentences.reporting(row), ""
    names = freshness.listed(state.missing)
    sent = t("headline.sent", sent=state.sent, all=len(state.committees))
    return sent, t("headline.missing", names=names)


def _periods(asked: Ask, row: ValueRow, *, since_january: bool) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """The periods whose returns make a value: those not open yet, and those that are."""
    opened, until = asked.reader.opened(), row.until
    counted = since_january or isinstance(row.indicator.formula, PlanRate)
    if counted and until.frequency is not Frequency.YEAR:
        return (), tuple(period for period in until.to_date if period in opened)
    within = [period for period in opened if until.contains(period) and period.frequency is not until.frequency]
    if until in opened or not within:
        return (), (until,)
    parts = until.parts(within[-1].frequency)
    return tuple(part for part in parts if part not in opened), tuple(part for part in parts if part in opened)


def _returns(asked: Ask, indicator: Indicator, periods: Sequence[Period]) -> list[DueReturn]:
    forms = _forms(asked, indicator)
    due = (item for period in periods for item in freshness.due(asked, period))
    return [item for item in due if not forms or item.form in forms]


def _forms(asked: Ask, indicator: Indicator) -> frozenset[str]:
    """The forms that an indicator is made from; none for what is counted of the returns themselves."""
    vocabulary, forms = asked.vocabulary, set[str]()
    for measures in indicator.operands:
        source = vocabulary.source_of(measures)
        derived = vocabulary.derived.get(source or "")
        forms.update(derived.reads_from if derived else [source] if source else [])
    return frozenset(forms)


def _current(asked: Ask, found: Headline, *, with_unit: bool) -> str:
    """The value of the period asked for; where that is provisional, first that it is, then the last complete one."""
    row, said = found.current, found.said
    period = sentences.at(row.until)
    when = t("finding.unit_at", unit=row.unit_name, period=period) if with_unit else sentences.capital(period)
    if not found.is_provisional:
        return _value(asked, row, when)
    key = "headline.no_total" if row.value is None else "headline.not_complete"
    incomplete = t(key, period=when, reports=reports(asked, row))
    return incomplete if said is None else f"{incomplete}; {_value(asked, said, sentences.at(said.until))}"


def _value(asked: Ask, row: ValueRow, when: str) -> str:
    if row.value is None:
        reason = who_sent(asked, row)[0] if row.state is State.INCOMPLETE else why_missing(row).lower()
        return t("finding.no_value", period=when, name=sentences.name(row), reason=reason)
    text = t("finding.value", period=when, name=sentences.name(row), value=written(row))
    if not row.is_complete:
        return f"{text} ({who_sent(asked, row)[0]})"
    away, short = sentences.distance(row), short_of_plan(row)
    if row.status in JUDGED and away:
        text += f", {away}"
        if short:
            text += "; " + t("finding.people_short", count=formats.number(short, language()))
    return text
