"""Formulas, in words and in codes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from data.language import Language
from indicators.values.model import (
    ByLevel,
    Difference,
    Formula,
    Growth,
    GrowthGap,
    Indicator,
    MeanPerYear,
    Measures,
    PlanRate,
    Ratio,
    Total,
)
from layouts.text import CATALOGUE
from layouts.words import formats

_Sum = Callable[[Measures], str]


def in_words(indicator: Indicator, language: Language) -> str:
    """The formula with the titles of its measures: "Σ Đảng viên … : Σ …"."""
    titles = {measure.code: measure.title[language] for measure in indicator.measures}

    def titled(measures: Measures) -> str:
        return " + ".join(f"Σ {titles[measure]}" for measure in measures)

    return _render(indicator.formula, titled, language)


def in_codes(indicator: Indicator) -> str:
    """The formula with the codes of its measures: "Σ village_heads_members : Σ village_heads"."""
    return _render(indicator.formula, lambda measures: " + ".join(f"Σ {measure}" for measure in measures), Language.EN)


def _render(formula: Formula, summed: _Sum, language: Language) -> str:
    def t(key: str, /, **values: object) -> str:
        return CATALOGUE.say(key, language, **values)

    match formula:
        case Total(of=of):
            return summed(of)
        case Difference():
            return _difference(formula, summed)
        case ByLevel(at=at):
            return "; ".join(t(f"workings.at_{level}", formula=_difference(each, summed)) for level, each in at)
        case Ratio(numerator=numerator, denominator=denominator, per=per):
            share = t(
                "workings.ratio", numerator=_operand(numerator, summed), denominator=_operand(denominator, summed)
            )
            return share if per == 1 else f"{share} × {formats.number(Fraction(per), language)}"
        case GrowthGap(of=of, against=against, years=years):
            one, other = (t("workings.growth", of=_operand(each, summed), years=years) for each in (of, against))
            return f"({one}) {formats.MINUS} ({other})"
        case Growth(of=of, since=None, years=years):
            return t("workings.growth", of=_operand(of, summed), years=years)
        case Growth(of=of, since=since):
            return t("workings.growth_since", of=_operand(of, summed), year=since)
        case PlanRate(of=of):
            return t("workings.plan_rate", of=_operand(of, summed))
        case MeanPerYear(of=of):
            return t("workings.mean", of=_operand(of, summed))


def _difference(formula: Difference, summed: _Sum) -> str:
    return f"{summed(formula.plus)} {formats.MINUS} {_operand(formula.minus, summed)}"


def _operand(measures: Measures, summed: _Sum) -> str:
    """A sum of several measures is bracketed."""
    return summed(measures) if len(measures) == 1 else f"({summed(measures)})"
