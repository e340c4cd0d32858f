"""Sentences computed from rows: headlines, titles of charts, notes of incompleteness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from data.language import Language
from data.periods import Frequency, Period
from indicators.answers.rows import ValueRow
from indicators.methods.ranks import Rank
from indicators.values.value import JUDGED, Status
from layouts.text import language, t
from layouts.views.rows import noun_short, short_of_plan, why_missing, written
from layouts.words import formats, marks


def since(period: Period) -> str:
    """A period after "từ" or "since": "quý III năm 2020", "năm 2019"; in English a year is its number alone."""
    is_bare = language() is Language.EN and period.frequency is Frequency.YEAR
    return period.code if is_bare else at(period)


def at(period: Period) -> str:
    """A period inside a sentence: "quý III năm 2020", "năm 2019"."""
    return period.inside(language())


def short(code: str | None) -> str:
    """A period's code as on an axis: "Q3/2020"; a span keeps its code."""
    return Period.parse(code).short(language()) if code and ".." not in code else code or ""


def name(row: ValueRow) -> str:
    """The indicator inside a sentence."""
    return inside(row.indicator.title[language()])


def inside(title: str) -> str:
    """A title in the middle of a sentence."""
    return title[:1].lower() + title[1:]


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def points(gap: Fraction) -> str:
    """A distance between two shares, in percentage points, without its sign."""
    return formats.number(abs(gap) * 100, language(), 1)


def distance(row: ValueRow) -> str:
    """How far the value is from its plan, in words; empty without a plan or value."""
    if row.gap is None or row.plan is None:
        return ""
    if row.gap == 0:
        return t("finding.at_plan")
    side = "above" if row.gap > 0 else "below"
    amount = points(row.gap) if row.indicator.format.is_share else formats.number(abs(row.gap), language())
    kind = "points" if row.indicator.format.is_share else "count"
    return t(f"finding.{side}_{kind}", amount=amount)


def sentence(row: ValueRow, *, with_unit: bool = False) -> str:
    """Such as "Năm 2019: tỷ lệ ... 70,4 %, thấp hơn kế hoạch 4,6 điểm phần trăm; cần thêm 102 người"."""
    when = t("finding.unit_at", unit=row.unit_name, period=at(row.until)) if with_unit else row.until.title(language())
    if row.value is None:
        return t("finding.no_value", period=when, name=name(row), reason=why_missing(row))
    text = t("finding.value", period=when, name=name(row), value=written(row))
    away = distance(row)
    if away:
        text += f", {away}"
    short = short_of_plan(row)
    if short:
        text += "; " + t("finding.people_short", count=formats.number(short, language()), noun=noun_short(row))
    return text if row.is_complete else f"{text} ({reporting(row)})"


def spread(found: Sequence[ValueRow], ranks: Mapping[str, Rank]) -> str:
    """Of several units in one period: how many are on plan, and which is highest and lowest, if that can be told."""
    known = sorted((row for row in found if row.value is not None), key=lambda row: row.value or 0)
    if not known:
        return ""
    complete = [row for row in known if row.unit in ranks] or known
    low, high = complete[0], complete[-1]
    values = {
        "period": low.until.title(language()),
        "name": name(low),
        "high": _ends(complete, high),
        "high_value": written(high),
        "low": _ends(complete, low),
        "low_value": written(low),
    }
    if low.value == high.value:
        kind, values["count"] = "equal", formats.number(len(complete), language())
    else:
        kind = "spread" if _are_apart(ranks.get(low.unit), ranks.get(high.unit)) else "alike"
    judged = [row for row in known if row.status in JUDGED]
    if not judged:
        return t(f"finding.{kind}", **values)
    met = sum(row.status is Status.MET for row in judged)
    return t(f"finding.{kind}_judged", **values, met=met, all=len(judged))


def _are_apart(one: Rank | None, other: Rank | None) -> bool:
    return one is not None and other is not None and (one.is_before(other) or other.is_before(one))


def _ends(found: Sequence[ValueRow], end: ValueRow) -> str:
    """The unit with an extreme value, or how many share it."""
    tied = sum(row.value == end.value for row in found)
    return end.unit_name if tied == 1 else t("finding.tied", count=formats.number(tied, language()))


def ranked(rank: Rank) -> str:
    """A rank with its interval: "hạng 3-9 trong 16"."""
    low, high, of = (formats.number(each, language()) for each in (rank.low, rank.high, rank.of))
    if rank.low == rank.high:
        return t("compare.rank", rank=low, of=of)
    return t("compare.rank_between", low=low, high=high, of=of)


def reporting(row: ValueRow) -> str:
    """How many of the expected units have reported, such as "14/16 đơn vị"."""
    lang = language()
    return t(
        "finding.reporting",
        reporting=formats.number(row.reporting, lang),
        expected=formats.number(row.expected, lang),
    )


def change(now: ValueRow, before: ValueRow | None) -> str:
    """What changed since an earlier period; empty unless both are complete."""
    if before is None or now.value is None or before.value is None or not (now.is_complete and before.is_complete):
        return ""
    moved = now.value - before.value
    since = at(before.until)
    if moved == 0:
        return t("finding.unchanged", since=since)
    lang = language()
    if now.indicator.format.is_share:
        written = formats.number(moved * 100, lang, 1)
        amount = t("finding.percentage_points", amount=formats.signed(written, moved))
    else:
        written = formats.number(moved, lang, now.indicator.format.decimals)
        amount = formats.signed(written, moved)
    if not any(digit in "123456789" for digit in written):
        return t("finding.hardly_changed", since=since)
    return t("finding.change", amount=amount, since=since)


def latest_judged(found: Sequence[ValueRow]) -> ValueRow | None:
    """The last row with a verdict, else the last with a value."""
    judged = [row for row in found if row.status in JUDGED]
    valued = [row for row in found if row.value is not None]
    best = judged or valued
    return best[-1] if best else None


def hover(row: ValueRow) -> str:
    """The tooltip of a point."""
    lang = language()
    lines = [f"<b>{row.unit_name}</b>", f"{row.until.title(lang)}: <b>{written(row)}</b>"]
    if row.numerator is not None and row.denominator is not None:
        lines.append(f"{formats.number(row.numerator, lang)} / {formats.number(row.denominator, lang)}")
    if row.plan is not None:
        lines.append(f"{t('table.plan')}: {formats.value(row.plan, row.indicator.format, lang)}")
    if not row.is_complete:
        lines.append(f"{marks.HOLLOW} {why_missing(row)}: {reporting(row)}")
    return "<br>".join(lines)
