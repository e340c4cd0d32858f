"""Measures: what a return counts. Declared by the forms; indicators are computed from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from data.language import Text


class Kind(StrEnum):
    """How a measure aggregates over time: a stock takes the last sub-period, an opening the first, a flow their sum."""

    STOCK = "stock"
    OPENING = "opening"
    FLOW = "flow"
    FLAG = "flag"
    CATEGORY = "category"


_PERSONAL_TRAITS = re.compile(r"(?:^|_)(?:female|women|ethnic|religi|expelled|struck_off|resigned|violation|disciplin)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A count that a return reports for a unit and a period.

    `header` is the path of column headers, outermost first. `part_of` names the measure that it is a part of
    ("trong đó"): parts may overlap, so they are compared with the whole and never added to it. A flag is 1 or blank
    and sums to the number of units that have it. A category is one of its `choices`; it is stored as reported and not
    summed: derived measures count units by it. An alias is an alternative header: one element replaces the last of the
    path, several replace the whole path. A `sensitive` count (of sex, ethnicity, discipline) may identify people when
    small and is then suppressed; None: not declared.
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
    def aggregation_kind(self) -> Kind:
        """The kind by which it aggregates over time: flags and categories are stocks."""
        return Kind.STOCK if self.kind in {Kind.FLAG, Kind.CATEGORY} else self.kind

    @property
    def leaves_sensitivity_open(self) -> bool:
        """Whether its code denotes a count of sex, ethnicity or discipline and `sensitive` is not declared."""
        return self.sensitive is None and _PERSONAL_TRAITS.search(self.code) is not None
