"""Why the value of a page moved since the year before: sentences, and what each unit below contributed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from data.organisations.units import Unit
from indicators.answers.enquiry import Enquiry
from indicators.answers.movement import Moved, movements
from indicators.methods.decomposition import Cause, rounded
from indicators.values.model import MeanPerYear
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.ask import Ask
from layouts.views.headlines import Headline
from layouts.words import changes


def moved(asked: Ask, found: Headline) -> Sequence[Moved]:
    """The changes of what a headline says, and of the period asked for where that is not yet complete."""
    indicator = found.current.indicator
    if isinstance(indicator.formula, MeanPerYear):
        return ()
    periods = tuple(dict.fromkeys((found.said or found.current, found.current)))
    enquiry = Enquiry(
        indicators=(indicator.code,),
        unit=asked.unit.code,
        periods=tuple(row.until for row in periods),
        basis=asked.basis,
    )
    return asked.answered(movements, enquiry)


def sentence(one: Moved) -> str:
    """As "Năm 2019 so với năm 2018: +0,9 điểm phần trăm, gồm +1,1 do ...": empty if written as no change at all."""
    speech = language()
    if not changes.written_change(one) and not changes.shown(one):
        return ""
    head = "moved.since" if one.is_complete else "moved.since_incomplete"
    said = {
        "head": t(head, period=sentences.capital(sentences.at(one.period)), since=sentences.at(one.base)),
        "change": changes.change(one, speech),
    }
    if one.split is None:
        return t("moved.unsplit", **said)
    # Of a unit without units below its own change is no cause.
    causes = changes.causes(one, speech) if one.units.keys() != {one.unit.id} else ""
    told = t("moved.change", **said, parts=causes) if causes else t("moved.alone", **said)
    names = changes.leading(one, speech)
    if names:
        told += " " + t("moved.leading", names=names)
    return f"{told} {t('moved.estimated')}" if one.is_estimated else told


@dataclass(frozen=True, slots=True)
class ContributionTable:
    """What each unit contributed, the largest first, as it is written: lines and columns add up to the change."""

    causes: tuple[Cause, ...]
    lines: tuple[tuple[Unit, Mapping[Cause, Fraction]], ...]
    sums: Mapping[Cause, Fraction]


def contributions(one: Moved) -> ContributionTable:
    """The table of a change, with one decimal more than its sentence where that has any."""
    form = one.indicator.format
    scale, places = (100, changes.places(form) + 1) if form.is_share else (1, changes.places(form))
    given = one.by_unit()
    parts = one.split.parts if one.split else {}
    sums = rounded({cause: scale * part for cause, part in parts.items()}, places)
    columns = {
        cause: rounded({unit.id: scale * own.get(cause, Fraction(0)) for unit, own in given}, places, total)
        for cause, total in sums.items()
    }
    lines = [(unit, {cause: column[unit.id] for cause, column in columns.items()}) for unit, _ in given]
    return ContributionTable(tuple(sums), tuple(line for line in lines if any(line[1].values())), sums)
