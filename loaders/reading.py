"""Reads one workbook without a database: opens, recognises, checks; accepts it whole or returns every finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from data.forms.dm_registry import DM, SX
from data.forms.kh_plans import KH
from data.forms.ls_history import CB, LS
from data.forms.nv_tasks import NV
from data.organisations.units import Registry, Succession, Unit
from data.returns import Finding, ParsedWorkbook, RegistryReturn, Return, SourceFile
from loaders.findings import error, is_refused, sort_findings, warning
from loaders.formats import dispatch as formats
from loaders.official import OfficialSheet, read_officials
from loaders.references import References
from loaders.registers.history_sheet import read_history
from loaders.registers.plan_sheet import read_plans
from loaders.registers.registry_sheets import read_registry
from loaders.registers.task_sheet import read_tasks
from loaders.returns.agreement import check_file_name, check_senders, check_sheets
from loaders.returns.checks import check_across
from loaders.returns.reading import read_return, to_return
from loaders.returns.return_table import ReturnTable
from loaders.sheet_choice import choose, duplicate_sheets
from loaders.sheets.personal_data import personal_data
from loaders.sheets.recognise import Recognised
from loaders.workbook import Unreadable, Workbook

_Sheets = Mapping[str, Recognised]


def read(source: SourceFile, references: References) -> tuple[ParsedWorkbook | None, list[Finding]]:
    """The content of a workbook, None when any finding is an error; findings by sheet, row and column."""
    try:
        book = formats.read(source.content)
    except Unreadable as refusal:
        return None, [error(refusal.message, **refusal.values)]
    return read_book(source, book, references)


def read_book(
    source: SourceFile, book: Workbook, references: References
) -> tuple[ParsedWorkbook | None, list[Finding]]:
    """Like `read`, for a file already opened."""
    sheets = book.sheets
    about_persons = personal_data(book, references.registry, source.name)
    if about_persons:
        return None, [about_persons]
    recognised, officials, findings = choose(sheets, references.vocabulary, references.mappings)
    names = {found.name for found in recognised} | {found.name for found in officials}
    findings.extend(_remarks(book, names))
    by_form = _one_each(recognised, findings)
    workbook = _read_forms(source, by_form, officials, references, findings)
    found = sort_findings(findings, [sheet.name for sheet in sheets])
    return (None if is_refused(found) else workbook), found


def _remarks(book: Workbook, read: Collection[str]) -> Iterator[Finding]:
    """Remarks by the container's reader about the file and the sheets that are read."""
    for remark in book.remarks:
        yield warning(remark.message, "", **dict(remark.values))
    for sheet in book.sheets:
        if sheet.name in read:
            for remark in sheet.remarks:
                yield warning(remark.message, sheet.name, **dict(remark.values))


def _one_each(recognised: Sequence[Recognised], findings: list[Finding]) -> _Sheets:
    by_form: dict[str, list[Recognised]] = defaultdict(list)
    for found in recognised:
        by_form[found.form.code].append(found)
    for code, sheets in by_form.items():
        if len(sheets) > 1:
            findings.append(duplicate_sheets(code, sheets))
    return {code: sheets[0] for code, sheets in by_form.items() if len(sheets) == 1}


def _read_forms(
    source: SourceFile,
    by_form: _Sheets,
    officials: Sequence[OfficialSheet],
    references: References,
    findings: list[Finding],
) -> ParsedWorkbook:
    registry: Registry | None = references.registry
    units: RegistryReturn | None = None
    if DM.code in by_form:
        units, problems = read_registry(by_form[DM.code], by_form.get(SX.code))
        findings.extend(problems)
        registry = None if is_refused(problems) else registry_of(units)
    elif SX.code in by_form:
        findings.append(error("successions_alone", by_form[SX.code].name))
    plans = None
    if KH.code in by_form:
        plans, problems = read_plans(by_form[KH.code], registry, references.indicators)
        findings.extend(problems)
    tasks = None
    if NV.code in by_form:
        tasks, problems = read_tasks(by_form[NV.code], registry)
        findings.extend(problems)
    returns: list[Return] = []
    if LS.code in by_form:
        history, problems = read_history(by_form[LS.code], by_form.get(CB.code), registry)
        findings.extend(problems)
        returns.extend([history] if history else ())
    elif CB.code in by_form:
        findings.append(error("published_alone", by_form[CB.code].name))
    tables: list[ReturnTable] = []
    for form in (form for form in references.vocabulary.returns if form.code in by_form):
        table, problems = read_return(by_form[form.code], registry)
        findings.extend(problems)
        tables.extend([table] if table else ())
    findings.extend(check_across(tables))
    returns.extend(to_return(table) for table in tables)
    official, problems = read_officials(officials, registry)
    findings.extend(problems)
    sent = [*returns, *official]
    findings.extend(check_sheets(sent))
    if registry is not None:
        findings.extend(check_senders(sent, registry))
        findings.extend(check_file_name(source.name, sent, registry))
    return ParsedWorkbook(
        source=source, returns=tuple(returns), official=official, registry=units, plans=plans, tasks=tasks
    )


def registry_of(given: RegistryReturn) -> Registry:
    """The registry in a workbook, before the store has assigned ids to its units."""
    ids = {code: place for place, code in enumerate(dict.fromkeys(unit.code for unit in given.units), start=1)}
    spells = [
        Unit(
            id=ids[unit.code],
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            parent=ids[unit.parent] if unit.parent else None,
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
            base_type=unit.base_type,
            residential=unit.residential,
        )
        for unit in given.units
    ]
    successions = [
        Succession(
            date=line.date,
            decision=line.decision,
            event=line.event,
            predecessor=ids[line.predecessor] if line.predecessor else None,
            successor=ids[line.successor] if line.successor else None,
            share=line.share,
        )
        for line in given.successions
    ]
    return Registry(-1, spells, successions)
