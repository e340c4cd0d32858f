"""Signal or noise? The XmR chart of one indicator with its icons and a sentence that explains them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from indicators.answers.signals import ControlRow
from indicators.methods.control import Assurance, Flag, PointType
from indicators.methods.gates import Gate
from indicators.values.model import Format
from layouts.figures.chart import Figure, figure
from layouts.figures.control import ControlPoint, control
from layouts.figures.signal import COLOURS, SYMBOLS, assurance_icon, variation_icon
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.trending import Trending
from layouts.words import formats


def title(seen: Trending) -> str:
    """A sentence on what the latest points do, or on why nothing is said of them."""
    found = seen.signals
    if not found:
        return ""
    last = found[-1]
    code = sentences.name(seen.shown[-1])
    name = sentences.capital(t("variation.change_of", name=code) if last.change else code)
    if last.gate is not None:
        return _gated(seen, last.gate, name)
    if last.deseasonalised:
        name = t("variation.without_season", name=name)
    sentence = _usual(seen, last, name) if last.flag is Flag.COMMON else _unusual(seen, last, name)
    assured = _assurance(last)
    return sentence if assured is None else f"{sentence}; {t(f'assured.{assured}')}"


def _assurance(last: ControlRow) -> Assurance | None:
    """Whether the plan is within reach of the usual range; unsaid while the latest points leave that range behind."""
    return last.assurance if last.flag is Flag.COMMON else None


def _usual(seen: Trending, last: ControlRow, name: str) -> str:
    low, high = _usual_range(seen, last)
    usual = "" if low == high else t("variation.usually", usual=_between(seen, last))
    return t("variation.common_cause", name=name, mean=_written(seen, last.mean)) + usual


def _unusual(seen: Trending, last: ControlRow, name: str) -> str:
    """What the points do, why that is unusual, and its grade: none where they run the other way."""
    why = _lately(seen, last)
    begun = next((row for row in seen.signals if row.until == last.movement_since), None)
    if begun is None or last.movement is None:
        so = t("variation.at", name=name, value=_written(seen, last.charted), period=sentences.since(last.until))
    else:
        so = t(
            f"variation.{last.movement}{'_gradually' if last.gradual else ''}",
            name=name,
            first=_written(seen, begun.charted),
            since=sentences.since(begun.until),
            last=_written(seen, last.charted),
            until=sentences.since(last.until),
        )
        if last.movement.sign != last.flag.side:
            return t("variation.although", so=so, why=why)
    told = t("variation.because", so=so, why=why)
    return told if last.grade is None else t(f"variation.{last.grade}", told=told)


def _lately(seen: Trending, last: ControlRow) -> str:
    """Why the latest points are unusual, inside a sentence."""
    return t(f"lately.{last.flag.name.lower()}", count=last.lasting, mean=_written(seen, last.mean))


def note(seen: Trending) -> str:
    """What is charted, with a warning if points are few."""
    if not seen.signals:
        return ""
    last, parts = seen.signals[-1], [t("variation.limits")]
    if last.change:
        parts.append(t("variation.of_change"))
    if last.deseasonalised:
        parts.append(t("variation.deseasonalised"))
    if last.short and last.gate is None:
        parts.append(t("variation.short"))
    return " ".join(parts)


def icons(seen: Trending) -> list[Component]:
    """One icon for the variation, one for the plan; none if a gate applies."""
    if not seen.signals:
        return []
    last, found = seen.signals[-1], []
    if last.variation is not None:
        side = last.flag.side
        letter = {1: t("signal.high"), -1: t("signal.low")}.get(side, "")
        found.append(_icon(variation_icon(last.variation, side, letter), _variation_text(last)))
    if (assured := _assurance(last)) is not None:
        letters = {Assurance.PASS: t("signal.passes"), Assurance.FAIL: t("signal.fails")}
        found.append(_icon(assurance_icon(assured, letters.get(assured, "?")), t(f"signal.{assured}")))
    return found


def drawn(seen: Trending) -> Figure:
    """The chart."""
    found = seen.signals
    if not found:
        return figure([], language())
    last = found[-1]
    plan = None if last.change or last.plan is None else float(last.plan)
    return control(
        [_point(seen, row) for row in found],
        language(),
        scale=formats.scale(seen.indicator.format, language()),
        target=plan,
        names=(t("variation.mean"), t("table.plan")),
    )


def table(seen: Trending) -> Mapping[str, Any]:
    """The chart as a table, the latest period first."""
    head = [t("table.period"), t("variation.charted"), t("variation.mean"), t("variation.between"), t("variation.says")]
    body = [
        [
            row.until.title(language()),
            _written(seen, row.charted),
            _written(seen, row.mean),
            _between(seen, row),
            _flags_text(row),
        ]
        for row in reversed(seen.signals)
    ]
    return {"head": head, "body": body}


def _gated(seen: Trending, gate: Gate, name: str) -> str:
    begun = seen.rebase_points[-1] if seen.rebase_points else seen.signals[0].until
    last = [row for row in seen.signals if row.until >= begun]
    count = sum(row.charted is not None for row in last)
    needed = seen.asked.reader.thresholds.whole("chart_points")
    # A single point trivially equals itself: that is not stability.
    return t(f"gate.{Gate.SHORT if count < 2 else gate}", name=name, count=count, needed=needed)


def _icon(source: str, words: str) -> Component:
    # The text stands beside it: screen readers need not read it twice.
    return html.Span([html.Img(src=source, alt="", width=56, height=56), html.Span(words)], className="signal")


def _point(seen: Trending, row: ControlRow) -> ControlPoint:
    period = row.until
    kind = PointType.COMMON_CAUSE if row.gate is not None else row.point_type
    lines = [f"{period.title(language())}: <b>{_written(seen, row.charted)}</b>"]
    if row.upl is not None:
        lines.append(f"{t('variation.between')}: {_between(seen, row)}")
    if kind is not PointType.COMMON_CAUSE:
        lines.append(_flags_text(row))
    return ControlPoint(
        label=period.short(language()),
        key=(period.code, row.unit),
        hover="<br>".join(lines),
        value=row.charted,
        mean=row.mean,
        low=row.lpl,
        high=row.upl,
        colour=COLOURS[kind],
        symbol=SYMBOLS[kind],
    )


def _variation_text(last: ControlRow) -> str:
    """The words beside the icon: the flag of the last point, with its grade if it has one."""
    if last.flag is Flag.COMMON:
        return t("signal.common_cause")
    return t(f"signal.{last.grade or 'unusual'}", why=t(f"flag.{last.flag.name.lower()}"))


def _flags_text(row: ControlRow) -> str:
    """Why a point is unusual: a fact; whether that is good is said of the whole chart."""
    if row.gate is not None or row.charted is None:
        return formats.NOTHING
    if row.flag is Flag.COMMON:
        return t("signal.common_cause")
    return sentences.capital(t(f"flag.{row.flag.name.lower()}"))


def _between(seen: Trending, row: ControlRow) -> str:
    low, high = _usual_range(seen, row)
    return formats.NOTHING if row.upl is None else t("trend.between", low=low, high=high)


def _usual_range(seen: Trending, row: ControlRow) -> tuple[str, str]:
    """The limits in words: no count and no share is below 0, whatever their arithmetic."""
    signed = row.change or seen.indicator.format in {Format.SIGNED_COUNT, Format.SIGNED_PERCENT}
    low = row.lpl if signed or row.lpl is None else max(0.0, row.lpl)
    return _written(seen, low), _written(seen, row.upl)


def _written(seen: Trending, amount: float | None) -> str:
    """A value of the chart; for counts with a decimal, since means and limits are not integers."""
    form = seen.indicator.format
    if amount is None or form.is_share:
        return formats.value(amount, form, language())
    return formats.number(amount, language(), 0 if amount == int(amount) else 1)
