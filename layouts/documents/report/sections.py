"""The five parts of the periodic report, each a function from facts to blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil

from data.forms.nv_tasks import TASKS
from data.reading.queries import Reader
from data.tables.records import ReturnStatus
from data.tasks import Task, TaskState
from indicators.answers.rows import ValueRow
from indicators.methods.pace import SHORT_OF_PACE
from indicators.methods.reasons import REASON_TITLES, ListPart, Reason
from indicators.values.model import ReportPart
from indicators.values.target import people_needed
from indicators.values.value import Status
from layouts.documents.report.facts import ReportFacts
from layouts.documents.report.model import Block, Paragraph, ReportChart, ReportHeading, Series
from layouts.documents.report.wording import Wording
from layouts.views import lagging_sentences
from layouts.views.featured import ADMISSIONS, ADMISSIONS_OF_PLAN, VILLAGE_HEADS
from layouts.views.figure_links import Aspect
from layouts.views.headlines import Headline
from layouts.views.rows import short_of_plan

_LEADING = ("NV01", "NV02", "NV03", "NV04", "NV10", "NV11")
_OF_BODIES = ("NV05", "NV06", "NV07", "NV08", "NV09")
_DEVELOPMENT = (ReportPart.DEVELOPMENT,)
_MANAGEMENT = (
    ReportPart.MANAGEMENT,
    ReportPart.ROLL,
    ReportPart.REMOVALS,
    ReportPart.IRREGULARITIES,
    ReportPart.RATING,
)
_BODIES = (ReportPart.ENTERPRISES, ReportPart.UNIONS)
_YEARS_DRAWN = 10


def leading(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    """I: what the committees issued, and how the conclusion is being followed up."""
    yield ReportHeading(text=words.say("part.leading"))
    yield from _covered(facts, words, _LEADING)


def results(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    """II: development, management, and what the conclusion asked of other bodies."""
    yield ReportHeading(text=words.say("part.results"))
    yield ReportHeading(text=words.say("section.development"), level=2)
    yield from _values(facts, words, _DEVELOPMENT)
    yield from _charts(facts, words)
    yield ReportHeading(text=words.say("section.management"), level=2)
    yield from _values(facts, words, _MANAGEMENT)
    yield ReportHeading(text=words.say("section.bodies"), level=2)
    yield from _values(facts, words, _BODIES)
    yield from _covered(facts, words, _OF_BODIES)


def shortcomings(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    """III: plans not met, cells that lag, late returns, overdue tasks, and what is wrong with the figures."""
    yield ReportHeading(text=words.say("part.shortcomings"))
    yield ReportHeading(text=words.say("section.below_plan", year=words.period(facts.judged_year)), level=2)
    yield from _below_plan(facts, words)
    yield ReportHeading(text=words.say("section.lagging"), level=2)
    yield from _lagging(facts, words)
    yield ReportHeading(text=words.say("section.returns"), level=2)
    yield from _returns(facts, words)
    yield from _unvalued(facts, words)


def prospects(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    """IV: where the year ends if it goes on so, and what the rest of the work is."""
    yield ReportHeading(text=words.say("part.prospects"))
    yield ReportHeading(text=words.say("section.forecast"), level=2)
    yield from _forecast(facts, words)
    yield ReportHeading(text=words.say("section.work"), level=2)
    yield from _work(facts, words)


def proposals(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    """V: what the Standing Committee is asked for; the office adds its own."""
    yield ReportHeading(text=words.say("part.proposals"))
    late = [task for tasks in facts.tasks.values() for task in tasks if facts.state(task) is TaskState.OVERDUE]
    owners = list(dict.fromkeys(task.owner for task in late))
    if owners:
        yield Paragraph(text=words.say("proposal.overdue", owners=words.names(owners)), is_item=True)
    missing = [unit.name for unit in facts.senders(ReturnStatus.MISSING)]
    if missing:
        yield Paragraph(text=words.say("proposal.missing", names=words.names(missing)), is_item=True)
    yield Paragraph(text=words.say("proposal.blank"), is_item=True)


def corrected(facts: ReportFacts, words: Wording, earlier: Reader) -> Iterator[Block]:
    """What later returns made of values that were given at an earlier instant."""
    changed, revised = facts.corrected(earlier), facts.revised(earlier)
    if not changed:
        yield Paragraph(text=words.say("corrected.none"), is_item=True)
    for row in changed:
        told = words.say(
            "corrected.one",
            title=row.indicator.title[words.language],
            period=words.period(row.until),
            before=words.amount(row.value_before, row.indicator.format),
            now=words.amount(row.value, row.indicator.format),
        )
        why = revised.get((row.indicator.code, row.until))
        if why is not None and (parts := words.causes(why)):
            told = words.say("corrected.why", told=told.removesuffix("."), parts=parts)
        yield Paragraph(text=told, is_item=True)


def _values(facts: ReportFacts, words: Wording, parts: Sequence[ReportPart]) -> Iterator[Block]:
    for code in (code for part in parts for code, indicator in facts.catalogue.items() if indicator.report is part):
        if facts.is_told(code):
            yield Paragraph(text=words.headline(facts.headline(code), facts.moved(code)), is_item=True)


def _covered(facts: ReportFacts, words: Wording, codes: Sequence[str]) -> Iterator[Block]:
    if not facts.tasks:
        yield Paragraph(text=words.say("task.no_register", year=facts.period.year), is_item=True)
        return
    for code in codes:
        tasks = facts.tasks.get(code, ())
        if tasks:
            told = _one_task(facts, words, tasks[0]) if len(tasks) == 1 else _many_tasks(facts, words, tasks)
            yield Paragraph(text=told, is_item=True)
    unknown = [words.inside(TASKS[code].text[words.language]) for code in codes if code not in facts.tasks]
    if unknown:
        told = words.say("task.none", tasks=words.items(unknown), year=facts.period.year)
        yield Paragraph(text=told, is_item=True)


def _one_task(facts: ReportFacts, words: Wording, task: Task) -> str:
    told = words.say("task.one", text=words.task(task), owner=task.owner, state=words.say(f"task.{facts.state(task)}"))
    if task.evidence_number:
        told += " " + words.say("task.evidence", number=task.evidence_number)
    if task.meetings is not None:
        given = {name: words.count(getattr(task, name)) for name in ("meetings", "firms", "proposals", "settled")}
        told += " " + words.say("task.dialogues", **given)
    return told


def _many_tasks(facts: ReportFacts, words: Wording, tasks: Sequence[Task]) -> str:
    done = [task for task in tasks if facts.state(task) is TaskState.DONE]
    late = [task.owner for task in tasks if facts.state(task) is TaskState.OVERDUE]
    code, year = tasks[0].task, facts.period.code
    covered = words.at(f"{len(done)}/{len(tasks)}", "/tasks", period=year, task=code, state=str(TaskState.DONE))
    told = words.say("task.many", text=words.task(tasks[0]), done=covered)
    count = words.at(len(late), "/tasks", period=year, task=code, state=str(TaskState.OVERDUE))
    return told + (" " + words.say("task.late", names=words.names(late), count=count) if late else "")


def _charts(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    past = facts.years(ADMISSIONS, _YEARS_DRAWN)
    if len(past) > 1:
        values = tuple(float(row.value) if row.value is not None else None for row in past)
        yield ReportChart(
            title=words.say("chart.admissions", first=past[0].until.year, last=past[-1].until.year),
            categories=tuple(str(row.until.year) for row in past),
            series=(Series(name=past[0].indicator.title[words.language], values=values),),
            number_format="#,##0",
        )
    below = facts.parts((VILLAGE_HEADS,), facts.judged_year).get(VILLAGE_HEADS, ())
    rows = [row for row in below if row.value is not None]
    if len(rows) > 1:
        plans = tuple(float(row.plan) if row.plan is not None else None for row in rows)
        values = tuple(float(row.value or 0) for row in rows)
        yield ReportChart(
            title=words.say("chart.heads", period=words.period(facts.judged_year)),
            categories=tuple(row.unit_name for row in rows),
            series=(
                Series(name=rows[0].indicator.title[words.language], values=values),
                Series(name=words.say("chart.plan"), values=plans, is_line=True),
            ),
            number_format="0.0%",
        )


def _below_plan(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    missed = [
        facts.row(code, facts.judged_year)
        for code in facts.codes
        if facts.row(code, facts.judged_year).status is Status.NOT_MET
    ]
    if not missed:
        yield Paragraph(text=words.say("below.none"), is_item=True)
    parts = facts.parts([row.indicator.code for row in missed], facts.judged_year)
    for row in missed:
        text = words.sentence(row)
        below = [part for part in parts.get(row.indicator.code, ()) if part.status is Status.NOT_MET]
        if below:
            furthest = sorted(below, key=lambda part: float(abs(part.gap or 0)), reverse=True)
            named = words.names([_named(words, part) for part in furthest])
            listed = {"indicators": row.indicator.code, "period": row.until.code, "level": str(facts.below)}
            count = words.at(len(below), "/table", figure="missed", **{"from": row.until.code}, **listed)
            text += " " + words.say("below.units", count=count, names=named)
        yield Paragraph(text=text, is_item=True)


def _named(words: Wording, row: ValueRow) -> str:
    return f"{row.unit_name} {words.figure(words.amount(row.value, row.indicator.format), row)}"


def _lagging(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    counts = facts.cells
    period, share = words.period(facts.period), words.share(Fraction(counts.lagging, max(1, counts.totals.reported)))
    at = {"period": facts.period.code}
    count = words.at(words.count(counts.lagging), "/lagging", course=str(ListPart.ALL), **at)
    told = words.say("lagging.all", count=count, share=share, period=period)
    summary = lagging_sentences.summary(counts, facts.period, words.language)
    yield Paragraph(text=f"{told} {summary}" if counts.totals.reported else summary, is_item=True)
    for reason, title in REASON_TITLES.items():
        if facts.reasons.get(reason) and reason is not Reason.RETURN_MISSING:
            count = words.at(words.count(facts.reasons[reason]), "/lagging", reason=str(reason), **at)
            key = "lagging.reason_one" if facts.reasons[reason] == 1 else "lagging.reason"
            told = words.say(key, title=title[words.language], count=count)
            yield Paragraph(text=told, is_item=True)
    if counts.lagging:
        first = words.at(words.count(counts.first), "/lagging", course=str(ListPart.FIRST), **at)
        yield Paragraph(text=words.say("lagging.first", count=first), is_item=True)


def _returns(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    for status in (ReturnStatus.MISSING, ReturnStatus.LATE):
        found = facts.senders(status)
        if found:
            named = words.names([f"{unit.name} ({words.forms(forms)})" for unit, forms in found.items()], most=20)
            count = words.at(len(found), "/returns", period=facts.period.code, figure=str(status))
            yield Paragraph(text=words.say(f"returns.{status}", count=count, names=named), is_item=True)
    if not any(facts.senders(status) for status in (ReturnStatus.MISSING, ReturnStatus.LATE)):
        yield Paragraph(text=words.say("returns.all_on_time" if facts.due else "returns.none_due"), is_item=True)


def _unvalued(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    told = [each for each in map(facts.catalogue.__getitem__, facts.codes) if each.report is not None]
    names = [each.title[words.language] for each in told if not facts.is_told(each.code)]
    if names:
        yield Paragraph(text=words.say("unvalued", names=words.items(map(words.inside, names))), is_item=True)


def _forecast(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    found, pace = facts.headline(ADMISSIONS_OF_PLAN), facts.pace
    if facts.judged_year == facts.period.whole_year:
        yield from _gaps(facts, words)
        return
    rate = found.current
    if rate.value is not None:
        yield Paragraph(text=_so_far(facts, words, found), is_item=True)
    if pace is not None and pace.projection is not None and pace.low is not None and pace.high is not None:
        given = {"value": pace.projection, "low": pace.low, "high": pace.high}
        yield Paragraph(
            text=words.say("forecast.year", **{name: words.count(ceil(x - 0.5)) for name, x in given.items()}),
            is_item=True,
        )
    elif rate.value is not None:
        yield Paragraph(text=words.say("forecast.unknown"), is_item=True)
    if pace is not None and pace.chance is not None:
        chance = words.at(words.chance(pace.chance), "/plans", period=pace.until.code, figure="chance")
        told = words.say(f"forecast.{pace.verdict}", chance=chance)
        yield Paragraph(text=told, is_item=True)
    named = [
        words.say("forecast.unit", unit=its.unit_name, rate=words.count(ceil(its.run_rate)))
        for its in facts.paces
        if its.verdict in SHORT_OF_PACE and its.run_rate is not None
    ]
    if named:
        yield Paragraph(text=words.say("forecast.behind", count=len(named), names=words.names(named)), is_item=True)


def _so_far(facts: ReportFacts, words: Wording, found: Headline) -> str:
    """How much of the year's plan is done: by the last complete period, then the provisional count."""
    row, said = found.current, found.said or found.current
    period = words.say("forecast.period") if said is row else words.period(said.until)
    at = {"period": said.until.code, "unit": said.unit}
    given = {
        "period": period,
        "done": words.at(words.count(said.numerator), "/plans", **at),
        "plan": words.at(words.count(said.denominator), "/plans", figure="plan", **at),
        "share": words.figure(words.share(said.value), said),
    }
    told = words.marked(words.say("forecast.so_far", **given), said)
    if said is row:
        return f"{told}."
    if not facts.has_begun:
        return f"{told}."
    count = words.marked(words.count(row.numerator), row)
    return f"{told}; {words.say('provisional', period=words.period(row.until), value=count)}."


def _gaps(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    """After the year's end: how many people more each unit needs to meet the plan for village heads."""
    whole = facts.row(VILLAGE_HEADS, facts.judged_year)
    if not short_of_plan(whole):
        yield Paragraph(text=words.say("forecast.closed"), is_item=True)
        return
    needed = [
        (row, people_needed(row.numerator, row.denominator, row.plan))
        for row in facts.parts((VILLAGE_HEADS,), facts.judged_year).get(VILLAGE_HEADS, ())
        if row.numerator is not None and row.denominator and row.plan is not None
    ]
    named = [
        words.say("gap.unit", unit=row.unit_name, count=words.figure(words.count(people), row, Aspect.NEEDED))
        for row, people in needed
        if people
    ]
    short, together = short_of_plan(whole) or 0, sum(people for _, people in needed)
    given = {
        "count": words.figure(words.count(short), whole, Aspect.NEEDED),
        "plan": words.figure(words.planned(whole), whole, Aspect.PLAN),
        "names": words.names(named, most=20),
    }
    if together > short:
        told = words.say("gap.each_and_all", unit=whole.unit_name, together=words.count(together), **given)
    else:
        told = words.say("gap.people", **given)
    yield Paragraph(text=told, is_item=True)


def _work(facts: ReportFacts, words: Wording) -> Iterator[Block]:
    if facts.senders(ReturnStatus.MISSING):
        yield Paragraph(text=words.say("work.missing"), is_item=True)
    if facts.cells.lagging:
        yield Paragraph(text=words.say("work.lagging"), is_item=True)
    if facts.row(VILLAGE_HEADS, facts.judged_year).status is Status.NOT_MET:
        yield Paragraph(text=words.say("work.heads"), is_item=True)
    yield Paragraph(text=words.say("work.blank"), is_item=True)
