"""The full definition of an indicator: formula, sources, columns, direction, plan, roll-up, methods."""

from __future__ import annotations

from collections.abc import Iterator

from data.forms.vocabulary import Vocabulary
from data.measures import Kind
from indicators.values.against_plan import has_pace
from indicators.values.model import (
    ByLevel,
    Difference,
    Direction,
    Growth,
    GrowthGap,
    Indicator,
    MeanPerYear,
    PlanKind,
    PlanRate,
    Ratio,
    Total,
)
from indicators.values.reading import sources
from layouts.text import language, t
from layouts.words import formats, formulas


def facts(indicator: Indicator, vocabulary: Vocabulary) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Labelled facts, each with its lines."""
    lang = language()
    yield t("dictionary.formula"), (formulas.in_words(indicator, lang),)
    yield t("dictionary.columns"), tuple(_columns(indicator, vocabulary))
    yield t("workings.clause"), (indicator.clause,)
    yield t("dictionary.unit"), (indicator.unit[lang],)
    yield t("dictionary.direction"), (t(f"dictionary.direction_{indicator.direction}"),)
    yield t("table.plan"), (_plan(indicator),)
    yield t("dictionary.rollup"), tuple(_rollup(indicator))
    yield t("dictionary.method"), tuple(_methods(indicator))
    if indicator.note is not None:
        yield t("dictionary.note"), (indicator.note[lang],)


def _columns(indicator: Indicator, vocabulary: Vocabulary) -> Iterator[str]:
    """The column of each measure: form, column number and header."""
    for measures in indicator.operands:
        held = next(iter(sources(vocabulary, measures)), None)
        for code in measures:
            yield _column(vocabulary, held, code)


def _column(vocabulary: Vocabulary, source: str | None, code: str) -> str:
    lang = language()
    title = vocabulary.measures[code].title[lang]
    if source is not None and source in vocabulary.derived:
        of = ", ".join(vocabulary.derived[source].reads_from) or t("dictionary.receipts")
        return t("dictionary.counted", title=title, of=of)
    form = vocabulary.forms.get(source or "")
    if form is None or code not in form.by_code:
        return title
    number = form.column_numbers.get(code, "").partition("=")[0]
    return t("dictionary.column", form=form.code, number=number, header=" › ".join(form.by_code[code].header))


def _plan(indicator: Indicator) -> str:
    if indicator.plan is PlanKind.NONE:
        return t("dictionary.plan_none")
    plan = t(f"dictionary.plan_{indicator.plan}")
    if indicator.standard is None:
        return plan
    standard = formats.value(indicator.standard, indicator.format, language())
    return f"{plan} {t('dictionary.standard', value=standard, clause=indicator.clause)}"


def _rollup(indicator: Indicator) -> Iterator[str]:
    match indicator.formula:
        case Ratio():
            yield t("dictionary.rollup_ratio")
        case Growth() | GrowthGap():
            yield t("dictionary.rollup_growth")
        case PlanRate():
            yield t("dictionary.rollup_plan_rate")
        case MeanPerYear():
            yield t("dictionary.rollup_mean")
        case ByLevel():
            yield t("dictionary.rollup_by_level")
        case Total() | Difference():
            yield t("dictionary.rollup_units")
    for kind in dict.fromkeys(measure.aggregation_kind for measure in indicator.measures):
        yield t(f"dictionary.over_time_{kind}")


def _methods(indicator: Indicator) -> Iterator[str]:
    if indicator.plan is not PlanKind.NONE:
        yield t("dictionary.method_level")
        if isinstance(indicator.formula, Ratio) and indicator.format.is_share:
            yield t("dictionary.method_few")
    if has_pace(indicator):
        yield t("dictionary.method_pace")
    if isinstance(indicator.formula, Ratio):
        yield t("dictionary.method_funnel")
    if not isinstance(indicator.formula, MeanPerYear):
        change = indicator.kinds == {Kind.STOCK} and not isinstance(indicator.formula, Ratio)
        yield t("dictionary.method_control_change") if change else t("dictionary.method_control")
    if indicator.direction is Direction.NEUTRAL:
        yield t("dictionary.method_neutral")
