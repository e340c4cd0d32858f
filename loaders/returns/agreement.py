"""Whether what is written around the counts of a workbook agrees: its sheets, and the file name with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from data.language import Text
from data.organisations.units import Registry, Unit
from data.periods import Frequency, Period
from data.returns import Finding, Return
from loaders.findings import error, period_text, warning
from loaders.messages import sentence
from loaders.vietnamese.unit_names import parse_name

_FEWEST_WORDS = 2  # of a unit's own name that is recognised in a file name
_LETTER = {"h": Frequency.HALF, "q": Frequency.QUARTER, "m": Frequency.MONTH}
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_CODE = re.compile(r"\b((?:19|20)\d\d) ?([hqm]) ?(\d\d?)\b")
_QUARTER_THEN_YEAR = re.compile(r"\b(?:quy|q) ?(iv|iii|ii|i|[1-4])(?: nam)? ((?:19|20)\d\d)\b")
_QUARTER = re.compile(r"\bquy ?(iv|iii|ii|i|[1-4])\b")
_YEAR = re.compile(r"\bnam ((?:19|20)\d\d)\b")
# "9 tháng 2020", "6 tháng đầu năm 2020": since January, sent with the quarter that ends then.
_MONTHS = re.compile(r"\b(3|6|9|12) ?(?:t|thang)(?: dau)?(?: nam)? ((?:19|20)\d\d)\b")
# "H1 2020" in a file name is half a year, or a unit with that code and a year.
_HALF_OR_UNIT = re.compile(r"\bh[12] ?(?:19|20)\d\d\b(?! ?[qm]\d)|\b(?:19|20)\d\d ?h[12]\b")


def check_sheets(returns: Sequence[Return]) -> Iterator[Finding]:
    """An error at each sheet of another period than most: counts would be kept under it.

    A form that is returned by year only may stand beside forms of a quarter of that year, or of the next one's first.
    """
    dated = [(given, given.period) for given in returns if given.period is not None]
    if not dated:
        return
    periods = [period for _, period in dated]
    main, usual = max(dated, key=lambda each: (periods.count(each[1]), -periods.index(each[1])))
    for given, period in dated:
        if period != usual and not _stand_together(given, period, main, usual):
            yield error(
                "sheets_differ_in_period",
                given.sheet,
                period=period_text(period),
                usual=period_text(usual),
                other=main.sheet,
            )


def _stand_together(given: Return, period: Period, main: Return, usual: Period) -> bool:
    """Whether one form is never returned at the other's frequency, and the periods overlap or follow each other."""
    alike = usual.frequency in given.form.frequencies and period.frequency in main.form.frequencies
    shorter, longer = sorted((period, usual), key=lambda each: each.frequency.months)
    return not alike and (longer.contains(shorter) or longer.next.start == shorter.start)


def check_senders(returns: Sequence[Return], registry: Registry) -> Iterator[Finding]:
    """An error at the first sheet that another unit sends than the sheets before it."""
    dated = [given for given in returns if given.period is not None]
    other = next((given for given in dated if given.unit != dated[0].unit), None)
    if other is not None:
        first, second = (_sent_by(given, registry) for given in (dated[0], other))
        yield error("several_senders", other.sheet, first=first, other=second)


def _sent_by(given: Return, registry: Registry) -> Text:
    unit = registry.latest(registry.ids.get(given.unit, -1))
    name = unit.name if unit else given.unit
    return sentence("sheet_of_sender", sheet=given.sheet, name=name, code=given.unit)


def check_file_name(name: str, returns: Sequence[Return], registry: Registry) -> Iterator[Finding]:
    """A question where the name of the file states another period or another unit than the titles of its sheets."""
    stem = PurePath(name).stem
    given = [(one, one.period) for one in returns if one.period is not None]
    if not given:
        return
    # Yearly forms stand beside those of the last quarter, after which the file is named.
    one, period = min(given, key=lambda each: each[1].frequency.months)
    stated = list(_periods_in(_plain(stem), period.year))
    if stated and not any(each.contains(period) or period.contains(each) for each in stated):
        yield warning(
            "file_name_period",
            "",
            file=name,
            named=period_text(stated[0]),
            sheet=one.sheet,
            period=period_text(period),
        )
    tree = registry.at(period.end)
    sender = tree.by_code.get(one.unit)
    named = _units_in(stem, tree.senders) if sender else []
    own = {sender.id, *(unit.id for unit in tree.ancestors(sender.id))} if sender else set()
    if sender and named and own.isdisjoint(unit.id for unit in named):
        yield warning(
            "file_name_sender",
            "",
            file=name,
            named=named[0].name,
            code=named[0].code,
            sheet=one.sheet,
            sender=sender.name,
            sender_code=sender.code,
        )


def _periods_in(text: str, year: int) -> Iterator[Period]:
    """The periods that a plain text states; a quarter alone is taken to be of that year."""
    for found in _CODE.finditer(text):
        frequency, index = _LETTER[found[2]], int(found[3])
        if 1 <= index <= 12 // frequency.months:
            yield Period(int(found[1]), frequency, index)
    for found in _MONTHS.finditer(text):
        yield Period(int(found[2]), Frequency.QUARTER, int(found[1]) // Frequency.QUARTER.months)
    whole = list(_QUARTER_THEN_YEAR.finditer(text))
    for found in whole:
        yield Period(int(found[2]), Frequency.QUARTER, _QUARTERS[found[1]])
    alone = [] if whole else list(_QUARTER.finditer(text))
    yield from (Period(year, Frequency.QUARTER, _QUARTERS[found[1]]) for found in alone)
    if not any((whole, alone, _CODE.search(text), _MONTHS.search(text))):
        yield from (Period(int(found[1])) for found in _YEAR.finditer(text))


def _units_in(stem: str, senders: Sequence[Unit]) -> list[Unit]:
    """The senders whose code, or whole own name of two words or more, stands in a file name."""
    text = _HALF_OR_UNIT.sub(" ", _plain(stem))
    words = {word.partition(".")[0] for word in text.split()}
    spaced = f" {text} "
    return [unit for unit in senders if unit.code.lower() in words or f" {_own_name(unit.name)} " in spaced]


def _own_name(name: str) -> str:
    """A unit's name without its kind, plain; "" if it is a single word, which may be anything in a file name."""
    count = len(parse_name(name).own.split())
    return " ".join(_plain(name).split()[-count:]) if count >= _FEWEST_WORDS else ""


def _plain(text: str) -> str:
    """Lower case without diacritics; everything but letters, digits and points becomes a space."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9.]+", " ", bare.replace("đ", "d")).split())
