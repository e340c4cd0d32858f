"""The list of lagging cells as a table: the stable columns of the command, the years, and what is being done."""

from __future__ import annotations

from typing import Any

from data.sums.streaks import complete_years
from indicators.answers import lagging_cells
from layouts.views.watchlist import DRAWN_YEARS, Listed, Narrowed, Work

_NOTE = ("follow_up", "follow_up_owner", "follow_up_due", "follow_up_state")
COLUMNS = (*lagging_cells.COLUMNS, "admitted_by_year", *_NOTE)


def rows(work: Work, wanted: Narrowed) -> list[dict[str, Any]]:
    """The lines asked for (keys: COLUMNS), in the order asked for."""
    return [_row(work, listed) for listed in work.of(wanted)]


def _row(work: Work, listed: Listed) -> dict[str, Any]:
    line = listed.line
    ranked, note = line.ranked, listed.note
    owner = work.asked.reader.registry.latest(note.owner) if note else None
    years = zip(complete_years(work.asked.period, DRAWN_YEARS), line.years, strict=False)
    return {
        "unit": line.cell.code,
        "unit_name": line.cell.name,
        "base": line.base.code if line.base else None,
        "base_name": line.base.name if line.base else None,
        "district": line.district.code if line.district else None,
        "district_name": line.district.name if line.district else None,
        "period": work.asked.period.code,
        "reasons": " ".join(line.listed.reasons),
        "course": line.listed.course,
        "reasons_before": " ".join(line.listed.before),
        "streak": line.listed.streak,
        "members": line.listed.members,
        "admitted": ranked.exposure.admitted if ranked else None,
        "expected": ranked.expected if ranked else None,
        "probability": ranked.probability if ranked else None,
        "adjusted": ranked.adjusted if ranked else None,
        "stands_out": ranked.stands_out if ranked else None,
        "admitted_by_year": " ".join(f"{year.code}:{'' if count is None else count}" for year, count in years),
        "follow_up": note.text if note else None,
        "follow_up_owner": owner.code if owner else None,
        "follow_up_due": note.due.isoformat() if note else None,
        "follow_up_state": note.state if note else None,
    }
