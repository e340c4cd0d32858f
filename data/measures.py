"""Measures: what a return counts. Declared by the forms; indicators are computed from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from data.language import Text


class Kind(StrEnum):
    """How a measure adds up over time: a stock is the last sub-period's, an opening the first's, a flow their sum."""

    STOCK = "stock"
    OPENING = "opening"
    FLOW = "flow"
    FLAG = "flag"
    CATEGORY = "category"


_ABOUT_PERSONS = re.compile(r"(?:^|_)(?:female|women|ethnic|religi|expelled|struck_off|resigned|violation|disciplin)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A count that a return gives for a unit and a period.

    `header` is the path of header words above the column, outermost first. `part_of` names the measure that it
    is a part of ("trong đó"): parts may overlap, so they are compared with the whole and never added to it.
    A flag is 1 or blank and sums to the number of units that have it. A category is one of its `choices`; it is kept
    as it is written and sums to nothing: derived measures count the units by it. An alias is other words for the
    header: one word stands for the last word of the path, several for the whole path. A `sensitive` count (of sex,
    ethnicity, discipline) may identify people where few are behind it, and is hidden there; None: nothing was said.
    """

    code: str
    title: Text
    kind: Kind
    header: tuple[str, ...]
    part_of: str | None = None
    signed: bool = False
    aliases: tuple[tuple[str, ...], ...] = ()
    choices: tuple[str, ...] = ()
    sensitive: bool | None = None

    @property
    def over_time(self) -> Kind:
        """The kind that decides aggregation over time: a flag and a category are stocks."""
        return Kind.STOCK if self.kind in {Kind.FLAG, Kind.CATEGORY} else self.kind

    @property
    def must_say_whether_sensitive(self) -> bool:
        """Whether its code is that of a count of sex, ethnicity or discipline, and its declaration says nothing."""
        return self.sensitive is None and _ABOUT_PERSONS.search(self.code) is not None
