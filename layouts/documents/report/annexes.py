"""The annexes of the periodic report: tables of what the text only mentions."""

from __future__ import annotations

from collections.abc import Iterator

from data.organisations.units import Level
from data.tables.records import ReturnStatus
from data.tasks import TaskState
from indicators.answers.cell_list import LaggingCell, belongs, count_reasons, with_ranks
from indicators.answers.rows import ValueRow
from indicators.methods.reasons import REASON_TITLES, ListPart, Reason, Standing
from indicators.values.model import Shown, shown_in
from layouts.documents.report.facts import ReportFacts
from layouts.documents.report.model import AnnexTable
from layouts.documents.report.wording import Wording
from layouts.views import lagging_sentences
from layouts.views.figure_links import Aspect
from layouts.words import formats


def annexes(facts: ReportFacts, words: Wording) -> Iterator[AnnexTable]:
    """The tables, in their order; one without rows is left out."""
    source = words.source(facts.reader.as_of)
    makers = (_indicators, _units, _first_look, _lagging, _returns, _tasks)
    made = [maker(facts, words, source) for maker in makers]
    for place, table in enumerate((table for table in made if table.rows), start=1):
        yield _numbered(table, words.say("annex.number", number=place))


def _numbered(table: AnnexTable, number: str) -> AnnexTable:
    from dataclasses import replace

    return replace(table, number=number)


def _indicators(facts: ReportFacts, words: Wording, source: str) -> AnnexTable:
    year = words.period(facts.judged_year)
    rows = []
    for place, code in enumerate(facts.codes, start=1):
        row, before, judged = (facts.row(code, period) for period in (None, facts.before, facts.judged_year))
        rows.append(
            (
                str(place),
                row.indicator.title[words.language],
                row.indicator.unit[words.language],
                _amount(words, row),
                _amount(words, before),
                _amount(words, judged),
                words.figure(words.planned(judged), judged, Aspect.PLAN)
                if judged.plan is not None
                else formats.NOTHING,
                _gap(words, judged),
                f"{words.count(row.reporting)}/{words.count(row.expected)}",
            )
        )
    header = ("number", "indicator", "unit_of_measure", "value", "before", "value_of_year", "plan", "gap", "reporting")
    return AnnexTable(
        number="",
        title=words.say("annex.indicators", period=words.period(facts.period)),
        unit=words.say("annex.unit.mixed"),
        source=source,
        header=tuple(words.say(f"column.{name}", year=year) for name in header),
        rows=tuple(rows),
        numeric=frozenset(range(3, 9)),
    )


def _gap(words: Wording, row: ValueRow) -> str:
    if row.gap is None:
        return formats.NOTHING
    if not row.indicator.format.is_share:
        return formats.signed(words.count(row.gap, row.indicator.format.decimals), row.gap)
    return formats.signed(words.say("points.short", amount=words.count(row.gap * 100, 1)), row.gap)


def _amount(words: Wording, row: ValueRow) -> str:
    written = words.amount(row.value, row.indicator.format)
    return written if row.value is None else words.figure(written, row)


def _units(facts: ReportFacts, words: Wording, source: str) -> AnnexTable:
    codes = shown_in(facts.catalogue, Shown.ANNEX)
    parts = facts.parts(codes, facts.period)
    names = {row.unit: row.unit_name for rows in parts.values() for row in rows}
    by_unit = {(row.unit, code): row for code, rows in parts.items() for row in rows}
    rows = [
        (str(place), name, *(_amount(words, by_unit[unit, code]) for code in codes))
        for place, (unit, name) in enumerate(names.items(), start=1)
    ]
    total = ("", words.say("column.total"), *(_amount(words, facts.row(code)) for code in codes))
    titles = tuple(facts.catalogue[code].title[words.language] for code in codes)
    return AnnexTable(
        number="",
        title=words.say("annex.units", period=words.period(facts.period)),
        unit=words.say("annex.unit.column"),
        source=source,
        header=(words.say("column.number"), words.say("column.unit"), *titles),
        rows=(*rows, total) if rows else (),
        numeric=frozenset(range(2, 2 + len(codes))),
        totals=frozenset({len(rows)}),
    )


def _first_look(facts: ReportFacts, words: Wording, source: str) -> AnnexTable:
    found = [item for item, rank in with_ranks(facts.lagging.cells) if belongs(item, rank, ListPart.FIRST)]
    rows = []
    for place, item in enumerate(found, start=1):
        line = facts.lagging.tree.ancestors(item.cell.id)
        above = next((unit.name for unit in (item.cell, *line) if unit.level is facts.below), facts.root.name)
        base = next((unit.name for unit in line if unit.level is Level.BASE), "")
        reasons = "; ".join(REASON_TITLES[reason][words.language] for reason in item.reasons)
        cell = f"{item.cell.name} ({base})" if base and base != above else item.cell.name
        why = lagging_sentences.why(item, words.language).replace("\u00a0%", "%")
        rows.append((str(place), above, cell, reasons, why))
    header = ("number", "unit", "cell", "reasons", "why")
    return AnnexTable(
        number="",
        title=words.say("annex.first", count=words.count(len(rows)), period=words.period(facts.period)),
        unit=words.say("annex.unit.column"),
        source=source,
        header=tuple(words.say(f"column.{name}") for name in header),
        rows=tuple(rows),
        numeric=frozenset(),
    )


def _lagging(facts: ReportFacts, words: Wording, source: str) -> AnnexTable:
    """Lagging cells by unit and reason; the last column counts missing returns, which are not among them."""
    total = words.say("column.total")
    names = [*dict.fromkeys(unit.name for unit in facts.compared), total]
    held: dict[str, list[LaggingCell]] = {name: [] for name in names}
    for item in facts.lagging.cells:
        line = (item.cell, *facts.lagging.tree.ancestors(item.cell.id))
        above = next((unit.name for unit in line if unit.level is facts.below), None)
        for name in (above, total):
            if name in held:
                held[name].append(item)
    counts: dict[str, list[int]] = {}
    for name, items in held.items():
        reasons = count_reasons(items)
        lagging = sum(item.standing is Standing.LAGGING for item in items)
        counts[name] = [lagging, *(reasons[reason] for reason in Reason)]
    rows = [
        (str(place) if name != total else "", name, *map(words.count, found))
        for place, (name, found) in enumerate(counts.items(), start=1)
    ]
    return AnnexTable(
        number="",
        title=words.say("annex.lagging", period=words.period(facts.period)),
        unit=words.say("annex.unit.cells"),
        source=source,
        header=(
            words.say("column.number"),
            words.say("column.unit"),
            words.say("column.all"),
            *(title[words.language] for title in REASON_TITLES.values()),
        ),
        rows=tuple(rows),
        numeric=frozenset(range(2, 3 + len(Reason))),
        totals=frozenset({len(rows) - 1}),
    )


def _returns(facts: ReportFacts, words: Wording, source: str) -> AnnexTable:
    units = list(dict.fromkeys(item.unit for item in facts.due))
    rows = []
    for place, unit in enumerate(units, start=1):
        mine = [item.status for item in facts.due if item.unit == unit]
        rows.append((str(place), unit.name, str(len(mine)), *(str(mine.count(status)) for status in ReturnStatus)))
    everything = [item.status for item in facts.due]
    counted = (len(everything), *(everything.count(status) for status in ReturnStatus))
    total = ("", words.say("column.total"), *map(words.count, counted))
    header = ("number", "unit", "due", *ReturnStatus)
    return AnnexTable(
        number="",
        title=words.say("annex.returns", period=words.period(facts.period)),
        unit=words.say("annex.unit.forms"),
        source=source,
        header=tuple(words.say(f"column.{name}") for name in header),
        rows=(*rows, total) if rows else (),
        numeric=frozenset(range(2, 6)),
        totals=frozenset({len(rows)}),
    )


def _tasks(facts: ReportFacts, words: Wording, source: str) -> AnnexTable:
    shown = (TaskState.DONE, TaskState.UNDER_WAY, TaskState.NOT_STARTED, TaskState.OVERDUE)
    rows = []
    for code, tasks in facts.tasks.items():
        states = [facts.state(task) for task in tasks]
        counted = (words.count(states.count(state)) for state in shown)
        rows.append((code, words.task(tasks[0]), words.count(len(states)), *counted))
    return AnnexTable(
        number="",
        title=words.say("annex.tasks"),
        unit=words.say("annex.unit.tasks"),
        source=source,
        header=tuple(words.say(f"column.{name}") for name in ("number", "task", "owners", *shown)),
        rows=tuple(rows),
        numeric=frozenset(range(2, 7)),
    )
