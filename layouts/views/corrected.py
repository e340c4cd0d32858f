"""Returns corrected since an instant, a workbook each, and what each changed of the figures on the start page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from data.forms.ls_history import LS
from data.office_time import end_of
from data.periods import Period
from indicators.answers.corrections import AcceptedRow, CorrectionRow, corrections, returns_since
from indicators.answers.enquiry import Enquiry
from indicators.values.model import Shown, shown_in
from layouts.text import t
from layouts.views import sentences
from layouts.views.ask import Ask
from layouts.views.featured import ADMISSIONS


@dataclass(frozen=True, slots=True)
class Corrected:
    """A workbook that superseded returns of a unit and period; `first` is the one accepted last."""

    first: AcceptedRow
    forms: tuple[str, ...]

    @property
    def period(self) -> str:
        """What it is the return of, briefly."""
        return sentences.short(self.first.period) or t("changes.series")


def corrected(asked: Ask, since: datetime) -> Sequence[Corrected]:
    """Corrections of returns of the requested unit's branch accepted after an instant, one per workbook, newest first.

    Those of the historical series too; another registry, other plans and tasks correct no return.
    """
    then = asked.at_instant(since).reader
    within = {unit.code for unit in asked.tree.within(asked.unit.id)}
    found: dict[tuple[str, str, str], list[AcceptedRow]] = {}
    for row in returns_since(then, asked.reader):
        if row.corrects and row.unit in within and (row.period or row.form == LS.code):
            found.setdefault((row.unit, row.period, row.file), []).append(row)
    return [Corrected(rows[0], tuple(sorted(row.form for row in rows))) for rows in found.values()]


def parse_since(asked: Ask) -> datetime | None:
    """The end of the day after which the address asks for corrections."""
    try:
        return end_of(date.fromisoformat(asked.query.get("corrected", "")))
    except ValueError:
        return None


def differences(asked: Ask, since: datetime, found: Corrected) -> Iterator[CorrectionRow]:
    """The figures of a corrected return's unit and period that differ from what they were before that instant."""
    if not found.first.period:
        return
    codes = (*shown_in(asked.catalogue, Shown.CARD), ADMISSIONS)
    period = Period.parse(found.first.period)
    enquiry = Enquiry(indicators=codes, unit=found.first.unit, periods=(period,), basis=asked.basis)
    # As known just before the workbook came: at the given instant its first version may not have been there.
    before = asked.at_instant(max(since, found.first.accepted_at - timedelta(microseconds=1))).reader
    yield from corrections(before, asked.reader, enquiry)
