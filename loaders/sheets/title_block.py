"""The title block above the header: sender, period, and whether figures are for the period or cumulative."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process

from data.forms.model import Form
from data.language import Text
from data.organisations.units import Registry, Tree, Unit
from data.periods import Period
from data.returns import Finding
from data.vietnamese.person_names import masked
from data.vietnamese.text import clean, key, proper_key
from loaders.findings import error, period_text
from loaders.messages import sentence
from loaders.sheets.period_lines import counts_from_january, read_period
from loaders.sheets.recognise import Recognised
from loaders.vietnamese.numbers import show
from loaders.vietnamese.unit_names import parse_name
from loaders.workbook import address

_CODE = re.compile(r"mã\s+(?:số\s+)?(?:đơn vị|tổ chức)(?:\s+báo cáo)?\s*[:：]?\s*(.*)", re.IGNORECASE)
_CUMULATIVE = key("luỹ kế")
_CLOSE_ENOUGH = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleBlock:
    """The sender and period of a return, with the tree on the period's last day."""

    sender: Unit
    period: Period
    cumulative: bool
    tree: Tree


@dataclass(frozen=True, slots=True)
class _Line:
    cell: str
    text: str
    after: str


def read_title_block(found: Recognised, registry: Registry) -> tuple[TitleBlock | None, list[Finding]]:
    """Sender and period, or findings that name what is missing."""
    lines = _lines(found)
    findings: list[Finding] = []
    period = _period(found, lines, findings)
    if period is None:
        return None, findings
    tree = registry.at(period.end)
    sender = find_sender(found, tree, findings)
    if sender is None:
        return None, findings
    cumulative = any(_CUMULATIVE in key(line.text) or counts_from_january(line.text) for line in lines)
    return TitleBlock(sender=sender, period=period, cumulative=cumulative, tree=tree), findings


def _lines(found: Recognised) -> list[_Line]:
    lines = []
    for row, cells in enumerate(found.sheet.rows[: found.header.top]):
        texts = [(column, clean(cell)) for column, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()]
        for place, (column, text) in enumerate(texts):
            after = texts[place + 1][1] if place + 1 < len(texts) else ""
            lines.append(_Line(address(row, column), text, after))
    return lines


def _period(found: Recognised, lines: list[_Line], findings: list[Finding]) -> Period | None:
    named = [(line, period) for line in lines if (period := read_period(line.text))]
    periods = list(dict.fromkeys(period for _, period in named))
    shortest = min(periods, key=lambda period: period.frequency.months, default=None)
    if shortest is None:
        findings.append(_no_period(found))
        return None
    line = next(line for line, period in named if period == shortest)
    if any(not period.contains(shortest) for period in periods):
        listed = ", ".join(sorted(period.title() for period in periods))
        findings.append(error("several_periods", found.name, line.cell, periods=listed))
        return None
    if shortest.frequency not in found.form.frequencies:
        due = _frequencies(found.form)
        findings.append(
            error("wrong_frequency", found.name, line.cell, period=period_text(shortest), form=found.form.code, due=due)
        )
        return None
    if not found.form.valid_on(shortest.end):
        findings.append(_not_valid(found, line.cell, shortest))
        return None
    return shortest


def _no_period(found: Recognised) -> Finding:
    """Where "12/2019" was typed Excel stored a date; that is reported, not guessed at."""
    for row, cells in enumerate(found.sheet.rows[: found.header.top]):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                return error("period_is_a_date", found.name, address(row, column), shown=show(cell))
    return error("no_period", found.name)


def _not_valid(found: Recognised, cell: str, period: Period) -> Finding:
    form, wanted = found.form, found.vocabulary.form_on(found.form.code, period.end)
    about = {"form": form.code, "period": period_text(period)}
    if not wanted.valid_on(period.end):
        return error("form_not_valid", found.name, cell, **about)
    return error("other_version", found.name, cell, version=form.version, wanted=wanted.version, **about)


def _frequencies(form: Form) -> Text:
    listed = sorted(form.frequencies, key=lambda frequency: -frequency.months)
    return sentence(f"frequencies_{'_'.join(listed)}")


def find_sender(found: Recognised, tree: Tree, findings: list[Finding]) -> Unit | None:
    """The sender named in the title block: by "Mã đơn vị", else by the name of the issuing body."""
    lines = _lines(found)
    for line in lines:
        stated = _CODE.fullmatch(line.text)
        code = (stated[1] or line.after).strip(" .") if stated else ""
        if not code:
            continue
        unit = tree.by_code.get(code) or tree.by_code.get(code.upper())
        if unit is None:
            findings.append(unknown_unit("unknown_sender", found.name, line.cell, code, tuple(tree.units.values())))
        return unit
    return _sender_by_name(found, lines, tree, findings)


def _sender_by_name(found: Recognised, lines: list[_Line], tree: Tree, findings: list[Finding]) -> Unit | None:
    """The lowest of the units named in the title block: the issuing body, not its superior."""
    for of in (key, proper_key, _body_key):
        by_name: dict[object, list[Unit]] = {}
        for unit in tree.units.values():
            by_name.setdefault(of(unit.name), []).append(unit)
        named = [by_name.get(of(line.text), []) for line in lines]
        single = [units[0] for units in named if len(units) == 1]
        if single:
            return max(single, key=lambda unit: len(tree.ancestors(unit.id)))
    findings.append(error("no_sender", found.name))
    return None


def _body_key(name: str) -> object:
    """The key shared by "Huyện uỷ Thuỷ Sơn" and "Đảng bộ huyện Thuỷ Sơn"; names without a territory match nothing."""
    parts = parse_name(name)
    return (parts.body, parts.territory, parts.own) if parts.body and parts.territory else object()


def unknown_unit(code: str, sheet: str, cell: str, written: str, units: tuple[Unit, ...]) -> Finding:
    """A finding about an unknown unit, suggesting the most similar known one, if any is close."""
    by_code = _looks_like_code(written)
    choices = [unit.code if by_code else unit.name for unit in units]
    nearest = process.extractOne(written, choices, scorer=fuzz.ratio, processor=str.lower, score_cutoff=_CLOSE_ENOUGH)
    if nearest is None:
        return error(code, sheet, cell, written=masked(written))
    unit = units[nearest[2]]
    return error(f"{code}_suggested", sheet, cell, written=masked(written), code=unit.code, name=unit.name)


def _looks_like_code(text: str) -> bool:
    return " " not in text and any(character.isdigit() for character in text)
