"""A cell's profile: why it is listed, how surprising that is, its years, returns and follow-up notes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from data.organisations.units import EVENT_TITLES, KIND_TITLES, Unit
from data.people.follow_ups import FOLLOW_UP_TITLES, FollowUp
from data.periods import Frequency, Period
from data.sums.streaks import complete_years
from indicators.answers.rows import ValueRow
from indicators.methods.lagging import Ranked
from indicators.methods.reasons import LIST_CHANGE_TITLES, REASON_TITLES, Reason, Standing
from indicators.values.value import State
from layouts.figures.sparkline import Mark, SparkFrame, sparkline
from layouts.parts.components import icon
from layouts.text import language, t
from layouts.views import lagging_sentences, sentences
from layouts.views.featured import ADMISSIONS, MEMBERS
from layouts.views.rows import by_indicator, rows, series, why_missing, written
from layouts.views.watched_cells import WatchedCell
from layouts.views.watchlist import DRAWN_YEARS, Worklist, WorklistEntry
from layouts.words import formats, marks

EDIT = "follow-up-edit"
"""Type in the ids of the buttons that open the form; their index is the note's id, 0 for a new note."""
_PERIODS = 8
_LINE = SparkFrame(width=320, height=56)


def profile(work: Worklist, listed: WorklistEntry) -> Component:
    """The content of the drawer."""
    line = listed.line
    return html.Div(
        [
            html.H2(line.cell.name),
            html.P(_place(work, line), className="fine"),
            html.Div([html.H3(t("profile.reasons")), _reasons(work, listed)]),
            html.Div([html.H3(t("profile.chance")), *_chance(work, line)]),
            html.Div([html.H3(t("profile.notes")), *_notes(work, listed)]),
            html.Div([html.H3(t("profile.years")), *_years(work, line)]),
            html.Div([html.H3(t("profile.returns")), _returns(work, line.cell)]),
            *_history(work, line.cell),
        ],
        className="workings profile",
    )


def _place(work: Worklist, line: WatchedCell) -> list[str | Component]:
    above = [unit for unit in (line.district, line.base) if unit is not None and unit.id != line.cell.id]
    links: list[str | Component] = [f"{KIND_TITLES[line.cell.kind][language()]} {line.cell.code}"]
    for unit in above:
        links += [" · ", dcc.Link(unit.name, href=work.asked.address("/lagging", unit=unit.code))]
    return links


def _reasons(work: Worklist, listed: WorklistEntry) -> Component:
    now = listed.line.listed
    if now.standing is Standing.RECOVERED:
        before = ", ".join(t(f"reason.{reason}") for reason in now.before or ())
        return html.P(t("profile.recovered", before=before), className="verdict-met")
    known = [reason for reason in now.reasons if reason is not Reason.RETURN_MISSING]
    items = [
        html.Li([html.Strong(REASON_TITLES[reason][language()]), f": {_fact(work, listed.line, reason)}"])
        for reason in known
    ]
    facts = html.Ul(items, className="reasons")
    if now.standing is Standing.MISSING:
        text = t("profile.missing", period=sentences.at(work.asked.period))
        return html.Div([html.P(text), *([html.P(t("profile.missing_known")), facts] if known else [])])
    course = f" · {LIST_CHANGE_TITLES[now.course][language()]}" if now.course else ""
    return html.Div(
        [
            facts,
            html.P(_rank(work, listed), className="why-first"),
            html.P(work.asked.period.title(language()) + course, className="fine"),
        ]
    )


def _rank(work: Worklist, listed: WorklistEntry) -> str:
    rank, every = (formats.number(count, language()) for count in (listed.rank, work.counts.lagging))
    return t("profile.rank", rank=rank, all=every, why=lagging_sentences.why(listed.line.listed, language()))


def _fact(work: Worklist, line: WatchedCell, reason: Reason) -> str:
    facts, limits, speech = line.facts, work.watchlist.limits, language()
    amounts: dict[str, object] = {
        "streak": facts.streak,
        "years": limits.years,
        "members": formats.number(facts.members, speech),
        "few": limits.few,
        "heads": formats.number(facts.heads, speech),
        "heads_members": formats.number(facts.heads_members, speech),
        "complete": formats.number(facts.dossiers_complete, speech),
        "due": formats.number(facts.dossiers_due, speech),
        "dossiers": formats.share(limits.dossiers, speech, 0),
        "period": work.asked.period.title(speech),
        "year": complete_years(work.asked.period, 1)[0].year,
    }
    return t(f"fact.{reason}", **amounts)


def _chance(work: Worklist, line: WatchedCell) -> list[Component]:
    ranked = line.ranked
    if ranked is None or ranked.expected is None:
        return [html.P(t("profile.not_judged"), className="fine")]
    years = work.watchlist.limits.years
    sentence = t(
        "profile.expected",
        members=formats.number(ranked.exposure.members, language()),
        years=years,
        expected=formats.number(ranked.expected, language(), 1),
        admitted=formats.number(ranked.exposure.admitted, language()),
        probability=lagging_sentences.chance(ranked, language()),
    )
    verdict = t("profile.odd") if ranked.stands_out else t("profile.not_odd")
    above = [
        work.watchlist.pooled.get(unit.id) for unit in (line.base, line.district) if unit and unit.id != line.cell.id
    ]
    pooled = [html.Li(_pooled(each.unit, each.ranked)) for each in above if each and each.ranked.expected is not None]
    return [html.P(f"{sentence} {verdict}"), html.Ul(pooled, className="reasons")]


def _pooled(unit: Unit, ranked: Ranked[int]) -> str:
    sentence = t(
        "profile.pooled",
        unit=unit.name,
        admitted=formats.number(ranked.exposure.admitted, language()),
        expected=formats.number(ranked.expected, language(), 1),
        probability=lagging_sentences.chance(ranked, language()),
    )
    return f"{sentence} {t('profile.pooled_odd')}" if ranked.stands_out else sentence


def _notes(work: Worklist, listed: WorklistEntry) -> list[Component]:
    found: list[Component] = [_note(work, note) for note in listed.notes]
    if not found:
        found.append(html.P(t("profile.no_notes"), className="fine"))
    if work.notes.may_write:
        found.append(
            dmc.Button(
                t("follow_up.new"),
                id={"type": EDIT, "note": 0},
                leftSection=icon("note", 18),
                variant="outline",
                size="sm",
                mt="xs",
            )
        )
    return found


def _note(work: Worklist, note: FollowUp) -> Component:
    owner = work.asked.reader.registry.latest(note.owner)
    versions = work.notes.versions(note.note)
    overdue = note.is_overdue(work.today)
    state = FOLLOW_UP_TITLES[note.state][language()]
    text = t(
        "profile.note",
        state=f"{marks.BAD} {t('lagging.doing_overdue')} ({state.lower()})" if overdue else state,
        owner=owner.name if owner else "",
        due=formats.day(note.due, language()),
    )
    edit = dmc.Button(t("follow_up.edit"), id={"type": EDIT, "note": note.note}, variant="subtle", size="compact-sm")
    noted = t("profile.written", actor=note.actor, at=formats.instant(note.at, language()))
    inside: list[Component] = [
        html.P(note.text),
        html.P(text, className="fine verdict-not_met" if overdue else "fine"),
        html.P([noted, " ", *([edit] if work.notes.may_write else [])], className="fine"),
    ]
    if len(versions) > 1:
        before = [html.Li(_version(version)) for version in versions[1:]]
        inside.append(html.Details([html.Summary(t("profile.versions", count=len(before))), html.Ul(before)]))
    return html.Div(inside, className="note-card")


def _version(version: FollowUp) -> str:
    return t(
        "profile.version",
        at=formats.instant(version.at, language()),
        actor=version.actor,
        text=version.text,
        state=FOLLOW_UP_TITLES[version.state][language()],
        due=formats.day(version.due, language()),
    )


def _years(work: Worklist, line: WatchedCell) -> list[Component]:
    years = complete_years(work.asked.period, DRAWN_YEARS)
    found = by_indicator(rows(work.asked, (ADMISSIONS, MEMBERS), line.cell, tuple(reversed(years))))
    members = [Mark(row.value, row.is_complete) for row in found[MEMBERS]]
    body = [_year(work, admitted, held) for admitted, held in zip(found[ADMISSIONS], found[MEMBERS], strict=True)]
    head = html.Thead(html.Tr([html.Th(t(f"profile.{name}"), scope="col") for name in ("year", "admitted", "members")]))
    return [
        html.Img(src=sparkline(members, _LINE), alt=t("profile.members_line"), className="profile-line"),
        html.Table([head, html.Tbody(body)], className="plain-table figures-table"),
        html.P(t("profile.workings_note"), className="fine"),
    ]


def _year(work: Worklist, admitted: ValueRow, members: ValueRow) -> Component:
    return html.Tr(
        [
            html.Th(admitted.until.title(language()), scope="row"),
            *(html.Td(_linked(work, row)) for row in (admitted, members)),
        ]
    )


def _linked(work: Worklist, row: ValueRow) -> Component | str:
    """A value linked to its workings and the workbook cells behind it."""
    if row.value is None:
        return why_missing(row)
    point = {"indicator": row.indicator.code, "point": row.until.code, "point_unit": row.unit}
    hollow = "" if row.is_complete else f"{marks.HOLLOW} "
    return dcc.Link(f"{hollow}{written(row)}", href=work.asked.address("/trend", unit=row.unit, **point))


def _returns(work: Worklist, cell: Unit) -> Component:
    asked = work.asked
    frequency = asked.period.frequency if asked.period.frequency is not Frequency.YEAR else Frequency.QUARTER
    periods: Sequence[Period] = series(asked, frequency, asked.period, _PERIODS) or (asked.period,)
    found = rows(asked, (MEMBERS,), cell, periods)
    items = [
        html.Li(_returned(row), className=f"due-{'on_time' if row.value is not None else 'missing'}") for row in found
    ]
    return html.Ul(items, className="returned")


def _returned(row: ValueRow) -> str:
    known = row.value is not None and row.state is not State.NOT_REPORTED
    mark, word = (marks.GOOD, t("profile.returned")) if known else (marks.BAD, t("returns.missing"))
    return f"{row.until.short(language())}: {mark} {word}"


def _history(work: Worklist, cell: Unit) -> list[Component]:
    """Predecessors and earlier names of the cell."""
    registry = work.asked.reader.registry
    events = [event for event in registry.successions if cell.id in {event.predecessor, event.successor}]
    if not events:
        return []
    items = []
    for event in events:
        names = [
            unit.name
            for each in (event.predecessor, event.successor)
            if each is not None and (unit := registry.latest(each)) is not None
        ]
        share = f" ({formats.share(event.share, language(), 0)})" if event.share not in {None, Fraction(1)} else ""
        what = EVENT_TITLES[event.event][language()]
        day = formats.day(event.date, language())
        items.append(html.Li(f"{day}: {what}: {' → '.join(dict.fromkeys(names))}{share} ({event.decision})"))
    return [html.Div([html.H3(t("profile.events")), html.Ul(items, className="reasons")])]
