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
from layouts.views.figure_links import Aspect, anchored, figure_of, parse_aspect, plain
from layouts.views.rows import noun_short, planned, rows, series, short_of_plan, why_missing, written
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
    last = freshness.last_year(asked.period, freshness.due(asked, asked.period))
    return last.previous, last


def sentence(asked: Ask, found: Headline, *, with_unit: bool = False) -> str:
    """As "Quý III năm 2020: tỷ lệ ... 70,9 % (14/16 đơn vị); năm 2019: 70,4 %, kế hoạch 75 %".

    With the unit it says also how the value moved.
    """
    judged, said = found.judged, found.said or found.current
    parts = [_current(asked, found, with_unit=with_unit)]
    if with_unit:
        parts.append(moved(asked, said, found.before))
    if found.is_provisional:
        parts.append(provisional(asked, found.current) if found.current.value is not None else "")
    elif said.value is None and found.complete is not None and found.complete.until != (judged or said).until:
        parts.append(last_complete(asked, found.complete))
    if judged is not None and judged.until != said.until:
        parts.append(level(asked, judged))
    return "; ".join(part for part in parts if part)


def mean(asked: Ask, indicator: Indicator) -> str:
    """As "Tỉnh uỷ ..., 1997–2019: kết nạp bình quân mỗi năm 2.339,1 (53.800 : 23 năm)"; of whole years only."""
    years = series(asked, Frequency.YEAR, judged_years(asked)[-1])
    found = rows(asked, (indicator.code,), asked.unit, years) if years else ()
    if not found or found[0].value is None:
        return t("trend.nothing", name=sentences.inside(indicator.title[language()]), unit=asked.unit.name)
    row, aspect = found[0], parse_aspect(asked)
    span = t("finding.unit_at", unit=row.unit_name, period=row.period.code.replace("..", "–"))
    about = {"place": span, "name": sentences.name(row), "value": written(row)}
    about["total"], about["years"] = (formats.number(of, language()) for of in (row.numerator, row.denominator))
    return t(f"headline.mean_{aspect}" if aspect in {Aspect.TOTAL, Aspect.YEARS} else "headline.mean", **about)


def of_figure(asked: Ask, found: Headline, aspect: Aspect) -> str:
    """The headline of a page that a figure led to: the figure first, then the value that it is of."""
    row = found.current
    told = {
        Aspect.PROVISIONAL: _provisional_alone(asked, row) if found.is_provisional else "",
        Aspect.PLAN: t("figure.plan", plan=planned(row)) if row.plan is not None else "",
        Aspect.DISTANCE: sentences.distance(row),
        Aspect.NEEDED: needed(row),
        Aspect.CHANGE: sentences.change(row, found.before),
        Aspect.GROWTH: _growth(asked, row) if aspect is Aspect.GROWTH else "",
    }.get(aspect, "")
    if not told:
        return plain(sentence(asked, found, with_unit=True))
    place = t("finding.unit_at", unit=row.unit_name, period=sentences.at(row.until))
    after = last_complete(asked, found.complete) if found.is_provisional and found.complete else ""
    if not found.is_provisional:
        after = t("figure.value", value=written(row))
    lead = t("figure.lead", place=place, name=sentences.name(row), told=told)
    return plain("; ".join(part for part in (lead, after) if part))


def _growth(asked: Ask, last: ValueRow) -> str:
    """How much a value has grown since the first year that is known in full, as "+97,8 % so với năm 1997 (43.306)"."""
    years = rows(asked, (last.indicator.code,), asked.unit, series(asked, Frequency.YEAR, last.until))
    first = next((row for row in years if row.is_complete and row.value), None)
    if first is None or first.value is None or last.value is None:
        return ""
    growth = last.value / first.value - 1
    amount = formats.signed(formats.share(growth, language()), growth)
    return t("figure.growth", amount=amount, since=sentences.at(first.until), value=written(first))


def needed(row: ValueRow) -> str:
    """As "cần thêm 102 người"; empty where nothing is lacking."""
    short = short_of_plan(row)
    return t("finding.people_short", count=formats.number(short, language()), noun=noun_short(row)) if short else ""


def _provisional_alone(asked: Ask, row: ValueRow) -> str:
    return t("figure.provisional", value=written(row), reports=reports(asked, row)) if row.value is not None else ""


def last_complete(asked: Ask, row: ValueRow) -> str:
    """As "kỳ gần nhất đủ số liệu, quý II năm 2020: 86.463"."""
    return t("overview.last_full", period=sentences.at(row.until), value=value_of(asked, row))


def level(asked: Ask, judged: ValueRow) -> str:
    """As "năm 2019: 70,4 %, kế hoạch 75 %; cần thêm 102 người"."""
    plan = figure_of(asked, planned(judged), judged, Aspect.PLAN)
    text = t("overview.judged", period=sentences.at(judged.until), value=value_of(asked, judged), plan=plan)
    short = short_of_plan(judged)
    return text + (t("overview.short", count=needed_of(asked, judged), noun=noun_short(judged)) if short else "")


def value_of(asked: Ask, row: ValueRow) -> str:
    """The written value, anchored."""
    return figure_of(asked, written(row), row)


def needed_of(asked: Ask, row: ValueRow) -> str:
    """How many more are needed, anchored."""
    return figure_of(asked, formats.number(short_of_plan(row), language()), row, Aspect.NEEDED)


def moved(asked: Ask, row: ValueRow, before: ValueRow | None) -> str:
    """What changed since an earlier period, anchored; empty unless both are complete."""
    text = sentences.change(row, before)
    changed = before is not None and row.value != before.value
    return figure_of(asked, text, row, Aspect.CHANGE) if text and changed else text


def provisional(asked: Ask, row: ValueRow) -> str:
    """As "tạm tính quý III năm 2020: 71.096 (13/16 đơn vị; chưa nộp: Huyện uỷ ...)".

    No amount before anybody has reported the period: what is known of the year by then is not the period's.
    """
    return provisionally(asked, row, value_of(asked, row), reports(asked, row))


def provisionally(asked: Ask, row: ValueRow, value: str, sent: str) -> str:
    """A provisional amount of a row's period, with who sent what it is made from."""
    if row.value is None or not freshness.has_begun(_returns(asked, row.indicator, (row.until,))):
        return t("headline.no_total", period=sentences.at(row.until), reports=sent)
    return t("headline.provisional", period=sentences.at(row.until), value=value, reports=sent)


def reports(asked: Ask, row: ValueRow, *, since_january: bool = False) -> str:
    """Both parts of `who_sent`."""
    return "; ".join(part for part in who_sent(asked, row, since_january=since_january) if part)


def who_sent(asked: Ask, row: ValueRow, *, since_january: bool = False) -> tuple[str, str]:
    """How many committees sent what an incomplete value is made from, and which did not; "" where that is no matter."""
    pending, opened = _periods(asked, row, since_january=since_january)
    if pending:
        return t("headline.pending", periods=", ".join(period.short(language()) for period in pending)), ""
    state = freshness.completeness(_returns(asked, row.indicator, opened))
    href = asked.address("/returns", unit=row.unit, period=row.until.code, indicator=row.indicator.code)
    if not state.missing:
        return anchored(sentences.reporting(row), href), ""
    sent = t("headline.sent", sent=state.sent, all=len(state.committees))
    return anchored(sent, href), t("headline.missing", names=freshness.named(state.missing, language()))


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
    text = t("finding.value", period=when, name=sentences.name(row), value=value_of(asked, row))
    if not row.is_complete:
        return f"{text} ({who_sent(asked, row)[0]})"
    away = sentences.distance(row)
    if row.status in JUDGED and away:
        text += f", {figure_of(asked, away, row, Aspect.DISTANCE)}"
        if short_of_plan(row):
            text += "; " + t("finding.people_short", count=needed_of(asked, row), noun=noun_short(row))
    return text
