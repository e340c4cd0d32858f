"""How the report says a value: how far from the plan, how it moved and since when, whose figures are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from data.forms.nv_tasks import text_of
from data.language import Language, MessageCatalogue
from data.periods import Frequency, Period
from data.tasks import Task
from data.version import VERSION
from indicators.answers.movement import Moved
from indicators.answers.rows import ValueRow
from indicators.methods.decomposition import Cause
from indicators.values.model import Format, unit_of
from indicators.values.value import STATE_TITLES, Status
from layouts.views.ask import Ask
from layouts.views.figure_links import Aspect, anchored, figure_of
from layouts.views.headlines import Headline
from layouts.words import changes, formats, listing

_MESSAGES = MessageCatalogue(Path(__file__).parent)
_NAMED = 6


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of documents in one language; on a page their figures are anchored at the pages that state them."""

    language: Language
    links: Ask | None = None

    def say(self, key: str, /, **values: object) -> str:
        """The sentence for `key`."""
        return _MESSAGES.say(key, self.language, **values)

    def figure(self, text: str, row: ValueRow, aspect: Aspect = Aspect.VALUE) -> str:
        """A figure of a row, anchored where there are links."""
        return figure_of(self.links, text, row, aspect) if self.links else text

    def at(self, text: object, path: str, **query: str) -> str:
        """A figure that another page states, anchored where there are links."""
        return anchored(str(text), self.links.address(path, **query)) if self.links else str(text)

    def source(self, as_of: datetime | None) -> str:
        """Where the figures of an annex come from, as known when, and by which version of the program."""
        return self.say("annex.source", as_of=formats.instant(as_of, self.language), version=VERSION)

    def count(self, value: Fraction | float | None, places: int = 0) -> str:
        """A count: `85.659`."""
        return formats.number(value, self.language, places)

    def share(self, value: Fraction | float | None) -> str:
        """A fraction as documents write it, the sign close to the figure: `70,4%`."""
        return formats.share(value, self.language).replace("\u00a0%", "%")

    def chance(self, probability: float | None) -> str:
        """A probability: `81%`, `< 1%`."""
        return formats.chance(probability, self.language).replace("\u00a0%", "%")

    def amount(self, value: Fraction | None, form: Format) -> str:
        """A value as its indicator's format says."""
        return formats.value(value, form, self.language).replace("\u00a0%", "%")

    def inside(self, title: str) -> str:
        """A title in the middle of a sentence."""
        return title[0].lower() + title[1:]

    def period(self, period: Period) -> str:
        """A period in the middle of a sentence: "quý III năm 2020"."""
        return period.inside(self.language)

    def names(self, names: Sequence[str], most: int = _NAMED) -> str:
        """A list that stays readable: the first ones by name, the rest by number."""
        return listing.listed(names, most, self.language)

    def headline(self, found: Headline, moved: Moved | None = None) -> str:
        """The value of the period; a provisional total stands after the last complete one, without any comparison."""
        row, said = found.current, found.said
        if not found.is_provisional:
            return self.sentence(row, found.before, moved)
        title, provisional = row.indicator.title[self.language], self.marked(self._counted(row), row)
        told = self.say("provisional", period=self.period(row.until), value=provisional)
        if said is None:
            return self.say("value", title=title, value=told) + "."
        period, change = self.period(said.until), self.change(said, found.before, moved)
        value = self._counted(said) + (f" ({change})" if change else "")
        return self.say("value_at", title=title, period=period, value=value) + f"; {told}."

    def _counted(self, row: ValueRow) -> str:
        """A value with its unit; a share without."""
        written = self.figure(self.amount(row.value, row.indicator.format), row)
        if row.indicator.format.is_share or row.value is None:
            return written
        return f"{written} {unit_of(row.indicator.unit, row.value)[self.language]}"

    def task(self, task: Task) -> str:
        """What a task is."""
        return text_of(task, self.language)

    def sentence(self, row: ValueRow, before: ValueRow | None = None, moved: Moved | None = None) -> str:
        """A value with its unit; in brackets how it stands to its plan, how it moved, and why."""
        title = row.indicator.title[self.language]
        if row.value is None:
            reason = self.inside(STATE_TITLES[row.state][self.language])
            return self.say("no_value", title=title, reason=reason)
        remarks = [text for text in (self.plan(row), self.change(row, before, moved)) if text]
        told = self.say("value", title=title, value=self.marked(self._counted(row), row))
        return told + (f" ({'; '.join(remarks)})" if remarks else "") + "."

    def plan(self, row: ValueRow) -> str:
        """How far the value is from its plan, with the plan; empty where no plan holds or nothing can be told."""
        if row.plan is None or row.gap is None or row.status not in {Status.MET, Status.NOT_MET}:
            return ""
        if row.plan == 0:
            return self.say("plan.zero") if row.gap else ""
        plan = self.figure(self.planned(row), row, Aspect.PLAN)
        if row.gap == 0:
            return self.say("plan.equal", plan=plan)
        amount = self.figure(self.distance(row, row.gap), row, Aspect.DISTANCE)
        return self.say("plan.above" if row.gap > 0 else "plan.below", plan=plan, amount=amount)

    def planned(self, row: ValueRow) -> str:
        """The plan of a value; a share without decimals that say nothing: `75%`."""
        written = self.amount(row.plan, row.indicator.format)
        whole = row.plan is not None and (row.plan * 100).denominator == 1
        return self.count(row.plan * 100) + "%" if row.indicator.format.is_share and whole and row.plan else written

    def change(self, row: ValueRow, before: ValueRow | None, moved: Moved | None = None) -> str:
        """How the value moved since an earlier period, and why.

        Unless both are complete it is told only with the part that is due to missing returns.
        """
        if before is None or before.value is None or row.value is None:
            return ""
        parts, since = self.causes(moved) if moved else "", self.since(before.until)
        if not (row.is_complete and before.is_complete):
            amount = changes.change(moved, self.language) if moved else ""
            return self.say("change.incomplete", amount=amount, since=since, parts=parts) if parts else ""
        told = self._moved(row, row.value - before.value, since)
        return self.say("change.parts", change=told, parts=parts) if parts else told

    def causes(self, moved: Moved) -> str:
        """The parts of a change; empty if all of it is what units did."""
        return changes.causes(moved, self.language) if changes.shown(moved).keys() != {Cause.UNITS} else ""

    def _moved(self, row: ValueRow, amount: Fraction, since: str) -> str:
        if not any(digit in "123456789" for digit in self.distance(row, amount)):
            return self.say("change.none", since=since)
        told = self.figure(self.distance(row, amount), row, Aspect.CHANGE)
        return self.say("change.up" if amount > 0 else "change.down", amount=told, since=since)

    def since(self, period: Period) -> str:
        """The base of a comparison by name: a year, or the same period of one."""
        key = "since.year" if period.frequency is Frequency.YEAR else "since.same_period"
        return self.say(key, year=period.year)

    def marked(self, text: str, row: ValueRow) -> str:
        """A text, with a mark when figures are missing in its value; what it means is told once in the document."""
        return text if row.is_complete else f"{text} {self.say('incomplete')}"

    def distance(self, row: ValueRow, amount: Fraction) -> str:
        """A difference without its sign; of shares in percentage points."""
        if row.indicator.format.is_share:
            return self.say("points", amount=self.count(abs(amount) * 100, 1))
        return self.count(abs(amount), row.indicator.format.decimals)

    def forms(self, codes: Sequence[str]) -> str:
        """Return forms by their codes: "biểu B1, B2"."""
        return self.say("forms", codes=", ".join(codes))

    def items(self, parts: Iterable[str]) -> str:
        """Parts of one enumeration."""
        return "; ".join(parts)
