"""The figure of a pace that led to the page, stated first."""

from __future__ import annotations

from layouts.text import language, t
from layouts.views import sentences
from layouts.views.figure_links import PARAMETER
from layouts.views.planning import Planning
from layouts.words import formats


def stated(seen: Planning) -> str:
    """As "Tỉnh uỷ ..., quý II năm 2020, kết nạp: dự kiến cả năm 2.523; "; empty where no figure led here."""
    row, speech = seen.spoken, language()
    if row is None:
        return ""
    told = {
        "plan": t("figure.plan", plan=formats.number(row.plan, speech)) if row.plan is not None else "",
        "projection": t("figure.projection", count=formats.number(row.projection, speech)) if row.projection else "",
        "chance": "" if row.chance is None else t("figure.chance", share=formats.chance(row.chance, speech)),
    }.get(seen.asked.query.get(PARAMETER, ""), "")
    if not told:
        return ""
    place = t("finding.unit_at", unit=row.unit_name, period=sentences.at(row.until))
    name = sentences.inside(seen.indicator.title[speech])
    return t("figure.lead", place=place, name=name, told=told) + ". "
