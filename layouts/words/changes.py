"""Why a value moved, in words: "+0,9 điểm phần trăm, gồm +1,1 do các đơn vị thực hiện, -0,2 do thiếu báo cáo ..."."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from data.language import Language
from indicators.answers.movement import Moved
from indicators.methods.decomposition import Cause, rounded
from indicators.values.model import Format
from layouts.text import CATALOGUE
from layouts.words import formats

_LEADING = 3


def places(form: Format) -> int:
    """Decimals of a change as it is written; of a share in percentage points."""
    return 1 if form.is_share else form.decimals


def shown(moved: Moved) -> Mapping[Cause, Fraction]:
    """The parts as they are written, which add up to the written change; those that are written as 0 are left out.

    Shares are in percentage points.
    """
    form = moved.indicator.format
    scale = 100 if form.is_share else 1
    parts = {cause: scale * part for cause, part in (moved.split.parts if moved.split else {}).items()}
    return {cause: part for cause, part in rounded(parts, places(form)).items() if part}


def amount(value: Fraction, form: Format, language: Language) -> str:
    """A change with its sign, as `shown` gives it: "+1,1"."""
    return formats.signed(formats.number(value, language, places(form)), value)


def written_change(moved: Moved) -> Fraction:
    """The change as it is written; of shares in percentage points."""
    form = moved.indicator.format
    return rounded({"": moved.change * (100 if form.is_share else 1)}, places(form))[""]


def change(moved: Moved, language: Language) -> str:
    """By how much the value moved: "+0,9 điểm phần trăm"."""
    form = moved.indicator.format
    written = amount(written_change(moved), form, language)
    return CATALOGUE.say("finding.percentage_points", language, amount=written) if form.is_share else written


def causes(moved: Moved, language: Language) -> str:
    """The parts: "gồm +1,1 do các đơn vị thực hiện, -0,2 do thiếu báo cáo của 2 đơn vị"; empty without any.

    One part alone is all of the change: "hoàn toàn do sắp xếp tổ chức".
    """
    parts, form = shown(moved), moved.indicator.format
    counts = {name: getattr(moved, name) for name in ("missing", "partial", "gained")}
    whole = CATALOGUE.say("moved.all", language) if len(parts) == 1 else ""
    told = [
        CATALOGUE.say(f"moved.{_key(moved, cause)}", language, amount=whole or amount(part, form, language), **counts)
        for cause, part in parts.items()
    ]
    return told[0] if whole else CATALOGUE.say("moved.made_of", language, parts=", ".join(told)) if told else ""


def _key(moved: Moved, cause: Cause) -> str:
    if cause is not Cause.REPORTING:
        return str(cause)
    if moved.base == moved.period:  # known at two instants
        return "differ" if moved.missing or moved.partial else "received"
    if moved.gained:
        return "differ" if moved.missing or moved.partial else "gained"
    if moved.missing and moved.partial:
        return "missing_and_partial"
    return "missing" if moved.missing else "partial"


def leading(moved: Moved, language: Language) -> str:
    """The units that moved it most by what they did: "Huyện uỷ Song Đồng +0,3, Huyện uỷ Gia Hà -0,1"; empty if none."""
    form = moved.indicator.format
    scale = 100 if form.is_share else 1
    of_units = [(unit, scale * parts.get(Cause.UNITS, Fraction(0))) for unit, parts in moved.by_unit()]
    below = [(unit, part) for unit, part in of_units if unit.id != moved.unit.id]
    largest = sorted(below, key=lambda item: -abs(item[1]))[:_LEADING]
    written = [(unit.name, rounded({"": part}, places(form))[""]) for unit, part in largest]
    return ", ".join(f"{name} {amount(part, form, language)}" for name, part in written if part)
