"""What a document of the office is made of: a letterhead, blocks of text, tables and charts; no file format yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Shares of a page that lies across, set in 10 points.
_NUMBER_WIDTH = 0.05
_FIGURE_WIDTH, _MARGINS_WIDTH, _LETTER_WIDTH = 0.063, 0.018, 0.0072


class Profile(StrEnum):
    """The rules of layout in force: the Party Central Office's guide of 2018, and that of 2026."""

    HD36_2018 = "hd36-2018"
    HD05_2026 = "hd05-2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Sizes in points that the guides ask for."""

    party: int
    head: int
    kind: int
    body: int
    line: int
    recipients: int = 12
    annex: int = 10


SIZES = {
    Profile.HD36_2018: Sizes(party=15, head=14, kind=16, body=14, line=18),
    Profile.HD05_2026: Sizes(party=14, head=13, kind=15, body=14, line=19),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHeading:
    """A heading; level 1 is a part ("I- ..."), level 2 a section of it, level 0 a title of an annex."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Sentences; `is_item` puts a dash before them."""

    text: str
    is_item: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values of one kind, as many as the chart has categories; None where there is none."""

    name: str
    values: tuple[float | None, ...]
    is_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportChart:
    """Columns by category, some series as lines; `number_format` is a spreadsheet's."""

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    number_format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexTable:
    """An annex: its number and title, the unit its figures are counted in, the source, header and rows of text.

    `numeric` are the columns that are written to the right; `totals` the rows, from 0, that are set in bold.
    """

    number: str
    title: str
    unit: str
    source: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int]
    totals: frozenset[int] = frozenset()

    @property
    def widths(self) -> tuple[float, ...]:
        """The share of the page's width that each column gets: figures little, the first text the most."""
        figures = {place: self._figure_width(place) for place in self.numeric}
        texts = [place for place in range(1, len(self.header)) if place not in self.numeric]
        left = 1 - _NUMBER_WIDTH - sum(figures.values())
        parts = {place: left / (len(texts) + 1) * (2 if place == texts[0] else 1) for place in texts}
        return (_NUMBER_WIDTH, *({**parts, **figures}[place] for place in range(1, len(self.header))))

    def _figure_width(self, place: int) -> float:
        """Wide enough for the longest figure on one line."""
        longest = max((len(row[place]) for row in self.rows), default=0)
        return max(_FIGURE_WIDTH, _MARGINS_WIDTH + _LETTER_WIDTH * longest)


Block = ReportHeading | Paragraph | ReportChart


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The first lines of a party document. `mark` says that it is a draft; number, date and signer are left blank."""

    party: str
    superior: str
    issuer: str
    number: str
    place_and_date: str
    mark: str
    kind: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document to be written in a file format; texts are final. `as_of` is when its figures were known."""

    profile: Profile
    letterhead: Letterhead
    blocks: tuple[Block, ...]
    recipients_title: str
    recipients: tuple[str, ...]
    signer: tuple[str, ...]
    as_of: datetime
    addressee: str = ""
    annexes: tuple[AnnexTable, ...] = ()

    @property
    def text(self) -> str:
        """Everything that it says, in order: what tests and previews read."""
        lines = [self.letterhead.kind, self.letterhead.subject, self.addressee]
        lines += [block.title if isinstance(block, ReportChart) else block.text for block in self.blocks]
        for table in self.annexes:
            lines += [table.title, table.source, *("\t".join(row) for row in (table.header, *table.rows))]
        return "\n".join(line for line in lines if line)
